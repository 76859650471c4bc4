"""The official stripe package, unchanged, against the practice account."""

from __future__ import annotations

import pytest

from intkit.sandbox.seeds.stripe_billing import seed_invoices, seed_prices, seed_products
from intkit.sandbox.stripe import seed_charges, seed_customers

stripe_sdk = pytest.importorskip("stripe")
pytestmark = pytest.mark.sdk
VENDORS = "stripe"


@pytest.fixture
def account(sandbox):
    return stripe_sdk.StripeClient(sandbox.keys["stripe"], base_addresses={"api": sandbox.urls["stripe"]})


def test_the_sdk_lists_every_charge(account):
    listed = account.v1.charges.list({"limit": 100, "expand": ["data.refunds"]}).auto_paging_iter()
    assert [charge.to_dict() for charge in listed] == seed_charges()


def test_the_sdk_maps_our_errors(account, sandbox):
    with pytest.raises(stripe_sdk.InvalidRequestError, match="No such charge"):
        account.v1.charges.retrieve("ch_x")
    stranger = stripe_sdk.StripeClient("sk_test_x", base_addresses={"api": sandbox.urls["stripe"]})
    with pytest.raises(stripe_sdk.AuthenticationError):
        stranger.v1.charges.list()


def open_account(sandbox):
    return stripe_sdk.StripeClient(sandbox.keys["stripe"], base_addresses={"api": sandbox.urls["stripe"]})


@pytest.mark.parametrize(
    ("plural", "seeded"),
    [
        ("customers", seed_customers),
        ("products", seed_products),
        ("prices", seed_prices),
        ("invoices", seed_invoices),
    ],
)
def test_the_sdk_lists_all_pages_of_the_rest(account, plural, seeded):
    listed = getattr(account.v1, plural).list({"limit": 30}).auto_paging_iter()
    assert [each.id for each in listed] == [each["id"] for each in seeded()]


def test_the_sdk_creates_changes_and_deletes(fresh):
    customers = open_account(fresh).v1.customers
    made = customers.create({"name": "Zoë", "metadata": {"crm": "1"}, "address": {"city": "Delft"}})
    changed = customers.update(made.id, {"metadata": {"crm": "", "erp": "2"}})
    assert (changed.metadata.to_dict(), changed.address.city) == ({"erp": "2"}, "Delft")
    assert customers.delete(made.id).deleted is True


def test_the_sdk_raises_our_declined_card_and_our_validation_error(fresh):
    charges = open_account(fresh).v1.charges
    wanted = {"amount": 500, "currency": "eur"}
    assert charges.create(wanted | {"source": "tok_visa"}).paid is True
    with pytest.raises(stripe_sdk.CardError) as declined:
        charges.create(wanted | {"source": "tok_chargeDeclined"})
    with pytest.raises(stripe_sdk.InvalidRequestError) as missing:
        charges.create({"amount": 500})
    assert (declined.value.code, missing.value.param) == ("card_declined", "currency")


def test_the_sdk_raises_our_rate_limit_and_our_idempotency_error(fresh):
    account = open_account(fresh)
    fresh.faults.plan("stripe 429")
    with pytest.raises(stripe_sdk.RateLimitError):
        account.v1.charges.list()
    account.v1.customers.create({"name": "A"}, {"idempotency_key": "k"})
    with pytest.raises(stripe_sdk.IdempotencyError):
        account.v1.customers.create({"name": "B"}, {"idempotency_key": "k"})
