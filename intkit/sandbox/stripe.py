"""Practice Stripe: lists by cursor, expand, bearer keys, idempotency, Stripe's error bodies.

Facts: the field list of stripe 16.1.0, Stripe's OpenAPI file of 2023-08-16, and docs.stripe.com/api.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intkit.sandbox import signatures
from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.paging import cut_after
from intkit.sandbox.seeds import stripe as seeds
from intkit.sandbox.seeds.stripe import Record, seed_charges, seed_customers
from intkit.sandbox.seeds.stripe_balance import event
from intkit.sandbox.stripe_shelves import Shelf, deleted, stock
from intkit.sandbox.vendor import Endpoint, Vendor, to_json
from intkit.sandbox.webhooks import Notice, is_local
from intkit.sandbox.world import draw_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intkit.sandbox.limits import Use

__all__ = ["Stripe", "seed_charges", "seed_customers"]

# The practice account is an old one: a call without a version header gets this version.
ACCOUNT_VERSION = "2022-08-01"
# From this version on a charge holds its refunds only when they are asked for by expand.
_REFUNDS_LEFT = "2022-11-15"
# From this version on an invoice line names its price by `pricing` where it held the whole price before.
_PRICING_CAME = "2025-03-31"
_BOUNDS = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
_PAGING = frozenset({"limit", "starting_after", "ending_before", "expand", "created"})
_INTEGERS = frozenset({"amount", "balance", "unit_amount"})
# Lists within an object show ten records; the rest is behind their own address.
_NESTED = 10


class Stripe(Vendor):
    """Stripe as an analyst meets it: an old account in a new world."""

    name = "stripe"
    hosts = ("api.stripe.com",)
    key = "sk_test_sandbox"
    example = "/v1/charges?limit=3"
    traits = seeds.TRAITS
    limit = (25, 1.0)
    signed = staticmethod(signatures.stripe)
    # Stripe tries for three days, ever more slowly; it documents no numbers, these are ours.
    schedule = (0.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 86400.0, 86400.0)
    idempotent = frozenset({"POST"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shelves = {shelf.plural: shelf for shelf in stock(self.seed, self.clock.now())}

    def endpoints(self) -> Iterable[Endpoint]:
        """Return list, read and the writes of every shelf."""
        for shelf in self.shelves.values():
            path = f"/v1/{shelf.plural}"
            yield Endpoint("GET", path, _bind(self._list, shelf))
            yield Endpoint("GET", f"{path}/{{id}}", _bind(self._read, shelf))
            if shelf.creatable:
                yield Endpoint("POST", path, _bind(self._create, shelf))
            if shelf.writable:
                yield Endpoint("POST", f"{path}/{{id}}", _bind(self._update, shelf))
            if shelf.deletable:
                yield Endpoint("DELETE", f"{path}/{{id}}", _bind(self._delete, shelf))
        yield Endpoint("GET", "/v1/charges/{id}/refunds", self._nested("charges", "refunds", "refund"))
        yield Endpoint("GET", "/v1/invoices/{id}/lines", self._nested("invoices", "lines", "line_item"))
        yield Endpoint("GET", "/v1/balance", self._balance)

    # Its own way to say no

    def check_key(self, call: Call) -> None:
        """Accept the key as bearer only."""
        key = call.bearer
        if not key:
            raise _error(401, "You did not provide an API key in the Authorization header.")
        if key != self.key:
            raise _error(401, f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}")

    def no_such_path(self, call: Call) -> Refusal:
        """Return Stripe's 404 for an address that it does not know."""
        return _error(404, f"Unrecognized request URL ({call.method}: {call.path}).")

    def too_many(self, use: Use) -> Refusal:  # noqa: ARG002 - Stripe does not say how long to wait
        """Return Stripe's 429, which names the limit and not the wait."""
        refusal = _error(429, "Too many requests.", code="rate_limit")
        refusal.answer.headers["Stripe-Rate-Limited-Reason"] = "global-rate"
        return refusal

    def failure(self, status: int) -> Refusal:
        """Return Stripe's answer when something broke on its side."""
        return _error(status, "An error occurred on our side.", kind="api_error")

    def expired(self) -> Refusal:
        """Return the 401 for a key that was rolled."""
        return _error(401, "Expired API Key provided.", code="api_key_expired")

    def other_request(self, key: str) -> Refusal:
        """Return the 400 for a key that was used for something else."""
        text = f"Keys for idempotent requests can only be used with the same parameters: '{key}'"
        return _error(400, text, kind="idempotency_error")

    def in_flight(self, key: str) -> Refusal:
        """Return the 409 for a key whose first request is at work."""
        text = f"Another request with the idempotency key '{key}' is in progress."
        return _error(409, text, code="idempotency_key_in_use", kind="idempotency_error")

    def check_idempotency_key(self, key: str) -> None:
        """Refuse a key that is too long to be kept."""
        if len(key) > 255:
            raise _error(400, "Idempotency keys may be at most 255 characters long.")

    def finish(self, call: Call, answer: Answer) -> None:
        """Add the version that answered and the request's id."""
        answer.headers.setdefault("Stripe-Version", _version(call))
        answer.headers.setdefault("Request-Id", f"req_{self.call_id(call)}")

    # Operations

    def _list(self, shelf: Shelf, call: Call) -> Answer:
        asked = call.form()
        _check_names(asked, _PAGING | shelf.filters)
        found = [record for record in shelf.records if _matches(record, asked, shelf.filters)]
        return self._page(call, asked, found, f"/v1/{shelf.plural}", shelf.noun)

    def _page(self, call: Call, asked: Record, found: list[Record], url: str, noun: str) -> Answer:
        after, before = asked.get("starting_after"), asked.get("ending_before")
        try:
            page, more = cut_after(found, _limit(asked), after=after, before=before)
        except LookupError as unknown:
            raise _missing(noun, str(unknown), "starting_after" if after else "ending_before") from None
        body = {"object": "list", "data": page, "has_more": more, "url": url}
        return Answer(self._shown(call, body, asked))

    def _read(self, shelf: Shelf, call: Call) -> Answer:
        return Answer(self._shown(call, _find(shelf, call.params["id"]), call.form()))

    def _create(self, shelf: Shelf, call: Call) -> Answer:
        asked = _checked(shelf, call)
        for name in shelf.required:
            if not asked.get(name):
                raise _error(400, f"Missing required param: {name}.", name, "parameter_missing")
        if shelf.noun == "refund":
            asked |= self._refund(asked)
        made: Record = {"id": f"{shelf.prefix}_{draw_id(self.rng, 24)}", "object": shelf.noun}
        if shelf.noun == "charge":
            asked |= _charged(made["id"], asked)
        record = made | shelf.blank() | asked | {"created": self.clock.tick()}
        shelf.records.insert(0, record)
        if shelf.noun == "refund":
            _find(self.shelves["charges"], record["charge"])["refunds"]["data"].insert(0, record)
        self._tell(f"{shelf.noun}.created", record)
        if shelf.noun == "webhook_endpoint":
            return Answer(record | {"secret": self._push_to(record)})
        return Answer(self._shown(call, record, call.form()))

    def _update(self, shelf: Shelf, call: Call) -> Answer:
        record, asked = _find(shelf, call.params["id"]), _checked(shelf, call)
        # An empty text unsets, and metadata is merged key by key.
        metadata = {**(record.get("metadata") or {}), **(asked.pop("metadata", None) or {})}
        new = {name: value if value != "" else None for name, value in asked.items()}
        new["metadata"] = {name: value for name, value in metadata.items() if value != ""}
        previous = {name: record.get(name) for name, value in new.items() if record.get(name) != value}
        record |= new
        self.clock.tick()
        self._tell(f"{shelf.noun}.updated", record, previous)
        return Answer(self._shown(call, record, call.form()))

    def _delete(self, shelf: Shelf, call: Call) -> Answer:
        record = _find(shelf, call.params["id"])
        if record.get("deleted"):
            raise _missing(shelf.noun, record["id"], "id")
        shelf.records.remove(record)
        shelf.gone[record["id"]] = deleted(record["id"], shelf.noun)
        self.clock.tick()
        self._tell(f"{shelf.noun}.deleted", record)
        if shelf.noun == "webhook_endpoint":
            self.outbox.unsubscribe(self.name, record["url"])
        return Answer(shelf.gone[record["id"]])

    def _nested(self, plural: str, name: str, noun: str) -> Callable[[Call], Answer]:
        def run(call: Call) -> Answer:
            nested = _find(self.shelves[plural], call.params["id"])[name]
            return self._page(call, call.form(), nested["data"], nested["url"], noun)

        return run

    def _balance(self, call: Call) -> Answer:
        moves = self.shelves["balance_transactions"].records
        sums = [
            {"amount": sum(move["net"] for move in moves if move["currency"] == code), "currency": code}
            for code in sorted({move["currency"] for move in moves})
        ]
        body = {"object": "balance", "available": sums, "livemode": False, "pending": []}
        return Answer(self._shown(call, body, call.form()))

    def _refund(self, asked: Record) -> Record:
        """Return the fields of a new refund, after writing what it does to its charge."""
        charge = _find(self.shelves["charges"], asked["charge"], "charge")
        left = charge["amount"] - charge["amount_refunded"]
        amount = asked.get("amount", left)
        if charge["refunded"]:
            raise _error(
                400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
            )
        if not 0 < amount <= left:
            text = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            raise _error(400, text, "amount")
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        return {
            "amount": amount,
            "currency": charge["currency"],
            "payment_intent": charge["payment_intent"],
        }

    def happen(self) -> None:
        """Let the newest pending charge succeed, or where there is none a new customer move."""
        charges = self.shelves["charges"].records
        pending = next((each for each in charges if each["status"] == "pending"), None)
        now = self.clock.tick()
        if pending:
            new = {"status": "succeeded", "captured": True, "amount_captured": pending["amount"]}
            self._change("charge.succeeded", pending, new)
        else:
            customer = self.shelves["customers"].records[now % 10]
            self._change("customer.updated", customer, {"phone": f"+31 6 {now % 10**8:08d}"})

    def new_secret(self) -> str:
        """Return a secret that begins with `whsec_`, which is part of it."""
        return f"whsec_{draw_id(self.rng, 32)}"

    def _change(self, kind: str, record: Record, new: Record) -> None:
        previous = {name: record[name] for name in new}
        record |= new
        self._tell(kind, record, previous)

    def _push_to(self, endpoint: Record) -> str:
        """Subscribe a webhook endpoint, if it is on this machine, and return its secret, shown only once."""
        secret, wanted = self.new_secret(), endpoint["enabled_events"]
        kinds = frozenset() if "*" in wanted else frozenset(wanted)
        if is_local(endpoint["url"]):
            self.outbox.subscribe(self.name, endpoint["url"], secret, kinds)
        return secret

    def _tell(self, kind: str, record: Record, previous: Record | None = None) -> None:
        told = event(kind, dict(record), self.clock.now(), self.seed, previous)
        self.shelves["events"].records.insert(0, told)
        self.outbox.tell(self, Notice(kind, told["id"], to_json(told)))

    # How an object is shown

    def _shown(self, call: Call, body: Record, asked: Record) -> Record:
        """Return the object or list as this version shows it, with what was asked to be expanded."""
        expand = asked.get("expand") or []
        paths = [str(path).split(".") for path in (expand if isinstance(expand, list) else [expand])]
        if body["object"] != "list":
            return self._expanded(body, paths, _version(call))
        if any(path[0] != "data" for path in paths):
            raise _error(400, "In a list, an expand path begins with `data.`.", "expand")
        inner = [path[1:] for path in paths]
        return body | {"data": [self._expanded(each, inner, _version(call)) for each in body["data"]]}

    def _expanded(self, record: Record, paths: list[list[str]], version: str) -> Record:
        wanted = {path[0] for path in paths if path}
        shown = self._versioned(record, version, wanted)
        for path in filter(None, paths):
            if path[0] not in shown:
                raise _error(400, f"This property cannot be expanded ({path[0]}).", "expand")
            shown[path[0]] = self._opened(shown[path[0]], path[1:], path[0], version)
        return shown

    def _versioned(self, record: Record, version: str, wanted: set[str]) -> Record:
        shown = {name: self._cut(value, version) for name, value in record.items()}
        if record["object"] == "charge" and version >= _REFUNDS_LEFT and "refunds" not in wanted:
            del shown["refunds"]
        if record["object"] == "line_item" and version < _PRICING_CAME:
            price = shown.pop("pricing")["price_details"]["price"]
            shown |= {"price": self.shelves["prices"].find(price), "proration": False, "type": "invoiceitem"}
        return shown

    def _cut(self, value: Any, version: str) -> Any:
        if not isinstance(value, dict) or value.get("object") != "list":
            return value
        first = [self._versioned(each, version, set()) for each in value["data"][:_NESTED]]
        return value | {"data": first, "has_more": len(value["data"]) > _NESTED}

    def _opened(self, value: Any, rest: list[str], name: str, version: str) -> Any:
        if isinstance(value, str):
            found = (shelf.find(value) for shelf in self.shelves.values() if value.startswith(shelf.prefix))
            value = next((each for each in found if each), False)
        if value is not None and not isinstance(value, dict):
            raise _error(400, f"This property cannot be expanded ({name}).", "expand")
        if value is None or value.get("deleted"):
            return value
        if value.get("object") == "list":
            return value | {"data": [self._expanded(each, [rest[1:]], version) for each in value["data"]]}
        return self._expanded(value, [rest], version)


def _bind(run: Callable[[Shelf, Call], Answer], shelf: Shelf) -> Callable[[Call], Answer]:
    return lambda call: run(shelf, call)


def _find(shelf: Shelf, ident: str, param: str = "id") -> Record:
    found = shelf.find(ident)
    if found is None:
        raise _missing(shelf.noun, ident, param)
    return found


def _charged(ident: str, asked: Record) -> Record:
    """Return what the amount of a new charge leads to; one token of Stripe's stands for a declined card."""
    if asked.pop("source", "") == "tok_chargeDeclined":
        raise _error(402, "Your card was declined.", code="card_declined", kind="card_error")
    if asked["amount"] < 1:
        raise _error(400, "This value must be greater than or equal to 1.", "amount")
    return {"amount_captured": asked["amount"], "refunds": seeds.empty_list(f"/v1/charges/{ident}/refunds")}


def _checked(shelf: Shelf, call: Call) -> Record:
    """Return what may be written, with whole numbers as numbers."""
    asked = call.form()
    _check_names(asked, shelf.writable | {"expand", "metadata"})
    asked.pop("expand", None)
    email = asked.get("email")
    if email and ("@" not in email or " " in email.strip()):
        raise _error(400, f"Invalid email address: {email}", "email", "email_invalid")
    return {name: _integer(value, name) if name in _INTEGERS else value for name, value in asked.items()}


def _version(call: Call) -> str:
    return call.headers.get("stripe-version", ACCOUNT_VERSION)


def _matches(record: Record, asked: Record, filters: frozenset[str]) -> bool:
    created = asked.get("created") or {}
    bounds = created if isinstance(created, dict) else {"gte": created, "lte": created}
    for bound, text in bounds.items():
        if bound not in _BOUNDS:
            raise _unknown_parameter(f"created[{bound}]")
        if not _BOUNDS[bound](record["created"], _integer(text, f"created[{bound}]")):
            return False
    return all(_spelt(record.get(name)) == asked[name] for name in filters if name in asked)


def _spelt(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _limit(asked: Record) -> int:
    limit = _integer(asked.get("limit", "10"), "limit")
    if limit < 1:
        raise _error(400, f"Invalid integer: limit must be at least 1, got {limit}", "limit")
    return min(limit, 100)


def _integer(text: Any, param: str) -> int:
    try:
        return int(text)
    except (TypeError, ValueError):
        raise _error(400, f"Invalid integer: {text}", param, "parameter_invalid_integer") from None


def _check_names(asked: Record, known: frozenset[str]) -> None:
    for name in asked:
        if name not in known:
            raise _unknown_parameter(name)


def _unknown_parameter(name: str) -> Refusal:
    return _error(400, f"Received unknown parameter: {name}", name, "parameter_unknown")


def _missing(noun: str, ident: str, param: str) -> Refusal:
    status = 404 if param == "id" else 400
    return _error(status, f"No such {noun}: '{ident}'", param, "resource_missing")


def _error(
    status: int, message: str, param: str = "", code: str = "", kind: str = "invalid_request_error"
) -> Refusal:
    error = {"type": kind, "code": code, "message": message, "param": param}
    if code:
        error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
    return Refusal(status, {"error": {name: value for name, value in error.items() if value}})
