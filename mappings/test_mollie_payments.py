"""Tests of mollie_payments, written with it: records that show every outcome, and what they give."""

import json
from typing import Any

import pytest
from mollie_payments import Reject, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "id": "wj_gjDGpdrbxb",
            "amount": {"currency": "EUR", "value": "290.97"},
            "method": "banktransfer",
            "metadata": None,
            "status": "paid",
            "customerId": "vwd_acqkn8JxG8",
            "paidAt": "2026-03-30T13:34:24+00:00",
            "details": {"consumerAccount": "JI78POPR2848675525"},
            "amountRefunded": {"value": "0.00"},
            "customer": {"email": "iseesg.lorht4@fjzbdbyyeydda.example"},
        },
        [
            {
                "payment_id": "wj_gjDGpdrbxb",
                "reference": "wj_gjDGpdrbxb",
                "amount": "290.97",
                "currency": "EUR",
                "status": "settled",
                "paid_at": "2026-03-30T13:34:24Z",
                "customer_id": "vwd_acqkn8JxG8",
                "email": "iseesg.lorht4@fjzbdbyyeydda.example",
                "card": None,
                "account": "JI78POPR2848675525",
                "refunded": "0.00",
                "refunds": None,
            }
        ],
    ),
    (
        {
            "id": "di_58vJ3mNdMG",
            "amount": {"currency": "EUR", "value": "24.99"},
            "method": None,
            "metadata": {"order_id": "XVC-9816-58172"},
            "status": "expired",
            "customerId": "wts_rapU68YMfG",
            "customer": {"email": "rqqx.oftpjm3@sijemqt.example"},
        },
        [],
    ),
    (
        {
            "id": "jp_bIGYwK94YL",
            "amount": {"currency": "GBP", "value": "26.99"},
            "method": "paypal",
            "metadata": "NEV-5524-24778",
            "status": "paid",
            "customerId": "tfd_7MnzNqKQPB",
            "paidAt": "2026-03-27T15:53:04+00:00",
            "details": {"consumerAccount": "me.cqydytqhag21@bksaomwsux.example"},
            "amountRefunded": {"value": "0.00"},
            "customer": {"email": "me.cqydytqhag21@bksaomwsux.example"},
        },
        [
            {
                "payment_id": "jp_bIGYwK94YL",
                "reference": "jp_bIGYwK94YL",
                "amount": "26.99",
                "currency": "GBP",
                "status": "settled",
                "paid_at": "2026-03-27T15:53:04Z",
                "customer_id": "tfd_7MnzNqKQPB",
                "email": "me.cqydytqhag21@bksaomwsux.example",
                "card": None,
                "account": "me.cqydytqhag21@bksaomwsux.example",
                "refunded": "0.00",
                "refunds": None,
            }
        ],
    ),
    (
        {
            "id": "ad_jG1sxxbdf9",
            "amount": {"currency": "USD", "value": "249.00"},
            "method": "banktransfer",
            "metadata": None,
            "status": "paid",
            "paidAt": "2026-03-27T08:11:07+00:00",
            "details": {"consumerAccount": "FK61FVYQ6317766766"},
            "amountRefunded": {"value": "0.00"},
            "customer": None,
        },
        [
            {
                "payment_id": "ad_jG1sxxbdf9",
                "reference": "ad_jG1sxxbdf9",
                "amount": "249.00",
                "currency": "USD",
                "status": "settled",
                "paid_at": "2026-03-27T08:11:07Z",
                "customer_id": None,
                "email": None,
                "card": None,
                "account": "FK61FVYQ6317766766",
                "refunded": "0.00",
                "refunds": None,
            }
        ],
    ),
    (
        {
            "id": "bm_DHPPusLlzY",
            "amount": {"currency": "EUR", "value": "7.99"},
            "method": "creditcard",
            "metadata": None,
            "status": "paid",
            "customerId": "idn_9TdztD7had",
            "paidAt": "2026-03-26T02:04:10+00:00",
            "details": {"cardLabel": "Visa"},
            "amountRefunded": {"value": "7.99"},
            "customer": {"email": "gnb.vpwvst45@jrvx.example"},
        },
        [
            {
                "payment_id": "bm_DHPPusLlzY",
                "reference": "bm_DHPPusLlzY",
                "amount": "7.99",
                "currency": "EUR",
                "status": "settled",
                "paid_at": "2026-03-26T02:04:10Z",
                "customer_id": "idn_9TdztD7had",
                "email": "gnb.vpwvst45@jrvx.example",
                "card": "visa",
                "account": None,
                "refunded": "7.99",
                "refunds": None,
            }
        ],
    ),
    (
        {
            "id": "ba_78vzANTtIg",
            "amount": {"currency": "EUR", "value": "14.75"},
            "method": "ideal",
            "metadata": {"order_id": "WGS-4326-66589"},
            "status": "pending",
            "customerId": "bqp_GvoiDjaAFZ",
            "customer": {"email": None},
        },
        [
            {
                "payment_id": "ba_78vzANTtIg",
                "reference": "WGS-4326-66589",
                "amount": "14.75",
                "currency": "EUR",
                "status": "pending",
                "paid_at": None,
                "customer_id": "bqp_GvoiDjaAFZ",
                "email": None,
                "card": None,
                "account": None,
                "refunded": "0",
                "refunds": None,
            }
        ],
    ),
    (
        {
            "id": "bo_ATwZ4OpZXx",
            "amount": {"currency": "JPY", "value": "2334"},
            "method": "creditcard",
            "metadata": {"order_id": "YNM-2187-73286"},
            "status": "paid",
            "customerId": "bwt_KYJjgfqKTC",
            "paidAt": "2025-12-30T15:43:16+00:00",
            "details": {"cardLabel": "Visa"},
            "amountRefunded": {"value": "2334"},
            "customer": {"email": "gjvko142@svyo.example"},
        },
        [
            {
                "payment_id": "bo_ATwZ4OpZXx",
                "reference": "YNM-2187-73286",
                "amount": "2334",
                "currency": "JPY",
                "status": "settled",
                "paid_at": "2025-12-30T15:43:16Z",
                "customer_id": "bwt_KYJjgfqKTC",
                "email": "gjvko142@svyo.example",
                "card": "visa",
                "account": None,
                "refunded": "2334",
                "refunds": None,
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
