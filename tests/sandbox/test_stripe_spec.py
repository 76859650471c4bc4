"""Stripe's answers against its OpenAPI file of 2023-08-16 and the field list of its current SDK."""

from __future__ import annotations

import json

import httpx
import jsonschema
import pytest

from intkit.sandbox.stripe import seed_charges, seed_customers

VENDORS = "stripe"

CURRENT = {"Stripe-Version": "2026-10-28.endive"}
LISTS = [
    "customers",
    "products",
    "prices",
    "charges",
    "payment_intents",
    "invoices",
    "refunds",
    "balance_transactions",
    "payouts",
    "events",
]
# Gone from the SDK, still sent to accounts on old versions and harmless to newer ones.
OLD = {"invoice": {"discount"}}


@pytest.fixture(scope="module")
def spec(specs, as_json_schema, fields):
    """The file of 2023, which no longer demands what the SDK of 2026 does not know."""
    spec = as_json_schema(json.loads((specs / "stripe" / "spec3.reduced.json").read_text()))
    for noun, known in fields.items():
        schema = spec["components"]["schemas"].get(noun, {})
        schema["required"] = [name for name in schema.get("required", []) if name in known]
    return spec


@pytest.fixture(scope="module")
def fields(specs):
    return json.loads((specs / "stripe" / "sdk_16.1.0_fields.json").read_text())["resources"]


@pytest.mark.parametrize("plural", LISTS)
def test_a_list_is_what_the_openapi_file_says(stripe, spec, plural):
    answer = stripe.get(f"/v1/{plural}", params={"limit": 100}).json()
    schema = spec["paths"][f"/v1/{plural}"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    assert answer["data"]
    validator = jsonschema.Draft202012Validator(schema | {"components": spec["components"]})
    errors = [f"{error.json_path}: {error.message}"[:200] for error in validator.iter_errors(answer)]
    assert errors[:3] == []


@pytest.mark.parametrize("plural", LISTS)
def test_records_have_the_fields_of_the_current_sdk(stripe, fields, plural):
    records = stripe.get(f"/v1/{plural}", params={"limit": 100}, headers=CURRENT).json()["data"]
    noun = records[0]["object"]
    known = fields[noun]
    always = {name for name, field in known.items() if not field["nullable"] and name != "deleted"}
    for record in records:
        assert set(record) <= set(known) | OLD.get(noun, set())
        assert {name for name in always if record.get(name) is None} == set()


CALLS = [
    ("POST", "/v1/customers", "/v1/customers", {"name": "A"}),
    ("POST", "/v1/charges", "/v1/charges", {"amount": "500", "currency": "eur"}),
    (
        "POST",
        "/v1/refunds",
        "/v1/refunds",
        {"charge": next(x for x in seed_charges() if x["captured"])["id"]},
    ),
    ("GET", "/v1/charges/{charge}", f"/v1/charges/{seed_charges()[0]['id']}", None),
    ("GET", "/v1/customers/{customer}", f"/v1/customers/{seed_customers()[0]['id']}", None),
    ("GET", "/v1/balance", "/v1/balance", None),
    ("DELETE", "/v1/customers/{customer}", f"/v1/customers/{seed_customers()[0]['id']}", None),
    ("GET", "/v1/charges/{charge}", "/v1/charges/ch_none", None),
]


@pytest.mark.parametrize(("method", "path", "url", "form"), CALLS)
def test_an_answer_is_what_the_openapi_file_says(fresh, spec, method, path, url, form):
    headers = {"Authorization": f"Bearer {fresh.keys['stripe']}"}
    answer = httpx.request(method, fresh.urls["stripe"] + url, data=form, headers=headers)
    responses = spec["paths"][path][method.lower()]["responses"]
    declared = responses.get(str(answer.status_code), responses["default"])
    schema = declared["content"]["application/json"]["schema"]
    validator = jsonschema.Draft202012Validator(schema | {"components": spec["components"]})
    assert [f"{error.json_path}: {error.message}"[:200] for error in validator.iter_errors(answer.json())][
        :3
    ] == []
