"""Kill recording processes at random points; print how many completed exchanges were lost and files damaged.

A program of its own, because only a process without threads may fork safely.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

import httpx

from intkit.cassettes import RecordingTransport, open_cassette
from intkit.errors import IntkitError


def record(path, mode, run, pipe):
    """Record without end, and say each exchange through the pipe when its call has returned."""
    app = httpx.MockTransport(
        lambda request: httpx.Response(200, json={"path": request.url.path, "pad": "x" * 500})
    )
    number = 0
    while True:
        cassette = open_cassette(path, mode)
        http = httpx.Client(transport=RecordingTransport(cassette, app))
        for _ in range(4):
            http.get(f"https://api.shop.example/{run}/{number}")
            os.write(pipe, f"/{run}/{number}\n".encode())
            number += 1
        cassette.close()


def kill_one(path, mode, run, dice):
    """Start a recording, kill it, and return the paths of the exchanges that it completed."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        record(path, mode, run, theirs)
    os.close(theirs)
    first = os.read(ours, 100)
    time.sleep(dice.uniform(0, 0.02))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(ours, "rb") as said:
        return (first + said.read()).decode().split()


def main(folder, kills):
    """Print the number of exchanges completed, lost, doubled, and of files damaged."""
    dice, completed, lost, doubled, damaged = random.Random(7), 0, 0, 0, 0
    for batch in range(kills // 20):
        path, done = folder / f"{batch}.yaml", set()
        for run in range(20):
            done |= set(kill_one(path, "record", run, dice))
            try:
                kept = [each.request.url for each in open_cassette(path, "replay").exchanges]
            except IntkitError:
                damaged += 1
        completed += len(done)
        lost += len(done - {url.removeprefix("https://api.shop.example") for url in kept})
        doubled += len(kept) - len(set(kept))
    print(completed, lost, doubled, damaged)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
