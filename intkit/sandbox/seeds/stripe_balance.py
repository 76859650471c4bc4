"""What follows from the charges: payment intents, balance transactions, payouts and events."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from intkit.sandbox.world import DEFAULT_SEED, chance, draw_id

Record = dict[str, Any]

EVENT_VERSION = "2026-10-28.endive"
_MONTH = 30 * 86400
_OUTCOMES = {"succeeded": "succeeded", "pending": "processing", "failed": "requires_payment_method"}


def seed_payment_intents(charges: list[Record]) -> list[Record]:
    """Return the intents behind the charges, in the charges' order."""
    return [_intent(charge) for charge in charges if charge["payment_intent"]]


def seed_balance_transactions(charges: list[Record]) -> list[Record]:
    """Return what the charges and refunds did to the balance, newest first; `net` is `amount` less `fee`."""
    moves = [_move(charge, charge["amount"], "charge") for charge in charges if charge["balance_transaction"]]
    refunds = [refund for charge in charges for refund in charge["refunds"]["data"]]
    moves += [_move(each, -each["amount"], "refund") for each in refunds if each["balance_transaction"]]
    return sorted(moves, key=lambda move: (-move["created"], move["id"]))


def seed_payouts(moves: list[Record], seed: int = DEFAULT_SEED) -> list[Record]:
    """Return one payout per month and currency with a positive sum, newest first."""
    ordered = sorted(moves, key=lambda move: (_month(move), move["currency"], move["created"]))
    payouts = [
        _payout(seed, month, currency, list(group))
        for (month, currency), group in groupby(ordered, key=lambda move: (_month(move), move["currency"]))
    ]
    paid = [payout for payout in payouts if payout["amount"] > 0]
    return sorted(paid, key=lambda payout: (-payout["created"], payout["id"]))


def seed_events(charges: list[Record], now: int, seed: int = DEFAULT_SEED) -> list[Record]:
    """Return what happened to charges within the last 30 days, newest first: older events are not kept."""
    return [
        event(f"charge.{charge['status']}", charge, charge["created"], seed)
        for charge in charges
        if charge["created"] > now - _MONTH
    ]


def event(kind: str, record: Record, created: int, seed: int, previous: Record | None = None) -> Record:
    """Return the event that tells of a record; `previous` holds the old values of what changed."""
    rng = chance(seed, "stripe", "event", kind, record["id"], str(created))
    body: Record = {"object": record} | ({"previous_attributes": previous} if previous else {})
    return {
        "id": "evt_1" + draw_id(rng, 23),
        "object": "event",
        "api_version": EVENT_VERSION,
        "created": created,
        "data": body,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def _intent(charge: Record) -> Record:
    got = charge["amount_captured"]
    return {
        "id": charge["payment_intent"],
        "object": "payment_intent",
        "amount": charge["amount"],
        "amount_capturable": 0 if charge["captured"] or charge["status"] != "succeeded" else charge["amount"],
        "amount_details": {"tip": {}},
        "amount_received": got,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": None,
        "confirmation_method": "automatic",
        "created": charge["created"] - 5,
        "currency": charge["currency"],
        "customer": charge["customer"],
        "description": charge["description"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "livemode": False,
        "metadata": dict(charge["metadata"]),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": charge["payment_method"],
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": [charge["payment_method_details"]["type"]],
        "processing": None,
        "receipt_email": charge["receipt_email"],
        "review": None,
        "setup_future_usage": None,
        "shipping": charge["shipping"],
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": _OUTCOMES[charge["status"]] if charge["captured"] or got else _intent_status(charge),
        "transfer_data": None,
        "transfer_group": None,
    }


def _intent_status(charge: Record) -> str:
    return "requires_capture" if charge["status"] == "succeeded" else _OUTCOMES[charge["status"]]


def _move(record: Record, amount: int, kind: str) -> Record:
    fee = round(amount * 0.015) + 25 if kind == "charge" else 0
    charged = {"amount": fee, "application": None, "currency": record["currency"]}
    return {
        "id": record["balance_transaction"],
        "object": "balance_transaction",
        "amount": amount,
        "available_on": record["created"] + 2 * 86400,
        "balance_type": "payments",
        "created": record["created"],
        "currency": record["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [charged | {"description": "Stripe processing fees", "type": "stripe_fee"}]
        if fee
        else [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": record["id"],
        "status": "available",
        "type": kind,
    }


def _month(move: Record) -> str:
    return datetime.fromtimestamp(move["created"], UTC).strftime("%Y-%m")


def _payout(seed: int, month: str, currency: str, moves: list[Record]) -> Record:
    rng = chance(seed, "stripe", "payout", month, currency)
    created = moves[-1]["created"] + 3 * 86400
    return {
        "id": "po_1" + draw_id(rng, 23),
        "object": "payout",
        "amount": sum(move["net"] for move in moves),
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": created + 86400 - created % 86400,
        "automatic": True,
        "balance_transaction": None,
        "created": created,
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": "ba_1" + draw_id(rng, 23),
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": rng.choice(("paid", "paid", "paid", "in_transit")),
        "trace_id": None,
        "type": "bank_account",
    }
