"""What `mapping.apply` costs over the exported module in a bare loop, and how much memory a long run takes.

    python docs/bench/bench_apply.py [records] [rounds]

The records are the recorded charges of mappings/stripe_payments, again and again, as JSON. Each round runs all; the
median of the ratios of CPU time counts. Memory is what Python allocates at most while 200,000 records go through
`apply(…, keep=False)`, beside the same for a tenth of them.
"""

from __future__ import annotations

import gc
import importlib
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

import intkit

sys.path.append(str(Path(__file__).parents[2] / "mappings"))

MANY = 200_000


def seconds(work: Callable[[], Any]) -> float:
    """Return the CPU time of one run."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def peak(mapping: intkit.Mapping, records: Iterator[bytes]) -> float:
    """Return the most that is allocated while the records go through, in megabytes."""
    tracemalloc.start()
    mapping.apply(records, keep=False)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def main(count: int, rounds: int) -> None:
    """Measure and print."""
    mapping = intkit.Mapping("stripe_payments")
    lines = [msgspec.json.encode(record) for record in mapping.fetch()]
    records = list(islice(cycle(lines), count))
    module = importlib.import_module("stripe_payments")
    ways: dict[str, Callable[[], Any]] = {
        "a bare loop, targets kept": lambda: list(module.map_records(records)),
        "apply": lambda: mapping.apply(records),
        "apply, with its coverage": lambda: mapping.apply(records).coverage,
        "apply(keep=False)": lambda: mapping.apply(records, keep=False).coverage,
        "stream": lambda: [None for _ in mapping.stream(records)],
    }
    times = [{name: seconds(work) for name, work in ways.items()} for _ in range(rounds)]
    print(f"{count} records, {rounds} rounds, CPU time as a multiple of the bare loop's")
    for name in ways:
        print(f"  {name:26}{median(each[name] / each['a bare loop, targets kept'] for each in times):6.2f}")
    mapping.apply(lines, keep=False)  # what is loaded once is no matter of the records
    for many in (MANY // 10, MANY):
        print(f"memory at {many} records, kept none: {peak(mapping, islice(cycle(lines), many)):.1f} MB")


if __name__ == "__main__":
    main(*(int(word) for word in (sys.argv[1:] + ["20000", "5"][len(sys.argv) - 1 :])))
