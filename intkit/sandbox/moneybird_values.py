"""What Moneybird accepts and computes: contacts, periods, lines and sums of invoices."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from intkit.sandbox.call import Refusal
from intkit.sandbox.seeds import moneybird as seeds
from intkit.sandbox.seeds.moneybird import ADMINISTRATION, draw_number

if TYPE_CHECKING:
    import random

    from intkit.sandbox.seeds.moneybird import Record


def new_detail(rng: random.Random, place: int, asked: Record) -> Record:
    """Return a line of a new invoice; `amount` is text for people, its number is read out of it."""
    price = str(asked.get("price", "0"))
    if not re.fullmatch(r"-?\d+([.,]\d+)?", price):
        raise invalid({"details.price": ["is not a number", "not_a_number"]})
    text = str(asked.get("amount", "1 x"))
    found = re.match(r"\d+([.,]\d+)?", text)
    quantity = found.group().replace(",", ".") if found else "1"
    return {
        "id": draw_number(rng),
        "administration_id": ADMINISTRATION,
        "tax_rate_id": asked.get("tax_rate_id", seeds.TAX_HIGH),
        "ledger_account_id": asked.get("ledger_account_id", seeds.ledger_id("8000")),
        "product_id": None,
        "amount": text,
        "amount_decimal": quantity if "." in quantity else f"{quantity}.0",
        "description": asked.get("description", ""),
        "price": seeds.amount(round(float(price.replace(",", ".")) * 100)),
        "period": None,
        "row_order": place,
    }


def months(period: str, today: datetime) -> tuple[str, str]:
    """Return the first and last month of a period, as `202601`."""
    if period in {"this_year", "prev_year"}:
        number = today.year - (period == "prev_year")
        return f"{number}01", f"{number}12"
    if period in {"this_month", "prev_month"}:
        last = today.replace(day=1) - timedelta(days=period == "prev_month")
        return f"{last:%Y%m}", f"{last:%Y%m}"
    found = re.fullmatch(r"(\d{6})(?:\d\d)?(?:\.\.(\d{6})(?:\d\d)?)?", period)
    if not found:
        raise Refusal(400, {"error": "filter does not have a valid value"})
    return found.group(1), found.group(2) or found.group(1)


def totals(details: list[Record], paid: int) -> Record:
    """Return the sums of an invoice, of which so many cents were paid; all of it at the high rate."""
    net = round(sum(float(each["amount_decimal"]) * float(each["price"]) for each in details) * 100)
    gross = round(net * 1.21)
    return {
        "total_paid": seeds.amount(paid),
        "total_unpaid": seeds.amount(gross - paid),
        "total_price_excl_tax": seeds.amount(net),
        "total_price_incl_tax": seeds.amount(gross),
    }


def checked_contact(asked: Record) -> Record:
    """Return what of the asked fields a contact has."""
    country = asked.get("country", "NL")
    if not re.fullmatch(r"[A-Z]{2}", str(country)):
        raise invalid({"country": ["is invalid", "invalid"]})
    known = set(seeds.blank_contact()) - {"administration_id", "archived", "notes", "contact_people"}
    return {name: value for name, value in asked.items() if name in known}


def invalid(wrong: dict[str, list[str]]) -> Refusal:
    """Return the 422; for each field a sentence for people and a word for machines."""
    errors = {name: [sentence] for name, (sentence, _) in wrong.items()}
    details = {name: [{"error": word}] for name, (_, word) in wrong.items()}
    return Refusal(422, {"error": errors, "details": details})
