"""Tests of mailchimp_contacts, written with it: records that show every outcome, and what they give."""

import json
from typing import Any

import pytest
from mailchimp_contacts import Reject, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "email_address": "teolr.loqzrkitsq7@btjy.example",
            "status": "subscribed",
            "merge_fields": {
                "FNAME": "Askew",
                "LNAME": "dlk whw Ffgt",
                "ADDRESS": "",
                "PHONE": "",
                "LTV": 241.87,
            },
        },
        [
            {
                "id_property": "email",
                "properties": {
                    "email": "teolr.loqzrkitsq7@btjy.example",
                    "firstname": "Askew",
                    "lastname": "dlk whw Ffgt",
                    "phone": None,
                    "ltv": "241.87",
                    "city": None,
                    "hs_email_optout": "false",
                },
            }
        ],
    ),
    (
        {
            "email_address": "czxxg.mnylk7@uwxg.example",
            "status": "subscribed",
            "merge_fields": {
                "FNAME": "Kolci",
                "LNAME": "'a Ymkn",
                "ADDRESS": "",
                "PHONE": "+51 4 29576659",
                "LTV": 554.24,
            },
        },
        [
            {
                "id_property": "email",
                "properties": {
                    "email": "czxxg.mnylk7@uwxg.example",
                    "firstname": "Kolci",
                    "lastname": "'a Ymkn",
                    "phone": "+51 4 29576659",
                    "ltv": "554.24",
                    "city": None,
                    "hs_email_optout": "false",
                },
            }
        ],
    ),
    (
        {
            "email_address": "lrfzsl.iobogzbizys1@ockh.example",
            "status": "subscribed",
            "merge_fields": {
                "FNAME": "Wywsxq",
                "LNAME": "PUsehbqldnv",
                "ADDRESS": "",
                "PHONE": "",
                "LTV": "",
            },
        },
        [
            {
                "id_property": "email",
                "properties": {
                    "email": "lrfzsl.iobogzbizys1@ockh.example",
                    "firstname": "Wywsxq",
                    "lastname": "PUsehbqldnv",
                    "phone": None,
                    "ltv": None,
                    "city": None,
                    "hs_email_optout": "false",
                },
            }
        ],
    ),
    (
        {
            "email_address": "ap.apwvn7@cnwn.example",
            "status": "subscribed",
            "merge_fields": {
                "FNAME": "Neø",
                "LNAME": "Tøhykr",
                "ADDRESS": {"city": "Køzk"},
                "PHONE": "",
                "LTV": 508,
            },
        },
        [
            {
                "id_property": "email",
                "properties": {
                    "email": "ap.apwvn7@cnwn.example",
                    "firstname": "Neø",
                    "lastname": "Tøhykr",
                    "phone": None,
                    "ltv": "508",
                    "city": "Køzk",
                    "hs_email_optout": "false",
                },
            }
        ],
    ),
    (
        {
            "email_address": "hazbos.ahvqn8@hfedocrmynqad.example",
            "status": "pending",
            "merge_fields": {"FNAME": "Irtpve", "LNAME": "Qøcffj", "ADDRESS": "", "PHONE": "", "LTV": ""},
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
