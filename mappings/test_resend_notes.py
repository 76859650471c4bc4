"""Tests of resend_notes: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 a6d9a7131c50a7ee414b64f568b64f48a5cffaf5e0b249b6728e55628403d906
"""

import json
from typing import Any

import pytest
from resend_notes import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "type": "email.sent",
            "created_at": "2026-03-31T12:00:01.000Z",
            "data": {
                "email_id": "1b3a2492-977d-9dc1-8cd9-2d6791482a14",
                "from": "Shop <orders@shop.example>",
                "to": ["vwdz.cqknijxg825@leqqlmyemh.example"],
                "subject": "Jighp 8",
            },
        },
        [
            {
                "external_id": "1b3a2492-977d-9dc1-8cd9-2d6791482a14:email.sent:2026-03-31T12:00:01.000Z",
                "contact_email": "vwdz.cqknijxg825@leqqlmyemh.example",
                "kind": "sent",
                "happened_at": "2026-03-31T12:00:01Z",
                "body": "Jighp 8, from Shop <orders@shop.example>",
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
        "expected text, and the field is missing, got None @ $.type",
        "expected text, and the field is missing, got None @ $.created_at",
        "expected an object, and the field is missing, got None @ $.data",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
