"""The files of an import format have the headers of that format, in JSON, in CSV and in Parquet alike."""

from __future__ import annotations

import csv
import json
import sys

import httpx
import pyarrow.parquet as pq
import pytest

import intkit
from intkit.mapping_files.definitions import load_definitions

FORMAT = "Invoice date,Amount,Reference\n2026-01-31,10.50,A-1\n2026-02-28,7.25,\n"
HEADER = ["Invoice date", "Amount", "Reference"]
BILLS = [{"id": "b1", "day": "2026-03-01", "sum": "12.50"}, {"id": "b2", "day": "x", "sum": "1"}]


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    (tmp_path / "import.csv").write_text(FORMAT)
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_for_this_test_only")
    target = intkit.target_from(tmp_path / "import.csv", "Row", mapping="books")
    wire = httpx.MockTransport(lambda _: httpx.Response(200, json={"has_more": False, "data": BILLS}))
    with intkit.connect("stripe", cassette="shop/bills", mode="record", transport=wire) as shop:
        made = intkit.Mapping("books", source=shop.records("/v1/bills"), target=target)
    made.set("invoice_date", "day | parse_date").set("amount", "sum | number").set("reference", "id").save()
    path, _, _ = made.export()
    yield load_definitions(path)
    for name in ("books", "books_models"):
        sys.modules.pop(name, None)


@pytest.fixture
def written(module, tmp_path):
    """Return what the export's command writes in a form."""
    (tmp_path / "bills.jsonl").write_text("".join(json.dumps(each) + "\n" for each in BILLS))

    def write(ending):
        out = tmp_path / f"out.{ending}"
        words = [str(tmp_path / "bills.jsonl"), "--out", str(out), "--max-rejects", "1"]
        assert (
            module.run_command(
                module.command_line("books").parse_args(words), module.map_record, module.FACTS
            )
            == 0
        )
        return out

    return write


def test_csv_has_the_header_of_the_import_format(written):
    rows = list(csv.reader(written("csv").read_text().splitlines()))
    assert rows == [HEADER, ["2026-03-01", "12.50", "b1"]]


def test_json_and_parquet_name_the_columns_alike(written):
    (line,) = written("jsonl").read_text().splitlines()
    assert list(json.loads(line)) == HEADER == pq.read_schema(written("parquet")).names
