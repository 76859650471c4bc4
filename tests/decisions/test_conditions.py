"""Conditions: null, "", [] and false are no; numbers and text that says yes or no are refused."""

from typing import Any

import pytest

from tests.rules.compiled import value

TRUE: dict[str, Any] = {"t": "x", "y": True, "n": 5, "xs": ["a"], "o": {"k": "v"}, "d": "2026-01-02"}
FALSE: dict[str, Any] = {"t": "", "y": False, "n": 0, "xs": [], "o": {"k": None}, "d": "2026-01-01"}
NULL: dict[str, Any] = dict.fromkeys(TRUE)

CONDITIONS = [
    # condition, with values, with empty ones, with nulls
    ("t", "yes", "no", "no"),
    ("y", "yes", "no", "no"),
    ("xs", "yes", "no", "no"),
    ("o", "yes", "yes", "no"),
    ("o.k", "yes", "no", "no"),
    ("not t", "no", "yes", "yes"),
    ("not o", "no", "no", "yes"),
    ("t and y", "yes", "no", "no"),
    ("t and not y", "no", "no", "no"),
    ("t or xs", "yes", "no", "no"),
    ("t and xs and y and o", "yes", "no", "no"),
    ("(t or xs) and not (y and o)", "no", "no", "no"),
    ("not (t or y)", "no", "yes", "yes"),
    ("n > 3", "yes", "no", "no"),
    ("not n > 3", "no", "yes", "yes"),
    ("n > 3 or n is None", "yes", "no", "yes"),
    ("n == 0", "no", "yes", "no"),
    ("n != 0", "yes", "no", "yes"),
    ("n in (0, 1)", "no", "yes", "no"),
    ("t is not None", "yes", "yes", "no"),
    ("(d | parse_date) > ('2026-01-01' | parse_date)", "yes", "no", "no"),
    ("t == 'x' and n == 5", "yes", "no", "no"),
    ('"a" in xs', "yes", "no", "no"),
    ("len(xs) > 0", "yes", "no", "no"),
    ("True", "yes", "yes", "yes"),
    ("not True", "no", "no", "no"),
]


@pytest.mark.parametrize(("condition", "with_values", "empty", "null"), CONDITIONS)
def test_a_condition(condition: str, with_values: str, empty: str, null: str) -> None:
    rule = f'"yes" if {condition} else "no"'
    for record, gives in ((TRUE, with_values), (FALSE, empty), (NULL, null)):
        assert value(rule, record, TRUE, FALSE, NULL) == gives


def test_and_and_or_give_an_operand_as_in_python() -> None:
    assert value('t or "z"', FALSE, NULL) == "z"
    assert value('t and "z"', FALSE, NULL) == ""
    assert value("xs or []", NULL, TRUE) == []
    assert value('xs or ["z"]', FALSE, TRUE) == ["z"]
    assert value("t or o.k", {**FALSE, "o": {"k": "v"}}, NULL) == "v"


@pytest.mark.parametrize("words", [("true", "false"), ("yes", "no"), ("1", "0"), ("True", "False")])
def test_a_text_boolean_is_no_condition(words: tuple[str, str]) -> None:
    """HubSpot's "false" is a text, and every text but "" is a yes."""
    from tests.rules.compiled import refusal

    records = [{"b": words[0]}, {"b": words[1]}] * 5
    assert "(b | yes_no)" in refusal('"a" if b else "c"', *records)
    assert value('"a" if (b | yes_no) else "c"', records[1], *records) == "c"


def test_a_record_is_left_out_only_where_the_condition_says_so() -> None:
    from pydantic import create_model

    from tests.rules.compiled import load, source, spec_of

    target = create_model("Kept", t=(str | None, None))
    for when, kept in (("t and not y", 0), ("y", 1), ("n > 3", 1), ("xs and o and n == 5", 1), ("not t", 2)):
        spec = spec_of(source([TRUE, FALSE, NULL]), target, {"t": "t"}, when=when)
        module = load(spec)
        assert sum(len(module.map_record(each)) for each in (TRUE, FALSE, NULL)) == kept


def test_a_null_list_further_down_holds_nothing() -> None:
    full, null = {"t": "x", "rows": [{"tags": ["x"]}]}, {"t": "x", "rows": [{"tags": None}]}
    assert value("t in rows[0].tags", full, null) is True
    assert value("t in rows[0].tags", null, full) is False
    assert value("t not in rows[0].tags", {"t": "x", "rows": []}, full, null) is True


def test_only_the_whole_is_asked_whether_it_is_null() -> None:
    for record, gives in ((NULL, True), ({**NULL, "xs": ["a"]}, False), (TRUE, False)):
        assert value("(t or xs[0]) is None", record, NULL, TRUE) is gives
        assert value("[(t or xs[0]) is None for each in [1]]", record, NULL, TRUE) == [gives]
