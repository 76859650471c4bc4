"""What every practice vendor is: hosts, a key, endpoints over a store, and its own way to say no."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import msgspec
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from intkit.errors import SandboxError
from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.faults import RECORDS, STATUSES, Fault, Faults, change_records, spell_wait
from intkit.sandbox.idempotency import Idempotency
from intkit.sandbox.limits import Use, Window
from intkit.sandbox.oauth import OAuth
from intkit.sandbox.responses import BROKEN, ENDING
from intkit.sandbox.signatures import unsigned
from intkit.sandbox.webhooks import Outbox
from intkit.sandbox.world import build_world, chance, draw_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request

    from intkit.sandbox.clock import Clock
    from intkit.sandbox.signatures import Scheme


class Endpoint(NamedTuple):
    """One operation: the path's holes are written `{id}`; a public one needs no key."""

    method: str
    path: str
    run: Callable[[Call], Answer]
    public: bool = False


class Vendor:
    """A practice vendor; a subclass declares it and answers its calls.

    Attributes:
        name: as in `intkit sandbox stripe`.
        hosts: the real host names that are answered for.
        key: the credential that is accepted, made up and no secret.
        example: a path that is worth a first look.
        traits: what was planted in the records to be met, one sentence each.
        media_type: of JSON answers.
        limit: calls and seconds of the vendor's rate window.
        idempotent: the methods whose `Idempotency-Key` counts.
        keeps_keys: seconds for which the answer under a key is kept.
        replayed: the header that marks a repeated answer.
        signed: makes the headers that sign a webhook.
        schedule: seconds from each attempt of a webhook to the next.
        oauth_paths: where a browser signs in, and where tokens are given; none where there is no OAuth.
        token_seconds: how long an OAuth token is good.
    """

    name: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]
    key: ClassVar[str]
    example: ClassVar[str]
    traits: ClassVar[tuple[str, ...]] = ()
    media_type: ClassVar[str] = "application/json"
    limit: ClassVar[tuple[int, float]]
    idempotent: ClassVar[frozenset[str]] = frozenset()
    keeps_keys: ClassVar[float] = 24 * 3600
    replayed: ClassVar[str] = "Idempotent-Replayed"
    signed: Scheme = staticmethod(unsigned)
    schedule: ClassVar[tuple[float, ...]] = (0.0,)
    oauth_paths: ClassVar[tuple[str, ...]] = ()
    token_seconds: ClassVar[float] = 3600

    def __init__(
        self,
        seed: int,
        clock: Clock,
        faults: Faults | None = None,
        outbox: Outbox | None = None,
        *,
        limits: bool = False,
    ) -> None:
        self.seed = seed
        self.clock = clock
        self.faults = faults or Faults([self.name])
        self.outbox = outbox or Outbox(clock, self.faults)
        self.world = build_world(seed)
        self.rng = chance(seed, self.name, "written later")
        self.window = Window(*self.limit, enforced=limits)
        self.idempotency = Idempotency(self.keeps_keys)
        self.oauth = OAuth(chance(seed, self.name, "tokens"), clock, self.token_seconds)
        self._seen: Counter[str] = Counter()
        self._last: dict[str, Response] = {}

    # What a vendor declares

    def endpoints(self) -> Iterable[Endpoint]:
        """Return what can be called."""
        raise NotImplementedError

    def check_key(self, call: Call) -> None:
        """Raise a Refusal where the call does not carry the vendor's key."""
        raise NotImplementedError

    def check_scope(self, call: Call, granted: frozenset[str]) -> None:
        """Raise a Refusal where an OAuth token may not do this; one that was asked for without scopes may do all."""

    def no_such_path(self, call: Call) -> Refusal:
        """Return the vendor's answer to an unknown address or method."""
        raise NotImplementedError

    def too_many(self, use: Use) -> Refusal:
        """Return the vendor's answer to a call beyond its limit, with its own headers."""
        raise NotImplementedError

    def failure(self, status: int) -> Refusal:
        """Return the vendor's answer when something broke on its side."""
        raise NotImplementedError

    def expired(self) -> Refusal:
        """Return the vendor's answer to a token that was good once."""
        raise NotImplementedError

    def rate_headers(self, call: Call, use: Use) -> dict[str, str]:  # noqa: ARG002 - most send none
        """Return the headers that say where the client stands."""
        return {}

    def weigh(self, call: Call) -> int:  # noqa: ARG002 - most calls weigh the same
        """Return how much of the limit the call uses up."""
        return 1

    def finish(self, call: Call, answer: Answer) -> None:
        """Add the headers that the vendor puts on every answer."""

    def other_request(self, key: str) -> Refusal:
        """Return the answer to an idempotency key that was used for another request."""
        raise NotImplementedError

    def in_flight(self, key: str) -> Refusal:
        """Return the answer to an idempotency key whose first request is still at work."""
        raise NotImplementedError

    def check_idempotency_key(self, key: str) -> None:
        """Raise a Refusal where the key itself is not acceptable."""

    def happen(self) -> None:
        """Change a record as if somebody had, and push the event that tells of it.

        Raises:
            SandboxError: nothing happens at this vendor by itself.
        """
        raise SandboxError(
            f"Nothing happens at {self.name!r} by itself.", remedy="Write to its API; the others push events."
        )

    def new_secret(self) -> str:
        """Return the secret of a new webhook subscription, in the vendor's own form."""
        return draw_id(self.rng, 32)

    # What surrounds every endpoint

    def answer(self, endpoint: Endpoint | None, call: Call) -> Answer:
        """Return the answer to a call: limit, key, idempotency, then the endpoint."""
        use = self.window.take(self.clock.wall(), self.weigh(call))
        try:
            if use.over:
                raise self.too_many(use)
            self._admit(endpoint, call)
            if endpoint is None:
                raise self.no_such_path(call)
            answer = self._once(endpoint, call)
        except Refusal as refusal:
            answer = refusal.answer
        answer.headers = self.rate_headers(call, use) | answer.headers
        self.finish(call, answer)
        return answer

    def _admit(self, endpoint: Endpoint | None, call: Call) -> None:
        """Let a call pass that needs no key, has an OAuth token that is good, or the key."""
        if endpoint and endpoint.public:
            return
        good = self.oauth.is_good(call.bearer)
        if good is False:
            raise self.expired()
        if good is None:
            self.check_key(call)
        elif granted := self.oauth.scopes(call.bearer):
            self.check_scope(call, granted)

    def told_time(self) -> float:
        """Return the time of the answers' `Date`, from which a client counts to the moments that they name.

        Without enforced limits it is the records' time, so that a recording is the same again.
        """
        return self.clock.wall() if self.window.enforced else self.clock.now()

    def call_id(self, call: Call, length: int = 14) -> str:
        """Return an id that is the same for the n-th time this request comes, whatever came between."""
        print_ = hashlib.sha256(f"{self.seed}{call.method}{call.path}{call.query}".encode() + call.body)
        self._seen[print_.hexdigest()] += 1
        print_.update(str(self._seen[print_.hexdigest()]).encode())
        return print_.hexdigest()[:length]

    def app(self) -> Starlette:
        """Return the vendor as an ASGI application."""
        by_path: dict[str, dict[str, Endpoint]] = {}
        for endpoint in (*self._sign_in(), *self.endpoints()):
            by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint
        routes = [self._route(path, methods) for path, methods in by_path.items()]
        return Starlette(routes=[*routes, self._route("/{rest:path}", {})])

    def curl(self, url: str) -> str:
        """Return a first call, for the vendor at this address, as a line for the terminal."""
        return f"curl -H 'Authorization: Bearer {self.key}' '{url}{self.example}'"

    def _sign_in(self) -> list[Endpoint]:
        runs = (("GET", self.oauth.authorize), ("POST", self.oauth.token))
        return [
            Endpoint(method, path, run, public=True)
            for path, (method, run) in zip(self.oauth_paths, runs, strict=False)
        ]

    def idempotency_key(self, call: Call) -> str | None:
        """Return the call's key where the vendor heeds it."""
        return call.headers.get("idempotency-key") if call.method in self.idempotent else None

    def _once(self, endpoint: Endpoint, call: Call) -> Answer:
        key = self.idempotency_key(call)
        if not key:
            return endpoint.run(call)
        self.check_idempotency_key(key)
        request = f"{call.path}?{call.query} ".encode() + call.body
        answer, repeated = self.idempotency.once(
            key, request, self.clock.wall(), lambda: endpoint.run(call), lambda: self.other_request(key)
        )
        if repeated:
            answer.headers[self.replayed] = "true"
        return answer

    def _route(self, path: str, methods: dict[str, Endpoint]) -> Route:
        async def respond(request: Request) -> Response:
            call = await read_call(request)
            return await self._respond(methods.get("GET" if call.method == "HEAD" else call.method), call)

        return Route(path, respond, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])

    async def _respond(self, endpoint: Endpoint | None, call: Call) -> Response:
        due = self.faults.due(self.name, call.path)
        key = self.idempotency_key(call)
        if key and self.idempotency.is_busy(key):
            return self._encode(self.in_flight(key).answer)
        with self.idempotency.busy(key):
            for fault in due:
                if fault.kind in {"latency", "timeout"}:
                    await asyncio.sleep(fault.seconds)
            return self._faulty(due, call, self._refused(due) or self.answer(endpoint, call))

    def _refused(self, due: list[Fault]) -> Answer | None:
        """Return the answer of a fault that comes before the endpoint, so that nothing happens."""
        for fault in due:
            if fault.kind == "expired":
                return self.expired().answer
            if fault.kind in STATUSES:
                made = self.too_many(self.window.full()) if fault.kind == "429" else None
                answer = (made or self.failure(int(fault.kind))).answer
                if fault.retry_after is not None:
                    wait = spell_wait(fault.retry_after, fault.spelt, self.told_time())
                    answer.headers["Retry-After"] = wait
                return answer
        return None

    def _faulty(self, due: list[Fault], call: Call, answer: Answer) -> Response:
        """Return the answer with what strikes after the endpoint."""
        for fault in due:
            if fault.kind in RECORDS and not isinstance(answer.body, bytes):
                answer.body = change_records(answer.body, fault)
        response = self._encode(answer)
        for fault in due:
            if fault.kind == "repeat":
                response = self._last.get(call.path, response)
            elif fault.kind in BROKEN:
                response = BROKEN[fault.kind](response, fault.seconds)
                if fault.kind in ENDING:
                    break
        self._last[call.path] = response
        return response

    def _encode(self, answer: Answer) -> Response:
        body = answer.body if isinstance(answer.body, bytes) else to_json(answer.body)
        headers = {"Date": formatdate(self.told_time(), usegmt=True), "Content-Type": self.media_type}
        return Response(body, answer.status, headers | answer.headers)


def to_json(body: Any) -> bytes:
    """Return compact UTF-8 JSON; nothing at all for None."""
    return b"" if body is None else msgspec.json.encode(body)


async def read_call(request: Request) -> Call:
    """Return a request as a Call, with the address that the client believes in."""
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme)
    return Call(
        method=request.method,
        path=request.url.path,
        query=request.url.query,
        headers=dict(request.headers),
        body=await request.body(),
        base=f"{scheme}://{request.headers.get('host', '127.0.0.1')}",
        params=dict(request.path_params),
    )
