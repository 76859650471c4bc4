"""Tests of stripe_payments: records that take every branch that the recorded ones took, and what they give.

They are written with it, and not edited by hand; tests of your own stand in a file of their own.
Content: sha256 c4e785941ace8be7aca1783ad853deb27d8119d5ff37d3c92949d77311a18e4c
"""

import json
from typing import Any

import pytest
from stripe_payments import Reject, check_contract, map_record, map_records, target_line

# a record, reduced to what the rules read, and what it gives
CASES: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "id": "bm_3hp3uS6LZYhU84lB53u8nWaY",
            "amount": 28374,
            "created": 1774507823,
            "currency": "eur",
            "customer": "tfd_7MN23QK6PbGxTv",
            "receipt_email": "metc.ydytqhag213@ksaomwsuxd.example",
            "billing_details": {"email": None},
            "metadata": {"order-id": "ADQ-7123-52695"},
            "payment_method_details": {"card": {"brand": "visa", "last4": "7851"}},
            "refunds": {"data": []},
            "status": "failed",
        },
        [],
    ),
    (
        {
            "id": "gn_4V9wv9T4XC4R7xuiKjV1jKN5",
            "amount": 3990,
            "created": 1774471505,
            "currency": "jpy",
            "customer": "fbd_29KiErldQiwUX6",
            "receipt_email": None,
            "billing_details": {"email": "Ldgpb68@Dqmmponikdmfg.Example"},
            "metadata": {"order-id": "DSG-7971-46116"},
            "payment_method_details": {"card": {"brand": "visa", "last4": "6442"}},
            "refunds": {"data": []},
            "status": "succeeded",
        },
        [
            {
                "payment_id": "gn_4V9wv9T4XC4R7xuiKjV1jKN5",
                "reference": "DSG-7971-46116",
                "amount": "3990",
                "currency": "JPY",
                "status": "settled",
                "paid_at": "2026-03-25T20:45:05Z",
                "customer_id": "fbd_29KiErldQiwUX6",
                "email": "ldgpb68@dqmmponikdmfg.example",
                "card": "visa …6442",
                "account": None,
                "refunded": "0",
                "refunds": [],
            }
        ],
    ),
    (
        {
            "id": "hx_3yAYWHo2ewKbdfRwavniktMo",
            "amount": 8900,
            "created": 1774203380,
            "currency": "gbp",
            "customer": "pun_qYf3eVDNQD4cft",
            "receipt_email": "zsec.zcwiadro75@gvdegarxlgiqziqgfjc.example",
            "billing_details": {"email": "zsec.zcwiadro75@gvdegarxlgiqziqgfjc.example"},
            "metadata": {"order-id": "9678-54168"},
            "payment_method_details": {"card": {"brand": "visa", "last4": "5759"}},
            "refunds": {"data": [{"id": "lz_7sd3dY3MQrTCQAEKqVed3EDM", "amount": 2966}]},
            "status": "succeeded",
        },
        [
            {
                "payment_id": "hx_3yAYWHo2ewKbdfRwavniktMo",
                "reference": "9678-54168",
                "amount": "89.00",
                "currency": "GBP",
                "status": "settled",
                "paid_at": "2026-03-22T18:16:20Z",
                "customer_id": "pun_qYf3eVDNQD4cft",
                "email": "zsec.zcwiadro75@gvdegarxlgiqziqgfjc.example",
                "card": "visa …5759",
                "account": None,
                "refunded": "29.66",
                "refunds": [{"refund_id": "lz_7sd3dY3MQrTCQAEKqVed3EDM", "amount": "29.66"}],
            }
        ],
    ),
    (
        {
            "id": "hb_7KNL4NY2t7tWQ4KjVtLhG9uM",
            "amount": 49800,
            "created": 1774076107,
            "currency": "usd",
            "customer": "cnm_F6i6RzzB2cZNWj",
            "receipt_email": None,
            "billing_details": {"email": "Czi.Pzjy73@Qsyjxjkrksvd.Example"},
            "metadata": {"order-id": "EYL-5194-32385"},
            "payment_method_details": {"paypal": {"payer_email": "czi.pzjy73@qsyjxjkrksvd.example"}},
            "refunds": {"data": []},
            "status": "succeeded",
        },
        [
            {
                "payment_id": "hb_7KNL4NY2t7tWQ4KjVtLhG9uM",
                "reference": "EYL-5194-32385",
                "amount": "498.00",
                "currency": "USD",
                "status": "settled",
                "paid_at": "2026-03-21T06:55:07Z",
                "customer_id": "cnm_F6i6RzzB2cZNWj",
                "email": "czi.pzjy73@qsyjxjkrksvd.example",
                "card": None,
                "account": "czi.pzjy73@qsyjxjkrksvd.example",
                "refunded": "0.00",
                "refunds": [],
            }
        ],
    ),
    (
        {
            "id": "wg_6Mg2f86GR8YbBqMq14HMsUjz",
            "amount": 2950,
            "created": 1773732758,
            "currency": "eur",
            "customer": "bqp_g4OIdjAA5znECW",
            "receipt_email": None,
            "billing_details": {"email": "kpuwrv.encue89 pd cgczvgrosh.arkkurv"},
            "metadata": {"order-id": "BXE-3196-24834"},
            "payment_method_details": {"paypal": {"payer_email": "ubfcbb.xslas73@xbeczeccuu.example"}},
            "refunds": {"data": [{"id": "kc_799BhVOkOBqSCdDZe4OhUtPV", "amount": 2950}]},
            "status": "succeeded",
        },
        [
            {
                "rejected": [
                    "expected an e-mail address, got 'kpuwrv.encue89 pd cgczvgrosh.arkkurv' @ $.receipt_email, billing_details.email, customer, customer.email -> email"
                ]
            }
        ],
    ),
    (
        {
            "id": "qf_4mHXt6F3FvLLRYwgeZXP2t4I",
            "amount": 28637,
            "created": 1772843152,
            "currency": "eur",
            "customer": "adw_CMWhA6j5oDGnEE",
            "receipt_email": "Yowql.Fpv231@Zumo.Example",
            "billing_details": {"email": None},
            "metadata": {},
            "payment_method_details": {"card": {"brand": "amex", "last4": "8316"}},
            "refunds": {"data": []},
            "status": "succeeded",
        },
        [
            {
                "payment_id": "qf_4mHXt6F3FvLLRYwgeZXP2t4I",
                "reference": "qf_4mHXt6F3FvLLRYwgeZXP2t4I",
                "amount": "286.37",
                "currency": "EUR",
                "status": "settled",
                "paid_at": "2026-03-07T00:25:52Z",
                "customer_id": "adw_CMWhA6j5oDGnEE",
                "email": "yowql.fpv231@zumo.example",
                "card": "amex …8316",
                "account": None,
                "refunded": "0.00",
                "refunds": [],
            }
        ],
    ),
    (
        {
            "id": "wi_7yReKz1OUzzt5t1kbYO8lbU3",
            "amount": 45275,
            "created": 1772097753,
            "currency": "eur",
            "customer": None,
            "receipt_email": None,
            "billing_details": {},
            "metadata": {"order-id": "GYF-6919-12737"},
            "payment_method_details": {"paypal": {"payer_email": "mszsv.pxeuo2@elmf.example"}},
            "refunds": {"data": []},
            "status": "pending",
        },
        [
            {
                "payment_id": "wi_7yReKz1OUzzt5t1kbYO8lbU3",
                "reference": "GYF-6919-12737",
                "amount": "452.75",
                "currency": "EUR",
                "status": "pending",
                "paid_at": "2026-02-26T09:22:33Z",
                "customer_id": None,
                "email": None,
                "card": None,
                "account": "mszsv.pxeuo2@elmf.example",
                "refunded": "0.00",
                "refunds": [],
            }
        ],
    ),
    (
        {
            "id": "rk_3sqmEdNLLHZ86kT63qAngNdT",
            "amount": 8972,
            "created": 1770094389,
            "currency": "gbp",
            "customer": "trv_7v8Ztxavt8UzFn",
            "receipt_email": "odkt.eabujuoh242@kblw.example",
            "billing_details": {"email": "odkt.eabujuoh242@kblw.example"},
            "metadata": {"order-id": "XMW-6791-64891"},
            "payment_method_details": {"card": {"brand": "amex", "last4": "3729"}},
            "refunds": {
                "data": [
                    {"id": "kl_8w1e5UHBmY9B4mTR1HubHkZ4", "amount": 2992},
                    {"id": "ws_86Z8AKLLirRf5nJop5Pjf6uo", "amount": 2990},
                    {"id": "rg_3cl13u6ciI8Rv3GkcDVpRSjO", "amount": 2990},
                ]
            },
            "status": "succeeded",
        },
        [
            {
                "payment_id": "rk_3sqmEdNLLHZ86kT63qAngNdT",
                "reference": "XMW-6791-64891",
                "amount": "89.72",
                "currency": "GBP",
                "status": "settled",
                "paid_at": "2026-02-03T04:53:09Z",
                "customer_id": "trv_7v8Ztxavt8UzFn",
                "email": "odkt.eabujuoh242@kblw.example",
                "card": "amex …3729",
                "account": None,
                "refunded": "89.72",
                "refunds": [
                    {"refund_id": "kl_8w1e5UHBmY9B4mTR1HubHkZ4", "amount": "29.92"},
                    {"refund_id": "ws_86Z8AKLLirRf5nJop5Pjf6uo", "amount": "29.90"},
                    {"refund_id": "rg_3cl13u6ciI8Rv3GkcDVpRSjO", "amount": "29.90"},
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
        "expected text, and the field is missing, got None @ $.id",
        "expected a whole number, and the field is missing, got None @ $.amount",
        "expected text, and the field is missing, got None @ $.currency",
        "expected an object, and the field is missing, got None @ $.refunds",
        "expected text, and the field is missing, got None @ $.status",
    ]


def test_what_is_not_json_is_rejected() -> None:
    (reject,) = map_record(b"{")
    assert isinstance(reject, Reject)
    assert "expected one JSON object" in str(reject)
