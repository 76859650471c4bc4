from __future__ import annotations

import ssl
from email.utils import formatdate
from textwrap import dedent

import httpx
import pytest

from intkit.cassettes import open_cassette
from intkit.clients.auth import Basic, Bearer, QueryKey
from intkit.clients.client import Client
from intkit.clients.connection import Connection
from intkit.clients.oauth import ClientCredentials
from intkit.connections import connect
from intkit.errors import ConnectError
from intkit.sandbox import Sandbox
from tests.clients.shop import StillClock, client_of

KEY = "shop-secret-4711"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.setenv("SHOP_KEY", KEY)
    return tmp_path


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox("stripe") as running:
        yield running


def card(text):
    return dedent(text).strip()


def examined(status, *, headers=None, json=None, **described):
    described = {"auth": Bearer("env:SHOP_KEY"), "check": "/orders?limit=1", **described}
    return client_of(
        lambda _: httpx.Response(status, headers=headers or {}, json=json or {}), **described
    ).check()


def test_a_connection_that_is_well():
    headers = {
        "x-oauth-scopes": "orders:read", "x-ratelimit-limit": "60", "x-ratelimit-remaining": "59",
        "x-ratelimit-reset": "30", "date": formatdate(StillClock().now(), usegmt=True), "X-Shop-Version": "7",
    }  # fmt: skip
    found = examined(200, headers=headers)
    assert found.ok
    assert found.text() == card("""
        shop: well
        asked        GET https://shop.example/api/orders?limit=1
        status       200 OK
        latency      0 ms
        version      x-shop-version: 7
        scopes       orders:read
        limits left  59 of 60, anew in 30 s
        clock        as the server's
    """)


def test_the_card_of_a_wrong_key(sandbox, monkeypatch):
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_wrongkey_9999")
    with connect("stripe") as stripe:
        found = stripe.check()
    assert not found.ok
    assert found.text().replace(found["request id"], "req_…") == card("""
        stripe: not well
        asked         GET https://api.stripe.com/v1/balance
        status        401 Unauthorized
        sent          Authorization: Bearer <STRIPE_API_KEY>
        sent          Stripe-Version: 2022-08-01
        it says       Invalid API Key provided: sk_test_********9999
        code          invalid_request_error
        request id    req_…
        likely cause  The key in env:STRIPE_API_KEY is not one of this API, or of another account or environment.
        next step     Copy it again from the vendor's pages into env:STRIPE_API_KEY.
    """)


def test_the_card_of_an_expired_token(sandbox, monkeypatch):
    monkeypatch.setenv("STRIPE_API_KEY", sandbox.keys["stripe"])
    sandbox.faults.plan("stripe expired")
    with connect("stripe") as stripe:
        found = stripe.check()
    assert found.text() == card("""
        stripe: not well
        asked         GET https://api.stripe.com/v1/balance
        status        401 Unauthorized
        sent          Authorization: Bearer <STRIPE_API_KEY>
        sent          Stripe-Version: 2022-08-01
        it says       Expired API Key provided.
        code          api_key_expired
        likely cause  The key or token was good once, and is over.
        next step     Make a new one on the vendor's pages, and put it into env:STRIPE_API_KEY.
    """)


def test_the_card_of_a_wrong_path(sandbox, monkeypatch):
    monkeypatch.setenv("STRIPE_API_KEY", sandbox.keys["stripe"])
    with connect("stripe", check="/v1/balanc") as stripe:
        found = stripe.check()
    assert found.text().replace(found["request id"], "req_…") == card("""
        stripe: not well
        asked         GET https://api.stripe.com/v1/balanc
        status        404 Not Found
        sent          Authorization: Bearer <STRIPE_API_KEY>
        sent          Stripe-Version: 2022-08-01
        it says       Unrecognized request URL (GET: /v1/balanc).
        code          invalid_request_error
        request id    req_…
        likely cause  'api.stripe.com' has nothing at '/v1/balanc'.
        next step     Compare the path with https://docs.stripe.com/api; its version may be missing.
    """)


def test_the_card_of_a_missing_scope():
    found = examined(
        403, headers={"x-oauth-scopes": "orders:write"}, json={"message": "scope orders:read missing"}
    )
    assert found.text() == card("""
        shop: not well
        asked         GET https://shop.example/api/orders?limit=1
        status        403 Forbidden
        sent          Authorization: Bearer <SHOP_KEY>
        it says       scope orders:read missing
        likely cause  The key is good, but lacks the scope 'orders:read'. It has: orders:write.
        next step     Give the key the scope 'orders:read' on the vendor's pages.
    """)


def test_the_card_of_a_wrong_host():
    with connect("https://api.shop.invalid/v1", auth=Bearer("env:SHOP_KEY")) as shop:
        found = shop.check()
    assert found.text() == card("""
        https://api.shop.invalid/v1: not well
        asked         GET https://api.shop.invalid/v1/
        status        no answer
        sent          Authorization: Bearer <SHOP_KEY>
        likely cause  No machine goes by the name 'api.shop.invalid'.
        next step     Check the base URL for a misprint, and the network.
    """)


@pytest.mark.parametrize(
    ("status", "headers", "path", "cause"),
    [
        (401, {"www-authenticate": 'Bearer error="invalid_token", error_description="The token expired"'}, "/a", "is over"),
        (403, {"www-authenticate": 'Bearer error="insufficient_scope", scope="mail.read"'}, "/a", "lacks the scope 'mail.read'"),
        (403, {}, "/a", "may not do this"),
        (404, {}, "/api/orders", "'/api' stands twice in the path"),
        (429, {}, "/a", "Too many calls"),
        (503, {}, "/a", "on the API's side"),
        (400, {}, "/a", "not what the API wants"),
    ],
)  # fmt: skip
def test_each_refusal_has_its_cause(status, headers, path, cause):
    found = examined(status, headers=headers, check=path)
    assert cause in found["likely cause"]
    assert found["next step"]


def untrusted():
    error = httpx.ConnectError("certificate verify failed")
    error.__cause__ = ssl.SSLCertVerificationError("certificate verify failed")
    return error


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (untrusted(), "certificate of 'shop.example' is not trusted"),
        (httpx.ConnectTimeout("x"), "did not answer in time"),
        (httpx.ProxyError("x"), "The proxy refused"),
        (httpx.ReadError("x"), r"broke off (ReadError)"),
    ],
)
def test_each_silence_has_its_cause(error, cause):
    def app(request):
        raise error

    assert cause in client_of(app).check()["likely cause"]


def test_a_server_that_is_not_there_is_told_from_a_wrong_name(unused_port):
    with connect(f"http://127.0.0.1:{unused_port}") as shop:
        assert "takes no connections" in shop.check()["likely cause"]


def test_a_key_with_a_quote_at_its_end_is_found_out(monkeypatch):
    monkeypatch.setenv("SHOP_KEY", f'"{KEY}"')
    assert "begins or ends with a blank or a quote" in examined(401)["likely cause"]


def test_no_key_at_all_is_said():
    assert examined(401, auth=Basic("env:SHOP_KEY"))["sent"] == "Authorization: Basic <user and key>"
    assert "env:SHOP_KEY" in examined(401, auth=Basic("env:SHOP_KEY"))["likely cause"]
    with connect(
        "https://shop.example", transport=httpx.MockTransport(lambda _: httpx.Response(401))
    ) as shop:
        assert shop.check()["likely cause"] == "No key was sent."


def test_no_secret_stands_on_any_card():
    def app(request):
        return httpx.Response(403, text=f"{request.url} {request.headers}")

    for auth in (Bearer("env:SHOP_KEY"), QueryKey("env:SHOP_KEY", param="token")):
        found = client_of(app, auth=auth).check()
        assert KEY not in found.text() + found._repr_html_()


def test_a_token_call_stands_on_the_card_of_its_refusal():
    def app(request):
        return httpx.Response(400, json={"error": "invalid_client", "error_description": "Unknown client"})

    auth = ClientCredentials(
        token_url="https://login.shop.example/t", client_id="app", client_secret="env:SHOP_KEY"
    )
    found = client_of(app, auth=auth).check()
    assert found["status"] == "POST https://login.shop.example/t was answered with 400 Bad Request."
    assert found["token call"].startswith("POST https://login.shop.example/t (client_credentials) -> 400: ")
    assert "It says: Unknown client" in found["because"]


def test_a_clock_that_is_wrong_is_said():
    late = formatdate(StillClock().now() - 600, usegmt=True)
    assert examined(200, headers={"date": late})["clock"].startswith("600 s ahead of the server's")


def test_the_doctor_asks_once_and_records_nothing(project):
    asked = []

    def app(request):
        asked.append(request)
        return httpx.Response(503)

    connection = Connection("shop", "https://shop.example")
    cassette = open_cassette("shop/check", "record")
    with Client(connection, mode="record", cassette=cassette, transport=httpx.MockTransport(app)) as client:
        client.check()
        assert (len(asked), len(cassette.exchanges)) == (1, 0)


def test_a_replaying_client_has_nothing_to_examine():
    with pytest.raises(ConnectError, match="is replayed from a recording") as caught:
        client_of(lambda _: httpx.Response(200), mode="replay").check()
    assert "mode='live'" in caught.value.remedy


def test_a_graphql_api_is_asked_for_its_typename():
    asked = []

    def app(request):
        asked.append(request.content)
        return httpx.Response(200, json={"data": {"__typename": "Query"}})

    assert client_of(app, graphql="/graphql").check().ok
    assert asked == [b'{"query":"{ __typename }"}']


def test_the_card_is_a_table_in_a_notebook():
    assert "likely cause" in examined(500)._repr_html_()


def test_a_servers_own_clock_counts_for_the_times_it_names():
    clock = StillClock()
    theirs = clock.now() - 1000
    limited = {"retry-after": str(int(theirs + 7)), "date": formatdate(theirs, usegmt=True)}
    answers = iter([httpx.Response(429, headers=limited), httpx.Response(200)])
    client_of(lambda _: next(answers), clock).get("/orders")
    assert sum(clock.slept) == 7


def test_the_scope_of_a_token_stands_on_the_card():
    def app(request):
        given = {"access_token": "access-token-4711", "scope": "orders:read"}
        return httpx.Response(200, json=given if request.url.host == "login.shop.example" else [])

    auth = ClientCredentials(
        token_url="https://login.shop.example/t", client_id="app", client_secret="env:SHOP_KEY"
    )
    found = client_of(app, auth=auth).check()
    assert found["scopes"] == "orders:read"
    assert found["token call"] == "POST https://login.shop.example/t (client_credentials) -> 200: a token"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("invalid_auth", "is not one of this API"),
        ("token_expired", "is over"),
        ("missing_scope", "may not do this"),
        ("ratelimited", "Too many calls"),
        ("Cannot query field 'author'", "not what the API wants"),
        ("Unexpected token", "not what the API wants"),
        ("channel_not_found", "not what the API wants"),
    ],
)
def test_a_no_under_200_has_its_cause(error, cause):
    assert cause in examined(200, json={"ok": False, "error": error})["likely cause"]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"ok": False, "error": "missing_scope", "needed": "channels:read"}, "channels:read"),
        (
            {"message": "The field requires one of the following scopes: ['read:org'], not ['repo']"},
            "read:org",
        ),
        ({"errors": [{"context": {"requiredScopes": ["contacts"]}}]}, "contacts"),
        ({"requiredScopes": [], "message": 'needs scope "mail.send"'}, "mail.send"),
    ],
)
def test_the_missing_scope_is_found_wherever_it_is_said(body, wanted):
    assert f"lacks the scope {wanted!r}" in examined(403, json=body)["likely cause"]


def test_words_about_scopes_name_none():
    found = examined(
        403, json={"message": "All scopes are required.", "links": {"scopes": "https://x.example/s"}}
    )
    assert "may not do this" in found["likely cause"]


@pytest.mark.parametrize(
    ("body", "described", "said"),
    [
        ({"ok": False, "error": "invalid_auth"}, {}, "invalid_auth"),
        ({"errors": [{"message": "No such field"}]}, {"graphql": "/graphql", "check": ""}, "No such field"),
    ],
)
def test_a_no_under_200_is_not_well(body, described, said):
    found = examined(200, json=body, **described)
    assert not found.ok
    assert (found["status"], found["it says"]) == ("200 OK", said)
