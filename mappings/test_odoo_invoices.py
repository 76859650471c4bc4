"""Tests of odoo_invoices: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 8b9bfb9f32f53e91383d3bbbcea045635ac0d13dc34e665ab636e6be36210070
"""

import json
from typing import Any

import pytest
from odoo_invoices import Reject, check_contract, give, map_record, map_records, target_line

give(CONTACTS={128: "471743971423399120", 151: "403210858595630576", 224: "487206078325420978"})

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "name": "WJU/2492/97779",
            "ref": "VWD-7881-81848",
            "move_type": "out_invoice",
            "state": "posted",
            "invoice_date": "2025-01-03",
            "partner_id": {"id": 437},
            "currency_id": {"name": "ISE"},
            "invoice_line_ids": [
                {
                    "name": "Dioyb, 3 n",
                    "quantity": 1.0,
                    "price_unit": 7.99,
                    "tax_ids": [1],
                    "display_type": "product",
                },
                {
                    "name": "Xvcklasp",
                    "quantity": 1.0,
                    "price_unit": 4.95,
                    "tax_ids": [1],
                    "display_type": "product",
                },
                {
                    "name": "Wtsirapufqym, iifwc",
                    "quantity": 2.0,
                    "price_unit": 9.0,
                    "tax_ids": [1],
                    "display_type": "product",
                },
            ],
        },
        [{"rejected": ["expected one of 128, 151, 224, got 437 @ $.partner_id.id -> contact_id"]}],
    ),
    (
        {
            "name": "BQP/3466/36758",
            "ref": "KPU-8325-66989",
            "move_type": "out_invoice",
            "state": "cancel",
            "invoice_date": "2025-01-23",
            "partner_id": {"id": 537},
            "currency_id": {"name": "ISE"},
            "invoice_line_ids": [
                {
                    "name": "Wtsirapufqym, iifwc",
                    "quantity": 1.0,
                    "price_unit": 9.0,
                    "tax_ids": [1],
                    "display_type": "product",
                },
                {
                    "name": "Xvcklasp",
                    "quantity": 1.0,
                    "price_unit": 4.95,
                    "tax_ids": [1],
                    "display_type": "product",
                },
            ],
        },
        [],
    ),
    (
        {
            "name": "JSD/7772/62477",
            "ref": "GQI-5895-36354",
            "move_type": "out_invoice",
            "state": "posted",
            "invoice_date": "2025-03-07",
            "partner_id": {"id": 151},
            "currency_id": {"name": "WGS"},
            "invoice_line_ids": [
                {
                    "name": "Tfdksmnz",
                    "quantity": 0.0,
                    "price_unit": 0.0,
                    "tax_ids": [],
                    "display_type": "line_section",
                },
                {
                    "name": "Xvcklasp",
                    "quantity": 2.0,
                    "price_unit": 4.95,
                    "tax_ids": [1],
                    "display_type": "product",
                },
            ],
        },
        [
            {
                "reference": "GQI-5895-36354",
                "contact_id": "403210858595630576",
                "invoice_date": "2025-03-07",
                "currency": "WGS",
                "details_attributes": [
                    {
                        "description": "Xvcklasp",
                        "amount": "2.0 x",
                        "price": "4.95",
                        "tax_rate_id": "496081505700000021",
                    }
                ],
            }
        ],
    ),
    (
        {
            "name": "ZOFL/9395/59271",
            "ref": "TOR-3774-88136",
            "move_type": "out_refund",
            "state": "posted",
            "invoice_date": "2025-03-23",
            "partner_id": {"id": 473},
            "currency_id": {"name": "ISE"},
            "invoice_line_ids": [
                {
                    "name": "Zsecw, wia",
                    "quantity": 2.0,
                    "price_unit": 249.0,
                    "tax_ids": [1],
                    "display_type": "product",
                },
                {
                    "name": "Aots sdne",
                    "quantity": 2.0,
                    "price_unit": 50.0,
                    "tax_ids": [1],
                    "display_type": "product",
                },
                {
                    "name": "Idn, tdzt",
                    "quantity": 1.0,
                    "price_unit": 12.5,
                    "tax_ids": [1],
                    "display_type": "product",
                },
            ],
        },
        [],
    ),
    (
        {
            "name": "FNH/8442/35641",
            "ref": "CSO-8722-22834",
            "move_type": "out_invoice",
            "state": "posted",
            "invoice_date": "2025-05-21",
            "partner_id": {"id": 224},
            "currency_id": {"name": "ISE"},
            "invoice_line_ids": [
                {
                    "name": "Xvcklasp",
                    "quantity": 3.0,
                    "price_unit": 4.95,
                    "tax_ids": [1],
                    "display_type": "product",
                }
            ],
        },
        [
            {
                "reference": "CSO-8722-22834",
                "contact_id": "487206078325420978",
                "invoice_date": "2025-05-21",
                "currency": "ISE",
                "details_attributes": [
                    {
                        "description": "Xvcklasp",
                        "amount": "3.0 x",
                        "price": "4.95",
                        "tax_rate_id": "496081505700000021",
                    }
                ],
            }
        ],
    ),
    (
        {
            "name": "MNJ/4266/68872",
            "ref": False,
            "move_type": "out_invoice",
            "state": "posted",
            "invoice_date": "2025-06-17",
            "partner_id": {"id": 128},
            "currency_id": {"name": "HXN"},
            "invoice_line_ids": [
                {
                    "name": "Gnb “Pøv Tbxcj”",
                    "quantity": 2.0,
                    "price_unit": 14.75,
                    "tax_ids": [1],
                    "display_type": "product",
                },
                {
                    "name": "Wtsirapufqym, iifwc",
                    "quantity": 2.0,
                    "price_unit": 9.0,
                    "tax_ids": [1],
                    "display_type": "product",
                },
            ],
        },
        [
            {
                "reference": "MNJ/4266/68872",
                "contact_id": "471743971423399120",
                "invoice_date": "2025-06-17",
                "currency": "HXN",
                "details_attributes": [
                    {
                        "description": "Gnb “Pøv Tbxcj”",
                        "amount": "2.0 x",
                        "price": "14.75",
                        "tax_rate_id": "496081505700000021",
                    },
                    {
                        "description": "Wtsirapufqym, iifwc",
                        "amount": "2.0 x",
                        "price": "9.0",
                        "tax_rate_id": "496081505700000021",
                    },
                ],
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
        "expected text, and the field is missing, got None @ $.name",
        "expected an object, and the field is missing, got None @ $.partner_id",
        "expected an object, and the field is missing, got None @ $.currency_id",
        "expected a list, and the field is missing, got None @ $.invoice_line_ids",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
