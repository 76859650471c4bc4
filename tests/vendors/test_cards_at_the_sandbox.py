"""What the doctor and the errors say of a practice server's no, word by word."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest

from intkit.clients.auth import Bearer
from intkit.clients.client import Client
from intkit.clients.connection import Connection, Resilience
from intkit.clients.oauth import ClientCredentials, RefreshToken
from intkit.clients.sign_in import AuthorizationCode
from intkit.connections import connect
from intkit.errors import ApiError
from intkit.redaction import forget_secrets
from intkit.sandbox import Sandbox
from intkit.vendors import find_vendor
from tests.clients.shop import StillClock

HUBSPOT = {
    "token_url": "https://api.hubapi.com/oauth/v1/token",
    "client_id": "sandbox-client",
    "client_secret": "env:APP_SECRET",
}
KEYS = {
    "stripe": "STRIPE_API_KEY",
    "mollie": "MOLLIE_API_KEY",
    "resend": "RESEND_API_KEY",
    "mailchimp": "MAILCHIMP_API_KEY",
    "hubspot": "HUBSPOT_TOKEN",
    "moneybird": "MONEYBIRD_TOKEN",
    "odoo": "ODOO_API_KEY",
    "github": "GITHUB_TOKEN",
    "exact": "EXACT_TOKEN",
}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture(autouse=True)
def project(sandbox, tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    monkeypatch.setenv("APP_SECRET", "sandbox-client-secret")
    for vendor, name in KEYS.items():
        monkeypatch.setenv(name, sandbox.keys[vendor])
    yield tmp_path
    sandbox.faults.clear()
    forget_secrets()


def card(text):
    return dedent(text).strip()


def hubspot(auth):
    with Client(replace(find_vendor("hubspot"), auth=auth), clock=StillClock()) as client:
        return client.check()


def known(vendor):
    words = {
        "mailchimp": {"dc": "us19"},
        "odoo": {"database": "practice"},
        "exact": {"auth": Bearer("env:EXACT_TOKEN")},
    }
    return connect(vendor, resilience=Resilience(retries=0, timeout=0.2), **words.get(vendor, {}))


def test_the_card_of_a_connection_that_is_well():
    found = hubspot(ClientCredentials(**HUBSPOT, scope="crm.objects.contacts.read"))
    assert found.text() == card("""
        hubspot: well
        asked        GET https://api.hubapi.com/crm/v3/objects/contacts?limit=1
        status       200 OK
        latency      0 ms
        version      not said
        scopes       crm.objects.contacts.read
        limits left  99 of 100, anew in 10 s
        clock        the practice server keeps its own
        token call   POST https://api.hubapi.com/oauth/v1/token (client_credentials) -> 200: a token
    """)
    with Client(find_vendor("stripe"), clock=StillClock()) as stripe:
        assert stripe.check()["version"] == "stripe-version: 2022-08-01"


def test_the_card_of_a_missing_scope():
    found = hubspot(ClientCredentials(**HUBSPOT, scope="crm.objects.deals.read oauth"))
    assert found.text().replace(found["request id"], "…") == card("""
        hubspot: not well
        asked         GET https://api.hubapi.com/crm/v3/objects/contacts?limit=1
        status        403 Forbidden
        sent          Authorization: Bearer <ACCESS_TOKEN>
        it says       One or more of the following scopes are required.
        code          MISSING_SCOPES
        request id    …
        likely cause  The key is good, but lacks the scope 'crm.objects.contacts.read'. It has: crm.objects.deals.read oauth.
        next step     Ask for it, ClientCredentials(…, scope='crm.objects.contacts.read'), if the application may have it.
        token call    POST https://api.hubapi.com/oauth/v1/token (client_credentials) -> 200: a token
    """)


def test_a_missing_scope_is_named_as_rfc_6750_says_it():
    auth = ClientCredentials(
        **{**HUBSPOT, "token_url": "https://playground.example/tokens"}, scope="readings.write"
    )
    stranger = Connection("meters", "https://playground.example/token", auth=auth, check="/ping")
    with Client(stranger, clock=StillClock()) as client:
        assert client.check()["likely cause"] == (
            "The key is good, but lacks the scope 'readings.read'. It has: readings.write."
        )


def test_the_card_of_a_token_call_that_was_refused(monkeypatch):
    monkeypatch.setenv("APP_SECRET", "another-secret-4711")
    auth = ClientCredentials(**{**HUBSPOT, "token_url": "https://playground.example/tokens"})
    assert hubspot(auth).text() == card("""
        hubspot: not well
        asked       GET https://api.hubapi.com/crm/v3/objects/contacts?limit=1
        status      POST https://playground.example/tokens was answered with 401 Unauthorized.
        because     It says: The client's id or secret is wrong.
        because     Code: invalid_client
        next step   Check that the key is the right one, still valid, and of this environment.
        token call  POST https://playground.example/tokens (client_credentials) -> 401: {"error":"invalid_client","error_description":"The client's id or secret is wrong."}
    """)


def test_the_card_of_a_refresh_token_that_was_used_before(project):
    (project / "token").write_text("refresh_of_yesterday")
    found = hubspot(RefreshToken(**HUBSPOT, refresh_token="file:token"))
    assert found["because"].splitlines()[0] == "It says: The refresh token is unknown or was used before."
    assert "refresh_of_yesterday" not in found.text()


def test_the_card_of_one_who_has_not_signed_in():
    auth = AuthorizationCode(
        **HUBSPOT, authorize_url="https://app.hubspot.com/oauth/authorize", refresh_token="file:none"
    )
    found = hubspot(auth)
    assert found["status"] == "Nobody has signed in yet: 'file:none' holds no token."
    assert found["next step"] == "Sign in once, in a notebook or terminal: client.sign_in()."


def test_the_card_of_an_expired_token(sandbox):
    sandbox.faults.plan("hubspot expired")
    with known("hubspot") as client:
        found = client.check()
    assert found.text() == card("""
        hubspot: not well
        asked         GET https://api.hubapi.com/crm/v3/objects/contacts?limit=1
        status        401 Unauthorized
        sent          Authorization: Bearer <HUBSPOT_TOKEN>
        it says       The OAuth token used to make this call expired.
        code          EXPIRED_AUTHENTICATION
        likely cause  The key or token was good once, and is over.
        next step     Make a new one on the vendor's pages, and put it into env:HUBSPOT_TOKEN.
    """)


@pytest.mark.parametrize(
    ("fault", "status", "cause"),
    [
        ("429", "429 Too Many Requests", "Too many calls in too short a time."),
        ("500", "500 Internal Server Error", "The fault is on the API's side."),
        ("503", "503 Service Unavailable", "The fault is on the API's side."),
        ("html", "502 Bad Gateway", "The fault is on the API's side."),
        ("timeout seconds=0.5", "no answer", "'api.stripe.com' did not answer in time."),
        ("reset", "no answer", "The connection to 'api.stripe.com' broke off (ReadError)."),
        ("truncated", "no answer", "The connection to 'api.stripe.com' broke off (RemoteProtocolError)."),
    ],
)
def test_every_fault_has_its_card(sandbox, fault, status, cause):
    sandbox.faults.plan(f"stripe {fault}")
    with known("stripe") as client:
        found = client.check()
    assert not found.ok
    assert (found["status"], found["likely cause"]) == (status, cause)
    assert found["next step"]
    assert sandbox.keys["stripe"] not in found.text()


def test_a_no_under_200_has_the_cause_that_it_means(sandbox):
    sandbox.faults.plan("github 429")
    with known("github") as client:
        found = client.check()
    assert (found["status"], found["code"]) == ("200 OK", "RATE_LIMITED")
    assert found["likely cause"] == "Too many calls in too short a time."


@pytest.mark.parametrize("vendor", sorted(KEYS))
def test_every_vendor_s_wrong_key_and_wrong_path_are_told_apart(vendor, monkeypatch):
    with known(vendor) as client:
        wrong_path = Client(replace(client.connection, check="/nowhere"), clock=StillClock()).check()
    monkeypatch.setenv(KEYS[vendor], "wrong-secret-4711")
    with known(vendor) as client:
        wrong_key = client.check()
    assert f"env:{KEYS[vendor]}" in wrong_key["likely cause"] + wrong_key["next step"], wrong_key
    assert "has nothing at '/nowhere'" in wrong_path["likely cause"], wrong_path
    assert "wrong-secret" not in wrong_key.text()


# vendor, what is asked, and how its no is read: status, code, message, field
REFUSALS = [
    ("stripe", ("GET", "/v1/charges/ch_x"), (404, "resource_missing", "No such charge: 'ch_x'", "id")),
    ("mollie", ("GET", "/v2/payments?limit=0"), (400, "", "The limit must be a number from 1 to 250, not '0'.", "limit")),
    ("resend", ("GET", "/emails?limit=0"), (422, "validation_error", "The `limit` must be a number from 1 to 100.", "")),
    ("mailchimp", ("GET", "/3.0/lists/none/members"), (404, "", "The requested resource could not be found.", "")),
    ("hubspot", ("GET", "/crm/v3/objects/contacts?limit=0"), (400, "VALIDATION_ERROR", "limit must be between 1 and 100, was 0", "")),
    ("moneybird", ("GET", "/api/v2/123456789012345/contacts/1.json"), (404, "", "Record not found for model name: Contact", "")),
    ("exact", ("GET", "/api/v1/1/crm/Accounts"), (403, "", "You have no access to this division.", "")),
    ("github", ("POST", "/graphql"), (400, "", "A query attribute must be specified and must be a string.", "")),
]  # fmt: skip


@pytest.mark.parametrize(("vendor", "asked", "read"), REFUSALS, ids=[each[0] for each in REFUSALS])
def test_every_vendor_s_no_is_read_into_one_error(vendor, asked, read):
    from intkit.clients.failures import api_error

    with known(vendor) as client:
        error = api_error(client.request(*asked))
    assert (error.status, error.code, error.message, error.field) == read
    if vendor in ("hubspot", "stripe", "mailchimp"):
        assert error.request_id


def test_moneybird_s_texts_by_field_and_odoo_s_exceptions_are_read():
    from intkit.clients.failures import api_error

    with known("moneybird") as client:
        contact = {"contact": {"city": "Delft"}}
        error = api_error(client.post("/api/v2/123456789012345/contacts.json", json=contact))
        assert (error.message, error.field) == ("company_name can't be blank", "company_name")
    with known("odoo") as client, pytest.raises(ApiError) as caught:
        client.records("/json/2/res.nobody/search_read", json={})
    assert (caught.value.status, bool(caught.value.code), bool(caught.value.message)) == (404, True, True)
