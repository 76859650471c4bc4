"""Mailchimp members as HubSpot contacts, recounted from what the practice list holds."""

from __future__ import annotations

from collections import Counter

import pytest

from intkit.sandbox.seeds.mailchimp import NEWSLETTER, seed_members
from tests.mappings.applied import applied, filled, tally

# a list shows its archived members to those only who ask for them
MEMBERS = [member for member in seed_members()[NEWSLETTER] if member["status"] != "archived"]
WANTED = [member for member in MEMBERS if member["status"] in ("subscribed", "unsubscribed")]


def properties(member: dict) -> dict:
    """Return the properties that HubSpot has to be told of a member."""
    fields = member["merge_fields"]
    return {
        "email": member["email_address"].lower(),
        "firstname": fields["FNAME"],
        "lastname": fields["LNAME"],
        "phone": fields["PHONE"] or None,
        "ltv": None if fields["LTV"] == "" else str(fields["LTV"]),
        "city": fields["ADDRESS"]["city"] if fields["ADDRESS"] else None,
        "hs_email_optout": "true" if member["status"] == "unsubscribed" else "false",
    }


@pytest.fixture(scope="module")
def result():
    return applied("mailchimp_contacts")


def test_only_those_who_said_yes_or_no_become_contacts(result):
    assert result.left_out == len(MEMBERS) - len(WANTED) > 0
    assert result.reasons() == {}
    said = Counter(contact.properties.hs_email_optout for contact in result.accepted)
    assert said == Counter("true" if each["status"] == "unsubscribed" else "false" for each in WANTED)


def test_every_field_of_every_contact_is_what_the_list_says(result):
    expected = {each["email"]: each for each in map(properties, WANTED)}
    assert len(expected) == len(WANTED)
    assert {each.properties.email: each.properties.model_dump() for each in result.accepted} == expected


def test_each_target_field_is_filled_as_often_as_a_plain_count_says(result):
    counts = tally([properties(each) for each in WANTED])
    told = {f"properties.{name}": count for name, count in counts.items()}
    assert filled(result) == {"id_property": len(WANTED), "properties": len(WANTED), **told}


def test_a_lifetime_value_of_nought_is_no_missing_value(result):
    values = [each["merge_fields"]["LTV"] for each in WANTED]
    assert sum(contact.properties.ltv is not None for contact in result.accepted) == sum(
        value != "" for value in values
    )
