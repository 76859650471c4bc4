"""The real network, with routes: where a host's requests go to a practice server on this machine.

A routed request travels to loopback under its real name (`Host` stays, `X-Forwarded-Proto` says https), so
code, cassettes and notebooks only ever see real addresses.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

import httpx

from intkit.errors import ConnectError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_opened: list[dict[str, str]] = []


@contextmanager
def routed(routes: Mapping[str, str]) -> Iterator[None]:
    """Send the requests of some hosts to servers on this machine while the context is open.

    The routes hold for the whole process; where two contexts name one host, the later one wins.

    Args:
        routes: host to loopback address, `{"api.stripe.com": "http://127.0.0.1:8123"}`.

    Raises:
        ConnectError: an address is not on loopback.
    """
    mine = {host.lower(): _loopback(host, address) for host, address in routes.items()}
    _opened.append(mine)
    try:
        yield
    finally:
        _opened[:] = [each for each in _opened if each is not mine]


def current_routes() -> dict[str, str]:
    """Return every route now in force: those of `INTKIT_ROUTES`, then those of open contexts.

    Raises:
        ConnectError: `INTKIT_ROUTES` is not `host=http://127.0.0.1:port`, separated by commas.
    """
    routes = _routes_of_environment(os.environ.get("INTKIT_ROUTES", ""))
    for each in _opened:
        routes |= each
    return routes


class WireTransport(httpx.BaseTransport):
    """The network. A response that came by a route says so in `extensions["routed"]`."""

    def __init__(self) -> None:
        self._network: httpx.BaseTransport | None = None
        self._lock = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to its host, or to where that host is routed."""
        address = current_routes().get(request.url.host)
        response = self._open().handle_request(_rerouted(request, address) if address else request)
        if address:
            response.extensions["routed"] = address
        return response

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        if self._network:
            self._network.close()
            self._network = None

    def _open(self) -> httpx.BaseTransport:
        # Made on first use: loading the certificates takes longer than a whole replayed notebook cell.
        with self._lock:
            self._network = self._network or _Network()
            return self._network


class _Network(httpx.HTTPTransport):
    """httpx's transport with its own way to the network, also while vcrpy has patched httpx's class."""

    handle_request = httpx.HTTPTransport.handle_request


def _rerouted(request: httpx.Request, address: str) -> httpx.Request:
    target = httpx.URL(address)
    url = request.url.copy_with(scheme=target.scheme, host=target.host, port=target.port)
    headers = httpx.Headers(request.headers)
    headers["Host"] = request.url.netloc.decode()
    headers["X-Forwarded-Proto"] = request.url.scheme
    return httpx.Request(
        request.method, url, headers=headers, stream=request.stream, extensions=request.extensions
    )


def _routes_of_environment(text: str) -> dict[str, str]:
    pairs = [pair.strip().partition("=") for pair in text.split(",") if pair.strip()]
    return {host.lower(): _loopback(host, address) for host, _, address in pairs}


def _loopback(host: str, address: str) -> str:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme != "http" or url.host not in _LOOPBACK:
        raise ConnectError(
            f"The route of {host!r} leads to {address!r}, which is not an address on this machine.",
            remedy="Write it like 'api.stripe.com=http://127.0.0.1:8123'.",
        )
    return address.rstrip("/")
