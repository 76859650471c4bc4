"""An exported module against its peers, side by side: each takes its turn at every few hundred records.

    python docs/bench/bench_export.py [records] [rounds]

All start from the same JSON lines in memory (DuckDB from the file), on one thread, and drop what they made a hundred
records at a time; what works in columns has all lines at once. The CPU time of each is held against the exported
module's at the same records, a moment before or after, and the median of these ratios is printed: a busy machine slows
both.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from invoice_mapping import exported
from invoice_peers import Run, column_peers, peers
from invoices import lines_of_invoices

SLICE = 500
EXPORT, STRUCTS = "intkit export", "the same, Struct targets"
COUNTED, DECODE = "export, failures only counted", "typed decode alone"
HAND = "json + by hand + model_validate"
_SLOW = ("glom + model_validate", "jsonata + model_validate")  # a tenth of the records is enough to see


def run_export(module: Any) -> Run:
    """Return the exported module at work."""
    return lambda lines: list(module.map_records(lines))


def run_decode(module: Any) -> Run:
    """Return only the typed decode of what the rules read."""
    decode = msgspec.json.Decoder(module.FACTS.source).decode

    def run(lines: list[bytes]) -> list[Any]:
        out = []
        for line in lines:
            try:
                out.append(decode(line))
            except msgspec.MsgspecError:
                out.append(None)
        return out

    return run


def seconds(run: Run, lines: list[bytes], step: int) -> float:
    """Return the CPU time for a record."""
    start = time.process_time()
    for first in range(0, len(lines), step):
        run(lines[first : first + step])
    return (time.process_time() - start) / len(lines)


def measure(
    rows: dict[str, Run], columns: dict[str, Run], lines: list[bytes], rounds: int
) -> dict[str, list[float]]:
    """Return the CPU times of all, for the same records at the same place; columns repeat that of the round."""
    times: dict[str, list[float]] = {name: [] for name in [*rows, *columns]}
    gc.freeze()
    for _ in range(rounds):
        for first in range(0, len(lines), SLICE):
            for name, run in rows.items():
                count = SLICE // 10 if name.endswith(_SLOW) else SLICE
                seconds(run, lines[-count:], 100)  # what ran before it has taken the processor's caches
                times[name].append(seconds(run, lines[first : first + count], 100))
        for name, run in columns.items():
            times[name] += [seconds(run, lines, len(lines))] * (len(lines) // SLICE)
    return times


def ratio(times: dict[str, list[float]], name: str, other: str) -> float:
    """Return the median of what one takes as a multiple of another."""
    return median(one / two for one, two in zip(times[name], times[other], strict=True))


def check_same_rows(module: Any, runs: dict[str, Run], lines: list[bytes]) -> None:
    """Stop where a peer gives other rows than the export does; what fails is None in all."""
    ours = [
        None if isinstance(each, module.Reject) else each.model_dump() for each in run_export(module)(lines)
    ]
    for name, run in runs.items():
        if "model_validate" in name:
            theirs = [each and each.model_dump() for each in run(lines)]
            wrong = [index for index, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1]]
            if wrong:
                raise SystemExit(f"{name} gives other rows: {ours[wrong[0]]} {theirs[wrong[0]]}")


def peak_memory(folder: Path, count: int) -> float:
    """Return how many MB the exported command takes at most above its imports; on Linux only."""
    source, out = str(folder / f"{count}.jsonl"), str(folder / "out.jsonl")
    arguments = [source, "--out", out, "--max-rejects", "1000000"]
    script = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(folder)!r})
import invoices_export as module
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
list(module.map_records([b"{{}}"]))
before = peak()
module.run_command(module.command_line("invoices").parse_args({arguments!r}), module.map_record, module.FACTS)
print(peak() - before)
"""
    (folder / f"{count}.jsonl").write_bytes(lines_of_invoices(count))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return float(done.stdout)


def run_without_explanations(module: Any) -> Run:
    """Return the export at work where a reject is only counted."""

    def run(lines: list[bytes]) -> list[Any]:
        explain, module.explain = module.explain, lambda *_: None
        try:
            return list(module.map_records(lines))
        finally:
            module.explain = explain

    return run


def main(count: int = 5_000, rounds: int = 9) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        module = exported(folder)
        lines = lines_of_invoices(count).splitlines()
        (folder / "invoices.jsonl").write_bytes(b"\n".join(lines))
        structs = exported(folder, structs=True)
        rows, columns = peers(module), column_peers(str(folder / "invoices.jsonl"))
        check_same_rows(module, rows, lines[:500])
        # what is held against each other most closely runs side by side
        ours: dict[str, Run] = {
            EXPORT: run_export(module),
            COUNTED: run_without_explanations(module),
            STRUCTS: run_export(structs),
            DECODE: run_decode(structs),
        }
        times = measure(ours | rows, columns, lines, rounds)
        size = sum(map(len, lines)) / count
        print(f"{count} invoices of {size:.0f} bytes, {rounds} rounds; time as a multiple of the export's:")
        for name in times:
            print(f"  {name:<38}{ratio(times, name, EXPORT):7.2f} ×")
        print("What is asked of the export:")
        print(f"  {HAND} over it: {ratio(times, HAND, EXPORT):.2f} ×")
        print(f"  {HAND} over Struct targets: {ratio(times, HAND, STRUCTS):.2f} ×")
        print(f"  Struct targets over the typed decode: {ratio(times, STRUCTS, DECODE):.2f} ×")
        print(f"  explaining the rejects: {ratio(times, EXPORT, COUNTED) - 1:.1%}")
        for size in (count, 10 * count):
            print(f"Memory of the command above imports, {size} records: {peak_memory(folder, size):.1f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
