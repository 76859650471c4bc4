"""Lineage: every value leads back to its rule, to what the source held, and to the exchange it came in."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from intkit.errors import MappingError
from intkit.records import Origin, Records
from tests.rules.shop import ORDERS, make_mapping, new_mapping


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    return tmp_path


def test_a_value_leads_back_to_rule_note_source_and_exchange():
    records = Records.of(ORDERS, origin=Origin("shop/orders#2"))
    found = make_mapping().apply(records).lineage("a1", "total")
    assert (found.value, found.rule, found.note) == (Decimal("12.50"), "total | number", "euros")
    assert (found.source, found.exchange) == ({"total": "12.50"}, "shop/orders#2")
    assert "a1: total = Decimal('12.50')" in repr(found)
    assert "by the rule total | number. euros. From shop/orders#2." in repr(found)


def test_a_row_s_value_shows_what_all_rows_held():
    found = make_mapping().apply(ORDERS).lineage("a1", "rows[1].sku")
    assert (found.value, found.source) == ("y", {"lines.data[].sku": ["x", "y"]})


def test_of_a_rejected_record_the_reject_is_told():
    found = make_mapping().apply(ORDERS).lineage("a3", "total")
    assert found.value is None
    assert "expected a decimal number" in found.reasons
    assert "total has no value: expected a decimal number" in repr(found)
    assert found.source == {"total": "much"}


def test_of_a_record_that_is_left_out_this_is_told():
    found = make_mapping().apply(ORDERS).lineage("a4", "total")
    assert (found.value, found.reasons) == (None, "the record is left out")


def test_a_corrected_record_shows_its_correction(project):
    path = project / "orders.yaml"
    path.write_text('a3:\n  total: "12"\n')
    assert make_mapping().apply(ORDERS, corrections=path).lineage("a3", "total").source == {"total": "12"}


def test_a_field_without_a_rule_keeps_its_default():
    found = make_mapping().unset("state").apply(ORDERS).lineage("a1", "state")
    assert (found.value, found.rule, found.source) == (None, "", {})


def test_each_row_that_became_a_target_is_shown():
    mapping = new_mapping().each("for line in lines.data").set("number", "line.sku").set("total", "1")
    assert mapping.apply(ORDERS).lineage("a1", "number").value == ["x", "y"]


def test_a_file_s_line_is_the_exchange(project):
    path = project / "orders.jsonl"
    path.write_text("\n".join(map(json.dumps, ORDERS)))
    assert make_mapping().apply(path).lineage("a2", "number").exchange == "orders.jsonl, line 2"


@pytest.mark.parametrize(
    ("key", "target", "said"),
    [("a11", "total", "Did you mean 'a1'"), ("a1", "totl", "Did you mean 'total'")],
)
def test_what_is_not_there_is_told_with_the_nearest(key, target, said):
    with pytest.raises(MappingError, match=said):
        make_mapping().apply(ORDERS).lineage(key, target)


def test_records_that_are_gone_cannot_be_traced():
    with pytest.raises(MappingError, match="only once"):
        make_mapping().apply(iter(ORDERS)).lineage("a1", "total")
