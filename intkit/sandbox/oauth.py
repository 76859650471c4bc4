"""An OAuth 2 server: client credentials, code with PKCE, signed statement, refresh (RFC 6749, 7523, 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import parse_qsl, urlencode, urlsplit

from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.world import draw_id

if TYPE_CHECKING:
    import random

    from intkit.sandbox.clock import Clock

CLIENT_ID, CLIENT_SECRET = "sandbox-client", "sandbox-client-secret"
_CODE_SECONDS = 600.0
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Grant:
    """What a code or token stands for; `family` links everything that came from one sign-in."""

    family: str
    scope: str
    until: float
    challenge: str = ""
    redirect: str = ""


class OAuth:
    """One vendor's authorization server; everybody who comes to sign in is let in.

    Args:
        rng: makes the tokens.
        clock: says when they run out.
        seconds: how long an access token is good.
    """

    def __init__(self, rng: random.Random, clock: Clock, seconds: float) -> None:
        self._rng = rng
        self._clock = clock
        self._seconds = seconds
        self._codes: dict[str, Grant] = {}
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._used: dict[str, str] = {}

    def is_good(self, token: str) -> bool | None:
        """Say whether an access token is good; None where there never was such a token."""
        grant = self._access.get(token)
        return None if grant is None else grant.until > self._clock.wall()

    def scopes(self, token: str) -> frozenset[str]:
        """Return what an access token was asked for, word by word; nothing where no scope was named."""
        grant = self._access.get(token)
        return frozenset(grant.scope.split() if grant else ())

    def authorize(self, call: Call) -> Answer:
        """Answer the browser: back to the application, with a code."""
        asked = call.arguments
        redirect = asked.get("redirect_uri", "")
        if asked.get("client_id") != CLIENT_ID or urlsplit(redirect).hostname not in _LOOPBACK:
            _refuse("invalid_request", "The client is unknown, or redirect_uri is not on this machine.")
        if asked.get("response_type") != "code":
            return _back(redirect, {"error": "unsupported_response_type"}, asked)
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            return _back(redirect, {"error": "invalid_request", "error_description": "PKCE with S256"}, asked)
        code, until = draw_id(self._rng, 24), self._clock.wall() + _CODE_SECONDS
        grant = Grant(code, asked.get("scope", ""), until, asked["code_challenge"], redirect)
        self._codes[code] = grant
        return _back(redirect, {"code": code}, asked)

    def token(self, call: Call) -> Answer:
        """Answer the token endpoint."""
        asked = dict(parse_qsl(call.body.decode()))
        known = _credentials(call) or (asked.get("client_id", ""), asked.get("client_secret", ""))
        public = asked.get("grant_type") == "authorization_code" and asked.get("code_verifier")
        if known[0] != CLIENT_ID or (known[1] != CLIENT_SECRET and (known[1] or not public)):
            _refuse("invalid_client", "The client's id or secret is wrong.", 401)
        kind = asked.get("grant_type")
        if kind == "client_credentials":
            return self._issue(Grant(draw_id(self._rng, 12), asked.get("scope", ""), 0), refresh=False)
        if kind == "authorization_code":
            return self._issue(self._redeem(asked))
        if kind == "refresh_token":
            return self._issue(self._rotate(asked.get("refresh_token", "")))
        if kind == _JWT_BEARER:
            return self._issue(self._stated(asked.get("assertion", "")), refresh=False)
        return _refuse("unsupported_grant_type", f"Not supported: {kind}.")

    def _redeem(self, asked: dict[str, str]) -> Grant:
        grant = self._codes.pop(asked.get("code", ""), None)
        if grant is None or grant.until < self._clock.wall():
            _refuse("invalid_grant", "The code is unknown, used or too old.")
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != grant.challenge:
            _refuse("invalid_grant", "The code verifier does not fit the challenge.")
        if asked.get("redirect_uri") != grant.redirect:
            _refuse("invalid_grant", "redirect_uri is not the one of the sign-in.")
        return grant

    def _stated(self, assertion: str) -> Grant:
        """Return the grant of a statement that the client signed with its secret (RFC 7523, HS256)."""
        stated, _, signature = assertion.rpartition(".")
        digest = hmac.digest(CLIENT_SECRET.encode(), stated.encode(), "sha256")
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != signature:
            _refuse("invalid_grant", "The statement is not signed by the client's secret.")
        claims = json.loads(base64.urlsafe_b64decode(stated.partition(".")[2] + "=="))
        if claims.get("iss") != CLIENT_ID or claims.get("exp", 0) < self._clock.wall():
            _refuse("invalid_grant", "The statement is another's, or too old.")
        return Grant(draw_id(self._rng, 12), claims.get("scope", ""), 0)

    def _rotate(self, token: str) -> Grant:
        """Return the grant of a refresh token and use it up; a second use ends the whole sign-in."""
        if token in self._used:
            self._revoke(self._used[token])
        grant = self._refresh.pop(token, None)
        if grant is None:
            _refuse("invalid_grant", "The refresh token is unknown or was used before.")
        self._used[token] = grant.family
        return grant

    def _revoke(self, family: str) -> None:
        for tokens in (self._access, self._refresh):
            for token in [each for each, grant in tokens.items() if grant.family == family]:
                del tokens[token]

    def _issue(self, grant: Grant, *, refresh: bool = True) -> Answer:
        access = f"access_{draw_id(self._rng, 32)}"
        self._access[access] = Grant(grant.family, grant.scope, self._clock.wall() + self._seconds)
        told = {"access_token": access, "token_type": "bearer", "expires_in": int(self._seconds)}
        if refresh:
            token = f"refresh_{draw_id(self._rng, 32)}"
            self._refresh[token] = grant
            told["refresh_token"] = token
        headers = {"Cache-Control": "no-store", "Content-Type": "application/json"}
        return Answer(told | ({"scope": grant.scope} if grant.scope else {}), headers=headers)


def _credentials(call: Call) -> tuple[str, str] | None:
    """Return id and secret of Basic authentication."""
    scheme, _, word = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        ident, _, secret = base64.b64decode(word, validate=True).decode().partition(":")
    except ValueError:
        return None
    return ident, secret


def _back(redirect: str, words: dict[str, str], asked: dict[str, str]) -> Answer:
    words |= {"state": asked["state"]} if "state" in asked else {}
    mark = "&" if "?" in redirect else "?"
    return Answer(None, 302, {"Location": f"{redirect}{mark}{urlencode(words)}"})


def _refuse(error: str, description: str, status: int = 400) -> NoReturn:
    headers = {"Cache-Control": "no-store", "Content-Type": "application/json"}
    raise Refusal(status, {"error": error, "error_description": description}, headers)
