"""What the practice HubSpot portal holds: shapes as in public recordings of its CRM API v3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intkit.sandbox.times import iso_millis
from intkit.sandbox.world import DEFAULT_SEED, build_world, chance

if TYPE_CHECKING:
    import random

    from intkit.sandbox.world import Company, Order, Person

Record = dict[str, Any]

TRAITS = (
    'Every property is text: numbers ("290201", "12.50"), booleans ("true"), times and lists ("a;b").',
    'A property without a value is null; one that was emptied is "".',
    "Without `properties=` a record shows six of them; unknown names are left out without a word.",
    "`paging` is missing on the last page.",
    "Archived contacts show with `archived=true` only and have `archivedAt`.",
    "Two contacts were merged away: their ids still answer, with the record that took them.",
    "Some people are there twice, the second time with another address or none.",
    "Names, phones and owners differ from those of the shop; the CRM id is that of Stripe's metadata.",
    "Search answers carry fewer rate-limit headers.",
)

KINDS = ("contacts", "companies", "deals")
SHOWN = {
    "contacts": ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    "companies": ("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
    "deals": (
        "amount",
        "closedate",
        "createdate",
        "dealname",
        "dealstage",
        "hs_lastmodifieddate",
        "hs_object_id",
        "pipeline",
    ),
}
# (name, type, field type, options)
_PROPERTIES: dict[str, list[tuple[str, str, str, str]]] = {
    "contacts": [
        ("email", "string", "text", ""),
        ("firstname", "string", "text", ""),
        ("lastname", "string", "text", ""),
        ("phone", "string", "phonenumber", ""),
        ("company", "string", "text", ""),
        ("country", "string", "text", ""),
        ("lifecyclestage", "enumeration", "radio", "lead customer evangelist other"),
        ("hs_email_optout", "bool", "booleancheckbox", "true false"),
        ("ltv", "number", "number", ""),
        ("interests", "enumeration", "checkbox", "chairs lamps books"),
        ("hs_merged_object_ids", "enumeration", "text", ""),
        ("createdate", "datetime", "date", ""),
        ("lastmodifieddate", "datetime", "date", ""),
        ("hs_object_id", "number", "number", ""),
    ],
    "companies": [
        ("name", "string", "text", ""),
        ("domain", "string", "text", ""),
        ("country", "string", "text", ""),
        ("vat_number", "string", "text", ""),
        ("createdate", "datetime", "date", ""),
        ("hs_lastmodifieddate", "datetime", "date", ""),
        ("hs_object_id", "number", "number", ""),
    ],
    "deals": [
        ("dealname", "string", "text", ""),
        ("amount", "number", "number", ""),
        ("deal_currency_code", "enumeration", "select", "EUR USD GBP JPY"),
        ("dealstage", "enumeration", "radio", "appointmentscheduled closedwon closedlost"),
        ("pipeline", "enumeration", "select", "default"),
        ("closedate", "datetime", "date", ""),
        ("order_reference", "string", "text", ""),
        ("createdate", "datetime", "date", ""),
        ("hs_lastmodifieddate", "datetime", "date", ""),
        ("hs_object_id", "number", "number", ""),
    ],
}
# HubSpot's own numbers for its default associations
ASSOCIATION_TYPES = {
    ("contacts", "companies"): 279,
    ("companies", "contacts"): 280,
    ("deals", "contacts"): 3,
    ("contacts", "deals"): 4,
    ("deals", "companies"): 341,
    ("companies", "deals"): 342,
}


def seed_objects(seed: int = DEFAULT_SEED) -> dict[str, list[Record]]:
    """Return contacts, companies and deals by ascending id, with all their properties."""
    world = build_world(seed)
    people = [contact for person in world.people for contact in _contacts(seed, person)]
    deals = [_deal(seed, order) for order in world.orders if order.number % 3 == 0]
    return {
        "contacts": sorted(people, key=lambda contact: int(contact["id"])),
        "companies": [_company(seed, company) for company in world.companies],
        "deals": deals,
    }


def seed_links(seed: int = DEFAULT_SEED) -> set[tuple[str, str, str, str]]:
    """Return who belongs to whom, once per pair: (kind, id, other kind, other id)."""
    world = build_world(seed)
    employed = [person for person in world.people if person.company]
    links = {
        ("contacts", contact_id(person), "companies", company_id(person.company))
        for person in employed
        if person.company
    }
    deals = [order for order in world.orders if order.number % 3 == 0]
    return links | {("deals", deal_id(order), "contacts", contact_id(order.person)) for order in deals}


def seed_properties() -> dict[str, list[Record]]:
    """Return the property definitions per kind."""
    return {kind: [property_of(*each) for each in named] for kind, named in _PROPERTIES.items()}


def property_of(name: str, kind: str, field: str, options: str) -> Record:
    """Return the definition of one property."""
    return {
        "name": name,
        "label": name.replace("_", " ").capitalize(),
        "type": kind,
        "fieldType": field,
        "description": "",
        "groupName": "contactinformation",
        "options": [
            {"label": word.capitalize(), "value": word, "displayOrder": number, "hidden": False}
            for number, word in enumerate(options.split())
        ],
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": name == "hs_object_id",
        "hidden": False,
        "formField": True,
    }


def contact_id(person: Person) -> str:
    """Return the id under which a person is known at HubSpot."""
    return str(100000 + person.number)


def company_id(company: Company) -> str:
    """Return the id under which a company is known at HubSpot."""
    return str(7000000000 + company.number * 37)


def deal_id(order: Order) -> str:
    """Return the id of an order's deal."""
    return str(3000000000 + order.number * 11)


def _contacts(seed: int, person: Person) -> list[Record]:
    rng = chance(seed, "hubspot", "contact", str(person.number))
    first = _contact(rng, person, contact_id(person))
    if person.number % 23 != 7:
        return [first]
    twin = _contact(rng, person, str(200000 + person.number))
    twin["properties"]["email"] = person.email.replace("@", ".crm@") if person.number % 2 else None
    return [first, twin]


def _contact(rng: random.Random, person: Person, ident: str) -> Record:
    created, changed = person.since + 7200, person.since + 7200 + rng.randrange(40_000_000)
    archived = person.number % 19 == 4
    interests = ";".join(rng.sample(("chairs", "lamps", "books"), rng.randrange(4)))
    properties = {
        "email": person.email if rng.random() < 0.93 else rng.choice((None, "")),
        "firstname": person.given if rng.random() < 0.9 else rng.choice((None, "", person.given.upper())),
        "lastname": person.family if rng.random() < 0.92 else None,
        "phone": person.phone.replace("+31 6 ", "06-") if rng.random() < 0.5 else None,
        "company": person.company.name if person.company else None,
        "country": rng.choice((person.country, {"NL": "Nederland", "DE": "Deutschland"}.get(person.country))),
        "lifecyclestage": rng.choice(("lead", "customer", "customer", "evangelist")),
        "hs_email_optout": rng.choice(("true", "false", "false", None)),
        "ltv": rng.choice((None, "", str(rng.randrange(1000)), f"{rng.random() * 1000:.2f}")),
        "interests": interests or None,
        "hs_merged_object_ids": None,
    }
    return record(ident, properties, created, changed, "lastmodifieddate", archived=archived)


def _company(seed: int, company: Company) -> Record:
    rng = chance(seed, "hubspot", "company", str(company.number))
    properties = {
        "name": company.name if rng.random() < 0.8 else company.name.upper(),
        "domain": company.domain if rng.random() < 0.9 else None,
        "country": company.country,
        "vat_number": rng.choice((company.vat, company.vat.lower(), None, "")),
    }
    created = 1_680_000_000 + company.number * 86400
    return record(company_id(company), properties, created, created + 999_999, "hs_lastmodifieddate")


def _deal(seed: int, order: Order) -> Record:
    rng = chance(seed, "hubspot", "deal", str(order.number))
    amount = str(order.amount) if order.currency == "jpy" else f"{order.amount / 100:.2f}".removesuffix(".00")
    properties = {
        "dealname": f"Order {order.reference}",
        "amount": amount if rng.random() < 0.9 else None,
        "deal_currency_code": order.currency.upper() if rng.random() < 0.8 else None,
        "dealstage": rng.choice(("closedwon", "closedwon", "closedlost", "appointmentscheduled")),
        "pipeline": "default",
        "closedate": iso_millis(order.placed + 86400) if rng.random() < 0.8 else None,
        "order_reference": order.reference if rng.random() < 0.7 else None,
    }
    return record(deal_id(order), properties, order.placed, order.placed + 3600, "hs_lastmodifieddate")


def record(
    ident: str, properties: Record, created: float, changed: float, stamp: str, *, archived: bool = False
) -> Record:
    """Return an object with its times, which stand in the properties too."""
    times = {"createdate": iso_millis(created), stamp: iso_millis(changed), "hs_object_id": ident}
    shown = {
        "id": ident,
        "properties": properties | times,
        "createdAt": iso_millis(created),
        "updatedAt": iso_millis(changed),
        "archived": archived,
    }
    return shown | ({"archivedAt": iso_millis(changed)} if archived else {})
