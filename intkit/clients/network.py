"""The way to the network: the kit's wire, or one with a proxy and certificates of its own."""

from __future__ import annotations

import ssl
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

import httpx

from intkit.cassettes.wire import WireTransport, current_routes
from intkit.errors import ConnectError

if TYPE_CHECKING:
    from intkit.clients.connection import Network


class NetworkTransport(httpx.BaseTransport):
    """Sends requests through a proxy, with an own CA or a client certificate, where there are such.

    Requests that are routed to a practice server go straight to it.

    Args:
        network: what stands between.

    Raises:
        ConnectError: a certificate file cannot be read.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._wire = WireTransport()
        self._context = _tls(network)
        self._own: dict[str, httpx.HTTPTransport] = {}
        self._lock = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request by the right way."""
        host = request.url.host
        if host in current_routes():
            return self._wire.handle_request(request)
        proxy = self._proxy(request.url.scheme, host)
        if not proxy and self._context is None:
            return self._wire.handle_request(request)
        with self._lock:
            if proxy not in self._own:
                self._own[proxy] = httpx.HTTPTransport(verify=self._context or True, proxy=proxy or None)
        return self._own[proxy].handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()
        for each in self._own.values():
            each.close()

    @cached_property
    def _system_proxies(self) -> dict[str, str]:
        return getproxies()

    def _proxy(self, scheme: str, host: str) -> str:
        if self._network.proxy:
            return self._network.proxy
        proxy = self._system_proxies.get(scheme) or self._system_proxies.get("all", "")
        return "" if not proxy or proxy_bypass(host) else proxy


class BorrowedTransport(httpx.BaseTransport):
    """A transport for a client that ends before the transport does.

    Args:
        inner: stays open.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request."""
        return self._inner.handle_request(request)


def _tls(network: Network) -> ssl.SSLContext | None:
    """Return a context with the own certificates, None where there are none."""
    if not (network.authority or network.certificate):
        return None
    try:
        context = ssl.create_default_context(cafile=network.authority or None)
        if network.certificate:
            context.load_cert_chain(network.certificate)
    except OSError as error:
        raise ConnectError(
            f"The certificates cannot be read: {error.strerror or type(error).__name__}.",
            f"authority={network.authority!r}, certificate={network.certificate!r}",
            remedy="Give PEM files; the client certificate's file holds its key as well.",
        ) from None
    return context
