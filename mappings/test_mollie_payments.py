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
                "email": None,
                "account": "JI78POPR2848675525",
                "refunded": "0.00",
            }
        ],
    ),
    (
        {
            "id": "is_65gK3oRhTM",
            "amount": {"currency": "EUR", "value": "24.99"},
            "method": None,
            "metadata": {"order_id": "DIO-8473-95777"},
            "status": "expired",
            "customerId": "xvc_lasP35KGqA",
        },
        [],
    ),
    (
        {
            "id": "wt_iRAPuF87MF",
            "amount": {"currency": "GBP", "value": "26.99"},
            "method": "paypal",
            "metadata": "RQQ-7152-35312",
            "status": "paid",
            "customerId": "jpw_2GywKhYYLD",
            "paidAt": "2026-03-27T15:53:04+00:00",
            "details": {"consumerAccount": "ne.wenommintn87@yproihjkux.example"},
            "amountRefunded": {"value": "0.00"},
        },
        [
            {
                "payment_id": "wt_iRAPuF87MF",
                "reference": "wt_iRAPuF87MF",
                "amount": "26.99",
                "currency": "GBP",
                "status": "settled",
                "paid_at": "2026-03-27T15:53:04Z",
                "customer_id": "jpw_2GywKhYYLD",
                "email": "ne.wenommintn87@yproihjkux.example",
                "account": "ne.wenommintn87@yproihjkux.example",
                "refunded": "0.00",
            }
        ],
    ),
    (
        {
            "id": "tf_kS3nznqkq7",
            "amount": {"currency": "USD", "value": "249.00"},
            "method": "banktransfer",
            "metadata": None,
            "status": "paid",
            "paidAt": "2026-03-27T08:11:07+00:00",
            "details": {"consumerAccount": "ME84QYDY1687521398"},
            "amountRefunded": {"value": "0.00"},
        },
        [
            {
                "payment_id": "tf_kS3nznqkq7",
                "reference": "tf_kS3nznqkq7",
                "amount": "249.00",
                "currency": "USD",
                "status": "settled",
                "paid_at": "2026-03-27T08:11:07Z",
                "customer_id": None,
                "email": None,
                "account": "ME84QYDY1687521398",
                "refunded": "0.00",
            }
        ],
    ),
    (
        {
            "id": "ad_JGKSxxBdfA",
            "amount": {"currency": "EUR", "value": "7.99"},
            "method": "creditcard",
            "metadata": None,
            "status": "paid",
            "customerId": "fkq_4VyqjN1tck",
            "paidAt": "2026-03-26T02:04:10+00:00",
            "details": {},
            "amountRefunded": {"value": "7.99"},
        },
        [
            {
                "payment_id": "ad_JGKSxxBdfA",
                "reference": "ad_JGKSxxBdfA",
                "amount": "7.99",
                "currency": "EUR",
                "status": "settled",
                "paid_at": "2026-03-26T02:04:10Z",
                "customer_id": "fkq_4VyqjN1tck",
                "email": None,
                "account": None,
                "refunded": "7.99",
            }
        ],
    ),
    (
        {
            "id": "rl_25seBVIjJu",
            "amount": {"currency": "EUR", "value": "14.75"},
            "method": "ideal",
            "metadata": {"order_id": "ZQL-5491-74645"},
            "status": "pending",
            "customerId": "rls_QslnPdzALF",
        },
        [
            {
                "payment_id": "rl_25seBVIjJu",
                "reference": "ZQL-5491-74645",
                "amount": "14.75",
                "currency": "EUR",
                "status": "pending",
                "paid_at": None,
                "customer_id": "rls_QslnPdzALF",
                "email": None,
                "account": None,
                "refunded": "0",
            }
        ],
    ),
    (
        {
            "id": "re_RTcT4YwZNb",
            "amount": {"currency": "JPY", "value": "1423"},
            "method": "creditcard",
            "metadata": {"order_id": "YYU-7175-33499"},
            "status": "paid",
            "customerId": "eqe_ITDvxwhAAU",
            "paidAt": "2025-12-30T15:43:16+00:00",
            "details": {},
            "amountRefunded": {"value": "1423"},
        },
        [
            {
                "payment_id": "re_RTcT4YwZNb",
                "reference": "YYU-7175-33499",
                "amount": "1423",
                "currency": "JPY",
                "status": "settled",
                "paid_at": "2025-12-30T15:43:16Z",
                "customer_id": "eqe_ITDvxwhAAU",
                "email": None,
                "account": None,
                "refunded": "1423",
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
