from __future__ import annotations

import pytest

from intkit.profiles import profile
from intkit.records import Records, Source


def charge(number: int) -> dict:
    return {
        "id": f"ch_{number:016x}",
        "object": "charge",
        "amount": 100 + 7 * number,
        "currency": "eur" if number % 3 else "usd",
        "created": 1_700_000_000 + number,
        "status": ["succeeded", "failed", "pending"][number % 3],
        "customer": f"cus_{number % 40:014x}",
        "customer_name": f"Ann {number}",
        "billing_details": {"email": f"a{number}@example.com", "name": f"Ann {number}"},
        "parent_id": f"ch_{number // 2:016x}",
        "deleted": number % 5 == 0,
        "quantity": number % 4,
        "refunds": [{"id": f"re_{number:016x}", "amount": 5}],
        "city": ["Amsterdam", "Berlin"][number % 2],
    }


@pytest.fixture(scope="module")
def charges():
    return profile([charge(n) for n in range(200)])


def roles(found, path):
    return [role.name for role in found.roles.get(path, ())]


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("id", "key"),
        ("object", "constant"),
        ("amount", "money"),
        ("refunds[].amount", "money"),
        ("created", "created"),
        ("status", "enum"),
        ("customer", "reference"),
        ("parent_id", "reference"),
        ("deleted", "deleted"),
        ("billing_details.email", "personal"),
        ("billing_details.name", "personal"),
    ],
)
def test_roles_are_told_from_values_names_and_neighbours(charges, path, role):
    assert role in roles(charges, path)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("created", "key"),
        ("amount", "key"),
        ("refunds[].id", "key"),
        ("quantity", "money"),
        ("city", "enum"),
        ("quantity", "enum"),
        ("customer_name", "enum"),
        ("id", "reference"),
    ],
)
def test_near_misses_have_no_role(charges, path, role):
    assert role not in roles(charges, path)


def test_a_reference_within_the_records_names_its_key(charges):
    assert [role.why for role in charges.roles["parent_id"]] == ["100 % of its values are values of id"]


def test_a_key_must_be_in_every_record_once_and_never_empty():
    rows = [{"id": n, "ref": f"r{n}", "code": f"c{n}"} for n in range(20)]
    assert profile(rows).keys == ["id", "ref", "code"]
    rows[3]["ref"], rows[4]["code"] = "", "c5"
    assert profile(rows).keys == ["id"]
    assert profile([*rows, {"x": 1}]).keys == []


def test_one_repeat_among_many_thousands_is_told_where_values_are_counted():
    rows = [{"id": n} for n in range(4000)]
    assert profile(rows).keys == ["id"]
    assert profile([*rows, {"id": 7}]).keys == []


def test_many_values_that_often_repeat_are_no_key():
    assert profile([{"id": n % 6000} for n in range(12_000)]).keys == []
    assert profile([{"id": n} for n in range(12_000)]).keys == ["id"]


def test_money_of_integers_is_minor_and_of_decimals_major():
    whole = profile([{"amount": n, "currency": "EUR"} for n in (100, 250)])
    decimal = profile([{"amount": {"value": value, "currency": "EUR"}} for value in ("1.50", "2.00")])
    assert whole.roles["amount"][-1].why == "minor units, as it seems, of currency"
    assert [role.why for role in decimal.roles["amount.value"]] == ["major units of amount.currency"]
    assert "amount" not in profile([{"amount": 5}, {"amount": 7}]).roles


def test_an_object_with_keys_that_are_values_is_a_map():
    rows = [{"prices": {f"sku{n % 12}": {"net": n}}} for n in range(48)]
    assert roles(profile(rows), "prices") == ["map"]
    rows = [{"price": {f"part{m}": {"net": n} for m in range(12)}} for n in range(48)]
    assert roles(profile(rows), "price") == []


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"ltv": ""}, {"ltv": 5}, {"ltv": 7.5}], {"": ["ltv"]}),
        ([{"x": {"note": False}}, {"x": {"note": "call back"}}], {False: ["x.note"]}),
        ([{"day": "2024-01-01"}] * 20 + [{"day": "n/a"}], {"n/a": ["day"]}),
        ([{"n": ""}, {"n": "12"}, {"n": "7"}], {"": ["n"]}),
        ([{"name": ""}, {"name": "Ann"}], {}),
        ([{"on": False}, {"on": True}, {"on": "x"}], {}),
        ([{"on": False}], {}),
        ([{"x": "null"}, {"x": "zero"}], {}),
    ],
)
def test_words_for_nothing_are_found(rows, words):
    assert profile(rows).words_for_nothing == words
    assert profile(rows, missing=list(words)).words_for_nothing == {}


@pytest.mark.parametrize("missing", ["n/a", b"x", False, 5])
def test_missing_is_a_list_of_words(missing):
    with pytest.raises(Exception, match=r"Write missing=\["):
        profile([{"x": 1}], missing=missing)


def answers(rows, **source):
    given = Records.of(rows, source=Source(**source)) if source else rows
    return profile(given).questions().text(1000)


def test_a_round_count_probably_means_one_page():
    rows = [{"id": n} for n in range(100)]
    assert "Perhaps not: 100 is a round number" in answers(rows)
    assert "No sign that anything was cut off" in answers(rows[:97])
    assert "the limit of 97 was reached" in answers(rows[:97], path="/v1/charges", limit=97)


def test_the_questions_name_key_time_types_and_meaning(charges):
    text = charges.questions().text(1000)
    for line in (
        "a record's key could be id",
        "object is always 'charge'",
        "created runs from 2023-11-14 22:13 UTC to 2023-11-14 22:16 UTC",
        "Every path has one type",
        "amount (minor units, as it seems, of currency)",
        "all values of: currency, status",
        "Personal, by law to be guarded: billing_details.email",
    ):
        assert line in text


def test_dates_as_exact_writes_them_tell_how_fresh_the_records_are():
    rows = [{"Created": f"/Date({1735924726000 + 60_000 * n})/"} for n in range(11)]
    assert "Created runs from 2025-01-03 17:18 UTC to 2025-01-03 17:28 UTC" in answers(rows)
    older = [
        *rows,
        {"Created": "/Date(915148800000)/"},
    ]  # a digit less, so the texts are not in the order of the times
    assert "Look at the newest of Created" in answers(older)


def test_traps_of_type_and_meaning_are_named():
    rows = [
        {"day": "01/02/2024", "at": "2024-01-01T10:00:00", "n": 2**53 + 1, "x": 1, "p": "1.5", "z": None}
    ] * 3
    text = answers([*rows, {"x": "one"}])
    for line in (
        "day or month, in: day",
        "time zone is: at",
        "change: n",
        "types: x (integer, text; text first in record 3)",
        "quotes: p",
        "known type: z",
    ):
        assert line in text


def test_links_between_two_kinds_of_records_are_found_by_their_values():
    customers = profile([{"id": f"cus_{n:014x}", "level": n % 3} for n in range(30)])
    charges = profile([charge(n) for n in range(200)])
    table = charges.links(customers)
    assert [row[:2] for row in table.rows] == [["customer", "id"]]
    assert table.rows[0][2].share == 0.75
    assert customers.links(charges).rows == []
