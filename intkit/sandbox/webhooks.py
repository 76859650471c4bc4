"""The outbox: what vendors push to addresses on this machine, with their signatures and their retries."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from intkit.errors import SandboxError
from intkit.sandbox.signatures import Push

if TYPE_CHECKING:
    from intkit.sandbox.clock import Clock
    from intkit.sandbox.faults import Faults
    from intkit.sandbox.vendor import Vendor

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_PATIENCE = 15.0  # seconds that a receiver has, Mollie's number for all
_LATE = 5.0


@dataclass(frozen=True)
class Notice:
    """One event as it is pushed: its kind, its id, its exact bytes."""

    kind: str
    ident: str
    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True)
class Subscription:
    """Who wants to hear of a vendor's events; no kinds means all."""

    vendor: str
    url: str
    secret: str
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Delivery:
    """A notice on its way to one address; `attempt` counts from 1, `due` is wall time."""

    vendor: Vendor
    notice: Notice
    url: str
    secret: str
    due: float
    attempt: int = 1


@dataclass(frozen=True)
class Attempt:
    """What became of one attempt: the receiver's status, or None where no answer came."""

    vendor: str
    kind: str
    ident: str
    url: str
    attempt: int
    status: int | None


class Outbox:
    """Deliveries that wait for their time. The sandbox flushes it all the time; a test may do so itself.

    Faults of the vendor's plan strike here too: `webhook_lost`, `webhook_twice`, and `webhook_late`, which lets
    later events overtake one.
    """

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self.attempts: list[Attempt] = []
        self._clock = clock
        self._faults = faults
        self._subscriptions: list[Subscription] = []
        self._waiting: list[Delivery] = []
        self._lock = threading.Lock()
        self._sending = threading.Lock()

    def subscribe(self, vendor: str, url: str, secret: str, kinds: frozenset[str] = frozenset()) -> None:
        """Push the vendor's events of these kinds (all when there are none) to an address on this machine.

        Raises:
            SandboxError: the address is elsewhere.
        """
        if not is_local(url):
            raise SandboxError(
                f"Webhooks are not sent to {url!r}.",
                remedy="Give an address on this machine: http://127.0.0.1:9000/webhooks.",
            )
        self.unsubscribe(vendor, url)
        self._subscriptions.append(Subscription(vendor, url, secret, kinds))

    def unsubscribe(self, vendor: str, url: str) -> None:
        """Push no more to this address."""
        self._subscriptions = [
            each for each in self._subscriptions if (each.vendor, each.url) != (vendor, url)
        ]

    def tell(self, vendor: Vendor, notice: Notice) -> None:
        """Queue a notice for everyone who wants to hear of it."""
        for each in self._subscriptions:
            if each.vendor == vendor.name and (not each.kinds or notice.kind in each.kinds):
                self.send(vendor, notice, each.url, each.secret)

    def send(self, vendor: Vendor, notice: Notice, url: str, secret: str = "") -> None:
        """Queue a notice for one address; one beyond this machine is let fall."""
        if not is_local(url):
            return
        kinds = {fault.kind for fault in self._faults.due_webhooks(vendor.name)}
        late = _LATE if "webhook_late" in kinds else 0.0
        delivery = Delivery(vendor, notice, url, secret, self._clock.wall() + vendor.schedule[0] + late)
        copies = 0 if "webhook_lost" in kinds else 2 if "webhook_twice" in kinds else 1
        with self._lock:
            self._waiting += [delivery] * copies

    def flush(self) -> int:
        """Send what is due, in the order in which it came to be due, and return how many attempts that were."""
        with self._sending:
            due = self._take_due()
            for delivery in due:
                self._attempt(delivery)
            return len(due)

    def _take_due(self) -> list[Delivery]:
        now = self._clock.wall()
        with self._lock:
            due = [each for each in self._waiting if each.due <= now]
            self._waiting = [each for each in self._waiting if each.due > now]
        return sorted(due, key=lambda each: each.due)

    def _attempt(self, delivery: Delivery) -> None:
        vendor, notice = delivery.vendor, delivery.notice
        push = Push(delivery.url, notice.ident, self._clock.wall(), notice.body)
        headers = {"Content-Type": notice.content_type} | vendor.signed(delivery.secret, push)
        try:
            answer = httpx.post(delivery.url, content=notice.body, headers=headers, timeout=_PATIENCE)
            status = answer.status_code
        except httpx.HTTPError:
            status = None
        self.attempts.append(
            Attempt(vendor.name, notice.kind, notice.ident, delivery.url, delivery.attempt, status)
        )
        if (status is None or not 200 <= status < 300) and delivery.attempt < len(vendor.schedule):
            due = self._clock.wall() + vendor.schedule[delivery.attempt]
            with self._lock:
                self._waiting.append(replace(delivery, due=due, attempt=delivery.attempt + 1))


class Courier(threading.Thread):
    """Flushes an outbox ten times a second until stopped."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(name="intkit-sandbox-webhooks", daemon=True)
        self._outbox = outbox
        self._stopped = threading.Event()

    def run(self) -> None:
        """Send what comes to be due."""
        while not self._stopped.wait(0.1):
            self._outbox.flush()

    def stop(self) -> None:
        """End after the delivery at hand."""
        self._stopped.set()
        self.join(_PATIENCE)


def is_local(url: str) -> bool:
    """Say whether an address is on this machine."""
    return urlsplit(url).hostname in _LOOPBACK
