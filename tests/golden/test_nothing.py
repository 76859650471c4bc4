"""Tests of nothing: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 2a87b16f513ec1ab211b8a5bd192fb7200df4d252276e88d4331e77b00880bae
"""

import json
from typing import Any

import pytest
from nothing import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "id": "m1",
            "email": "w@ugjdgpd.com",
            "merge": {"name": "", "country": False},
            "fax": None,
            "tags": ["x"],
        },
        [
            {
                "email": "w@ugjdgpd.com",
                "name": "unknown",
                "country": None,
                "language": None,
                "fax": None,
                "tags": ["x"],
            }
        ],
    ),
    (
        {
            "id": "m2",
            "email": "j@ghpoprb.com",
            "merge": {"name": "Ise", "country": "NL"},
            "fax": None,
            "tags": None,
        },
        [
            {
                "email": "j@ghpoprb.com",
                "name": "Ise",
                "country": "NL",
                "language": None,
                "fax": None,
                "tags": [],
            }
        ],
    ),
    (
        {"id": "m3", "email": "", "merge": {"name": "Dio", "country": False}, "fax": None, "tags": []},
        [{"rejected": ["expected a value, got None @ $.id, email -> email"]}],
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
    assert [str(problem) for problem in check_contract({})] == []


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
