"""Applying: any form of records, in flat memory, with thresholds and corrections."""

from __future__ import annotations

import csv
import json
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import create_model

import intkit
from intkit.errors import IntkitError, MappingError
from intkit.mapping_files.cells import plain_cell, read_value, safe_cell, write_value
from tests.rules.shop import ORDERS, make_mapping, new_mapping

MUCH = ("a3", "total")


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def lines() -> bytes:
    return b"\n\n".join(json.dumps(order).encode() for order in ORDERS) + b"\n"


def test_dicts_texts_bytes_and_files_give_the_same(project, lines):
    path = project / "orders.jsonl"
    path.write_bytes(lines)
    mapping = make_mapping()
    wanted = mapping.apply(ORDERS).summary()
    texts = [json.dumps(order) for order in ORDERS]
    for records in (iter(ORDERS), intkit.Records.of(ORDERS), texts, lines, path, str(path)):
        assert mapping.apply(records).summary() == wanted


def test_a_reject_names_the_line_that_it_came_from(project, lines):
    path = project / "orders.jsonl"
    path.write_bytes(lines)
    assert [each.exchange for each in make_mapping().apply(path).rejects] == ["orders.jsonl, line 5"]


@pytest.mark.parametrize("records", [{"id": "a1"}, 7, None])
def test_what_is_no_series_of_records_is_refused(records):
    with pytest.raises(MappingError, match="not a series of records"):
        make_mapping().apply(records)


def test_a_file_that_is_not_there_is_told(project):
    with pytest.raises(IntkitError, match="cannot be read"):
        make_mapping().apply(project / "none.jsonl")


def test_a_stream_gives_each_outcome_when_its_record_comes():
    mapping, taken = make_mapping(), []

    def orders():
        for order in ORDERS:
            taken.append(order["id"])
            yield order

    outcomes = mapping.stream(orders())
    assert next(outcomes).number == "a1"
    assert taken == ["a1"]
    assert [getattr(each, "number", None) or each.key for each in outcomes] == ["a2", "a3"]


def test_figures_without_targets_need_no_more_memory_for_more_records():
    mapping = make_mapping()
    mapping.apply(ORDERS, keep=False)

    def peak(times):
        tracemalloc.start()
        result = mapping.apply((order for _ in range(times) for order in ORDERS), keep=False)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (result.records, result.accepted) == (4 * times, [])
        return most

    assert peak(1500) < peak(500) + 50_000


def test_figures_are_the_same_whether_targets_are_kept_or_not():
    kept, flat = (make_mapping().apply(ORDERS * 700, keep=keep) for keep in (True, False))
    assert flat.summary() == kept.summary()
    assert flat.coverage.rows == kept.coverage.rows
    assert len(flat.rejects) == 100


def test_distinct_values_are_told_from_each_other_however_long():
    orders = [{"id": "x" * 50 + end} for end in "abc"]
    mapping = new_mapping(records=orders).set("number", "id").set("total", "1")
    assert mapping.apply(orders).coverage.rows[0][3] == 3


def test_a_missing_field_counts_at_every_target_that_reads_it():
    result = make_mapping().apply([{"id": "a9", "state": "new", "lines": {"data": []}}])
    assert result.fields["total"].failed == 1
    assert result.fields["total"].first == "a9"
    assert result.rejects_table().rows[0][1] == "total"


def test_a_result_shows_the_first_rejects_and_says_how_many_more_there_are():
    bad = [{"id": f"a{n}", "total": "x", "state": "new", "lines": {"data": []}} for n in range(30)]
    result = make_mapping().apply(bad)
    assert len(result.rejects_table().rows) == 30
    for shown in (repr(result), result._repr_html_()):
        assert "a19" in shown
        assert "a20" not in shown
        assert "10 more rows: .rejects_table() has them" in shown


def test_a_failing_element_of_a_list_counts_at_its_field():
    mapping = intkit.Mapping(
        "listed",
        source=intkit.profile([{"prices": ["1"]}]),
        target=create_model("Listed", prices=(list[Decimal], ...)),
    )
    mapping.set("prices", "[price | number for price in prices]")
    assert mapping.apply([{"prices": ["1", "x"]}]).fields["prices"].failed == 1


def test_every_failing_field_of_a_record_is_told():
    bad = {"id": "a9", "total": "x", "state": "odd", "lines": {"data": []}}
    (reject,) = make_mapping().apply([bad]).rejects
    assert [problem.target for problem in reject.problems] == ["total", "state"]


def test_a_result_that_is_good_enough_passes_on():
    result = make_mapping().apply(ORDERS)
    assert result.require(max_rejects=1, filled={"state": 0.5}) is result
    assert result.require(max_rejects=0.25) is result


def test_every_missed_threshold_is_told():
    result = make_mapping().apply(ORDERS)
    with pytest.raises(MappingError) as missed:
        result.require(filled={"state": 0.9})
    assert "1 rejects, and 0 are allowed" in str(missed.value)
    with pytest.raises(MappingError, match=r"1 rejects, and 20 % of 4 are allowed"):
        result.require(max_rejects=0.2)
    assert "state is filled in 50 %, and 90 % is wanted" in str(missed.value)
    with pytest.raises(MappingError, match="Did you mean 'state'"):
        result.require(max_rejects=1, filled={"stat": 0.9})


def test_a_correction_is_laid_over_its_record(project):
    path = project / "orders.yaml"
    path.write_text('a3:\n  total: "12"\n  lines.data[0].sku: "q"\na9:\n  total: "1"\n')
    result = make_mapping().apply(ORDERS, corrections=path)
    assert [(sale.number, sale.total) for sale in result.accepted][-1] == ("a3", 12)
    assert result.accepted[-1].rows[0].sku == "q"
    assert (result.corrected, result.unmet) == (1, ["a9 total"])
    assert ORDERS[2]["total"] == "much", "the record itself stays as it is"
    assert "a9 total" in repr(result)


def test_a_correction_of_a_field_that_the_source_lacks_is_told_and_corrects_nothing(project):
    path = project / "orders.csv"
    path.write_text("key,path,correction\na3,totl,12\n")
    result = make_mapping().apply(ORDERS, corrections=path)
    assert (result.corrected, result.unmet) == (0, ["a3 totl"])
    assert "1 correction met no record, or no field of it: a3 totl." in str(result)


def test_a_correction_may_fill_an_object_that_is_missing(project):
    orders = [{"id": "a1", "buyer": {"name": "Ann"}}, {"id": "a2", "buyer": None}]
    path = project / "orders.yaml"
    path.write_text("a2:\n  buyer.name: Bob\n")
    mapping = new_mapping(records=orders).set("number", "buyer.name").set("total", "1")
    assert [sale.number for sale in mapping.apply(orders, corrections=path).accepted] == ["Ann", "Bob"]


def test_rejects_are_written_as_a_file_that_a_person_fills_in(project):
    mapping, path = make_mapping(), project / "fix.csv"
    result = mapping.apply(ORDERS)
    assert result.write_corrections(path) == path
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [(row["key"], row["path"]) for row in rows] == [MUCH]
    assert rows[0]["value"] == "much"
    assert mapping.apply(ORDERS, corrections=path).summary() == result.summary(), (
        "an open row corrects nothing"
    )
    path.write_text(path.read_text().rstrip("\n") + "99\n")
    assert mapping.apply(ORDERS, corrections=path).accepted[-1].total == 99


def test_corrections_may_be_parted_by_semicolons(project):
    path = project / "fix.csv"
    path.write_text("\ufeffkey;path;correction\na3;total;12\n", encoding="utf-8")
    assert make_mapping().apply(ORDERS, corrections=path).accepted[-1].total == 12


def test_a_number_is_corrected_as_one_though_text_stood_there(project):
    orders = [{"id": "a1", "sum": 1.5, "code": "7"}, {"id": "a2", "sum": 2, "code": "8"}]
    mapping = new_mapping(records=orders).set("number", "code").set("total", "sum")
    result = mapping.apply([*orders, {"id": "a3", "sum": "12,50", "code": "9"}])
    path = result.write_corrections(project / "fix.csv")
    path.write_text(path.read_text().rstrip("\n") + "12.50\na3,code,,,10\n")
    records = [{"id": "a3", "sum": "12,50", "code": "9"}]
    (sale,) = mapping.apply(records, corrections=path).accepted
    assert (sale.total, sale.number) == (Decimal("12.50"), "10")


def test_a_row_that_became_a_target_is_corrected_in_its_record(project):
    mapping = (
        new_mapping().each("for line in lines.data").set("number", "line.sku").set("total", "total | number")
    )
    result = mapping.apply(ORDERS)
    assert [reject.key for reject in result.rejects] == ["a3[0]"]
    path = result.write_corrections(project / "fix.csv")
    path.write_text(path.read_text().rstrip("\n") + "5\n")
    assert mapping.apply(ORDERS, corrections=path).accepted[-1].total == 5


def test_each_element_of_a_list_is_a_row_of_its_own_to_fill_in(project):
    order = {"id": "a9", "total": "1", "state": "new", "lines": {"data": [{"sku": 1}, {"sku": "y"}]}}
    orders = [ORDERS[0], order]
    mapping = new_mapping(records=orders).set("number", "id").set("total", "1")
    mapping.set("rows[]", "for line in lines.data").set("rows[].sku", "line.sku | text | truncate(1)")
    mapping.set("rows[].pieces", "line.sku | text | whole")
    result = mapping.apply(orders)
    rows = csv.DictReader(result.write_corrections(project / "fix.csv").read_text().splitlines())
    assert [(row["key"], row["path"]) for row in rows][-2:] == [
        ("a9", "lines.data[0].sku"),
        ("a9", "lines.data[1].sku"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("fix.yaml", "a3: [", "fix.yaml, line"),
        ("fix.yaml", "a3: much", "the corrections of 'a3' are 'much'"),
        ("fix.yaml", "- a3", "fix.yaml"),
        ("fix.yaml", "a3:\n  total..x: 1", "fix.yaml: This path cannot be read"),
        ("fix.yaml", "a3:\n  lines.data[].sku: 1", "does not name one value"),
        ("fix.csv", "key,pth,correction\n", "has no column 'path'. Did you mean 'pth'"),
        ("none.yaml", None, "no file"),
    ],
)
def test_a_damaged_corrections_file_is_told(project, name, text, said):
    if text is not None:
        (project / name).write_text(text)
    with pytest.raises(IntkitError) as refused:
        make_mapping().apply(ORDERS, corrections=project / name)
    assert said in str(refused.value)


@given(st.text())
def test_a_cell_is_never_a_formula_and_reads_back(text):
    cell = safe_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain_cell(cell) == text


@given(st.recursive(st.text() | st.integers() | st.booleans() | st.none(), st.lists))
def test_a_value_in_a_cell_reads_back_as_what_it_was(value):
    read = read_value(write_value(value))
    assert (read, repr(read)) == (value, repr(value))


def test_the_table_of_rejects_tells_what_is_rejected_on_purpose_once():
    mapping = make_mapping().set("number", 'id if id != "a1" else reject("not ours")')
    (row,) = [row for row in mapping.apply(ORDERS).rejects_table().rows if row[1] == "number"]
    assert row[2:4] == ["not ours", ""]
