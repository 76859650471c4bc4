"""What the practice Resend account holds: field names of Resend's OpenAPI file 1.5."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from intkit.sandbox.times import iso_millis, postgres, postgres_millis
from intkit.sandbox.world import DEFAULT_SEED, build_world, chance

if TYPE_CHECKING:
    import random

    from intkit.sandbox.world import Order, Person

Record = dict[str, Any]

TRAITS = (
    "Three ways to write a time: `…29 01:30:00.674981+00` (e-mails), `….678+00` (contacts), `…T….000Z`.",
    "`to` is sent as a text or a list and is always answered as a list.",
    "`from` is an address with or without a name in front, and a keyword of Python.",
    "A list shows no `html` and `text`; reading one e-mail does.",
    "Contacts' names are empty, missing or without their accents; some addresses are in capitals.",
    "Some contacts are there twice, under two spellings of one address.",
    "Bounced and complained e-mails go to people who are still subscribed elsewhere.",
)

_EVENTS = ("delivered",) * 12 + ("opened", "opened", "clicked", "bounced", "complained", "delivery_delayed")
_PLAIN = str.maketrans("éèëïöüãõçøåłıÉÁÖÜ", "eeeiouaocoaliEAOU")


def seed_emails(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return a confirmation per order, newest first, with bodies; the last ones are scheduled."""
    orders = build_world(seed).orders
    return [_email(seed, order, scheduled=order.number > len(orders) - 3) for order in reversed(orders)]


def seed_contacts(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the newsletter's contacts, newest first."""
    people = [person for person in build_world(seed).people if person.number % 5]
    contacts = [contact for person in people for contact in _contacts(seed, person)]
    return sorted(contacts, key=lambda contact: (contact["created_at"], contact["id"]), reverse=True)


def seed_domains(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the sending domains with their DNS records, newest first."""
    named = (("shop.example", "verified"), ("news.shop.example", "pending"), ("alt.example", "not_started"))
    return [_domain(seed, number, name, status) for number, (name, status) in enumerate(named)][::-1]


def draw_uuid(rng: random.Random) -> str:
    """Return a version 4 UUID."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def dns_records(name: str, status: str) -> list[Record]:
    """Return the DNS records that a domain must have."""
    common = {"ttl": "Auto", "status": status}
    return [
        {"record": "SPF", "name": "send", "type": "TXT", "value": '"v=spf1 include:amazonses.com ~all"'}
        | common,
        {"record": "SPF", "name": "send", "type": "MX", "value": f"feedback.{name}", "priority": 10} | common,
        {"record": "DKIM", "name": "resend._domainkey", "type": "TXT", "value": "p=MIGfMA0GCSq"} | common,
    ]


def _email(seed: int, order: Order, *, scheduled: bool) -> Record:
    rng = chance(seed, "resend", "email", str(order.number))
    ident, person = draw_uuid(rng), order.person
    sender = "Shop <orders@shop.example>" if rng.random() < 0.8 else "orders@shop.example"
    return {
        "object": "email",
        "id": ident,
        "message_id": f"<{ident}@email.example>",
        "to": [person.email if rng.random() < 0.9 else person.email.upper()],
        "from": sender,
        "created_at": postgres(order.placed + 12),
        "subject": f"Order {order.reference} is confirmed",
        "html": f"<p>Dear {person.name}, thank you for order <b>{order.reference}</b>.</p>",
        "text": f"Dear {person.name}, thank you for order {order.reference}.",
        "bcc": [],
        "cc": [person.email.replace("@", "+cc@")] if rng.random() < 0.1 else [],
        "reply_to": [],
        "last_event": "scheduled" if scheduled else rng.choice(_EVENTS),
        "scheduled_at": iso_millis(order.placed + 90000) if scheduled else None,
        "tags": [{"name": "order", "value": order.reference}] if rng.random() < 0.6 else [],
    }


def _contacts(seed: int, person: Person) -> list[Record]:
    rng = chance(seed, "resend", "contact", str(person.number))
    contact = _contact(rng, person)
    twice = rng.random() < 0.06
    return [contact, _contact(rng, person) | {"email": person.email.upper()}] if twice else [contact]


def _contact(rng: random.Random, person: Person) -> Record:
    contact = {
        "object": "contact",
        "id": draw_uuid(rng),
        "email": person.email,
        "first_name": person.given.translate(_PLAIN) if rng.random() < 0.9 else "",
        "last_name": person.family.translate(_PLAIN) if rng.random() < 0.9 else "",
        "created_at": postgres_millis(person.since + rng.randrange(10**6)),
        "unsubscribed": rng.random() < 0.12,
        "properties": {"company_name": person.company.name} if person.company and rng.random() < 0.4 else {},
    }
    if rng.random() < 0.1:
        del contact["first_name"], contact["last_name"]
    return contact


def _domain(seed: int, number: int, name: str, status: str) -> Record:
    return {
        "object": "domain",
        "id": draw_uuid(chance(seed, "resend", "domain", name)),
        "name": name,
        "status": status,
        "created_at": postgres(1_700_000_000 + number * 90_000),
        "region": "eu-west-1",
        "open_tracking": False,
        "click_tracking": False,
        "capabilities": {"sending": "enabled", "receiving": "disabled"},
        "records": dns_records(name, status),
    }
