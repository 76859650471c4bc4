"""Signing in by browser: authorization code with PKCE (RFC 6749 4.1, 7636, 8252), from a notebook."""

from __future__ import annotations

import secrets
import time
import webbrowser
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from intkit.cassettes.wire import current_routes
from intkit.clients.failures import api_error
from intkit.clients.network import BorrowedTransport
from intkit.clients.oauth import RefreshToken
from intkit.credentials import is_reference, resolve
from intkit.errors import ConnectError, CredentialError

if TYPE_CHECKING:
    from intkit.clients.oauth import Post, Token

_WAIT_SECONDS = 180.0
_FAREWELL = b"<!doctype html><meta charset=utf-8><title>Signed in</title><p>You can close this page."


@dataclass(frozen=True, kw_only=True)
class AuthorizationCode(RefreshToken):
    """A person signs in once by browser; what is kept is the refresh token.

    Args:
        authorize_url: the page where the person signs in.
        port: of the address on this machine that the browser comes back to, `http://127.0.0.1:PORT/`; it has
            to be registered with the vendor.
    """

    authorize_url: str
    port: int = 8765

    def references(self) -> tuple[str, ...]:
        """Return the application's references; the token is there only after the first sign-in."""
        return tuple(each for each in super().references() if each != self.refresh_token)

    def form(self, now: float) -> dict[str, str]:
        """Return the refresh grant.

        Raises:
            CredentialError: nobody has signed in yet.
        """
        try:
            return super().form(now)
        except CredentialError as error:
            raise CredentialError(
                f"Nobody has signed in yet: {self.refresh_token!r} holds no token.",
                error.what,
                remedy="Sign in once, in a notebook or terminal: client.sign_in().",
            ) from None


class SignIn:
    """One attempt to sign in: its address, and what comes back.

    Args:
        auth: the way to authenticate.
        client_id: the application's id.
    """

    def __init__(self, auth: AuthorizationCode, client_id: str) -> None:
        self._auth = auth
        self._verifier = secrets.token_urlsafe(64)
        self._state = secrets.token_urlsafe(24)
        self._redirect = f"http://127.0.0.1:{auth.port}/"
        challenge = urlsafe_b64encode(sha256(self._verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": self._redirect,
            "scope": auth.scope,
            "state": self._state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(auth.authorize_url).query else "?"
        self.url = (
            auth.authorize_url + joint + urlencode({name: value for name, value in query.items() if value})
        )

    def wait(self, seconds: float) -> str:
        """Show the page, and return the address that the browser comes back to.

        Raises:
            ConnectError: it does not come back, or the port is taken.
        """
        try:
            server = _Landing(("127.0.0.1", self._auth.port), _Visit)
        except OSError:
            raise ConnectError(
                f"Port {self._auth.port} is taken by another program.",
                remedy="Close it, or paste the address by hand: client.sign_in(paste=True).",
            ) from None
        with server:
            webbrowser.open(self.url)
            came_back = server.wait(seconds)
        if came_back is None:
            raise ConnectError(
                f"The browser did not come back within {seconds:.0f} s.",
                remedy="On another machine than the browser's: client.sign_in(paste=True).",
            )
        return came_back

    def finish(self, came_back: str, post: Post, now: float) -> Token:
        """Turn what came back into a token, and keep the refresh token.

        Args:
            came_back: the address that the browser came back to, or the code alone.
            post: sends a form to the token endpoint.
            now: seconds since 1970.

        Raises:
            ConnectError: the person said no, or the answer belongs to another attempt.
            ApiError: the token endpoint said no.
        """
        grant = {
            "grant_type": "authorization_code",
            "code": self._code(came_back.strip()),
            "redirect_uri": self._redirect,
            "code_verifier": self._verifier,
        }
        return self._auth.fetch(post, now, grant)

    def _code(self, came_back: str) -> str:
        if "=" not in came_back:
            return came_back
        query = {name: values[0] for name, values in parse_qs(urlsplit(came_back).query).items()}
        if "error" in query:
            raise ConnectError(
                f"The sign-in was refused: {query.get('error_description', query['error'])!r}.",
                remedy="Sign in again and agree, or ask for less with scope=….",
            )
        if query.get("state") != self._state or "code" not in query:
            raise ConnectError(
                "What came back does not belong to this sign-in.",
                remedy="Call client.sign_in() again, and use the newest page only.",
            )
        return query["code"]


class _Landing(HTTPServer):
    """Where the browser comes back to."""

    came_back: str | None = None

    def wait(self, seconds: float) -> str | None:
        over = time.monotonic() + seconds
        while self.came_back is None and (left := over - time.monotonic()) > 0:
            self.timeout = left
            self.handle_request()
        return self.came_back


class _Visit(BaseHTTPRequestHandler):
    """One request of the browser; it may ask for an icon as well."""

    server: _Landing

    def do_GET(self) -> None:
        if "?" in self.path:
            self.server.came_back = self.path
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(_FAREWELL)

    def log_message(self, *_: object) -> None:
        """Say nothing: the address holds the code."""


def sign_in(
    auth: AuthorizationCode, post: Post, network: httpx.BaseTransport, now: float, *, paste: bool
) -> Token:
    """Let a person sign in, and keep the refresh token. A practice server lets everybody in, without a browser.

    Args:
        auth: the way to authenticate.
        post: sends a form to the token endpoint.
        network: leads to the practice server, where the page is routed to one.
        now: seconds since 1970.
        paste: ask for the address by hand, where the browser cannot reach this machine.
    """
    attempt = SignIn(auth, resolve(auth.client_id) if is_reference(auth.client_id) else auth.client_id)
    if urlsplit(auth.authorize_url).hostname in current_routes():
        return attempt.finish(_visit(attempt.url, network), post, now)
    print(f"Sign in at:\n{attempt.url}")  # noqa: T201 - the person has to see it
    came_back = _pasted() if paste else attempt.wait(_WAIT_SECONDS)
    return attempt.finish(came_back, post, now)


def _visit(page: str, network: httpx.BaseTransport) -> str:
    """Return the address that a practice server sends the browser back to."""
    with httpx.Client(transport=BorrowedTransport(network)) as browser:
        answer = browser.get(page)
    if answer.is_error:
        raise api_error(answer)
    return str(answer.headers.get("location", ""))


def _pasted() -> str:
    try:
        return input("Paste the address of the page that you end on: ")
    except (EOFError, NotImplementedError):  # no terminal; a notebook that runs headless
        raise ConnectError(
            "Nobody is here to paste the address.",
            remedy="Sign in where somebody is; the refresh token is kept.",
        ) from None
