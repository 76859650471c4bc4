"""Profiles against their peers, side by side: each round runs all of them, and the median of ratios counts.

    python docs/bench/bench_profiles.py [records] [rounds]

genson gives types and required keys; DuckDB types, nulls, bounds, distinct, top and middle values of every nested
column, once reading the file by each query and once with all records in memory; ours gives all of that, and
formats, roles and lists' lengths. All start from the same file and use one thread. Absolute times are not printed:
they say more about the machine than about the code.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import msgspec
from genson import SchemaBuilder
from invoices import lines_of_invoices

from intkit.profiles import profile

sys.path.append(str(Path(__file__).parents[2] / "tests" / "profiles"))


def run_intkit(path: Path) -> None:
    """Profile in full: every statistic, format and role."""
    profile(path).rows()


def run_genson(path: Path) -> None:
    """Infer types and required keys."""
    builder = SchemaBuilder()
    with path.open("rb") as lines:
        for line in lines:
            builder.add_object(json.loads(line))
    builder.to_schema()


def run_duckdb(path: Path) -> None:
    """Profile every leaf by generated SQL that reads the file, as is done with files beyond memory."""
    with duckdb.connect() as database:
        database.execute("SET threads = 1")
        file = f"read_json_auto('{path}')"
        read_leaves(database, nested(file, database.sql(f"FROM {file}")))


def run_duckdb_table(path: Path) -> None:
    """Load everything into a table in memory, then profile every leaf of that."""
    with duckdb.connect() as database:
        database.execute("SET threads = 1")
        database.execute(f"CREATE TABLE records AS FROM read_json_auto('{path}')")
        read_leaves(database, nested("records", database.table("records")))


def read_leaves(database: duckdb.DuckDBPyConnection, tables: Iterator[tuple[str, list[str]]]) -> None:
    """Read the statistics of all leaves, one query a table."""
    for source, leaves in tables:
        database.execute(f"SELECT {', '.join(map(statistics, leaves))} FROM {source}").fetchall()


def nested(source: str, table: duckdb.DuckDBPyRelation) -> Iterator[tuple[str, list[str]]]:
    """Yield each table to be read and its leaves: the records, then the elements of each list."""
    leaves: list[str] = []
    lists: list[tuple[str, Any]] = []
    for name, kind in zip(table.columns, table.types, strict=True):
        walk(f'"{name}"', kind, leaves, lists)
    yield source, leaves
    for column, kind in lists:
        inner: list[str] = []
        walk("element", kind, inner, [])
        yield f"(SELECT unnest({column}) AS element FROM {source})", inner


def walk(column: str, kind: Any, leaves: list[str], lists: list[tuple[str, Any]]) -> None:
    """Collect the leaves and the lists of a column."""
    if kind.id == "struct":
        for name, inner in kind.children:
            walk(f'{column}."{name}"', inner, leaves, lists)
    elif kind.id == "list":
        lists.append((column, kind.children[0][1]))
    else:
        leaves.append(column)


def statistics(column: str) -> str:
    """Return the SQL of what DuckDB can tell of a column."""
    bounds = f"count({column}), approx_count_distinct({column}), min({column}), max({column})"
    return f"{bounds}, approx_top_k({column}, 5), approx_quantile(try_cast({column} AS DOUBLE), 0.5)"


def run_parse(path: Path) -> None:
    """Only decode, a hundred lines at a time."""
    decoder = msgspec.json.Decoder()
    with path.open("rb") as lines:
        while chunk := [line for _, line in zip(range(100), lines, strict=False)]:
            decoder.decode_lines(b"".join(chunk))


def compare(runs: dict[str, Callable[[Path], None]], path: Path, rounds: int) -> dict[str, float]:
    """Return for each run the median of its CPU time as a multiple of ours."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds + 1):
        for name, run in runs.items():
            start = time.process_time()
            run(path)
            times[name].append(time.process_time() - start)
    ours = times["intkit"]
    return {
        name: median(a / b for a, b in zip(each[1:], ours[1:], strict=True)) for name, each in times.items()
    }


def peak_memory(statement: str, path: Path) -> float:
    """Return how many MB a fresh process takes at most above its imports; on Linux only."""
    script = f"""
import json
from pathlib import Path
from intkit.profiles import profile
def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
path = Path({str(path)!r})
profile([{{"warm": "up"}}]).rows()
before = peak()
{statement}
print(peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main(count: int = 50_000, rounds: int = 5) -> None:
    """Print the ratios, the memory and how well formats are told."""
    from labelled import check_formats, labelled

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invoices.jsonl"
        path.write_bytes(lines_of_invoices(count))
        runs = {
            "intkit": run_intkit,
            "genson": run_genson,
            "duckdb": run_duckdb,
            "duckdb table": run_duckdb_table,
            "parse only": run_parse,
        }
        print(
            f"Full profile of {count} records from JSON lines, {rounds} rounds; time as a multiple of ours:"
        )
        for name, ratio in compare(runs, path, rounds).items():
            print(f"  {name:<14}{ratio:6.2f} ×")
        ours = peak_memory("profile(path).rows()", path)
        held = peak_memory("held = [json.loads(line) for line in path.open('rb')]", path)
        print(
            f"Memory above imports: {ours:.0f} MB, {ours / held:.1%} of holding the records ({held:.0f} MB)"
        )
        path.write_bytes(lines_of_invoices(2000))
        start = time.process_time()
        str(profile(path))
        print(f"First profile of 2000 records, shown: {time.process_time() - start:.2f} s")
    precision, recall, wrong = check_formats(
        lambda name, values: profile([{name: v} for v in values]).field(name).format
    )
    print(f"Formats of {len(labelled())} labelled columns: precision {precision:.1%}, recall {recall:.1%}")
    for column, found in wrong:
        print(f"  {column.name}: {column.format} taken for {found}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
