"""What the practice Stripe account holds: field names of stripe 16.1.0, API version 2026-10-28."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from intkit.sandbox.world import DEFAULT_SEED, build_world, chance, draw_id

if TYPE_CHECKING:
    import random

    from intkit.sandbox.world import Order, Person

Record = dict[str, Any]

TRAITS = (
    "Amounts are integers in minor units; JPY has none, so 2000 is 2000 yen.",
    '`billing_details.email` is a good address, null, "", in odd case, padded, or no address at all.',
    "Imported charges (their `description` says so) have no `email` and `phone` in `billing_details`.",
    "`customer` is null for guests; expanded, it is an object, or `{id, object, deleted}` once deleted.",
    '`metadata["order-id"]` is missing, "", padded, or in another spelling; two charges may share one.',
    "`status` is succeeded, pending or failed; a failed one comes before the retry of the same order.",
    "`refunds` is there up to API version 2022-08-01, later only with `expand[]=data.refunds`.",
    "Refunds are partial, full, several to a charge, pending, or failed (then not in `amount_refunded`).",
    "`payment_method_details` has the key of its type only: no `card` for ideal, sepa_debit, paypal.",
    "Names are in many scripts; some are one letter long, some contain quotes, `&` or `<`.",
    "Some charges are authorised only (`captured` false), some are disputed, a few are of 0.50 or 99,999.00.",
    "Some orders that were paid here were paid at Mollie too.",
)


@cache
def stripe_orders(seed: int = DEFAULT_SEED) -> tuple[Order, ...]:
    """Return the orders of the world that were paid through Stripe."""
    return tuple(order for order in build_world(seed).orders if order.number % 9 in {0, 2, 4, 7})


def seed_customers(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the customers, newest first; deleted ones are not among them, as in Stripe's list."""
    people = {order.person.number: order.person for order in stripe_orders(seed)}
    customers = [_customer(seed, person) for person in people.values() if not is_deleted(person)]
    return sorted(customers, key=lambda customer: (-customer["created"], customer["id"]))


def seed_charges(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return every charge with its refunds, newest first, as an independent recount wants them."""
    charges = [charge for order in stripe_orders(seed) for charge in _charges(seed, order)]
    return sorted(charges, key=lambda charge: (-charge["created"], charge["id"]))


def customer_id(seed: int, person: Person) -> str:
    """Return the id under which a person is known at Stripe."""
    return "cus_" + draw_id(chance(seed, "stripe", "customer", str(person.number)), 14)


def is_deleted(person: Person) -> bool:
    """Say whether the person's customer was deleted; their charges still name it."""
    return person.number % 17 == 5


def empty_list(url: str, records: list[Record] | None = None) -> Record:
    """Return Stripe's list object around records that all fit on one page."""
    return {"object": "list", "data": records or [], "has_more": False, "url": url}


def blank_customer() -> Record:
    """Return the fields of a customer about whom nothing was said."""
    return {
        "address": None,
        "balance": 0,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": None,
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def _customer(seed: int, person: Person) -> Record:
    rng = chance(seed, "stripe", "customer fields", str(person.number))
    company = person.company
    named = {"id": customer_id(seed, person), "object": "customer", "created": person.since}
    return (
        named
        | blank_customer()
        | {
            "address": _address(person) if rng.random() < 0.6 else None,
            "balance": 0 if rng.random() < 0.9 else -rng.randrange(100, 5000),
            "currency": person.currency if rng.random() < 0.8 else None,
            "delinquent": rng.random() < 0.05,
            "description": company.name if company and rng.random() < 0.7 else None,
            "email": _spoilt_email(rng, person),
            "invoice_prefix": draw_id(rng, 8, "0123456789ABCDEF"),
            "metadata": {"crm_id": str(100000 + person.number)} if rng.random() < 0.5 else {},
            "name": person.name if rng.random() < 0.95 else None,
            "phone": person.phone if rng.random() < 0.4 else None,
            "preferred_locales": [person.country.lower()] if person.country in {"NL", "DE", "FR"} else [],
            "tax_exempt": "reverse" if company and person.country != "NL" else "none",
        }
    )


def _charges(seed: int, order: Order) -> list[Record]:
    """Return the successful or pending charge of an order and, for some, the failed attempt before it."""
    rng = chance(seed, "stripe", "charge", str(order.number))
    failed_first = order.paid_with == "card" and rng.random() < 0.12
    last = _charge(seed, rng, order, rng.choice(("pending", *["succeeded"] * 15)), order.placed + 40)
    if not failed_first:
        return [last]
    return [_charge(seed, rng, order, "failed", order.placed + 5), last]


def blank_charge() -> Record:
    """Return the fields of a charge that went through at once and about which nothing more was said."""
    nothing = (
        "application application_fee application_fee_amount balance_transaction customer description "
        "calculated_statement_descriptor failure_balance_transaction failure_code failure_message "
        "on_behalf_of payment_intent payment_method receipt_email receipt_number receipt_url review "
        "shipping source source_transfer statement_descriptor statement_descriptor_suffix transfer_data "
        "transfer_group"
    )
    return dict.fromkeys(nothing.split()) | {
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": {"address": _address(None), "email": None, "name": None, "phone": None},
        "captured": True,
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "outcome": None,
        "paid": True,
        "payment_method_details": None,
        "refunded": False,
        "refunds": empty_list(""),
        "status": "succeeded",
    }


def _charge(seed: int, rng: random.Random, order: Order, status: str, created: int) -> Record:
    ident, good = "ch_3" + draw_id(rng, 23), status != "failed"
    amount = _amount(rng, order)
    refunds = _refunds(rng, ident, order, amount, created) if status == "succeeded" else []
    refunded = sum(refund["amount"] for refund in refunds if refund["status"] != "failed")
    captured = status == "succeeded" and (bool(refunds) or rng.random() < 0.97)
    method = {"sepa": "sepa_debit"}.get(order.paid_with, order.paid_with)
    named = {
        "id": ident,
        "object": "charge",
        "amount": amount,
        "created": created,
        "currency": order.currency,
    }
    said = {
        "amount_captured": amount if captured else 0,
        "amount_refunded": refunded,
        "balance_transaction": "txn_3" + draw_id(rng, 23) if captured else None,
        "billing_details": _billing(rng, order),
        "calculated_statement_descriptor": "INTKIT SHOP" if method == "card" else None,
        "captured": captured,
        "customer": None if rng.random() < 0.15 else customer_id(seed, order.person),
        "description": _description(order),
        "disputed": good and rng.random() < 0.02,
        "failure_code": None if good else "card_declined",
        "failure_message": None if good else "Your card was declined.",
        "metadata": _metadata(rng, order),
        "outcome": _outcome(rng, good=good),
        "paid": good,
        "payment_intent": "pi_3" + draw_id(rng, 23) if rng.random() < 0.85 else None,
        "payment_method": ("pm_1" if rng.random() < 0.9 else "card_1") + draw_id(rng, 23),
        "payment_method_details": {"type": method, method: _method_details(rng, order, method)},
        "receipt_email": _spoilt_email(rng, order.person) if rng.random() < 0.3 else None,
        "receipt_number": f"{rng.randrange(1000, 9999)}-{rng.randrange(1000, 9999)}" if good else None,
        "receipt_url": f"https://pay.stripe.com/receipts/payment/{draw_id(rng, 24)}" if good else None,
        "refunded": refunded == amount,
        "refunds": empty_list(f"/v1/charges/{ident}/refunds", refunds),
        "shipping": _shipping(order.person) if rng.random() < 0.2 else None,
        "status": status,
    }
    return named | blank_charge() | said


def _amount(rng: random.Random, order: Order) -> int:
    draw = rng.random()
    if draw < 0.01:
        return 9999900
    return 50 if draw < 0.02 else order.amount


def _description(order: Order) -> str | None:
    if order.number % 13 == 2:
        return f"imported <{order.reference}>"
    return f"Order {order.reference}" if order.number % 3 else None


def _billing(rng: random.Random, order: Order) -> Record:
    person = order.person
    name = person.name if rng.random() < 0.85 else None
    address = _address(person) if rng.random() < 0.5 else _address(None)
    if order.number % 13 == 2:
        return {"address": address, "name": name}
    phone = person.phone if rng.random() < 0.3 else None
    return {
        "address": address,
        "email": _spoilt_email(rng, person),
        "name": name,
        "phone": phone,
        "tax_id": None,
    }


def _address(person: Person | None) -> Record:
    if person is None:
        return dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "city": person.city,
        "country": person.country,
        "line1": person.street,
        "line2": None,
        "postal_code": person.postcode,
        "state": "CA" if person.country == "US" else None,
    }


def _shipping(person: Person) -> Record:
    return {
        "address": _address(person),
        "carrier": None,
        "name": person.name,
        "phone": None,
        "tracking_number": None,
    }


def _spoilt_email(rng: random.Random, person: Person) -> str | None:
    """Return the person's address as people type it: mostly right."""
    draw = rng.random()
    if draw < 0.70:
        return person.email
    if draw < 0.80:
        return person.email.title()
    if draw < 0.85:
        return f"  {person.email.upper()} "
    if draw < 0.95:
        return None
    return rng.choice(("", "not an email", "n/a", person.email.replace("@", " at "), person.email + ","))


def _metadata(rng: random.Random, order: Order) -> dict[str, str]:
    draw = rng.random()
    if draw < 0.75:
        return {"order-id": order.reference}
    if draw < 0.87:
        return {}
    number = re.sub(r"^ORD-", "", order.reference)
    odd = rng.choice(("", f" {order.reference} ", order.reference.lower(), f"#{order.number}", number))
    return {"order-id": odd, "channel": rng.choice(("web", "pos", "Web "))}


def _outcome(rng: random.Random, *, good: bool) -> Record:
    return {
        "advice_code": None if good else "try_again_later",
        "network_advice_code": None,
        "network_decline_code": None if good else "05",
        "network_status": "approved_by_network" if good else "declined_by_network",
        "reason": None if good else "generic_decline",
        "risk_level": "normal" if rng.random() < 0.95 else "elevated",
        "risk_score": rng.randrange(1, 65),
        "seller_message": "Payment complete." if good else "The bank did not return any further details.",
        "type": "authorized" if good else "issuer_declined",
    }


def _method_details(rng: random.Random, order: Order, method: str) -> Record:
    last4, person = f"{rng.randrange(10000):04d}", order.person
    if method == "ideal":
        name = {"bank": "ing", "bic": "INGBNL2A", "iban_last4": last4, "verified_name": person.name}
        return name | {"generated_sepa_debit": None, "generated_sepa_debit_mandate": None}
    if method == "sepa_debit":
        bank = {"bank_code": "37040044", "branch_code": None, "country": person.country}
        return bank | {
            "fingerprint": draw_id(rng, 16),
            "last4": last4,
            "mandate": "mandate_1" + draw_id(rng, 22),
        }
    if method == "paypal":
        return {"payer_email": person.email, "payer_id": draw_id(rng, 13), "payer_name": person.name}
    return {
        "amount_authorized": order.amount,
        "brand": rng.choice(("visa", "visa", "mastercard", "amex")),
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": person.country,
        "exp_month": rng.randrange(1, 13),
        "exp_year": rng.randrange(2026, 2032),
        "fingerprint": draw_id(rng, 16),
        "funding": rng.choice(("credit", "debit")),
        "installments": None,
        "last4": last4,
        "mandate": None,
        "network": "visa",
        "three_d_secure": None,
        "wallet": {"type": "apple_pay", "apple_pay": {}, "dynamic_last4": None}
        if rng.random() < 0.2
        else None,
    }


def _refunds(rng: random.Random, charge: str, order: Order, amount: int, created: int) -> list[Record]:
    """Return the refunds of a charge, newest first: mostly none, else a part, all, or all in parts."""
    draw = rng.random()
    if draw < 0.78:
        return []
    part = max(1, amount // 3)
    parts = [amount] if draw < 0.85 else [part] if draw < 0.94 else [part, part, amount - 2 * part]
    times = [created + 86400 * (2 + 3 * n) for n in range(len(parts))]
    refunds = [
        _refund(rng, charge, order, each, when) for each, when in zip(parts, times, strict=True) if each > 0
    ]
    return refunds[::-1]


def blank_refund() -> Record:
    """Return the fields of a refund that went through at once."""
    return {
        "balance_transaction": None,
        "destination_details": {"type": "card", "card": {"type": "refund"}},
        "metadata": {},
        "payment_intent": None,
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def _refund(rng: random.Random, charge: str, order: Order, amount: int, created: int) -> Record:
    status = rng.choice(("pending", "failed", *["succeeded"] * 12))
    named = {"id": "re_3" + draw_id(rng, 23), "object": "refund", "created": created}
    return (
        named
        | blank_refund()
        | {
            "amount": amount,
            "balance_transaction": "txn_3" + draw_id(rng, 23) if status == "succeeded" else None,
            "charge": charge,
            "currency": order.currency,
            "reason": rng.choice(("requested_by_customer", "duplicate", "fraudulent", None)),
            "status": status,
        }
    )
