from __future__ import annotations

import pytest

from intkit.errors import RecordsError
from intkit.records import Batch, Origin, Records, Source


def paged(*pages, fail_at=None):
    """Records of these pages; the page at `fail_at` fails the first time."""
    state = {"next": 0, "asked": 0, "failed": False}

    def fetch():
        state["asked"] += 1
        number = state["next"]
        if number == fail_at and not state["failed"]:
            state["failed"] = True
            raise ConnectionError("the line broke")
        state["next"] += 1
        origin = Origin(f"shop/orders#{number}", "GET /orders")
        return Batch(pages[number], origin, f"{number + 1} page(s) read.", last=number == len(pages) - 1)

    return Records(fetch, Source("shop", "shop/orders", "/orders")), state


def orders(*numbers):
    return [{"id": number} for number in numbers]


def test_records_are_fetched_as_they_are_read_and_only_once():
    records, state = paged(orders(1, 2), orders(3, 4), orders(5))
    assert records[0] == {"id": 1}
    assert state["asked"] == 1
    assert [record["id"] for record in records] == [1, 2, 3, 4, 5]
    assert [record["id"] for record in records] == [1, 2, 3, 4, 5]
    assert len(records) == 5
    assert state["asked"] == 3


def test_a_record_knows_the_exchange_it_came_from():
    records, _ = paged(orders(1, 2), [], orders(3))
    assert [records.origin(i).exchange for i in range(3)] == [
        "shop/orders#0",
        "shop/orders#0",
        "shop/orders#2",
    ]
    assert records.origin(-1) == Origin("shop/orders#2", "GET /orders")
    with pytest.raises(IndexError):
        records.origin(3)


def test_reading_goes_on_where_a_fetch_broke_off():
    records, _ = paged(orders(1, 2), orders(3), orders(4), fail_at=1)
    seen = iter(records)
    assert [next(seen), next(seen)] == orders(1, 2)
    with pytest.raises(ConnectionError):
        next(seen)
    assert list(records) == orders(1, 2, 3, 4)


def test_a_slice_is_records_and_keeps_the_origins():
    records, state = paged(orders(1, 2), orders(3, 4), orders(5))
    part = records[1:3]
    assert isinstance(part, Records)
    assert list(part) == orders(2, 3)
    assert part.origin(1).exchange == "shop/orders#1"
    assert part.source is records.source
    assert state["asked"] == 2
    assert list(records[-2:]) == orders(4, 5)
    assert list(records[3:1]) == []


def test_the_note_grows_with_the_pages():
    records, _ = paged(orders(1), orders(2))
    assert records
    assert (records.note, records.complete) == ("1 page(s) read.", False)
    assert len(records) == 2
    assert (records.note, records.complete) == ("2 page(s) read.", True)


def test_plain_dicts_become_records():
    records = Records.of(orders(7, 8), source=Source("shop"))
    assert list(records) == orders(7, 8)
    assert records.source.connection == "shop"
    assert str(records.origin(0)) == "given in code"
    assert not Records.of([])


def test_what_is_no_object_is_refused_with_its_number():
    with pytest.raises(RecordsError, match="Record 1 is str, not an object"):
        Records.of([{"id": 1}, "two"])


def test_a_frame_has_a_column_for_each_path_and_keeps_long_ids_exact():
    frame = Records.of([{"id": 2**60 + 1, "card": {"last4": "0042"}}, {"id": None, "tags": ["a"]}]).frame()
    assert list(frame.columns) == ["id", "card.last4", "tags"]
    assert frame["id"][0] == 1152921504606846977
    assert frame["card.last4"][0] == "0042"


def test_a_notebook_shows_all_of_them_and_escapes_their_values():
    records, state = paged([{"name": "<b>Ada</b>"}], orders(2))
    shown = records._repr_mimebundle_()
    assert state["asked"] == 2
    assert "&lt;b&gt;Ada" in shown["text/html"]
    assert "2 record(s)" in shown["text/plain"]


def test_repr_alone_fetches_nothing():
    records, state = paged(orders(1), orders(2))
    records.read_next()
    assert "1 record(s) read so far" in repr(records)
    assert state["asked"] == 1


def test_a_short_table_says_what_it_leaves_out():
    wide = {f"field{n}": n for n in range(12)}
    assert "2 more record(s) and 4 more column(s)" in repr(Records.of([wide] * 12))


def test_columns_without_values_make_room_for_those_with():
    shown = repr(Records.of([{**{f"empty{n}": None for n in range(9)}, "amount": 4711}]))
    assert "amount" in shown
    assert "4711" in shown
