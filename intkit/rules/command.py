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
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from pydantic import BaseModel

from intkit.rules.runtime import Problem, Reject

Record: TypeAlias = bytes | str | dict[str, Any]
RecordBatch: TypeAlias = Any  # pyarrow's, which is imported only where it is used
# writes results, or without any what it holds back; returns rejects where its file has no room for a value
Write: TypeAlias = Callable[..., list[Reject]]


def records_of(batch: RecordBatch) -> Iterator[Record]:
    """Yield a batch's records: the texts of its only column, if that holds JSON, else a dict a row, as JSON has it."""
    kind = str(batch.schema.types[0]).removeprefix("large_") if batch.num_columns == 1 else ""
    if kind in ("string", "binary"):
        yield from batch.column(0).to_pylist()
    else:
        yield from (msgspec.to_builtins(row, builtin_types=(Decimal,)) for row in batch.to_pylist())


def batch_of(results: Iterable[Any], columns: Mapping[str, Any]) -> RecordBatch:
    """Return targets and rejects as a batch: the target's columns, null in rejects, and the reject as JSON."""
    schema = arrow_schema({**columns, "reject": "text"})
    rows = [row_of(result, columns) for result in results]
    try:
        return import_module("pyarrow").RecordBatch.from_pylist(rows, schema)
    except (ValueError, OverflowError):
        rejects = [row_reject(row, schema) for row in rows]
        fitting = [
            {"reject": reject_line(reject)} if reject else row
            for row, reject in zip(rows, rejects, strict=True)
        ]
        return import_module("pyarrow").RecordBatch.from_pylist(fitting, schema)


def row_of(result: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return a target or a reject as a row."""
    if isinstance(result, Reject):
        return {"reject": reject_line(result)}
    return cells_of(result, columns)


def cells_of(target: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a target or a part of it holds, by column; a column is called what the field is in JSON."""
    names = getattr(type(target), "model_fields", columns)
    pairs = zip(names, columns.items(), strict=True)
    return {column: cell(getattr(target, name), kind) for name, (column, kind) in pairs}


def row_reject(row: dict[str, Any], schema: Any) -> Reject | None:
    """Return a row as a reject where Arrow has no room for one of its values."""
    try:
        import_module("pyarrow").RecordBatch.from_pylist([row], schema)
    except (ValueError, OverflowError) as error:
        return Reject("", [Problem("", "", None, str(error))], row)
    return None


def cell(value: Any, kind: Any) -> Any:
    """Return a target's value as Arrow takes it."""
    if value is None:
        return None
    if isinstance(kind, dict):
        return cells_of(value, kind)
    if isinstance(kind, list):
        return [cell(each, kind[0]) for each in value]
    if kind == "json":
        return json.dumps(value, default=str)
    plain = getattr(value, "value", value)
    return str(plain) if kind == "text" else plain


def arrow_schema(columns: Mapping[str, Any]) -> Any:
    """Return the Arrow schema of a target's columns; decimals have Spark's widest default, (38, 18)."""
    pa: Any = import_module("pyarrow")
    plain = {"text": pa.string(), "json": pa.string(), "integer": pa.int64(), "float": pa.float64()}
    plain |= {"number": pa.decimal128(38, 18), "boolean": pa.bool_(), "date": pa.date32()}
    plain |= {"datetime": pa.timestamp("us", tz="UTC"), "naive datetime": pa.timestamp("us")}

    def arrow(kind: Any) -> Any:
        if isinstance(kind, list):
            return pa.list_(arrow(kind[0]))
        return (
            pa.struct([(name, arrow(each)) for name, each in kind.items()])
            if isinstance(kind, dict)
            else plain[kind]
        )

    return pa.schema([(name, arrow(kind)) for name, kind in columns.items()])


def reject_line(reject: Reject) -> str:
    """Return a reject as one line of JSON: key, problems, and the source record; NaN, which JSON lacks, as text."""
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


def run_command(
    name: str,
    map_record: Callable[[Record], Sequence[Any]],
    columns: Mapping[str, Any],
    arguments: Sequence[str] | None = None,
    give: Callable[..., None] | None = None,
) -> int:
    """Map a file from the command line.

    Returns:
        0 fine, 2 a file that cannot be read or written, 3 more rejects than allowed, 130 interrupted.
    """
    parser = argparse.ArgumentParser(
        prog=name,
        description="Map records from a file: JSON lines, Parquet or CSV, as its ending says.",
        epilog="Exit codes: 0 fine, 2 misuse, 3 more rejects than allowed, 130 interrupted.",
    )
    parser.add_argument("records", help="the file to map, or - for JSON lines from standard input")
    parser.add_argument(
        "--out", required=True, metavar="FILE", help="write the targets here: .jsonl, .parquet, .csv"
    )
    parser.add_argument(
        "--rejects", metavar="FILE", help="write rejected records and why here, as JSON lines"
    )
    parser.add_argument(
        "--max-rejects", type=int, default=0, metavar="N", help="so many are fine (default 0)"
    )
    if give:
        parser.add_argument(
            "--give",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a run parameter, or a value map: a .json file, or a .csv of two columns with a heading",
        )
    options = parser.parse_args(arguments)
    try:
        if give:
            give(**read_given(options.give))
        results = map(map_record, read_records(options.records))
        with open_out(options.out, columns) as write, open_out(options.rejects or os.devnull, {}) as refuse:
            accepted, rejected, left_out = write_results(results, write, refuse)
    except (OSError, ImportError, ValueError, msgspec.ValidationError) as error:
        sys.stderr.write(f"{name}: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    sys.stderr.write(f"{accepted} accepted, {rejected} rejected, {left_out} left out\n")
    return 3 if rejected > options.max_rejects else 0


def read_given(texts: Iterable[str]) -> dict[str, Any]:
    """Return what a run gives: by name, a text or what a file holds."""
    given: dict[str, Any] = {}
    for name, _, value in (text.partition("=") for text in texts):
        if value.endswith(".json"):
            given[name] = json.loads(Path(value).read_text(encoding="utf-8"))
        elif value.endswith(".csv"):
            with Path(value).open(encoding="utf-8-sig", newline="") as file:
                given[name] = {row[0]: row[1] for row in list(csv.reader(file))[1:] if len(row) > 1}
        else:
            given[name] = value
    return given


def write_results(results: Iterable[Sequence[Any]], write: Write, refuse: Write) -> tuple[int, int, int]:
    """Write what became of each record; return how many targets, rejects, and records left out there were."""
    targets = rejected = left_out = 0
    for outcomes in results:
        left_out += not outcomes
        rejects = [each for each in outcomes if isinstance(each, Reject)]
        accepted = [each for each in outcomes if not isinstance(each, Reject)] if rejects else outcomes
        rejects += write(*accepted) if accepted else []
        refuse(*rejects)
        targets += len(outcomes)
        rejected += len(rejects)
    unfit = write()
    refuse(*unfit)
    return targets - rejected - len(unfit), rejected + len(unfit), left_out


def read_records(source: str) -> Iterator[Record]:
    """Yield the records of a file, one or a batch in memory at a time."""
    if source.endswith(".parquet"):
        for batch in import_module("pyarrow.parquet").ParquetFile(source).iter_batches():
            yield from records_of(batch)
    elif source.endswith(".csv"):
        for batch in import_module("pyarrow.csv").open_csv(source):
            yield from records_of(batch)
    else:
        with sys.stdin.buffer if source == "-" else Path(source).open("rb") as lines:
            # some editors begin a file with a mark of its encoding
            yield from (line.removeprefix(codecs.BOM_UTF8) for line in lines if not line.isspace())


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

    def write(*results: Any) -> list[Reject]:
        for each in results:
            line = reject_line(each) if isinstance(each, Reject) else target_line(each)
            file.write(line.encode() + b"\n")
        return []

    yield write


@contextmanager
def write_csv(file: Any, columns: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes targets as rows; lists and objects as JSON, and no text that a spreadsheet would run."""
    text = io.TextIOWrapper(file, "utf-8", newline="")
    table = csv.writer(text)
    table.writerow(columns)

    def written(value: Any) -> Any:
        plain = json.dumps(value, default=str) if isinstance(value, dict | list) else value
        return (
            f"'{plain}" if isinstance(plain, str) and plain[:1] in ("=", "+", "-", "@", "\t", "\r") else plain
        )

    def write(*targets: Any) -> list[Reject]:
        table.writerows(map(written, row_of(target, columns).values()) for target in targets)
        return []

    yield write
    text.detach()


@contextmanager
def write_parquet(file: Any, columns: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes targets as rows, a thousand at a time."""
    pa, schema = import_module("pyarrow"), arrow_schema(columns)
    rows: list[dict[str, Any]] = []

    with import_module("pyarrow.parquet").ParquetWriter(file, schema) as table:

        def write(*targets: Any) -> list[Reject]:
            rows.extend(row_of(target, columns) for target in targets)
            if targets and len(rows) < 1000:
                return []
            held = [*rows]
            rows.clear()
            try:
                table.write_batch(pa.RecordBatch.from_pylist(held, schema))
            except (ValueError, OverflowError):
                rejects = [row_reject(row, schema) for row in held]
                fitting = [row for row, reject in zip(held, rejects, strict=True) if not reject]
                table.write_batch(pa.RecordBatch.from_pylist(fitting, schema))
                return [reject for reject in rejects if reject]
            return []

        yield write
