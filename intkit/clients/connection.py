"""What is known about an API, in one frozen description; every way to connect ends in one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any
from urllib.parse import urlsplit

import httpx

from intkit.clients.auth import Auth, NoAuth
from intkit.clients.paging import Paginator
from intkit.clients.rates import Rate, check_number
from intkit.errors import ConnectError, CredentialError, shorten

SECRET_HEADER = re.compile(r"^(proxy-)?authorization$|(^|[-_])(\w*key|\w*token|\w*secret)$", re.IGNORECASE)


@dataclass(frozen=True)
class Resilience:
    """How much trouble a client rides out.

    Attributes:
        retries: the most further attempts of one call.
        timeout: seconds for connecting, and for each read of one attempt.
        deadline: seconds for one call with all its attempts and waits.
        rate: the declared rate limit; None for none but what the vendor's headers say.
        stale_for: seconds for which a last good answer may stand in when the origin is down; 0 is never.
        longest_body: the most bytes of an answer.
    """

    retries: int = 10
    timeout: float = 30.0
    deadline: float = 120.0
    rate: Rate | None = None
    stale_for: float = 0.0
    longest_body: int = 100_000_000

    def __post_init__(self) -> None:
        for word, least in (
            ("retries", 0),
            ("timeout", 0.001),
            ("deadline", 0.001),
            ("stale_for", 0),
            ("longest_body", 1),
        ):
            check_number(f"Resilience.{word}", getattr(self, word), least)
        if not isinstance(self.rate, Rate | None):
            raise ConnectError(
                f"Resilience.rate is {shorten(self.rate)}.", remedy="Write it like rate=intkit.Rate(10, 1.0)."
            )


@dataclass(frozen=True)
class Network:
    """What stands between this machine and the API.

    Attributes:
        proxy: its address; empty is the system's own setting.
        authority: a file with the certificates of an own CA, PEM.
        certificate: a file with a client certificate and its key, PEM.
    """

    proxy: str = ""
    authority: str = ""
    certificate: str = ""


@dataclass(frozen=True)
class Environment:
    """One of an API's worlds: sandbox, test, live.

    Attributes:
        base_url: its own, where it has one.
        key: its own key's reference, where it has one.
        live: whether real money, mail or customers hang on it; such a one has to be named.
        key_pattern: a regular expression for how its keys begin, `sk_live_`; empty where they do not tell.
    """

    base_url: str = ""
    key: str = ""
    live: bool = False
    key_pattern: str = ""


@dataclass(frozen=True)
class Connection:
    """An API as the kit knows it.

    Attributes:
        name: as in `connect(name)`.
        base_url: what every path is put behind; `{…}` in it is filled from the call's keyword arguments.
        auth: how a request proves who sends it: an `Auth` of the kit, or any `httpx.Auth`.
        headers: sent with every request; the vendor's version header among them.
        paging: how lists are handed out; None is found out from the first answer.
        at: where records stand in an answer; empty is found out as well.
        hosts: hosts beside the base URL's own that may be asked, and may see the credentials.
        environments: by name; empty where an API has only one.
        idempotency: the header of idempotency keys, empty where the API has none.
        check: the path of one cheap call, for the doctor.
        graphql: the path that GraphQL is posted to, empty where there is none.
        resilience: how much trouble it rides out.
        network: proxy and certificates.
        docs: where the API is documented.
    """

    name: str
    base_url: str
    auth: Auth | httpx.Auth = field(default_factory=NoAuth)
    headers: Mapping[str, str] = field(default_factory=dict)
    paging: Paginator | None = None
    at: str = ""
    hosts: tuple[str, ...] = ()
    environments: Mapping[str, Environment] = field(default_factory=dict)
    idempotency: str = ""
    check: str = ""
    graphql: str = ""
    resilience: Resilience = field(default_factory=Resilience)
    network: Network = field(default_factory=Network)
    docs: str = ""

    def __post_init__(self) -> None:
        self._check_words()
        self._check_address()
        for name in self.headers:
            if SECRET_HEADER.search(name):
                raise CredentialError(
                    f"The header {name!r} holds a key that is written out.",
                    remedy=f"Give it by reference: auth=intkit.HeaderKey('env:API_KEY', header={name!r}).",
                )

    def _check_words(self) -> None:
        """Say at once what would only fail at the first request.

        Raises:
            ConnectError: a word holds something of another kind.
        """
        for word, (kinds, example) in _WORDS.items():
            value = getattr(self, word)
            if not isinstance(value, kinds):
                made = f"the class {value.__name__} itself" if isinstance(value, type) else shorten(value)
                if word in ("auth", "headers"):  # may be a key, written out
                    made = f"of the type {type(value).__name__}"
                raise ConnectError(
                    f"{word}= of {self.name!r} is {made}, which cannot be used.",
                    remedy=f"Write it like {word}={example}.",
                )

    def _check_address(self) -> None:
        """Refuse what a base URL cannot hold; it may be a key, and is not repeated.

        Raises:
            ConnectError: there is a user name, a query or a fragment in it.
        """
        extras = {"a user name": r"^\w+://[^/?#]*@", "a query": r"\?", "a fragment": "#"}
        for extra, pattern in extras.items():
            if re.search(pattern, self.base_url):
                raise ConnectError(
                    f"The base URL holds {extra}.",
                    remedy="Write it like 'https://api.example.com/v1'; keys are given by reference, "
                    "and params to .records().",
                )

    @property
    def host(self) -> str:
        """The host of the base URL."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The hosts that may be asked, and may see the credentials."""
        return (self.host, *self.hosts)

    def trusts(self, scheme: str, host: str) -> bool:
        """Return whether an address may see the credentials: a host of its own, and never in clear instead of TLS."""
        secure = scheme == "https" or not self.base_url.startswith("https:")
        return secure and host in self.allowed_hosts

    def references(self) -> tuple[str, ...]:
        """Return the references of the secrets that it needs."""
        return self.auth.references() if isinstance(self.auth, Auth) else ()


_TEXT = (str, "'…'")
# word: what it may hold, and how to write it
_WORDS: dict[str, tuple[Any, str]] = {
    "base_url": (str, "'https://api.example.com/v1'"),
    "auth": ((Auth, httpx.Auth), "intkit.Bearer('env:API_KEY')"),
    "headers": (Mapping, "{'Api-Version': '2'}"),
    "paging": ((Paginator, NoneType), "intkit.LinkHeader()"),
    "at": _TEXT,
    "hosts": ((tuple, list), "('files.example.com',)"),
    "environments": (Mapping, "{'live': intkit.Environment(live=True)}"),
    "idempotency": _TEXT,
    "check": _TEXT,
    "graphql": _TEXT,
    "resilience": (Resilience, "intkit.Resilience(retries=3)"),
    "network": (Network, "intkit.Network(proxy='http://proxy:8080')"),
    "docs": _TEXT,
}


def match_address(base_url: str, url: str) -> dict[str, str] | None:
    """Return what stands in the open places of a base URL, `{dc}`, in a URL below it; None where it is not."""
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[A-Za-z0-9-]+)", re.escape(base_url))
    found = re.match(rf"{pattern}(?![\w.-])", url)
    return found.groupdict() if found else None
