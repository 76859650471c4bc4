"""Tests of mailchimp_contacts, written with it: records that show every outcome, and what they give."""

import json
from typing import Any

import pytest
from mailchimp_contacts import Reject, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "email_address": "wjugj.gpdrbxbmsl9@houf.example",
            "status": "subscribed",
            "merge_fields": {
                "FNAME": "Vwdza",
                "LNAME": "jig pop Bzmd",
                "ADDRESS": "",
                "PHONE": "",
                "LTV": 241.87,
            },
        },
        [
            {
                "id_property": "email",
                "properties": {
                    "email": "wjugj.gpdrbxbmsl9@houf.example",
                    "firstname": "Vwdza",
                    "lastname": "jig pop Bzmd",
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
            "email_address": "dioyb.jzmnd7@judk.example",
            "status": "subscribed",
            "merge_fields": {
                "FNAME": "Xvckl",
                "LNAME": "'t Irap",
                "ADDRESS": "",
                "PHONE": "+78 7 52135312",
                "LTV": 554.24,
            },
        },
        [
            {
                "id_property": "email",
                "properties": {
                    "email": "dioyb.jzmnd7@judk.example",
                    "firstname": "Xvckl",
                    "lastname": "'t Irap",
                    "phone": "+78 7 52135312",
                    "ltv": "554.24",
                    "city": None,
                    "hs_email_optout": "false",
                },
            }
        ],
    ),
    (
        {
            "email_address": "metcqy.ytqhagtctbk3@omws.example",
            "status": "subscribed",
            "merge_fields": {
                "FNAME": "Adqjgk",
                "LNAME": "FKqcfvyqjnh",
                "ADDRESS": "",
                "PHONE": "",
                "LTV": "",
            },
        },
        [
            {
                "id_property": "email",
                "properties": {
                    "email": "metcqy.ytqhagtctbk3@omws.example",
                    "firstname": "Adqjgk",
                    "lastname": "FKqcfvyqjnh",
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
            "email_address": "bm.dhppu5@lzyh.example",
            "status": "subscribed",
            "merge_fields": {
                "FNAME": "Idø",
                "LNAME": "Gøbmvp",
                "ADDRESS": {"city": "Fødo"},
                "PHONE": "",
                "LTV": 508,
            },
        },
        [
            {
                "id_property": "email",
                "properties": {
                    "email": "bm.dhppu5@lzyh.example",
                    "firstname": "Idø",
                    "lastname": "Gøbmvp",
                    "phone": None,
                    "ltv": "508",
                    "city": "Fødo",
                    "hs_email_optout": "false",
                },
            }
        ],
    ),
    (
        {
            "email_address": "ldgpba.zdqmm6@nikdmfgchcbop.example",
            "status": "pending",
            "merge_fields": {"FNAME": "Dsgtow", "LNAME": "Iøoabr", "ADDRESS": "", "PHONE": "", "LTV": ""},
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
