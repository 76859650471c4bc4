"""Tests of shop_invoices, written with it: records that show every outcome, and what they give."""

import json
from typing import Any

import pytest
from shop_invoices import Reject, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "name": "W53724",
            "state": "sale",
            "date_order": "2025-01-03 17:18:46",
            "client_order_ref": "VWD-7881-81848",
            "partner_id": {"display_name": "Jiø Pøprbz"},
            "currency_id": {"name": "ISE"},
            "order_line": [
                {"name": "Dioyb, 3 n", "product_uom_qty": 1.0, "price_unit": 7.99, "display_type": False},
                {"name": "Xvcklasp", "product_uom_qty": 1.0, "price_unit": 4.95, "display_type": False},
                {
                    "name": "Wtsirapufqym, iifwc",
                    "product_uom_qty": 2.0,
                    "price_unit": 9.0,
                    "display_type": False,
                },
            ],
        },
        [
            {
                "reference": "VWD-7881-81848",
                "customer": "Jiø Pøprbz",
                "ordered_at": "2025-01-03T17:18:46Z",
                "currency": "ISE",
                "net": "30.940",
                "lines": [
                    {"description": "Dioyb, 3 n", "quantity": "1.0", "price": "7.99"},
                    {"description": "Xvcklasp", "quantity": "1.0", "price": "4.95"},
                    {"description": "Wtsirapufqym, iifwc", "quantity": "2.0", "price": "9.0"},
                ],
            }
        ],
    ),
    (
        {
            "name": "R78471",
            "state": "sent",
            "date_order": "2025-01-05 11:25:02",
            "client_order_ref": "JPW-2872-94336",
            "partner_id": {"display_name": "Nevwen Ømint"},
            "currency_id": {"name": "ISE"},
            "order_line": [
                {"name": "Tfdk: Øøn kqp", "product_uom_qty": 1.0, "price_unit": 19.99, "display_type": False},
                {
                    "name": "Wtsirapufqym, iifwc",
                    "product_uom_qty": 3.0,
                    "price_unit": 9.0,
                    "display_type": False,
                },
            ],
        },
        [],
    ),
    (
        {
            "name": "G38489",
            "state": "sale",
            "date_order": "2025-01-09 10:22:25",
            "client_order_ref": "FBD-2926-69389",
            "partner_id": {"display_name": "Ldgp ab Dqmmp"},
            "currency_id": {"name": "ISE"},
            "order_line": [
                {"name": "Dsgt wcsb", "product_uom_qty": 3.0, "price_unit": 50.0, "display_type": False}
            ],
        },
        [
            {
                "reference": "FBD-2926-69389",
                "customer": "Ldgp ab Dqmmp",
                "ordered_at": "2025-01-09T10:22:25Z",
                "currency": "ISE",
                "net": "150.00",
                "lines": [{"description": "Dsgt wcsb", "quantity": "3.0", "price": "50.0"}],
            }
        ],
    ),
    (
        {
            "name": "P27389",
            "state": "sale",
            "date_order": "2025-01-19 17:04:55",
            "client_order_ref": "BYC-5785-33598",
            "partner_id": {"display_name": "Fqd"},
            "currency_id": {"name": "HER"},
            "order_line": [
                {"name": "I-nzltd T", "product_uom_qty": 1.0, "price_unit": 24.99, "display_type": False}
            ],
        },
        [
            {
                "reference": "BYC-5785-33598",
                "customer": "Fqd",
                "ordered_at": "2025-01-19T17:04:55Z",
                "currency": "HER",
                "net": "24.990",
                "lines": [{"description": "I-nzltd T", "quantity": "1.0", "price": "24.99"}],
            }
        ],
    ),
    (
        {
            "name": "T17437",
            "state": "sale",
            "date_order": "2025-01-26 02:49:40",
            "client_order_ref": "XGK-6487-27831",
            "partner_id": {"display_name": "Eleezy Siardd"},
            "currency_id": {"name": "LHB"},
            "order_line": [
                {"name": "I-nzltd T", "product_uom_qty": 1.0, "price_unit": 3990.0, "display_type": False}
            ],
        },
        [
            {
                "reference": "XGK-6487-27831",
                "customer": "Eleezy Siardd",
                "ordered_at": "2025-01-26T02:49:40Z",
                "currency": "LHB",
                "net": "3990.00",
                "lines": [{"description": "I-nzltd T", "quantity": "1.0", "price": "3990.0"}],
            }
        ],
    ),
    (
        {
            "name": "Y51341",
            "state": "sale",
            "date_order": "2025-01-27 04:12:47",
            "client_order_ref": False,
            "partner_id": {"display_name": "Bqø Gvoid-Aafzn"},
            "currency_id": {"name": "RLS"},
            "order_line": [
                {"name": "Xvcklasp", "product_uom_qty": 1.0, "price_unit": 4.95, "display_type": False}
            ],
        },
        [
            {
                "reference": "Y51341",
                "customer": "Bqø Gvoid-Aafzn",
                "ordered_at": "2025-01-27T04:12:47Z",
                "currency": "RLS",
                "net": "4.950",
                "lines": [{"description": "Xvcklasp", "quantity": "1.0", "price": "4.95"}],
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


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
