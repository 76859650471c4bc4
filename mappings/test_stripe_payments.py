"""Tests of stripe_payments, written with it: records that show every outcome, and what they give."""

import json
from typing import Any

import pytest
from stripe_payments import Reject, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "id": "ch_3JbaFeFNVDTe9nawUGfO5xQz",
            "amount": 11985,
            "created": 1774827736,
            "currency": "usd",
            "customer": "cus_EWrz1LRS11xNcw",
            "receipt_email": None,
            "billing_details": {},
            "metadata": {"order-id": "ORD-2026-00639"},
            "payment_method_details": {"card": {"brand": "visa", "last4": "5719"}},
            "refunds": {"data": []},
            "status": "succeeded",
        },
        [
            {
                "payment_id": "ch_3JbaFeFNVDTe9nawUGfO5xQz",
                "reference": "ORD-2026-00639",
                "amount": "119.85",
                "currency": "USD",
                "status": "settled",
                "paid_at": "2026-03-29T23:42:16Z",
                "customer_id": "cus_EWrz1LRS11xNcw",
                "email": None,
                "card": "visa …5719",
                "refunded": "0.00",
                "refunds": [],
            }
        ],
    ),
    (
        {
            "id": "ch_3auPZ7XD3cN4F2v17Sz3HmZB",
            "amount": 4998,
            "created": 1774641011,
            "currency": "usd",
            "customer": "cus_2zri8nbj6excUF",
            "receipt_email": "qyjoj.vjcgahp104@mpbhxmo3.example",
            "billing_details": {"email": "qyjoj.vjcgahp104@mpbhxmo3.example"},
            "metadata": {"order-id": "ORD-2026-00637"},
            "payment_method_details": {"card": {"brand": "visa", "last4": "8880"}},
            "refunds": {"data": []},
            "status": "succeeded",
        },
        [
            {
                "payment_id": "ch_3auPZ7XD3cN4F2v17Sz3HmZB",
                "reference": "ORD-2026-00637",
                "amount": "49.98",
                "currency": "USD",
                "status": "settled",
                "paid_at": "2026-03-27T19:50:11Z",
                "customer_id": "cus_2zri8nbj6excUF",
                "email": "qyjoj.vjcgahp104@mpbhxmo3.example",
                "card": "visa …8880",
                "refunded": "0.00",
                "refunds": [],
            }
        ],
    ),
    (
        {
            "id": "ch_36DlJVW9c7aaGyT7V4iy8Gdv",
            "amount": 28374,
            "created": 1774507858,
            "currency": "eur",
            "customer": "cus_6MB57KZ7LqKhVn",
            "receipt_email": "hxev.pjaoxhpc400@sirtyehwti.example",
            "billing_details": {"email": "hxev.pjaoxhpc400@sirtyehwti.example"},
            "metadata": {"order-id": "ORD-2026-00634"},
            "payment_method_details": {"card": {"brand": "amex", "last4": "4673"}},
            "refunds": {"data": []},
            "status": "succeeded",
        },
        [
            {
                "payment_id": "ch_36DlJVW9c7aaGyT7V4iy8Gdv",
                "reference": "ORD-2026-00634",
                "amount": "283.74",
                "currency": "EUR",
                "status": "settled",
                "paid_at": "2026-03-26T06:50:58Z",
                "customer_id": "cus_6MB57KZ7LqKhVn",
                "email": "hxev.pjaoxhpc400@sirtyehwti.example",
                "card": "amex …4673",
                "refunded": "0.00",
                "refunds": [],
            }
        ],
    ),
    (
        {
            "id": "ch_3ie7mJ3JSIwB37xO16d6pRzS",
            "amount": 28374,
            "created": 1774507823,
            "currency": "eur",
            "customer": "cus_6MB57KZ7LqKhVn",
            "receipt_email": "hxev.pjaoxhpc400@sirtyehwti.example",
            "billing_details": {"email": None},
            "metadata": {"order-id": "ORD-2026-00634"},
            "payment_method_details": {"card": {"brand": "visa", "last4": "9448"}},
            "refunds": {"data": []},
            "status": "failed",
        },
        [],
    ),
    (
        {
            "id": "ch_3C5fp1P8PB0J8okmWnM5kAO4",
            "amount": 3990,
            "created": 1774471505,
            "currency": "jpy",
            "customer": "cus_07SrJkkqEkzPH3",
            "receipt_email": None,
            "billing_details": {"email": "Ptexu49@Kyezfbasglqsg.Example"},
            "metadata": {"order-id": "ORD-2026-00632"},
            "payment_method_details": {"card": {"brand": "visa", "last4": "3958"}},
            "refunds": {"data": []},
            "status": "succeeded",
        },
        [
            {
                "payment_id": "ch_3C5fp1P8PB0J8okmWnM5kAO4",
                "reference": "ORD-2026-00632",
                "amount": "3990",
                "currency": "JPY",
                "status": "settled",
                "paid_at": "2026-03-25T20:45:05Z",
                "customer_id": "cus_07SrJkkqEkzPH3",
                "email": "ptexu49@kyezfbasglqsg.example",
                "card": "visa …3958",
                "refunded": "0",
                "refunds": [],
            }
        ],
    ),
    (
        {
            "id": "ch_3kCUNMh2stTvaqNjljxpqzSh",
            "amount": 8900,
            "created": 1774203380,
            "currency": "gbp",
            "customer": "cus_xEa5uEZQVV5ftg",
            "receipt_email": "tqhk.rxhqlouo41@klwzxvghohlomcsstqh.example",
            "billing_details": {"email": "tqhk.rxhqlouo41@klwzxvghohlomcsstqh.example"},
            "metadata": {"order-id": "2026-00630"},
            "payment_method_details": {"card": {"brand": "visa", "last4": "4717"}},
            "refunds": {"data": [{"id": "re_3dm6hA8DYbCXJSTLuOgj1LEZ", "amount": 2966}]},
            "status": "succeeded",
        },
        [
            {
                "payment_id": "ch_3kCUNMh2stTvaqNjljxpqzSh",
                "reference": "2026-00630",
                "amount": "89.00",
                "currency": "GBP",
                "status": "settled",
                "paid_at": "2026-03-22T18:16:20Z",
                "customer_id": "cus_xEa5uEZQVV5ftg",
                "email": "tqhk.rxhqlouo41@klwzxvghohlomcsstqh.example",
                "card": "visa …4717",
                "refunded": "29.66",
                "refunds": [{"refund_id": "re_3dm6hA8DYbCXJSTLuOgj1LEZ", "amount": "29.66"}],
            }
        ],
    ),
    (
        {
            "id": "ch_3AHT8KQ5a1pOV6NqKiCaN8fP",
            "amount": 49800,
            "created": 1774076107,
            "currency": "usd",
            "customer": "cus_X8c9IewK7bSHEl",
            "receipt_email": None,
            "billing_details": {"email": "Tno.Tgpo55@Vlzqrxsrjmvq.Example"},
            "metadata": {"order-id": "ORD-2026-00628"},
            "payment_method_details": {},
            "refunds": {"data": []},
            "status": "succeeded",
        },
        [
            {
                "payment_id": "ch_3AHT8KQ5a1pOV6NqKiCaN8fP",
                "reference": "ORD-2026-00628",
                "amount": "498.00",
                "currency": "USD",
                "status": "settled",
                "paid_at": "2026-03-21T06:55:07Z",
                "customer_id": "cus_X8c9IewK7bSHEl",
                "email": "tno.tgpo55@vlzqrxsrjmvq.example",
                "card": None,
                "refunded": "0.00",
                "refunds": [],
            }
        ],
    ),
    (
        {
            "id": "ch_3Nd8x22WI5TmLaGf85BDzWgs",
            "amount": 2950,
            "created": 1773732758,
            "currency": "eur",
            "customer": "cus_x6QOwcIS1ldTGU",
            "receipt_email": None,
            "billing_details": {"email": "emaoqc.ztljq53 sf lymeqaglst.bldemao"},
            "metadata": {"order-id": "ORD-2026-00623"},
            "payment_method_details": {},
            "refunds": {"data": [{"id": "re_333PeKOgJZoZIoQBy7KdLfXU", "amount": 2950}]},
            "status": "succeeded",
        },
        [
            {
                "rejected": [
                    "expected an e-mail address, got 'emaoqc.ztljq53 sf lymeqaglst.bldemao' @ $.receipt_email, billing_details.email, customer.email -> email"
                ]
            }
        ],
    ),
    (
        {
            "id": "ch_3ioSj0R8BCRnDHR5XqCxfywH",
            "amount": 36375,
            "created": 1773452560,
            "currency": "gbp",
            "customer": None,
            "receipt_email": None,
            "billing_details": {"email": None},
            "metadata": {"order-id": "ORD-2026-00616"},
            "payment_method_details": {},
            "refunds": {"data": []},
            "status": "succeeded",
        },
        [
            {
                "payment_id": "ch_3ioSj0R8BCRnDHR5XqCxfywH",
                "reference": "ORD-2026-00616",
                "amount": "363.75",
                "currency": "GBP",
                "status": "settled",
                "paid_at": "2026-03-14T01:42:40Z",
                "customer_id": None,
                "email": None,
                "card": None,
                "refunded": "0.00",
                "refunds": [],
            }
        ],
    ),
    (
        {
            "id": "ch_3yEeYv5EAaup8x1kvJP7phO1",
            "amount": 45275,
            "created": 1772097753,
            "currency": "eur",
            "customer": None,
            "receipt_email": None,
            "billing_details": {},
            "metadata": {"order-id": "ORD-2026-00587"},
            "payment_method_details": {},
            "refunds": {"data": []},
            "status": "pending",
        },
        [
            {
                "payment_id": "ch_3yEeYv5EAaup8x1kvJP7phO1",
                "reference": "ORD-2026-00587",
                "amount": "452.75",
                "currency": "EUR",
                "status": "pending",
                "paid_at": "2026-02-26T09:22:33Z",
                "customer_id": None,
                "email": None,
                "card": None,
                "refunded": "0.00",
                "refunds": [],
            }
        ],
    ),
    (
        {
            "id": "ch_3womSvBIYRP12gD53yUyoEgC",
            "amount": 8972,
            "created": 1770094389,
            "currency": "gbp",
            "customer": "cus_8a9Tgrmvx2WcSu",
            "receipt_email": "oine.hasifobs038@onrj.example",
            "billing_details": {"email": "oine.hasifobs038@onrj.example"},
            "metadata": {"order-id": "ORD-2026-00551"},
            "payment_method_details": {"card": {"brand": "amex", "last4": "9272"}},
            "refunds": {
                "data": [
                    {"id": "re_3t5k1YANfH9X7xWS9TncXnG3", "amount": 2992},
                    {"id": "re_31T2VZZIywBk3rMkw3Ymq0fz", "amount": 2990},
                    {"id": "re_3la70p4czC5Xl4MtkJBqGVuE", "amount": 2990},
                ]
            },
            "status": "succeeded",
        },
        [
            {
                "payment_id": "ch_3womSvBIYRP12gD53yUyoEgC",
                "reference": "ORD-2026-00551",
                "amount": "89.72",
                "currency": "GBP",
                "status": "settled",
                "paid_at": "2026-02-03T04:53:09Z",
                "customer_id": "cus_8a9Tgrmvx2WcSu",
                "email": "oine.hasifobs038@onrj.example",
                "card": "amex …9272",
                "refunded": "89.72",
                "refunds": [
                    {"refund_id": "re_3t5k1YANfH9X7xWS9TncXnG3", "amount": "29.92"},
                    {"refund_id": "re_31T2VZZIywBk3rMkw3Ymq0fz", "amount": "29.90"},
                    {"refund_id": "re_3la70p4czC5Xl4MtkJBqGVuE", "amount": "29.90"},
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


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
