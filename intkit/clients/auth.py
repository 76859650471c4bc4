"""How a request proves who sends it. Keys are references (`env:NAME`), looked up at the moment of use.

Subclass `Auth` and write `stamp` for an API of your own kind; any `httpx.Auth` will do as well.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import httpx

from intkit.credentials import check_reference, is_reference, resolve, secret_name

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


class Auth:
    """A frozen description of a way to authenticate."""

    def carriers(self) -> tuple[str, ...]:
        """Return the headers that hold the proof; they never go to another host."""
        return ("Authorization",)

    def references(self) -> tuple[str, ...]:
        """Return the references of the secrets that it needs."""
        return ()

    def with_key(self, key: str) -> Auth:
        """Return the same with another key, given by reference; where there was none, a bearer."""
        return Bearer(key)

    def stamp(self, request: httpx.Request, secret: Callable[[str], str]) -> None:
        """Put the proof on the request.

        Args:
            request: is changed in place.
            secret: gives the secret of a reference; its placeholder in replay.
        """


@dataclass(frozen=True)
class NoAuth(Auth):
    """No proof at all: a public API."""


@dataclass(frozen=True)
class Keyed(Auth):
    """One key.

    Args:
        key: its reference.
    """

    key: str

    def __post_init__(self) -> None:
        check_reference(self.key)

    def references(self) -> tuple[str, ...]:
        """Return the key's reference."""
        return (self.key,)

    def with_key(self, key: str) -> Auth:
        """Return the same with another key."""
        return replace(self, key=key)


@dataclass(frozen=True)
class Bearer(Keyed):
    """`Authorization: Bearer KEY`, or another word than Bearer."""

    word: str = "Bearer"

    def stamp(self, request: httpx.Request, secret: Callable[[str], str]) -> None:
        """Set the header."""
        request.headers["Authorization"] = f"{self.word} {secret(self.key)}"


@dataclass(frozen=True)
class Basic(Keyed):
    """User name and password (RFC 7617, UTF-8).

    Args:
        key: the password's reference.
        user: the user name, plain or by reference.
        key_is_user: the key stands as the user name, and there is no password.
    """

    user: str = ""
    key_is_user: bool = False

    def references(self) -> tuple[str, ...]:
        """Return the password's reference, and the user's where it is one."""
        return (self.key, self.user) if is_reference(self.user) else (self.key,)

    def stamp(self, request: httpx.Request, secret: Callable[[str], str]) -> None:
        """Set the header."""
        user = secret(self.user) if is_reference(self.user) else self.user
        pair = f"{secret(self.key)}:" if self.key_is_user else f"{user}:{secret(self.key)}"
        request.headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"


@dataclass(frozen=True)
class HeaderKey(Keyed):
    """A key in a header of the vendor's own, `X-Api-Key: KEY`."""

    header: str = "X-Api-Key"

    def carriers(self) -> tuple[str, ...]:
        """Return the vendor's header."""
        return (self.header,)

    def stamp(self, request: httpx.Request, secret: Callable[[str], str]) -> None:
        """Set the header."""
        request.headers[self.header] = secret(self.key)


@dataclass(frozen=True)
class QueryKey(Keyed):
    """A key in the query, `?api_token=KEY`."""

    param: str = "api_key"

    def stamp(self, request: httpx.Request, secret: Callable[[str], str]) -> None:
        """Set the parameter."""
        request.url = request.url.copy_set_param(self.param, secret(self.key))


class Stamping(httpx.Auth):
    """The httpx side of an `Auth`: stamps requests to the connection's own hosts, and no others.

    Args:
        auth: what to stamp with.
        trusts: says of a scheme and a host whether they may see the credentials.
        secret: gives the secret of a reference.
    """

    requires_request_body = True  # for those that sign it

    def __init__(
        self, auth: Auth, trusts: Callable[[str, str], bool], secret: Callable[[str], str] = resolve
    ) -> None:
        self._auth = auth
        self._trusts = trusts
        self._secret = secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Stamp the request."""
        if self._trusts(request.url.scheme, request.url.host):
            self._auth.stamp(request, self._secret)
        yield request


def placeholder(reference: str) -> str:
    """Return what stands for a secret in replay: the mark that redaction leaves in a cassette."""
    return f"<{secret_name(reference)}>"
