"""The main mapping, recounted straight from the sandbox's seed: every charge is somewhere, every sum is right."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

import intkit
from intkit.sandbox.seeds.stripe import seed_charges

ROOT = Path(__file__).parents[1]
CHARGES = seed_charges()


@pytest.fixture(scope="module")
def result():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTKIT_PROJECT", str(ROOT))
        patch.delenv("INTKIT_MODE", raising=False)
        mapping = intkit.Mapping("stripe_payments")
        return mapping.apply(mapping.fetch())


def sums(charges):
    """Return the sum for each currency in its smallest unit, as Stripe counts."""
    found = Counter()
    for charge in charges:
        found[charge["currency"]] += charge["amount"]
    return found


def as_stripe_counts(payment):
    cents = 1 if payment.currency == "JPY" else 100
    return {"currency": payment.currency.lower(), "amount": int(payment.amount * cents)}


def test_accepted_rejected_and_left_out_sum_up_to_the_seed(result):
    mapped = sums(map(as_stripe_counts, result.accepted)) + sums(each.record for each in result.rejects)
    left_out = sums(charge for charge in CHARGES if charge["status"] == "failed")
    assert len(mapped) == 4
    assert mapped + left_out == sums(CHARGES)
    assert result.left_out == sum(charge["status"] == "failed" for charge in CHARGES)


def test_every_reason_to_reject_has_as_many_records_as_the_seed_has_reasons(result):
    address = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+", re.IGNORECASE)
    bad = 0
    for charge in CHARGES:
        customer = charge["customer"] if isinstance(charge["customer"], dict) else {}
        email = (
            charge["receipt_email"] or (charge["billing_details"] or {}).get("email") or customer.get("email")
        )
        bad += bool(charge["status"] != "failed" and email and not address.fullmatch(email.strip()))
    assert bad > 0
    assert result.reasons() == {"email: expected an e-mail address": bad}


def test_every_reject_names_the_exchange_that_it_came_from(result):
    for each in result.rejects:
        found = re.fullmatch(r"stripe/charges#(\d+)", each.exchange)
        assert found
        assert result.accepted
        assert each.record["id"] == each.key
    assert len({each.exchange for each in result.rejects}) > 1


def naive(targets):
    """Count what each target field holds, without the kit."""
    filled, null, seen = Counter(), Counter(), {}
    for target in targets:
        for name, value in target.model_dump().items():
            rows = value if name == "refunds" else None
            path = "refunds[]" if rows is not None else name
            (null if value is None else filled)[path] += 1
            seen.setdefault(path, set()).add(len(rows) if rows is not None else value)
            for row in rows or []:
                for key, inner in row.items():
                    filled[f"refunds[].{key}"] += 1
                    seen.setdefault(f"refunds[].{key}", set()).add(inner)
    return filled, null, {path: len(values - {None}) for path, values in seen.items()}


def test_the_coverage_of_every_target_field_is_a_plain_count(result):
    filled, null, distinct = naive(result.accepted)
    told = result.summary()["coverage"]
    assert {path: each["filled"] for path, each in told.items()} == filled
    assert {path: each["null"] for path, each in told.items() if each["null"]} == null
    assert {row[0]: row[3] for row in result.coverage.rows} == distinct
    assert told["email"]["failed"] == len(result.rejects)


def test_the_first_failing_record_is_named_beside_its_field(result):
    (row,) = [row for row in result.coverage.rows if row[0] == "email"]
    assert row[-1] == result.rejects[0].key
    order = [charge["id"] for charge in CHARGES]
    places = [order.index(each.key) for each in result.rejects]
    assert places in (sorted(places), sorted(places, reverse=True))


def test_the_yen_has_no_cents_and_all_others_have(result):
    by_key = {charge["id"]: charge for charge in CHARGES}
    for payment in result.accepted:
        charge = by_key[payment.payment_id]
        cents = 1 if charge["currency"] == "jpy" else 100
        assert payment.amount == Decimal(charge["amount"]) / cents
