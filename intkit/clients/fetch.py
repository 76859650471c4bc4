"""A paged fetch: calls one page after the other and hands out its records as batches."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import httpx

from intkit.clients.bounds import DEEPEST_JSON, json_depth
from intkit.clients.detect import detect_paging
from intkit.clients.failures import api_error, no_answer
from intkit.clients.paging import Call, Page, Paginator, SinglePage
from intkit.clients.selection import find_list, records_at
from intkit.errors import RecordsError
from intkit.records import Batch, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WORDS_OF_NO = (b'"jsonrpc"', b'"ok"', b'"success"')
_USUAL_SIZES = {10, 20, 25, 30, 50, 100, 200, 250, 500, 1000}


class PagingWarning(UserWarning):
    """There may be more records than were read."""


class Fetch:
    """The state of a paged fetch. After an error the next `read` asks for the same page again.

    Args:
        send: sends a call.
        call: the caller's call, without paging.
        paginator: how the API pages; None is found out from the first answer.
        at: where records stand; empty is found out as well.
        limit: the most records; None is all. Pages are always asked for whole, so that a fetch with a
            smaller limit sends the same requests as a longer one, only fewer.
    """

    def __init__(
        self,
        send: Callable[[Call], httpx.Response],
        call: Call,
        paginator: Paginator | None,
        at: str,
        limit: int | None,
    ) -> None:
        self._send = send
        self._request = f"{call.method} {call.url}"
        self._call = (paginator or SinglePage()).first(call.unfolded())
        self._asked = {self._call}
        self._paginator = paginator
        self._how = paginator.explain() if paginator else ""
        self._at = at
        self._located = False
        self._limit = limit
        self._pages = 0
        self._records = 0
        self._previous: Sequence[dict[str, Any]] = ()

    @property
    def paginator(self) -> Paginator | None:
        """How the API pages, once it is known."""
        return self._paginator

    def read(self) -> Batch:
        """Return the next page's records.

        Raises:
            ApiError: the API said no, or nothing.
            RecordsError: the answer is not JSON, holds no records where they are expected, or repeats a page.
        """
        response = ask(self._send, self._call)
        body = decode(response)
        empty = response.status_code == httpx.codes.NO_CONTENT
        page = Page(response, body, [] if empty else self._select(body))
        if self._paginator is None:
            self._find_out(page)
        assert self._paginator is not None
        following = self._paginator.after(self._call, page)
        self._guard(page, following)
        return self._batch(page, following)

    def _select(self, body: Any) -> list[dict[str, Any]]:
        """Find the list in the first answer, and look in the same place in the others."""
        if not self._located:
            self._at = find_list(body, self._at)
            self._located = True
        return records_at(body, self._at)

    def _find_out(self, page: Page) -> None:
        guess = detect_paging(self._call, page)
        self._paginator = guess.paginator
        self._how = f"{guess.paginator.explain()} Found out: {guess.why} ({guess.confidence:.0%} sure)"

    def _guard(self, page: Page, following: Call | None) -> None:
        if page.records and list(page.records) == list(self._previous):
            raise _repeated(f"Page {self._pages + 1} holds the same records as the one before.", self._how)
        if following in self._asked:
            raise _repeated(f"Page {self._pages + 1} leads back to a page that was read before.", self._how)
        if self._pages == 0 and following is None and not self._cuts(page):
            _warn_of_full_page(page, self._paginator or SinglePage())

    def _cuts(self, page: Page) -> bool:
        return self._limit is not None and self._records + len(page.records) >= self._limit

    def _batch(self, page: Page, following: Call | None) -> Batch:
        cut = self._cuts(page)
        records = page.records if self._limit is None else page.records[: self._limit - self._records]
        more = following is not None or len(records) < len(page.records)
        origin = Origin(_exchange(page.response), self._request)
        self._pages += 1
        self._records += len(records)
        self._previous = page.records
        if following is not None:
            self._asked.add(following)
            self._call = following
        return Batch(records, origin, self._note(page, cut=cut and more), last=cut or following is None)

    def _note(self, page: Page, *, cut: bool) -> str:
        notes = [self._how, f"{self._pages} page(s) read."]
        if cut:
            notes.append(f"Stopped at the limit of {self._limit}; there are more.")
        if "stale" in page.response.extensions:
            notes.append(f"The origin is down: an answer of {page.response.extensions['stale']:.0f} s ago.")
        return " ".join(notes)


def ask(send: Callable[[Call], httpx.Response], call: Call) -> httpx.Response:
    """Return the answer to a call.

    Raises:
        ApiError: the API said no, or there was no answer.
    """
    try:
        response = send(call)
    except httpx.TransportError as error:
        raise no_answer(error, str(call)) from error
    if response.is_error or says_no(response):
        raise api_error(response)
    return response


def says_no(response: httpx.Response) -> bool:
    """Return whether an answer under HTTP 200 is a no: JSON-RPC's `error`, Slack's `ok`, Pipedrive's `success`."""
    if not any(word in response.content for word in _WORDS_OF_NO):
        return False
    body = decode(response)
    if not isinstance(body, dict):
        return False
    return (
        body.get("ok") is False
        or body.get("success") is False
        or bool("jsonrpc" in body and body.get("error"))
    )


def decode(response: httpx.Response) -> Any:
    """Return an answer's JSON; None for 204, which is how some (Zoho) say that a list is empty.

    Raises:
        RecordsError: it is something else, or nested too deeply; the message shows its type and its start.
    """
    if response.status_code == httpx.codes.NO_CONTENT:
        return None
    asked = f"{response.request.method} {response.request.url.path}"
    try:
        if json_depth(response.content) > DEEPEST_JSON:
            raise RecordsError(
                f"The answer to {asked} is nested more than {DEEPEST_JSON} deep.",
                remedy="Real records are not: check the address.",
            )
        return json.loads(response.content)
    except ValueError:
        kind = response.headers.get("content-type", "no content type")
        raise RecordsError(
            f"The answer to {asked} is not JSON ({kind}).",
            f"It starts: {response.text[:80]!r}",
            remedy="Check the path; for other formats use .get(…) and read .text or .content.",
        ) from None


def _warn_of_full_page(page: Page, paginator: Paginator) -> None:
    count = len(page.records)
    full = count == paginator.size if paginator.size else count in _USUAL_SIZES
    if full and not paginator.certain:
        warnings.warn(
            f"Exactly one full page of {count} records: there may be more. {paginator.explain()} "
            "If the API pages in another way, say how: connect(…, paging=…).",
            PagingWarning,
            stacklevel=4,
        )


def _repeated(what: str, how: str) -> RecordsError:
    return RecordsError(
        what, how, remedy="The API seems to page in another way: say how, connect(…, paging=…)."
    )


def _exchange(response: httpx.Response) -> str:
    recorded: dict[str, Any] = response.extensions.get("intkit", {})
    return str(recorded.get("exchange", ""))
