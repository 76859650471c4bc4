"""The client: httpx with the connection's address, credentials and paging, and the cassette underneath."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from operator import index
from typing import TYPE_CHECKING, Any, Self, SupportsIndex

import httpx

from intkit.clients.auth import Auth, Stamping, placeholder
from intkit.clients.children import ChildFetch, child_paths
from intkit.clients.clock import Clock
from intkit.clients.connection import SECRET_HEADER
from intkit.clients.doctor import Card, examine
from intkit.clients.fetch import Fetch
from intkit.clients.graphql import Asking, GraphAnswer, RelayFetch, paginator_of, query_call, read_answer
from intkit.clients.logs import blank_logs
from intkit.clients.network import BorrowedTransport, NetworkTransport
from intkit.clients.oauth import TokenAuth, TokenFlow
from intkit.clients.paging import Call
from intkit.clients.sign_in import AuthorizationCode, sign_in
from intkit.clients.stack import build_stack, token_network
from intkit.clients.stats import Stats
from intkit.credentials import resolve
from intkit.errors import ConnectError, RecordsError, shorten
from intkit.records import Records, Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from intkit.cassettes import Cassette
    from intkit.clients.connection import Connection
    from intkit.clients.oauth import TokenCall
    from intkit.clients.paging import Paginator


class Client:
    """Talks to one API. `.get`, `.post` and `.request` are httpx's; `.records` follows the pages.

    Args:
        connection: what is known about the API.
        mode: `replay`, `record`, `refresh` or `live`.
        cassette: where exchanges are recorded to and replayed from; None for none.
        transport: takes the place of the network, for tests.
        clock: waits and measures.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        mode: str = "live",
        cassette: Cassette | None = None,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        blank_logs()
        self.connection = connection
        self.mode = mode
        self.stats = Stats()
        self._last: Fetch | None = None
        self._cassette = cassette
        self._clock = clock or Clock()
        self._network = transport or NetworkTransport(connection.network)
        dry = mode == "replay"
        tokens = token_network(connection, self._network, self.stats, self._clock)
        self._auth = _auth_flow(connection, tokens, self._clock, dry=dry)
        self._http = httpx.Client(
            base_url=connection.base_url,
            auth=self._auth,
            headers=_headers(connection),
            timeout=connection.resilience.timeout,
            follow_redirects=True,
            event_hooks={"request": [_strip_credentials(connection)]},
            transport=build_stack(connection, self._network, cassette, self.stats, self._clock, dry=dry),
        )
        weakref.finalize(self, self._http.close)  # a notebook forgets to close

    @property
    def name(self) -> str:
        """The connection's name."""
        return self.connection.name

    @property
    def paging(self) -> Paginator | None:
        """How lists are paged: as the connection says, else as the last fetch found out."""
        found = self._last.paginator if self._last else None
        return self.connection.paging or found

    @property
    def token_calls(self) -> tuple[TokenCall, ...]:
        """The calls to the token endpoint so far, secrets blanked."""
        return tuple(self.tokens.calls) if self.tokens else ()

    @property
    def tokens(self) -> TokenFlow | None:
        """What fetches and keeps the tokens, where the API works with such."""
        return self._auth if isinstance(self._auth, TokenFlow) else None

    def get(self, path: str, *, params: Mapping[str, Any] | None = None, **options: Any) -> httpx.Response:
        """Send a GET; the options are those of `httpx.Client.get`."""
        return self.request("GET", path, params=params, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """Send a POST; the options are those of `httpx.Client.post`."""
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request; the options are those of `httpx.Client.request`. No status is an exception.

        Raises:
            ConnectError: the client is closed, or the path is the address of another host.
        """
        if self._http.is_closed:
            raise ConnectError(
                f"This client of {self.name!r} is closed.",
                remedy="Connect again, or read all records before closing: len(records) does.",
            )
        host = httpx.URL(path).host
        if host and host not in self.connection.allowed_hosts:
            raise ConnectError(
                f"{host!r} is not a host of {self.name!r}.",
                f"Its hosts: {', '.join(self.connection.allowed_hosts)}.",
                remedy="Allow it with connect(…, hosts=(…,)), or ask it with httpx, without these keys.",
            )
        return self._http.request(method, path, **options)

    def query(self, text: str, variables: Mapping[str, Any] | None = None) -> GraphAnswer:
        """Send a GraphQL query or mutation and return its data.

        Raises:
            ApiError: the API said no, also under HTTP 200 or in a mutation's `userErrors`.
        """
        return read_answer(self._asking().send(query_call(self._graphql_path(), text, variables)))

    def records(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        limit: int | None = None,
        at: str | None = None,
    ) -> Records:
        """Return the records of a list, page after page.

        The first page is fetched at once, so that a wrong key or path is said here; the others when read.

        Args:
            path: the list's path, as in the API's documentation; or the text of a GraphQL query.
            params: added to the query; for GraphQL the variables.
            json: a body; the request is a POST then, as many searches want it.
            limit: the most records wanted; None is all.
            at: where the records stand in an answer, where that is not the connection's usual place; for
                GraphQL the connection, `repository.issues`.

        Raises:
            ApiError: the API said no, or nothing.
            RecordsError: the answer holds no records there; the message says where there are some.
        """
        source = self._source(path, params, json, limit, at)
        fetch = self._fetch(source)
        if not isinstance(fetch, RelayFetch):
            self._last = fetch
        records = Records(fetch.read, source)
        records.read_next()
        return records

    def children(
        self,
        path: str,
        parents: Iterable[Mapping[str, Any]],
        *,
        params: Mapping[str, Any] | None = None,
        limit: int | None = None,
        at: str | None = None,
    ) -> Records:
        """Return the records below each parent, in the parents' order, fetched by several threads.

        Args:
            path: with places that the parents fill, `/v1/charges/{id}/refunds`.
            parents: records, or other dicts.
            params: added to the query.
            limit: the most children wanted; None is all.
            at: where the records stand in an answer, where that is not the connection's usual place.

        Raises:
            ApiError: the API said no to one of the calls.
            RecordsError: a parent cannot fill the path, or an answer holds no records.
        """
        source = self._source(path, params, None, limit, at)
        fetch = ChildFetch(
            child_paths(path, parents), lambda each: self._fetch(replace(source, path=each)), limit
        )
        records = Records(fetch.read, source)
        records.read_next()
        return records

    def check(self) -> Card:
        """Ask for something cheap, once, and say how it went: what is well, or the likely cause and next step.

        Raises:
            ConnectError: in replay there is nothing to ask.
        """
        if self.mode == "replay":
            raise ConnectError(
                f"{self.name!r} is replayed from a recording; nothing is asked.",
                remedy="To ask the API itself: connect(…, mode='live').check().",
            )
        once = replace(self.connection, resilience=replace(self.connection.resilience, retries=0))
        with Client(
            once, transport=BorrowedTransport(self._network), clock=self._clock
        ) as client:  # not recorded
            # one token for both: some APIs give no second one for ten minutes, or void the first by it
            _hand_over(self.tokens, client.tokens)
            card = examine(once, client.request, self._clock, client.tokens)
            _hand_over(client.tokens, self.tokens)
            return card

    def sign_in(self, *, paste: bool = False) -> None:
        """Let a person sign in by browser; needed once, the refresh token is kept.

        Args:
            paste: ask for the address that the browser ends on, where it cannot come back to this machine.

        Raises:
            ConnectError: the API has no sign-in, or it was refused.
            ApiError: the token endpoint said no.
        """
        auth, flow = self.connection.auth, self.tokens
        if not isinstance(auth, AuthorizationCode) or flow is None:
            raise ConnectError(
                f"{self.name!r} has no sign-in by browser.", remedy="Its auth is not AuthorizationCode(…)."
            )
        flow.use(sign_in(auth, flow.post, self._network, self._clock.now(), paste=paste))

    def close(self) -> None:
        """Close the connections and the cassette; what was recorded is on disk already."""
        self._http.close()
        if self._cassette is not None:
            self._cassette.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        kept = f", cassette={self._cassette.name!r}" if self._cassette else ""
        return f"<Client {self.name!r} at {self.connection.base_url}, mode={self.mode!r}{kept}>"

    def _source(
        self,
        path: str,
        params: Mapping[str, Any] | None,
        json: Mapping[str, Any] | None,
        limit: int | None,
        at: str | None,
    ) -> Source:
        _check_asked(path, params, json, limit, at)
        if limit is not None and self._cassette is not None:
            self._cassette.stop_early()
        query = path if "{" in path.partition("/")[0] else ""  # no path begins with a brace
        return Source(
            connection=self.name,
            cassette=self._cassette.name if self._cassette else "",
            path=self._graphql_path() if query else path,
            params=dict(params or {}),
            json=dict(json) if json is not None else None,
            limit=limit,
            at=at or "",
            query=query,
        )

    def _fetch(self, source: Source) -> Fetch:
        if source.query:
            call = query_call(source.path, source.query, source.params)
            paging = paginator_of(source.query, source.at)
            return RelayFetch(self._asking().send, call, paging, source.at, source.limit)
        call = Call("GET" if source.json is None else "POST", source.path, source.params, json=source.json)
        return Fetch(self._send, call, self.connection.paging, source.at or self.connection.at, source.limit)

    def _asking(self) -> Asking:
        return Asking(self._send, self._clock, self.stats, self.connection.resilience.deadline)

    def _graphql_path(self) -> str:
        if not self.connection.graphql:
            raise ConnectError(
                f"{self.name!r} is not known to speak GraphQL.",
                remedy="Say where: connect(…, graphql='/graphql').",
            )
        return self.connection.graphql

    def _send(self, call: Call) -> httpx.Response:
        options: dict[str, Any] = {"extensions": {"safe": True}} if call.safe else {}
        if call.json is not None:
            options["json"] = call.json
        # httpx lets an empty mapping wipe the query of a next-page URL, None leaves it
        return self.request(
            call.method, call.url, params=call.params or None, headers=call.headers, **options
        )


def _hand_over(giver: TokenFlow | None, taker: TokenFlow | None) -> None:
    if giver and taker and giver.token:
        taker.use(giver.token)


def _check_asked(path: object, params: object, json: object, limit: object, at: object) -> None:
    """Say at once what would only fail deep inside.

    Raises:
        RecordsError: a word of the call is of another kind, or the limit asks for nothing.
    """
    for word, value, kinds, example in (
        ("path", path, str, "'/v1/orders'"),
        ("params", params, Mapping | None, "{'status': 'open'}"),
        ("json", json, Mapping | None, "{'filter': 'open'}"),
        ("limit", limit, SupportsIndex | None, "100"),
        ("at", at, str | None, "'data'"),
    ):
        if not isinstance(value, kinds):
            shown = f"of the type {type(value).__name__}" if word in ("params", "json") else shorten(value)
            raise RecordsError(
                f"{word}= is {shown}, which cannot be used.", remedy=f"Write it like {word}={example}."
            )
    if isinstance(limit, SupportsIndex) and index(limit) < 1:
        raise RecordsError(f"limit={limit!r} asks for no records.", remedy="Give 1 or more, or None for all.")


def _headers(connection: Connection) -> dict[str, str]:
    """Ask for encodings that every Python reads, so that a cassette replays on every machine."""
    return {
        "Accept": "application/json",
        "Accept-Encoding": "gzip, deflate",
        "User-Agent": f"intkit/{version('intkit')}",
        **connection.headers,
    }


def _auth_flow(
    connection: Connection, network: httpx.BaseTransport, clock: Clock, *, dry: bool
) -> httpx.Auth:
    auth, trusts = connection.auth, connection.trusts
    if isinstance(auth, TokenAuth):
        return TokenFlow(auth, trusts, network, clock, timeout=connection.resilience.timeout, dry=dry)
    if isinstance(auth, Auth):
        return Stamping(auth, trusts, placeholder if dry else resolve)
    return auth


def _strip_credentials(connection: Connection) -> Any:
    """Return a hook that takes credentials off a request which a redirect leads to another host.

    httpx itself only takes `Authorization` off; a vendor's own key header would go along, and so would one that
    the caller or an auth of the caller's own has set.
    """
    carriers = connection.auth.carriers() if isinstance(connection.auth, Auth) else ()

    def strip(request: httpx.Request) -> None:
        if not connection.trusts(request.url.scheme, request.url.host):
            for name in (*carriers, *filter(SECRET_HEADER.search, list(request.headers))):
                request.headers.pop(name, None)

    return strip
