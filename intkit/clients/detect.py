"""How an unknown API pages, found out from its first answer; a guess, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from intkit.clients.paging import (
    Call,
    Cursor,
    HasMore,
    LinkHeader,
    NextUrl,
    Offset,
    Page,
    PageNumber,
    Paginator,
    SinglePage,
)
from intkit.clients.selection import value_at

if TYPE_CHECKING:
    from collections.abc import Callable

_NEXT_URLS = (
    "_links.next.href", "_links.next", "links.next.href", "links.next", "paging.next.link",
    "paging.next", "pagination.next_url", "pagination.next", "pagination.links.next", "meta.next",
    "meta.pagination.next", "meta.pagination.links.next", "d.__next", '["@odata.nextLink"]',
    "next_page_url", "nextPageUrl", "nextLink", "next_url", "next_page", "next", "pages.next",
)  # fmt: skip
_CURSORS = {
    "paging.next.after": "after", "pages.next.starting_after": "starting_after", "next_cursor": "cursor",
    "nextCursor": "cursor", "meta.next_cursor": "cursor", "pagination.next_cursor": "cursor",
    "paging.cursors.after": "after", "response_metadata.next_cursor": "cursor",
    "additional_data.next_cursor": "cursor", "additional_data.pagination.next_start": "start",
    "nextPageToken": "pageToken", "next_page_token": "page_token", "continuation_token": "continuation_token",
    "cursor": "cursor",
}  # fmt: skip
_CURSOR_HEADERS = {"x-next-cursor": "cursor", "x-next-page-token": "page_token"}
_FLAGS = ("has_more", "hasMore", "more")
_PAGE_COUNTS = (
    "total_pages", "totalPages", "last_page", "meta.total_pages", "meta.last_page",
    "pagination.pageCount", "pagination.total_pages", "page_count", "meta.pagination.total_pages",
    "page.totalPages",
)  # fmt: skip
_TOTALS = (
    "total_items", "total", "totalCount", "total_count", "count", "meta.total", "pagination.total",
    "totalResults", "meta.pagination.total",
)  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """A paginator, how sure it is, and why.

    Attributes:
        paginator: how the API seems to page.
        confidence: 0 to 1.
        why: one sentence.
    """

    paginator: Paginator
    confidence: float
    why: str


def detect_paging(call: Call, page: Page) -> Guess:
    """Return how an API pages, from its first answer.

    Explicit addresses count more than cursors, cursors more than flags, and those more than totals.
    """
    for look in _LOOKS:
        guess = look(call, page)
        if guess is not None:
            return guess
    return Guess(SinglePage(), 0.3, "Nothing in the answer leads to another page.")


def _by_link_header(_: Call, page: Page) -> Guess | None:
    if "next" not in page.response.links:
        return None
    return Guess(LinkHeader(), 0.95, "The answer's Link header names the next page.")


def _by_next_url(_: Call, page: Page) -> Guess | None:
    for at in _NEXT_URLS:
        address = value_at(page.body, at)
        if isinstance(address, str) and ("/" in address or address.startswith("?")):
            return Guess(NextUrl(at=at), 0.9, f"The answer holds an address at {at!r}.")
    return None


def _by_cursor(_: Call, page: Page) -> Guess | None:
    for name, param in _CURSOR_HEADERS.items():
        if page.response.headers.get(name):
            return Guess(
                Cursor(at=name, param=param, header=True),
                0.8,
                f"The answer's header {name!r} holds a cursor.",
            )
    for at, param in _CURSORS.items():
        cursor = value_at(page.body, at)
        if cursor not in (None, "", False) and not isinstance(cursor, (dict, list)):
            return Guess(Cursor(at=at, param=param), 0.75, f"The answer holds a cursor at {at!r}.")
    return None


def _by_flag(_: Call, page: Page) -> Guess | None:
    for flag in _FLAGS:
        more = value_at(page.body, flag)
        if isinstance(more, bool) and page.records and "id" in page.records[-1]:
            # Stripe's lists say their own address; others with its flag, Resend and OpenAI, take `after`
            param = "starting_after" if isinstance(value_at(page.body, "url"), str) else "after"
            why = f"The answer holds the flag {flag!r}, and records have an 'id' to go on from."
            return Guess(HasMore(param=param, flag=flag), 0.6, why)
    return None


def _by_page_number(call: Call, page: Page) -> Guess | None:
    headers = page.response.headers
    for name in ("x-total-pages", "x-next-page"):
        if headers.get(name):
            return Guess(PageNumber(size=len(page.records)), 0.7, f"The answer has the header {name!r}.")
    for pages in _PAGE_COUNTS:
        count = value_at(page.body, pages)
        if isinstance(count, int) and not isinstance(count, bool):
            return Guess(PageNumber(pages=pages), 0.75, f"The answer counts its pages at {pages!r}.")
    if "page" in _asked(call):
        return Guess(PageNumber(size=len(page.records)), 0.5, "The call names a page.")
    return None


def _by_total(call: Call, page: Page) -> Guess | None:
    for at in _TOTALS:
        total = value_at(page.body, at)
        if isinstance(total, int) and not isinstance(total, bool) and total > len(page.records) > 0:
            size_param = next(
                (name for name in ("limit", "count", "per_page") if name in _asked(call)), "limit"
            )
            paginator = Offset(total=at, size_param=size_param)
            return Guess(paginator, 0.5, f"The answer counts {total} records at {at!r} and holds fewer.")
    return None


def _asked(call: Call) -> dict[str, Any]:
    return {**parse_qs(urlsplit(call.url).query), **call.params}


_LOOKS: tuple[Callable[[Call, Page], Guess | None], ...] = (
    _by_link_header,
    _by_next_url,
    _by_cursor,
    _by_flag,
    _by_page_number,
    _by_total,
)
