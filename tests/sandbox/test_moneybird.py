"""Moneybird has no official SDK: httpx stands for what an integrator writes."""

from __future__ import annotations

import httpx
import pytest

from intkit.sandbox import Sandbox
from intkit.sandbox.seeds.moneybird import ADMINISTRATION, TAX_HIGH, seed_contacts, seed_invoices

VENDORS = "moneybird"

ROOT = f"/api/v2/{ADMINISTRATION}"


def open_books(sandbox):
    headers = {"Authorization": f"Bearer {sandbox.keys['moneybird']}"}
    return httpx.Client(base_url=sandbox.urls["moneybird"] + ROOT, headers=headers)


@pytest.fixture
def books(sandbox):
    with open_books(sandbox) as client:
        yield client


def fetch_all(client, url):
    records = []
    while url:
        answer = client.get(url)
        records += answer.json()
        url = answer.links.get("next", {}).get("url")
    return records


def test_the_hidden_period_shows_this_year_only(books):
    shown = fetch_all(books, "/sales_invoices.json?per_page=100")
    everything = fetch_all(books, "/sales_invoices.json?per_page=30&filter=period:202501..202612")
    assert {each["created_at"][:4] for each in shown} == {"2026"}
    assert [each["id"] for each in everything] == [each["id"] for each in seed_invoices()]
    assert len(shown) < len(everything)


def test_archived_contacts_are_hidden_unless_asked_for(books):
    seeded = seed_contacts()
    assert fetch_all(books, "/contacts.json") == [each for each in seeded if not each["archived"]]
    assert fetch_all(books, "/contacts.json?include_archived=true") == seeded


def test_ids_are_texts_that_a_float_would_spoil(books):
    ident = books.get("/contacts.json").json()[0]["id"]
    assert len(ident) == 18
    assert f"{float(ident):.0f}" != ident


def test_the_change_feed_tells_versions_and_gives_records_by_id(fresh):
    with open_books(fresh) as books:
        before = {each["id"]: each["version"] for each in books.get("/contacts/synchronization.json").json()}
        ident = next(iter(before))
        books.patch(f"/contacts/{ident}.json", json={"contact": {"city": "Delft"}})
        after = {each["id"]: each["version"] for each in books.get("/contacts/synchronization.json").json()}
        changed = [each for each in after if after[each] != before[each]]
        records = books.post("/contacts/synchronization.json", json={"ids": changed}).json()
    assert [(each["id"], each["city"]) for each in records] == [(ident, "Delft")]


def test_an_invoice_is_made_sent_and_paid(fresh):
    contact = seed_contacts()[0]["id"]
    line = {"description": "Werk", "price": "100", "amount": "2,5 uur", "tax_rate_id": TAX_HIGH}
    with open_books(fresh) as books:
        wanted = {"sales_invoice": {"contact_id": contact, "details_attributes": [line]}}
        made = books.post("/sales_invoices.json", json=wanted).json()
        path = f"/sales_invoices/{made['id']}"
        sent = books.patch(f"{path}/send_invoice.json").json()
        books.post(f"{path}/payments.json", json={"payment": {"payment_date": "2026-04-02"}})
        paid = books.get(f"{path}.json").json()
    assert (made["state"], sent["state"], paid["state"]) == ("draft", "open", "paid")
    assert (paid["total_price_excl_tax"], paid["total_price_incl_tax"]) == ("250.0", "302.5")
    assert paid["contact"]["id"] == contact


def test_an_error_is_text_or_object(books):
    text = books.get("/sales_invoices.json?filter=state:lost").json()["error"]
    deep = books.post("/contacts.json", json={"contact": {"city": "Delft"}})
    assert isinstance(text, str)
    assert deep.status_code == 422
    assert deep.json()["error"] == {"company_name": ["can't be blank"]}
    assert books.get("/contacts/1.json").json() == {"error": "Record not found for model name: Contact"}


def test_beyond_the_limit_retry_after_is_a_moment_and_the_body_a_text():
    with Sandbox("moneybird", limits=True) as sandbox, open_books(sandbox) as books:
        answers = [books.get("/tax_rates.json") for _ in range(151)]
        now = sandbox.clock.wall()
        sandbox.clock.advance(300)
        later = books.get("/tax_rates.json")
    refused = answers[-1]
    assert [answer.status_code for answer in answers] == [200] * 150 + [429]
    assert refused.json() == "Retry later"
    assert 290 < int(refused.headers["Retry-After"]) - now <= 301
    assert later.headers["RateLimit-Remaining"] == "149"
