from __future__ import annotations

import httpx
import pytest

from intkit.clients.detect import detect_paging
from intkit.clients.fetch import PagingWarning
from intkit.clients.paging import (
    PAGINATORS,
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
from intkit.errors import ConnectError, RecordsError
from tests.clients.shop import BASE, Shop, client_of, orders

KINDS = {
    "link_header": LinkHeader(),
    "next_url": NextUrl(at="next"),
    "relative_url": NextUrl(at="links.next"),
    "hal": NextUrl(at="_links.next.href"),
    "odata": NextUrl(at="d.__next"),
    "cursor": Cursor(at="next_cursor", param="cursor"),
    "header_cursor": Cursor(at="x-next-cursor", param="x-cursor", header=True, place="headers"),
    "flag": HasMore(param="after"),
    "offset": Offset(total="total_items"),
    "short_page": Offset(size=10),
    "page_number": PageNumber(pages="total_pages"),
}


@pytest.mark.parametrize("total", [0, 1, 10, 25])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore::intkit.clients.fetch.PagingWarning")
def test_every_kind_of_paging_gives_every_record_once(kind, total):
    shop = Shop(kind, total)
    records = client_of(shop, paging=KINDS[kind]).records("/orders")
    assert list(records) == orders(total)


def test_a_cursor_travels_in_the_body_of_a_search():
    shop = Shop("body_cursor")
    paging = Cursor(at="paging.next.after", param="after", place="json", size=10)
    records = client_of(shop, paging=paging).records("/orders/search", json={"filter": "open"})
    assert list(records) == orders(25)
    assert [request.method for request in shop.asked] == ["POST"] * 3
    assert shop.asked[2].content == b'{"filter":"open","limit":10,"after":"20"}'


DETECTED = {kind: paging for kind, paging in KINDS.items() if kind not in ("short_page", "header_cursor")}


@pytest.mark.parametrize("kind", DETECTED)
def test_paging_is_found_out_from_the_first_answer_and_explained(kind):
    records = client_of(Shop(kind)).records("/orders")
    assert list(records) == orders(25)
    assert "Found out: The answer" in records.note
    assert "% sure)" in records.note


def test_what_leads_nowhere_is_read_as_one_page():
    records = client_of(lambda _: httpx.Response(200, json=orders(7))).records("/orders")
    assert len(records) == 7
    assert "nothing in the answer leads to another" in records.note


def test_a_flag_that_is_false_is_no_reason_to_go_on():
    page = Page(httpx.Response(200), {"data": orders(2), "has_more": False}, orders(2))
    guess = detect_paging(Call("GET", "/orders"), page)
    assert guess.paginator.after(Call("GET", "/orders"), page) is None


def test_the_size_of_a_page_does_not_depend_on_the_limit():
    shops = [Shop("flag", total=300, size=100) for _ in range(2)]
    for shop, limit in zip(shops, (5, 250), strict=True):
        assert (
            len(client_of(shop, paging=HasMore(param="after", size=100)).records("/orders", limit=limit))
            == limit
        )
    assert shops[0].asked[0].url == shops[1].asked[0].url


def test_the_callers_own_page_size_wins():
    shop = Shop("flag", total=12, size=5)
    records = client_of(shop, paging=HasMore(param="after", size=100)).records("/orders", params={"limit": 5})
    assert len(records) == 12
    assert {request.url.params["limit"] for request in shop.asked} == {"5"}


def test_a_limit_that_cuts_nothing_off_is_not_mentioned():
    records = client_of(Shop("flag", total=20)).records("/orders", limit=20)
    assert len(records) == 20
    assert "limit" not in records.note


def test_an_api_that_ignores_the_page_number_is_an_error_not_a_loop():
    client = client_of(lambda _: httpx.Response(200, json=orders(10)), paging=PageNumber(size=10))
    with pytest.raises(RecordsError, match="Page 2 holds the same records as the one before"):
        len(client.records("/orders"))


def test_a_cursor_that_comes_back_is_an_error_not_a_loop():
    turns = iter(range(100))

    def app(request):
        turn = next(turns)
        return httpx.Response(200, json={"items": orders(1, start=turn), "next_cursor": "ab"[turn % 2]})

    with pytest.raises(RecordsError, match="leads back to a page that was read before"):
        len(client_of(app, paging=Cursor()).records("/orders"))


@pytest.mark.parametrize("count", [10, 25, 100])
def test_exactly_one_full_page_is_doubted(count):
    client = client_of(lambda _: httpx.Response(200, json=orders(count)))
    with pytest.warns(PagingWarning, match=f"Exactly one full page of {count} records"):
        client.records("/orders")


def test_a_full_page_is_not_doubted_where_the_api_says_it_is_the_last():
    shop = Shop("flag", total=100, size=100)
    assert len(client_of(shop, paging=HasMore(param="after", size=100)).records("/orders")) == 100


def test_a_next_page_on_another_host_is_refused():
    def app(request):
        return httpx.Response(200, json={"items": orders(1), "next": "https://evil.example/orders"})

    with pytest.raises(ConnectError, match=r"'evil\.example' is not a host of 'shop'"):
        len(client_of(app).records("/orders"))


def test_a_next_page_in_clear_is_asked_for_by_tls():
    shop = Shop("next_url")

    def app(request):
        answer = shop(request).json()
        return httpx.Response(
            200, json={**answer, "next": answer["next"] and answer["next"].replace("https", "http")}
        )

    assert list(client_of(app).records("/orders")) == orders(25)
    assert {request.url.scheme for request in shop.asked} == {"https"}


class EveryOther(Paginator):
    """An API of its own kind: the next page is named by the number of the last record."""

    def after(self, call, page):
        return call.having(behind=page.records[-1]["id"]) if len(page.records) == 2 else None


def test_an_own_paginator_is_one_method_more():
    def app(request):
        begin = int(request.url.params.get("behind", 0))
        return httpx.Response(200, json=orders(min(2, 5 - begin), begin + 1))

    records = client_of(app, paging=EveryOther()).records("/orders")
    assert list(records) == orders(5)
    assert records.note == "Paged by EveryOther. 3 page(s) read."


def test_an_answer_of_null_is_none():
    with pytest.raises(RecordsError, match="no list of objects"):
        client_of(lambda _: httpx.Response(200, text="null")).records("/orders")


@pytest.mark.parametrize("paging", [None, *KINDS.values()])
def test_an_answer_of_204_is_an_empty_list(paging):
    client = client_of(lambda _: httpx.Response(204), paging=paging, at="data")
    assert list(client.records("/orders")) == []


def test_a_page_that_fails_is_asked_for_again():
    shop = Shop("flag")
    broken = iter([False, True, False, False])

    def app(request):
        if next(broken):
            return httpx.Response(404, json={"message": "moved"})
        return shop(request)

    records = client_of(app).records("/orders")
    with pytest.raises(Exception, match="404"):
        len(records)
    assert list(records) == orders(25)


def test_every_paginator_explains_itself():
    assert all("aged" in kind().explain() or kind is SinglePage for kind in PAGINATORS.values())
    assert BASE not in LinkHeader().explain()
