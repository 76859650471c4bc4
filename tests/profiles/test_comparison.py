from __future__ import annotations

import random
from copy import deepcopy

import pytest

from intkit.profiles import profile


def order(number: int) -> dict:
    return {
        "id": f"ord_{number:08d}",
        "total": 1000 + 37 * number % 5000,
        "status": ["open", "paid", "void"][number % 3],
        "placed": f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "customer": {"email": f"a{number}@example.com", "level": number % 5},
        "lines": [{"sku": f"S{number % 17}", "quantity": number % 4 + 1}],
        **({"coupon": "SPRING"} if number % 4 == 0 else {}),
    }


def orders(change=lambda _: None, count=120, start=0):
    rows = [order(n) for n in range(start, start + count)]
    for row in rows:
        change(row)
    return profile(rows)


BEFORE = orders()


def rename(row):
    row["amount_total"] = row.pop("total")


def nest(row):
    row["lines"][0]["sku"] = {"code": row["lines"][0]["sku"]}


def decimals(row):
    row["total"] = row["total"] + 0.5


def minor(row):
    row["total"] = row["total"] * 100


def sometimes_null(row):
    row["customer"]["email"] = None if int(row["id"][4:]) % 9 == 0 else row["customer"]["email"]


def refund(row):
    row["status"] = "refunded" if int(row["id"][4:]) % 12 == 0 else row["status"]


CHANGES = [
    ("removed", "total", "high", lambda row: row.pop("total") and row.update(x=row["status"])),
    ("removed", "coupon", "high", lambda row: row.pop("coupon", None)),
    ("added", "shop", "low", lambda row: row.update(shop="nl")),
    ("renamed", "total", "high", rename),
    ("type", "lines[].sku", "high", nest),
    ("type", "total", "high", lambda row: row.update(total=str(row["total"]))),
    ("precision", "total", "medium", decimals),
    ("magnitude", "total", "medium", minor),
    ("null", "customer.email", "medium", sometimes_null),
    (
        "optional",
        "customer.level",
        "medium",
        lambda row: row["customer"].pop("level") if row["status"] == "open" else 0,
    ),
    (
        "format",
        "placed",
        "medium",
        lambda row: row.update(placed="/".join(reversed(row["placed"].split("-")))),
    ),
    ("values", "status", "medium", refund),
    ("key", "id", "high", lambda row: row.update(id=row["id"][:-1])),
]


@pytest.mark.parametrize(
    ("kind", "path", "severity", "change"), CHANGES, ids=[f"{c[0]} {c[1]}" for c in CHANGES]
)
def test_each_change_of_form_is_told_where_it_is(kind, path, severity, change):
    found = BEFORE.diff(orders(change))
    assert (kind, path, severity) in [(each.kind, each.path, each.severity) for each in found]


@pytest.mark.parametrize(
    ("kind", "path", "severity", "change"), CHANGES[2:], ids=[f"{c[0]} {c[1]}" for c in CHANGES[2:]]
)
def test_a_single_change_is_told_once(kind, path, severity, change):
    assert [(each.kind, each.path) for each in BEFORE.diff(orders(change))] == [(kind, path)]


def test_other_values_of_the_same_form_are_no_change():
    assert BEFORE.diff(orders(start=120)) == []
    assert BEFORE.diff(BEFORE) == []
    assert "No change of form" in str(BEFORE.diff(BEFORE))


def test_random_halves_of_the_same_records_do_not_differ_gravely():
    rows = [order(n) for n in range(600)]
    for seed in range(10):
        random.Random(seed).shuffle(rows)
        found = profile(rows[:300]).diff(profile(rows[300:]))
        assert [change for change in found if change.severity != "low"] == []


def test_a_rare_field_is_not_missed_among_few_records():
    few = profile([{key: value for key, value in order(n).items() if key != "coupon"} for n in range(3)])
    assert [change.kind for change in BEFORE.diff(few) if change.path == "coupon"] == []


def test_silence_and_a_tenth_of_the_volume_are_told():
    assert [change.kind for change in BEFORE.diff(profile([]))] == ["silence"]
    assert "volume" in [change.kind for change in BEFORE.diff(orders(count=11))]


def test_new_values_come_with_their_counts():
    (change,) = BEFORE.diff(orders(refund))
    assert change.values == (("refunded", 10),)
    assert "'refunded' (10×)" in change.text


def test_a_renamed_object_is_told_once_and_not_with_all_its_fields():
    def move(row):
        row["client"] = row.pop("customer")

    (change,) = BEFORE.diff(orders(move))
    assert (change.kind, change.path, change.values) == ("renamed", "customer", ("client",))


def test_comparing_changes_neither_profile():
    before, after = orders(), orders(rename)
    rows = deepcopy(before.rows()), deepcopy(after.rows())
    before.diff(after)
    assert (before.rows(), after.rows()) == rows


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("fetched", "2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"),
        ("workspace_id", "l4wp0knn", "k3vq9jmm"),
        ("session", "5eb0d793a5aa4f1b9fd29305d6afbf7c", "f0f4a3247e34526684cc57236c91d4da"),
    ],
)
def test_what_is_the_same_throughout_one_recording_only_is_no_change(name, old, new):
    before, after = (orders(lambda row, value=value: row.update({name: value})) for value in (old, new))
    assert before.diff(after) == []
