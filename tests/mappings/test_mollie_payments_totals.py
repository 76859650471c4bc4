"""Mollie payments in the ledger, recounted from what the practice account holds."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal

import pytest

from intkit.sandbox.seeds.mollie import seed_payments
from tests.mappings.applied import applied, filled, tally

STATUS = {"paid": "settled", "authorized": "pending", "pending": "pending", "open": "pending"}
SEED = seed_payments()
WANTED = [payment for payment in SEED if payment["status"] in STATUS]


def booked(payment: dict) -> dict:
    """Return what the ledger has to hold of a payment."""
    metadata, details = payment["metadata"], payment.get("details", {})
    account = details.get("consumerAccount")
    return {
        "payment_id": payment["id"],
        "reference": metadata["order_id"] if isinstance(metadata, dict) else payment["id"],
        "amount": Decimal(payment["amount"]["value"]),
        "currency": payment["amount"]["currency"],
        "status": STATUS[payment["status"]],
        "paid_at": datetime.fromisoformat(payment["paidAt"]) if "paidAt" in payment else None,
        "customer_id": payment.get("customerId"),
        "email": account if payment["method"] == "paypal" else None,
        "account": account,
        "refunded": Decimal(payment.get("amountRefunded", {"value": "0"})["value"]),
    }


@pytest.fixture(scope="module")
def result():
    return applied("mollie_payments")


def test_every_payment_is_accepted_or_left_out_and_none_is_rejected(result):
    assert len(result.accepted) == len(WANTED) > 300
    assert result.left_out == len(SEED) - len(WANTED) > 0
    assert result.reasons() == {}


def test_every_field_of_every_payment_is_what_the_account_says(result):
    assert [payment.model_dump() for payment in result.accepted] == [booked(each) for each in WANTED]
    assert filled(result) == tally([booked(each) for each in WANTED])


def test_the_sums_per_currency_are_those_of_the_account(result):
    sums, refunds = Counter(), Counter()
    for payment in result.accepted:
        sums[payment.currency] += payment.amount
        refunds[payment.currency] += payment.refunded
    for payment in WANTED:
        sums[payment["amount"]["currency"]] -= Decimal(payment["amount"]["value"])
        if "amountRefunded" in payment:
            refunds[payment["amount"]["currency"]] -= Decimal(payment["amountRefunded"]["value"])
    assert len(sums) == 4
    assert set(sums.values()) == set(refunds.values()) == {0}
