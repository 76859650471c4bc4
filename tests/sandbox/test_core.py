"""The parts that all vendors share, by their laws."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intkit.sandbox import times
from intkit.sandbox.call import unfold
from intkit.sandbox.clock import Clock
from intkit.sandbox.faults import Fault, change_records
from intkit.sandbox.limits import Window
from intkit.sandbox.odoo_domain import compile_domain
from intkit.sandbox.paging import cut_after
from intkit.sandbox.selection import drop, keep
from intkit.sandbox.world import build_world

NAMES = st.text("abc", min_size=1, max_size=2)
BODIES = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@given(st.integers(0, 40), st.integers(1, 12))
def test_pages_by_cursor_are_the_whole_list_forward_and_back(count, limit):
    records = [{"id": str(number)} for number in range(count)]
    seen, more = [], True
    while more:
        page, more = cut_after(records, limit, after=seen[-1]["id"] if seen else None)
        seen += page
    assert seen == records
    back, more = records[-1:], len(records) > 1
    while more:
        page, more = cut_after(records, limit, before=back[0]["id"])
        back = page + back
    assert back == records


@given(st.dictionaries(NAMES, BODIES, max_size=4), NAMES, NAMES)
def test_what_is_kept_and_what_is_dropped_are_all_there_is(body, first, second):
    paths = [[first], [second]]
    kept, dropped = keep(body, paths), drop(body, paths)
    assert kept | dropped == body
    assert not set(kept) & set(dropped)


TREES = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def folded(name, value):
    if isinstance(value, dict):
        return [pair for key, each in value.items() for pair in folded(f"{name}[{key}]", each)]
    if isinstance(value, list):
        return [pair for at, each in enumerate(value) for pair in folded(f"{name}[{at}]", each)]
    return [(name, value)]


@given(st.dictionaries(NAMES, TREES, max_size=3))
def test_a_form_with_brackets_unfolds_to_what_was_folded(tree):
    pairs = [pair for name, value in tree.items() for pair in folded(name, value)]
    assert unfold(parse_qsl(urlencode(pairs), keep_blank_values=True)) == tree


def test_empty_brackets_make_a_list():
    assert unfold([("expand[]", "a"), ("expand[]", "b")]) == {"expand": ["a", "b"]}


@given(st.integers(1, 20), st.lists(st.floats(0, 3), max_size=40))
def test_a_window_lets_so_many_calls_pass_in_its_seconds(limit, pauses):
    window, now, opened, passed = Window(limit, 10, enforced=True), 0.0, None, 0
    for pause in pauses:
        now += pause
        if opened is None or now - opened >= 10:
            opened, passed = now, 0
        use = window.take(now)
        passed += 1
        assert use.over == (passed > limit)
        assert use.remaining == max(0, limit - passed)


@given(st.integers(1_400_000_000, 2_000_000_000))
def test_amsterdam_time_is_that_of_the_zone_data(epoch):
    expected = datetime.fromtimestamp(epoch, ZoneInfo("Europe/Amsterdam")).isoformat(timespec="seconds")
    assert times.amsterdam(epoch) == expected


@given(st.integers(1_400_000_000, 2_000_000_000))
def test_every_spelling_of_a_time_is_the_same_instant(epoch):
    for write in (times.iso, times.iso_millis, times.amsterdam):
        assert datetime.fromisoformat(write(epoch)).timestamp() == epoch
    assert int(datetime.fromisoformat(times.postgres(epoch)).timestamp()) == epoch
    assert datetime.fromisoformat(times.naive(epoch) + "+00:00").timestamp() == epoch


RECORDS = [{"a": a, "b": b} for a in (False, 1, 2, 3) for b in (False, "x", "xy")]


@pytest.mark.parametrize(
    ("domain", "check"),
    [
        ([["a", ">", 1], ["b", "=", "x"]], lambda r: r["a"] is not False and r["a"] > 1 and r["b"] == "x"),
        (["|", ["a", "=", 1], ["b", "ilike", "Y"]], lambda r: r["a"] == 1 or "y" in (r["b"] or "")),
        (["!", ["b", "=", False]], lambda r: r["b"] is not False),
        (
            ["|", "&", ["a", "=", 1], ["b", "=", "x"], ["a", "in", [3]]],
            lambda r: r == {"a": 1, "b": "x"} or r["a"] == 3,
        ),
        ([], lambda _: True),
    ],
)
def test_a_domain_in_polish_notation_says_what_python_says(domain, check):
    test = compile_domain(domain, lambda record, path: record[path])
    assert [record for record in RECORDS if test(record)] == [record for record in RECORDS if check(record)]


def test_a_changed_schema_reaches_every_depth():
    body = {"data": [{"amount": 1, "inner": {"amount": 2}}]}
    renamed = change_records(body, Fault("stripe", "renamed", field="amount", to="total"))
    assert renamed == {"data": [{"total": 1, "inner": {"total": 2}}]}


def test_the_records_time_stands_still_between_writes():
    clock = Clock()
    assert clock.now() == clock.now() == datetime(2026, 3, 31, 12, tzinfo=UTC).timestamp()
    assert clock.tick() == clock.now() == datetime(2026, 3, 31, 12, 0, 1, tzinfo=UTC).timestamp()


def test_another_seed_is_another_world_and_the_same_one_the_same():
    assert build_world(1).orders[0] != build_world(2).orders[0]
    build_world.cache_clear()
    first = build_world(3)
    build_world.cache_clear()
    assert build_world(3) == first
