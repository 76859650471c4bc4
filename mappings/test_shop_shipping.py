"""Tests of shop_shipping: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 9beffa3fe458663a017a88a2e972b753d5357c1a8b7d173a37fb11c7ab4c4c87
"""

import json
from typing import Any

import pytest
from shop_shipping import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "name": "X37598",
            "state": "sent",
            "partner_id": {
                "display_name": "Wtsira Øfqym",
                "street": "Rqqxfoftpjm 12",
                "zip": "188 28",
                "city": "Nevwø",
                "country_id": {"code": "SE"},
            },
            "order_line": [
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 19.99,
                    "product_id": {"default_code": "BOOK-7"},
                    "warehouse_id": {"code": "AMS"},
                },
                {
                    "product_uom_qty": 3.0,
                    "price_unit": 9.0,
                    "product_id": {"default_code": "SUB-M"},
                    "warehouse_id": False,
                },
            ],
        },
        [],
    ),
    (
        {
            "name": "T27373",
            "state": "sale",
            "partner_id": {
                "display_name": "Møtcq Øytqøag",
                "street": "Adqjgksxxbdfa 37",
                "zip": "7561",
                "city": "Bøhdhppus Ø",
                "country_id": {"code": "DK"},
            },
            "order_line": [
                {"product_uom_qty": 0.0, "price_unit": 0.0, "product_id": False, "warehouse_id": False},
                {
                    "product_uom_qty": 2.0,
                    "price_unit": 9.0,
                    "product_id": {"default_code": "SUB-M"},
                    "warehouse_id": False,
                },
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 24.99,
                    "product_id": {"default_code": "TEE-S"},
                    "warehouse_id": {"code": "AMS"},
                },
            ],
        },
        [
            {
                "order": "T27373",
                "address": {
                    "name": "Møtcq Øytqøag",
                    "street": "Adqjgksxxbdfa 37",
                    "postcode": "7561",
                    "city": "Bøhdhppus Ø",
                    "country": "DK",
                },
                "packages": [
                    {
                        "reference": "T27373-AMS",
                        "warehouse": "AMS",
                        "rows": [{"sku": "TEE-S", "quantity": "1.0", "value": "30.23790"}],
                    }
                ],
            }
        ],
    ),
    (
        {
            "name": "I85196",
            "state": "sale",
            "partner_id": {
                "display_name": "Gnbm pw Stbxc",
                "street": "Fbdoqrkierldq 534",
                "zip": "1727 AB",
                "city": "Dsgtowcsb",
                "country_id": {"code": "NL"},
            },
            "order_line": [
                {
                    "product_uom_qty": 3.0,
                    "price_unit": 50.0,
                    "product_id": {"default_code": "GIFT"},
                    "warehouse_id": False,
                }
            ],
        },
        [],
    ),
    (
        {
            "name": "N75933",
            "state": "sale",
            "partner_id": {
                "display_name": "Lzmzsd DYemqrtcqae",
                "street": "Hbhlknldnyb 724",
                "zip": "1727 AB",
                "city": "Dsgtowcsb",
                "country_id": {"code": "NL"},
            },
            "order_line": [
                {"product_uom_qty": 0.0, "price_unit": 0.0, "product_id": False, "warehouse_id": False},
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 249.0,
                    "product_id": {"default_code": "CHAIR"},
                    "warehouse_id": {"code": "TIL"},
                },
            ],
        },
        [
            {
                "order": "N75933",
                "address": {
                    "name": "Lzmzsd DYemqrtcqae",
                    "street": "Hbhlknldnyb 724",
                    "postcode": "1727 AB",
                    "city": "Dsgtowcsb",
                    "country": "NL",
                },
                "packages": [
                    {
                        "reference": "N75933-TIL",
                        "warehouse": "TIL",
                        "rows": [{"sku": "CHAIR", "quantity": "1.0", "value": "301.2900"}],
                    }
                ],
            }
        ],
    ),
    (
        {
            "name": "B83524",
            "state": "sale",
            "partner_id": {
                "display_name": "Cyq",
                "street": "Nwd gp i'Øqgjkv 978",
                "zip": "44358",
                "city": "ØØ",
                "country_id": False,
            },
            "order_line": [
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 24.99,
                    "product_id": {"default_code": "TEE-S"},
                    "warehouse_id": {"code": "AMS"},
                }
            ],
        },
        [{"rejected": ["expected a value, got None @ $.partner_id.country_id.code -> address.country"]}],
    ),
    (
        {
            "name": "B26157",
            "state": "sale",
            "partner_id": {
                "display_name": "Cyq",
                "street": "Fqdw Sf 138",
                "zip": "44358",
                "city": "ØØ",
                "country_id": {"code": "KR"},
            },
            "order_line": [
                {"product_uom_qty": 0.0, "price_unit": 0.0, "product_id": False, "warehouse_id": False},
                {
                    "product_uom_qty": 3.0,
                    "price_unit": 12.5,
                    "product_id": {"default_code": "MUG-01"},
                    "warehouse_id": {"code": "AMS"},
                },
            ],
        },
        [
            {
                "order": "B26157",
                "address": {
                    "name": "Cyq",
                    "street": "Fqdw Sf 138",
                    "postcode": "44358",
                    "city": "ØØ",
                    "country": "KR",
                },
                "packages": [
                    {
                        "reference": "B26157-AMS",
                        "warehouse": "AMS",
                        "rows": [{"sku": "MUG-01", "quantity": "3.0", "value": "45.3750"}],
                    }
                ],
            }
        ],
    ),
    (
        {
            "name": "Y91485",
            "state": "sale",
            "partner_id": {
                "display_name": "Smøo Ø Nwssxe",
                "street": "Pntp Us 666",
                "zip": "U16 T5F6",
                "city": "Uøa Jkzgdqyvl",
                "country_id": {"code": "IE"},
            },
            "order_line": [
                {"product_uom_qty": 0.0, "price_unit": 0.0, "product_id": False, "warehouse_id": False},
                {
                    "product_uom_qty": 2.0,
                    "price_unit": 26.99,
                    "product_id": {"default_code": "TEE-XL"},
                    "warehouse_id": {"code": "AMS"},
                },
            ],
        },
        [
            {
                "order": "Y91485",
                "address": {
                    "name": "Smøo Ø Nwssxe",
                    "street": "Pntp Us 666",
                    "postcode": "U16 T5F6",
                    "city": "Uøa Jkzgdqyvl",
                    "country": "IE",
                },
                "packages": [
                    {
                        "reference": "Y91485-AMS",
                        "warehouse": "AMS",
                        "rows": [{"sku": "TEE-XL", "quantity": "2.0", "value": "65.31580"}],
                    }
                ],
            }
        ],
    ),
    (
        {
            "name": "T17437",
            "state": "sale",
            "partner_id": {
                "display_name": "Xgkwsc Sgquaz",
                "street": "Elee Ydsiar 942",
                "zip": "522-2228",
                "city": "ØØ",
                "country_id": {"code": "JP"},
            },
            "order_line": [
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 3990.0,
                    "product_id": {"default_code": "TEE-S"},
                    "warehouse_id": {"code": "AMS"},
                }
            ],
        },
        [
            {
                "order": "T17437",
                "address": {
                    "name": "Xgkwsc Sgquaz",
                    "street": "Elee Ydsiar 942",
                    "postcode": "522-2228",
                    "city": "ØØ",
                    "country": "JP",
                },
                "packages": [
                    {
                        "reference": "T17437-AMS",
                        "warehouse": "AMS",
                        "rows": [{"sku": "TEE-S", "quantity": "1.0", "value": "4827.9000"}],
                    }
                ],
            }
        ],
    ),
    (
        {
            "name": "E71173",
            "state": "sale",
            "partner_id": {
                "display_name": "Jsdjø Gcjnrtyz",
                "street": "Gqid Or 73",
                "zip": "1514",
                "city": "Qføcm",
                "country_id": {"code": "BE"},
            },
            "order_line": [
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 39.95,
                    "product_id": {"default_code": "LAMP"},
                    "warehouse_id": {"code": "TIL"},
                },
                {
                    "product_uom_qty": 3.0,
                    "price_unit": 7.99,
                    "product_id": {"default_code": "CABLE"},
                    "warehouse_id": {"code": "AMS"},
                },
                {"product_uom_qty": 0.0, "price_unit": 0.0, "product_id": False, "warehouse_id": False},
            ],
        },
        [
            {
                "order": "E71173",
                "address": {
                    "name": "Jsdjø Gcjnrtyz",
                    "street": "Gqid Or 73",
                    "postcode": "1514",
                    "city": "Qføcm",
                    "country": "BE",
                },
                "packages": [
                    {
                        "reference": "E71173-TIL",
                        "warehouse": "TIL",
                        "rows": [{"sku": "LAMP", "quantity": "1.0", "value": "48.33950"}],
                    },
                    {
                        "reference": "E71173-AMS",
                        "warehouse": "AMS",
                        "rows": [{"sku": "CABLE", "quantity": "3.0", "value": "29.00370"}],
                    },
                ],
            }
        ],
    ),
    (
        {
            "name": "C93524",
            "state": "sale",
            "partner_id": {
                "display_name": "Ulbø Fxcvøk",
                "street": "Vyja Tmelhg 793",
                "zip": "89793",
                "city": "Qky Mslø",
                "country_id": {"code": "US"},
            },
            "order_line": [
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 9.0,
                    "product_id": {"default_code": "SUB-M"},
                    "warehouse_id": False,
                },
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 89.0,
                    "product_id": {"default_code": "BAG-09"},
                    "warehouse_id": {"code": "TIL"},
                },
                {"product_uom_qty": 0.0, "price_unit": 0.0, "product_id": False, "warehouse_id": False},
            ],
        },
        [
            {
                "order": "C93524",
                "address": {
                    "name": "Ulbø Fxcvøk",
                    "street": "Vyja Tmelhg 793",
                    "postcode": "89793",
                    "city": "Qky Mslø",
                    "country": "US",
                },
                "packages": [
                    {
                        "reference": "C93524-TIL",
                        "warehouse": "TIL",
                        "rows": [{"sku": "BAG-09", "quantity": "1.0", "value": "107.6900"}],
                    }
                ],
            }
        ],
    ),
    (
        {
            "name": "Q73594",
            "state": "sale",
            "partner_id": {
                "display_name": "Kkov Witvss",
                "street": False,
                "zip": "1727 AB",
                "city": "Dsgtowcsb",
                "country_id": {"code": "NL"},
            },
            "order_line": [
                {
                    "product_uom_qty": 2.0,
                    "price_unit": 89.0,
                    "product_id": {"default_code": "BAG-09"},
                    "warehouse_id": {"code": "TIL"},
                }
            ],
        },
        [{"rejected": ["expected a value, got None @ $.partner_id.street -> address.street"]}],
    ),
    (
        {
            "name": "O47686",
            "state": "sale",
            "partner_id": {
                "display_name": "Xdø Ptuyb-Vtctd",
                "street": "Fsryadvfgdhge 623",
                "zip": "RL4 5SE",
                "city": "Zqlfevnmy tudg Uscs",
                "country_id": {"code": "GB"},
            },
            "order_line": [
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 7.99,
                    "product_id": {"default_code": "CABLE"},
                    "warehouse_id": {"code": "AMS"},
                }
            ],
        },
        [
            {
                "order": "O47686",
                "address": {
                    "name": "Xdø Ptuyb-Vtctd",
                    "street": "Fsryadvfgdhge 623",
                    "postcode": "RL4 5SE",
                    "city": "Zqlfevnmy tudg Uscs",
                    "country": "GB",
                },
                "packages": [
                    {
                        "reference": "O47686-AMS",
                        "warehouse": "AMS",
                        "rows": [{"sku": "CABLE", "quantity": "1.0", "value": "9.66790"}],
                    }
                ],
            }
        ],
    ),
    (
        {
            "name": "U84134",
            "state": "sale",
            "partner_id": {
                "display_name": "Zpquuinxxco egl cyj ue Cgqzbyqjqv-Jmenkersesqj",
                "street": "Ahk vf g'Øwsplv 63",
                "zip": "95165",
                "city": "Døoy",
                "country_id": {"code": "DE"},
            },
            "order_line": [
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 12.5,
                    "product_id": {"default_code": "MUG-01"},
                    "warehouse_id": {"code": "AMS"},
                },
                {
                    "product_uom_qty": 3.0,
                    "price_unit": 26.99,
                    "product_id": {"default_code": "TEE-XL"},
                    "warehouse_id": {"code": "AMS"},
                },
                {
                    "product_uom_qty": 3.0,
                    "price_unit": 89.0,
                    "product_id": {"default_code": "BAG-09"},
                    "warehouse_id": {"code": "TIL"},
                },
            ],
        },
        [
            {
                "order": "U84134",
                "address": {
                    "name": "Zpquuinxxco egl cyj ue Cgqzbyqjqv-Jmenkersesqj",
                    "street": "Ahk vf g'Øwsplv 63",
                    "postcode": "95165",
                    "city": "Døoy",
                    "country": "DE",
                },
                "packages": [
                    {
                        "reference": "U84134-AMS",
                        "warehouse": "AMS",
                        "rows": [
                            {"sku": "MUG-01", "quantity": "1.0", "value": "15.1250"},
                            {"sku": "TEE-XL", "quantity": "3.0", "value": "97.97370"},
                        ],
                    },
                    {
                        "reference": "U84134-TIL",
                        "warehouse": "TIL",
                        "rows": [{"sku": "BAG-09", "quantity": "3.0", "value": "323.0700"}],
                    },
                ],
            }
        ],
    ),
    (
        {
            "name": "K24831",
            "state": "sale",
            "partner_id": {
                "display_name": "Øqakd Chgøvec",
                "street": "Wsrehzwakll 962",
                "zip": "63247",
                "city": "Aotøcsd",
                "country_id": {"code": "FR"},
            },
            "order_line": [
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 7.99,
                    "product_id": {"default_code": "CABLE"},
                    "warehouse_id": {"code": "AMS"},
                },
                {
                    "product_uom_qty": 1.0,
                    "price_unit": 12.5,
                    "product_id": {"default_code": "MUG-01"},
                    "warehouse_id": {"code": "AMS"},
                },
            ],
        },
        [
            {
                "order": "K24831",
                "address": {
                    "name": "Øqakd Chgøvec",
                    "street": "Wsrehzwakll 962",
                    "postcode": "63247",
                    "city": "Aotøcsd",
                    "country": "FR",
                },
                "packages": [
                    {
                        "reference": "K24831-AMS",
                        "warehouse": "AMS",
                        "rows": [
                            {"sku": "CABLE", "quantity": "1.0", "value": "9.66790"},
                            {"sku": "MUG-01", "quantity": "1.0", "value": "15.1250"},
                        ],
                    }
                ],
            }
        ],
    ),
    (
        {
            "name": "G93912",
            "state": "sale",
            "partner_id": {
                "display_name": "Wtsira Øfqym",
                "street": "Rqqxfoftpjm 12",
                "zip": "188 28",
                "city": "Nevwø",
                "country_id": {"code": "SE"},
            },
            "order_line": [
                {"product_uom_qty": 0.0, "price_unit": 0.0, "product_id": False, "warehouse_id": False},
                {
                    "product_uom_qty": 10.0,
                    "price_unit": 19.99,
                    "product_id": {"default_code": "BOOK-7"},
                    "warehouse_id": {"code": "AMS"},
                },
            ],
        },
        [
            {
                "order": "G93912",
                "address": {
                    "name": "Wtsira Øfqym",
                    "street": "Rqqxfoftpjm 12",
                    "postcode": "188 28",
                    "city": "Nevwø",
                    "country": "SE",
                },
                "packages": [
                    {
                        "reference": "G93912-AMS",
                        "warehouse": "AMS",
                        "rows": [{"sku": "BOOK-7", "quantity": "10.0", "value": "241.87900"}],
                    }
                ],
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
        "expected an object, and the field is missing, got None @ $.partner_id",
        "expected a list, and the field is missing, got None @ $.order_line",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
