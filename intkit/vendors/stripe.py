"""Stripe: payments. Facts: docs.stripe.com/api, and what the official SDK 16.1 sends and reads."""

from __future__ import annotations

from intkit.clients.auth import Bearer
from intkit.clients.connection import Connection, Environment, Resilience
from intkit.clients.paging import HasMore
from intkit.clients.rates import Rate

VENDOR = Connection(
    name="stripe",
    base_url="https://api.stripe.com",
    auth=Bearer("env:STRIPE_API_KEY"),
    environments={
        "test": Environment(key_pattern="(sk|rk)_test_"),
        "live": Environment(key_pattern="(sk|rk)_live_", live=True),
    },
    headers={"Stripe-Version": "2022-08-01"},  # versions before 2022-11-15 list refunds within a charge
    paging=HasMore(param="starting_after", flag="has_more", record_id="id", size=100, size_param="limit"),
    at="data",
    idempotency="Idempotency-Key",
    resilience=Resilience(rate=Rate(25, 1.0)),  # a sandbox's limit; 100/s when live
    check="/v1/balance",
    docs="https://docs.stripe.com/api",
)
