"""Tests of choices: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 88a549119a77226efb7c61ecfbe80737eee57b75aa65c61beef1baaa0cfc78c7
"""

import json
from typing import Any

import pytest
from choices import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "guid": "1b3a2d92-9d7d-9d91-8c79-2d6d9d4e2a14",
            "phase": "1",
            "amount": 10,
            "channel": "web",
            "close": "2026-03-31",
            "chance": 0.5,
        },
        [
            {
                "deal_id": "1b3a2d92-9d7d-9d91-8c79-2d6d9d4e2a14",
                "stage": "open",
                "size": "small",
                "source": "web",
                "closes": "2026-03-31",
                "probability": 0.5,
            }
        ],
    ),
    (
        {
            "guid": "3e7f7e81-8d8a-2e29-9e86-5c6d1b3d3f33",
            "phase": "2",
            "amount": 5000,
            "channel": "shop",
            "close": None,
            "chance": 1,
        },
        [
            {
                "deal_id": "3e7f7e81-8d8a-2e29-9e86-5c6d1b3d3f33",
                "stage": "won",
                "size": "large",
                "source": "shop",
                "closes": None,
                "probability": 1.0,
            }
        ],
    ),
    (
        {
            "guid": "4c7b1e81-8a8f-5e25-4a57-5d6c9d9a4a26",
            "phase": "9",
            "amount": 11,
            "channel": None,
            "close": "2026-02-30",
            "chance": 0.25,
        },
        [
            {
                "rejected": [
                    "expected one of '1', '2', got '9' @ $.phase -> stage",
                    "expected a date like 2026-03-01, got '2026-02-30' @ $.close -> closes",
                ]
            }
        ],
    ),
    (
        {
            "guid": "di ybvj",
            "phase": "1",
            "amount": 12,
            "channel": "web",
            "close": "2026-01-01",
            "chance": 0.25,
        },
        [{"rejected": ["badly formed hexadecimal UUID string, got 'di ybvj' @ $.guid -> deal_id"]}],
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
    assert [str(problem) for record, _ in CASES for problem in check_contract(record)] == [
        "expected one of '1', '2', got '9' @ $.phase"
    ]


def test_the_contract_names_what_is_missing() -> None:
    assert [str(problem) for problem in check_contract({})] == [
        "expected text, and the field is missing, got None @ $.guid",
        "expected text, and the field is missing, got None @ $.phase",
        "expected a decimal number, and the field is missing, got None @ $.chance",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
