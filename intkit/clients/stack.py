"""The transports of a client, one in the other.

ids → last known good → retries → rate limit → breaker → measuring → recording → bounds → network. Recording
is innermost, so that a cassette holds what really came, 429 and 503 included. In replay nothing waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intkit.cassettes import RecordingTransport
from intkit.clients.bounds import BoundingTransport
from intkit.clients.breaker import BreakerTransport
from intkit.clients.fallback import FallbackTransport
from intkit.clients.ids import IdentifyingTransport
from intkit.clients.rates import RateLimitingTransport
from intkit.clients.retries import PatientRetry, RetryingTransport
from intkit.clients.stats import MeasuringTransport

if TYPE_CHECKING:
    import httpx

    from intkit.cassettes import Cassette
    from intkit.clients.clock import Clock
    from intkit.clients.connection import Connection
    from intkit.clients.stats import Stats


def token_network(
    connection: Connection, wire: httpx.BaseTransport, stats: Stats, clock: Clock
) -> httpx.BaseTransport:
    """Return the way to the token endpoint: the network, with retries where the call may be sent again."""
    patience = connection.resilience
    retry = PatientRetry(patience.retries, stats, clock)
    bounded = BoundingTransport(wire, patience.longest_body, clock)
    return RetryingTransport(bounded, retry, "", patience.deadline, clock)


def build_stack(
    connection: Connection,
    wire: httpx.BaseTransport,
    cassette: Cassette | None,
    stats: Stats,
    clock: Clock,
    *,
    dry: bool,
) -> httpx.BaseTransport:
    """Return the outermost transport.

    Args:
        connection: says how much trouble is ridden out.
        wire: the network.
        cassette: where exchanges are kept; None for nowhere.
        stats: what is counted.
        clock: waits and measures.
        dry: replay: all answers come from the cassette, so limits and breaker have nothing to spare.
    """
    patience = connection.resilience
    inner: httpx.BaseTransport = BoundingTransport(wire, patience.longest_body, clock)
    if cassette is not None:
        inner = RecordingTransport(cassette, inner)
    inner = MeasuringTransport(inner, stats, clock)
    if not dry:
        inner = BreakerTransport(inner, stats, clock)
        inner = RateLimitingTransport(inner, patience.rate, stats, clock)
    retry = PatientRetry(patience.retries, stats, clock, dry=dry)
    inner = RetryingTransport(inner, retry, connection.idempotency, patience.deadline, clock)
    if patience.stale_for and not dry:
        inner = FallbackTransport(inner, patience.stale_for, stats, clock)
    return IdentifyingTransport(inner, connection.idempotency)
