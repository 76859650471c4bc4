"""Ways to authenticate that no vendor of the sandbox has of its own: one is taught each of them, and pages by it."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode
from dataclasses import replace

import pytest

from intkit.cassettes import open_cassette
from intkit.clients.auth import Basic, HeaderKey, QueryKey
from intkit.clients.client import Client
from intkit.clients.oauth import JwtAssertion
from intkit.clients.signing import HmacSigned
from intkit.errors import ApiError
from intkit.sandbox import Sandbox
from intkit.vendors import find_vendor

KEY = "shop-secret-4711"
SIGNED = HmacSigned("env:SHOP_KEY", prefix="sha256=", message="{timestamp}.{method}.{path}.{body}")


def by_header(call):
    return call.headers.get("x-api-key") == KEY


def by_query(call):
    return call.arguments.get("api_key") == KEY


def by_user(call):
    return b64decode(call.headers["authorization"].removeprefix("Basic ")) == f"{KEY}:".encode()


def by_signature(call):
    path = f"{call.path}?{call.query}" if call.query else call.path
    text = f"{call.headers['x-timestamp']}.{call.method}.{path}.".encode() + call.body
    return call.headers["x-signature"] == f"sha256={hmac.new(KEY.encode(), text, hashlib.sha256).hexdigest()}"


WAYS = [
    (HeaderKey("env:SHOP_KEY"), by_header),
    (QueryKey("env:SHOP_KEY"), by_query),
    (Basic("env:SHOP_KEY", key_is_user=True), by_user),
    (SIGNED, by_signature),
]
NAMES = ["header", "query", "key as user", "signature"]


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(("hubspot", "resend")) as running:
        yield running


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.setenv("SHOP_KEY", KEY)
    return tmp_path


@pytest.fixture
def taught(sandbox, monkeypatch):
    """Let the practice Resend accept a call by another proof than its own."""
    (vendor,) = (each for each in sandbox.vendors if each.name == "resend")

    def teach(accepts):
        def check_key(call):
            if not accepts(call):
                raise vendor.expired()

        monkeypatch.setattr(vendor, "check_key", check_key)

    return teach


def resend(auth, **options):
    known = find_vendor("resend")
    patience = replace(known.resilience, rate=None)
    return Client(replace(known, auth=auth, resilience=patience), **options)


@pytest.mark.parametrize(("auth", "accepts"), WAYS, ids=NAMES)
def test_every_page_is_proven_and_a_replay_needs_no_key(taught, tmp_path, monkeypatch, auth, accepts):
    taught(accepts)
    path = tmp_path / "emails.yaml"
    with open_cassette(path, mode="record") as cassette:
        recorded = list(resend(auth, mode="record", cassette=cassette).records("/emails", limit=250))
    assert len(recorded) == 250
    assert KEY not in path.read_text()
    monkeypatch.delenv("SHOP_KEY")
    with open_cassette(path) as cassette:
        assert list(resend(auth, mode="replay", cassette=cassette).records("/emails", limit=250)) == recorded


@pytest.mark.parametrize(("auth", "accepts"), WAYS, ids=NAMES)
def test_another_key_is_refused(taught, monkeypatch, auth, accepts):
    taught(accepts)
    monkeypatch.setenv("SHOP_KEY", "another-secret-4711")
    with pytest.raises(ApiError) as caught:
        resend(auth).records("/emails")
    assert "another-secret" not in str(caught.value)


def stating(key):
    return JwtAssertion(
        token_url="https://api.hubapi.com/oauth/v1/token", client_id="sandbox-client", client_secret="env:APP_SECRET",
        key=key, issuer="sandbox-client", algorithm="HS256",
    )  # fmt: skip


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # the sandbox's secret is short
def test_a_signed_statement_opens_the_api(sandbox, monkeypatch):
    monkeypatch.setenv("APP_SECRET", "sandbox-client-secret")
    hubspot = Client(replace(find_vendor("hubspot"), auth=stating("env:APP_SECRET")))
    assert len(hubspot.records("/crm/v3/objects/contacts", limit=5)) == 5
    wrong = Client(replace(find_vendor("hubspot"), auth=stating("env:SHOP_KEY")))
    with pytest.raises(ApiError, match="not signed by the client's secret"):
        wrong.records("/crm/v3/objects/contacts")
