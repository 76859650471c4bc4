"""Null in, null out; the source's own words for nothing; paths that were only ever null."""

from decimal import Decimal
from typing import Any

import pytest

from tests.rules.compiled import REJECTED, outcome, reasons, refusal, rule_module, source, value

FULL: dict[str, Any] = {"t": "b", "n": 5, "f": 1.5, "y": True, "xs": ["p", "q"], "rows": [{"q": 1}, {"q": 2}]}
NULL: dict[str, Any] = dict.fromkeys(FULL)

NULL_GIVES = [
    # rule, with values, with nulls
    ("t | upper", "B", None),
    ("t | truncate(n)", "b", None),
    ('t | replace("b", t)', "b", None),
    ("n + 1", 6, None),
    ("n - f", Decimal("3.5"), None),
    ("n * 1.21", Decimal("6.05"), None),
    ("n / 2", Decimal("2.5"), None),
    ("-n", -5, None),
    ('t + "x"', "bx", None),
    ('f"{t} {n}"', "b 5", None),
    ("n < 6", True, None),
    ("t >= 'a'", True, None),
    ('t == "b"', True, False),
    ('t != "b"', False, True),
    ("n in (5, 6)", True, False),
    ("t in xs", False, False),
    ("t not in xs", True, True),
    ("t is None", False, True),
    ("t is not None", True, False),
    ("not t", False, True),
    ('t or "x"', "b", "x"),
    ('t and "x"', "x", None),
    ("first_of(n, 0)", 5, 0),
    ("first_of(t, t)", "b", None),
    ('"yes" if n < 6 else "no"', "yes", "no"),
    ('"yes" if t else "no"', "yes", "no"),
    ("[x for x in xs]", ["p", "q"], None),
    ("[r.q for r in rows]", [1, 2], None),
    ("sum(r.q for r in rows)", 3, None),
    ("len(xs)", 2, None),
    ("min(r.q for r in rows)", 1, None),
    ("max(r.q for r in rows)", 2, None),
    ("unique(xs)", ["p", "q"], None),
    ("xs | join('-')", "p-q", None),
    ("t | lookup(MAP)", "B", None),
    ('t | lookup(MAP, default="z")', "B", None),
    ("[x or n for x in xs] | first", None, None),
]


@pytest.mark.parametrize(("rule", "full", "null"), NULL_GIVES[:-1])
def test_null_in_gives_what_the_language_says(rule: str, full: Any, null: Any) -> None:
    maps = {"MAP": {"b": "B"}}
    assert value(rule, FULL, NULL, maps=maps) == full
    assert value(rule, NULL, FULL, maps=maps) == null


def test_a_null_list_is_never_an_empty_one_nor_zero() -> None:
    """A vendor that stops sending refunds must not turn them into none."""
    for rule in ("[r.q for r in rows]", "sum(r.q for r in rows)", "len(rows)", "unique(r.q for r in rows)"):
        assert value(rule, {}, FULL) is None
        assert value(rule, {"rows": []}, FULL) in ([], 0)


def test_the_least_and_the_most_of_nothing_are_null() -> None:
    assert value("min(r.q for r in rows)", {"rows": []}, FULL) is None
    assert value("max(r.q for r in rows if r.q > 9)", FULL) is None


def test_a_null_element_makes_a_sum_null() -> None:
    some = {"rows": [{"q": 1}, {"q": None}]}
    assert value("sum(r.q for r in rows)", some, FULL) is None
    assert value("max(r.q for r in rows)", some, FULL) is None
    assert value("sum(r.q for r in rows if r.q is not None)", some, FULL) == 1
    assert value("sum(first_of(r.q, 0) for r in rows)", some, FULL) == 1
    assert value("total([n, n])", {"n": None}, FULL) is None


def test_null_elements_stay_where_the_target_takes_them_and_reject_where_not() -> None:
    some = {"xs": ["p", None]}
    assert value("xs", some, gives=list[str | None]) == ["p", None]
    assert value("xs", some, gives=list[str]) == REJECTED
    assert value("xs | join(';')", some) is None


def test_zero_false_and_empty_text_survive_first_of() -> None:
    record = {"n": 0, "t": "", "y": False}
    assert value("first_of(n, 7)", record) == 0
    assert value('first_of(t, "x")', record) == ""
    assert value("first_of(y, True)", record) is False


def test_what_stands_behind_a_value_that_is_always_there_is_never_asked() -> None:
    record = {"t": "x", "n": None}
    assert value('first_of("a", t) is None', record, missing=("",)) is False
    assert value("first_of(n, 1, t | whole)", record, {"t": "x", "n": 2}) == 1


def test_a_null_default_is_null_and_a_null_in_a_map_too() -> None:
    assert value("t | lookup(MAP, default=None)", {"t": "q"}, maps={"MAP": {"b": "B"}}) is None
    assert value("t | lookup(MAP)", {"t": "q"}, maps={"MAP": {"b": "B", "q": None}}) is None


# the source's words for nothing


@pytest.mark.parametrize(
    ("rule", "record", "other", "gives"),
    [
        ("a", {"a": ""}, {"a": "x"}, None),
        ("a | upper", {"a": ""}, {"a": "x"}, None),
        ("a", {"a": "x"}, {"a": ""}, "x"),
        ("a + 1", {"a": ""}, {"a": 1.5}, None),
        ("a + 1", {"a": 1.5}, {"a": ""}, Decimal("2.5")),
        ("a", {"a": 0.1}, {"a": ""}, Decimal("0.1")),
        ("a | number", {"a": ""}, {"a": 3}, None),
        ("a + 1", {"a": 3}, {"a": ""}, 4),
        ("a", {"a": False}, {"a": "x"}, None),
        ("a", {"a": False}, {"a": 3.5}, None),
        ("a.b", {"a": False}, {"a": {"b": "x"}}, None),
        ("a.b", {"a": {"b": "x"}}, {"a": False}, "x"),
        ("a.b", {"a": {"b": ""}}, {"a": {"b": "x"}}, None),
        ("[x for x in a]", {"a": False}, {"a": ["x"]}, None),
        ("a", {"a": False}, {"a": True}, False),
        ("a or 'z'", {"a": False}, {"a": "x"}, "z"),
        ("a is None", {"a": ""}, {"a": 1}, True),
        ("a", {"a": True}, {"a": 1.5}, REJECTED),
        ("a", {"a": "x"}, {"a": 1.5}, REJECTED),
    ],
)
def test_a_word_for_nothing_is_null_where_it_can_be_no_value(
    rule: str, record: dict[str, Any], other: dict[str, Any], gives: Any
) -> None:
    words = ("", False)
    if gives is REJECTED:
        module = rule_module(
            source([other, {"a": "" if record["a"] == "x" else False}], words), rule, Decimal
        )
        assert isinstance(outcome(module, record), module.Reject)
    else:
        assert value(rule, record, other, missing=words) == gives


def test_false_is_a_value_where_only_booleans_ever_were() -> None:
    assert value("a", {"a": False}, {"a": None}, missing=(False,)) is False


def test_words_inside_lists_of_objects_are_null_too() -> None:
    record = {"rows": [{"q": ""}, {"q": 2}]}
    assert value("[r.q for r in rows]", record, missing=("",), gives=list[int | None]) == [None, 2]
    assert value("sum(first_of(r.q, 0) for r in rows)", record, missing=("",)) == 2


def test_a_required_target_rejects_a_word_for_nothing() -> None:
    from pydantic import create_model

    from tests.rules.compiled import load, spec_of

    seen = source([{"a": ""}, {"a": "x"}], ("",))
    module = load(spec_of(seen, create_model("Needy", name=(str, ...)), {"name": "a"}))
    assert reasons(module, {"a": ""})[0].startswith("expected a value")
    assert module.map_record({"a": "x"})[0].name == "x"


# only ever null


@pytest.mark.parametrize(
    ("rule", "gives", "later", "then"),
    [
        ("a", str, "x", "x"),
        ("a", int, 5, 5),
        ("a | upper", str, "x", "X"),
        ("a | from_epoch | to_epoch", int, 7, 7),
        ("a or 'z'", str, "x", "x"),
        ("first_of(a, 1)", int, 5, 5),
        ("a | default('z')", str, "x", "x"),
        ("(a | number) + 1", Decimal, 2, 3),
        ("a", list[str], ["x"], ["x"]),
        ("a", list[int | None], [5, None], [5, None]),
    ],
)
def test_a_path_that_was_only_null_takes_its_type_from_where_it_goes(
    rule: str, gives: Any, later: Any, then: Any
) -> None:
    module = rule_module(source([{"a": None}]), rule, gives)
    assert not isinstance(outcome(module, {"a": None, "b": 1}), module.Reject)
    assert outcome(module, {"a": later, "b": 1}) == then
    assert isinstance(outcome(module, {"a": {"b": 1}}), module.Reject)


@pytest.mark.parametrize("rule", ["a.b", "[x for x in a]", "a[0]", "a + 1", 'f"{a}"', "a < 3"])
def test_a_path_that_was_only_null_is_asked_for(rule: str) -> None:
    said = refusal(rule, {"a": None})
    assert "null" in said


@pytest.mark.parametrize(
    ("rule", "remedy"),
    [("a.b", "that have an object at a."), ("[x for x in a]", "that have a list at a.")],
)
def test_what_such_a_path_has_to_hold_is_asked_for(rule: str, remedy: str) -> None:
    assert refusal(rule, {"a": None}).endswith(f"Record records {remedy}")


@pytest.mark.parametrize("gives", [dict, list[dict[str, str]]])
def test_a_target_that_does_not_say_what_it_holds_either_is_asked_to(gives: Any) -> None:
    said = refusal("a", {"a": None}, gives=gives)
    assert "does not say which fields it has" in said
    assert "Make it a model" in said


def test_two_rules_that_expect_different_types_of_it_are_refused() -> None:
    from pydantic import create_model

    from intkit.errors import RuleError
    from tests.rules.compiled import load, spec_of

    target = create_model("Two", a=(str | None, None), b=(int | None, None))
    with pytest.raises(RuleError, match="the target takes a whole number"):
        load(spec_of(source([{"x": None}]), target, {"a": "x | upper", "b": "x"}))
