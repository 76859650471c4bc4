from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intkit.profiles import profile
from intkit.profiles.formats import find_format

from .labelled import check_formats, labelled


def found(name, values):
    return profile([{name: value} for value in values]).field(name).format


def test_the_labelled_columns_are_told_with_98_percent_precision_and_recall():
    precision, recall, wrong = check_formats(found)
    assert len(labelled()) >= 400
    assert precision >= 0.98, wrong
    assert recall >= 0.98, wrong


@pytest.mark.parametrize(
    ("values", "detail"),
    [
        (["31/12/2024", "01/02/2024"], "day first"),
        (["12/31/2024", "01/02/2024"], "month first"),
        (["11/12/2024", "01/02/2024"], "day first or month first"),
        (["cus_NffrFeUfNV2Hib", "cus_1PgafmB7WZ01zg"], "cus_…"),
        (["0012", "0345"], "4 digits"),
        (["12,50", "3,99"], "comma"),
        (["a;b", "b;c;d"], "by ;"),
    ],
)
def test_a_format_says_what_its_values_share(values, detail):
    assert find_format(dict.fromkeys(values, 1)).detail == detail


def test_a_few_odd_values_do_not_hide_a_format():
    days = {f"2024-01-{day:02d}": 10 for day in range(1, 29)}
    format_found = find_format({**days, "n/a": 3})
    assert (format_found.name, format_found.odd) == ("date", ("n/a",))
    assert format_found.share == pytest.approx(280 / 283)


def test_many_odd_values_do():
    assert find_format({"2024-01-01": 5, "n/a": 3, "soon": 2}) is None


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("phone", ["0612345678", "0687654321"], "phone"),
        ("code", ["0612345678", "0687654321"], "padded code"),
        ("created", [1_700_000_000], "epoch seconds"),
        ("order_id", [1_700_000_000], None),
        ("language", ["de", "nl"], "language code"),
        ("country", ["de", "nl"], "country code"),
        ("status", ["de", "nl"], None),
        ("x", ["true"], "boolean text"),
        ("x", ["no"], None),
        ("x", [9_007_199_254_740_993], "integer beyond 2^53"),
        ("x", [9_007_199_254_740_992], None),
        ("x", ["", "  "], None),
        ("mixed", ["", 5], None),
        ("created", [True, 1_700_000_000], None),
    ],
)
def test_names_decide_where_values_cannot(name, values, expected):
    assert found(name, values) == expected


@given(st.lists(st.one_of(st.text(), st.from_regex(r"[0-9:/T.+\-]{4,20}")), min_size=1), st.text())
def test_the_share_of_a_format_counts_what_it_does_not_fit(values, name):
    counts = dict.fromkeys(values, 1)
    format_found = find_format(counts, name)
    if format_found is not None:
        assert (format_found.share == 1) == (format_found.odd == ())
        assert set(format_found.odd) <= {value.strip() for value in values}


@given(st.lists(st.one_of(st.integers(), st.floats()), min_size=1), st.sampled_from(["created", "id", "x"]))
def test_any_column_of_numbers_has_a_format_or_none(values, name):
    assert found(name, values) in {
        None, "epoch seconds", "epoch milliseconds", "epoch microseconds", "compact date", "integer beyond 2^53",
    }  # fmt: skip
