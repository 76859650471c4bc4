"""Practice Mollie: HAL links, an inclusive cursor, amounts as text, errors as hal+json.

Facts: docs.mollie.com, the spec of Mollie's API v2, and the models of mollie-api-py 1.10.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from intkit.sandbox import signatures
from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.paging import place
from intkit.sandbox.seeds import mollie as seeds
from intkit.sandbox.times import iso
from intkit.sandbox.vendor import Endpoint, Vendor, to_json
from intkit.sandbox.webhooks import Notice
from intkit.sandbox.world import draw_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intkit.sandbox.limits import Use
    from intkit.sandbox.seeds.mollie import Record

_DOCS = "https://docs.mollie.com"
_TITLES = {
    400: "Bad Request",
    401: "Unauthorized Request",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_CURRENCY = re.compile(r"[A-Z]{3}")


class Mollie(Vendor):
    """Mollie in test mode: payments, refunds, captures and customers."""

    name = "mollie"
    hosts = ("api.mollie.com", "my.mollie.com")
    oauth_paths = ("/oauth2/authorize", "/oauth2/tokens")
    key = "test_sandboxsandboxsandboxsandbox"
    example = "/v2/payments?limit=3"
    traits = seeds.TRAITS
    media_type = "application/hal+json"
    # Mollie documents no number; this one is ours.
    limit = (50, 1.0)
    idempotent = frozenset({"POST"})
    keeps_keys = 3600
    signed = staticmethod(signatures.mollie)
    # Ten attempts over 26 hours, as Mollie documents them.
    schedule = tuple(60.0 * minutes for minutes in (0, 1, 2, 4, 8, 16, 29, 60, 120, 1320))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.payments = seeds.seed_payments(self.seed)
        self.refunds = seeds.seed_refunds(self.payments)
        self.captures = seeds.seed_captures(self.payments)
        self.customers = seeds.seed_customers(self.seed)

    def endpoints(self) -> Iterable[Endpoint]:
        """Return what can be called."""
        return [
            Endpoint("GET", "/v2/payments", lambda call: self._list(call, "payments", self.payments)),
            Endpoint("POST", "/v2/payments", self._create_payment),
            Endpoint("GET", "/v2/payments/{id}", lambda call: self._read(call, "payment", self.payments)),
            Endpoint("PATCH", "/v2/payments/{id}", self._update_payment),
            Endpoint("DELETE", "/v2/payments/{id}", self._cancel_payment),
            Endpoint(
                "GET", "/v2/payments/{id}/refunds", lambda call: self._of(call, "refunds", self.refunds)
            ),
            Endpoint("POST", "/v2/payments/{id}/refunds", self._create_refund),
            Endpoint(
                "GET", "/v2/payments/{id}/captures", lambda call: self._of(call, "captures", self.captures)
            ),
            Endpoint("GET", "/v2/refunds", lambda call: self._list(call, "refunds", self.refunds)),
            Endpoint("GET", "/v2/customers", lambda call: self._list(call, "customers", self.customers)),
            Endpoint("POST", "/v2/customers", self._create_customer),
            Endpoint("GET", "/v2/customers/{id}", lambda call: self._read(call, "customer", self.customers)),
            Endpoint("PATCH", "/v2/customers/{id}", self._update_customer),
            Endpoint("DELETE", "/v2/customers/{id}", self._delete_customer),
        ]

    # Its own way to say no

    def check_key(self, call: Call) -> None:
        """Accept the key as bearer."""
        if call.bearer != self.key:
            raise _error(401, "Missing authentication, or failed to authenticate")

    def no_such_path(self, call: Call) -> Refusal:
        """Return Mollie's 404."""
        return _error(404, f"No endpoint exists at {call.method} {call.path}.")

    def too_many(self, use: Use) -> Refusal:  # noqa: ARG002 - Mollie does not say how long to wait
        """Return Mollie's 429; no header says more."""
        return _error(429, "You have exceeded the rate limit. Please slow down your requests.")

    def failure(self, status: int) -> Refusal:
        """Return Mollie's answer when something broke on its side."""
        return _error(status, "Something went wrong on our side.")

    def expired(self) -> Refusal:
        """Return the 401 for an access token that ran out."""
        return _error(401, "Missing authentication, or failed to authenticate")

    def other_request(self, key: str) -> Refusal:
        """Return the 400 for a key that was used for something else."""
        return _error(400, f"The idempotency key {key!r} was used for another request.")

    def in_flight(self, key: str) -> Refusal:
        """Return the 409 for a key whose first request is at work."""
        return _error(409, f"A request with the idempotency key {key!r} is being processed.")

    def happen(self) -> None:
        """Let the newest open payment be paid."""
        payment = next(each for each in self.payments if each["status"] == "open")
        payment |= {
            "status": "paid",
            "isCancelable": False,
            "method": "ideal",
            "paidAt": iso(self.clock.tick()),
        }
        payment |= {"amountRefunded": seeds.money(0, payment["amount"]["currency"])}
        payment |= {"amountRemaining": payment["amount"]}
        payment.pop("expiresAt", None)
        self._tell(payment)

    def _tell(self, payment: Record) -> None:
        """Push the new kind of event to subscribers; the old kind, an id alone, to the payment's own address."""
        ident, kind = f"event_{draw_id(self.rng, 20)}", f"payment.{payment['status']}"
        told = {
            "resource": "event",
            "id": ident,
            "type": kind,
            "entityId": payment["id"],
            "createdAt": iso(self.clock.now()),
            "_embedded": {"entity": payment},
            "_links": {"documentation": _documentation("webhooks")},
        }
        self.outbox.tell(self, Notice(kind, ident, to_json(told)))
        if payment.get("webhookUrl"):
            form = Notice(kind, ident, f"id={payment['id']}".encode(), "application/x-www-form-urlencoded")
            self.outbox.send(self, form, payment["webhookUrl"])

    # Reading

    def _list(self, call: Call, name: str, records: list[Record]) -> Answer:
        asked = call.arguments
        limit = _limit(asked.get("limit", "50"))
        ordered = records[::-1] if asked.get("sort") == "asc" else records
        start = self._start(ordered, asked.get("from"))
        page = ordered[start : start + limit]
        links = {
            "self": _link(call.url),
            "previous": None,
            "next": None,
            "documentation": _documentation(name),
        }
        if start > 0:
            links["previous"] = _link(_moved(call, ordered[max(0, start - limit)]["id"], limit))
        if start + limit < len(ordered):
            links["next"] = _link(_moved(call, ordered[start + limit]["id"], limit))
        shown = [self._shown(call, record) for record in page]
        return Answer({"count": len(page), "_embedded": {name: shown}, "_links": links})

    def _start(self, ordered: list[Record], ident: str | None) -> int:
        try:
            return place(ordered, ident) if ident else 0
        except LookupError:
            raise _error(400, f"The 'from' parameter {ident!r} names no record.", "from") from None

    def _of(self, call: Call, name: str, records: list[Record]) -> Answer:
        payment = self._find("payment", self.payments, call.params["id"])
        return self._list(call, name, [each for each in records if each["paymentId"] == payment["id"]])

    def _read(self, call: Call, noun: str, records: list[Record]) -> Answer:
        return Answer(self._shown(call, self._find(noun, records, call.params["id"])))

    def _find(self, noun: str, records: list[Record], ident: str) -> Record:
        found = next((record for record in records if record["id"] == ident), None)
        if found is None:
            raise _error(404, f"No {noun} exists with token {ident}.")
        return found

    def _shown(self, call: Call, record: Record) -> Record:
        base, ident, noun = f"{call.base}/v2", record["id"], record["resource"]
        if noun in {"refund", "capture"}:
            payment = f"{base}/payments/{record['paymentId']}"
            links = {"self": _link(f"{payment}/{noun}s/{ident}"), "payment": _link(payment)}
        else:
            links = {
                "self": _link(f"{base}/{noun}s/{ident}"),
                "dashboard": _link(f"https://my.mollie.com/dashboard/{ident}", "text/html"),
            }
        if noun == "payment" and record["status"] == "open":
            links["checkout"] = _link(
                f"https://www.mollie.com/checkout/select-method/{ident[3:]}", "text/html"
            )
        if "customerId" in record:
            links["customer"] = _link(f"{base}/customers/{record['customerId']}")
        return record | {"_links": links | {"documentation": _documentation(noun)}}

    # Writing

    def _create_payment(self, call: Call) -> Answer:
        asked = _body(call)
        for name in ("amount", "description", "redirectUrl"):
            if not asked.get(name):
                raise _error(422, f"The {name} is missing", name)
        amount = _checked_amount(asked["amount"])
        created = self.clock.tick()
        payment: Record = {
            "resource": "payment",
            "id": "tr_" + draw_id(self.rng, 10),
            "mode": "test",
            "createdAt": iso(created),
            "amount": amount,
            "description": str(asked["description"]),
            "method": asked.get("method"),
            "metadata": asked.get("metadata"),
            "status": "open",
            "isCancelable": True,
            "expiresAt": iso(created + 900),
            "locale": asked.get("locale"),
            "profileId": "pfl_QkEhN94Ba",
            "sequenceType": asked.get("sequenceType", "oneoff"),
            "redirectUrl": asked["redirectUrl"],
        }
        payment |= {name: asked[name] for name in ("customerId", "webhookUrl") if name in asked}
        self.payments.insert(0, payment)
        return Answer(self._shown(call, payment), 201)

    def _update_payment(self, call: Call) -> Answer:
        payment, asked = self._find("payment", self.payments, call.params["id"]), _body(call)
        known = ("description", "metadata", "redirectUrl", "webhookUrl", "locale")
        payment |= {name: asked[name] for name in known if name in asked}
        self.clock.tick()
        return Answer(self._shown(call, payment))

    def _cancel_payment(self, call: Call) -> Answer:
        payment = self._find("payment", self.payments, call.params["id"])
        if not payment["isCancelable"]:
            raise _error(422, "The payment cannot be canceled")
        payment |= {"status": "canceled", "isCancelable": False, "canceledAt": iso(self.clock.tick())}
        payment.pop("expiresAt", None)
        self._tell(payment)
        return Answer(self._shown(call, payment))

    def _create_refund(self, call: Call) -> Answer:
        payment, asked = self._find("payment", self.payments, call.params["id"]), _body(call)
        left = _minor(payment.get("amountRemaining", {"value": "0", "currency": "EUR"}))
        amount = _checked_amount(asked.get("amount"))
        if _minor(amount) > left or amount["currency"] != payment["amount"]["currency"]:
            raise _error(422, "The amount is higher than the maximum", "amount")
        done = _minor(payment["amountRefunded"]) + _minor(amount)
        payment["amountRefunded"] = seeds.money(done, amount["currency"])
        payment["amountRemaining"] = seeds.money(left - _minor(amount), amount["currency"])
        refund = {
            "resource": "refund",
            "id": "re_" + draw_id(self.rng, 10),
            "mode": "test",
            "amount": amount,
            "status": "pending",
            "description": asked.get("description") or payment["description"],
            "metadata": asked.get("metadata"),
            "paymentId": payment["id"],
            "createdAt": iso(self.clock.tick()),
        }
        self.refunds.insert(0, refund)
        return Answer(self._shown(call, refund), 201)

    def _create_customer(self, call: Call) -> Answer:
        asked = _checked_customer(_body(call))
        customer = {
            "resource": "customer",
            "id": "cst_" + draw_id(self.rng, 10),
            "mode": "test",
            **{name: asked.get(name) for name in ("name", "email", "locale", "metadata")},
            "createdAt": iso(self.clock.tick()),
        }
        self.customers.insert(0, customer)
        return Answer(self._shown(call, customer), 201)

    def _update_customer(self, call: Call) -> Answer:
        customer = self._find("customer", self.customers, call.params["id"])
        asked = _checked_customer(_body(call))
        customer |= {name: asked[name] for name in ("name", "email", "locale", "metadata") if name in asked}
        self.clock.tick()
        return Answer(self._shown(call, customer))

    def _delete_customer(self, call: Call) -> Answer:
        self.customers.remove(self._find("customer", self.customers, call.params["id"]))
        self.clock.tick()
        return Answer(None, 204)


def _body(call: Call) -> Record:
    try:
        body = call.json() or {}
    except msgspec.DecodeError:
        raise _error(400, "The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise _error(400, "The request body is not an object.")
    return body


def _checked_amount(amount: Any) -> dict[str, str]:
    """Return the amount as stored; its value must be text with the currency's number of decimals."""
    if not isinstance(amount, dict) or not isinstance(amount.get("value"), str):
        raise _error(422, "The amount is missing or its value is not text", "amount")
    currency = amount.get("currency")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise _error(422, "The amount contains an invalid currency", "amount")
    if not re.fullmatch(r"\d+" if currency == "JPY" else r"\d+\.\d\d", amount["value"]):
        raise _error(422, "The amount contains an invalid value", "amount")
    return {"currency": currency, "value": amount["value"]}


def _checked_customer(asked: Record) -> Record:
    email = asked.get("email")
    if email is not None and "@" not in str(email):
        raise _error(422, "The email address is invalid", "email")
    return asked


def _minor(amount: dict[str, str]) -> int:
    return int(amount["value"].replace(".", ""))


def _limit(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 250:
        raise _error(400, f"The limit must be a number from 1 to 250, not {text!r}.", "limit")
    return int(text)


def _moved(call: Call, ident: str, limit: int) -> str:
    kept = {name: value for name, value in call.arguments.items() if name not in {"from", "limit"}}
    words = {"from": ident, "limit": str(limit), **kept}
    return f"{call.base}{call.path}?" + "&".join(f"{name}={value}" for name, value in words.items())


def _link(href: str, kind: str = "application/hal+json") -> dict[str, str]:
    return {"href": href, "type": kind}


def _documentation(noun: str) -> dict[str, str]:
    return _link(f"{_DOCS}/reference/{noun}", "text/html")


def _error(status: int, detail: str, field: str = "") -> Refusal:
    body: Record = {"status": status, "title": _TITLES[status], "detail": detail}
    if field:
        body["field"] = field
    return Refusal(
        status, body | {"_links": {"documentation": _link(f"{_DOCS}/overview/errors", "text/html")}}
    )
