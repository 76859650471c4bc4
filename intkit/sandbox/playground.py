"""The playground: nobody's API. One list, handed out in every way of paging, behind every kind of proof.

`/{proof}/{way}/readings`, with the words of `intkit.toml` where it has them: `/hmac/cursor-in-header/readings`.
The host ends in `.example`, which belongs to nobody (RFC 2606), so nothing here can be taken for a vendor's.
"""

from __future__ import annotations

import base64
import hmac
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.playground_graphql import Bucket, Graph
from intkit.sandbox.playground_paging import WAYS, Page, asked_body, number, refuse
from intkit.sandbox.times import iso
from intkit.sandbox.vendor import Endpoint, Vendor
from intkit.sandbox.world import chance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intkit.sandbox.limits import Use

Record = dict[str, Any]

READINGS = 20_000
SENSORS = 80
SCOPE = "readings.read"
_FIRST = 1_735_689_600  # 2025-01-01
_STALE_SECONDS = 300.0


def _nothing(call: Call, key: str, now: float) -> bool:  # noqa: ARG001 - one signature for all
    return True


def _bearer(call: Call, key: str, now: float) -> bool:  # noqa: ARG001
    return call.bearer == key


def _basic(call: Call, key: str, now: float) -> bool:  # noqa: ARG001
    pairs = (f"playground:{key}", f"{key}:")
    proofs = [f"Basic {base64.b64encode(pair.encode()).decode()}" for pair in pairs]
    return call.headers.get("authorization") in proofs


def _header_key(call: Call, key: str, now: float) -> bool:  # noqa: ARG001
    return call.headers.get("x-api-key") == key


def _query_key(call: Call, key: str, now: float) -> bool:  # noqa: ARG001
    return call.arguments.get("api_key") == key


def _two_headers(call: Call, key: str, now: float) -> bool:  # noqa: ARG001
    return (call.headers.get("x-account"), call.headers.get("x-secret")) == ("playground", key)


def _token(call: Call, key: str, now: float) -> bool:  # noqa: ARG001 - a good token never comes here
    return False


def _hmac(call: Call, key: str, now: float) -> bool:
    stamp = call.headers.get("x-timestamp", "")
    if not stamp.isdecimal() or abs(now - float(stamp)) > _STALE_SECONDS:
        return False
    path = f"{call.path}?{call.query}" if call.query else call.path
    signed = f"{stamp}.{call.method}.{path}.".encode() + call.body
    return hmac.digest(key.encode(), signed, "sha256").hex() == call.headers.get("x-signature")


PROOFS: dict[str, Callable[[Call, str, float], bool]] = {
    "none": _nothing,
    "bearer": _bearer,
    "basic": _basic,
    "header-key": _header_key,
    "query-key": _query_key,
    "hmac": _hmac,
    "two-headers": _two_headers,
    "token": _token,
}


def _words(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


class Playground(Vendor):
    """What the thermometers of the shop's warehouse have read: `id`, `sensor`, `at`, `celsius`."""

    name = "playground"
    hosts = ("playground.example", "elsewhere.example")
    oauth_paths = ("/sign-in", "/tokens")
    key = "sandbox-playground-key"
    example = "/bearer/cursor/readings?sensor=7"
    limit = (100, 10.0)
    traits = (
        f"The first part of a path is the proof that is wanted: {_words(PROOFS)}.",
        f"The second is the way of paging: {_words(WAYS)}.",
        "20,000 readings of 80 sensors; `sensor=7` leaves 250, `limit` says how many a page, 100 at most.",
        "`unsaid` takes `page=2`, and nothing in an answer says that there is one.",
        "`range` takes `Range: readings=100-199` and answers 206 with `Content-Range`.",
        "`hmac` signs `{timestamp}.{method}.{path}.{body}`; a signature is stale after five minutes.",
        "`two-headers` wants `X-Account: playground` and the key in `X-Secret`.",
        "A token that was asked for with scopes needs `readings.read` among them.",
        "`/{proof}/moved` leads to `https://elsewhere.example/seen`, which shows what came along.",
        "`/{proof}/graphql` has connections at depth, `userErrors`, a sensor (13) that cannot be read, and costs.",
        "Beyond the limit `Retry-After` is a number of seconds with a fraction.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        bucket = Bucket(self.clock, enforced=self.window.enforced)
        self.graph = Graph(self._of_sensor, SENSORS, bucket)

    def endpoints(self) -> Iterable[Endpoint]:
        """Return what can be called; a search by POST is the same list."""
        yield Endpoint("GET", "/seen", _seen, public=True)
        for name in WAYS:
            method = "POST" if name == "cursor-in-body" else "GET"
            yield Endpoint(method, f"/{{proof}}/{name}/readings", partial(self._list, name=name))
        yield Endpoint("POST", "/{proof}/graphql", self.graph.execute)
        yield Endpoint("GET", "/{proof}/ping", lambda _: Answer({"ok": True}))
        yield Endpoint("GET", "/{proof}/moved", _moved)

    # Its own way to say no

    def check_key(self, call: Call) -> None:
        """Accept the proof that the path names."""
        proof = call.path.split("/")[1]
        if proof not in PROOFS:
            raise self.no_such_path(call)
        if not PROOFS[proof](call, self.key, self.clock.wall()):
            raise refuse(401, "unauthorized", f"This is no good {proof} proof.", {"WWW-Authenticate": proof})

    def check_scope(self, call: Call, granted: frozenset[str]) -> None:  # noqa: ARG002 - one scope opens all
        """Want the one scope that there is (RFC 6750, 3.1)."""
        if SCOPE not in granted:
            told = f'Bearer error="insufficient_scope", scope="{SCOPE}"'
            raise refuse(403, "insufficient_scope", "The token may not do this.", {"WWW-Authenticate": told})

    def no_such_path(self, call: Call) -> Refusal:
        """Name the parts that a path has."""
        return refuse(404, "not_found", f"{call.path} is not /PROOF/WAY/readings.")

    def too_many(self, use: Use) -> Refusal:
        """Return the 429, with the wait as a number that is not whole."""
        return refuse(429, "too_many", "Too many calls.", {"Retry-After": f"{use.reset:.2f}"})

    def failure(self, status: int) -> Refusal:
        """Return the answer when something broke on its side."""
        return refuse(status, "broken", "Something broke.")

    def expired(self) -> Refusal:
        """Return the 401 for a token that ran out (RFC 6750, 3.1)."""
        told = 'Bearer error="invalid_token", error_description="The access token expired"'
        return refuse(401, "invalid_token", "The access token expired.", {"WWW-Authenticate": told})

    def rate_headers(self, call: Call, use: Use) -> dict[str, str]:  # noqa: ARG002 - the same everywhere
        """Return where the client stands."""
        return {
            "RateLimit-Limit": str(use.limit),
            "RateLimit-Remaining": str(use.remaining),
            "RateLimit-Reset": f"{use.reset:.2f}",
        }

    # Reading

    def _list(self, call: Call, name: str) -> Answer:
        asked = asked_body(call) if call.method == "POST" else call.arguments
        size = number(str(asked.get("limit", 100)))
        if not 1 <= size <= 100:
            raise refuse(400, "bad_request", "limit goes from 1 to 100.")
        found = self._numbers(asked.get("sensor"))
        begin = WAYS[name].begin(call, size)
        if name == "has-more":  # the last id that the client has, not how many
            begin = found.index(begin) + 1 if begin in found else 0
        records = [self._reading(each) for each in found[begin : begin + size]]
        return WAYS[name].answer(call, Page(records, begin, size, len(found)))

    def _of_sensor(self, sensor: int) -> list[Record]:
        return [self._reading(each) for each in self._numbers(sensor)]

    def _numbers(self, sensor: Any) -> range:
        if sensor is None:
            return range(1, READINGS + 1)
        if not re.fullmatch(r"\d{1,9}", str(sensor)) or int(sensor) >= SENSORS:
            raise refuse(400, "bad_request", f"Sensors go from 0 to {SENSORS - 1}.")
        return range(int(sensor) or SENSORS, READINGS + 1, SENSORS)

    def _reading(self, ident: int) -> Record:
        celsius = chance(self.seed, "playground", str(ident)).gauss(5.0, 1.5)
        return {
            "id": ident,
            "sensor": ident % SENSORS,
            "at": iso(_FIRST + ident * 1800),
            "celsius": round(celsius, 1),
        }


def _seen(call: Call) -> Answer:
    return Answer({"address": call.url, "headers": call.headers})


def _moved(_: Call) -> Answer:
    return Answer(None, 302, {"Location": "https://elsewhere.example/seen"})
