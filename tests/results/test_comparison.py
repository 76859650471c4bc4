"""What a change of rules does: every record that comes out otherwise is counted, and no other."""

from __future__ import annotations

import copy
import subprocess
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
from pydantic import create_model
from ruamel.yaml import YAML

import intkit
from intkit.mapping_files.definitions import load_definitions
from intkit.mapping_files.mapping_file import _KEYS, _SOURCE_KEYS
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


FILE: dict[str, Any] = {
    "intkit": 1,
    "name": "whole",
    "notes": "Sales.",
    "source": {
        "record": "order",
        "key": "id",
        "connection": "shop",
        "cassette": "shop/orders",
        "request": "/orders",
        "params": {"state": "new"},
        "json": {"domain": []},
        "query": "{ orders }",
        "at": "data",
        "limit": 4,
        "joins": [{"name": "buyer", "on": "buyer_id", "key": "id", "source": {"connection": "shop"}}],
        "records": 4,
        "missing": {"words": [""]},
    },
    "target": "whole_models:Sale",
    "when": "state != 'void'",
    "each": "for line in lines",
    "nulls": "omit",
    "rules": {"number": {"rule": "id | short", "note": "cut"}, "sku": "line | part(item)"},
    "values": {"STATES": {"entries": {"new": "open", "paid": "closed"}, "note": "as the books say"}},
    "constants": {"BOOK": "sales", "DAY": {"given": "date"}},
    "transforms": {"short": "whole_models:short"},
    "fields": {
        "id": {"text": 4},
        "state": {"text": 3, "of": 4},
        "lines": {"list": 4},
        "lines[]": {"object": 9},
        "lines[].sku": {"text": 9},
    },
}
MODELS = """
from pydantic import BaseModel


class Sku(BaseModel):
    code: str


class Sale(BaseModel):
    number: str
    sku: Sku | None = None
    state: str | None = None


class Order(Sale):
    pass


def short(value: str) -> str:
    return value[:8]


def brief(value: str) -> str:
    return value[:4]
"""
PART = """
intkit: 1
rules:
  code: "sku"
"""
# what is changed in a file, and what is said of it: about what, before, after
STATED = [
    (("notes",), "Sales, all.", ("notes", "Sales.", "Sales, all.")),
    (("source", "record"), "sale", ("record", "order", "sale")),
    (("source", "key"), "state", ("key", "id", "state")),
    (("source", "connection"), "shop2", ("source connection", "shop", "shop2")),
    (("source", "cassette"), "shop/all", ("source cassette", "shop/orders", "shop/all")),
    (("source", "request"), "/sales", ("source request", "/orders", "/sales")),
    (("source", "params"), {}, ("source params", '{"state": "new"}', "")),
    (("source", "json"), {"domain": 1}, ("source json", '{"domain": []}', '{"domain": 1}')),
    (("source", "query"), "{ sales }", ("source query", "{ orders }", "{ sales }")),
    (("source", "at"), "rows", ("source at", "data", "rows")),
    (("source", "limit"), 9, ("source limit", "4", "9")),
    (("source", "joins", 0, "on"), "payer_id", ("source joins", '"on": "buyer_id"', '"on": "payer_id"')),
    (("source", "missing"), {}, ("source missing", '{"words": [""]}', "")),
    (("target",), "whole_models:Order", ("target", "Sale", "Order")),
    (("when",), "state", ("when", "state != 'void'", "state")),
    (
        ("each",),
        "for line in lines if line.sku",
        ("each", "for line in lines", "for line in lines if line.sku"),
    ),
    (("nulls",), "", ("nulls", "omit", "")),
    (("rules", "number"), {"rule": "id", "note": "cut"}, ("number", "id | short", "id")),
    (("rules", "number"), "id | short", ("number, note", "cut", "")),
    (("rules", "state"), "state", ("state", "", "state")),
    (("values", "STATES", "entries", "paid"), "done", ("STATES", "'paid': 'closed'", "'paid': 'done'")),
    (("values", "STATES", "given"), True, ("STATES, given", "", "at each run")),
    (("values", "STATES", "note"), "", ("STATES, note", "as the books say", "")),
    (("constants", "BOOK"), "web", ("BOOK", "'sales'", "'web'")),
    (("constants", "DAY"), {"given": "str"}, ("DAY", "date, given at each run", "str, given at each run")),
    (
        ("transforms", "short"),
        "whole_models:brief",
        ("models and transforms", "return value[:8]", "return value[:4]"),
    ),
    (("fields", "state"), {"text": 4}, ("source fields", "state: text or null", "state: text")),
]


def written(folder, content, models=MODELS, part=PART):
    folder.mkdir(exist_ok=True)
    path = folder / "whole.mapping.yaml"
    YAML().dump(content, path)
    (folder / "whole_models.py").write_text(models)
    (folder / "item.part.yaml").write_text(part)
    (folder / "whole.given.json").write_text('{"DAY": "2026-04-01", "STATES": {"new": "open"}}')
    return path


def stated(tmp_path, content, **more):
    """Return what is said to differ, where the mapping of today is another than FILE."""
    older = written(tmp_path / "older", FILE)
    written(tmp_path / "mappings", content, **more)
    return intkit.Mapping("whole").compare(older, [])


@pytest.mark.parametrize(("place", "value", "said"), STATED, ids=lambda each: str(each)[:40])
def test_whatever_else_a_mapping_says_is_told_where_it_differs(tmp_path, place, value, said):
    content = copy.deepcopy(FILE)
    part = reduce(lambda within, key: within[key], place[:-1], content)
    part[place[-1]] = value
    if value == "":
        del part[place[-1]]
    comparison = stated(tmp_path, content)
    about, before, after = said
    assert before in comparison.rules[about][0]
    assert after in comparison.rules[about][1]
    assert f"{about}: {comparison.rules[about][0] or 'nothing'}" in comparison.table().text(width=999)
    assert f"| {about} | {comparison.rules[about][0] and '`'}" in comparison.markdown()


def test_no_part_of_a_file_is_left_out_of_this():
    told = {place[0] for place, _, _ in STATED} | {place[1] for place, _, _ in STATED if len(place) > 1}
    assert {*_KEYS, *_SOURCE_KEYS} - told == {"intkit", "name", "records"}


def test_the_same_file_says_the_same(tmp_path):
    assert stated(tmp_path, FILE).rules == {}


def test_a_change_of_the_target_s_classes_is_told(tmp_path):
    folder = written(tmp_path / "mappings", FILE).parent
    for words in ("init -q", "add .", "-c user.name=Ann -c user.email=ann@shop.example commit -q -m first"):
        subprocess.run(["git", "-C", str(folder), *words.split()], check=True)
    models = MODELS.replace("state: str | None = None", 'state: Literal["new"] | None = None')
    models = models.replace("code: str", "code: Annotated[str, Field(min_length=2)]")
    written(
        folder, FILE, models=f"from typing import Annotated, Literal\nfrom pydantic import Field\n{models}"
    )
    said = intkit.Mapping("whole").compare("HEAD", []).rules
    assert said["target fields"] == (
        "state: text, or null, default None",
        "state: one of 'new', or null, default None",
    )
    assert "code: Annotated[str, Field(min_length=2)]" in said["models and transforms"][1]


def test_a_change_of_a_part_is_told(tmp_path):
    part = PART.replace('"sku"', '{rule: "sku | upper", note: "as printed"}') + "notes: An item.\n"
    assert stated(tmp_path, FILE, part=part).rules == {
        "item: code": ("sku", "sku | upper"),
        "item: code, note": ("", "as printed"),
        "item: notes": ("", "An item."),
    }


def test_what_a_run_gives_is_given_to_the_older_mapping_as_far_as_it_asks_for_it(tmp_path):
    before = written(tmp_path / "mappings", FILE)
    old = before.rename(tmp_path / "before.yaml")
    written(tmp_path / "mappings", {**FILE, "constants": FILE["constants"] | {"RATE": {"given": "int"}}})
    (tmp_path / "mappings" / "whole.given.json").unlink()
    new = intkit.Mapping("whole").give(DAY="2026-04-02", RATE=3)
    assert new.compare(old, []).rules == {"RATE": ("", "int, given at each run")}


def test_a_text_of_several_lines_or_with_marks_breaks_no_table(tmp_path):
    comparison = stated(tmp_path, {**FILE, "notes": "One `more`\nline"})
    assert "notes: Sales. → One `more` line" in comparison.table().text(width=999)
    assert "| notes | `Sales.` | `` One `more` line `` |" in comparison.markdown()
