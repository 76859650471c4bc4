"""Tests of mollie_payments, written with it: records that show every outcome, and what they give."""

import json
from typing import Any

import pytest
from mollie_payments import Reject, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "id": "tr_gzMKlsbkth",
            "amount": {"currency": "EUR", "value": "290.97"},
            "method": "banktransfer",
            "metadata": None,
            "status": "paid",
            "customerId": "cst_vdgxw9ZbP5",
            "paidAt": "2026-03-30T13:34:24+00:00",
            "details": {"consumerAccount": "DE55RABO2494832705"},
            "amountRefunded": {"value": "0.00"},
        },
        [
            {
                "payment_id": "tr_gzMKlsbkth",
                "reference": "tr_gzMKlsbkth",
                "amount": "290.97",
                "currency": "EUR",
                "status": "settled",
                "paid_at": "2026-03-30T13:34:24Z",
                "customer_id": "cst_vdgxw9ZbP5",
                "email": None,
                "account": "DE55RABO2494832705",
                "refunded": "0.00",
            }
        ],
    ),
    (
        {
            "id": "tr_47kQ8aTnAN",
            "amount": {"currency": "EUR", "value": "24.99"},
            "method": None,
            "metadata": {"order_id": "ORD-2026-00638"},
            "status": "expired",
            "customerId": "cst_ncrV91UDzO",
        },
        [],
    ),
    (
        {
            "id": "tr_sVUMtA07IB",
            "amount": {"currency": "GBP", "value": "26.99"},
            "method": "paypal",
            "metadata": "ORD-2026-00636",
            "status": "paid",
            "customerId": "cst_7FevLyYLYB",
            "paidAt": "2026-03-27T15:53:04+00:00",
            "details": {"consumerAccount": "bn.zbowxxscsy45@dmeoerzuzw.example"},
            "amountRefunded": {"value": "0.00"},
        },
        [
            {
                "payment_id": "tr_sVUMtA07IB",
                "reference": "tr_sVUMtA07IB",
                "amount": "26.99",
                "currency": "GBP",
                "status": "settled",
                "paid_at": "2026-03-27T15:53:04Z",
                "customer_id": "cst_7FevLyYLYB",
                "email": "bn.zbowxxscsy45@dmeoerzuzw.example",
                "account": "bn.zbowxxscsy45@dmeoerzuzw.example",
                "refunded": "0.00",
            }
        ],
    ),
    (
        {
            "id": "tr_dH1gsdfwu1",
            "amount": {"currency": "USD", "value": "249.00"},
            "method": "banktransfer",
            "metadata": None,
            "status": "paid",
            "paidAt": "2026-03-27T08:11:07+00:00",
            "details": {"consumerAccount": "US70RABO8538267968"},
            "amountRefunded": {"value": "0.00"},
        },
        [
            {
                "payment_id": "tr_dH1gsdfwu1",
                "reference": "tr_dH1gsdfwu1",
                "amount": "249.00",
                "currency": "USD",
                "status": "settled",
                "paid_at": "2026-03-27T08:11:07Z",
                "customer_id": None,
                "email": None,
                "account": "US70RABO8538267968",
                "refunded": "0.00",
            }
        ],
    ),
    (
        {
            "id": "tr_XEKHljJijG",
            "amount": {"currency": "EUR", "value": "7.99"},
            "method": "creditcard",
            "metadata": None,
            "status": "paid",
            "customerId": "cst_2XjdkG8gaa",
            "paidAt": "2026-03-26T02:04:10+00:00",
            "details": {},
            "amountRefunded": {"value": "7.99"},
        },
        [
            {
                "payment_id": "tr_XEKHljJijG",
                "reference": "tr_XEKHljJijG",
                "amount": "7.99",
                "currency": "EUR",
                "status": "settled",
                "paid_at": "2026-03-26T02:04:10Z",
                "customer_id": "cst_2XjdkG8gaa",
                "email": None,
                "account": None,
                "refunded": "7.99",
            }
        ],
    ),
    (
        {
            "id": "tr_10oyHQWgTq",
            "amount": {"currency": "EUR", "value": "14.75"},
            "method": "ideal",
            "metadata": {"order_id": "ORD-2026-00618"},
            "status": "pending",
            "customerId": "cst_MrgfVqwBYV",
        },
        [
            {
                "payment_id": "tr_10oyHQWgTq",
                "reference": "ORD-2026-00618",
                "amount": "14.75",
                "currency": "EUR",
                "status": "pending",
                "paid_at": None,
                "customer_id": "cst_MrgfVqwBYV",
                "email": None,
                "account": None,
                "refunded": "0",
            }
        ],
    ),
    (
        {
            "id": "tr_ADhS4LwWJa",
            "amount": {"currency": "JPY", "value": "3190"},
            "method": "creditcard",
            "metadata": {"order_id": "ORD-2025-00498"},
            "status": "paid",
            "customerId": "cst_LJDjuwmCMN",
            "paidAt": "2025-12-30T15:43:16+00:00",
            "details": {},
            "amountRefunded": {"value": "3190"},
        },
        [
            {
                "payment_id": "tr_ADhS4LwWJa",
                "reference": "ORD-2025-00498",
                "amount": "3190",
                "currency": "JPY",
                "status": "settled",
                "paid_at": "2025-12-30T15:43:16Z",
                "customer_id": "cst_LJDjuwmCMN",
                "email": None,
                "account": None,
                "refunded": "3190",
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
