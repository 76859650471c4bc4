"""GraphQL: errors under HTTP 200, partial answers, costs, and Relay connections page by page.

Facts: the GraphQL spec (June 2018, 7.1), the Relay cursor specification, GitHub's and Shopify's pages on limits.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from intkit.clients.failures import request_id_of, words_of
from intkit.clients.fetch import Fetch, ask, decode
from intkit.clients.paging import Call, Page, Paginator
from intkit.clients.retries import seconds_until, server_time, wait_named_by
from intkit.clients.selection import value_at
from intkit.clients.stats import is_replayed
from intkit.errors import ApiError, RecordsError, nearest
from intkit.paths import EACH, parse_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import httpx

    from intkit.clients.clock import Clock
    from intkit.clients.stats import Stats

_THROTTLED = {"THROTTLED", "RATE_LIMITED", "RATE_LIMIT_EXCEEDED", "TOO_MANY_REQUESTS"}
_THROTTLED_SECONDS = 5.0
_REASONS_SHOWN = 3


class PartialWarning(UserWarning):
    """The answer holds data, and errors for parts of it."""


@dataclass(frozen=True)
class GraphError:
    """One of an answer's errors.

    Attributes:
        message: in the API's words.
        code: its `extensions.code` or `type`.
        path: where in the data it belongs, `repository.issues`.
    """

    message: str
    code: str = ""
    path: str = ""

    def __str__(self) -> str:
        return " ".join(
            filter(
                None, [self.message, f"({self.code})" * bool(self.code), f"@ {self.path}" * bool(self.path)]
            )
        )


class GraphAnswer(dict[str, Any]):
    """The data of an answer, a dict; with the errors that came beside it, and what it cost.

    Args:
        data: the answer's data.
        errors: for parts of it that are missing.
        cost: what the API says about the call's cost; empty where it does not.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        errors: tuple[GraphError, ...] = (),
        cost: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data)
        self.errors = errors
        self.cost = dict(cost or {})


@dataclass(frozen=True)
class Relay(Paginator):
    """A connection's `pageInfo` says whether there is more; the next call gives its `endCursor` back.

    Args:
        at: the connection in the data, `repository.issues`.
        variable: the query's variable that takes the cursor.
    """

    certain = True
    at: str
    variable: str = "after"

    def after(self, call: Call, page: Page) -> Call | None:
        """Give the cursor back while there is more."""
        found = value_at(page.body, f"data.{self.at}.pageInfo") or {}
        if not found.get("hasNextPage"):
            return None
        asked = call.json or {}
        variables = {**asked.get("variables", {}), self.variable: found.get("endCursor")}
        return replace(call, json={**asked, "variables": variables})

    def explain(self) -> str:
        """Name the connection."""
        return f"Paged by the pageInfo of {self.at!r}, given back as ${self.variable}."


class RelayFetch(Fetch):
    """A paged fetch of the nodes of a connection."""

    def _select(self, body: Any) -> list[dict[str, Any]]:
        assert isinstance(self.paginator, Relay)
        at = self.paginator.at
        found = value_at(body, f"data.{at}")
        if not isinstance(found, dict) or not {"nodes", "edges"} & set(found):
            raise _no_connection(body, at)
        if "pageInfo" not in found:
            raise RecordsError(
                f"The connection {at!r} does not say whether there is more.",
                remedy=f"Add `pageInfo {{ hasNextPage endCursor }}` to {at!r} in the query.",
            )
        nodes = (
            found["nodes"]
            if "nodes" in found
            else [edge and edge.get("node") for edge in found["edges"] or []]
        )
        return [node for node in nodes or [] if isinstance(node, dict)]


def query_call(path: str, text: str, variables: Mapping[str, Any] | None) -> Call:
    """Return the call of a query; a mutation is not marked as safe to send again."""
    safe = not re.search(r"^\s*mutation\b", text, re.MULTILINE)
    return Call("POST", path, json={"query": text, "variables": dict(variables or {})}, safe=safe)


def paginator_of(text: str, at: str) -> Relay:
    """Return how the connection at a path of a query is paged.

    Raises:
        RecordsError: the path goes through a list, or the query takes no cursor.
    """
    steps = parse_path(at)
    if not steps or EACH in steps:
        raise RecordsError(
            f"{at!r} does not name one connection."
            if steps
            else "A query needs to know which connection to page.",
            remedy="Write at='repository.issues'; for lists within lists fetch the children with .children(…).",
        )
    own = re.search(rf"\b{re.escape(steps[-1])}\s*\([^)]*\bafter\s*:\s*\$(\w+)", text)
    found = own or re.search(r"\bafter\s*:\s*\$(\w+)", text)
    if found is None:
        raise RecordsError(
            f"The query takes no cursor for {at!r}.",
            remedy=f"Declare `$after: String` and write `{steps[-1]}(first: 100, after: $after)`.",
        )
    return Relay(at=at, variable=found[1])


class Asking:
    """Sends queries, waits where the API says that it is too much at once, and reads its errors.

    Args:
        send: sends a call.
        clock: waits.
        stats: where waits are counted.
        deadline: seconds for one query with all its waits.
    """

    def __init__(
        self, send: Callable[[Call], httpx.Response], clock: Clock, stats: Stats, deadline: float
    ) -> None:
        self._send = send
        self._clock = clock
        self._stats = stats
        self._deadline = deadline

    def send(self, call: Call) -> httpx.Response:
        """Return the answer to a query that holds data.

        Raises:
            ApiError: the API said no, also where it does so under HTTP 200.
        """
        waited = 0.0
        while True:
            response = ask(self._send, call)
            wait = throttled_for(response, self._clock.now())
            if wait is None:
                check_answer(response)
                return response
            if waited + wait > self._deadline:
                remedy = "Try again then, ask for less at once, or raise intkit.Resilience(deadline=…)."
                errors = list(_errors(decode(response)))
                raise _refused(
                    response, errors, remedy, f"The next place is {wait:.0f} s away, beyond the deadline."
                )
            waited += wait
            self._stats.add(retries=1)
            if not is_replayed(response):
                self._stats.add(waited=wait)
                self._clock.sleep(wait)


def read_answer(response: httpx.Response) -> GraphAnswer:
    """Return an answer's data with its errors; parts that are missing are warned of."""
    body = decode(response)
    errors = tuple(_errors(body))
    if errors:
        warnings.warn(f"Parts are missing: {'; '.join(map(str, errors))}", PartialWarning, stacklevel=4)
    return GraphAnswer(body.get("data") or {}, errors, (body.get("extensions") or {}).get("cost"))


def check_answer(response: httpx.Response) -> None:
    """Say it when an answer is a no.

    Raises:
        ApiError: it has errors and no data, or a mutation's `userErrors`.
    """
    body = decode(response)
    if not isinstance(body, dict):
        raise _refused(response, [GraphError("the answer is no GraphQL answer")], "Check the GraphQL path.")
    errors = list(_errors(body))
    if errors and not _holds_anything(body.get("data")):
        raise _refused(response, errors, "Mend the query; the API's words say where.")
    user_errors = list(_user_errors(body.get("data"), ""))
    if user_errors:
        raise _refused(
            response, user_errors, "Mend the input. Other parts of the mutation may have taken effect."
        )


def throttled_for(response: httpx.Response, now: float) -> float | None:
    """Return the seconds to wait where an answer says `too much at once`, None where it does not.

    By cost (Shopify) it is what is missing, divided by the rate at which it comes back; else what the
    headers name.
    """
    body = decode(response)
    if not any(error.code.upper() in _THROTTLED for error in _errors(body)):
        return None
    cost = (body.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    if status.get("restoreRate"):
        missing = float(cost.get("requestedQueryCost") or 0) - float(status.get("currentlyAvailable") or 0)
        return max(missing, 0.0) / float(status["restoreRate"])
    named = wait_named_by(response.headers, now)
    if named is None:
        named = seconds_until(
            response.headers.get("x-ratelimit-reset", ""), server_time(response.headers, now)
        )
    return _THROTTLED_SECONDS if named is None else named


def _errors(body: Any) -> Iterator[GraphError]:
    for error in body.get("errors") or [] if isinstance(body, dict) else []:
        entry = error if isinstance(error, dict) else {"message": error}
        code = (entry.get("extensions") or {}).get("code") or entry.get("type") or ""
        path = ".".join(map(str, entry.get("path") or []))
        yield GraphError(words_of(str(entry.get("message", ""))), str(code), path)


def _user_errors(data: Any, path: str) -> Iterator[GraphError]:
    """Find `userErrors` at the top of a mutation's results."""
    for name, result in data.items() if isinstance(data, dict) else ():
        for error in (result.get("userErrors") or []) if isinstance(result, dict) else ():
            field = ".".join(map(str, error.get("field") or []))
            yield GraphError(
                words_of(str(error.get("message", ""))),
                str(error.get("code") or ""),
                field or f"{path}{name}",
            )


def _holds_anything(data: Any) -> bool:
    return isinstance(data, dict) and any(value is not None for value in data.values())


def _refused(response: httpx.Response, errors: list[GraphError], remedy: str, *more: str) -> ApiError:
    first = errors[0]
    return ApiError(
        f"The query was refused: {first.message}.".replace("..", "."),
        *(str(error) for error in errors[:_REASONS_SHOWN]),
        *more,
        remedy=remedy,
        status=response.status_code,
        code=first.code,
        message=first.message,
        field=first.path,
        request_id=request_id_of(response),
    )


def _no_connection(body: Any, at: str) -> RecordsError:
    there = list(_connections(body.get("data"), ()))
    fact = f"The data holds {', '.join(map(repr, there))}." if there else "The data holds no connection."
    return RecordsError(
        f"There is no connection at {at!r}.{nearest(at, there)}",
        fact,
        remedy=f"Write at={there[0]!r}."
        if there
        else "A connection has `nodes` or `edges` and a `pageInfo`.",
    )


def _connections(data: Any, steps: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(data, dict):
        return
    if "nodes" in data or "edges" in data:
        yield ".".join(steps)
        return
    for name, value in data.items():
        yield from _connections(value, (*steps, name))
