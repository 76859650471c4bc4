"""Tests of hubspot_members: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 17d25c5b62cf2eb5c1a59171bed08c38227c7538751f7d4c1ac12ea1237af965
"""

import json
from typing import Any

import pytest
from hubspot_members import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "properties": {
                "country": "NL",
                "email": "dioy.vjzmnd7@judkoqh.example",
                "firstname": "Xvck",
                "hs_email_optout": "wtsir",
                "interests": "chairs;books;lamps",
                "lastname": "Rqqxfo",
                "ltv": "657.63",
                "phone": "18-72872194",
            },
            "archived": False,
        },
        [{"rejected": ["expected yes or no, got 'wtsir' @ $.properties.hs_email_optout -> status_if_new"]}],
    ),
    (
        {
            "properties": {
                "country": "Deutschland",
                "email": "hx.vyayw3@aewk.example",
                "firstname": "Puø",
                "hs_email_optout": None,
                "interests": "books",
                "lastname": "Zøecwz",
                "ltv": "",
                "phone": "96-89541682",
            },
            "archived": False,
        },
        [
            {
                "subscriber_hash": "999979a34a5ca84faca2549bbd4d43fb",
                "email_address": "hx.vyayw3@aewk.example",
                "status_if_new": "subscribed",
                "language": "de",
                "tags": ["books"],
                "merge_fields": {"FNAME": "Puø", "LNAME": "Zøecwz", "PHONE": "96-89541682", "LTV": None},
            }
        ],
    ),
    (
        {
            "properties": {
                "country": "DE",
                "email": "",
                "firstname": "Lømzsd",
                "hs_email_optout": None,
                "interests": "books;chairs;lamps",
                "lastname": "Hbhø",
                "ltv": "673",
                "phone": "66-78253737",
            },
            "archived": False,
        },
        [],
    ),
    (
        {
            "properties": {
                "country": None,
                "email": "jrsag96@thlwlgtyabfspsh.example",
                "firstname": "ØØ",
                "hs_email_optout": None,
                "interests": "books;chairs;lamps",
                "lastname": "ØØ",
                "ltv": None,
                "phone": "11-43768756",
            },
            "archived": False,
        },
        [
            {
                "subscriber_hash": "50644bc92dc7db0095c4975924b04cb3",
                "email_address": "jrsag96@thlwlgtyabfspsh.example",
                "status_if_new": "subscribed",
                "language": None,
                "tags": ["books", "chairs", "lamps"],
                "merge_fields": {"FNAME": "ØØ", "LNAME": "ØØ", "PHONE": "11-43768756", "LTV": None},
            }
        ],
    ),
    (
        {
            "properties": {
                "country": "KR",
                "email": "kkn54@xndehcylid.example",
                "firstname": "Qgn",
                "hs_email_optout": None,
                "interests": None,
                "lastname": "",
                "ltv": "9.46",
                "phone": None,
            },
            "archived": False,
        },
        [
            {
                "subscriber_hash": "f33701d3cc06c4fbcaa767b2c5706272",
                "email_address": "kkn54@xndehcylid.example",
                "status_if_new": "subscribed",
                "language": None,
                "tags": [],
                "merge_fields": {"FNAME": "Qgn", "LNAME": "", "PHONE": "", "LTV": "9.46"},
            }
        ],
    ),
    (
        {
            "properties": {
                "country": None,
                "email": "jao.vmzavgurfvdw699@varpkugzcvbknbj.example",
                "firstname": "",
                "hs_email_optout": None,
                "interests": None,
                "lastname": "Pcdøx Bqioøfdpw",
                "ltv": "",
                "phone": "98-16318133",
            },
            "archived": False,
        },
        [
            {
                "subscriber_hash": "b819e3e9df90ce5f2b06cb34cead3115",
                "email_address": "jao.vmzavgurfvdw699@varpkugzcvbknbj.example",
                "status_if_new": "subscribed",
                "language": None,
                "tags": [],
                "merge_fields": {
                    "FNAME": "",
                    "LNAME": "Pcdøx Bqioøfdpw",
                    "PHONE": "98-16318133",
                    "LTV": None,
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
