"""The same rows by map_records, by map_batches and from the command line."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import BaseModel

from tests.export.awkward import GOLDEN, load_golden, records_of
from tests.rules.compiled import load, source, spec_of

NAMES = ["unions", "rows", "each_when", "choices", "nothing"]
# unions among a column's values have no place in Arrow's own types
TYPED = ["rows", "each_when", "choices"]


def run(module: Any, *arguments: str | Path) -> int:
    options = module.command_line("made").parse_args([*map(str, arguments)])
    return module.run_command(options, module.map_record, module.FACTS)


def expected(module: Any, name: str) -> list[dict[str, Any] | None]:
    """Return what map_records gives: fields by name, None for a reject."""
    made = module.map_records(records_of(name))
    return [None if isinstance(each, module.Reject) else each.model_dump(mode="python") for each in made]


def plain(value: Any) -> Any:
    """Return a value as it compares: enums as what they stand for, times in UTC."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if hasattr(value, "astimezone"):
        return value.astimezone(UTC)
    return (
        value
        if isinstance(value, bool | int | float | Decimal | None)
        else str(getattr(value, "value", value))
    )


def rows_of(batches: list[Any]) -> list[dict[str, Any] | None]:
    found = []
    for row in (row for batch in batches for row in batch.to_pylist()):
        reject = row.pop("reject")
        assert (reject is None) or set(row.values()) == {None}
        found.append(row if reject is None else None)
    return found


def json_batch(name: str) -> Any:
    lines = [json.dumps(record) for record in records_of(name)]
    return pa.RecordBatch.from_pydict({"value": lines})


@pytest.mark.parametrize("name", NAMES)
def test_a_column_of_json_gives_the_rows_of_map_records(name):
    module = load_golden(name)
    batches = list(module.map_batches(iter([json_batch(name), json_batch(name)])))
    assert [batch.schema for batch in batches] == [batches[0].schema] * 2
    assert [plain(row) for row in rows_of(batches[:1])] == [plain(row) for row in expected(module, name)]


@pytest.mark.parametrize("name", TYPED)
def test_a_column_a_field_gives_the_rows_of_map_records(name):
    module = load_golden(name)
    batch = pa.RecordBatch.from_pylist(records_of(name))
    made = rows_of(list(module.map_batches(iter([batch]))))
    assert [plain(row) for row in made] == [plain(row) for row in expected(module, name)]


def test_the_schema_is_the_targets_even_of_an_empty_batch():
    module = load_golden("each_when")
    (empty,) = module.map_batches(iter([json_batch("each_when").slice(0, 0)]))
    assert empty.num_rows == 0
    assert empty.schema.names == ["refund_id", "charge_id", "amount", "at", "reject"]
    assert str(empty.schema.field("amount").type) == "decimal128(38, 18)"


def test_a_reject_is_json_with_key_problems_and_record():
    module = load_golden("each_when")
    (made,) = module.map_batches(iter([json_batch("each_when")]))
    reject = next(json.loads(text) for text in made.column("reject").to_pylist() if text)
    assert reject["key"] == "ch_4[0]"
    assert reject["problems"][0]["target"] == "amount"
    assert reject["record"]["currency"] == "e!"


def test_a_value_that_arrow_has_no_room_for_is_a_reject_and_no_other_row_suffers():
    module = load_golden("rows")
    records = records_of("rows")
    records[1]["lines"]["data"] = [{"sku": "x", "quantity": 2**70, "price": 1.0, "taxes": []}]
    batch = pa.RecordBatch.from_pydict({"value": [json.dumps(record) for record in records]})
    assert [row is None for row in rows_of(list(module.map_batches(iter([batch]))))] == [False, True, True]


def test_the_line_of_a_reject_is_json_even_of_a_number_that_json_lacks():
    module = load_golden("rows")
    (made,) = module.map_record({**records_of("rows")[0], "id": None, "more": [float("nan"), 2**70]})
    line = json.loads(module.reject_line(made), parse_constant=pytest.fail)
    assert line["record"]["more"] == ["NaN", 2**70]


def test_nothing_of_arrow_is_imported_before_it_is_used():
    script = "import sys, rows; list(rows.map_records([b'{}'])); sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=GOLDEN, check=False).returncode == 0


def test_half_a_character_has_no_room_in_arrow():
    module, (record, *_) = load_golden("rows"), records_of("rows")
    (refused,) = module.arrow_rows(module.map_record, module.FACTS)({**record, "shop": "\ud83d"})
    assert [each.target for each in refused.problems] == ["lines[0].shop", "lines[1].shop"]
    assert refused.key == str(record["id"])


class TestCommand:
    @pytest.fixture
    def source(self, tmp_path) -> Path:
        path = tmp_path / "in.jsonl"
        path.write_text("\n".join(map(json.dumps, records_of("rows"))) + "\n\n", encoding="utf-8")
        return path

    def test_lines_come_out_as_map_records_gives_them(self, source, tmp_path, capsys):
        module, out, rejects = load_golden("rows"), tmp_path / "out.jsonl", tmp_path / "rejects.jsonl"
        assert run(module, source, "--out", out, "--rejects", rejects, "--max-rejects", "1") == 0
        assert capsys.readouterr().err == "2 accepted, 1 rejected, 0 left out\n"
        made = [
            each for each in module.map_records(records_of("rows")) if not isinstance(each, module.Reject)
        ]
        assert out.read_text(encoding="utf-8").splitlines() == [each.model_dump_json() for each in made]
        (reject,) = map(json.loads, rejects.read_text(encoding="utf-8").splitlines())
        assert reject["key"] == "3"
        assert reject["record"] == records_of("rows")[2]

    @pytest.mark.parametrize("suffix", [".parquet", ".jsonl"])
    def test_parquet_goes_in_and_out(self, tmp_path, suffix):
        module, source, out = load_golden("rows"), tmp_path / "in.parquet", tmp_path / f"out{suffix}"
        pq.write_table(pa.Table.from_pylist(records_of("rows")), source)
        assert run(module, source, "--out", out, "--max-rejects", "1") == 0
        if suffix == ".parquet":
            made = [row for row in expected(module, "rows") if row]
            assert plain(pq.read_table(out).to_pylist()) == plain(made)
        else:
            assert len(out.read_text(encoding="utf-8").splitlines()) == 2

    def test_a_value_that_parquet_has_no_room_for_is_a_reject_and_the_rest_is_written(self, source, tmp_path):
        record = records_of("rows")[0]
        record["lines"]["data"] = [{"sku": "x", "quantity": 2**70, "price": 1.0, "taxes": []}]
        source.write_text(f"{json.dumps(record)}\n{json.dumps(records_of('rows')[1])}\n", encoding="utf-8")
        out, rejects = tmp_path / "out.parquet", tmp_path / "rejects.jsonl"
        assert run(load_golden("rows"), source, "--out", out, "--rejects", rejects) == 3
        assert pq.read_table(out).num_rows == 1
        (reject,) = map(json.loads, rejects.read_text(encoding="utf-8").splitlines())
        assert (reject["key"], reject["record"]) == (str(record["id"]), record)
        told = {each["target"]: (each["path"], each["reason"]) for each in reject["problems"]}
        assert told["lines[0].quantity"] == ("lines.data[].quantity", "expected no more than 64 bits")
        assert told.keys() == {"total", "lines[0].quantity"}

    def test_a_file_may_begin_with_the_mark_of_its_encoding(self, source, tmp_path):
        source.write_bytes(b"\xef\xbb\xbf" + source.read_bytes())
        out = tmp_path / "out.jsonl"
        assert run(load_golden("rows"), source, "--out", out, "--max-rejects", "1") == 0
        assert len(out.read_bytes().splitlines()) == 2

    def test_csv_goes_in_as_the_types_that_the_mapping_reads(self, tmp_path):
        module, source, out = load_golden("choices"), tmp_path / "in.csv", tmp_path / "out.jsonl"
        with source.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, records_of("choices")[0])
            table.writeheader()
            table.writerows(records_of("choices"))
        run(module, source, "--out", out)
        results = module.map_records(records_of("choices"))
        accepted = [each for each in results if not isinstance(each, module.Reject)]
        # digits are text where text is read, and an empty cell is null where null may be
        assert out.read_text(encoding="utf-8").splitlines() == [each.model_dump_json() for each in accepted]

    def test_a_row_of_csv_with_another_number_of_cells_is_exit_code_2(self, tmp_path, capsys):
        (tmp_path / "in.csv").write_text("guid,phase\nx,1\ny,2,3\n", encoding="utf-8")
        assert run(load_golden("choices"), tmp_path / "in.csv", "--out", tmp_path / "out.jsonl") == 2
        assert "line 3: expected 2 cells, got 3" in capsys.readouterr().err
        assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]

    def test_targets_and_rejects_do_not_go_into_one_file(self, source, tmp_path, capsys):
        out = tmp_path / "out.jsonl"
        assert run(load_golden("rows"), source, "--out", out, "--rejects", tmp_path / "." / "out.jsonl") == 2
        assert "the same file" in capsys.readouterr().err
        assert not out.exists()

    def test_csv_that_comes_out_starts_no_formula(self, tmp_path):
        module, out = load_golden("rows"), tmp_path / "out.csv"
        line = module.Line(sku="@x", quantity=1, shop="é", taxes=[])
        order = module.Order(order_id="=1+1", total=Decimal("-1.5"), lines=[line], address=None)
        with module.open_out(str(out), module.COLUMNS) as write:
            write(order)
        (row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
        assert (row["order_id"], row["total"], row["address"]) == ("'=1+1", "-1.5", "")
        assert json.loads(row["lines"]) == [{"sku": "@x", "quantity": 1, "shop": "é", "taxes": []}]

    def test_more_rejects_than_allowed_is_exit_code_3_and_the_files_are_there(self, source, tmp_path):
        out = tmp_path / "out.jsonl"
        assert run(load_golden("rows"), source, "--out", out) == 3
        assert len(out.read_text(encoding="utf-8").splitlines()) == 2

    def test_a_missing_file_is_exit_code_2_and_leaves_nothing(self, tmp_path, capsys):
        assert run(load_golden("rows"), tmp_path / "none.jsonl", "--out", tmp_path / "out.jsonl") == 2
        assert "none.jsonl" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []

    def test_a_broken_parquet_file_is_exit_code_2(self, tmp_path, capsys):
        (tmp_path / "in.parquet").write_bytes(b"PAR1 not really")
        assert run(load_golden("rows"), tmp_path / "in.parquet", "--out", tmp_path / "out.jsonl") == 2
        assert "made: " in capsys.readouterr().err
        assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]

    def test_an_interrupted_run_is_exit_code_130_and_keeps_the_old_file(self, source, tmp_path):
        module, out = load_golden("rows"), tmp_path / "out.jsonl"
        out.write_text("old", encoding="utf-8")

        def stop(record: Any) -> Any:
            raise KeyboardInterrupt

        options = module.command_line("made").parse_args([str(source), "--out", str(out)])
        assert module.run_command(options, stop, module.FACTS) == 130
        assert out.read_text(encoding="utf-8") == "old"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]

    def test_it_runs_as_a_program_and_helps(self, source, tmp_path):
        environment = {**os.environ, "PYTHONPATH": str(GOLDEN)}
        start = [sys.executable, "-m", "rows"]
        help_text = subprocess.run(
            [*start, "--help"], capture_output=True, text=True, env=environment, check=True
        )
        assert "Exit codes: 0 fine, 2 misuse, 3 more rejects than allowed" in help_text.stdout
        misuse = subprocess.run(start, capture_output=True, text=True, env=environment, check=False)
        assert misuse.returncode == 2
        out = tmp_path / "out.jsonl"
        done = subprocess.run(
            [*start, "-", "--out", str(out), "--max-rejects", "1"],
            input=source.read_bytes(),
            capture_output=True,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert len(out.read_bytes().splitlines()) == 2


ITEMS = [{"sku": "a", "price": Decimal("1.25")}, {"sku": "b", "price": Decimal("10.00")}]


class Item(BaseModel):
    """A target of two fields."""

    sku: str
    price: Decimal


def item_module() -> Any:
    return load(spec_of(source([{"sku": "x", "price": 1.5}]), Item, {"sku": "sku", "price": "price"}))


def test_decimals_of_arrow_are_the_decimals_that_they_are():
    (made,) = item_module().map_batches(iter([pa.RecordBatch.from_pylist(ITEMS)]))
    assert [(row["price"], row["reject"]) for row in made.to_pylist()] == [
        (Decimal("1.25"), None),
        (Decimal("10.00"), None),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"price": "1.25"}, "expected a decimal number, got '1.25' @ $.price"),
        ({"sku": Decimal("1.25")}, "expected text, got '1.25' @ $.sku"),
    ],
)
def test_neither_text_nor_decimals_of_arrow_stand_in_for_each_other(change, reason):
    module = item_module()
    (made,) = module.map_batches(iter([pa.RecordBatch.from_pylist([{**ITEMS[0], **change}])]))
    (problem,) = json.loads(made.column("reject")[0].as_py())["problems"]
    assert str(module.Problem(**problem)) == reason
