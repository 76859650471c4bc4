"""Tests of each_when: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 e3dfadbb5c0982ce4c9ac03462871bc1afe61fcbe84ec25d5c4639323ccc134d
"""

import json
from typing import Any

import pytest
from each_when import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "id": "wj_7",
            "paid": True,
            "currency": "eur",
            "refunds": {
                "data": [
                    {"id": "vw_3", "amount": 100, "created": 1700000000, "status": "succeeded"},
                    {"id": "ji_8", "amount": 250, "created": 1700000100, "status": "failed"},
                ]
            },
        },
        [{"refund_id": "vw_3", "charge_id": "wj_7", "amount": "1.00", "at": "2023-11-14T22:13:20Z"}],
    ),
    (
        {
            "id": "is_6",
            "paid": False,
            "currency": "jpy",
            "refunds": {
                "data": [{"id": "di_5", "amount": 100, "created": 1700000200, "status": "succeeded"}]
            },
        },
        [],
    ),
    (
        {
            "id": "wt_1",
            "paid": True,
            "currency": "e!",
            "refunds": {
                "data": [
                    {"id": "rq_4", "amount": 5, "created": 1700000300, "status": "succeeded"},
                    {"id": "jp_7", "amount": 6, "created": 1700000300, "status": "succeeded"},
                ]
            },
        },
        [
            {
                "rejected": [
                    "expected a currency code of three letters, got 'e!' @ $.refunds.data[].amount, currency -> amount"
                ]
            },
            {
                "rejected": [
                    "expected a currency code of three letters, got 'e!' @ $.refunds.data[].amount, currency -> amount"
                ]
            },
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
        "expected text, and the field is missing, got None @ $.id",
        "expected text, and the field is missing, got None @ $.currency",
        "expected an object, and the field is missing, got None @ $.refunds",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
