"""What the practice Mollie account holds: field names of mollie-api-py 1.10."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from intkit.sandbox.times import amsterdam, iso, iso_zulu
from intkit.sandbox.world import DEFAULT_SEED, build_world, chance, draw_id

if TYPE_CHECKING:
    import random

    from intkit.sandbox.world import Order, Person

Record = dict[str, Any]

TRAITS = (
    'Amounts are objects with text values: `{"currency": "EUR", "value": "10.00"}`; JPY has no decimals.',
    "`from` is inclusive: a page begins with the record it names; `next` names the one after the page.",
    "`paidAt` is missing until paid; `method` is null while open; `customerId` is missing for guests.",
    "`details` has other fields per method, and is missing while open.",
    "`metadata` is an object, a text, a list or null; the order's number is `order_id` within an object.",
    "`createdAt` is written `+00:00`, but refunds of odd cents end in `.0Z`.",
    "A status has a time of its own: `paidAt`, `canceledAt`, `expiredAt`, `failedAt`, `authorizedAt`.",
    "`metadata.placed_at` is local time with its offset, +01:00 in winter and +02:00 in summer.",
    "Customers' names are initials and family name where another system has the given name.",
    "Some e-mail addresses are older than those of the CRM.",
    "Some orders that were paid here were paid at Stripe too.",
)

_STATUSES = ("paid",) * 14 + ("open", "pending", "authorized", "canceled", "expired", "failed")
_METHODS = {"card": "creditcard", "sepa": "banktransfer"}
_LOCALES = {"NL": "nl_NL", "DE": "de_DE", "FR": "fr_FR", "GB": "en_GB", "US": "en_US", "BE": "nl_BE"}


@cache
def mollie_orders(seed: int = DEFAULT_SEED) -> tuple[Order, ...]:
    """Return the orders of the world that were paid through Mollie; every 36th was paid at Stripe too."""
    orders = build_world(seed).orders
    return tuple(order for order in orders if order.number % 9 not in {0, 2, 4, 7} or order.number % 36 == 2)


def seed_payments(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the payments without their links, newest first."""
    return [_payment(seed, order) for order in reversed(mollie_orders(seed))]


def seed_refunds(payments: list[Record]) -> list[Record]:
    """Return the refunds of the payments, newest first."""
    return [_refund(payment) for payment in payments if "amountRefunded" in payment and _cents(payment) > 0]


def seed_captures(payments: list[Record]) -> list[Record]:
    """Return a capture for every paid card payment, newest first."""
    return [
        {
            "resource": "capture",
            "id": payment["id"].replace("tr_", "cpt_"),
            "mode": "test",
            "amount": payment["amount"],
            "status": "succeeded",
            "paymentId": payment["id"],
            "createdAt": payment["createdAt"],
        }
        for payment in payments
        if payment["method"] == "creditcard" and payment["status"] == "paid"
    ]


def seed_customers(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the customers without their links, newest first."""
    people = {order.person.number: order.person for order in mollie_orders(seed)}
    customers = [_customer(seed, person) for person in people.values()]
    return sorted(customers, key=lambda customer: (customer["createdAt"], customer["id"]), reverse=True)


def customer_id(seed: int, person: Person) -> str:
    """Return the id under which a person is known at Mollie."""
    return "cst_" + draw_id(chance(seed, "mollie", "customer", str(person.number)), 10)


def money(minor: int, currency: str) -> dict[str, str]:
    """Return minor units as Mollie writes an amount."""
    code = currency.upper()
    return {"currency": code, "value": str(minor) if code == "JPY" else f"{minor // 100}.{minor % 100:02d}"}


def _payment(seed: int, order: Order) -> Record:
    rng = chance(seed, "mollie", "payment", str(order.number))
    status, person = rng.choice(_STATUSES), order.person
    method = _METHODS.get(order.paid_with, order.paid_with)
    payment: Record = {
        "resource": "payment",
        "id": "tr_" + draw_id(rng, 10),
        "mode": "test",
        "createdAt": iso(order.placed),
        "amount": money(order.amount, order.currency),
        "description": f"Bestelling {order.reference}"
        if person.country == "NL"
        else f"Order {order.reference}",
        "method": None if status in {"open", "expired"} else method,
        "metadata": _metadata(rng, order),
        "status": status,
        "isCancelable": status == "open",
        "locale": _LOCALES.get(person.country),
        "profileId": "pfl_QkEhN94Ba",
        "sequenceType": "oneoff",
        "redirectUrl": f"https://shop.example/orders/{order.number}",
    }
    if rng.random() < 0.7:
        payment["customerId"] = customer_id(seed, person)
    if rng.random() < 0.5:
        payment["webhookUrl"] = None if rng.random() < 0.2 else "https://shop.example/webhooks/mollie"
    return payment | _outcome(rng, order, status, method)


def _outcome(rng: random.Random, order: Order, status: str, method: str) -> Record:
    """Return the fields that exist in this status only."""
    later = iso(order.placed + rng.randrange(20, 4000))
    if status == "paid":
        paid = {
            "paidAt": later,
            "details": _details(rng, order.person, method),
            "countryCode": order.person.country,
        }
        return paid | _refunded(rng, order)
    names = {
        "canceled": "canceledAt",
        "expired": "expiredAt",
        "failed": "failedAt",
        "authorized": "authorizedAt",
    }
    return {names[status]: later} if status in names else {"expiresAt": iso(order.placed + 900)}


def _refunded(rng: random.Random, order: Order) -> Record:
    part = 0 if rng.random() < 0.8 else rng.choice((order.amount, order.amount // 2))
    return {
        "amountRefunded": money(part, order.currency),
        "amountRemaining": money(order.amount - part, order.currency),
    }


def _details(rng: random.Random, person: Person, method: str) -> Record:
    if method == "creditcard":
        label = rng.choice(("Visa", "Mastercard"))
        return {"cardNumber": f"{rng.randrange(10000):04d}", "cardHolder": person.name, "cardLabel": label}
    if method == "paypal":
        return {
            "consumerName": person.name,
            "consumerAccount": person.email,
            "paypalReference": draw_id(rng, 17),
        }
    account = f"{person.country}{rng.randrange(10, 99)}RABO{rng.randrange(10**9, 10**10)}"
    bank = {"consumerName": person.name, "consumerAccount": account, "consumerBic": "RABONL2U"}
    return (
        bank if method == "ideal" else bank | {"bankName": "Rabobank", "transferReference": draw_id(rng, 12)}
    )


def _metadata(rng: random.Random, order: Order) -> Any:
    draw = rng.random()
    if draw < 0.7:
        local = {"placed_at": amsterdam(order.placed)} if rng.random() < 0.4 else {}
        return {"order_id": order.reference} | local
    if draw < 0.8:
        return order.reference
    return [order.reference, "webshop"] if draw < 0.85 else None


def _cents(payment: Record) -> int:
    return int(payment["amountRefunded"]["value"].replace(".", ""))


def _refund(payment: Record) -> Record:
    paid = payment["paidAt"]
    return {
        "resource": "refund",
        "id": payment["id"].replace("tr_", "re_"),
        "mode": "test",
        "amount": payment["amountRefunded"],
        "status": "refunded" if _cents(payment) % 5 else "pending",
        "description": payment["description"],
        "metadata": None,
        "paymentId": payment["id"],
        "createdAt": iso_zulu(datetime.fromisoformat(paid).timestamp()) if _cents(payment) % 2 else paid,
    }


def _customer(seed: int, person: Person) -> Record:
    rng = chance(seed, "mollie", "customer fields", str(person.number))
    name = f"{person.given[0]}. {person.family}".strip() if rng.random() < 0.4 else person.name
    older = person.email.replace("@", ".old@")
    return {
        "resource": "customer",
        "id": customer_id(seed, person),
        "mode": "test",
        "name": name if rng.random() < 0.95 else None,
        "email": rng.choice((older, None)) if rng.random() < 0.12 else person.email,
        "locale": _LOCALES.get(person.country),
        "metadata": {"crm": str(100000 + person.number)} if rng.random() < 0.3 else None,
        "createdAt": iso(person.since + 86400),
    }
