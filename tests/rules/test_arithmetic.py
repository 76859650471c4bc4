"""Arithmetic: exact decimals, never floats; bounded."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.compiled import REJECTED, outcome, reasons, rule_module, source, value

RECORD: dict[str, Any] = {"a": 0.1, "b": 0.2, "n": 3, "zero": 0, "s": "5.50", "big": 12345678901234567.89}


@pytest.mark.parametrize(
    ("rule", "gives"),
    [
        ("a + b", "0.3"),
        ("a * 3", "0.3"),
        ("5.5 * 1.21", "6.655"),
        ("(s | number) * 1.21", "6.6550"),
        ("n / 4", "0.75"),
        ("n - a", "2.9"),
        ("-a", "-0.1"),
        ("a - -b", "0.3"),
        ("n * n + n", "12"),
        ("n - (n - n)", "3"),
        ("n / (n / n)", "3"),
        ("2 * (n + 1)", "8"),
        ("1.10", "1.10"),
        ("1_000.5", "1000.5"),
        ("n * 1.21 | round_half_up(2)", "3.63"),
        ("sum([a, b, 0.3])", "0.6"),
    ],
)
def test_numbers_are_exact(rule: str, gives: str) -> None:
    assert str(value(rule, RECORD)) == gives


def test_dividing_by_zero_rejects_the_record() -> None:
    assert value("n / zero", RECORD) == REJECTED
    assert value("n / (zero * 1.5)", RECORD) == REJECTED
    module = rule_module(source([RECORD]), "1 + n / zero", Decimal)
    (why,) = reasons(module, RECORD)
    assert why == "expected a number to divide by that is not zero, got 3 @ $.n, zero -> value"


def test_a_number_too_large_for_its_digits_rejects_and_does_not_hang() -> None:
    huge = {"n": 10**400, "f": 1.5}
    module = rule_module(source([{"n": 1, "f": 1.5}]), "(n * n) / 3", Decimal)
    assert outcome(module, huge) is not None


def test_json_numbers_keep_every_digit() -> None:
    module = rule_module(source([{"a": 1.5}]), "a", Decimal)
    (made,) = module.map_record(b'{"a": 12345678901234567890.123456789}')
    assert str(made.value) == "12345678901234567890.123456789"


numbers = st.integers(-999, 999) | st.decimals(-99, 99, places=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(numbers, min_size=2, max_size=4), st.lists(st.sampled_from("+-*"), min_size=3, max_size=3))
def test_arithmetic_equals_that_of_fractions(values: list[Any], signs: list[str]) -> None:
    text = "".join(f"({each}) {sign} " for each, sign in zip(values, signs, strict=False)).rstrip("+-* ")
    exact = eval(
        "".join(f"Fraction('{each}') {sign} " for each, sign in zip(values, signs, strict=False)).rstrip(
            "+-* "
        ),
        {"Fraction": Fraction},
    )
    assert Fraction(value(text, {"x": 1})) == exact
