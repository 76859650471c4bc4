"""Made-up invoices to measure with: deterministic, three levels deep, a few percent of them dirty."""

from __future__ import annotations

import json
import random
from typing import Any

FIRST = ["Anna", "Bob", "Chloé", "Dmitri", "Esra", "Femke", "Łukasz", "Noor"]
LAST = ["Jansen", "de Vries", "García", "Kowalski", "Smith", "Müller"]
CITIES = ["Amsterdam", "Berlin", "Kraków", "Madrid", "Utrecht"]


def lines_of_invoices(count: int, seed: int = 7) -> bytes:
    """Return so many invoices as JSON lines."""
    rng = random.Random(seed)
    return b"".join(json.dumps(invoice(rng, n), ensure_ascii=False).encode() + b"\n" for n in range(count))


def invoice(rng: random.Random, number: int) -> dict[str, Any]:
    """Return one invoice, in three of a hundred cases with a trait that real systems show."""
    made = {
        "id": f"in_{rng.getrandbits(80):020x}",
        "object": "invoice",
        "number": f"INV-{number:06d}",
        "status": rng.choice(["draft", "open", "paid", "paid", "paid", "void"]),
        "currency": rng.choice(["eur", "usd", "gbp", "jpy"]),
        "created": 1_700_000_000 + 97 * number,
        "issued_on": f"2024-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        "total": rng.randrange(100, 2_000_000),
        "tax_percent": rng.choice([0, 9.0, 21.0]),
        "livemode": rng.random() < 0.98,
        "description": rng.choice([None, "", "Thank you for your order", f"Project {number % 500}"]),
        "customer": customer(rng),
        "billing_address": address(rng),
        "shipping_address": address(rng) if rng.random() < 0.6 else None,
        "metadata": {"order-id": f"ord_{number:07d}", "channel": rng.choice(["web", "shop"])},
        "discounts": [],
        "lines": {"object": "list", "has_more": False, "data": [line(rng, n) for n in range(lines(rng))]},
        "status_transitions": {"paid_at": 1_700_100_000 + number, "voided_at": None},
    }
    return spoil(made, rng) if rng.random() < 0.03 else made


def customer(rng: random.Random) -> dict[str, Any]:
    """Return a customer."""
    first, last = rng.choice(FIRST), rng.choice(LAST)
    mail = f"{first}.{last.replace(' ', '')}{rng.randrange(5000)}@example.com".lower()
    return {
        "id": f"cus_{rng.getrandbits(56):014x}",
        "name": f"{first} {last}",
        "email": mail,
        "phone": f"+31 6 {rng.randrange(10**8):08d}",
        "vat_id": rng.choice([None, f"NL{rng.randrange(10**9):09d}B01"]),
        "tags": rng.sample(["vip", "late", "b2b", "new"], rng.randrange(3)),
    }


def address(rng: random.Random) -> dict[str, Any]:
    """Return an address."""
    return {
        "line1": f"{rng.choice(LAST)}straat {rng.randrange(300)}",
        "line2": None,
        "city": rng.choice(CITIES),
        "postal_code": f"{rng.randrange(1000, 9999)} AB",
        "country": rng.choice(["NL", "DE", "PL", "ES"]),
    }


def line(rng: random.Random, number: int) -> dict[str, Any]:
    """Return one line of an invoice."""
    return {
        "id": f"il_{rng.getrandbits(64):016x}",
        "type": rng.choice(["product", "product", "shipping"]),
        "quantity": rng.randrange(1, 12),
        "unit_amount": rng.randrange(100, 90_000),
        "price": {"id": f"price_{rng.randrange(400):08d}", "product": f"prod_{rng.randrange(120):08d}"},
        "description": f"Article {rng.randrange(400)}",
        "position": number,
        "period": {"start": 1_700_000_000, "end": 1_702_592_000},
    }


def lines(rng: random.Random) -> int:
    """Return how many lines an invoice has."""
    return rng.choice([1, 1, 2, 2, 3, 4, 5, 6, 8])


def spoil(made: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Give an invoice one ugly trait; a mapping can live with half of them."""
    line = made["lines"]["data"][-1]
    traits: list[tuple[dict[str, Any], str, Any]] = [
        (made, "billing_address", None),
        (made, "metadata", None),
        (line, "price", None),
        (made["lines"], "data", []),
        (made, "status", "in_dispute"),
        (made, "issued_on", "2024-02-30"),
        (made["customer"], "id", None),
        (line, "quantity", -1),
    ]
    place, key, value = rng.choice(traits)
    place[key] = value
    if key == "metadata":
        del made["metadata"]
    return made
