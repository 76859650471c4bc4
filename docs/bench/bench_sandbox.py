"""List pages that the sandbox serves in a second of one core's time, and how long it takes to start.

    python docs/bench/bench_sandbox.py [pages]

The server runs in a process of its own; its processor time is counted, so that a busy machine changes little.
The aim is 300 pages a second at each vendor's usual page size, and a start within two seconds.
"""

from __future__ import annotations

import http.client
import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

# vendor: a list as clients usually ask for it
LISTS = {
    "stripe": ("/v1/customers", "/v1/charges", "/v1/charges?limit=100"),
    "mollie": ("/v2/payments",),
    "resend": ("/emails",),
    "hubspot": ("/crm/v3/objects/contacts?limit=100",),
    "moneybird": ("/api/v2/123456789012345/sales_invoices.json",),
}


def serve(pipe: Connection) -> None:
    """Run a sandbox and answer each message with the processor time used so far."""
    began = time.perf_counter()
    from intkit.sandbox import Sandbox

    with Sandbox() as sandbox:
        pipe.send((time.perf_counter() - began, sandbox.urls, sandbox.keys))
        while pipe.recv():
            pipe.send(time.process_time())


def fetch(address: str, key: str, path: str, pages: int) -> None:
    url = urlsplit(address)
    connection = http.client.HTTPConnection(url.hostname or "", url.port)
    for _ in range(pages):
        connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body


def main(pages: int) -> None:
    context = get_context("spawn")
    pipe, there = context.Pipe()
    server = context.Process(target=serve, args=(there,), daemon=True)
    server.start()
    started, urls, keys = pipe.recv()
    print(f"start, all vendors: {started:.2f} s")
    for vendor, paths in LISTS.items():
        for path in paths:
            times = []
            for count in (20, pages):  # the first ones only warm up
                fetch(urls[vendor], keys[vendor], path, count)
                pipe.send(True)
                times.append(pipe.recv())
            print(f"{vendor:10} {path:45} {pages / (times[1] - times[0]):6.0f} pages/s")
    pipe.send(False)
    server.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
