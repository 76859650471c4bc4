"""Tests of mollie_payments: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 bfadcc89c3d84286aec5c5d9001bf4f252256d90e3c8dbe0adea49b490b16652
"""

import json
from typing import Any

import pytest
from mollie_payments import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
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
            "id": "fb_O2RKIERldq",
            "amount": {"currency": "USD", "value": "89.00"},
            "method": "creditcard",
            "metadata": {"order_id": "LDG-5689-18466"},
            "status": "paid",
            "customerId": "dsg_7wcsBctj16",
            "paidAt": "2026-03-25T03:33:35+00:00",
            "details": {"cardLabel": "Mastercard"},
            "amountRefunded": {"value": "0.00"},
            "customer": {"email": "ido.brxah368@mjpl.example"},
        },
        [
            {
                "payment_id": "fb_O2RKIERldq",
                "reference": "LDG-5689-18466",
                "amount": "89.00",
                "currency": "USD",
                "status": "settled",
                "paid_at": "2026-03-25T03:33:35Z",
                "customer_id": "dsg_7wcsBctj16",
                "email": "ido.brxah368@mjpl.example",
                "card": "mastercard",
                "account": None,
                "refunded": "0.00",
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
    (
        {
            "id": "sp_UKw1FbLHaw",
            "amount": {"currency": "EUR", "value": "86.97"},
            "method": "paypal",
            "metadata": {"order_id": "INK-1771-11633"},
            "status": "paid",
            "paidAt": "2025-12-27T03:00:37+00:00",
            "details": {"consumerAccount": "rkxfs73@dnllhzxs.example"},
            "amountRefunded": {"value": "0.00"},
            "customer": None,
        },
        [
            {
                "payment_id": "sp_UKw1FbLHaw",
                "reference": "INK-1771-11633",
                "amount": "86.97",
                "currency": "EUR",
                "status": "settled",
                "paid_at": "2025-12-27T03:00:37Z",
                "customer_id": None,
                "email": "rkxfs73@dnllhzxs.example",
                "card": None,
                "account": "rkxfs73@dnllhzxs.example",
                "refunded": "0.00",
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


def test_the_contract_names_what_is_broken() -> None:
    assert [str(problem) for record, _ in CASES for problem in check_contract(record)] == []


def test_the_contract_names_what_is_missing() -> None:
    assert [str(problem) for problem in check_contract({})] == [
        "expected text, and the field is missing, got None @ $.id",
        "expected an object, and the field is missing, got None @ $.amount",
        "expected text, and the field is missing, got None @ $.status",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
