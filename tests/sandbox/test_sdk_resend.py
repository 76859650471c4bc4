"""The official resend package, unchanged."""

from __future__ import annotations

import pytest

from intkit.sandbox import Sandbox
from intkit.sandbox.seeds.resend import seed_contacts, seed_emails

resend = pytest.importorskip("resend")
pytestmark = pytest.mark.sdk
VENDORS = "resend"

LETTER = {"from": "Shop <a@shop.example>", "to": "z@mail.example", "subject": "Hi", "html": "<p>x</p>"}


@pytest.fixture
def account(sandbox, monkeypatch):
    point_at(sandbox, monkeypatch)


def point_at(sandbox, monkeypatch):
    monkeypatch.setattr(resend, "api_key", sandbox.keys["resend"])
    monkeypatch.setattr(resend, "api_url", sandbox.urls["resend"])


def ids_of(fetch):
    ids, more = [], True
    while more:
        page = fetch({"limit": 100} | ({"after": ids[-1]} if ids else {}))
        ids, more = ids + [each["id"] for each in page["data"]], page["has_more"]
    return ids


@pytest.mark.usefixtures("account")
def test_the_sdk_lists_all_pages():
    assert ids_of(resend.Emails.list) == [each["id"] for each in seed_emails()]
    assert ids_of(lambda params: resend.Contacts.list(params=params)) == [
        each["id"] for each in seed_contacts()
    ]


def test_the_sdk_sends_one_and_many_and_reads_them(fresh, monkeypatch):
    point_at(fresh, monkeypatch)
    sent = resend.Emails.send(LETTER)
    batch = resend.Batch.send([LETTER, LETTER])
    read = resend.Emails.get(sent["id"])
    assert (read["to"], read["from"]) == (["z@mail.example"], LETTER["from"])
    assert len({each["id"] for each in batch["data"]}) == 2


@pytest.mark.usefixtures("account")
def test_the_sdk_raises_our_validation_errors():
    with pytest.raises(resend.exceptions.MissingRequiredFieldsError):
        resend.Emails.send({"from": "a@shop.example", "to": "z@mail.example", "html": "x"})
    with pytest.raises(resend.exceptions.ValidationError):
        resend.Emails.send(LETTER | {"to": "nobody"})


def test_the_sdk_raises_our_rate_limit(monkeypatch):
    with Sandbox("resend", faults="resend 429") as sandbox:
        point_at(sandbox, monkeypatch)
        with pytest.raises(resend.exceptions.RateLimitError):
            resend.Emails.list()


def test_an_idempotency_key_sends_one_letter_and_refuses_another(fresh, monkeypatch):
    point_at(fresh, monkeypatch)
    first, second = (resend.Emails.send(LETTER, {"idempotency_key": "k"}) for _ in range(2))
    assert first["id"] == second["id"]
    with pytest.raises(resend.exceptions.ResendError, match="another request body"):
        resend.Emails.send(LETTER | {"subject": "Ho"}, {"idempotency_key": "k"})
