"""Tests of github_tickets: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 0c6bfc79cc058a04fe42b3e162c5b3c8b9f6cb253dbed3e589807b916a72e97a
"""

import json
from typing import Any

import pytest
from github_tickets import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "number": 1,
            "title": "Vwdza QKN-1848-52959: myemhfk vz dxx tzu mxapxyj",
            "state": "CLOSED",
            "stateReason": "NOT_PLANNED",
            "createdAt": "2025-01-06T20:09:14+00:00",
            "closedAt": "2025-01-10T07:29:14+00:00",
            "author": {"login": "zoe-mueller"},
            "labels": {"nodes": []},
            "milestone": None,
        },
        [
            {
                "key": "webshop#1",
                "summary": "Vwdza QKN-1848-52959: myemhfk vz dxx tzu mxapxyj",
                "reporter": "zoe-mueller",
                "status": "refused",
                "priority": "normal",
                "labels": [],
                "opened_at": "2025-01-06T20:09:14Z",
                "closed_at": "2025-01-10T07:29:14Z",
                "release": None,
            }
        ],
    ),
    (
        {
            "number": 4,
            "title": "Isees KLO-7548-19363: eyd ad l-uiki",
            "state": "OPEN",
            "stateReason": None,
            "createdAt": "2025-01-11T23:46:25+00:00",
            "closedAt": None,
            "author": {"login": "daanb"},
            "labels": {"nodes": [{"name": "dioybvjz"}]},
            "milestone": None,
        },
        [
            {
                "key": "webshop#4",
                "summary": "Isees KLO-7548-19363: eyd ad l-uiki",
                "reporter": "daanb",
                "status": "open",
                "priority": "normal",
                "labels": ["dioybvjz"],
                "opened_at": "2025-01-11T23:46:25Z",
                "closed_at": None,
                "release": None,
            }
        ],
    ),
    (
        {
            "number": 6,
            "title": "Wtsir PUF-7877-34451: ogv ya p-ntja",
            "state": "CLOSED",
            "stateReason": None,
            "createdAt": "2025-01-14T07:53:46+00:00",
            "closedAt": "2025-01-17T19:13:46+00:00",
            "author": {"login": "daanb"},
            "labels": {"nodes": [{"name": "rqqxfof"}, {"name": "dioybvjz"}]},
            "milestone": {"title": "Q1 2026"},
        },
        [
            {
                "key": "webshop#6",
                "summary": "Wtsir PUF-7877-34451: ogv ya p-ntja",
                "reporter": "daanb",
                "status": "solved",
                "priority": "normal",
                "labels": ["rqqxfof", "dioybvjz"],
                "opened_at": "2025-01-14T07:53:46Z",
                "closed_at": "2025-01-17T19:13:46Z",
                "release": "Q1 2026",
            }
        ],
    ),
    (
        {
            "number": 78,
            "title": "Gnbmv WVS-4564-72788: ajkn hpzje",
            "state": "CLOSED",
            "stateReason": "COMPLETED",
            "createdAt": "2025-01-24T02:07:15+00:00",
            "closedAt": "2025-01-27T13:27:15+00:00",
            "author": None,
            "labels": {"nodes": []},
            "milestone": {"title": "Q2 2026"},
        },
        [
            {
                "key": "webshop#78",
                "summary": "Gnbmv WVS-4564-72788: ajkn hpzje",
                "reporter": "ghost",
                "status": "solved",
                "priority": "normal",
                "labels": [],
                "opened_at": "2025-01-24T02:07:15Z",
                "closed_at": "2025-01-27T13:27:15Z",
                "release": "Q2 2026",
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
        "expected a whole number, and the field is missing, got None @ $.number",
        "expected text, and the field is missing, got None @ $.title",
        "expected text, and the field is missing, got None @ $.createdAt",
        "expected an object, and the field is missing, got None @ $.labels",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
