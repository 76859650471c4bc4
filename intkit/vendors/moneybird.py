"""Moneybird: bookkeeping. Facts: developer.moneybird.com and its OpenAPI file.

Lists of invoices show this year only unless asked otherwise: `params={"filter": "period:202501..202612"}`.
"""

from __future__ import annotations

from intkit.clients.auth import Bearer
from intkit.clients.connection import Connection, Environment, Resilience
from intkit.clients.paging import LinkHeader
from intkit.clients.rates import Rate

VENDOR = Connection(
    name="moneybird",
    base_url="https://moneybird.com",
    auth=Bearer("env:MONEYBIRD_TOKEN"),
    environments={"live": Environment(live=True)},
    paging=LinkHeader(size=100, size_param="per_page"),
    at="[]",
    resilience=Resilience(rate=Rate(150, 300.0), deadline=360.0),  # a used-up limit lasts five minutes
    check="/api/v2/administrations.json",
    docs="https://developer.moneybird.com",
)
