"""Retries with exponential backoff and jitter, on httpx-retries."""

from __future__ import annotations

import copy
import logging
import random
import socket
import ssl
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import TYPE_CHECKING, Self

import httpx
from httpx_retries import Retry, RetryTransport

from intkit.clients.breaker import CircuitOpen
from intkit.clients.failures import api_error, root_of, status_of
from intkit.clients.stats import is_replayed
from intkit.errors import ApiError
from intkit.redaction import blank

if TYPE_CHECKING:
    from intkit.clients.clock import Clock
    from intkit.clients.stats import Stats

_STATUSES = (408, 429, 500, 502, 503, 504)
_METHODS = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE")
_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 20.0
TOLD_SECONDS = 2.0
_LOG = logging.getLogger("intkit")
_EPOCH = 1e9  # 2001 in seconds: no API asks to wait for 31 years
_EPOCH_MILLISECONDS = 1e12


class PatientRetry(Retry):
    """When to try again, and how long to wait before.

    The wait is the vendor's where it names one, else 0.5 s, 1 s, 2 s … with full jitter. Answers from a
    cassette are not waited for; their waits still count towards the deadline, so that a replay gives up
    where the recording did.

    Args:
        total: the most retries of one call.
        stats: where retries and waits are counted.
        clock: waits.
        dry: whether all answers come from a cassette.
    """

    def __init__(self, total: int, stats: Stats, clock: Clock, *, dry: bool = False) -> None:
        super().__init__(
            total=total,
            status_forcelist=_STATUSES,
            allowed_methods=_METHODS,
            retry_on_exceptions=(*Retry.RETRYABLE_EXCEPTIONS, CircuitOpen),
        )
        self._stats = stats
        self._clock = clock
        self._dry = dry
        self.deadline: float | None = None

    def increment(self) -> Self:
        """Return the state of the next attempt."""
        following = copy.copy(self)
        following.attempts_made += 1
        return following

    def is_retryable_exception(self, exception: Exception) -> bool:
        """Return whether another attempt may fare better: not with a wrong name or an untrusted certificate."""
        root = root_of(exception)
        hopeless = isinstance(root, ssl.SSLCertVerificationError) or (
            isinstance(root, socket.gaierror) and root.errno == socket.EAI_NONAME
        )
        return not hopeless and super().is_retryable_exception(exception)

    def sleep(self, response: httpx.Response | Exception) -> None:
        """Wait before the next attempt.

        Raises:
            ApiError: the wait would go beyond the call's deadline.
        """
        wait = self._wait(response)
        if self.deadline is not None and self._clock.elapsed() + self.elapsed_sleep + wait > self.deadline:
            raise _out_of_time(response, self.attempts_made, wait)
        self._stats.add(retries=1)
        if self._dry or (isinstance(response, httpx.Response) and is_replayed(response)):
            self.elapsed_sleep += wait
            return
        if wait >= TOLD_SECONDS:
            _LOG.warning(
                "%s; waiting %.0f s before attempt %d", _story(response), wait, self.attempts_made + 1
            )
        self._stats.add(waited=wait)
        self._clock.sleep(wait)

    def _wait(self, response: httpx.Response | Exception) -> float:
        if isinstance(response, CircuitOpen):
            return response.seconds
        if isinstance(response, httpx.Response):
            named = wait_named_by(response.headers, self._clock.now())
            if named is not None:
                return named
        longest = min(_FIRST_WAIT_SECONDS * 2 ** (self.attempts_made - 1), _LONGEST_WAIT_SECONDS)
        return random.uniform(0, longest)  # noqa: S311 - jitter, no secret


class RetryingTransport(httpx.BaseTransport):
    """Tries again after 408, 429, 5xx and broken connections, where that can do no harm.

    Without harm are GET, HEAD, PUT, DELETE, reads by POST (`extensions["safe"]`), and calls that carry an
    idempotency key.

    Args:
        inner: the next transport.
        retry: when and how long.
        key_header: the header of the vendor's idempotency keys.
        deadline: seconds for one call with all its attempts and waits.
        clock: measures it.
    """

    def __init__(
        self, inner: httpx.BaseTransport, retry: PatientRetry, key_header: str, deadline: float, clock: Clock
    ) -> None:
        self._inner = RetryTransport(transport=inner, retry=retry)
        self._retry = retry
        self._key_header = key_header
        self._deadline = deadline
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request until it is answered or given up."""
        retry = copy.copy(self._retry)
        retry.deadline = self._clock.elapsed() + self._deadline
        if request.extensions.get("safe") or (self._key_header and self._key_header in request.headers):
            retry.allowed_methods = retry.allowed_methods | {request.method}
        request.extensions = {**request.extensions, "retry": retry, "deadline": retry.deadline}
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the next transport."""
        self._inner.close()


def wait_named_by(headers: httpx.Headers, now: float) -> float | None:
    """Return the seconds that an answer asks to wait, None where it names no time.

    Args:
        headers: of the answer; `Retry-After` is read as seconds, a date, or an epoch time (Moneybird).
        now: seconds since 1970 by this machine's clock; the server's own, where it says it, counts more.
    """
    text = headers.get("retry-after", "").strip()
    return seconds_until(text, server_time(headers, now)) if text else None


def server_time(headers: httpx.Headers, now: float) -> float:
    """Return the time by the server's clock as its `Date` says it, in seconds since 1970; else our own."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    except ValueError:
        return now


def seconds_until(text: str, now: float) -> float | None:
    """Return how long until the time that a header names; None where it cannot be read.

    Args:
        text: seconds from now (`30`, `7.28`), epoch seconds, epoch milliseconds, or an HTTP date.
        now: seconds since 1970.
    """
    try:
        number = float(text)
    except ValueError:
        return _until_date(text, now)
    if not isfinite(number):
        return None
    if number > _EPOCH_MILLISECONDS:
        number = number / 1000 - now
    elif number > _EPOCH:
        number -= now
    return max(number, 0.0)


def _until_date(text: str, now: float) -> float | None:
    try:
        return max(parsedate_to_datetime(text).timestamp() - now, 0.0)
    except ValueError:
        return None


def _out_of_time(response: httpx.Response | Exception, attempts: int, wait: float) -> ApiError:
    if isinstance(response, httpx.Response) and response.is_closed:
        error = api_error(response)
    else:
        error = ApiError(f"There was no answer: {type(response).__name__}.")
    return ApiError(
        f"Given up after {attempts} attempt(s): the next is due in {wait:.0f} s, beyond the deadline.",
        error.what,
        *error.facts,
        remedy="Try again later, ask for less at once, or raise intkit.Resilience(deadline=…).",
        status=error.status,
    )


def _story(response: httpx.Response | Exception) -> str:
    """Say in a few words why a call is tried again."""
    if isinstance(response, httpx.Response):
        return (
            f"{response.request.method} {response.request.url.path} was answered with {status_of(response)}"
        )
    return blank(f"{type(response).__name__}: {response}")
