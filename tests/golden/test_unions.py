"""Tests of unions: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 491ed05552aac7868016b60d26b76fe1f7b4ee6a46ce4bce1f1749c82ffa2cf9
"""

import json
from typing import Any

import pytest
from unions import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {"id": "wj_7", "customer": "cus_1", "tags": ["new", "vwdz"]},
        [
            {
                "invoice_id": "wj_7",
                "customer_id": "cus_1",
                "customer_email": None,
                "first_tag": "new",
                "tags": ["NEW", "VWDZ"],
            }
        ],
    ),
    (
        {"id": "ji_8", "customer": {"id": "ise_5", "email": "Dioy@Vjzmndm.com "}, "tags": []},
        [
            {
                "invoice_id": "ji_8",
                "customer_id": "ise_5",
                "customer_email": "dioy@vjzmndm.com",
                "first_tag": None,
                "tags": [],
            }
        ],
    ),
    (
        {"id": "xv_5", "customer": {"id": "wts_3", "email": None}, "tags": None},
        [
            {
                "invoice_id": "xv_5",
                "customer_id": "wts_3",
                "customer_email": None,
                "first_tag": None,
                "tags": None,
            }
        ],
    ),
    (
        {"id": "rq_4", "customer": None, "tags": ["b2b"]},
        [
            {
                "invoice_id": "rq_4",
                "customer_id": None,
                "customer_email": None,
                "first_tag": "b2b",
                "tags": ["B2B"],
            }
        ],
    ),
    (
        {"id": "jp_7", "customer": {"id": "nev_5", "email": "tf ksmnznq"}, "tags": ["b2b"]},
        [
            {
                "rejected": [
                    "expected an e-mail address, got 'tf ksmnznq' @ $.customer, customer.email -> customer_email"
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
        "expected text, and the field is missing, got None @ $.id"
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
