"""The official stripe package, unchanged, against the practice account."""

from __future__ import annotations

import pytest

from intkit.sandbox.stripe import seed_charges

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
