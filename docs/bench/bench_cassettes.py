"""Replay, opening and recording of cassettes: `python docs/bench/bench_cassettes.py`.

Every figure is a ratio of two things measured in the same run on the same answers. An answer is about 9 kB of
JSON, as a page of records is.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import time
import warnings
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import httpx
import vcr
import yaml

from intkit.cassettes import RecordingTransport, open_cassette
from intkit.redaction import register_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

RECORD = {"amount": 100, "billing": {"name": "x" * 20, "email": None}, "list": [1, 2, 3]}
PAGE = json.dumps([{"id": f"ch_{n}", **RECORD} for n in range(80)]).encode()
HEADERS = {"Content-Type": "application/json", "Date": "Thu, 01 Jan 2026 00:00:00 GMT"}
URL = "https://api.shop.example/v1/charges"


def answer(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=PAGE, headers=HEADERS)


def best(job: Callable[[], object], rounds: int = 5) -> float:
    """Return the shortest time in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return min(times)


def ratio(one: Callable[[], object], other: Callable[[], object], rounds: int = 9) -> float:
    """Return how long the one takes in terms of the other: the median over rounds that run both."""
    return median(best(one, 1) / best(other, 1) for _ in range(rounds))


def ask(client: httpx.Client, numbers: Iterable[int]) -> None:
    for number in numbers:
        client.get(f"{URL}/{number}?limit=100")


def make(path: Path, count: int) -> None:
    """Write a cassette of so many exchanges by copying one that was recorded."""
    from intkit.cassettes.exchange import Exchange
    from intkit.cassettes.file import read_cassette, write_cassette

    one = path.with_name("one.yaml")
    with open_cassette(one, "record") as cassette:
        ask(httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(answer))), [0])
    exchanges, metadata = read_cassette(one)
    request = exchanges[0].request
    many = [
        Exchange(type(request)("GET", f"{URL}/{number}?limit=100", request.headers), exchanges[0].response)
        for number in range(count)
    ]
    write_cassette(path, many, {**metadata, "exchanges": count})
    one.unlink()


def bench_replay(folder: Path, count: int) -> None:
    path = folder / f"replay-{count}.json"
    make(path, count)
    mock = httpx.Client(transport=httpx.MockTransport(answer))
    player = httpx.Client(transport=RecordingTransport(open_cassette(path), None))
    numbers = [number * count // 200 for number in range(200)]
    times = ratio(lambda: ask(player, numbers), lambda: ask(mock, numbers))
    print(f"replay of one request at {count} exchanges: {times:.2f} x httpx.MockTransport")


def bench_vcrpy(folder: Path) -> None:
    path = folder / "vcrpy.yaml"
    make(path, 1000)
    player = httpx.Client(transport=RecordingTransport(open_cassette(path), None))

    def patched() -> None:
        with vcr.use_cassette(str(path), record_mode="none", allow_playback_repeats=True):
            start = time.perf_counter()
            ask(httpx.Client(), range(0, 1000, 50))
            times.append(time.perf_counter() - start)

    times: list[float] = []
    patched()
    ours = best(lambda: ask(player, range(0, 1000, 50)))
    print(f"replay of one request at 1000 exchanges: vcr.use_cassette takes {times[0] / ours:.0f} x as long")


def bench_opening(folder: Path) -> None:
    path = folder / "opening.yaml"
    make(path, 1000)
    text = path.read_text(encoding="utf-8")
    times = ratio(lambda: open_cassette(path), lambda: yaml.load(text, yaml.CSafeLoader))
    print(f"opening 1000 exchanges, YAML: {times:.2f} x libyaml's own load")
    path = folder / "opening.json"
    make(path, 10_000)
    print(f"opening 10000 exchanges, JSON form: {best(lambda: open_cassette(path), 3):.2f} s")


def bench_recording(folder: Path) -> None:
    register_secret("sk_test_4eC39HqLyjWDarjtT1zdp7dc", "SHOP_KEY")
    register_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "SHOP_HOOK")
    mock = httpx.Client(transport=httpx.MockTransport(answer))
    times = []
    for number in range(5):
        with open_cassette(folder / f"record-{number}.yaml", "record") as cassette:
            recorder = httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(answer)))
            times.append(work(lambda: ask(recorder, range(200))))  # noqa: B023 - called at once
    added = (min(times) - min(work(lambda: ask(mock, range(200))) for _ in range(5))) / 200 * 1000
    print(
        f"recording adds {added:.2f} ms of work an exchange, and an fsync: {fsync(folder):.2f} ms on this disk"
    )


def work(job: Callable[[], object]) -> float:
    """Return the seconds that this process was busy with a job, whatever else the machine does meanwhile."""
    start = time.process_time()
    job()
    return time.process_time() - start


def fsync(folder: Path) -> float:
    """Return the milliseconds that this disk takes to make a page durable."""
    with (folder / "page").open("ab", buffering=0) as file:

        def write() -> None:
            file.write(PAGE)
            os.fsync(file.fileno())

        return best(lambda: [write() for _ in range(200)]) / 200 * 1000


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable()  # the made-up names are taken for people's
    with tempfile.TemporaryDirectory() as name:
        bench_replay(Path(name), 10)
        bench_replay(Path(name), 10_000)
        for bench in (bench_vcrpy, bench_opening, bench_recording):
            bench(Path(name))


if __name__ == "__main__":
    main()
