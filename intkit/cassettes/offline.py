"""The offline guard: no Python-level socket of this process leaves the machine.

It watches the interpreter's own audit events, so it sees every library that uses Python's sockets. It does
not see sockets that a C extension opens by itself, nor other processes.
"""

from __future__ import annotations

import socket
import sys
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from intkit.errors import NetworkBlocked

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyname_ex"}
_ADDRESSES = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_guards: list[object] = []
_watching: list[bool] = []


def block_network() -> None:
    """Refuse every socket beyond loopback from now on, until the process ends."""
    _guards.append(object())
    _watch()


@contextmanager
def offline() -> Iterator[None]:
    """Refuse every socket beyond loopback while the context is open.

    Raises:
        NetworkBlocked: at the attempt; the message names the host.
    """
    guard = object()
    _guards.append(guard)
    _watch()
    try:
        yield
    finally:
        _guards.remove(guard)


def _watch() -> None:
    if not _watching:  # an audit hook cannot be taken away again
        sys.addaudithook(_on_event)
        _watching.append(True)


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    if not _guards or not event.startswith("socket."):
        return
    if event in _NAMES:
        _check(arguments[0])
    elif event in _ADDRESSES and isinstance(arguments[1], tuple):  # a path is a socket on this machine
        _check(arguments[1][0])


def _check(host: object) -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if isinstance(name, str) and not _is_here(name):
        raise NetworkBlocked(
            f"A connection to {name!r} was refused: this process is offline.",
            "Only this machine may be reached while replaying.",
            remedy="Give the client a cassette that holds the answer, or record one first.",
        )


def _is_here(name: str) -> bool:
    if name in ("", "localhost") or name == socket.gethostname():
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
