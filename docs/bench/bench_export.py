"""An exported module against its peers, side by side: each round runs all of them; the median of ratios counts.

    python docs/bench/bench_export.py [records] [rounds]

All start from the same JSON lines in memory (DuckDB from the file), on one thread, and drop what they made a hundred
records at a time. What is printed is the CPU time of each as a multiple of the exported module's.
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
from invoice_peers import Run, peers
from invoices import lines_of_invoices

_SLOW = ("glom", "jsonata")  # a tenth of the records is enough to see
_COLUMNS = ("pandas", "polars", "DuckDB")


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


def seconds(run: Run, lines: list[bytes], *, at_once: bool) -> float:
    """Return the CPU time for a thousand records."""
    step = len(lines) if at_once else 100
    start = time.process_time()
    for first in range(0, len(lines), step):
        run(lines[first : first + step])
    return (time.process_time() - start) / len(lines) * 1000


def compare(runs: dict[str, Run], lines: list[bytes], rounds: int) -> dict[str, float]:
    """Return for each run the median over rounds of its CPU time as a multiple of the first's."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    gc.freeze()
    for _ in range(rounds + 1):
        for name, run in runs.items():
            some = lines[: len(lines) // 10] if any(word in name for word in _SLOW) else lines
            times[name].append(seconds(run, some, at_once=name.startswith(_COLUMNS)))
    ours = next(iter(times.values()))
    return {
        name: median(a / b for a, b in zip(each[1:], ours[1:], strict=True)) for name, each in times.items()
    }


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


def without_explanations(module: Any) -> Run:
    """Return the export where a reject is only counted; it takes the explanation out of the module."""
    module.explain = lambda *_: None
    return run_export(module)


def main(count: int = 5_000, rounds: int = 11) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        module = exported(folder)
        lines = lines_of_invoices(count).splitlines()
        (folder / "invoices.jsonl").write_bytes(b"\n".join(lines))
        structs = exported(folder, structs=True)
        runs: dict[str, Run] = {
            "intkit export": run_export(module),
            "the same, Struct targets": run_export(structs),
        }
        others = peers(module, str(folder / "invoices.jsonl"))
        check_same_rows(module, others, lines[:500])
        runs |= others | {
            "typed decode alone": run_decode(module),
            "export, failures only counted": without_explanations(exported(folder)),
        }
        size = sum(map(len, lines)) / count
        print(f"{count} invoices of {size:.0f} bytes, {rounds} rounds; time as a multiple of the export's:")
        for name, ratio in compare(runs, lines, rounds).items():
            print(f"  {name:<38}{ratio:7.2f} ×")
        for size in (count, 10 * count):
            print(f"Memory of the command above imports, {size} records: {peak_memory(folder, size):.1f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
