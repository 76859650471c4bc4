"""What the practice Mailchimp account holds: shapes as in public recordings of its Marketing API 3.0."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from intkit.sandbox.times import iso, naive
from intkit.sandbox.world import DEFAULT_SEED, build_world, chance, draw_id

if TYPE_CHECKING:
    from intkit.sandbox.world import Person

Record = dict[str, Any]

TRAITS = (
    'What is missing is "", never null: `last_unsub_date`, `language`, `merge_fields.PHONE`.',
    '`merge_fields.LTV` and `USERID` are numbers, or "".',
    "`stats.avg_open_rate` is 0 or a fraction; `open_rate` of a list is 0 or a percentage with decimals.",
    '`merge_fields.ADDRESS` is an object, or "".',
    "The keys of `merge_fields` are each list's own; the second list has BIRTHDAY and no LTV.",
    "A member's id is the MD5 of the address in lower case, so two spellings are one member.",
    "Statuses are subscribed, unsubscribed, cleaned, pending and archived; the CRM may say otherwise.",
    "Errors are `application/problem+json`.",
)

NEWSLETTER = "a36b032126"
CLUB = "1b724bb934"
_STATUSES = ("subscribed",) * 14 + ("unsubscribed", "unsubscribed", "cleaned", "pending", "archived")


def seed_lists(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the two audiences."""
    return [_list(seed, NEWSLETTER, "Nieuwsbrief"), _list(seed, CLUB, "Club")]


def seed_members(seed: int = DEFAULT_SEED) -> dict[str, list[Record]]:
    """Return the members per list, oldest first."""
    people = [person for person in build_world(seed).people if person.number % 7]
    club = [person for person in people if person.number % 4 == 1]
    return {
        NEWSLETTER: [_member(seed, NEWSLETTER, person) for person in people],
        CLUB: [_member(seed, CLUB, person) for person in club],
    }


def seed_merge_fields() -> dict[str, list[Record]]:
    """Return the merge fields per list."""
    common = [
        ("FNAME", "First Name", "text"),
        ("LNAME", "Last Name", "text"),
        ("ADDRESS", "Address", "address"),
    ]
    newsletter = [
        *common,
        ("PHONE", "Phone", "phone"),
        ("USERID", "User", "number"),
        ("LTV", "LTV", "number"),
    ]
    club = [*common, ("BIRTHDAY", "Birthday", "birthday")]
    return {NEWSLETTER: _merge_fields(NEWSLETTER, newsletter), CLUB: _merge_fields(CLUB, club)}


def subscriber_hash(email: str) -> str:
    """Return the id of a member: the MD5 of the address in lower case."""
    return hashlib.md5(email.lower().encode(), usedforsecurity=False).hexdigest()


def told_of(kind: str, member: Record, now: int) -> str:
    """Return the form that Mailchimp pushes for a change of a member."""
    words = {
        "type": kind,
        "fired_at": naive(now),
        "data[list_id]": member["list_id"],
        "data[id]": member["id"],
    }
    merges = {f"data[merges][{tag}]": value for tag, value in member["merge_fields"].items()}
    return urlencode(words | {"data[email]": member["email_address"]} | merges)


def blank_member(list_id: str, email: str, now: str) -> Record:
    """Return a member about whom nothing more is known."""
    ident = subscriber_hash(email)
    return {
        "id": ident,
        "email_address": email,
        "unique_email_id": ident[:10],
        "contact_id": ident[::-1],
        "full_name": "",
        "web_id": int(ident[:7], 16),
        "email_type": "html",
        "status": "subscribed",
        "consents_to_one_to_one_messaging": True,
        "merge_fields": {},
        "stats": {"avg_open_rate": 0, "avg_click_rate": 0},
        "ip_signup": "",
        "timestamp_signup": "",
        "ip_opt": "203.0.113.7",
        "timestamp_opt": now,
        "member_rating": 2,
        "last_changed": now,
        "language": "",
        "vip": False,
        "email_client": "",
        "location": {
            "latitude": 0,
            "longitude": 0,
            "gmtoff": 0,
            "dstoff": 0,
            "country_code": "",
            "timezone": "",
            "region": "",
        },
        "source": "API - Generic",
        "tags_count": 0,
        "tags": [],
        "list_id": list_id,
    }


def _member(seed: int, list_id: str, person: Person) -> Record:
    rng = chance(seed, "mailchimp", list_id, str(person.number))
    member = blank_member(list_id, person.email, iso(person.since + 40_000))
    address = {"addr1": person.street, "addr2": "", "city": person.city, "state": "", "zip": person.postcode}
    merge: Record = {
        "FNAME": person.given if rng.random() < 0.9 else "",
        "LNAME": person.family if rng.random() < 0.85 else "",
        "ADDRESS": address | {"country": person.country} if rng.random() < 0.3 else "",
    }
    if list_id == NEWSLETTER:
        merge |= {
            "PHONE": person.phone if rng.random() < 0.3 else "",
            "USERID": 100000 + person.number if rng.random() < 0.6 else "",
            "LTV": rng.choice((rng.randrange(900), round(rng.random() * 900, 2)))
            if rng.random() < 0.5
            else "",
        }
    else:
        merge |= {
            "BIRTHDAY": f"{rng.randrange(1, 13):02d}/{rng.randrange(1, 29):02d}" if rng.random() < 0.5 else ""
        }
    tags = [{"id": 901, "name": "vip"}] if rng.random() < 0.1 else []
    return member | {
        "full_name": f"{merge['FNAME']} {merge['LNAME']}".strip(),
        "status": rng.choice(_STATUSES),
        "merge_fields": merge,
        "stats": {"avg_open_rate": rng.choice((0, round(rng.random(), 4))), "avg_click_rate": 0},
        "language": rng.choice(("", person.country.lower())),
        "last_changed": iso(person.since + rng.randrange(50_000, 30_000_000)),
        "source": rng.choice(("Import", "API - Generic", "Hosted Signup Form")),
        "tags": tags,
        "tags_count": len(tags),
    }


def _merge_fields(list_id: str, named: list[tuple[str, str, str]]) -> list[Record]:
    return [
        {
            "merge_id": number,
            "tag": tag,
            "name": name,
            "type": kind,
            "required": False,
            "default_value": "",
            "public": kind == "text",
            "display_order": number + 1,
            "options": {"size": 25} if kind == "text" else {},
            "help_text": "",
            "list_id": list_id,
        }
        for number, (tag, name, kind) in enumerate(named, start=1)
    ]


def _list(seed: int, ident: str, name: str) -> Record:
    rng = chance(seed, "mailchimp", "list", ident)
    sender = {"from_name": "Shop", "from_email": "news@shop.example", "subject": "", "language": "nl"}
    return {
        "id": ident,
        "web_id": rng.randrange(10**5, 10**6),
        "name": name,
        "permission_reminder": "You bought something in our shop.",
        "use_archive_bar": True,
        "campaign_defaults": sender,
        "notify_on_subscribe": "",
        "notify_on_unsubscribe": "",
        "date_created": iso(1_600_000_000),
        "list_rating": 0,
        "email_type_option": False,
        "subscribe_url_short": f"http://eepurl.com/{draw_id(rng, 6)}",
        "beamer_address": f"us19-{ident}@inbound.mailchimp.com",
        "visibility": "prv",
        "double_optin": False,
        "has_welcome": False,
        "marketing_permissions": False,
        "modules": [],
        "stats": {
            "campaign_count": 3 if ident == NEWSLETTER else 0,
            "campaign_last_sent": iso(1_760_000_000) if ident == NEWSLETTER else "",
            "open_rate": 44.57642 if ident == NEWSLETTER else 0,
            "click_rate": 3.1 if ident == NEWSLETTER else 0,
            "last_sub_date": iso(1_770_000_000),
            "last_unsub_date": "" if ident == CLUB else iso(1_765_000_000),
        },
    }
