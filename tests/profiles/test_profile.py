from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intkit.errors import ProfileError
from intkit.profiles import columns, profile
from intkit.records import Records, Source

from .naive import WORDS, recount

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.sampled_from(["", "a", "b", "\ud800"]),
    st.text(),
)
keys = st.sampled_from(["id", "name", "order-id", "x", "lines", "from"])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
records = st.lists(st.dictionaries(keys, values, max_size=5), max_size=12)


def check_against_recount(found, given, missing=()):
    expected = recount(given, missing)
    assert {field.path for field in found.root.walk()} == expected.keys() | {""}
    for path, seen in expected.items():
        field = found.field(path)
        kept = [value for value in seen.values if value is not None]
        assert field.parents == seen.parents
        assert field.count == len(seen.values)
        assert field.nulls == len(seen.values) - len(kept)
        assert field.types == Counter(WORDS[type(value)] for value in kept)
        assert field.empties == Counter(json.dumps(value) for value in kept if value in ("", [], {}))
        assert field.longest == max((len(value) for value in kept if isinstance(value, list)), default=0)
        assert field.first == seen.first
        leaves = [value for value in kept if not isinstance(value, dict | list)]
        assert field.distinct == len({(type(value), value) for value in leaves})
        if field.distinct <= 50:
            assert field.values == Counter(leaves)
            assert set(field.examples) <= set(leaves)


@given(records, st.sampled_from([(), ("",), (False,), ("", False, 0)]))
@example([{"id": 1}] * 150 + [{"id": "x"}, {}], ())
@example([{"x": {"id": n, "name": None}} for n in range(120)] + [{"x": {}}], ())
def test_a_profile_equals_a_naive_recount(given, missing):
    check_against_recount(profile(given, missing=missing), given, missing)


@given(records, records)
@example([{"x": str(n)} for n in range(40)], [{"x": n, "name": []} for n in range(40)])
def test_two_halves_merge_into_the_whole(first, second):
    check_against_recount(profile(first).merge(profile(second)), first + second)


def test_merging_leaves_both_halves_as_they_were():
    first, second = profile([{"id": 1}]), profile([{"id": "x", "name": "y"}])
    first.merge(second)
    assert first.field("id").types == {"integer": 1}
    assert second.field("id").types == {"text": 1}


@pytest.mark.parametrize("kind", [str, int, float])
@pytest.mark.parametrize("cut", [0, 10, 5_000, 12_000])
def test_many_distinct_values_are_estimated_alike_whole_or_in_halves(kind, cut):
    given = [{"x": kind(n * 7), "y": "same"} for n in range(12_000)]
    whole, halves = profile(given), profile(given[:cut]).merge(profile(given[cut:]))
    for found in (whole.field("x"), halves.field("x")):
        assert not found.exact
        assert found.distinct == pytest.approx(12_000, rel=0.1)
        assert found.values == {}
        assert (found.lowest, found.highest) == (
            min(kind(n * 7) for n in range(12_000)),
            max(kind(n * 7) for n in range(12_000)),
        )
    assert whole.rows() == halves.rows()
    assert whole.field("y").values == {"same": 12_000}


@settings(max_examples=20)
@given(st.lists(st.integers(0, 30), min_size=40), st.randoms())
def test_a_sketch_does_not_depend_on_the_order(numbers, random):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "EXACT", 8)
        first = profile([{"x": n} for n in numbers])
        random.shuffle(numbers)
        second = profile([{"x": n} for n in numbers])
    assert first.field("x").top(31) == second.field("x").top(31) == Counter(numbers)


def test_an_object_with_very_many_keys_is_a_map():
    given = [{"rates": {f"k{n}-{m}": {"value": m} for m in range(40)}} for n in range(60)]
    rates = profile(given).field("rates")
    assert rates.is_map
    assert not rates.fields
    assert (rates.element.count, rates.element.parents) == (2400, 2400)
    assert profile(given).field("rates[].value").values == dict.fromkeys(range(40), 60)
    merged = profile(given[:20]).merge(profile(given[20:]))
    assert merged.rows() == profile(given).rows()


def test_not_a_number_is_counted_but_is_no_value():
    nan = float("nan")
    field = profile([{"x": nan}, {"x": 1.5}, {"x": float("inf")}, {"x": float("nan")}]).field("x")
    assert field.types == {"number": 4}
    assert field.values == {1.5: 1, float("inf"): 1}


def test_lines_of_json_give_the_same_profile_as_dicts(tmp_path):
    given = [{"id": n, "name": "é" * (n % 300), "tags": ["a"] * (n % 3)} for n in range(2500)]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in given).encode()
    path = tmp_path / "records.jsonl"
    path.write_bytes(lines + b"\n\n")
    assert profile(lines).rows() == profile(path).rows() == profile(given).rows()
    assert profile(iter(given)).rows() == profile(given).rows()


def test_a_line_that_is_not_json_is_named():
    lines = b"\n".join([b'{"id": 1}'] * 30_000 + [b'{"id": 1', b'{"id": 2}'])
    with pytest.raises(ProfileError, match="The bytes, line 30001 is not JSON"):
        profile(lines)


@pytest.mark.parametrize(
    "given",
    [
        "stripe/charges",
        {"id": 1},
        42,
        None,
        [{"x": 1j}],
        [{1: "x"}],
        b'[\n{"id": 1}\n]',
        b"\xff\xfe",
        b"[" * 5000,
    ],
    ids=repr,
)
def test_what_cannot_be_profiled_is_refused_clearly(given):
    with pytest.raises(ProfileError) as refused:
        profile(given)
    assert len(str(refused.value)) < 500


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ProfileError, match="cannot be read"):
        profile(tmp_path / "no.jsonl")


def test_nesting_without_end_is_refused():
    deep = {}
    for _ in range(300):
        deep = {"child": [deep]}
    with pytest.raises(ProfileError, match="nested deeper"):
        profile([deep])


def test_python_values_count_as_their_json_form():
    moment = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
    found = profile([{"a": moment, "b": UUID(int=1), "c": (1, 2), "d": Decimal("1.50"), "e": moment.date()}])
    types = {row["path"]: row["types"] for row in found.rows()}
    assert types == {
        "a": {"text": 1},
        "b": {"text": 1},
        "c": {"list": 1},
        "c[]": {"integer": 2},
        "d": {"number": 1},
        "e": {"text": 1},
    }
    assert found.field("a").format == "datetime"
    assert found.field("e").format == "date"


def test_a_frame_is_profiled_with_its_gaps_as_null():
    import pandas as pd

    frame = pd.DataFrame(
        {"id": [1, 2, 3], "at": [pd.Timestamp("2024-01-01"), None, None], "x": [1.5, None, 2]}
    )
    found = profile(frame)
    assert [found.field(path).nulls for path in ("id", "at", "x")] == [0, 2, 1]
    assert found.field("at").format == "datetime without offset"
    assert found.field("id").types == {"integer": 3}


def test_records_keep_their_source():
    source = Source(connection="stripe", path="/v1/charges")
    assert profile(Records.of([{"id": 1}], source=source)).source == source
    assert profile([{"id": 1}]).source is None


def test_a_field_knows_its_name_and_where_it_is():
    found = profile([{"lines": {"data": [{"order-id": 1}, {}]}, "tags": ["a"]}])
    field = found.field('lines.data[]["order-id"]')
    assert (field.name, field.path) == ("order-id", 'lines.data[]["order-id"]')
    assert (field.count, field.parents) == (1, 2)
    assert found.field("tags[]").name == "tags"


def test_an_unknown_path_names_the_nearest():
    found = profile([{"billing": {"email": "x"}, "amount": 1}])
    with pytest.raises(ProfileError, match=r"Did you mean 'amount'\?"):
        found.field("amuont")
    with pytest.raises(ProfileError, match=r"same name stands at billing\.email"):
        found.field("email")


def test_the_table_shows_presence_nulls_types_formats_and_examples():
    given = [{"id": n, "state": "open" if n else 7, "x": None if n % 2 else "2024-01-01"} for n in range(4)]
    lines = profile(given).text(140).splitlines()
    assert lines[0] == "4 records"
    state = next(line for line in lines if line.startswith("state"))
    assert "text 3, integer 1" in state
    dated = next(line for line in lines if line.startswith("x "))
    assert "100 %" in dated
    assert "50 %" in dated
    assert "date" in dated


def test_values_in_the_notebook_are_escaped():
    html = profile([{"<b>": "<script>alert(1)</script>"}])._repr_html_()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_a_frame_has_one_row_a_path():
    frame = profile([{"id": 1, "tags": ["a"]}]).frame()
    assert frame["path"].tolist() == ["id", "tags", "tags[]"]


def test_no_records_are_said_not_hidden():
    assert "No records" in profile([]).text()
    assert profile([]).root.types == {}


def test_one_record_is_low_confidence():
    assert "One record only" in profile([{"id": 1}]).text()


def test_what_python_writes_as_json_is_read():
    given = [{"x": float("nan")}, {"x": 2**70}, {"x": "\ud800"}, {"x": 1.5}]
    lines = b"\n".join(json.dumps(row).encode() for row in given)
    assert profile(lines).field("x").types == {"number": 2, "integer": 1, "text": 1}
    assert profile(b"\xef\xbb\xbf" + lines).count == 4


@pytest.mark.parametrize(
    "text", ['{"id": 1}\r\n{"id": 2}\r\n', '\n\n{"id": 1}\n  \n{"id": 2}', '{"id": 1}\n{"id": 2}']
)
def test_line_ends_and_empty_lines_do_not_matter(text):
    assert profile(text.encode()).field("id").values == {1: 1, 2: 1}
