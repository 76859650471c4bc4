"""What stands on the shelves of the practice Stripe account, and how each kind may be asked and written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intkit.sandbox.seeds import stripe as seeds
from intkit.sandbox.seeds.stripe_balance import (
    seed_balance_transactions,
    seed_events,
    seed_payment_intents,
    seed_payouts,
)
from intkit.sandbox.seeds.stripe_billing import seed_invoices, seed_prices, seed_products

if TYPE_CHECKING:
    from collections.abc import Callable

    from intkit.sandbox.seeds.stripe import Record


@dataclass
class Shelf:
    """One kind of object: what it is called, what may be asked and written, and all there are, newest first.

    Attributes:
        blank: makes the fields of a new one that were not given; None where none can be made.
        gone: the markers of deleted ones.
    """

    plural: str
    noun: str
    prefix: str
    records: list[Record]
    filters: frozenset[str] = frozenset()
    writable: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()
    blank: Callable[[], Record] = dict
    creatable: bool = False
    deletable: bool = False
    gone: dict[str, Record] = field(default_factory=dict)

    def find(self, ident: str) -> Record | None:
        """Return the object with this id, a deleted one's marker, or None."""
        found = next((record for record in self.records if record["id"] == ident), None)
        return found or self.gone.get(ident)


def deleted(ident: str, noun: str = "customer") -> Record:
    """Return what is left of a deleted object."""
    return {"id": ident, "object": noun, "deleted": True}


def stock(seed: int, now: int) -> list[Shelf]:
    """Return the shelves of a fresh account."""
    charges = seeds.seed_charges(seed)
    return [
        _customers(seed),
        *_payments(charges),
        *_sales(seed),
        *_balance(seed, charges),
        *_news(seed, charges, now),
    ]


def _payments(charges: list[Record]) -> list[Shelf]:
    refunds = [refund for charge in charges for refund in charge["refunds"]["data"]]
    return [
        Shelf(
            plural="charges",
            noun="charge",
            prefix="ch",
            records=charges,
            filters=_words("customer payment_intent transfer_group"),
            writable=_words("amount currency customer description receipt_email source"),
            required=("amount", "currency"),
            creatable=True,
            blank=seeds.blank_charge,
        ),
        Shelf(
            plural="refunds",
            noun="refund",
            prefix="re",
            records=sorted(refunds, key=lambda refund: (-refund["created"], refund["id"])),
            filters=_words("charge payment_intent"),
            writable=_words("charge amount reason"),
            required=("charge",),
            creatable=True,
            blank=seeds.blank_refund,
        ),
        Shelf(
            plural="payment_intents",
            noun="payment_intent",
            prefix="pi",
            records=seed_payment_intents(charges),
            filters=_words("customer"),
            writable=_words("description receipt_email"),
        ),
    ]


def _sales(seed: int) -> list[Shelf]:
    return [
        Shelf(
            plural="products",
            noun="product",
            prefix="prod",
            records=seed_products(seed),
            filters=_words("active"),
            writable=_words("name description active"),
        ),
        Shelf(
            plural="prices",
            noun="price",
            prefix="price",
            records=seed_prices(seed),
            filters=_words("active currency product type"),
            writable=_words("nickname active lookup_key"),
        ),
        Shelf(
            plural="invoices",
            noun="invoice",
            prefix="in",
            records=seed_invoices(seed),
            filters=_words("customer status collection_method"),
            writable=_words("description footer"),
        ),
    ]


def _balance(seed: int, charges: list[Record]) -> list[Shelf]:
    moves = seed_balance_transactions(charges)
    return [
        Shelf(
            plural="balance_transactions",
            noun="balance_transaction",
            prefix="txn",
            records=moves,
            filters=_words("currency payout source type"),
        ),
        Shelf(
            plural="payouts",
            noun="payout",
            prefix="po",
            records=seed_payouts(moves, seed),
            filters=_words("status destination"),
        ),
    ]


def _news(seed: int, charges: list[Record], now: int) -> list[Shelf]:
    return [
        Shelf(
            plural="events",
            noun="event",
            prefix="evt",
            records=seed_events(charges, now, seed),
            filters=_words("type"),
        ),
        Shelf(
            plural="webhook_endpoints",
            noun="webhook_endpoint",
            prefix="we",
            records=[],
            writable=_words("url enabled_events description api_version"),
            required=("url", "enabled_events"),
            creatable=True,
            deletable=True,
            blank=_blank_webhook_endpoint,
        ),
    ]


def _customers(seed: int) -> Shelf:
    people = {order.person.number: order.person for order in seeds.stripe_orders(seed)}.values()
    gone = [seeds.customer_id(seed, person) for person in people if seeds.is_deleted(person)]
    return Shelf(
        plural="customers",
        noun="customer",
        prefix="cus",
        records=seeds.seed_customers(seed),
        filters=_words("email"),
        writable=_words("address balance description email name phone preferred_locales shipping tax_exempt"),
        blank=seeds.blank_customer,
        creatable=True,
        deletable=True,
        gone={ident: deleted(ident) for ident in gone},
    )


def _blank_webhook_endpoint() -> Record:
    return {
        "api_version": None,
        "application": None,
        "description": None,
        "livemode": False,
        "metadata": {},
        "status": "enabled",
    }


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())
