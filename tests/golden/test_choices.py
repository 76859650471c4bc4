"""Tests of choices, written with it: records that show every outcome, and what they give."""

import json
from typing import Any

import pytest
from choices import Reject, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "guid": "6f1c4a52-9c1e-4c43-9a54-0d2f1b7f0a01",
            "phase": "1",
            "amount": 10,
            "channel": "web",
            "close": "2026-03-31",
            "chance": 0.5,
        },
        [
            {
                "deal_id": "6f1c4a52-9c1e-4c43-9a54-0d2f1b7f0a01",
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
            "guid": "6f1c4a52-9c1e-4c43-9a54-0d2f1b7f0a02",
            "phase": "2",
            "amount": 5000,
            "channel": "shop",
            "close": None,
            "chance": 1,
        },
        [
            {
                "deal_id": "6f1c4a52-9c1e-4c43-9a54-0d2f1b7f0a02",
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
            "guid": "6f1c4a52-9c1e-4c43-9a54-0d2f1b7f0a03",
            "phase": "3",
            "amount": 11,
            "channel": None,
            "close": "2026-02-30",
            "chance": 0.25,
        },
        [
            {
                "rejected": [
                    "expected one of '1', '2', got '3' @ $.phase -> stage",
                    "expected a date like 2026-03-01, got '2026-02-30' @ $.close -> closes",
                ]
            }
        ],
    ),
    (
        {
            "guid": "no uuid",
            "phase": "1",
            "amount": 12,
            "channel": "web",
            "close": "2026-01-01",
            "chance": 0.25,
        },
        [{"rejected": ["badly formed hexadecimal UUID string, got 'no uuid' @ $.guid -> deal_id"]}],
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
