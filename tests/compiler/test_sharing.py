"""A factor out of a table that several fields use gets a name, and nothing else changes."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, create_model

from intkit.compiler import compile as compiler
from intkit.compiler.compile import compile_mapping
from intkit.compiler.render import write_module
from tests.rules.compiled import load, reasons, source, spec_of

SEEN = source(
    [
        {"a": 1, "b": 2, "c": "EUR", "d": "JPY", "rows": [{"n": 1, "c": "EUR", "more": [{"n": 2}]}]},
        {"a": 3, "b": None, "c": "JPY", "d": None, "rows": []},
    ]
)


class More(BaseModel):
    price: Decimal


class Row(BaseModel):
    price: Decimal
    more: list[More] = []


class Target(BaseModel):
    one: Decimal
    two: Decimal | None
    three: Decimal = Decimal(0)
    text: str | None = None
    rows: list[Row] = []


def mapped(**rules: str) -> str:
    return write_module(compile_mapping(spec_of(SEEN, Target, {"two": "a", **rules})), "A mapping.", None)


def test_two_fields_share_one_look():
    text = mapped(one="a | minor_units(c)", three="(a + 1) | minor_units(c)")
    assert "    unit = MINOR_UNIT[record.c]\n" in text
    assert text.count("MINOR_UNIT[record.c]") == 1
    assert '"three": (record.a + 1) * unit,' in text


def test_a_factor_that_is_used_once_stays_where_it_is():
    assert '"one": record.a * MINOR_UNIT[record.c],' in mapped(one="a | minor_units(c)", two="a * 2")


def test_rows_and_their_rows_are_handed_the_unit_and_not_the_record():
    text = mapped(
        **{
            "one": "a | minor_units(c)",
            "rows[]": "for item in rows",
            "rows[].price": "item.n | minor_units(c)",
            "rows[].more[]": "for deep in item.more",
            "rows[].more[].price": "deep.n | minor_units(item.c)",
        }
    )
    assert "def to_row(item: RecordRow, unit: Decimal) -> dict[str, Any]:" in text
    assert "[to_row(item, unit) for item in record.rows]" in text
    assert "deep.n * MINOR_UNIT[item.c]" in text


def test_what_is_looked_up_only_at_times_gets_no_name_for_the_others_sake():
    text = mapped(one="a", two="(a | minor_units(c)) if b is not None else (b | minor_units(c))")
    assert "unit = MINOR_UNIT" not in text


def test_a_line_that_needs_the_unit_comes_after_it():
    text = mapped(one="a | minor_units(c)", two="sum(item.n | minor_units(c) for item in rows)")
    assert text.index("unit = MINOR_UNIT") < text.index("item.n * unit")


def test_text_that_looks_like_a_factor_stays_text():
    spec = spec_of(
        SEEN,
        Target,
        {"one": "a | minor_units(c)", "two": "a | minor_units(c)", "text": "'MINOR_UNIT[record.c]'"},
    )
    (made,) = load(spec).map_record({"a": 1, "b": 1, "c": "EUR", "d": "x", "rows": []})
    assert made.text == "MINOR_UNIT[record.c]"


def test_a_name_that_a_row_has_already_is_not_taken():
    text = mapped(
        **{
            "one": "a | minor_units(c)",
            "rows[]": "for unit in rows",
            "rows[].price": "unit.n | minor_units(c)",
        }
    )
    assert "unit_2 = MINOR_UNIT[record.c]" in text
    assert '"price": unit.n * unit_2,' in text


def test_a_wrong_currency_is_said_of_every_field_that_it_spoils():
    rules = {
        "one": "a | minor_units(c)",
        "three": "a | minor_units(c)",
        "two": "a",
        "rows[]": "for row in rows",
        "rows[].price": "row.n | minor_units(c)",
    }
    wrong = {"a": 1, "b": 1, "c": "EURO", "d": "x", "rows": [{"n": 1, "c": "EUR", "more": []}]}
    assert [text.rpartition(" -> ")[2] for text in reasons(load(spec_of(SEEN, Target, rules)), wrong)] == [
        "one",
        "three",
        "rows[0].price",
    ]


PLAIN = ["a | minor_units(c)", "b | minor_units(c)", "a | minor_units(d)", "(a | minor_units(c)) + b"]
CHOSEN = [f"({rule}) if b is not None else None" for rule in PLAIN] + [
    "sum(row.n for row in rows) | minor_units(c)",
    "sum(row.n | minor_units(c) for row in rows)",
    "(a | minor_units(c)) if (b | minor_units(d)) is None else (b | minor_units(c))",
    "first_of(b | minor_units(d), a | minor_units(c))",
]
RECORD = st.fixed_dictionaries(
    {
        "a": st.integers(0, 9),
        "b": st.none() | st.integers(0, 9),
        "c": st.sampled_from(["EUR", "JPY", "EURO"]),
        "d": st.none() | st.sampled_from(["EUR", "KWD", ""]),
        "rows": st.lists(
            st.fixed_dictionaries({"n": st.integers(0, 9), "c": st.just("X"), "more": st.just([])})
        ),
    }
)


@given(
    st.lists(st.sampled_from(PLAIN + CHOSEN), min_size=2, max_size=4),
    st.lists(RECORD, min_size=1, max_size=5),
)
def test_sharing_changes_no_outcome(texts: list[str], records: list[dict[str, Any]]) -> None:
    names = [f"f{index}" for index in range(len(texts))]
    kinds = [Decimal if text in PLAIN[:1] else Decimal | None for text in texts]
    target: Any = create_model(
        "Shared", **{name: (kind, ...) for name, kind in zip(names, kinds, strict=True)}
    )
    spec = spec_of(SEEN, target, dict(zip(names, texts, strict=True)))
    shared = load(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiler, "share_factors", lambda _: None)
        plain = load(spec)
    for record in records:
        ours, theirs = shared.map_record(record), plain.map_record(record)
        assert str(*ours) == str(*theirs)
