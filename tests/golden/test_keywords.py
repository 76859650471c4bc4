"""Tests of keywords: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 a593834eacdf7ba774154c7d78abbff3055c4c8b3c93548664091b7be24c0202
"""

import json
from typing import Any

import pytest
from keywords import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "from": "NL01",
            "class": "a",
            "order-id": "o 1",
            "json": "j",
            "2nd": 1,
            "Straße": "Kade 1",
            "it's x]; import os #": "q",
            "Path": {"Decimal": "d"},
        },
        [
            {
                "sender": "NL01",
                "class_": "A",
                "order": "o 1",
                "value": "j",
                "second": 1,
                "street": "Kade 1",
                "quote": "qd",
            }
        ],
    ),
    (
        {
            "from": "NL02",
            "class": "b",
            "order-id": None,
            "json": "k\u2028",
            "2nd": 2,
            "Straße": None,
            "it's x]; import os #": '"""',
            "Path": {"Decimal": "e"},
        },
        [
            {
                "sender": "NL02",
                "class_": "B",
                "order": None,
                "value": "k\u2028",
                "second": 2,
                "street": None,
                "quote": '"""e',
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
        'expected text, and the field is missing, got None @ $["from"]',
        'expected text, and the field is missing, got None @ $["class"]',
        "expected text, and the field is missing, got None @ $.json",
        'expected a whole number, and the field is missing, got None @ $["2nd"]',
        'expected text, and the field is missing, got None @ $["it\'s x]; import os #"]',
        "expected an object, and the field is missing, got None @ $.Path",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
