"""connect(): from a vendor's name, an entry of intkit.toml or a base URL to a client."""

from __future__ import annotations

import os
import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from intkit.cassettes import open_cassette
from intkit.cassettes.wire import current_routes
from intkit.clients.auth import Auth
from intkit.clients.client import Client
from intkit.clients.connection import Connection, Environment, match_address
from intkit.clients.entries import read_entry, write_entry
from intkit.credentials import check_reference, resolve
from intkit.errors import ConnectError, nearest, shorten
from intkit.files import read_text, write_atomic
from intkit.project import project_root, read_settings
from intkit.vendors import find_vendor, vendor_at

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from intkit.cassettes import Cassette

MODES = ("replay", "record", "refresh", "live")
_WORDS = ("cassette", "mode", "key", "environment", "transport")
_SANDBOX = "sandbox"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def connect(
    target: str,
    *,
    cassette: str | None = None,
    mode: str | None = None,
    key: str | None = None,
    environment: str | None = None,
    transport: httpx.BaseTransport | None = None,
    **described: Any,
) -> Client:
    """Return a client for an API.

    Args:
        target: a vendor's name, `stripe`, the name of an entry in intkit.toml, or a base URL.
        cassette: the name of a recording, `stripe/charges`.
        mode: `replay`, `record`, `refresh` or `live`. The environment's INTKIT_MODE wins; without either it
            is replay where a cassette is named, else live.
        key: a reference to the key, `env:STRIPE_API_KEY`, where it is not the usual one.
        environment: which of the API's worlds, `test` or `live`; a live one has to be named. `sandbox` is the
            practice server on this machine, and nothing else.
        transport: takes the place of the network, for tests.
        described: what else is known of the API, in the words of `Connection`: auth, headers, paging …;
            and what the base URL leaves open, `dc="us19"`.

    Raises:
        ConnectError: the target, mode or environment is unknown, or replay is asked for without a cassette.
        CredentialError: the key is not set, or written out in full.
        CassetteError: the recording is missing or damaged.
    """
    chosen = _mode(mode, cassette)
    replayed = _open(cassette, chosen) if chosen == "replay" else None
    connection = _describe(target, described, replayed)
    connection, world = _in_environment(connection, environment)
    if key is not None:
        connection = _with_key(connection, key)
    if chosen != "replay":
        keys = [resolve(reference) for reference in connection.references()]
        if transport is None and connection.host not in (*current_routes(), *_LOOPBACK):
            _check_world(connection, keys, environment, world)
    opened = replayed or _open(cassette, chosen)  # to record only after all is in order
    return Client(connection, mode=chosen, cassette=opened, transport=transport)


def save_connection(client: Client, name: str) -> Path:
    """Add a client's connection to intkit.toml as `[connections.NAME]`, and return the file's path.

    How lists are paged is pinned: as it was found out in the client's last fetch, where it was not said.

    Raises:
        ConnectError: there is an entry of that name, or a part of the connection is code of one's own.
    """
    if name in _entries():
        raise ConnectError(
            f"intkit.toml has a connection {name!r} already.", remedy="Edit it there, or choose another name."
        )
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ConnectError(f"{name!r} cannot name a connection.", remedy="Use letters, digits, `_` and `-`.")
    path = project_root() / "intkit.toml"
    before = read_text(path).rstrip() + "\n\n" if path.is_file() else ""
    return write_atomic(path, before + write_entry(name, replace(client.connection, paging=client.paging)))


def _entries() -> dict[str, Any]:
    entries = read_settings().get("connections", {})
    return entries if isinstance(entries, dict) else {}


def _open(name: str | None, mode: str) -> Cassette | None:
    """Open the cassette, where one is named and the mode has a use for it."""
    return None if name is None or mode == "live" else open_cassette(name, mode=mode)


def _describe(target: str, described: dict[str, Any], cassette: Cassette | None) -> Connection:
    """Return the connection of an entry, a vendor or an address, with what the call adds to it."""
    if not isinstance(target, str):
        raise ConnectError(
            f"connect() needs a name or an address, not {shorten(target)}.", remedy="Write connect('stripe')."
        )
    if "://" in target:
        return _completed(_of_address(target), described)
    connection, places = _known(target)
    recorded = _recorded_places(connection.base_url, cassette) if cassette else {}
    return _completed(connection, {**recorded, **places, **described})


def _known(target: str) -> tuple[Connection, dict[str, Any]]:
    """Return the connection of an entry or a vendor, and what the entry fills into the base URL."""
    entry = _entries().get(target)
    if not isinstance(entry, dict):
        return find_vendor(target, also=_entries()), {}
    words = {word: value for word, value in entry.items() if word != "vendor"}
    base = find_vendor(entry.get("vendor", target)) if "base_url" not in words or "vendor" in entry else None
    start = base or Connection(name=target, base_url="")
    places = {word: words.pop(word) for word in _open_places(start.base_url) if word in words}
    connection = replace(start, name=target)
    if "key" in words:
        connection = _with_key(connection, str(words.pop("key")))
    return read_entry(words, connection), places


def _of_address(target: str) -> Connection:
    described = Connection(name=target, base_url=target)
    try:
        address = urlsplit(target)
    except ValueError:
        address = urlsplit("")
    if address.scheme not in ("http", "https") or not address.hostname or re.search(r"\s", target):
        raise ConnectError(
            f"{shorten(target)} is not a base URL.", remedy="Write it like 'https://api.example.com/v1'."
        )
    known = vendor_at(target)  # a live world stays one, however it is addressed
    worlds = find_vendor(known[0]).environments if known else {}
    return replace(described, environments=worlds)


def _completed(connection: Connection, described: dict[str, Any]) -> Connection:
    """Fill in the words of `Connection`, and the open places of the base URL."""
    base_url = str(described.get("base_url", connection.base_url))
    places = _open_places(base_url)
    known = [each.name for each in fields(Connection)]
    for word in described:
        if word not in (*known, *places):
            raise ConnectError(
                f"connect() knows no {word!r}.{nearest(word, [*known, *places, *_WORDS])}",
                remedy="Its words are those of intkit.Connection.",
            )
    for place in places:
        if not re.fullmatch(r"[A-Za-z0-9-]+", str(described.get(place, ""))):
            raise ConnectError(
                f"{connection.name!r} has its own address for each account: {base_url}",
                remedy=f"Say which, in letters and digits: connect({connection.name!r}, {place}='…').",
            )
    words = {word: value for word, value in described.items() if word not in places}
    return replace(connection, **{**words, "base_url": base_url.format_map(described)})


def _recorded_places(base_url: str, cassette: Cassette) -> dict[str, str]:
    """Return what stood in the open places of the base URL when the cassette was recorded."""
    return next(filter(None, (match_address(base_url, each.request.url) for each in cassette.exchanges)), {})


def _open_places(base_url: str) -> list[str]:
    return re.findall(r"{(\w+)}", base_url)


def _in_environment(connection: Connection, name: str | None) -> tuple[Connection, Environment | None]:
    """Return the connection as it is in one of its environments; without a name in the first."""
    worlds = connection.environments
    if name == _SANDBOX and name not in worlds:
        return connection, Environment()
    if name is not None and name not in worlds:
        raise ConnectError(
            f"{connection.name!r} has no environment {name!r}.{nearest(name, worlds)}",
            remedy=f"It has: {', '.join((*worlds, _SANDBOX))}.",
        )
    if not worlds:
        return connection, None
    world = worlds[name or next(iter(worlds))]
    there = replace(connection, base_url=world.base_url or connection.base_url)
    return (_with_key(there, world.key) if world.key else there), world


def _with_key(connection: Connection, key: str) -> Connection:
    suggestion = next(iter(connection.references()), "env:API_KEY")
    check_reference(key, suggestion)
    if not isinstance(connection.auth, Auth):
        raise ConnectError("key= needs a way to use it.", remedy="Give the key to the auth object itself.")
    return replace(connection, auth=connection.auth.with_key(key))


def _check_world(
    connection: Connection, keys: list[str], named: str | None, world: Environment | None
) -> None:
    """Find out before the first request that this would be the live world, or the key is another world's."""
    if named == _SANDBOX and world == Environment():
        raise ConnectError(
            f"The practice server of {connection.name!r} is not running, and nothing else shall be asked.",
            remedy=f"Open it, `with intkit.Sandbox({connection.name!r}):`, "
            "or set INTKIT_ROUTES as `intkit sandbox` prints it.",
        )
    if world and world.live and named is None:
        raise _must_be_named(
            connection, next(name for name, each in connection.environments.items() if each is world)
        )
    for name, other in connection.environments.items():
        strange = other is not world and other.key_pattern
        if strange and any(re.match(other.key_pattern, key) for key in keys):
            if other.live:
                raise _must_be_named(connection, name)
            raise ConnectError(
                f"The key is one of the environment {name!r} of {connection.name!r}.",
                remedy=f"Name that environment, or give another key: connect(…, environment={name!r}).",
            )


def _must_be_named(connection: Connection, name: str) -> ConnectError:
    return ConnectError(
        f"This would reach the live environment of {connection.name!r}, {connection.host}.",
        "Live means real customers, mail or money; so it has to be said.",
        remedy=f"If that is meant: connect({connection.name!r}, …, environment={name!r}).",
    )


def _mode(asked: str | None, cassette: str | None) -> str:
    """Return the mode: the environment's, else the call's, else replay where a cassette is named."""
    mode = os.environ.get("INTKIT_MODE") or asked or ("replay" if cassette else "live")
    if mode not in MODES:
        raise ConnectError(
            f"There is no mode {mode!r}.{nearest(mode, MODES)}", remedy=f"Modes: {', '.join(MODES)}."
        )
    if cassette is None and mode != "live":
        raise ConnectError(
            f"Mode {mode!r} needs a cassette, and none is named.",
            remedy="Name one, connect(…, cassette='stripe/charges'), or use mode='live'.",
        )
    return mode
