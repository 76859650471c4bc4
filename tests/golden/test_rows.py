"""Tests of rows: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 ebbfb63c814a8c51cafa240a753931d7d581c7f4be7d578cef53ce22408727d6
"""

import json
from typing import Any

import pytest
from rows import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "id": 1,
            "shop": "north",
            "lines": {
                "data": [
                    {"sku": "a", "quantity": 2, "price": 1.25, "taxes": [{"code": "vat", "percent": 21}]},
                    {"sku": "b", "quantity": 1, "price": 10.0, "taxes": []},
                ]
            },
            "shipping": {"city": "Vwdza", "country": {"code": "nl"}},
        },
        [
            {
                "order_id": "1",
                "total": "12.50",
                "lines": [
                    {
                        "sku": "a",
                        "quantity": 2,
                        "shop": "north",
                        "taxes": [{"code": "vat", "share": "0.2625"}],
                    },
                    {"sku": "b", "quantity": 1, "shop": "north", "taxes": []},
                ],
                "address": {"city": "Vwdza", "country": "NL"},
            }
        ],
    ),
    (
        {"id": 4, "shop": "south", "lines": {"data": []}, "shipping": None},
        [{"order_id": "4", "total": "0", "lines": [], "address": None}],
    ),
    (
        {
            "id": 9,
            "shop": "south",
            "lines": {
                "data": [
                    {
                        "sku": "c",
                        "quantity": 0,
                        "price": 1.1,
                        "taxes": [{"code": "vat", "percent": 9}, {"code": "eco", "percent": 1}],
                    }
                ]
            },
            "shipping": {"city": None, "country": None},
        },
        [
            {
                "rejected": [
                    "Input should be greater than 0, got 0 @ $.lines.data[].quantity -> lines[0].quantity"
                ]
            }
        ],
    ),
]


def outcome(given: Any) -> Any:
    """Return a target or a reject as JSON has it."""
    if isinstance(given, Reject):
        return {"rejected": [str(problem) for problem in given.problems]}
    return json.loads(target_line(given))


@pytest.mark.parametrize(("record", "gives"), CASES)
def test_a_record_gives_what_it_gave(record: dict[str, Any], gives: list[Any]) -> None:
    assert [outcome(each) for each in map_record(record)] == gives


@pytest.mark.parametrize(("record", "gives"), CASES)
def test_json_gives_what_a_dict_gives(record: dict[str, Any], gives: list[Any]) -> None:
    assert [outcome(each) for each in map_record(json.dumps(record).encode())] == gives


def test_records_come_out_in_their_order() -> None:
    mapped = [outcome(each) for each in map_records(record for record, _ in CASES)]
    assert mapped == [each for _, gives in CASES for each in gives]


def test_the_contract_names_what_is_broken() -> None:
    assert [str(problem) for record, _ in CASES for problem in check_contract(record)] == []


def test_the_contract_names_what_is_missing() -> None:
    assert [str(problem) for problem in check_contract({})] == [
        "expected a whole number, and the field is missing, got None @ $.id",
        "expected text, and the field is missing, got None @ $.shop",
        "expected an object, and the field is missing, got None @ $.lines",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
