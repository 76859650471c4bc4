"""The ways of paging at the playground: where each finds the beginning of a page, and how it hands one out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from intkit.sandbox.call import Answer, Call, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, Any]


class Page(NamedTuple):
    """One page: its records, how many stand before it, how many make a full one, and how many there are."""

    records: list[Record]
    begin: int
    size: int
    total: int

    @property
    def following(self) -> int | None:
        """Where the next page begins; None on the last."""
        end = self.begin + self.size
        return end if end < self.total else None


class Way(NamedTuple):
    """A way of paging: from the call to the beginning of the page, and from the page to the answer."""

    begin: Callable[[Call, int], int]
    answer: Callable[[Call, Page], Answer]


def number(text: str) -> int:
    """Return a number that the caller gave.

    Raises:
        Refusal: it is none.
    """
    if not re.fullmatch(r"\d{1,9}", text):
        raise refuse(400, "bad_request", f"{text!r} is not a number.")
    return int(text)


def refuse(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Refusal:
    """Return the playground's way to say no."""
    return Refusal(status, {"error": {"code": code, "message": message}}, headers)


def asked_body(call: Call) -> Record:
    """Return the JSON object of a search.

    Raises:
        Refusal: the body is something else.
    """
    try:
        body = call.json()
    except ValueError:
        body = "no JSON"
    if not isinstance(body, dict | None):
        raise refuse(400, "bad_request", "The body is not a JSON object.")
    return body or {}


def _by_param(name: str) -> Callable[[Call, int], int]:
    return lambda call, _: number(call.arguments.get(name, "0"))


def _by_cursor(call: Call, _: int) -> int:
    return _cursor(call.arguments.get("cursor"))


def _by_body(call: Call, _: int) -> int:
    return _cursor(asked_body(call).get("cursor"))


def _by_header(call: Call, _: int) -> int:
    return _cursor(call.headers.get("x-cursor"))


def _by_page(call: Call, size: int) -> int:
    return max(number(call.arguments.get("page", "1")) - 1, 0) * size


def _by_range(call: Call, _: int) -> int:
    found = re.fullmatch(r"readings=(\d{1,9})-\d*", call.headers.get("range", "readings=0-"))
    if found is None:
        raise refuse(416, "bad_range", "Write it like `Range: readings=0-99`.")
    return int(found[1])


def _cursor(value: Any) -> int:
    """Return where a cursor points to: `at` and a number, which nobody should read anything into."""
    if value is None:
        return 0
    if not re.fullmatch(r"at\d{1,9}", str(value)):
        raise refuse(400, "bad_cursor", f"{value!r} is no cursor.")
    return int(str(value)[2:])


def _next_cursor(page: Page) -> str | None:
    return None if page.following is None else f"at{page.following}"


def _query(call: Call, page: Page, name: str = "begin") -> str:
    return urlencode(call.arguments | {name: page.following}, safe="$")


def _next_url(call: Call, page: Page, name: str = "begin") -> str | None:
    return None if page.following is None else f"{call.base}{call.path}?{_query(call, page, name)}"


def _link_header(call: Call, page: Page) -> Answer:
    address = _next_url(call, page)
    return Answer(page.records, headers={"Link": f'<{address}>; rel="next"'} if address else {})


def _address(call: Call, page: Page) -> Answer:
    return Answer({"readings": page.records, "next": _next_url(call, page)})


def _relative(call: Call, page: Page) -> Answer:
    links = {} if page.following is None else {"next": f"?{_query(call, page)}"}
    return Answer({"readings": page.records, "links": links})


def _hal(call: Call, page: Page) -> Answer:
    address = _next_url(call, page)
    links = {"self": {"href": call.url}} | ({"next": {"href": address}} if address else {})
    return Answer({"_embedded": {"readings": page.records}, "_links": links})


def _odata(call: Call, page: Page) -> Answer:
    address = _next_url(call, page, "$skiptoken")
    return Answer({"d": {"results": page.records} | ({"__next": address} if address else {})})


def _odata_4(call: Call, page: Page) -> Answer:
    address = _next_url(call, page, "$skiptoken")
    return Answer({"value": page.records} | ({"@odata.nextLink": address} if address else {}))


def _with_cursor(_: Call, page: Page) -> Answer:
    return Answer({"readings": page.records, "next_cursor": _next_cursor(page)})


def _cursor_header(_: Call, page: Page) -> Answer:
    cursor = _next_cursor(page)
    return Answer(page.records, headers={"X-Next-Cursor": cursor} if cursor else {})


def _has_more(_: Call, page: Page) -> Answer:
    return Answer({"data": page.records, "has_more": page.following is not None})


def _offset(_: Call, page: Page) -> Answer:
    return Answer({"readings": page.records, "total": page.total})


def _pages(_: Call, page: Page) -> Answer:
    return Answer({"readings": page.records, "total_pages": -(-page.total // page.size)})


def _unsaid(_: Call, page: Page) -> Answer:
    return Answer(page.records)


def _range(_: Call, page: Page) -> Answer:
    last = page.begin + len(page.records) - 1
    return Answer(page.records, 206, {"Content-Range": f"readings {page.begin}-{last}/{page.total}"})


WAYS: dict[str, Way] = {
    "link-header": Way(_by_param("begin"), _link_header),
    "next-url": Way(_by_param("begin"), _address),
    "relative-url": Way(_by_param("begin"), _relative),
    "hal": Way(_by_param("begin"), _hal),
    "odata": Way(_by_param("$skiptoken"), _odata),
    "odata-4": Way(_by_param("$skiptoken"), _odata_4),
    "cursor": Way(_by_cursor, _with_cursor),
    "cursor-in-body": Way(_by_body, _with_cursor),
    "cursor-in-header": Way(_by_header, _cursor_header),
    "has-more": Way(_by_param("after"), _has_more),
    "offset": Way(_by_param("offset"), _offset),
    "page-number": Way(_by_page, _pages),
    "unsaid": Way(_by_page, _unsaid),
    "range": Way(_by_range, _range),
}
