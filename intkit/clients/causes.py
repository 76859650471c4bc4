"""Why an API says no, or nothing: the likely cause, and the next step."""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from intkit.clients.failures import read_refusal, words_of
from intkit.clients.oauth import TokenAuth
from intkit.clients.sign_in import AuthorizationCode
from intkit.credentials import resolve
from intkit.errors import CredentialError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intkit.clients.connection import Connection

_OVER = re.compile(r"expired|no longer valid|revoked", re.IGNORECASE)
# `scope="a b"` of RFC 6750; else a word in quotes or with a mark inside, so that "scopes are required" names none
_SCOPES = re.compile(
    r"""scopes?(?:="([^"]+)"|["':=\[ ]+(?:(?<=["'])(\w[^"'\]]*)|(\w+(?:[.:/-]\w+)+)))""", re.IGNORECASE
)
_SCOPE_KEY = re.compile(r"scopes?$|^needed$", re.IGNORECASE)
_BAD_KEY = re.compile(
    r"(invalid|wrong|unknown|bad)[ _-]*(api[ _-]*)?(key|token|credential)|(key|token)\b.{1,12}\b(invalid|not valid)",
    re.IGNORECASE,
)
# a no under HTTP 200 by its code and words, and the status that it should have had
_MEANINGS = (
    (
        re.compile(
            r"(missing|insufficient|required).?scope|access.?(denied|error)|forbidden|(no|missing).?permission",
            re.IGNORECASE,
        ),
        403,
    ),
    (
        re.compile(
            r"unauth|not.?authed|invalid.?auth|authenticat|credentials|api.?key"
            r"|(token|session).{0,12}(expired|invalid|revoked)|(expired|invalid|revoked).{0,12}(token|session)",
            re.IGNORECASE,
        ),
        401,
    ),
    (re.compile(r"throttl|rate.?limit|too.?many", re.IGNORECASE), 429),
)


@dataclass(frozen=True)
class Finding:
    """A likely cause and what to do about it, one sentence each."""

    cause: str
    step: str


def explain_refusal(connection: Connection, response: httpx.Response, granted: str = "") -> Finding:
    """Return why an answer is a no.

    Args:
        connection: what was asked.
        response: the answer.
        granted: the scopes of the token that was sent, where they are known.
    """
    status = _meant(response)
    if status == 401:
        return _wrong_key(connection, response)
    if status == 403:
        return _not_allowed(connection, response, granted)
    if status == 404:
        return _wrong_path(connection, response)
    if status == 429:
        return Finding(
            "Too many calls in too short a time.",
            "Wait, then ask for less at once; the kit slows down by itself.",
        )
    if status >= 500:
        return Finding("The fault is on the API's side.", "Try again later; its status page may say more.")
    return Finding(
        "The request is not what the API wants.", f"Compare it with {connection.docs or 'the documentation'}."
    )


def explain_silence(connection: Connection, root: BaseException, error: httpx.TransportError) -> Finding:
    """Return why there is no answer.

    Args:
        connection: what was asked.
        root: the operating system's error, where there is one.
        error: the library's.
    """
    host = connection.host
    if isinstance(root, socket.gaierror):
        return Finding(
            f"No machine goes by the name {host!r}.", "Check the base URL for a misprint, and the network."
        )
    if isinstance(root, ssl.SSLError):
        return Finding(
            f"The certificate of {host!r} is not trusted here.",
            "Behind a company proxy name its CA: connect(…, network=intkit.Network(authority='ca.pem')).",
        )
    if isinstance(root, ConnectionRefusedError):
        return Finding(
            f"{host!r} takes no connections on this port.", "Check the base URL's port, or start the server."
        )
    if isinstance(error, httpx.TimeoutException):
        return Finding(
            f"{host!r} did not answer in time.",
            "Try again; a proxy may be needed: connect(…, network=intkit.Network(proxy='…')).",
        )
    if isinstance(error, httpx.ProxyError):
        return Finding("The proxy refused.", "Check the proxy's address and its rules.")
    return Finding(
        f"The connection to {host!r} broke off ({type(error).__name__}).",
        "Try again; then look at the network.",
    )


def _meant(response: httpx.Response) -> int:
    """Return the status of an answer, or the one that it should have had: 401 for Resend's 403, any under 200."""
    refusal = read_refusal(response)
    said = f"{refusal.code} {refusal.message}"
    if response.status_code in (400, 403) and _BAD_KEY.search(said):
        return 401
    if response.is_error:
        return response.status_code
    return next((status for words, status in _MEANINGS if words.search(said)), response.status_code)


def _wrong_key(connection: Connection, response: httpx.Response) -> Finding:
    said = f"{read_refusal(response).message} {response.headers.get('www-authenticate', '')}"
    if not connection.references():
        return Finding(
            "No key was sent.", "Say how to authenticate: connect(…, auth=intkit.Bearer('env:API_KEY'))."
        )
    if untidy := _untidy(connection):
        return Finding(f"The key in {untidy} begins or ends with a blank or a quote.", "Store it without.")
    if _OVER.search(said):
        return Finding("The key or token was good once, and is over.", _renewal(connection))
    where = connection.references()[-1]
    return Finding(
        f"The key in {where} is not one of this API, or of another account or environment.",
        f"Copy it again from the vendor's pages into {where}.",
    )


def _renewal(connection: Connection) -> str:
    if isinstance(connection.auth, AuthorizationCode):
        return "Sign in again: client.sign_in()."
    if isinstance(connection.auth, TokenAuth):
        return "Fetch a new refresh token from the vendor."
    return f"Make a new one on the vendor's pages, and put it into {connection.references()[-1]}."


def _untidy(connection: Connection) -> str:
    for reference in connection.references():
        try:
            value = resolve(reference)
        except CredentialError:
            continue
        if value != value.strip(" \t\r\n'\""):
            return reference
    return ""


def _not_allowed(connection: Connection, response: httpx.Response, granted: str) -> Finding:
    wanted = _wanted_scope(response)
    has = response.headers.get("x-oauth-scopes") or granted
    if wanted:
        held = f" It has: {has}." if has else ""
        return Finding(
            f"The key is good, but lacks the scope {wanted!r}.{held}",
            _grant(connection, wanted),
        )
    return Finding(
        "The key is good, but may not do this.",
        "Give it the right on the vendor's pages, or use another key.",
    )


def _grant(connection: Connection, scope: str) -> str:
    if isinstance(connection.auth, AuthorizationCode):
        return f"Ask for it, AuthorizationCode(…, scope={scope!r}), and sign in again: client.sign_in()."
    if isinstance(connection.auth, TokenAuth):
        return f"Ask for it, {type(connection.auth).__name__}(…, scope={scope!r}), if the application may have it."
    return f"Give the key the scope {scope!r} on the vendor's pages."


def _wanted_scope(response: httpx.Response) -> str:
    """Return the scope that is missing, from a header, the body's own list (HubSpot, Slack), or the words."""
    if named := response.headers.get("x-accepted-oauth-scopes"):
        return str(named)
    try:
        listed = next(filter(None, _scopes_in(response.json())), "")
    except ValueError:
        listed = ""
    said = f"{response.headers.get('www-authenticate', '')} {read_refusal(response).message}"
    found = _SCOPES.search(said)
    return listed or (next(filter(None, found.groups()), "") if found else "")


def _scopes_in(body: Any) -> Iterator[str]:
    if isinstance(body, list):
        for each in body:
            yield from _scopes_in(each)
    elif isinstance(body, dict):
        for key, value in body.items():
            named = value if isinstance(value, list) else [value]
            if _SCOPE_KEY.search(key) and all(isinstance(each, str) and "/" not in each for each in named):
                yield words_of(", ".join(named))
            else:
                yield from _scopes_in(value)


def _wrong_path(connection: Connection, response: httpx.Response) -> Finding:
    path = response.request.url.path
    doubled = re.match(r"(/[^/]+)\1(/|$)", path)
    if doubled:
        return Finding(
            f"{doubled[1]!r} stands twice in the path: once in the base URL, once in the call.",
            f"Leave {doubled[1]!r} out of one of them.",
        )
    return Finding(
        f"{connection.host!r} has nothing at {path!r}.",
        f"Compare the path with {connection.docs or 'the documentation'}; its version may be missing.",
    )
