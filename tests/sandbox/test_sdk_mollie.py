"""The official mollie-api-py, unchanged; it validates every response against its own models."""

from __future__ import annotations

import pytest

from intkit.sandbox import Sandbox
from intkit.sandbox.seeds.mollie import seed_captures, seed_customers, seed_payments, seed_refunds

mollie_sdk = pytest.importorskip("mollie")
pytestmark = pytest.mark.sdk
VENDORS = "mollie"


def open_account(sandbox, **options):
    security = mollie_sdk.Security(api_key=sandbox.keys["mollie"])
    return mollie_sdk.ClientSDK(server_url=sandbox.urls["mollie"], security=security, **options)


@pytest.fixture
def account(sandbox):
    return open_account(sandbox)


def ids_of(answer, name):
    ids = []
    while answer is not None:
        ids += [record.id for record in getattr(answer.result.embedded, name)]
        answer = answer.next()
    return ids


def test_the_sdk_lists_all_pages_of_everything(account):
    payments = seed_payments()
    assert ids_of(account.payments.list(limit=100), "payments") == [each["id"] for each in payments]
    assert ids_of(account.refunds.all(limit=20), "refunds") == [each["id"] for each in seed_refunds(payments)]
    assert ids_of(account.customers.list(limit=50), "customers") == [each["id"] for each in seed_customers()]


def test_the_sdk_reads_one_payment_and_its_captures(account):
    captured = seed_captures(seed_payments())[0]
    assert account.payments.get(payment_id=captured["paymentId"]).id == captured["paymentId"]
    found = account.captures.list(payment_id=captured["paymentId"])
    assert ids_of(found, "captures") == [captured["id"]]


def test_the_sdk_creates_and_refunds(fresh):
    account = open_account(fresh)
    customer = account.customers.create(entity_customer={"name": "Zoë", "email": "zoe@mail.example"})
    amount = {"currency": "EUR", "value": "10.00"}
    wanted = {"amount": amount, "description": "x", "redirectUrl": "https://shop.example"}
    made = account.payments.create(payment_request=wanted)
    paid = next(
        each for each in seed_payments() if each["status"] == "paid" and each["amount"]["currency"] == "EUR"
    )
    refund = account.refunds.create(
        payment_id=paid["id"],
        refund_request={"amount": {"currency": "EUR", "value": "0.01"}, "description": "y"},
    )
    assert (customer.name, made.status, refund.status) == ("Zoë", "open", "pending")


def test_the_sdk_raises_our_validation_error(account):
    wanted = {
        "amount": {"currency": "EUR", "value": "10"},
        "description": "x",
        "redirectUrl": "https://shop.example",
    }
    with pytest.raises(mollie_sdk.models.ErrorResponse) as caught:
        account.payments.create(payment_request=wanted)
    assert (caught.value.data.status, caught.value.data.field) == (422, "amount")


def test_the_sdk_raises_our_rate_limit():
    with (
        Sandbox("mollie", faults="mollie 429") as sandbox,
        pytest.raises(mollie_sdk.models.ErrorResponse) as caught,
    ):
        open_account(sandbox, retry_config=None).payments.list()
    assert caught.value.data.title == "Too Many Requests"
