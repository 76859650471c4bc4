"""The authorization servers of HubSpot, Mollie and Moneybird."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from intkit.sandbox.oauth import CLIENT_ID, CLIENT_SECRET

VENDORS = ("hubspot", "mollie", "moneybird")
CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
VERIFIER = "a-verifier-that-is-long-enough-for-the-rule-of-43-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
REDIRECT = "http://127.0.0.1:9000/back"
SIGN_IN = {
    "response_type": "code",
    "client_id": CLIENT_ID,
    "redirect_uri": REDIRECT,
    "state": "s1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def get_contacts(sandbox, token):
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{sandbox.urls['hubspot']}/crm/v3/objects/contacts", headers=headers)


def ask(sandbox, vendor="hubspot", path="/oauth/v1/token", **form):
    return httpx.post(sandbox.urls[vendor] + path, data=CLIENT | form)


def sign_in(sandbox, **changes):
    answer = httpx.get(f"{sandbox.urls['hubspot']}/oauth/authorize", params=SIGN_IN | changes)
    return dict(parse_qsl(urlsplit(answer.headers.get("Location", "")).query)), answer


@pytest.mark.parametrize(
    ("vendor", "path"),
    [("hubspot", "/oauth/v1/token"), ("mollie", "/oauth2/tokens"), ("moneybird", "/oauth/token")],
)
def test_client_credentials_give_a_token_and_no_refresh_token(sandbox, vendor, path):
    told = ask(sandbox, vendor, path, grant_type="client_credentials").json()
    assert told["token_type"] == "bearer"
    assert "refresh_token" not in told
    by_basic = httpx.post(
        sandbox.urls[vendor] + path,
        data={"grant_type": "client_credentials"},
        auth=(CLIENT_ID, CLIENT_SECRET),
    )
    assert by_basic.status_code == 200


def test_a_token_opens_the_api_until_it_runs_out(fresh):
    token = ask(fresh, grant_type="client_credentials").json()
    assert get_contacts(fresh, token["access_token"]).status_code == 200
    fresh.clock.advance(token["expires_in"] + 1)
    expired = get_contacts(fresh, token["access_token"])
    assert (expired.status_code, expired.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")


def test_a_code_is_redeemed_once_with_its_verifier(fresh):
    words, _ = sign_in(fresh)
    assert words["state"] == "s1"
    form = {"grant_type": "authorization_code", "code": words["code"], "redirect_uri": REDIRECT}
    told = ask(fresh, **form, code_verifier=VERIFIER).json()
    assert get_contacts(fresh, told["access_token"]).status_code == 200
    assert ask(fresh, **form, code_verifier=VERIFIER).json()["error"] == "invalid_grant"


def test_a_code_without_its_verifier_is_worth_nothing(fresh):
    words, _ = sign_in(fresh)
    form = {"grant_type": "authorization_code", "code": words["code"], "redirect_uri": REDIRECT}
    assert ask(fresh, **form, code_verifier="x" * 43).json()["error"] == "invalid_grant"
    no_pkce, _ = sign_in(fresh, code_challenge="")
    assert no_pkce["error"] == "invalid_request"


def test_a_refresh_token_is_good_once_and_a_second_use_ends_the_sign_in(fresh):
    words, _ = sign_in(fresh)
    form = {"grant_type": "authorization_code", "code": words["code"], "redirect_uri": REDIRECT}
    first = ask(fresh, **form, code_verifier=VERIFIER).json()
    second = ask(fresh, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert get_contacts(fresh, second["access_token"]).status_code == 200
    again = ask(fresh, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert again.json()["error"] == "invalid_grant"
    assert get_contacts(fresh, second["access_token"]).status_code == 401
    assert ask(fresh, grant_type="refresh_token", refresh_token=second["refresh_token"]).status_code == 400


def test_a_wrong_client_and_a_foreign_redirect_are_refused(sandbox):
    assert ask(sandbox, grant_type="client_credentials", client_secret="x").status_code == 401
    _, foreign = sign_in(sandbox, redirect_uri="https://evil.example/back")
    assert (foreign.status_code, foreign.json()["error"]) == (400, "invalid_request")
    assert ask(sandbox, grant_type="password").json()["error"] == "unsupported_grant_type"
