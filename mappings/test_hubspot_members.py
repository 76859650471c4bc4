"""Tests of hubspot_members, written with it: records that show every outcome, and what they give."""

import json
from typing import Any

import pytest
from hubspot_members import Reject, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "properties": {
                "country": "Nederland",
                "email": "szkc.nfsxrqe1@wixvnqjebbtjccr.example",
                "firstname": "Hjzh",
                "hs_email_optout": None,
                "interests": None,
                "lastname": "ca Dbdlz",
                "ltv": "270.25",
                "phone": "10-88762861",
            },
            "archived": False,
        },
        [
            {
                "subscriber_hash": "eb3eabe77dc2e48bc4c59d4ab48a93d2",
                "email_address": "szkc.nfsxrqe1@wixvnqjebbtjccr.example",
                "status_if_new": "subscribed",
                "language": None,
                "tags": [],
                "merge_fields": {
                    "FNAME": "Hjzh",
                    "LNAME": "ca Dbdlz",
                    "PHONE": "10-88762861",
                    "LTV": "270.25",
                },
            }
        ],
    ),
    (
        {
            "properties": {
                "country": "NL",
                "email": "tfop.nbqbux7@whkcpsr.example",
                "firstname": "Nqja",
                "hs_email_optout": "sghxo",
                "interests": "chairs;books;lamps",
                "lastname": "Cxksdb",
                "ltv": "657.63",
                "phone": "36-79613453",
            },
            "archived": False,
        },
        [{"rejected": ["expected yes or no, got 'sghxo'"]}],
    ),
    (
        {
            "properties": {
                "country": "NL",
                "email": "teolr.loqzrkitsq7@btjy.example",
                "firstname": "Askew",
                "hs_email_optout": "ziib",
                "interests": None,
                "lastname": "dlk whw Ffgt",
                "ltv": "",
                "phone": "77-02644606",
            },
            "archived": False,
        },
        [{"rejected": ["expected yes or no, got 'ziib'"]}],
    ),
    (
        {
            "properties": {
                "country": "NL",
                "email": "czxxg.mnylk7@uwxg.example",
                "firstname": "KOLCI",
                "hs_email_optout": "ziib",
                "interests": "books",
                "lastname": "'a Ymkn",
                "ltv": "",
                "phone": None,
            },
            "archived": False,
        },
        [{"rejected": ["expected yes or no, got 'ziib'"]}],
    ),
    (
        {
            "properties": {
                "country": "DE",
                "email": "",
                "firstname": "Zøgnrs",
                "hs_email_optout": None,
                "interests": "books;chairs;lamps",
                "lastname": "Tfcø",
                "ltv": "314",
                "phone": "50-85199492",
            },
            "archived": False,
        },
        [],
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
