"""Mollie: payments. Facts: docs.mollie.com, and what the official SDKs send and read."""

from __future__ import annotations

from intkit.clients.auth import Bearer
from intkit.clients.connection import Connection, Environment
from intkit.clients.paging import NextUrl

VENDOR = Connection(
    name="mollie",
    base_url="https://api.mollie.com",
    auth=Bearer("env:MOLLIE_API_KEY"),
    environments={
        "test": Environment(key_pattern="test_"),
        "live": Environment(key_pattern="live_", live=True),
    },
    headers={"Accept": "application/hal+json"},
    paging=NextUrl(at="_links.next.href", size=250, size_param="limit"),
    at="_embedded",  # holds one list, named after what is asked for
    idempotency="Idempotency-Key",
    check="/v2/payments?limit=1",
    docs="https://docs.mollie.com/reference",
)
