from __future__ import annotations

import hashlib
import hmac
import logging
from base64 import b64decode, b64encode
from dataclasses import dataclass

import httpx
import pytest

from intkit.clients.auth import Auth, Basic, Bearer, HeaderKey, NoAuth, QueryKey
from intkit.clients.signing import HmacSigned
from intkit.errors import ApiError, ConnectError, CredentialError
from tests.clients.shop import client_of, orders

KEY = "shop-secret-4711"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.setenv("SHOP_KEY", KEY)
    return tmp_path


class Guard:
    """An app that lets requests in or redirects them, and notes them."""

    def __init__(self, status=200, headers=None):
        self.asked = []
        self.status = status
        self.headers = headers or {}

    def __call__(self, request):
        self.asked.append(request)
        if request.url.path == "/api/downgraded":
            return httpx.Response(302, headers={"location": "http://shop.example/api/orders"})
        if request.url.path == "/api/moved":
            return httpx.Response(302, headers={"location": "https://elsewhere.example/orders"})
        return httpx.Response(self.status, json=orders(1), headers=self.headers)

    @property
    def last(self):
        return self.asked[-1]


def asked_with(auth, mode="live", path="/orders", **options):
    guard = Guard()
    client_of(guard, auth=auth, mode=mode).request("GET", path, **options)
    return guard.last


def test_bearer():
    assert asked_with(Bearer("env:SHOP_KEY")).headers["authorization"] == f"Bearer {KEY}"
    assert asked_with(Bearer("env:SHOP_KEY", word="token")).headers["authorization"] == f"token {KEY}"


def test_basic_takes_plain_users_and_users_by_reference(monkeypatch):
    monkeypatch.setenv("SHOP_USER", "ada")
    for user in ("ada", "env:SHOP_USER"):
        word, _, pair = asked_with(Basic("env:SHOP_KEY", user=user)).headers["authorization"].partition(" ")
        assert (word, b64decode(pair).decode()) == ("Basic", f"ada:{KEY}")


def test_a_key_can_stand_as_the_user():
    pair = asked_with(Basic("env:SHOP_KEY", key_is_user=True)).headers["authorization"].removeprefix("Basic ")
    assert b64decode(pair).decode() == f"{KEY}:"


def test_a_key_in_a_header():
    assert asked_with(HeaderKey("env:SHOP_KEY", header="X-Token")).headers["x-token"] == KEY


def test_a_key_in_the_query_beside_what_is_there():
    url = asked_with(QueryKey("env:SHOP_KEY", param="api_token"), params={"page": 2}).url
    assert dict(url.params) == {"page": "2", "api_token": KEY}


def test_no_auth_sends_nothing():
    assert "authorization" not in asked_with(NoAuth()).headers


@pytest.mark.parametrize(("encoding", "prefix"), [("hex", "sha256="), ("base64", "")])
def test_a_signed_request_can_be_verified_by_the_vendor(encoding, prefix):
    guard = Guard()
    auth = HmacSigned("env:SHOP_KEY", encoding=encoding, prefix=prefix)
    client_of(guard, auth=auth).post("/orders", params={"a": 1}, json={"x": "é"})
    request = guard.last
    text = f"{request.headers['x-timestamp']}.POST./api/orders?a=1.".encode() + request.content
    signed = hmac.new(KEY.encode(), text, hashlib.sha256).digest()
    written = signed.hex() if encoding == "hex" else b64encode(signed).decode()
    assert request.headers["x-signature"] == prefix + written
    assert KEY not in str(request.headers)


def test_a_message_to_sign_names_what_it_may_hold():
    with pytest.raises(ConnectError, match=r"'\{verb\}', cannot be filled in") as caught:
        asked_with(HmacSigned("env:SHOP_KEY", message="{verb}"))
    assert "{method}" in caught.value.remedy


@dataclass(frozen=True)
class TwoHeaders(Auth):
    """An API of its own kind."""

    def references(self):
        return ("env:SHOP_KEY",)

    def stamp(self, request, secret):
        request.headers["X-Account"] = "7"
        request.headers["X-Secret"] = secret("env:SHOP_KEY")[::-1]


def test_an_own_auth_is_one_method():
    assert asked_with(TwoHeaders()).headers["x-secret"] == KEY[::-1]


def test_any_auth_of_httpx_will_do():
    assert asked_with(httpx.BasicAuth("ada", KEY)).headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    "auth",
    [
        Bearer("env:SHOP_KEY"),
        Basic("env:SHOP_KEY"),
        HeaderKey("env:SHOP_KEY"),
        QueryKey("env:SHOP_KEY"),
        HmacSigned("env:SHOP_KEY"),
    ],
)
def test_credentials_never_follow_a_redirect_to_another_host(auth):
    request = asked_with(auth, path="/moved")
    assert request.url.host == "elsewhere.example"
    assert KEY not in f"{request.url} {request.headers.raw}"
    assert not {"authorization", "x-api-key", "x-signature"} & set(request.headers)


@pytest.mark.parametrize(
    "auth", [Bearer("env:SHOP_KEY"), HeaderKey("env:SHOP_KEY"), QueryKey("env:SHOP_KEY")]
)
def test_credentials_never_travel_in_clear_where_the_api_has_tls(auth):
    for path in ("/downgraded", "http://shop.example/api/orders"):
        request = asked_with(auth, path=path)
        assert request.url.scheme == "http"
        assert KEY not in f"{request.url} {request.headers.raw}"


def test_replay_puts_a_mark_where_the_key_would_stand(monkeypatch):
    monkeypatch.delenv("SHOP_KEY")
    assert asked_with(Bearer("env:SHOP_KEY"), mode="replay").headers["authorization"] == "Bearer <SHOP_KEY>"


def test_a_key_that_is_missing_later_is_said_at_the_call(monkeypatch):
    client = client_of(Guard(), auth=Bearer("env:SHOP_KEY"))
    monkeypatch.delenv("SHOP_KEY")
    with pytest.raises(CredentialError, match="SHOP_KEY is not set"):
        client.get("/orders")


@pytest.mark.parametrize("kind", [Bearer, Basic, HeaderKey, QueryKey, HmacSigned])
def test_a_key_written_out_cannot_even_be_described(kind):
    with pytest.raises(CredentialError) as caught:
        kind(KEY)
    assert KEY not in str(caught.value)


def test_no_key_in_an_error_of_the_api_or_in_the_log(caplog):
    caplog.set_level(logging.DEBUG)
    guard = Guard(status=403)
    guard_client = client_of(guard, auth=QueryKey("env:SHOP_KEY"))
    with pytest.raises(ApiError) as caught:
        guard_client.records("/orders")
    assert KEY not in str(caught.value)
    assert KEY not in caplog.text


def test_an_absolute_address_of_another_host_is_refused():
    with pytest.raises(ConnectError, match=r"'other\.example' is not a host of 'shop'"):
        client_of(Guard(), auth=Bearer("env:SHOP_KEY")).get("https://other.example/orders")


def test_an_allowed_host_is_asked_with_the_credentials():
    guard = Guard()
    client_of(guard, auth=Bearer("env:SHOP_KEY"), hosts=("files.shop.example",)).get(
        "https://files.shop.example/a"
    )
    assert guard.last.headers["authorization"] == f"Bearer {KEY}"


def test_a_closed_client_says_so():
    client = client_of(Guard())
    client.close()
    with pytest.raises(ConnectError, match="This client of 'shop' is closed"):
        client.get("/orders")
