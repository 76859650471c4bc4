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
                "email": "wjug.dgpdrbx7@slkchoufasgjulz.example",
                "firstname": "Vwdz",
                "hs_email_optout": None,
                "interests": None,
                "lastname": "ji Hpopr",
                "ltv": "270.25",
                "phone": "95-65143647",
            },
            "archived": False,
        },
        [
            {
                "subscriber_hash": "8adfb59a3229885740b5cbe770c0da8c",
                "email_address": "wjug.dgpdrbx7@slkchoufasgjulz.example",
                "status_if_new": "subscribed",
                "language": "nl",
                "tags": [],
                "merge_fields": {
                    "FNAME": "Vwdz",
                    "LNAME": "ji Hpopr",
                    "PHONE": "95-65143647",
                    "LTV": "270.25",
                },
            }
        ],
    ),
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
        [{"rejected": ["expected yes or no, got 'wtsir'"]}],
    ),
    (
        {
            "properties": {
                "country": "NL",
                "email": "nevwe.ommintnqkh8@roih.example",
                "firstname": "Tfdks",
                "hs_email_optout": "metc",
                "interests": None,
                "lastname": "adq gks Xbdf",
                "ltv": "",
                "phone": "75-14174631",
            },
            "archived": False,
        },
        [{"rejected": ["expected yes or no, got 'metc'"]}],
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
                "email": "qqti.oyveccvd38@ecckdgiivabxfywpiuz.example",
                "firstname": "Mnøsa",
                "hs_email_optout": None,
                "interests": "chairs",
                "lastname": "Yøawføzczc",
                "ltv": "",
                "phone": "14-43432137",
            },
            "archived": False,
        },
        [
            {
                "subscriber_hash": "82d2c8ad24b9548bab0d67dac2b3369c",
                "email_address": "qqti.oyveccvd38@ecckdgiivabxfywpiuz.example",
                "status_if_new": "subscribed",
                "language": None,
                "tags": ["chairs"],
                "merge_fields": {
                    "FNAME": "Mnøsa",
                    "LNAME": "Yøawføzczc",
                    "PHONE": "14-43432137",
                    "LTV": None,
                },
            }
        ],
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
