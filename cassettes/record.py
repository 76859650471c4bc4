"""Record every cassette again from the sandbox: `make cassettes`. The same seed gives the same bytes."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import intkit

# vendor: where the kit looks for its key
KEYS = {"stripe": "STRIPE_API_KEY"}


class Read(NamedTuple):
    """One list read into one cassette; `limit` where a part of it shows enough."""

    cassette: str
    path: str
    params: dict[str, Any] | None = None
    limit: int | None = None


READS = [
    Read("stripe/charges", "/v1/charges"),
    Read("stripe/charges_expanded", "/v1/charges", {"expand[]": "data.customer"}, limit=100),
    Read("stripe/customers", "/v1/customers"),
]


def main() -> None:
    with intkit.Sandbox(KEYS) as sandbox:
        for vendor, name in KEYS.items():
            os.environ[name] = sandbox.keys[vendor]
        for read in READS:
            with intkit.connect(
                read.cassette.split("/")[0], cassette=read.cassette, mode="refresh"
            ) as client:
                records = client.records(read.path, params=read.params, limit=read.limit)
                print(f"cassettes/{read.cassette}.yaml: {len(records)} records")


if __name__ == "__main__":
    main()
