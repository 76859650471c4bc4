"""What a change of rules does: every record that comes out otherwise is counted, and no other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import create_model

from intkit.rules.definitions import load_definitions
from tests.rules.shop import ORDERS, make_mapping, new_mapping


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))


def changes(old, new, records=ORDERS):
    return {(each.target, each.kind): each.records for each in new.compare(old, records).changes}


def test_the_same_rules_change_nothing():
    comparison = make_mapping().compare(make_mapping("other"), ORDERS)
    assert (comparison.changes, comparison.rules, comparison.changed, comparison.records) == ([], {}, 0, 4)


def test_another_rule_is_told_by_field_with_its_records():
    new = make_mapping("newer").set("number", "id | upper")
    comparison = new.compare(make_mapping(), ORDERS)
    (change,) = comparison.changes
    assert (change.target, change.kind, change.records) == ("number", "another text", 2)
    assert (change.first, change.before, change.after) == ("a1", "'a1'", "'A1'")
    assert change.keys == ["a1", "a2"]
    assert comparison.rules == {"number": ("id", "id | upper")}
    assert comparison.headline() == "2 of 4 records come out otherwise"


def test_what_becomes_null_or_another_type_is_told_apart():
    old = new_mapping(target=create_model("Old", no=(str | None, None), total=(str, ...)))
    new = new_mapping("newer", target=create_model("New", no=(str | None, None), total=(Decimal, ...)))
    old.set("no", "id").set("total", "'1'")
    new.set("no", "state").set("total", "1")
    assert changes(old, new) == {
        ("total", "text → decimal"): 4,
        ("no", "another text"): 3,
        ("no", "text → null"): 1,
    }


def test_records_that_are_accepted_rejected_or_left_out_otherwise_are_told():
    old = make_mapping()
    new = make_mapping("newer").when("state != 'new'").set("total", "1")
    assert changes(old, new)["(the record)", "accepted → left out"] == 1
    assert changes(old, new)["(the record)", "rejected → accepted"] == 1
    assert changes(old, new)["(the record)", "left out → rejected"] == 1
    (rejected,) = [each for each in new.compare(old, ORDERS).changes if each.kind == "rejected → accepted"]
    assert (rejected.before, rejected.after) == ("'total: expected a decimal number'", "")


def test_a_record_that_is_rejected_for_the_same_reason_is_no_change():
    new = make_mapping("newer").set("total", "total | strip | number")
    assert changes(make_mapping(), new) == {}


def test_rows_are_compared_one_by_one_and_counted_once_a_record():
    new = make_mapping("newer").set("rows[].sku", "line.sku | upper")
    assert changes(make_mapping(), new) == {("rows[].sku", "another text"): 1}
    fewer = make_mapping("fewer").set("rows[]", "for line in lines.data if line.pieces > 1")
    assert changes(make_mapping(), fewer)["rows[]", "another whole number"] == 1


def test_an_older_mapping_file_can_be_compared_with(tmp_path):
    models = tmp_path / "mappings" / "shop_models.py"
    models.parent.mkdir()
    models.write_text(
        "from pydantic import BaseModel\n\n\nclass Sale(BaseModel):\n    no: str | None = None\n"
    )
    mapping = new_mapping(target=load_definitions(models).Sale).set("no", "id")
    before = tmp_path / "before.yaml"
    before.write_bytes(mapping.save().read_bytes())
    mapping.unset("no").save()
    assert changes(before, mapping) == {("no", "text → null"): 4}
    assert changes(mapping.path, mapping) == {}


def test_the_markdown_is_a_table_that_no_value_breaks():
    orders = [{"id": "a|b\nc"}]
    old = new_mapping(records=orders).set("number", "id").set("total", "1")
    new = new_mapping("newer", records=orders).set("number", 'f"{id}|"').set("total", "1")
    text = new.compare(old, orders).markdown()
    rows = [line for line in text.splitlines() if line.startswith("| number")]
    assert len(rows) == 2
    assert all(line.replace("\\|", "").count("|") in (4, 7) for line in rows)
