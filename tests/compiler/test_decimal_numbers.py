"""A place that only ever showed numbers takes no text, though it may spell one."""

import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from tests.compiler.test_runtime import Line
from tests.rules.compiled import load, outcome, reasons, rule_module, source, spec_of

SHOWN: dict[str, Any] = {
    "price": 12.5,
    "rate": None,
    "prices": [1, 2.5],
    "found": [0.5],
    "line": {"taxes": [{"share": 0.21}]},
}
SEEN = source(
    [SHOWN, {**SHOWN, "rate": 1.5, "prices": [1.5, None], "found": "none", "line": {"taxes": [{"share": 1}]}}]
)
RULES = {
    "price": ("price", Decimal),
    "rate": ("first_of(rate, 1.0)", Decimal),
    "prices": ("prices", list[Decimal | None]),
    "found": ("found", list[Decimal] | str),
    "line": ("sum(tax.share for tax in line.taxes)", Decimal),
}
TEXTS = [
    ("price", "12.50", "expected a decimal number or null, got '12.50' @ $.price"),
    ("price", "NaN", "expected a decimal number or null, got 'NaN' @ $.price"),
    ("price", True, "expected a decimal number or null, got True @ $.price"),
    ("rate", "1", "expected a decimal number or null, got '1' @ $.rate"),
    ("prices", [1, "2"], "expected a decimal number or null, got '2' @ $.prices[1]"),
    ("found", ["0.5"], "expected a decimal number, got '0.5' @ $.found[0]"),
    (
        "line",
        {"taxes": [{"share": "0.21"}]},
        "expected a decimal number or null, got '0.21' @ $.line.taxes[0].share",
    ),
]


class Anything(BaseModel):
    """A target that takes any list."""

    price: Decimal
    more: list[Any]


@pytest.mark.parametrize("read", [dict, json.dumps, lambda record: json.dumps(record).encode()])
@pytest.mark.parametrize(("name", "text", "reason"), TEXTS)
def test_text_where_numbers_stood_is_a_reject(name: str, text: Any, reason: str, read: Any) -> None:
    module = rule_module(SEEN, *RULES[name])
    assert reasons(module, read({**SHOWN, name: text})) == [reason]


@pytest.mark.parametrize(("name", "text", "reason"), TEXTS)
def test_the_contract_check_says_so_too(name: str, text: Any, reason: str) -> None:
    module = rule_module(SEEN, *RULES[name])
    assert [str(each) for each in module.check_contract({**SHOWN, name: text})] == [reason]
    assert module.check_contract(json.dumps(SHOWN)) == []


@pytest.mark.parametrize(
    ("number", "digits"),
    [(7, "7"), (2.50, "2.5"), (Decimal("2.50"), "2.50"), (1e22, "1E+22"), (-0.1, "-0.1")],
)
def test_numbers_of_all_kinds_are_read_as_exact_decimals(number: Any, digits: str) -> None:
    made = outcome(rule_module(SEEN, "price", Decimal), {**SHOWN, "price": number})
    assert str(made) == digits


@pytest.mark.parametrize("number", [float("nan"), float("-inf"), Decimal("NaN")])
def test_what_is_no_number_at_all_is_named_where_it_came_from(number: Any) -> None:
    assert reasons(rule_module(SEEN, "price", Decimal), {**SHOWN, "price": number}) == [
        f"expected a decimal number or null, got {number!r} @ $.price"
    ]


def test_all_fields_that_fail_are_told_beside_it() -> None:
    module = load(spec_of(SEEN, Line, {"price": "price", "sku": 'f"{line.taxes[0].share}"'}))
    assert reasons(module, {"price": "1", "line": {"taxes": [{"share": "2"}]}}) == [
        "expected a decimal number, got '1' @ $.price",
        "expected a decimal number or null, got '2' @ $.line.taxes[0].share",
    ]


def test_text_in_a_place_that_no_rule_reads_is_nobodys_concern() -> None:
    assert outcome(rule_module(SEEN, "price", Decimal), {**SHOWN, "rate": "x"}) == Decimal("12.5")


def test_a_place_of_nothing_known_takes_what_comes_among_numbers_too() -> None:
    seen = source([{"price": 1.5, "more": []}])
    module = load(spec_of(seen, Anything, {"price": "price", "more": "more"}))
    (made,) = module.map_record({"price": 1.5, "more": ["x", {"y": "z"}]})
    assert made.more == ["x", {"y": "z"}]


def test_a_mapping_without_decimals_carries_nothing_for_them() -> None:
    module = rule_module(source([{"id": "x", "amount": 5}]), "amount * 1.21", Decimal)
    assert not {"JsonNumber", "read_number"} & set(vars(module))


def test_an_object_may_be_called_as_decimals_are() -> None:
    seen = source([{"json_number": {"read_number": 1.5}}])
    module = rule_module(seen, "json_number.read_number", Decimal)
    assert outcome(module, {"json_number": {"read_number": 2}}) == 2
    assert reasons(module, {"json_number": {"read_number": "2"}}) == [
        "expected a decimal number or null, got '2' @ $.json_number.read_number"
    ]
