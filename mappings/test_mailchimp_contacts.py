"""Tests of mailchimp_contacts: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 127252c2250b687ecdd8e2cea294680f3a1bb003bf0498e66e5e60d816c42ab5
"""

import json
from typing import Any

import pytest
from mailchimp_contacts import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
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
    (
        {
            "email_address": "ubfc.baxslasu37@beczeccuuhofvsspqmu.example",
            "status": "subscribed",
            "merge_fields": {"FNAME": "", "LNAME": "", "ADDRESS": "", "PHONE": "", "LTV": 807},
        },
        [
            {
                "id_property": "email",
                "properties": {
                    "email": "ubfc.baxslasu37@beczeccuuhofvsspqmu.example",
                    "firstname": "",
                    "lastname": "",
                    "phone": None,
                    "ltv": "807",
                    "city": None,
                    "hs_email_optout": "false",
                },
            }
        ],
    ),
    (
        {
            "email_address": "kcqol94@vokobqsc.example",
            "status": "unsubscribed",
            "merge_fields": {
                "FNAME": "ØØ",
                "LNAME": "ØØ",
                "ADDRESS": "",
                "PHONE": "+81 2 56614682",
                "LTV": "",
            },
        },
        [
            {
                "id_property": "email",
                "properties": {
                    "email": "kcqol94@vokobqsc.example",
                    "firstname": "ØØ",
                    "lastname": "ØØ",
                    "phone": "+81 2 56614682",
                    "ltv": None,
                    "city": None,
                    "hs_email_optout": "true",
                },
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
    assert [str(problem) for problem in check_contract({})] == []


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
