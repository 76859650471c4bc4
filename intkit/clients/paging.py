"""How an API hands out a long list. A paginator is two methods: the first call, and the call after a page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs

from intkit.clients.selection import value_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

Place = Literal["params", "headers", "json"]


@dataclass(frozen=True)
class Call:
    """One request of a paged fetch.

    Attributes:
        method: GET, or POST for searches.
        url: a path below the base URL, or a whole URL.
        params: the query.
        headers: extra headers.
        json: a JSON body, for searches.
        safe: whether it only reads, and so may be sent again.
    """

    method: str
    url: str
    params: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    safe: bool = True

    def __str__(self) -> str:
        return f"{self.method} {self.url}"

    def __hash__(self) -> int:
        return hash(repr(self))

    def having(self, place: Place = "params", **values: Any) -> Call:
        """Return the call with these values set in its query, headers or JSON body."""
        if place == "headers":
            return replace(
                self, headers={**self.headers, **{name: str(value) for name, value in values.items()}}
            )
        if place == "json":
            return replace(self, json={**(self.json or {}), **values})
        return replace(self, params={**self.params, **values})

    def unfolded(self) -> Call:
        """Return the call with the query of its URL among its params; httpx would let any param wipe it."""
        url, _, query = self.url.partition("?")
        asked = parse_qs(query, keep_blank_values=True)
        held = {name: values[0] if len(values) == 1 else values for name, values in asked.items()}
        return replace(self, url=url, params={**held, **self.params})


@dataclass(frozen=True)
class Page:
    """One answer of a paged fetch: the response, its body, and the records found in it."""

    response: httpx.Response
    body: Any
    records: Sequence[dict[str, Any]]


class Paginator:
    """Subclass it for an API that pages in its own way.

    Attributes:
        size: how many records make a full page; None where unknown.
        certain: whether the API itself says which page is the last, so that a full one raises no doubt.
    """

    size: int | None = None
    certain: bool = False

    def first(self, call: Call) -> Call:
        """Return the call of the first page: the caller's, with a page size where the API takes one."""
        return call

    def after(self, call: Call, page: Page) -> Call | None:
        """Return the call of the page after this one, None where this was the last."""
        raise NotImplementedError

    def explain(self) -> str:
        """Return one sentence on how it pages."""
        return f"Paged by {type(self).__name__}."


@dataclass(frozen=True)
class Sized(Paginator):
    """A paginator that asks for pages of a fixed size.

    The size never depends on the caller's limit, so that every fetch of a list sends the same requests.

    Args:
        size: records a page; None leaves it to the API.
        size_param: what the API calls it.
        place: where parameters go: `params`, `headers` or `json`; None is where the call's own are, in the
            body of a search, else in the query.
    """

    size: int | None = None
    size_param: str = "limit"
    place: Place | None = None

    def first(self, call: Call) -> Call:
        """Ask for full pages, unless the caller asks for another size."""
        given = {**call.params, **(call.json or {})}
        if self.size is None or self.size_param in given:
            return call
        return self.give(call, self.size_param, self.size)

    def give(self, call: Call, param: str, value: Any) -> Call:
        """Return the call with a parameter set, in the place for parameters."""
        return call.having(self.place or ("params" if call.json is None else "json"), **{param: value})

    def asked_size(self, call: Call) -> int | None:
        """Return the size that the call asks for, None where it asks for none."""
        asked = {**call.params, **call.headers, **(call.json or {})}.get(self.size_param, self.size)
        return int(str(asked)) if str(asked).isdigit() else None


@dataclass(frozen=True)
class SinglePage(Paginator):
    """The API gives everything at once."""

    def after(self, call: Call, page: Page) -> Call | None:  # noqa: ARG002 - there is none
        """Return None."""
        return None

    def explain(self) -> str:
        """Say that it does not page."""
        return "Read as one page: nothing in the answer leads to another."


@dataclass(frozen=True)
class LinkHeader(Sized):
    """The answer's `Link` header names the next page (RFC 8288); GitHub, GitLab, Moneybird.

    Args:
        rel: the relation's name.
    """

    rel: str = "next"

    def after(self, call: Call, page: Page) -> Call | None:
        """Follow the link."""
        link = page.response.links.get(self.rel, {}).get("url")
        return _following(call, page, link)

    def explain(self) -> str:
        """Name the relation."""
        return f"Paged by the Link header, rel={self.rel!r}."


@dataclass(frozen=True)
class NextUrl(Sized):
    """The body holds the next page's address: HAL's `_links.next.href`, OData's `d.__next`, and others.

    Args:
        at: where it stands in the body.
    """

    at: str = "next"

    def after(self, call: Call, page: Page) -> Call | None:
        """Follow the address."""
        return _following(call, page, value_at(page.body, self.at))

    def explain(self) -> str:
        """Name the place."""
        return f"Paged by the address at {self.at!r}."


@dataclass(frozen=True)
class Cursor(Sized):
    """The answer holds a cursor that the next call gives back.

    Args:
        at: where it stands in the body, or the header's name.
        param: what the next call names it.
        header: whether `at` is a header of the answer.
        more: where a flag stands that is true while there is more; empty for none.
    """

    at: str = "next_cursor"
    param: str = "cursor"
    header: bool = False
    more: str = ""

    def after(self, call: Call, page: Page) -> Call | None:
        """Give the cursor back."""
        cursor = page.response.headers.get(self.at) if self.header else value_at(page.body, self.at)
        ended = self.more and value_at(page.body, self.more) is not True
        return None if ended or cursor in (None, "", False) else self.give(call, self.param, cursor)

    def explain(self) -> str:
        """Name both ends."""
        where = "the header" if self.header else "the cursor at"
        return f"Paged by {where} {self.at!r}, given back as {self.param!r}."


@dataclass(frozen=True)
class HasMore(Sized):
    """A flag says that there is more; the next page starts after the last record's id. Stripe, Resend.

    Args:
        param: what takes the id.
        flag: where the flag stands in the body.
        record_id: where the id stands in a record.
    """

    certain = True
    param: str = "starting_after"
    flag: str = "has_more"
    record_id: str = "id"

    def after(self, call: Call, page: Page) -> Call | None:
        """Start after the last record while the flag is true."""
        if not page.records or value_at(page.body, self.flag) is not True:
            return None
        return self.give(call, self.param, value_at(page.records[-1], self.record_id))

    def explain(self) -> str:
        """Name the flag and the parameter."""
        return (
            f"Paged by the flag {self.flag!r}, with the last record's {self.record_id!r} as {self.param!r}."
        )


@dataclass(frozen=True)
class Offset(Sized):
    """The call says how many records to leave out.

    Args:
        param: what takes the number.
        total: where the body says how many there are in all; empty where it does not, and a page that is
            not full is the last; without a size an empty one.
    """

    param: str = "offset"
    total: str = ""

    def after(self, call: Call, page: Page) -> Call | None:
        """Leave out what has been read, until the total is reached or a page is not full."""
        read = _number(call, self.param, 0) + len(page.records)
        total = value_at(page.body, self.total) if self.total else None
        full = len(page.records) >= (self.asked_size(call) or 1)
        more = read < total if isinstance(total, int) else full
        return self.give(call, self.param, read) if more and page.records else None

    def explain(self) -> str:
        """Name the parameters."""
        until = f"the total at {self.total!r}" if self.total else _last_page(self.size)
        return f"Paged by {self.param!r}, until {until}."


@dataclass(frozen=True)
class PageNumber(Sized):
    """The call names a page by its number.

    Args:
        param: what takes the number.
        start: the first page's number.
        pages: where the body says how many pages there are; empty where it does not, and a page that is
            not full is the last; without a size an empty one.
    """

    size_param: str = "per_page"
    param: str = "page"
    start: int = 1
    pages: str = ""

    def after(self, call: Call, page: Page) -> Call | None:
        """Name the next page, until the last or a page that is not full."""
        number = _number(call, self.param, self.start)
        pages = value_at(page.body, self.pages) if self.pages else None
        size = self.asked_size(call)
        full = len(page.records) >= size if size else bool(page.records)
        more = number - self.start + 1 < pages if isinstance(pages, int) else full
        return self.give(call, self.param, number + 1) if more and page.records else None

    def explain(self) -> str:
        """Name the parameters."""
        until = f"page {self.pages!r}" if self.pages else _last_page(self.size)
        return f"Paged by {self.param!r}, until {until}."


PAGINATORS: dict[str, type[Paginator]] = {
    "single": SinglePage,
    "link-header": LinkHeader,
    "next-url": NextUrl,
    "cursor": Cursor,
    "has-more": HasMore,
    "offset": Offset,
    "page-number": PageNumber,
}


def _following(call: Call, page: Page, address: Any) -> Call | None:
    """Return the call of an address: whole, absolute or relative to the page; it carries its own query."""
    if not isinstance(address, str) or not address:
        return None
    here = page.response.url
    following = here.join(address)
    if (here.scheme, following.scheme, following.host) == ("https", "http", here.host):
        following = following.copy_with(scheme="https")  # an API behind a proxy may not know its own scheme
    return replace(call, url=str(following), params={})


def _last_page(size: int | None) -> str:
    return "an empty page" if size is None else "a page that is not full"


def _number(call: Call, param: str, start: int) -> int:
    return int({**call.params, **call.headers, **(call.json or {})}.get(param, start))
