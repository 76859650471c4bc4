"""Resend: e-mail. Facts: resend.com/docs, and what the official SDK 2.52 sends and reads."""

from __future__ import annotations

from intkit.clients.auth import Bearer
from intkit.clients.connection import Connection, Environment, Resilience
from intkit.clients.paging import HasMore
from intkit.clients.rates import Rate

VENDOR = Connection(
    name="resend",
    base_url="https://api.resend.com",
    auth=Bearer("env:RESEND_API_KEY"),
    environments={"live": Environment(live=True)},  # a test key is not to be had: every mail goes out
    paging=HasMore(param="after", flag="has_more", record_id="id", size=100, size_param="limit"),
    at="data",
    idempotency="Idempotency-Key",
    resilience=Resilience(rate=Rate(2, 1.0)),
    check="/domains",
    docs="https://resend.com/docs/api-reference",
)
