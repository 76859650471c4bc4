"""Stripe's charges and Mollie's payments in one ledger: one target, and sums that are those of both accounts."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest

import intkit
from intkit.sandbox.seeds.mollie import seed_payments
from intkit.sandbox.seeds.stripe import seed_charges
from tests.mappings.applied import ROOT

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+", re.IGNORECASE)


def test_the_exports_have_one_and_the_same_target():
    import mollie_payments
    import stripe_payments

    schemas = [module.Payment.model_json_schema() for module in (mollie_payments, stripe_payments)]
    assert schemas[0] == schemas[1]
    assert mollie_payments.COLUMNS == stripe_payments.COLUMNS
    assert mollie_payments.Payment is not stripe_payments.Payment, "each export is carried away alone"


@pytest.fixture(scope="module")
def ledger():
    """Return what both exports make of both recordings, as one list."""
    import mollie_payments
    import stripe_payments

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTKIT_PROJECT", str(ROOT))
        patch.delenv("INTKIT_MODE", raising=False)
        sources = [intkit.Mapping(name).fetch() for name in ("stripe_payments", "mollie_payments")]
    outcomes = [*stripe_payments.map_records(sources[0]), *mollie_payments.map_records(sources[1])]
    return [each for each in outcomes if hasattr(each, "payment_id")]


def bookable(charge: dict) -> bool:
    customer = charge["customer"] if isinstance(charge["customer"], dict) else {}
    email = charge["receipt_email"] or charge["billing_details"].get("email") or customer.get("email")
    return charge["status"] != "failed" and (not email or bool(ADDRESS.fullmatch(email.strip())))


def test_the_ledger_s_sums_per_currency_are_those_of_both_accounts(ledger):
    expected: Counter[str] = Counter()
    for charge in filter(bookable, seed_charges()):
        cents = 1 if charge["currency"] == "jpy" else 100
        expected[charge["currency"].upper()] += Decimal(charge["amount"]) / cents
    for payment in seed_payments():
        if payment["status"] not in {"failed", "canceled", "expired"}:
            expected[payment["amount"]["currency"]] += Decimal(payment["amount"]["value"])
    sums: Counter[str] = Counter()
    for payment in ledger:
        sums[payment.currency] += payment.amount
    assert sums == expected
    assert len(sums) == 4


def test_both_call_a_card_by_the_same_words(ledger):
    brands = Counter(payment.card.partition(" …")[0] for payment in ledger if payment.card)
    assert set(brands) == {"visa", "mastercard", "amex"}
    assert len({payment.payment_id for payment in ledger}) == len(ledger) > 500
