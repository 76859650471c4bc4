"""Every way of paging, at the playground: nobody's API, described or found out."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from intkit.cassettes import open_cassette
from intkit.clients.client import Client
from intkit.clients.connection import Connection, Resilience
from intkit.clients.fetch import PagingWarning
from intkit.clients.paging import (
    Cursor,
    HasMore,
    LinkHeader,
    NextUrl,
    Offset,
    PageNumber,
    Paginator,
    SinglePage,
)
from intkit.clients.rates import Rate
from intkit.connections import connect, save_connection
from intkit.errors import ApiError, RecordsError
from intkit.redaction import forget_secrets
from intkit.sandbox import Sandbox
from intkit.sandbox.playground_paging import WAYS as SERVED
from tests.clients.shop import StillClock

BASE = "https://playground.example/none"


class ByRange(Paginator):
    """A way of paging of one's own: two methods."""

    def first(self, call):
        return call.having("headers", Range="readings=0-99")

    def after(self, call, page):
        _, last, total = map(int, re.findall(r"\d+", page.response.headers["content-range"]))
        return call.having("headers", Range=f"readings={last + 1}-{last + 100}") if last + 1 < total else None


# the path's word: how it is described, and where the records are
WAYS = {
    "link-header": (LinkHeader(), "[]"),
    "next-url": (NextUrl(at="next"), "readings"),
    "relative-url": (NextUrl(at="links.next"), "readings"),
    "hal": (NextUrl(at="_links.next.href"), "_embedded.readings"),
    "odata": (NextUrl(at="d.__next"), "d.results"),
    "odata-4": (NextUrl(at='["@odata.nextLink"]'), "value"),
    "cursor": (Cursor(at="next_cursor", param="cursor"), "readings"),
    "cursor-in-body": (Cursor(at="next_cursor", param="cursor", place="json"), "readings"),
    "cursor-in-header": (Cursor(at="x-next-cursor", param="X-Cursor", header=True, place="headers"), "[]"),
    "has-more": (HasMore(param="after"), "data"),
    "offset": (Offset(param="offset", total="total"), "readings"),
    "page-number": (PageNumber(pages="total_pages"), "readings"),
    "unsaid": (PageNumber(size=100, size_param="limit"), "[]"),
    "range": (ByRange(), "[]"),
}
NOT_FOUND_OUT = {"cursor-in-header", "unsaid", "range"}  # nothing in an answer tells what to ask with
FOUND_OUT = [way for way in WAYS if way not in NOT_FOUND_OUT]


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox("playground") as running:
        yield running


@pytest.fixture(autouse=True)
def project(sandbox, tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    yield tmp_path
    sandbox.faults.clear()
    forget_secrets()


def client(paging=None, resilience=None, **options):
    connection = Connection("playground", BASE, paging=paging, resilience=resilience or Resilience())
    return Client(connection, clock=StillClock(), **options)


def fetch(meters, way, size=None, **options):
    asked = {"sensor": 7} | ({"limit": size} if size else {})
    place = "json" if way == "cursor-in-body" else "params"
    return meters.records(f"/{way}/readings", **{place: asked}, **options)


def readings(sensor=7):
    """The numbers of a sensor's readings, by arithmetic."""
    return list(range(sensor, 20_001, 80))


def test_every_way_that_is_served_is_tried():
    assert set(WAYS) == set(SERVED)


@pytest.mark.parametrize("way", WAYS)
def test_every_record_comes_once(way):
    paging, at = WAYS[way]
    records = fetch(client(paging), way, at=at)
    assert [each["id"] for each in records] == readings()
    assert "3 page(s) read." in records.note


@pytest.mark.parametrize("way", [way for way in WAYS if way != "range"])
def test_every_record_comes_once_in_small_pages_and_in_one_that_is_just_full(way):
    meters = client(WAYS[way][0])
    for size in (7, 50):  # 250 is 35 pages and a rest, or just five
        assert [each["id"] for each in fetch(meters, way, size)] == readings()


@pytest.mark.parametrize("way", FOUND_OUT)
def test_a_way_is_found_out_explained_and_pinned_in_the_saved_connection(way):
    meters = client()
    records = fetch(meters, way)
    assert [each["id"] for each in records] == readings()
    assert re.search(r"Found out: The answer.* \(\d\d% sure\)", records.note)
    save_connection(meters, "meters")
    pinned = connect("meters")
    assert pinned.connection.paging == meters.paging
    assert "Found out" not in fetch(pinned, way, limit=5).note


def test_one_full_page_that_leads_nowhere_is_doubted():
    with pytest.warns(PagingWarning, match="Exactly one full page of 100 records: there may be more"):
        assert len(fetch(client(), "unsaid")) == 100


@pytest.mark.parametrize(
    "way", ["link-header", "hal", "odata", "cursor", "has-more", "offset", "page-number"]
)
def test_a_page_that_comes_again_is_an_error_not_a_loop(sandbox, way):
    sandbox.faults.plan("playground repeat skip=1 times=0")
    with pytest.raises(RecordsError, match=r"same records as the one before|leads back to a page"):
        len(fetch(client(WAYS[way][0]), way))


@pytest.mark.parametrize("way", [way for way in WAYS if way != "unsaid"])
def test_every_wrong_selector_is_flagged_with_the_right_one(way):
    paging, at = WAYS[way]
    name = at.rpartition(".")[2]
    wrong = (
        ["data", "x.y", "items"]
        if at == "[]"
        else [name[:-1], f"{name}s", f"x.{at}", f"{at}.x", name.upper()]
    )
    for each in wrong:
        with pytest.raises(RecordsError) as caught:
            fetch(client(paging), way, at=each)
        assert caught.value.remedy == f"Write at={at!r}."


def test_records_are_fetched_as_they_are_read_and_read_again_for_nothing():
    meters = client()
    records = fetch(meters, "cursor", limit=230)
    assert meters.stats.requests == 1
    assert records[150]["id"] == readings()[150]
    assert meters.stats.requests == 2
    assert len(list(records)) == len(list(records)) == 230
    assert meters.stats.requests == 3
    assert records.note.endswith("Stopped at the limit of 230; there are more.")


def test_a_fetch_that_broke_off_goes_on_where_it_stopped(sandbox, tmp_path):
    path, impatient = tmp_path / "readings.yaml", Resilience(retries=0)
    sandbox.faults.plan("playground 500 skip=2 times=0")
    with open_cassette(path, mode="record") as cassette:
        records = fetch(client(resilience=impatient, mode="record", cassette=cassette), "next-url")
        with pytest.raises(ApiError, match="500"):
            len(records)
        sandbox.faults.clear()
        assert [each["id"] for each in records] == readings()  # the same records, once it is well again
    with open_cassette(tmp_path / "other.yaml", mode="record") as cassette:
        sandbox.faults.plan("playground 500 skip=2 times=0")
        with pytest.raises(ApiError, match="500"):
            len(fetch(client(resilience=impatient, mode="record", cassette=cassette), "next-url"))
    sandbox.faults.clear()
    with open_cassette(tmp_path / "other.yaml", mode="record") as cassette:
        again = client(resilience=Resilience(), mode="record", cassette=cassette)
        assert [each["id"] for each in fetch(again, "next-url")] == readings()
        assert again.stats.replayed >= 2


def test_children_come_in_their_parents_order_by_several_threads_within_the_rate():
    clock = StillClock()
    patience = Resilience(rate=Rate(10, 1.0))
    meters = Client(Connection("playground", BASE, resilience=patience), clock=clock)
    parents = [{"sensor": number} for number in (3, 1, 2, 9)]
    children = meters.children("/cursor/readings?sensor={sensor}", parents)
    assert [each["id"] for each in children] == [
        ident for parent in parents for ident in readings(parent["sensor"])
    ]
    assert clock.time - StillClock().time >= 0.9  # twelve calls at ten a second
    assert children.origin(250).request == "GET /cursor/readings?sensor=1"


def test_a_list_is_described_the_same_by_entry_address_and_words(project):
    (project / "intkit.toml").write_text(
        f'[connections.meters]\nbase_url = "{BASE}"\n'
        'paging = { kind = "cursor", at = "x-next-cursor", param = "X-Cursor", header = true, place = "headers" }\n'
    )
    by_entry = connect("meters")
    by_address = connect(BASE, paging=WAYS["cursor-in-header"][0])
    assert replace(by_entry.connection, name="") == replace(by_address.connection, name="")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(fetch(by_entry, "cursor-in-header")) == len(fetch(by_address, "cursor-in-header")) == 250
    assert not isinstance(by_entry.paging, SinglePage)


def test_the_page_s_example_runs_as_it_is_printed(monkeypatch, capsys):
    page = Path(__file__).parents[2] / "docs" / "sandbox.md"
    _, code, said = re.split(
        r"```(?:python|text)\n", page.read_text(encoding="utf-8").partition("## The playground")[2]
    )[:3]
    monkeypatch.setenv("PLAYGROUND_KEY", "")
    exec(code.partition("```")[0], {})
    assert capsys.readouterr().out == said.partition("```")[0]
