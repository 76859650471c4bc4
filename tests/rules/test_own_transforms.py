"""Transforms of the mapping's own: from the function to the rule, the module and the reject."""

from decimal import Decimal
from typing import Any

import pytest

import intkit
from tests.rules.compiled import REJECTED, outcome, reasons, refusal, rule_module, source, value


def shorten(value: str, length: int = 3) -> str:
    """Cut a text."""
    return value[:length]


def maybe(value: str) -> str | None:
    """Give nothing for x."""
    return None if value == "x" else value


def strict(value: str) -> str:
    """Fail for x."""
    if value == "x":
        raise ValueError("expected no x")
    return value


def broken(value: str) -> str:
    """Fail as nobody foresaw."""
    return {}[value]  # type: ignore[no-any-return]


def with_default(value: str | None, other: str) -> str:
    """Take a null."""
    return value or other


def add(value: Decimal, more: int) -> Decimal:
    """Add."""
    return value + more


def upper(value: str) -> str:
    """Take the place of the kit's own."""
    return f"<{value}>"


OWN = {each.__name__: each for each in (shorten, maybe, strict, broken, with_default, add, upper)}
NULL = {"t": None, "n": None, "xs": None}


@pytest.mark.parametrize(
    ("rule", "record", "gives"),
    [
        ("t | shorten", {"t": "abcdef"}, "abc"),
        ("t | shorten(n)", {"t": "abcdef", "n": 2}, "ab"),
        ("t | shorten(length=1)", {"t": "abcdef"}, "a"),
        ("shorten(t, n)", {"t": "abcdef", "n": 4}, "abcd"),
        ("t | shorten", NULL, None),
        ("t | shorten(n)", {"t": "abc", "n": None}, None),
        ("t | maybe", {"t": "x"}, None),
        ('(t | maybe) or "z"', {"t": "x"}, "z"),
        ("t | maybe | shorten", {"t": "x"}, None),
        ("t | strict", {"t": "x"}, REJECTED),
        ("t | broken", {"t": "x"}, REJECTED),
        ('t | with_default("d")', NULL, "d"),
        ("n | add(1)", {"n": 2}, Decimal(3)),
        ("[x | shorten(1) for x in xs]", {"xs": ["ab", "cd"]}, ["a", "c"]),
        ("t | upper", {"t": "x"}, "<x>"),
        ("t | lower | upper", {"t": "X"}, "<x>"),
    ],
)
def test_a_transform_of_ones_own(rule: str, record: dict[str, Any], gives: Any) -> None:
    assert value(rule, {**NULL, **record}, {"t": "y", "n": 1, "xs": ["p"]}, NULL, own=OWN) == gives


def test_its_failure_is_a_reason_with_the_value_and_the_path() -> None:
    module = rule_module(source([{"t": "y"}]), "t | strict", own=OWN)
    assert reasons(module, {"t": "x"}) == ["expected no x, got 'x' @ $.t -> value"]
    assert isinstance(outcome(rule_module(source([{"t": "y"}]), "t | broken", own=OWN), {"t": "q"}), object)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("n | shorten", "`shorten` takes text, and `n` is a whole number"),
        ("t | shorten(t)", "takes a whole number"),
        ("t | shorten(1, 2)", "takes value, length"),
        ("t | shortn", "Did you mean 'shorten'"),
        ("shorten", "'shorten' is a transform, not a field"),
    ],
)
def test_what_it_does_not_take_is_refused(rule: str, says: str) -> None:
    assert says in refusal(rule, {"t": "y", "n": 1}, own=OWN)


def test_a_mapping_takes_it_into_its_file_and_module(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from pydantic import create_model

    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    target = create_model("Target", name=(str, ...))
    mapping = intkit.Mapping("own", source=intkit.Records.of([{"t": "abcdef"}]), target=target)
    mapping.transform(shorten)
    assert mapping.set("name", "t | shorten(2)").apply([{"t": "abcdef"}]).accepted[0].name == "ab"


def test_one_without_annotations_is_refused() -> None:
    def bare(value):  # type: ignore[no-untyped-def]
        return value

    from pydantic import create_model

    from intkit.errors import MappingError

    mapping = intkit.Mapping(
        "bare", source=intkit.Records.of([{"t": "a"}]), target=create_model("Bare", t=(str, ""))
    )
    with pytest.raises(MappingError, match="does not say what it takes and gives"):
        mapping.transform(bare)
