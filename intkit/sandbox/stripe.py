"""Practice Stripe: lists by cursor, expand, bearer keys, idempotency, Stripe's error bodies.

Facts: the field list of stripe 16.1.0, Stripe's OpenAPI file of 2023-08-16, and docs.stripe.com/api.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.idempotency import Idempotency
from intkit.sandbox.paging import cut_after
from intkit.sandbox.seeds import stripe as seeds
from intkit.sandbox.seeds.stripe import Record, seed_charges, seed_customers
from intkit.sandbox.vendor import Endpoint, Vendor
from intkit.sandbox.world import draw_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intkit.sandbox.clock import Clock

__all__ = ["Stripe", "seed_charges", "seed_customers"]

# From this version on a charge holds its refunds only when they are asked for by expand.
_REFUNDS_LEFT = "2022-11-15"
# The practice account is an old one: a call without a version header gets this version.
ACCOUNT_VERSION = "2022-08-01"
_BOUNDS = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
_PAGING = frozenset({"limit", "starting_after", "ending_before", "expand", "created"})


@dataclass
class Shelf:
    """One kind of object: what it is called, how it may be written, and all there are, newest first."""

    plural: str
    noun: str
    prefix: str
    records: list[Record]
    filters: frozenset[str] = frozenset()
    writable: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()
    creatable: bool = False
    blank: Record = field(default_factory=dict)
    gone: dict[str, Record] = field(default_factory=dict)

    def find(self, ident: str) -> Record | None:
        """Return the object with this id, a deleted one's marker, or None."""
        found = next((record for record in self.records if record["id"] == ident), None)
        return found or self.gone.get(ident)


class Stripe(Vendor):
    """Stripe as an analyst meets it: an old account with customers, charges and refunds."""

    name = "stripe"
    hosts = ("api.stripe.com",)
    key = "sk_test_sandbox"
    example = "/v1/charges?limit=3"
    traits = seeds.TRAITS

    def __init__(self, seed: int, clock: Clock) -> None:
        super().__init__(seed, clock)
        self._idempotency = Idempotency(seconds=24 * 3600)
        self.shelves = {shelf.plural: shelf for shelf in _stock(seed)}

    def endpoints(self) -> Iterable[Endpoint]:
        """Return list, read and the writes of every shelf."""
        for shelf in self.shelves.values():
            path = f"/v1/{shelf.plural}"
            yield Endpoint("GET", path, self._bind(self._list, shelf))
            yield Endpoint("GET", f"{path}/{{id}}", self._bind(self._read, shelf))
            if shelf.creatable:
                yield Endpoint("POST", path, self._bind(self._create, shelf))
            if shelf.writable:
                yield Endpoint("POST", f"{path}/{{id}}", self._bind(self._update, shelf))
        yield Endpoint("DELETE", "/v1/customers/{id}", self._delete_customer)
        yield Endpoint("GET", "/v1/charges/{id}/refunds", self._refunds_of)

    # What surrounds every call

    def check_key(self, call: Call) -> None:
        """Accept the key as bearer only."""
        scheme, _, key = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise _error(401, "You did not provide an API key in the Authorization header.")
        if key != self.key:
            raise _error(401, f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}")

    def no_such_path(self, call: Call) -> Refusal:
        """Return Stripe's 404 for an address that it does not know."""
        return _error(404, f"Unrecognized request URL ({call.method}: {call.path}).")

    def perform(self, endpoint: Endpoint, call: Call) -> Answer:
        """Run a POST once per `Idempotency-Key`."""
        key = call.headers.get("idempotency-key")
        if call.method != "POST" or not key:
            return endpoint.run(call)
        request = f"{call.path}?".encode() + call.body
        answer, repeated = self._idempotency.once(
            key, request, self.clock.wall(), lambda: endpoint.run(call), lambda: _other_request(key)
        )
        if repeated:
            answer.headers["Idempotent-Replayed"] = "true"
        return answer

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
        try:
            page, more = cut_after(
                found, _limit(asked), after=asked.get("starting_after"), before=asked.get("ending_before")
            )
        except LookupError as unknown:
            cursor = "starting_after" if "starting_after" in asked else "ending_before"
            raise _missing(noun, str(unknown), cursor) from None
        body = {"object": "list", "data": page, "has_more": more, "url": url}
        return Answer(self._shown(call, body, asked))

    def _read(self, shelf: Shelf, call: Call) -> Answer:
        return Answer(self._shown(call, self._find(shelf, call.params["id"]), call.form()))

    def _create(self, shelf: Shelf, call: Call) -> Answer:
        asked = self._checked(shelf, call)
        for name in shelf.required:
            if not asked.get(name):
                raise _error(400, f"Missing required param: {name}.", name, "parameter_missing")
        made: Record = {"id": f"{shelf.prefix}_{draw_id(self.rng, 24)}", "object": shelf.noun}
        made |= shelf.blank | {"created": self.clock.tick()}
        if shelf.noun == "refund":
            made |= self._refund(asked)
        record = made | {name: asked[name] for name in asked if name != "expand"}
        if shelf.noun == "refund":
            self._find(self.shelves["charges"], asked["charge"])["refunds"]["data"].insert(0, record)
        shelf.records.insert(0, record)
        return Answer(self._shown(call, record, asked))

    def _update(self, shelf: Shelf, call: Call) -> Answer:
        record, asked = self._find(shelf, call.params["id"]), self._checked(shelf, call)
        # An empty text unsets, and metadata is merged key by key.
        metadata = {**(record.get("metadata") or {}), **(asked.pop("metadata", None) or {})}
        record |= {name: value if value != "" else None for name, value in asked.items() if name != "expand"}
        record["metadata"] = {name: value for name, value in metadata.items() if value != ""}
        self.clock.tick()
        return Answer(self._shown(call, record, asked))

    def _delete_customer(self, call: Call) -> Answer:
        shelf = self.shelves["customers"]
        record = self._find(shelf, call.params["id"])
        shelf.records.remove(record)
        shelf.gone[record["id"]] = _deleted(record["id"])
        self.clock.tick()
        return Answer(shelf.gone[record["id"]])

    def _refunds_of(self, call: Call) -> Answer:
        charge, asked = self._find(self.shelves["charges"], call.params["id"]), call.form()
        found = charge["refunds"]["data"]
        return self._page(call, asked, found, charge["refunds"]["url"], "refund")

    def _refund(self, asked: Record) -> Record:
        """Return the fields of a new refund and write it into its charge."""
        charge = self._find(self.shelves["charges"], asked["charge"], "charge")
        left = charge["amount"] - charge["amount_refunded"]
        amount = _integer(asked.get("amount", str(left)), "amount")
        if charge["refunded"]:
            raise _error(
                400, f"Charge {charge['id']} has already been refunded.", "", "charge_already_refunded"
            )
        if not 0 < amount <= left:
            text = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            raise _error(400, text, "amount")
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        asked["amount"] = amount
        return {"currency": charge["currency"], "payment_intent": charge["payment_intent"]}

    # Helpers of the operations

    def _bind(self, run: Callable[[Shelf, Call], Answer], shelf: Shelf) -> Callable[[Call], Answer]:
        return lambda call: run(shelf, call)

    def _find(self, shelf: Shelf, ident: str, param: str = "id") -> Record:
        found = shelf.find(ident)
        if found is None:
            raise _missing(shelf.noun, ident, param)
        return found

    def _checked(self, shelf: Shelf, call: Call) -> Record:
        asked = call.form()
        _check_names(asked, shelf.writable | {"expand", "metadata"})
        email = asked.get("email")
        if email and ("@" not in email or " " in email.strip()):
            raise _error(400, f"Invalid email address: {email}", "email", "email_invalid")
        return asked

    def _shown(self, call: Call, body: Record, asked: Record) -> Record:
        """Return the object or list as this version shows it, with what was asked to be expanded."""
        expand = asked.get("expand") or []
        paths = [str(path).split(".") for path in (expand if isinstance(expand, list) else [expand])]
        is_list = body["object"] == "list"
        if is_list and any(path[0] != "data" for path in paths):
            raise _error(400, "In a list, an expand path begins with `data.`.", "expand")
        inner = [path[1:] if is_list else path for path in paths]
        with_refunds = _version(call) < _REFUNDS_LEFT or ["refunds"] in [path[:1] for path in inner]
        if is_list:
            return body | {"data": [self._expanded(each, inner, with_refunds) for each in body["data"]]}
        return self._expanded(body, inner, with_refunds)

    def _expanded(self, record: Record, paths: list[list[str]], with_refunds: bool) -> Record:
        shown = dict(record)
        if shown["object"] == "charge" and not with_refunds:
            del shown["refunds"]
        for path in paths:
            if path[0] not in shown:
                raise _error(400, f"This property cannot be expanded ({path[0]}).", "expand")
            shown[path[0]] = self._opened(shown[path[0]], path[1:], path[0], with_refunds)
        return shown

    def _opened(self, value: Any, rest: list[str], name: str, with_refunds: bool) -> Any:
        if isinstance(value, str):
            value = next((shelf.find(value) for shelf in self.shelves.values() if shelf.find(value)), False)
        if value is not None and not isinstance(value, dict):
            raise _error(400, f"This property cannot be expanded ({name}).", "expand")
        if not rest or value is None:
            return value
        if value.get("object") == "list":
            inner = [rest[1:]] if rest[1:] else []
            return value | {"data": [self._expanded(each, inner, with_refunds) for each in value["data"]]}
        return self._expanded(value, [rest], with_refunds)


def _stock(seed: int) -> list[Shelf]:
    """Return the shelves of a fresh account."""
    charges = seed_charges(seed)
    refunds = [refund for charge in charges for refund in charge["refunds"]["data"]]
    people = {order.person.number: order.person for order in seeds.stripe_orders(seed)}.values()
    gone = [seeds.customer_id(seed, person) for person in people if seeds.is_deleted(person)]
    customer_fields = "address balance description email name phone preferred_locales shipping tax_exempt"
    return [
        Shelf(
            plural="customers",
            noun="customer",
            prefix="cus",
            records=seed_customers(seed),
            filters=frozenset({"email"}),
            writable=frozenset(customer_fields.split()),
            creatable=True,
            blank=seeds.blank_customer(),
            gone={ident: _deleted(ident) for ident in gone},
        ),
        Shelf(
            plural="charges",
            noun="charge",
            prefix="ch",
            records=charges,
            filters=frozenset({"customer", "payment_intent", "transfer_group"}),
            writable=frozenset({"description", "receipt_email", "customer"}),
        ),
        Shelf(
            plural="refunds",
            noun="refund",
            prefix="re",
            records=sorted(refunds, key=lambda refund: (-refund["created"], refund["id"])),
            filters=frozenset({"charge", "payment_intent"}),
            writable=frozenset({"charge", "amount", "reason"}),
            required=("charge",),
            creatable=True,
            blank=seeds.blank_refund(),
        ),
    ]


def _deleted(ident: str) -> Record:
    return {"id": ident, "object": "customer", "deleted": True}


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
    return all(record.get(name) == asked[name] for name in filters if name in asked)


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


def _other_request(key: str) -> Refusal:
    text = f"Keys for idempotent requests can only be used with the same parameters: '{key}'"
    return _error(400, text, kind="idempotency_error")


def _error(
    status: int, message: str, param: str = "", code: str = "", kind: str = "invalid_request_error"
) -> Refusal:
    error = {"type": kind, "code": code, "message": message, "param": param}
    if code:
        error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
    return Refusal(status, {"error": {name: value for name, value in error.items() if value}})
