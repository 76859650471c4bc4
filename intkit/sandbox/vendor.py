"""What every practice vendor is: hosts, a key, endpoints over a store, and its own way to say no."""

from __future__ import annotations

import hashlib
from collections import Counter
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import msgspec
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.world import build_world, chance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request

    from intkit.sandbox.clock import Clock


class Endpoint(NamedTuple):
    """One operation: the path's holes are written `{id}`."""

    method: str
    path: str
    run: Callable[[Call], Answer]


class Vendor:
    """A practice vendor; a subclass declares it and answers its calls.

    Attributes:
        name: as in `intkit sandbox stripe`.
        hosts: the real host names that are answered for.
        key: the credential that is accepted, made up and no secret.
        example: a path that is worth a first look.
        traits: what was planted in the records to be met, one sentence each.
        media_type: of JSON answers.
    """

    name: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]
    key: ClassVar[str]
    example: ClassVar[str]
    traits: ClassVar[tuple[str, ...]] = ()
    media_type: ClassVar[str] = "application/json"

    def __init__(self, seed: int, clock: Clock) -> None:
        self.seed = seed
        self.clock = clock
        self.world = build_world(seed)
        self.rng = chance(seed, self.name, "written later")
        self._seen: Counter[str] = Counter()

    def endpoints(self) -> Iterable[Endpoint]:
        """Return what can be called."""
        raise NotImplementedError

    def check_key(self, call: Call) -> None:
        """Raise a Refusal where the call does not carry the vendor's key."""
        raise NotImplementedError

    def no_such_path(self, call: Call) -> Refusal:
        """Return the vendor's answer to an unknown address or method."""
        raise NotImplementedError

    def perform(self, endpoint: Endpoint, call: Call) -> Answer:
        """Run an endpoint; a vendor with idempotency keys puts them around it."""
        return endpoint.run(call)

    def finish(self, call: Call, answer: Answer) -> None:
        """Add the headers that the vendor puts on every answer."""

    def call_id(self, call: Call, length: int = 14) -> str:
        """Return an id that is the same for the n-th time this request comes, whatever came between."""
        print_ = hashlib.sha256(f"{self.seed}{call.method}{call.path}{call.query}".encode() + call.body)
        self._seen[print_.hexdigest()] += 1
        print_.update(str(self._seen[print_.hexdigest()]).encode())
        return print_.hexdigest()[:length]

    def answer(self, endpoint: Endpoint | None, call: Call) -> Answer:
        """Return the answer to a call, with everything that surrounds an endpoint."""
        try:
            self.check_key(call)
            if endpoint is None:
                raise self.no_such_path(call)
            answer = self.perform(endpoint, call)
        except Refusal as refusal:
            answer = refusal.answer
        self.finish(call, answer)
        return answer

    def app(self) -> Starlette:
        """Return the vendor as an ASGI application."""
        by_path: dict[str, dict[str, Endpoint]] = {}
        for endpoint in self.endpoints():
            by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint
        routes = [self._route(path, methods) for path, methods in by_path.items()]
        return Starlette(routes=[*routes, self._route("/{rest:path}", {})])

    def _route(self, path: str, methods: dict[str, Endpoint]) -> Route:
        async def respond(request: Request) -> Response:
            call = await read_call(request)
            return self._encode(self.answer(methods.get(call.method), call))

        return Route(path, respond, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])

    def _encode(self, answer: Answer) -> Response:
        body = answer.body if isinstance(answer.body, bytes) else to_json(answer.body)
        headers = {"Date": formatdate(self.clock.now(), usegmt=True), "Content-Type": self.media_type}
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
