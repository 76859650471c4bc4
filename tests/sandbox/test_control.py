"""The start page and the calls that steer a running sandbox."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from intkit.sandbox import Sandbox
from intkit.sandbox.faults import KINDS
from intkit.sandbox.server import VENDORS, explain


@pytest.fixture
def fresh():
    with Sandbox(("stripe", "mollie", "hubspot")) as sandbox:
        yield sandbox


def test_the_start_page_lists_every_vendor_with_key_call_and_traits(sandbox):
    page = httpx.get(sandbox.url).text
    assert set(sandbox.keys) == set(VENDORS)
    for vendor in sandbox.vendors:
        assert f'<h2 id="{vendor.name}">' in page
        assert vendor.key in page
        assert len(vendor.traits) >= 7
        assert page.count("<li>") >= sum(len(each.traits) for each in sandbox.vendors)


def test_what_the_terminal_shows_are_addresses_keys_and_the_routes(sandbox):
    text = explain(sandbox)
    for vendor in sandbox.vendors:
        assert f"{vendor.name}: {sandbox.urls[vendor.name]}  key {vendor.key}" in text
    assert f"api.stripe.com={sandbox.url}" in text


def test_faults_are_planned_listed_and_cleared_by_a_call(fresh):
    planned = httpx.post(f"{fresh.url}/sandbox/faults", content="stripe 503 times=2\nmollie html").json()
    refused = httpx.get(f"{fresh.urls['stripe']}/v1/charges")
    left = httpx.get(f"{fresh.url}/sandbox/faults").json()
    assert [(each["vendor"], each["kind"], each["times"]) for each in planned] == [
        ("stripe", "503", 2),
        ("mollie", "html", 1),
    ]
    assert (refused.status_code, left[0]["times"]) == (503, 1)
    assert httpx.delete(f"{fresh.url}/sandbox/faults").json() == []


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ("strip 429", "Did you mean 'stripe'"),
        ("stripe 42", "Did you mean '429'"),
        ("stripe 429 tmies=2", "Did you mean 'times'"),
        ("stripe 429 times=two", "times='two' is not a number"),
    ],
)
def test_a_bad_fault_is_one_clear_error_and_plans_nothing(fresh, plan, words):
    answer = httpx.post(f"{fresh.url}/sandbox/faults", content=f"stripe 500\n{plan}")
    assert answer.status_code == 400
    assert words in answer.text
    assert fresh.faults.listed() == []


def test_the_clock_moves_by_a_call(fresh):
    assert httpx.post(f"{fresh.url}/sandbox/clock/3600").text == "2026-03-31T13:00:00+00:00\n"
    assert fresh.clock.moment().hour == 13


def test_something_happens_by_a_call_and_an_unknown_vendor_gets_the_nearest_name(fresh):
    before = fresh.clock.now()
    assert httpx.post(f"{fresh.url}/sandbox/happen/hubspot").text == "done\n"
    assert fresh.clock.now() > before
    wrong = httpx.post(f"{fresh.url}/sandbox/happen/hubsport")
    assert (wrong.status_code, "Did you mean 'hubspot'" in wrong.text) == (400, True)


def test_a_subscription_by_a_call_answers_with_the_secret(fresh):
    url = f"{fresh.url}/sandbox/webhooks/stripe"
    assert httpx.post(url, params={"url": "http://127.0.0.1:9/hook"}).text.startswith("whsec_")
    assert httpx.post(url, params={"url": "http://example.com"}).status_code == 400


def test_the_records_time_starts_where_it_is_told():
    with Sandbox("stripe", clock=datetime(2027, 1, 1, tzinfo=UTC)) as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.keys['stripe']}"}
        made = httpx.post(f"{sandbox.urls['stripe']}/v1/customers", headers=headers).json()
    assert made["created"] == datetime(2027, 1, 1, tzinfo=UTC).timestamp() + 1


def test_the_documentation_names_every_key_kind_and_trait(sandbox):
    text = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in text] == []
    for vendor in sandbox.vendors:
        assert f"`{vendor.key}`" in text
        assert [trait for trait in vendor.traits if f"- {trait}\n" not in text] == []
