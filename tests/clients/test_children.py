from __future__ import annotations

import threading

import httpx
import pytest

from intkit.cassettes import open_cassette
from intkit.clients.client import Client
from intkit.clients.connection import Connection, Resilience
from intkit.clients.rates import Rate
from intkit.errors import ApiError, RecordsError
from tests.clients.shop import StillClock, client_of, orders


class Lines:
    """An order's lines: order 3 has three, in two pages. It notes how many are asked for at once."""

    def __init__(self, failing=()):
        self.failing = list(failing)
        self.busy = self.most = 0
        self.lock = threading.Lock()
        self.together = threading.Barrier(4)

    def __call__(self, request):
        with self.lock:
            self.busy += 1
            self.most = max(self.most, self.busy)
        order = int(request.url.path.split("/")[3])
        try:
            if order <= 4 and not request.url.params:
                self.together.wait(5)  # the first four calls are only answered together
            if order in self.failing:
                self.failing.remove(order)
                return httpx.Response(404, json={"message": "no such order"})
            begin = int(request.url.params.get("begin", 0))
            lines = [{"line": f"{order}-{number}"} for number in range(order)][begin : begin + 2]
            more = {"next": f"?begin={begin + 2}"} if begin + 2 < order else {}
            return httpx.Response(200, json={"lines": lines, "next": more.get("next")})
        finally:
            with self.lock:
                self.busy -= 1


def expected(*numbers):
    return [f"{order}-{number}" for order in numbers for number in range(order)]


def test_children_come_in_their_parents_order_fetched_in_parallel():
    app = Lines()
    children = client_of(app).children("/orders/{id}/lines", orders(12))
    assert [child["line"] for child in children] == expected(*range(1, 13))
    assert 4 <= app.most <= 8
    assert children.note == "Fetched for each of 12 parent(s), 8 at a time."


def test_a_child_knows_the_request_of_its_parent():
    children = client_of(Lines()).children("/orders/{id}/lines", orders(4))
    assert [children.origin(index).request for index in (0, 1, 9)] == [
        "GET /orders/1/lines", "GET /orders/2/lines", "GET /orders/4/lines",
    ]  # fmt: skip


def test_a_limit_stops_the_fetch():
    children = client_of(Lines()).children("/orders/{id}/lines", orders(6), limit=4)
    assert [child["line"] for child in children] == expected(1, 2, 3)[:4]
    assert children.note.endswith("Stopped at the limit of 4.")


def test_a_parent_that_failed_is_asked_for_again():
    children = client_of(Lines(failing=[5])).children("/orders/{id}/lines", orders(6))
    with pytest.raises(ApiError, match="404"):
        len(children)
    assert [child["line"] for child in children] == expected(*range(1, 7))


def test_ids_are_taken_from_any_path_and_quoted():
    asked = []

    def app(request):
        asked.append(request.url.raw_path.decode())
        return httpx.Response(200, json=[])

    client_of(app).children("/customers/{customer.id}/notes", [{"customer": {"id": "a/b c"}}])
    assert asked == ["/api/customers/a%2Fb%20c/notes"]


@pytest.mark.parametrize("parent", [{"id": None}, {"id": {"x": 1}}, {"ids": 7}, {"id": True}, {"id": ""}])
def test_a_parent_that_cannot_fill_the_path_is_an_error(parent):
    with pytest.raises(RecordsError, match=r"Parent 0 has .* at 'id'"):
        client_of(Lines()).children("/orders/{id}/lines", [parent])


def test_a_path_without_a_place_is_an_error():
    with pytest.raises(RecordsError, match="has no place for the parent's id"):
        client_of(Lines()).children("/orders/lines", orders(1))


def test_no_parents_have_no_children():
    assert list(client_of(Lines()).children("/orders/{id}/lines", [])) == []


def test_children_replay_as_they_were_recorded(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    connection = Connection("shop", "https://shop.example/api")
    for mode in ("record", "replay"):
        cassette = open_cassette("shop/lines", mode)
        with Client(
            connection, mode=mode, cassette=cassette, transport=httpx.MockTransport(Lines())
        ) as client:
            children = client.children("/orders/{id}/lines", orders(5))
            assert [child["line"] for child in children] == expected(*range(1, 6))


def test_parallel_fetches_keep_the_rate_limit():
    clock = StillClock()
    client = client_of(
        lambda _: httpx.Response(200, json=[]), clock, resilience=Resilience(rate=Rate(5, 1.0))
    )
    assert list(client.children("/orders/{id}/lines", orders(21))) == []
    assert clock.time - StillClock().time >= 4
