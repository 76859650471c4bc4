"""Tests of shop_inventory: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 90db25325489c3ae502c01634e249659b407e14d25f9628f8aaf30a8a214f136
"""

import json
from typing import Any

import pytest
from shop_inventory import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "name": "W53724",
            "state": "sale",
            "date_order": "2025-01-03 17:18:46",
            "order_line": [
                {
                    "product_uom_qty": 1.0,
                    "product_id": {"default_code": "CABLE"},
                    "warehouse_id": {"code": "AMS"},
                },
                {"product_uom_qty": 1.0, "product_id": {"default_code": "SHIP"}, "warehouse_id": False},
                {"product_uom_qty": 2.0, "product_id": {"default_code": "SUB-M"}, "warehouse_id": False},
            ],
        },
        [
            {
                "order": "W53724",
                "sku": "CABLE",
                "warehouse": "AMS",
                "change": "-1.0",
                "at": "2025-01-03T17:18:46Z",
            }
        ],
    ),
    (
        {
            "name": "V57378",
            "state": "sent",
            "date_order": "2025-01-05 11:25:02",
            "order_line": [
                {
                    "product_uom_qty": 1.0,
                    "product_id": {"default_code": "BOOK-7"},
                    "warehouse_id": {"code": "AMS"},
                },
                {"product_uom_qty": 3.0, "product_id": {"default_code": "SUB-M"}, "warehouse_id": False},
            ],
        },
        [],
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
        "expected text, and the field is missing, got None @ $.name",
        "expected text, and the field is missing, got None @ $.date_order",
        "expected a list, and the field is missing, got None @ $.order_line",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
