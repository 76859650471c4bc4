"""Mollie payments in the ledger, recounted from what the practice account holds."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal

import pytest

import intkit
from intkit.sandbox.seeds.mollie import seed_customers, seed_payments
from tests.mappings.applied import ROOT, applied, filled, tally

STATUS = {"paid": "settled", "authorized": "pending", "pending": "pending", "open": "pending"}
SEED = seed_payments()
CUSTOMERS = {customer["id"]: customer for customer in seed_customers()}
WANTED = [payment for payment in SEED if payment["status"] in STATUS]


def booked(payment: dict) -> dict:
    """Return what the ledger has to hold of a payment."""
    metadata, details = payment["metadata"], payment.get("details", {})
    account, brand = details.get("consumerAccount"), details.get("cardLabel")
    customer = CUSTOMERS.get(payment.get("customerId"), {"email": None})
    return {
        "payment_id": payment["id"],
        "reference": metadata["order_id"] if isinstance(metadata, dict) else payment["id"],
        "amount": Decimal(payment["amount"]["value"]),
        "currency": payment["amount"]["currency"],
        "status": STATUS[payment["status"]],
        "paid_at": datetime.fromisoformat(payment["paidAt"]) if "paidAt" in payment else None,
        "customer_id": payment.get("customerId"),
        "email": customer["email"] or (account if payment["method"] == "paypal" else None),
        "card": brand.lower() if brand else None,
        "account": account,
        "refunded": Decimal(payment.get("amountRefunded", {"value": "0"})["value"]),
        "refunds": None,
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
    told = {path: count for path, count in filled(result).items() if count}
    assert told == tally([booked(each) for each in WANTED]), "Mollie lists no refunds beside a payment"


def test_every_payment_finds_the_customer_that_it_names(monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(ROOT))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    payments = intkit.Mapping("mollie_payments").fetch()
    found = [payment["customer"]["id"] if payment["customer"] else None for payment in payments]
    assert found == [payment.get("customerId") for payment in SEED]
    guests = found.count(None)
    named = f"{len(SEED) - guests} of {len(SEED)} records found their customer by customerId = id."
    assert payments.note.endswith(f"{named} {guests} have no customerId.")


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
