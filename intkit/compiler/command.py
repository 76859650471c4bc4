"""What every exported mapping brings along beside its runtime: Arrow batches, files and the command line.

These functions are copied into the modules that a mapping exports, so they lean on nothing of the kit; what they
need of pyarrow is imported where it is used.
"""

from __future__ import annotations

import argparse
import codecs
import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from decimal import Context, Decimal, Inexact, InvalidOperation
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from pydantic import BaseModel

from intkit.compiler.explanation import Facts, paths_of
from intkit.compiler.rejects import Problem, Record, Reject, parse_record, record_key, step_to

MapRecord: TypeAlias = Callable[[Record], Sequence[Any]]
RecordBatch: TypeAlias = Any  # pyarrow's, which is imported only where it is used
Write: TypeAlias = Callable[[Any], None]
# the field of a target, its value, and why Arrow has no room for it
Misfit: TypeAlias = tuple[str, Any, str]
# Spark's widest decimals with its default of places
ROOM = Context(prec=38, traps=[Inexact, InvalidOperation])
PLACES = Decimal("1e-18")


def records_of(batch: RecordBatch) -> Iterator[Record]:
    """Yield a batch's records: the texts of its only column, if that holds JSON, else a dict a row, as JSON has it."""
    kind = str(batch.schema.types[0]).removeprefix("large_") if batch.num_columns == 1 else ""
    if kind in ("string", "binary"):
        yield from batch.column(0).to_pylist()
    else:
        yield from (msgspec.to_builtins(row, builtin_types=(Decimal,)) for row in batch.to_pylist())


def batch_of(records: Iterable[Record], map_record: MapRecord, facts: Facts) -> RecordBatch:
    """Return what becomes of records as a batch: the target's columns, null in rejects, and the reject as JSON."""
    made = chain.from_iterable(map(arrow_rows(map_record, facts), records))
    rows = [{"reject": reject_line(each)} if isinstance(each, Reject) else each for each in made]
    schema = arrow_schema({**facts.columns, "reject": "text"})
    return import_module("pyarrow").RecordBatch.from_pylist(rows, schema)


def arrow_rows(map_record: MapRecord, facts: Facts) -> MapRecord:
    """Return what gives rows for Arrow in place of targets, and a reject where Arrow has no room for one."""

    def row_of(target: Any, record: Record, place: int) -> dict[str, Any] | Reject:
        misfits: list[Misfit] = []
        row = cells_of(target, facts.columns, "", misfits)
        if not misfits:
            return row
        raw = parse_record(record)
        key = record_key(raw, facts.key) + (f"[{place}]" if "each" in facts.gates else "")
        return Reject(key, [Problem(paths_of(name, facts), name, *why) for name, *why in misfits], raw)

    def rows_of(record: Record) -> list[dict[str, Any] | Reject]:
        results = enumerate(map_record(record))
        return [each if isinstance(each, Reject) else row_of(each, record, place) for place, each in results]

    return rows_of


def cells_of(target: Any, columns: Mapping[str, Any], where: str, misfits: list[Misfit]) -> dict[str, Any]:
    """Return what a target or a part of it holds, by column; a column is called what the field is in JSON."""
    names = getattr(type(target), "model_fields", columns)
    pairs = zip(names, columns.items(), strict=True)
    return {
        column: cell(getattr(target, name), kind, f"{where}{name}", misfits) for name, (column, kind) in pairs
    }


def cell(value: Any, kind: Any, where: str, misfits: list[Misfit]) -> Any:
    """Return a target's value as Arrow takes it."""
    if value is None:
        return None
    if isinstance(kind, dict):
        return cells_of(value, kind, f"{where}.", misfits)
    if isinstance(kind, list):
        return [cell(each, kind[0], f"{where}[{place}]", misfits) for place, each in enumerate(value)]
    if kind == "json":
        return json.dumps(value, default=str)
    plain = getattr(value, "value", value)
    try:
        return str(plain).encode().decode() if kind == "text" else fitted(plain, kind)
    except (ValueError, ArithmeticError):
        room = {"integer": "64 bits", "number": "20 digits before the point and 18 behind it"}
        room["text"] = "whole characters"
        misfits.append(
            (where, plain, f"expected no more than {room.get(kind, 'the years 1 to 9999 in UTC')}")
        )


def fitted(value: Any, kind: str) -> Any:
    """Return a number or a time as Arrow holds it.

    Raises:
        ArithmeticError: there is no room for it.
    """
    if kind == "integer" and not -(2**63) <= value < 2**63:
        raise OverflowError
    if kind == "number":
        value = ROOM.quantize(value, PLACES)
        if value.is_nan():
            raise InvalidOperation
    return value.astimezone(UTC) if kind == "datetime" and value.tzinfo else value


def arrow_schema(columns: Mapping[str, Any]) -> Any:
    """Return the Arrow schema of a target's columns."""
    return import_module("pyarrow").schema(list(arrow_type(columns)))


def arrow_type(kind: Any) -> Any:
    """Return what a column is in Arrow."""
    pa: Any = import_module("pyarrow")
    if isinstance(kind, list):
        return pa.list_(arrow_type(kind[0]))
    if isinstance(kind, dict):
        return pa.struct([(name, arrow_type(each)) for name, each in kind.items()])
    plain = {"text": pa.string(), "json": pa.string(), "integer": pa.int64(), "float": pa.float64()}
    plain |= {"number": pa.decimal128(38, 18), "boolean": pa.bool_(), "date": pa.date32()}
    plain |= {"datetime": pa.timestamp("us", tz="UTC"), "naive datetime": pa.timestamp("us")}
    return plain[kind]


def reject_line(reject: Reject) -> str:
    """Return a reject as one line of JSON: key, problems, and the source record, where it is not too deep for that."""
    try:
        return whole_line(reject)
    except RecursionError:
        reasons = [Problem(each.path, each.target, None, each.reason) for each in reject.problems]
        return whole_line(Reject(reject.key, reasons, "nested too deeply to be written"))


def whole_line(reject: Reject) -> str:
    """Return a reject as one line of JSON; NaN, which JSON lacks, as text."""
    plain = msgspec.to_builtins(reject, enc_hook=str)
    try:
        return json.dumps(plain, allow_nan=False)
    except ValueError:
        return json.dumps(json.loads(json.dumps(plain), parse_constant=str))


def target_line(target: BaseModel) -> str:
    """Return a target as one line of JSON; half of a character, which a source can send, as it was sent."""
    try:
        return target.model_dump_json()
    except ValueError:
        return json.dumps(target.model_dump(mode="json"))


def command_line(name: str) -> argparse.ArgumentParser:
    """Return what reads the options of the command line."""
    parser = argparse.ArgumentParser(
        prog=name,
        description="Map records from a file: JSON lines, Parquet or CSV, as its ending says.",
        epilog="Exit codes: 0 fine, 2 misuse, 3 more rejects than allowed, 130 interrupted.",
    )
    add = parser.add_argument
    add("records", help="the file to map, or - for JSON lines from standard input")
    add("--out", required=True, metavar="FILE", help="write the targets here: .jsonl, .parquet, .csv")
    add("--rejects", metavar="FILE", help="write rejected records and why here, as JSON lines")
    add("--max-rejects", type=int, default=0, metavar="N", help="so many are fine (default 0)")
    parser.set_defaults(program=name)
    return parser


def run_command(options: argparse.Namespace, map_record: MapRecord, facts: Facts) -> int:
    """Map a file from the command line.

    Returns:
        0 fine, 2 a file that cannot be read or written, 3 more rejects than allowed, 130 interrupted.
    """
    rejects = options.rejects or os.devnull
    if Path(options.out).resolve() == Path(rejects).resolve() != Path(os.devnull):
        sys.stderr.write(f"{options.program}: --out and --rejects are the same file, {rejects}\n")
        return 2
    try:
        mapped = arrow_rows(map_record, facts) if options.out.endswith(".parquet") else map_record
        results = map(mapped, read_records(options.records, facts.contract))
        with open_out(options.out, facts.columns) as write, open_out(rejects, {}) as refuse:
            accepted, rejected, left_out = write_results(results, write, refuse)
    except (OSError, ImportError, ValueError, csv.Error) as error:
        sys.stderr.write(f"{options.program}: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    sys.stderr.write(f"{accepted} accepted, {rejected} rejected, {left_out} left out\n")
    return 3 if rejected > options.max_rejects else 0


def write_results(results: Iterable[Sequence[Any]], write: Write, refuse: Write) -> tuple[int, int, int]:
    """Write what became of each record; return how many targets, rejects, and records left out there were."""
    accepted = rejected = left_out = 0
    for outcomes in results:
        left_out += not outcomes
        for each in outcomes:
            if isinstance(each, Reject):
                rejected += 1
                refuse(each)
            else:
                accepted += 1
                write(each)
    return accepted, rejected, left_out


def read_records(source: str, contract: Mapping[str, Any]) -> Iterator[Record]:
    """Yield the records of a file, one or a batch in memory at a time."""
    if source.endswith(".parquet"):
        for batch in import_module("pyarrow.parquet").ParquetFile(source).iter_batches():
            yield from records_of(batch)
    elif source.endswith(".csv"):
        with Path(source).open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            names = next(rows, [])
            promises = [contract.get(step_to(name).removeprefix("."), {}) for name in names]
            for row in filter(None, rows):
                if len(row) != len(names):
                    raise ValueError(f"line {rows.line_num}: expected {len(names)} cells, got {len(row)}")
                yield dict(zip(names, map(read_cell, row, promises), strict=True))
    else:
        with sys.stdin.buffer if source == "-" else Path(source).open("rb") as lines:
            # some editors begin a file with a mark of its encoding
            yield from (line.removeprefix(codecs.BOM_UTF8) for line in lines if not line.isspace())


def read_cell(text: str, promise: Mapping[str, Any]) -> Any:
    """Return what a cell of a CSV file holds: text where the mapping reads text, else what it is in JSON."""
    if not text and promise.get("null"):
        return None
    if "text" in promise.get("types", ["text"]):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


@contextmanager
def open_out(path: str, columns: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes results to a file, which is there whole in the end or not at all."""
    part = Path(path if path == os.devnull else f"{path}.part")
    writers = {".parquet": write_parquet, ".csv": write_csv}
    try:
        with part.open("wb") as file, writers.get(Path(path).suffix, write_lines)(file, columns) as write:
            yield write
        if path != os.devnull:
            part.replace(path)
    except BaseException:
        if path != os.devnull:
            part.unlink(missing_ok=True)
        raise


@contextmanager
def write_lines(file: Any, _: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes targets or rejects as lines of JSON."""

    def write(result: Any) -> None:
        line = reject_line(result) if isinstance(result, Reject) else target_line(result)
        file.write(line.encode() + b"\n")

    yield write


@contextmanager
def write_csv(file: Any, columns: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes targets as rows; cells are as in JSON, and no text that a spreadsheet would run."""
    text = io.TextIOWrapper(file, "utf-8", "backslashreplace", newline="")
    table = csv.writer(text)
    table.writerow(columns)

    def written(value: Any, kind: Any) -> str:
        if not isinstance(value, str):
            return "" if value is None else json.dumps(value, ensure_ascii=False)
        is_formula = kind != "number" and value[:1] in ("=", "+", "-", "@", "\t", "\r")
        return f"'{value}" if is_formula else value

    def write(target: Any) -> None:
        plain = json.loads(target_line(target))
        table.writerow(written(plain.get(name), kind) for name, kind in columns.items())

    yield write
    text.detach()


@contextmanager
def write_parquet(file: Any, columns: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes targets as rows, a thousand at a time."""
    pa, schema = import_module("pyarrow"), arrow_schema(columns)
    rows: list[dict[str, Any]] = []

    with import_module("pyarrow.parquet").ParquetWriter(file, schema) as table:

        def write_rows() -> None:
            table.write_batch(pa.RecordBatch.from_pylist(rows, schema))
            rows.clear()

        def write(row: Any) -> None:
            rows.append(row)
            if len(rows) == 1000:
                write_rows()

        yield write
        write_rows()
