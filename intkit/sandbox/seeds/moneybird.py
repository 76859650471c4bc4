"""What the practice Moneybird administration holds: field names of Moneybird's public API v2."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from intkit.sandbox.times import day, iso_millis
from intkit.sandbox.world import DEFAULT_SEED, build_world, chance, draw_id

if TYPE_CHECKING:
    import random

    from intkit.sandbox.world import Order, Person

Record = dict[str, Any]

TRAITS = (
    "Without `filter=period:…` invoices of earlier years are hidden: the list begins at this year's first.",
    "Ids are texts of 18 digits, beyond what a float keeps; `administration_id` is a number.",
    'Money is text with at least one decimal: "300.0", "302.5", "12.35".',
    '`amount` is for people ("1 x", "2,5 uur"); `amount_decimal` is for machines ("1.0").',
    'Missing is "" in one field and null in the next.',
    "Descriptions and notes are Dutch; `country` is a code, `tax_report_reference` a list.",
    "A company's contact has no first and last name and a person's no company name: one of them is \"\".",
    "Archived contacts are hidden, unless `include_archived=true` asks for them.",
    "`version` is an epoch number that rises with each change: the change feed's only mark.",
    "Some invoices are booked twice, some totals are a cent off those of the webshop.",
)

ADMINISTRATION = 123456789012345
TAX_HIGH, TAX_LOW, TAX_NONE = "496081505700000021", "496081505700000009", "496081505700000000"
_LEDGER = (
    ("8000", "Omzet", "revenue"),
    ("8010", "Omzet laag tarief", "revenue"),
    ("1300", "Debiteuren", "current_assets"),
    ("4500", "Verkoopkosten", "expenses"),
    ("1010", "Rabobank", "current_assets"),
)


def seed_contacts(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the contacts, newest first."""
    people = {order.person.number: order.person for order in invoiced(seed)}
    return sorted((_contact(seed, each) for each in people.values()), key=_newest, reverse=True)


def seed_invoices(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the sales invoices of both years, newest first; every 90th order was booked twice."""
    booked = [each for order in invoiced(seed) for each in [order] * (2 if order.number % 90 == 0 else 1)]
    return [_invoice(seed, number, order) for number, order in enumerate(booked, start=1)][::-1]


def seed_ledger_accounts() -> list[Record]:
    """Return the ledger accounts."""
    return [
        {
            "id": ledger_id(code),
            "administration_id": ADMINISTRATION,
            "name": name,
            "account_type": kind,
            "account_id": code,
            "parent_id": None,
            "created_at": "2024-01-01T09:00:00.000Z",
            "updated_at": "2024-01-01T09:00:00.000Z",
            "allowed_document_types": ["sales_invoice"] if kind == "revenue" else [],
            "taxonomy_item": None,
            "financial_account_id": None,
        }
        for code, name, kind in _LEDGER
    ]


def seed_tax_rates() -> list[Record]:
    """Return the tax rates of sales."""
    rates = ((TAX_HIGH, "21% btw", "21.0", ["NL/1a"]), (TAX_LOW, "9% btw", "9.0", ["NL/1b"]))
    return [_tax_rate(*each) for each in (*rates, (TAX_NONE, "Geen btw", None, ["NL/3b"]))]


def invoiced(seed: int = DEFAULT_SEED) -> list[Order]:
    """Return the orders of the world that were invoiced from Moneybird."""
    return [order for order in build_world(seed).orders if order.number % 2 == 0 and order.currency == "eur"]


def draw_number(rng: random.Random) -> str:
    """Return an id of 18 digits."""
    return "4" + draw_id(rng, 17, "0123456789")


def contact_id(seed: int, person: Person) -> str:
    """Return the id under which a person is known at Moneybird."""
    return draw_number(chance(seed, "moneybird", "contact", str(person.number)))


def ledger_id(code: str) -> str:
    """Return the id of a ledger account."""
    return f"4960815056000{code:0>5}"


def amount(cents: Decimal | int) -> str:
    """Return cents as Moneybird writes money, with one decimal at least."""
    value = (Decimal(cents) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = f"{value:f}"
    return text.removesuffix("0")


def blank_contact() -> Record:
    """Return the fields of a contact about whom nothing was said."""
    empty = "company_name firstname lastname attention address1 address2 zipcode city phone tax_number"
    return dict.fromkeys(empty.split(), "") | {
        "administration_id": ADMINISTRATION,
        "country": "NL",
        "email": "",
        "send_invoices_to_email": "",
        "delivery_method": "Email",
        "chamber_of_commerce": "",
        "bank_account": "",
        "customer_id": "",
        "is_trusted": False,
        "max_transfer_amount": None,
        "sepa_active": False,
        "archived": False,
        "custom_fields": [],
        "contact_people": [],
        "notes": [],
    }


def _newest(record: Record) -> tuple[str, str]:
    return record["created_at"], record["id"]


def _tax_rate(ident: str, name: str, percentage: str | None, reference: list[str]) -> Record:
    return {
        "id": ident,
        "administration_id": ADMINISTRATION,
        "name": name,
        "percentage": percentage,
        "tax_rate_type": "sales_invoice",
        "show_tax": percentage is not None,
        "active": True,
        "country": None,
        "tax_report_reference": reference,
        "created_at": "2024-01-01T09:00:00.000Z",
        "updated_at": "2024-01-01T09:00:00.000Z",
    }


def _contact(seed: int, person: Person) -> Record:
    rng = chance(seed, "moneybird", "contact fields", str(person.number))
    changed = person.since + rng.randrange(40_000_000)
    named = (
        {"company_name": person.company.name, "tax_number": person.company.vat, "attention": person.name}
        if person.company
        else {"firstname": person.given, "lastname": person.family}
    )
    note = {"id": draw_number(rng), "note": "Belt het liefst 's ochtends.", "todo": False}
    return blank_contact() | {
        "id": contact_id(seed, person),
        "address1": person.street,
        "zipcode": person.postcode.replace(" ", "") if rng.random() < 0.3 else person.postcode,
        "city": person.city,
        "country": person.country,
        "phone": person.phone if rng.random() < 0.5 else "",
        "email": person.email if rng.random() < 0.9 else "",
        "send_invoices_to_email": person.email.replace("@", "+facturen@") if rng.random() < 0.3 else "",
        "customer_id": f"K{person.number:04d}",
        "created_at": iso_millis(person.since),
        "updated_at": iso_millis(changed),
        "version": changed,
        "archived": person.number % 21 == 2,
        "notes": [note] if rng.random() < 0.1 else [],
        **named,
    }


def _invoice(seed: int, number: int, order: Order) -> Record:
    rng = chance(seed, "moneybird", "invoice", str(number))
    state = rng.choice(("paid", "paid", "paid", "open", "late", "draft", "uncollectible"))
    details = [_detail(rng, line, place) for place, line in enumerate(order.lines)]
    gross = order.amount + (1 if rng.random() < 0.04 else 0)
    net = (Decimal(gross) / Decimal("1.21")).quantize(Decimal(1), ROUND_HALF_UP)
    paid = gross if state == "paid" else 0
    year = day(order.placed)[:4]
    return {
        "id": draw_number(rng),
        "administration_id": ADMINISTRATION,
        "contact_id": contact_id(seed, order.person),
        "invoice_id": None if state == "draft" else f"{year}-{number:04d}",
        "recurring_sales_invoice_id": None,
        "workflow_id": "496081505650000001",
        "document_style_id": "496081505650000002",
        "identity_id": None,
        "draft_id": number if state == "draft" else None,
        "state": state,
        "invoice_date": None if state == "draft" else day(order.placed),
        "due_date": None if state == "draft" else day(order.placed + 14 * 86400),
        "payment_conditions": "Wij verzoeken u vriendelijk het bedrag binnen 14 dagen over te maken.",
        "reference": order.reference if rng.random() < 0.8 else "",
        "language": "nl",
        "currency": "EUR",
        "discount": "0.0",
        "paid_at": day(order.placed + 5 * 86400) if paid else None,
        "sent_at": None if state == "draft" else day(order.placed),
        "created_at": iso_millis(order.placed),
        "updated_at": iso_millis(order.placed + 600_000),
        "version": order.placed + 600_000,
        "details": details,
        "payments": [_payment(rng, order, gross)] if paid else [],
        "total_paid": amount(paid),
        "total_unpaid": amount(gross - paid),
        "total_price_excl_tax": amount(net),
        "total_price_incl_tax": amount(gross),
        "prices_are_incl_tax": True,
        "notes": [],
        "attachments": [],
        "custom_fields": [],
        "url": f"https://moneybird.com/{ADMINISTRATION}/sales_invoices/{draw_id(rng, 16)}",
    }


def _detail(rng: random.Random, line: tuple[Any, int, int], place: int) -> Record:
    product, quantity, price = line
    hours = product.sku == "CABLE"
    return {
        "id": draw_number(rng),
        "administration_id": ADMINISTRATION,
        "tax_rate_id": TAX_LOW if product.sku == "BOOK-7" else TAX_HIGH,
        "ledger_account_id": ledger_id("8000"),
        "product_id": None,
        "amount": f"{quantity},5 uur" if hours else f"{quantity} x",
        "amount_decimal": f"{quantity}.5" if hours else f"{quantity}.0",
        "description": product.name,
        "price": amount(price),
        "period": None,
        "row_order": place,
        "total_price_excl_tax_with_discount": amount(Decimal(quantity * price) / Decimal("1.21")),
        "tax_report_reference": ["NL/1b"] if product.sku == "BOOK-7" else ["NL/1a"],
    }


def _payment(rng: random.Random, order: Order, gross: int) -> Record:
    return {
        "id": draw_number(rng),
        "administration_id": ADMINISTRATION,
        "payment_date": day(order.placed + 5 * 86400),
        "price": amount(gross),
        "price_base": amount(gross),
        "financial_account_id": None,
        "transaction_identifier": None,
    }
