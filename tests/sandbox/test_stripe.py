from __future__ import annotations

import httpx
import pytest

from intkit.sandbox.stripe import seed_charges, seed_customers

VENDORS = "stripe"


def fetch_all(client, path, **params):
    records, more = [], True
    while more:
        cursor = {"starting_after": records[-1]["id"]} if records else {}
        page = client.get(path, params=params | cursor).json()
        records, more = records + page["data"], page["has_more"]
    return records


def test_the_pages_together_are_the_seed(stripe):
    assert fetch_all(stripe, "/v1/charges", limit=100) == seed_charges()
    assert fetch_all(stripe, "/v1/customers", limit=7) == seed_customers()


def test_a_page_holds_ten_records_unless_asked_otherwise_and_never_more_than_a_hundred(stripe):
    assert len(stripe.get("/v1/charges").json()["data"]) == 10
    assert len(stripe.get("/v1/charges", params={"limit": 500}).json()["data"]) == 100


def test_ending_before_walks_back_towards_the_newest(stripe):
    charges = seed_charges()
    page = stripe.get("/v1/charges", params={"ending_before": charges[5]["id"], "limit": 3}).json()
    assert [charge["id"] for charge in page["data"]] == [charge["id"] for charge in charges[2:5]]
    assert page["has_more"] is True


def test_created_bounds_and_filters_narrow_a_list(stripe):
    charges = seed_charges()
    since, customer = charges[40]["created"], charges[0]["customer"]
    found = fetch_all(stripe, "/v1/charges", limit=100, **{"created[gte]": since})
    assert found == [charge for charge in charges if charge["created"] >= since]
    theirs = fetch_all(stripe, "/v1/charges", limit=100, customer=customer)
    assert theirs == [charge for charge in charges if charge["customer"] == customer]


@pytest.mark.parametrize(
    ("path", "status", "code", "param"),
    [
        ("/v1/charges/ch_x", 404, "resource_missing", "id"),
        ("/v1/charges?starting_after=ch_x", 400, "resource_missing", "starting_after"),
        ("/v1/charges?limit=many", 400, "parameter_invalid_integer", "limit"),
        ("/v1/charges?colour=red", 400, "parameter_unknown", "colour"),
        ("/v1/charges?expand[]=data.amount", 400, None, "expand"),
        ("/v1/nothing", 404, None, None),
    ],
)
def test_a_wrong_call_gets_stripes_error_body(stripe, path, status, code, param):
    answer = stripe.get(path)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"]) == (status, "invalid_request_error")
    assert (error.get("code"), error.get("param")) == (code, param)


@pytest.mark.parametrize("authorization", ["", "Bearer sk_test_wrong", "Basic c2s6"])
def test_only_the_key_opens_the_account(sandbox, authorization):
    answer = httpx.get(f"{sandbox.urls['stripe']}/v1/charges", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert "sk_test_wrong" not in answer.text


def test_a_deleted_customer_is_a_marker_when_expanded(stripe):
    charges = fetch_all(stripe, "/v1/charges", limit=100, **{"expand[]": "data.customer"})
    kinds = {type(charge["customer"]) for charge in charges}
    deleted = [c["customer"] for c in charges if c["customer"] and c["customer"].get("deleted")]
    assert kinds == {dict, type(None)}
    assert deleted
    assert all(set(each) == {"id", "object", "deleted"} for each in deleted)


def test_newer_versions_leave_the_refunds_out_until_they_are_expanded(stripe):
    newer = {"Stripe-Version": "2026-10-28.endive"}
    bare = stripe.get("/v1/charges", headers=newer)
    assert bare.headers["Stripe-Version"] == newer["Stripe-Version"]
    assert "refunds" not in bare.json()["data"][0]
    asked = stripe.get("/v1/charges", headers=newer, params={"expand[]": "data.refunds"})
    assert asked.json()["data"][0]["refunds"]["object"] == "list"


def test_the_seed_has_the_traits_it_is_said_to_have():
    charges = seed_charges()
    emails = [charge["billing_details"].get("email", "missing") for charge in charges]
    orders = [charge["metadata"].get("order-id") for charge in charges]
    kinds = {charge["payment_method_details"]["type"] for charge in charges}
    assert len(charges) >= 250
    assert {charge["currency"] for charge in charges} == {"eur", "usd", "gbp", "jpy"}
    assert {charge["status"] for charge in charges} == {"succeeded", "pending", "failed"}
    assert {None, "missing"} < set(emails)
    assert any(email and "@" not in email for email in emails)
    assert {None, ""} < set(orders)
    assert kinds == {"card", "ideal", "sepa_debit", "paypal"}
    assert {charge["customer"] for charge in charges} > {None}
    assert any(0 < charge["amount_refunded"] < charge["amount"] for charge in charges)
    assert any(charge["refunded"] for charge in charges)


def test_refunded_amounts_are_the_sum_of_the_refunds_that_did_not_fail():
    for charge in seed_charges():
        good = [each["amount"] for each in charge["refunds"]["data"] if each["status"] != "failed"]
        assert charge["amount_refunded"] == sum(good)


def test_a_customer_can_be_made_changed_and_deleted(fresh):
    headers = {"Authorization": f"Bearer {fresh.keys['stripe']}"}
    with httpx.Client(base_url=fresh.urls["stripe"], headers=headers) as client:
        made = client.post("/v1/customers", data={"email": "a@b.example", "metadata[k]": "v"}).json()
        path = f"/v1/customers/{made['id']}"
        changed = client.post(path, data={"name": "Zoë", "email": "", "metadata[k]": ""}).json()
        gone = client.delete(path).json()
        assert made["metadata"] == {"k": "v"}
        assert (changed["name"], changed["email"], changed["metadata"]) == ("Zoë", None, {})
        assert gone == client.get(path).json() == {"id": made["id"], "object": "customer", "deleted": True}


def test_a_refund_is_written_into_its_charge_and_cannot_exceed_it(fresh):
    headers = {"Authorization": f"Bearer {fresh.keys['stripe']}"}
    charge = next(each for each in seed_charges() if not each["amount_refunded"])
    with httpx.Client(base_url=fresh.urls["stripe"], headers=headers) as client:
        made = client.post("/v1/refunds", data={"charge": charge["id"], "amount": 1}).json()
        again = client.post("/v1/refunds", data={"charge": charge["id"], "amount": charge["amount"]})
        after = client.get(f"/v1/charges/{charge['id']}").json()
    assert (made["object"], made["amount"], made["currency"]) == ("refund", 1, charge["currency"])
    assert (again.status_code, again.json()["error"]["param"]) == (400, "amount")
    assert (after["amount_refunded"], after["refunds"]["data"][0]["id"]) == (1, made["id"])


def test_an_idempotency_key_makes_one_customer_and_refuses_another_body(fresh):
    headers = {"Authorization": f"Bearer {fresh.keys['stripe']}", "Idempotency-Key": "k1"}
    with httpx.Client(base_url=fresh.urls["stripe"], headers=headers) as client:
        first = client.post("/v1/customers", data={"name": "A"})
        second = client.post("/v1/customers", data={"name": "A"})
        other = client.post("/v1/customers", data={"name": "B"})
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
