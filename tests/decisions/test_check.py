"""What is said before data: each gap, loss and leftover with its count, worst first."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import pytest
from pydantic import BaseModel, Field, create_model

from tests.rules.shop import ORDERS, Row, Sale, make_mapping, new_mapping


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))


def said(mapping, word):
    (found,) = [each for each in mapping.check() if word in each.what]
    return found


def test_a_required_target_without_a_rule_is_an_error():
    found = said(new_mapping().set("number", "id"), "required and has no rule")
    assert (found.severity, found.target) == ("error", "total")
    assert "mapping.set('total'" in found.remedy


def test_a_required_target_says_how_many_records_its_null_source_costs():
    found = said(new_mapping().set("number", "state").set("total", "1"), "null or missing")
    assert (found.severity, found.target, found.records) == ("warning", "number", 1)
    assert new_mapping().set("number", "state").set("total", "1").apply(ORDERS).headline() == (
        "4 records, 3 accepted, 1 rejected"
    )


def test_values_that_a_map_lacks_are_told_with_their_counts():
    orders = [{"id": str(n), "state": "new" if n % 3 else "gone"} for n in range(12)]
    mapping = new_mapping(records=orders).set("number", "id").set("total", "1")
    found = said(mapping.value_map("STATES", {"new": "n"}).set("state", "state | lookup(STATES)"), "lacks")
    assert (found.target, found.records) == ("state", 4)
    assert "'gone' (4×)" in found.what


STATES = [{"id": str(n), "state": ["new", "gone", "void", None][n % 4], "on": n % 2 == 0} for n in range(24)]


@pytest.mark.parametrize(
    ("when", "lacking"),
    [
        ("", "'gone' (6×), 'void' (6×)."),
        ("state != 'gone'", "'void' (6×)."),
        ("order.state not in ('gone', 'old')", "'void' (6×)."),
        ("not (state == 'gone' or state is None)", "'void' (6×)."),
        (
            "state and state != 'gone' and on",
            "'void' (6×), before conditions on other fields leave some out.",
        ),
        ("on", "'gone' (6×), 'void' (6×), before conditions on other fields leave some out."),
        ("state in STATES", None),
        ("state == 'new' or state is None", None),
    ],
)
def test_values_that_a_map_lacks_are_of_the_records_that_are_mapped(when, lacking):
    mapping = new_mapping(records=STATES).set("number", "id").set("total", "1")
    mapping.value_map("STATES", {"new": "n"}).when(when).set("state", "state | lookup(STATES)")
    found = [each for each in mapping.check() if "lacks" in each.what]
    assert [each.what.partition("lacks: ")[2] for each in found] == ([] if lacking is None else [lacking])


def test_values_in_rows_are_of_the_rows_that_are_mapped():
    rows = [{"kind": "note", "sku": "n"}, {"kind": "item", "sku": "i"}, {"kind": "note", "sku": "n"}]
    mapping = new_mapping(records=[{"id": "1", "lines": rows}]).set("number", "id").set("total", "1")
    mapping.value_map("KINDS", {"item": "I"}).set("rows[]", "for line in lines")
    mapping.set("rows[].sku", "line.kind | lookup(KINDS)").set("rows[].pieces", "1")
    assert "'note' (2×)" in said(mapping, "lacks").what
    mapping.set("rows[]", "for line in lines if line.kind != 'note'")
    assert not [each for each in mapping.check() if "lacks" in each.what]


@pytest.mark.parametrize(("when", "costs"), [("", 6), ("on", 6), ("state", 0), ("state is not None", 0)])
def test_a_null_source_costs_no_record_that_is_left_out(when, costs):
    mapping = new_mapping(records=STATES).set("number", "state").set("total", "1").when(when)
    found = [each for each in mapping.check() if "null or missing" in each.what]
    assert sum(each.records for each in found) == costs
    assert [each.what.endswith("leave some out.") for each in found] == [when == "on"] * (costs > 0)


def test_a_field_is_missing_where_its_object_is_or_is_another_thing():
    buyers = ["b1", "b2", {"mail": "a"}, {"mail": None}, {}, None]
    orders = [{"id": str(n), "buyer": buyer} for n, buyer in enumerate(buyers)]
    mapping = new_mapping(records=orders).set("number", "buyer.mail | upper").set("total", "1")
    found = said(mapping, "null or missing")
    assert found.what.endswith("buyer.mail was null or missing 5 times in 6.")
    assert found.records == len(mapping.apply(orders).rejects) == 5


def test_a_null_costs_its_record_where_a_default_is_made_by_a_function():
    target = create_model("Made", number=(str, Field(default_factory=lambda: "new")), rest=(list[str], []))
    mapping = new_mapping(target=target).set("number", "state")
    found = said(mapping, "null or missing")
    assert found.what == "The target takes no null, and state was null or missing 1 times in 4."
    assert found.records == len(mapping.apply(ORDERS).rejects) == 1
    assert [
        each.number for each in mapping.unset("number").set("rest", "[state]").apply(ORDERS[:1]).accepted
    ] == ["new"]


def test_a_null_costs_its_record_where_the_other_choice_is_to_reject():
    mapping = new_mapping().set("number", 'state if id != "a4" else reject("ours")').set("total", "1")
    assert said(mapping, "null or missing").records == 1
    mapping.set("number", 'state if state is not None else reject("no state")')
    assert not [each for each in mapping.check() if "null or missing" in each.what]


def test_each_place_that_a_required_target_needs_is_told_with_its_count():
    orders = [{"id": "a", "place": None, "code": "1"}, {"id": None, "place": {"town": None}, "code": "2"}]
    orders += [{"id": "c", "place": {"town": "Gent"}, "code": None}]
    mapping = new_mapping(records=orders).set("number", 'f"{id} {place.town}"').set("total", "code | number")
    found = {each.target: (each.what, each.records) for each in mapping.check() if "null or" in each.what}
    assert found["number"][0].endswith("place.town was null or missing 2 times in 3, id 1 times in 3.")
    assert (found["number"][1], found["total"][1]) == (2, 1)


def test_values_that_the_target_does_not_take_are_told_with_their_counts():
    orders = [{"id": str(n), "state": "new" if n % 3 else "gone"} for n in range(12)]
    target = create_model("Strict", state=(Literal["new", "old"], ...))
    found = said(new_mapping(target=target, records=orders).set("state", "state"), "does not take")
    assert (found.severity, found.records) == ("warning", 4)
    assert "'gone' (4×)" in found.what


def test_a_float_for_decimals_is_told_as_a_loss():
    target = create_model("Lossy", total=(float, ...))
    found = said(new_mapping(target=target).set("total", "total | number"), "float")
    assert (found.severity, found.target) == ("warning", "total")
    exact = create_model("Exact", total=(Decimal, ...))
    assert not [
        each
        for each in new_mapping(target=exact).set("total", "total | number").check()
        if "float" in each.what
    ]


def test_a_rule_that_no_longer_works_is_an_error_with_its_remedy():
    make_mapping().save()
    changed = [{key.replace("lines", "rows"): value for key, value in order.items()} for order in ORDERS]
    found = said(new_mapping(records=changed), "has a field 'lines'")
    assert (found.severity, found.target) == ("error", "rows[]")


def test_a_source_that_was_only_ever_null_is_told():
    orders = [{"id": "a1", "state": None}, {"id": "a2", "state": None}]
    mapping = new_mapping(records=orders).set("number", "id").set("total", "1").set("state", "state")
    found = said(mapping, "only ever null")
    assert (found.severity, found.target) == ("note", "state")
    assert "text is assumed" in found.what


class Holder(BaseModel):
    """A sale with an object, and a list of plain values."""

    number: str
    row: Row | None = None
    tags: list[str] = []
    sizes: list[int] = []
    notes: list[str] = []


def test_a_source_of_an_object_or_a_list_that_was_only_ever_null_is_told():
    orders = [{"id": "a1", "ship": None, "tags": None, "notes": [None], "sizes": []}] * 2
    mapping = new_mapping(target=Holder, records=orders).set("number", "id").set("tags", "tags")
    mapping.set("row", "if ship").set("row.sku", "id").set("row.pieces", "1")
    mapping.set("notes", "[note for note in notes if note is not None]").set("sizes", "sizes")
    told = {each.target: each.what for each in mapping.check() if "never" in each.what or "null" in each.what}
    assert told == {
        "row": "ship was only ever null; what it holds is not known.",
        "tags": "tags was only ever null; a list of text is assumed.",
        "sizes": "sizes[] was never there; a whole number is assumed.",
        "notes": "notes[] was only ever null; text is assumed.",
    }


def test_source_fields_and_names_that_no_rule_uses_are_told():
    mapping = new_mapping().set("number", "id").set("total", "1")
    mapping.value_map("STATES", {"new": "n"}).constant("BOOK", "b").constant("BOOKED", "c").set(
        "state", "BOOKED"
    )
    what = [each.what for each in mapping.check()]
    assert "3 of 4 source fields are not used: total, state, lines." in what
    assert "No rule uses the value map STATES." in what
    assert "No rule uses the constant BOOK." in what
    assert "No rule uses the constant BOOKED." not in what


def test_findings_stand_worst_first_and_the_costly_before_the_cheap():
    orders = [
        {"id": "a", "x": None, "y": None},
        {"id": "b", "x": "1", "y": None},
        {"id": "c", "x": "1", "y": "1"},
    ]
    target = create_model("Wide", no=(str, ...), x=(str, ...), y=(str, ...), z=(str | None, None))
    mapping = new_mapping(target=target, records=orders).set("x", "x").set("y", "y")
    assert mapping.check()[0].severity == "error"
    found = mapping.set("no", "id").check()
    assert [(each.severity, each.target) for each in found][:3] == [
        ("warning", "y"),
        ("warning", "x"),
        ("note", "z"),
    ]


def test_a_whole_mapping_has_nothing_to_say():
    assert "Nothing to say" in repr(make_mapping().check())


def test_suggestions_are_by_name_and_type_and_set_nothing():
    mapping = new_mapping()
    before = repr(mapping)
    suggested = mapping.suggest()
    assert {each.target: each.rule for each in suggested} == {"total": "total | number", "state": "state"}
    assert repr(mapping) == before
    assert suggested[1].reason == "same name; there in 3 of 4"


def test_accepted_suggestions_become_rules():
    mapping = new_mapping()
    mapping.suggest().accept("state")
    assert mapping.table().rows[2][:3] == ["state", "text, or null", "state"]
    assert "total | number" not in repr(mapping)
    mapping.suggest().accept()
    assert "total | number" in repr(mapping)


def test_a_suggestion_that_is_not_there_is_told():
    with pytest.raises(Exception, match="Did you mean 'total'"):
        new_mapping().suggest().accept("totl")


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        ({"Number": "a"}, "Number"),
        ({"NUMBER": "a"}, "NUMBER"),
        ({"head": {"number": "a"}}, "head.number"),
        ({"order-number": "a"}, None),
        ({"a": {"number": "1"}, "b": {"number": "1"}}, None),
        ({"number": "b", "a": {"number": "1"}}, "number"),
        ({"number": {"x": 1}}, None),
        ({"number": 7}, "number | text"),
        ({"number": None}, None),
    ],
)
def test_a_name_may_be_spelt_otherwise_but_never_guessed(record, rule):
    found = {each.target: each.rule for each in new_mapping(records=[record]).suggest()}
    assert found.get("number") == rule


def test_words_may_be_parted_otherwise():
    target = create_model("Parted", customer_id=(str, ...), lastName=(str, ...))
    record = {"customer": {"id": "c"}, "last-name": "x"}
    found = {each.target: each.rule for each in new_mapping(target=target, records=[record]).suggest()}
    assert found == {"customer_id": "customer.id", "lastName": 'order["last-name"]'}


def test_rows_are_suggested_with_their_fields():
    orders = [{"id": "a", "rows": {"data": [{"SKU": "x", "pieces": "2"}]}}]
    mapping = new_mapping(target=Sale, records=orders)
    mapping.suggest().accept()
    mapping.set("number", "id").set("total", "1")
    assert mapping.apply(orders).accepted[0].model_dump()["rows"] == [{"sku": "x", "pieces": 2}]


def test_a_choice_is_suggested_only_where_it_takes_all_that_was_seen():
    orders = [{"state": state} for state in ["new", "old"] * 4]
    fits = create_model("Fits", state=(Literal["new", "old"], ...))
    lacks = create_model("Lacks", state=(Literal["new"], ...))
    assert len(new_mapping(target=fits, records=orders).suggest()) == 1
    assert len(new_mapping(target=lacks, records=orders).suggest()) == 0
