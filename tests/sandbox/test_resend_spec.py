"""Resend's answers against its published OpenAPI file."""

from __future__ import annotations

import httpx
import jsonschema
import pytest
import yaml

from intkit.sandbox.seeds.resend import seed_contacts, seed_domains, seed_emails

VENDORS = "resend"

CALLS = [
    ("GET", "/emails", "/emails?limit=100", None),
    ("GET", "/emails/{email_id}", f"/emails/{seed_emails()[0]['id']}", None),
    ("GET", "/contacts", "/contacts?limit=100", None),
    ("GET", "/contacts/{id}", f"/contacts/{seed_contacts()[0]['id']}", None),
    ("PATCH", "/contacts/{id}", f"/contacts/{seed_contacts()[0]['id']}", {"unsubscribed": True}),
    ("DELETE", "/contacts/{id}", f"/contacts/{seed_contacts()[1]['id']}", None),
    ("POST", "/contacts", "/contacts", {"email": "a@b.example"}),
    ("GET", "/domains", "/domains", None),
    ("GET", "/domains/{domain_id}", f"/domains/{seed_domains()[0]['id']}", None),
    ("POST", "/domains", "/domains", {"name": "new.example"}),
    ("POST", "/emails", "/emails", {"from": "a@b.example", "to": "c@d.example", "subject": "x", "text": "y"}),
]


@pytest.fixture(scope="module")
def spec(specs, as_json_schema):
    return as_json_schema(yaml.safe_load((specs / "resend" / "resend.yaml").read_text()))


@pytest.mark.parametrize(("method", "path", "url", "body"), CALLS)
def test_an_answer_is_what_the_openapi_file_says(fresh, spec, method, path, url, body):
    headers = {"Authorization": f"Bearer {fresh.keys['resend']}"}
    answer = httpx.request(method, fresh.urls["resend"] + url, json=body, headers=headers)
    declared = spec["paths"][path][method.lower()]["responses"][str(answer.status_code)]
    schema = declared["content"]["application/json"]["schema"] | {"components": spec["components"]}
    found = jsonschema.Draft202012Validator(schema).iter_errors(answer.json())
    assert [f"{error.json_path}: {error.message}"[:200] for error in found][:3] == []
