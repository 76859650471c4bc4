"""HubSpot contacts as Mailchimp members, recounted from what the practice CRM holds."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest

from intkit.sandbox.seeds.hubspot import seed_objects
from tests.mappings.applied import applied, filled

LANGUAGES = {"NL": "nl", "DE": "de", "GB": "en", "US": "en", "FR": "fr", "BE": "nl", "ES": "es"}
LANGUAGES |= {"Nederland": "nl", "Deutschland": "de", "IE": "en"}
# the CRM has merged these two into others, and lists them no more
MERGED = ("100026", "100028")
LISTED = [each for each in seed_objects()["contacts"] if not each["archived"] and each["id"] not in MERGED]
WANTED = [contact for contact in LISTED if contact["properties"]["email"]]


def member(contact: dict) -> dict:
    """Return what Mailchimp has to be told of a contact."""
    known = {name: value for name, value in contact["properties"].items() if value}
    address = known["email"].strip().lower()
    out = known.get("hs_email_optout") == "true"
    return {
        "subscriber_hash": hashlib.md5(address.encode(), usedforsecurity=False).hexdigest(),
        "email_address": address,
        "status_if_new": "unsubscribed" if out else "subscribed",
        "language": LANGUAGES.get(known.get("country")),
        "tags": known["interests"].split(";") if "interests" in known else [],
        "merge_fields": {
            "FNAME": known.get("firstname", ""),
            "LNAME": known.get("lastname", ""),
            "PHONE": known.get("phone", ""),
            "LTV": Decimal(known["ltv"]) if "ltv" in known else None,
        },
    }


@pytest.fixture(scope="module")
def result():
    return applied("hubspot_members")


def test_every_contact_with_an_address_is_a_member_and_none_is_rejected(result):
    assert len(result.accepted) == len(WANTED) > 100
    assert result.left_out == len(LISTED) - len(WANTED) > 0
    assert result.reasons() == {}


def test_every_field_of_every_member_is_what_the_crm_says(result):
    expected = {each["subscriber_hash"]: each for each in map(member, WANTED)}
    assert {each.subscriber_hash: each.model_dump() for each in result.accepted} == expected


def test_each_target_field_is_filled_as_often_as_a_plain_count_says(result):
    told, members = filled(result), [member(each) for each in WANTED]
    assert told["language"] == sum(each["language"] is not None for each in members) > 0
    assert told["merge_fields.LTV"] == sum(each["merge_fields"]["LTV"] is not None for each in members) > 0
    assert {told[name] for name in told if name not in ("language", "merge_fields.LTV")} == {len(WANTED)}
