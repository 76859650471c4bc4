"""Webhooks of Resend as notes in the CRM, recounted from whom the practice shop wrote to."""

from __future__ import annotations

from collections import Counter

import pytest

from intkit.sandbox.seeds.resend import seed_contacts
from tests.mappings.applied import applied, filled

# an e-mail goes to each of the twelve newest contacts, and the newest e-mail is opened four times
ADDRESSES = [contact["email"].lower() for contact in seed_contacts()[:12]]


@pytest.fixture(scope="module")
def result():
    return applied("resend_notes")


def test_every_event_is_a_note_of_its_own(result):
    assert Counter(note.kind for note in result.accepted) == {"sent": 12, "delivered": 12, "opened": 4}
    assert len({note.external_id for note in result.accepted}) == 28
    assert result.reasons() == {}
    assert set(filled(result).values()) == {28}


def test_each_contact_has_a_note_for_what_was_sent_and_one_for_what_arrived(result):
    for kind in ("sent", "delivered"):
        told = Counter(note.contact_email for note in result.accepted if note.kind == kind)
        assert told == Counter(ADDRESSES)


def test_the_note_says_which_order_was_confirmed_and_by_whom(result):
    sent = [note for note in result.accepted if note.kind == "sent"]
    assert [(note.contact_email, note.body) for note in sent] == [
        (address, f"Order {number}, from Shop <orders@shop.example>")
        for number, address in enumerate(ADDRESSES, start=1)
    ]


def test_notes_come_in_the_order_of_the_events(result):
    moments = [note.happened_at for note in result.accepted]
    assert moments == sorted(moments)
