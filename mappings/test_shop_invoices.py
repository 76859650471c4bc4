"""Tests of shop_invoices: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 bfa0cb01f1fa6e4ed75a58ea49996ad7738409a7295de6a966f0dc22fb04ed04
"""

import json
from typing import Any

import pytest
from shop_invoices import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "name": "W53724",
            "state": "sale",
            "date_order": "2025-01-03 17:18:46",
            "client_order_ref": "VWD-7881-81848",
            "partner_id": {
                "display_name": "Jiø Pøprbz",
                "street": "Isee Gk 647",
                "zip": "34158",
                "city": "Xøck",
                "country_id": {"code": "DE"},
            },
            "currency_id": {"name": "WTS"},
            "order_line": [
                {"name": "Rqqxf, 2 j", "product_uom_qty": 1.0, "price_unit": 7.99, "display_type": False},
                {"name": "Jpwbigyw", "product_uom_qty": 1.0, "price_unit": 4.95, "display_type": False},
                {
                    "name": "Nevwenommint, khypr",
                    "product_uom_qty": 2.0,
                    "price_unit": 9.0,
                    "display_type": False,
                },
            ],
        },
        [
            {
                "reference": "VWD-7881-81848",
                "customer": {
                    "name": "Jiø Pøprbz",
                    "street": "Isee Gk 647",
                    "postcode": "34158",
                    "city": "Xøck",
                    "country": "DE",
                },
                "ordered_at": "2025-01-03T17:18:46Z",
                "currency": "WTS",
                "net": "30.940",
                "lines": [
                    {"description": "Rqqxf, 2 j", "quantity": "1.0", "price": "7.99"},
                    {"description": "Jpwbigyw", "quantity": "1.0", "price": "4.95"},
                    {"description": "Nevwenommint, khypr", "quantity": "2.0", "price": "9.0"},
                ],
            }
        ],
    ),
    (
        {
            "name": "T27373",
            "state": "sent",
            "date_order": "2025-01-05 11:25:02",
            "client_order_ref": "MET-8444-68752",
            "partner_id": {
                "display_name": "Adqjgk Øxbdf",
                "street": "Fkqcfvyqjnh 76",
                "zip": "771 81",
                "city": "Idnzø",
                "country_id": {"code": "SE"},
            },
            "currency_id": {"name": "WTS"},
            "order_line": [
                {"name": "Gnbm: Øøs bxc", "product_uom_qty": 1.0, "price_unit": 19.99, "display_type": False},
                {
                    "name": "Nevwenommint, khypr",
                    "product_uom_qty": 3.0,
                    "price_unit": 9.0,
                    "display_type": False,
                },
            ],
        },
        [],
    ),
    (
        {
            "name": "F66229",
            "state": "sale",
            "date_order": "2025-01-06 18:08:54",
            "client_order_ref": "LDG-5689-18466",
            "partner_id": {
                "display_name": "Døgto Øsbcøjr",
                "street": "Idoabrxahsovb 44",
                "zip": "5263",
                "city": "Pønwqyfue Ø",
                "country_id": {"code": "DK"},
            },
            "currency_id": {"name": "WTS"},
            "order_line": [
                {
                    "name": "Zsecwzcw",
                    "product_uom_qty": 0.0,
                    "price_unit": 0.0,
                    "display_type": "line_section",
                },
                {
                    "name": "Nevwenommint, khypr",
                    "product_uom_qty": 2.0,
                    "price_unit": 9.0,
                    "display_type": False,
                },
                {"name": "A-tscsd E", "product_uom_qty": 1.0, "price_unit": 24.99, "display_type": False},
            ],
        },
        [
            {
                "reference": "LDG-5689-18466",
                "customer": {
                    "name": "Døgto Øsbcøjr",
                    "street": "Idoabrxahsovb 44",
                    "postcode": "5263",
                    "city": "Pønwqyfue Ø",
                    "country": "DK",
                },
                "ordered_at": "2025-01-06T18:08:54Z",
                "currency": "WTS",
                "net": "42.990",
                "lines": [
                    {"description": "Nevwenommint, khypr", "quantity": "2.0", "price": "9.0"},
                    {"description": "A-tscsd E", "quantity": "1.0", "price": "24.99"},
                ],
            }
        ],
    ),
    (
        {
            "name": "Z16447",
            "state": "sale",
            "date_order": "2025-01-19 17:04:55",
            "client_order_ref": "XJH-6479-32788",
            "partner_id": {
                "display_name": "Ceu",
                "street": "Yxn zg t'Øbwbsn 337",
                "zip": "31556",
                "city": "ØØ",
                "country_id": False,
            },
            "currency_id": {"name": "JSD"},
            "order_line": [
                {"name": "A-tscsd E", "product_uom_qty": 1.0, "price_unit": 24.99, "display_type": False}
            ],
        },
        [
            {
                "reference": "XJH-6479-32788",
                "customer": {
                    "name": "Ceu",
                    "street": "Yxn zg t'Øbwbsn 337",
                    "postcode": "31556",
                    "city": "ØØ",
                    "country": None,
                },
                "ordered_at": "2025-01-19T17:04:55Z",
                "currency": "JSD",
                "net": "24.990",
                "lines": [{"description": "A-tscsd E", "quantity": "1.0", "price": "24.99"}],
            }
        ],
    ),
    (
        {
            "name": "G66458",
            "state": "sale",
            "date_order": "2025-01-21 03:27:13",
            "client_order_ref": "JFZ-5669-71258",
            "partner_id": {
                "display_name": "Ceu",
                "street": "Qfnc Hx 663",
                "zip": "31556",
                "city": "ØØ",
                "country_id": {"code": "KR"},
            },
            "currency_id": {"name": "JSD"},
            "order_line": [
                {
                    "name": "Zsecwzcw",
                    "product_uom_qty": 0.0,
                    "price_unit": 0.0,
                    "display_type": "line_section",
                },
                {"name": "Kpu, vxen", "product_uom_qty": 3.0, "price_unit": 12.5, "display_type": False},
            ],
        },
        [
            {
                "reference": "JFZ-5669-71258",
                "customer": {
                    "name": "Ceu",
                    "street": "Qfnc Hx 663",
                    "postcode": "31556",
                    "city": "ØØ",
                    "country": "KR",
                },
                "ordered_at": "2025-01-21T03:27:13Z",
                "currency": "JSD",
                "net": "37.50",
                "lines": [{"description": "Kpu, vxen", "quantity": "3.0", "price": "12.5"}],
            }
        ],
    ),
    (
        {
            "name": "C93524",
            "state": "sale",
            "date_order": "2025-01-23 17:49:06",
            "client_order_ref": "ULB-3684-91561",
            "partner_id": {
                "display_name": "Vyøa Ø Elhgav",
                "street": "Uzlj Wf 717",
                "zip": "P73 X6B1",
                "city": "Røy Eeqsqferk",
                "country_id": {"code": "IE"},
            },
            "currency_id": {"name": "WTS"},
            "order_line": [
                {
                    "name": "Zsecwzcw",
                    "product_uom_qty": 0.0,
                    "price_unit": 0.0,
                    "display_type": "line_section",
                },
                {"name": "Q-ticoy EC", "product_uom_qty": 2.0, "price_unit": 26.99, "display_type": False},
            ],
        },
        [
            {
                "reference": "ULB-3684-91561",
                "customer": {
                    "name": "Vyøa Ø Elhgav",
                    "street": "Uzlj Wf 717",
                    "postcode": "P73 X6B1",
                    "city": "Røy Eeqsqferk",
                    "country": "IE",
                },
                "ordered_at": "2025-01-23T17:49:06Z",
                "currency": "WTS",
                "net": "53.980",
                "lines": [{"description": "Q-ticoy EC", "quantity": "2.0", "price": "26.99"}],
            }
        ],
    ),
    (
        {
            "name": "Q73594",
            "state": "sale",
            "date_order": "2025-01-26 02:49:40",
            "client_order_ref": "KKO-2746-11613",
            "partner_id": {
                "display_name": "Obizqp Mjsjve",
                "street": "Fsry Dvfgdh 296",
                "zip": "223-1466",
                "city": "ØØ",
                "country_id": {"code": "JP"},
            },
            "currency_id": {"name": "PNB"},
            "order_line": [
                {"name": "A-tscsd E", "product_uom_qty": 1.0, "price_unit": 3990.0, "display_type": False}
            ],
        },
        [
            {
                "reference": "KKO-2746-11613",
                "customer": {
                    "name": "Obizqp Mjsjve",
                    "street": "Fsry Dvfgdh 296",
                    "postcode": "223-1466",
                    "city": "ØØ",
                    "country": "JP",
                },
                "ordered_at": "2025-01-26T02:49:40Z",
                "currency": "PNB",
                "net": "3990.00",
                "lines": [{"description": "A-tscsd E", "quantity": "1.0", "price": "3990.0"}],
            }
        ],
    ),
    (
        {
            "name": "W14756",
            "state": "sale",
            "date_order": "2025-01-27 04:12:47",
            "client_order_ref": False,
            "partner_id": {
                "display_name": "Smø Oapnw-Sxeus",
                "street": "Gyfptksybøm 371",
                "zip": "HE4 8PN",
                "city": "Cnoeqbvur syiq Nxpk",
                "country_id": {"code": "GB"},
            },
            "currency_id": {"name": "SWO"},
            "order_line": [
                {"name": "Jpwbigyw", "product_uom_qty": 1.0, "price_unit": 4.95, "display_type": False}
            ],
        },
        [
            {
                "reference": "W14756",
                "customer": {
                    "name": "Smø Oapnw-Sxeus",
                    "street": "Gyfptksybøm 371",
                    "postcode": "HE4 8PN",
                    "city": "Cnoeqbvur syiq Nxpk",
                    "country": "GB",
                },
                "ordered_at": "2025-01-27T04:12:47Z",
                "currency": "SWO",
                "net": "4.950",
                "lines": [{"description": "Jpwbigyw", "quantity": "1.0", "price": "4.95"}],
            }
        ],
    ),
    (
        {
            "name": "C27332",
            "state": "sale",
            "date_order": "2025-01-30 17:28:00",
            "client_order_ref": "EAK-2515-26487",
            "partner_id": {
                "display_name": "Spsrø Agqjtetj",
                "street": "Syce Qf 43",
                "zip": "2175",
                "city": "Qiøig",
                "country_id": {"code": "BE"},
            },
            "currency_id": {"name": "WTS"},
            "order_line": [
                {"name": "Ewyfo 49 V", "product_uom_qty": 1.0, "price_unit": 39.95, "display_type": False},
                {"name": "Rqqxf, 2 j", "product_uom_qty": 3.0, "price_unit": 7.99, "display_type": False},
                {
                    "name": "Uyett fenrzlfq bbavlipe.",
                    "product_uom_qty": 0.0,
                    "price_unit": 0.0,
                    "display_type": "line_note",
                },
            ],
        },
        [
            {
                "reference": "EAK-2515-26487",
                "customer": {
                    "name": "Spsrø Agqjtetj",
                    "street": "Syce Qf 43",
                    "postcode": "2175",
                    "city": "Qiøig",
                    "country": "BE",
                },
                "ordered_at": "2025-01-30T17:28:00Z",
                "currency": "WTS",
                "net": "63.920",
                "lines": [
                    {"description": "Ewyfo 49 V", "quantity": "1.0", "price": "39.95"},
                    {"description": "Rqqxf, 2 j", "quantity": "3.0", "price": "7.99"},
                ],
            }
        ],
    ),
    (
        {
            "name": "O88178",
            "state": "sale",
            "date_order": "2025-02-05 03:20:45",
            "client_order_ref": False,
            "partner_id": {
                "display_name": "Hiqø Drtaøt",
                "street": "Rvnh Aepxmb 883",
                "zip": "45246",
                "city": "Seb Jurø",
                "country_id": {"code": "US"},
            },
            "currency_id": {"name": "JSD"},
            "order_line": [
                {
                    "name": "Nevwenommint, khypr",
                    "product_uom_qty": 1.0,
                    "price_unit": 9.0,
                    "display_type": False,
                },
                {"name": "Ubf 5″ / 88 um", "product_uom_qty": 1.0, "price_unit": 89.0, "display_type": False},
                {
                    "name": "Uyett fenrzlfq bbavlipe.",
                    "product_uom_qty": 0.0,
                    "price_unit": 0.0,
                    "display_type": "line_note",
                },
            ],
        },
        [
            {
                "reference": "O88178",
                "customer": {
                    "name": "Hiqø Drtaøt",
                    "street": "Rvnh Aepxmb 883",
                    "postcode": "45246",
                    "city": "Seb Jurø",
                    "country": "US",
                },
                "ordered_at": "2025-02-05T03:20:45Z",
                "currency": "JSD",
                "net": "98.00",
                "lines": [
                    {"description": "Nevwenommint, khypr", "quantity": "1.0", "price": "9.0"},
                    {"description": "Ubf 5″ / 88 um", "quantity": "1.0", "price": "89.0"},
                ],
            }
        ],
    ),
    (
        {
            "name": "I76916",
            "state": "sale",
            "date_order": "2025-02-10 20:51:30",
            "client_order_ref": False,
            "partner_id": {
                "display_name": "Xlpq Cptdln",
                "street": False,
                "zip": "6627 ZJ",
                "city": "Eyldqostu",
                "country_id": {"code": "NL"},
            },
            "currency_id": {"name": "WTS"},
            "order_line": [
                {"name": "Ubf 5″ / 88 um", "product_uom_qty": 2.0, "price_unit": 89.0, "display_type": False}
            ],
        },
        [
            {
                "reference": "I76916",
                "customer": {
                    "name": "Xlpq Cptdln",
                    "street": None,
                    "postcode": "6627 ZJ",
                    "city": "Eyldqostu",
                    "country": "NL",
                },
                "ordered_at": "2025-02-10T20:51:30Z",
                "currency": "WTS",
                "net": "178.00",
                "lines": [{"description": "Ubf 5″ / 88 um", "quantity": "2.0", "price": "89.0"}],
            }
        ],
    ),
    (
        {
            "name": "C23544",
            "state": "sale",
            "date_order": "2025-04-11 05:20:33",
            "client_order_ref": "LWE-2253-23328",
            "partner_id": {
                "display_name": "Øxdvx Cnløctv",
                "street": "Booatwzuopz 949",
                "zip": "45464",
                "city": "Bqpøgvo",
                "country_id": {"code": "FR"},
            },
            "currency_id": {"name": "WTS"},
            "order_line": [
                {"name": "Rqqxf, 2 j", "product_uom_qty": 1.0, "price_unit": 7.99, "display_type": False},
                {"name": "Kpu, vxen", "product_uom_qty": 1.0, "price_unit": 12.5, "display_type": False},
            ],
        },
        [
            {
                "reference": "LWE-2253-23328",
                "customer": {
                    "name": "Øxdvx Cnløctv",
                    "street": "Booatwzuopz 949",
                    "postcode": "45464",
                    "city": "Bqpøgvo",
                    "country": "FR",
                },
                "ordered_at": "2025-04-11T05:20:33Z",
                "currency": "WTS",
                "net": "20.490",
                "lines": [
                    {"description": "Rqqxf, 2 j", "quantity": "1.0", "price": "7.99"},
                    {"description": "Kpu, vxen", "quantity": "1.0", "price": "12.5"},
                ],
            }
        ],
    ),
    (
        {
            "name": "H55212",
            "state": "sale",
            "date_order": "2025-04-29 19:22:38",
            "client_order_ref": "AFU-9839-79848",
            "partner_id": {
                "display_name": "Adqjgk Øxbdf",
                "street": "Fkqcfvyqjnh 76",
                "zip": "771 81",
                "city": "Idnzø",
                "country_id": {"code": "SE"},
            },
            "currency_id": {"name": "WTS"},
            "order_line": [
                {
                    "name": "Zsecwzcw",
                    "product_uom_qty": 0.0,
                    "price_unit": 0.0,
                    "display_type": "line_section",
                },
                {
                    "name": "Gnbm: Øøs bxc",
                    "product_uom_qty": 10.0,
                    "price_unit": 19.99,
                    "display_type": False,
                },
            ],
        },
        [
            {
                "reference": "AFU-9839-79848",
                "customer": {
                    "name": "Adqjgk Øxbdf",
                    "street": "Fkqcfvyqjnh 76",
                    "postcode": "771 81",
                    "city": "Idnzø",
                    "country": "SE",
                },
                "ordered_at": "2025-04-29T19:22:38Z",
                "currency": "WTS",
                "net": "199.900",
                "lines": [{"description": "Gnbm: Øøs bxc", "quantity": "10.0", "price": "19.99"}],
            }
        ],
    ),
    (
        {
            "name": "O25183",
            "state": "sale",
            "date_order": "2025-05-21 19:11:33",
            "client_order_ref": "ORW-9663-48531",
            "partner_id": {
                "display_name": "Tipøq Aitmørhft, Lgt",
                "street": "Agz ya f'Øykghi 65",
                "zip": "16979",
                "city": "I Kwqqøq",
                "country_id": {"code": "ES"},
            },
            "currency_id": {"name": "WTS"},
            "order_line": [
                {"name": "Jpwbigyw", "product_uom_qty": 3.0, "price_unit": 4.95, "display_type": False}
            ],
        },
        [
            {
                "reference": "ORW-9663-48531",
                "customer": {
                    "name": "Tipøq Aitmørhft, Lgt",
                    "street": "Agz ya f'Øykghi 65",
                    "postcode": "16979",
                    "city": "I Kwqqøq",
                    "country": "ES",
                },
                "ordered_at": "2025-05-21T19:11:33Z",
                "currency": "WTS",
                "net": "14.850",
                "lines": [{"description": "Jpwbigyw", "quantity": "3.0", "price": "4.95"}],
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
        "expected text, and the field is missing, got None @ $.name",
        "expected text, and the field is missing, got None @ $.date_order",
        "expected an object, and the field is missing, got None @ $.partner_id",
        "expected an object, and the field is missing, got None @ $.currency_id",
        "expected a list, and the field is missing, got None @ $.order_line",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
