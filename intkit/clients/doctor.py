"""The doctor: one cheap call, and a card that says how it went, what is likely wrong, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from intkit.clients.auth import Auth, placeholder
from intkit.clients.causes import Finding, explain_refusal, explain_silence
from intkit.clients.failures import read_refusal, request_id_of, root_of, status_of
from intkit.clients.fetch import says_no
from intkit.clients.oauth import TokenAuth
from intkit.clients.rates import read_left
from intkit.clients.retries import server_time
from intkit.errors import IntkitError
from intkit.redaction import blank
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from intkit.clients.clock import Clock
    from intkit.clients.connection import Connection
    from intkit.clients.oauth import TokenFlow

_SKEW_SECONDS = 60


@dataclass(frozen=True)
class Card:
    """What the doctor found.

    Attributes:
        name: the connection's name.
        ok: whether the API answered the call.
        rows: label and text, in reading order.
    """

    name: str
    ok: bool
    rows: tuple[tuple[str, str], ...]

    def __getitem__(self, label: str) -> str:
        return dict(self.rows).get(label, "")

    def table(self) -> Table:
        """Return the card as a table."""
        title = f"{self.name}: {'well' if self.ok else 'not well'}"
        return Table(["what", "finding"], self.rows, title=title)

    def text(self, width: int | None = None) -> str:
        """Return the card for a terminal; nothing is cut off unless a width is given."""
        if width is not None:
            return self.table().text(width)
        widest = max(len(label) for label, _ in self.rows)
        lines = [f"{label:<{widest}}  {line}" for label, text in self.rows for line in text.splitlines()]
        return "\n".join([self.table().title, *lines])

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.table().html()


def examine(
    connection: Connection,
    send: Callable[..., httpx.Response],
    clock: Clock,
    tokens: TokenFlow | None,
) -> Card:
    """Return a card on the connection, after one cheap call.

    Args:
        connection: what is examined.
        send: sends a method and a path, with httpx's options, without retries.
        clock: compares the server's time with ours.
        tokens: fetches tokens, where the API works with such.
    """
    method, path, body = _cheap_call(connection)
    asked = f"{method} {connection.base_url}{path}"
    begun = clock.elapsed()
    try:
        response = send(method, path, json=body)
    except httpx.TransportError as error:
        return _silent(connection, asked, error)
    except IntkitError as error:
        return _card(
            connection,
            [("asked", asked), ("status", error.what), *_facts(error), *_token_rows(tokens)],
        )
    milliseconds = (clock.elapsed() - begun) * 1000
    rows = [("asked", asked), ("status", status_of(response))]
    if response.is_error or _refuses(connection, response):
        finding = explain_refusal(connection, response, _granted(tokens))
        rows += [*_sent(connection), *_said(response), *_finding(finding), *_token_rows(tokens)]
        return _card(connection, rows)
    rows += [
        ("latency", f"{milliseconds:.0f} ms"),
        ("version", _version(connection, response)),
        ("scopes", _scopes(response, tokens)),
        ("limits left", _limits(response, clock)),
        ("clock", _skew(response, clock)),
        *_token_rows(tokens),
    ]
    return Card(connection.name, ok=True, rows=tuple(rows))


def _refuses(connection: Connection, response: httpx.Response) -> bool:
    """Return whether an answer under HTTP 200 is a no."""
    if says_no(response):
        return True
    return bool(connection.graphql and b'"errors"' in response.content and b'"data"' not in response.content)


def _cheap_call(connection: Connection) -> tuple[str, str, dict[str, str] | None]:
    """Return method, path and JSON body."""
    if connection.graphql and not connection.check:
        return "POST", connection.graphql, {"query": "{ __typename }"}
    method, _, path = connection.check.rpartition(" ")
    return method or "GET", path or "/", {} if method == "POST" else None


def _card(connection: Connection, rows: list[tuple[str, str]]) -> Card:
    kept = tuple((label, blank(text)) for label, text in rows if text)
    return Card(connection.name, ok=False, rows=kept)


def _silent(connection: Connection, asked: str, error: httpx.TransportError) -> Card:
    finding = explain_silence(connection, root_of(error), error)
    rows = [("asked", asked), ("status", "no answer"), *_sent(connection), *_finding(finding)]
    return _card(connection, rows)


def _sent(connection: Connection) -> list[tuple[str, str]]:
    """Say what went along with the request, with marks where secrets stood."""
    request = httpx.Request("GET", connection.base_url, headers=dict(connection.headers))
    if isinstance(connection.auth, TokenAuth):
        request.headers["Authorization"] = f"Bearer {placeholder('env:ACCESS_TOKEN')}"
    elif isinstance(connection.auth, Auth):
        connection.auth.stamp(request, placeholder)
    names = {"Authorization", *connection.headers, *_carriers(connection)}
    lines = [
        f"{name}: {_shown(name, request.headers[name])}" for name in sorted(names) if name in request.headers
    ]
    if request.url.query:
        lines.append(f"query: {request.url.params}")
    return [("sent", "\n".join(lines) or "no credentials")]


def _shown(name: str, value: str) -> str:
    """Hide what is only the mark in another spelling."""
    return "Basic <user and key>" if name == "Authorization" and value.startswith("Basic ") else value


def _carriers(connection: Connection) -> tuple[str, ...]:
    return connection.auth.carriers() if isinstance(connection.auth, Auth) else ()


def _said(response: httpx.Response) -> list[tuple[str, str]]:
    refusal = read_refusal(response)
    return [
        ("it says", refusal.message or "nothing"),
        ("code", refusal.code),
        ("field", refusal.field),
        ("request id", request_id_of(response)),
    ]


def _finding(finding: Finding) -> list[tuple[str, str]]:
    return [("likely cause", finding.cause), ("next step", finding.step)]


def _facts(error: IntkitError) -> list[tuple[str, str]]:
    return [("because", "\n".join(error.facts)), ("next step", error.remedy)]


def _token_rows(tokens: TokenFlow | None) -> list[tuple[str, str]]:
    calls = tokens.calls if tokens else []
    return [("token call", f"POST {call.url} ({call.grant}) -> {call.status}: {call.said}") for call in calls]


def _version(connection: Connection, response: httpx.Response) -> str:
    for name in (*response.headers, *connection.headers):
        if "version" in name.lower() and name.lower() not in ("x-runtime-version", "http-version"):
            return f"{name}: {response.headers.get(name, connection.headers.get(name, ''))}"
    return "not said"


def _scopes(response: httpx.Response, tokens: TokenFlow | None) -> str:
    return response.headers.get("x-oauth-scopes", "") or _granted(tokens) or "not said"


def _granted(tokens: TokenFlow | None) -> str:
    return tokens.token.scope if tokens and tokens.token else ""


def _limits(response: httpx.Response, clock: Clock) -> str:
    left = read_left(response.headers, clock.now())
    if left.remaining is None:
        return "not said"
    of = f" of {left.limit}" if left.limit is not None else ""
    return f"{left.remaining}{of}" + (f", anew in {left.reset:.0f} s" if left.reset is not None else "")


def _skew(response: httpx.Response, clock: Clock) -> str:
    if "routed" in response.extensions:
        return "the practice server keeps its own"
    seconds = clock.now() - server_time(response.headers, clock.now())
    if "date" not in response.headers:
        return "not said"
    if abs(seconds) <= _SKEW_SECONDS:
        return "as the server's"
    way = "ahead of" if seconds > 0 else "behind"
    return f"{abs(seconds):.0f} s {way} the server's: signatures and tokens may fail"
