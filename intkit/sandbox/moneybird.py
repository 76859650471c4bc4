"""Practice Moneybird: bare arrays with Link headers, a hidden period, an epoch Retry-After.

Facts: developer.moneybird.com and Moneybird's OpenAPI file of its API v2.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from intkit.errors import SandboxError
from intkit.sandbox import signatures
from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.moneybird_values import checked_contact, invalid, months, new_detail, totals
from intkit.sandbox.seeds import moneybird as seeds
from intkit.sandbox.seeds.moneybird import ADMINISTRATION, draw_number
from intkit.sandbox.times import day, iso_millis
from intkit.sandbox.vendor import Endpoint, Vendor, to_json
from intkit.sandbox.webhooks import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intkit.sandbox.limits import Use
    from intkit.sandbox.seeds.moneybird import Record

_ROOT = "/api/v2/{administration}"
_STATES = {
    "all",
    "draft",
    "open",
    "scheduled",
    "pending_payment",
    "late",
    "reminded",
    "paid",
    "uncollectible",
}
_NOUNS = {"contacts": "Contact", "sales_invoices": "SalesInvoice"}


class Moneybird(Vendor):
    """A Moneybird administration that invoices the shop's orders in euros."""

    name = "moneybird"
    hosts = ("moneybird.com",)
    oauth_paths = ("/oauth/authorize", "/oauth/token")
    key = "sandbox-moneybird-token"
    example = f"/api/v2/{ADMINISTRATION}/sales_invoices.json?per_page=3"
    traits = seeds.TRAITS
    media_type = "application/json; charset=utf-8"
    limit = (150, 300.0)
    signed = staticmethod(signatures.moneybird)
    # Ten retries are documented, their times are not; these are ours.
    schedule = (0.0, *(60.0 * 2**n for n in range(10)))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.records = {
            "contacts": seeds.seed_contacts(self.seed),
            "sales_invoices": seeds.seed_invoices(self.seed),
            "ledger_accounts": seeds.seed_ledger_accounts(),
            "tax_rates": seeds.seed_tax_rates(),
        }
        self._webhook, self._token = draw_number(self.rng), draw_number(self.rng)

    def endpoints(self) -> Iterable[Endpoint]:
        """Return what can be called; fixed paths stand before those with an id."""
        yield Endpoint("GET", "/api/v2/administrations.json", self._administrations)
        for name in ("contacts", "sales_invoices"):
            feed = f"{_ROOT}/{name}/synchronization.json"
            yield Endpoint("GET", feed, partial(self._versions, name=name))
            yield Endpoint("POST", feed, partial(self._by_ids, name=name))
        yield Endpoint("GET", f"{_ROOT}/contacts.json", self._list_contacts)
        yield Endpoint("GET", f"{_ROOT}/sales_invoices.json", self._list_invoices)
        for name in ("ledger_accounts", "tax_rates"):
            yield Endpoint("GET", f"{_ROOT}/{name}.json", partial(self._list, name=name))
        for name in ("contacts", "sales_invoices"):
            one = f"{_ROOT}/{name}/{{id}}.json"
            yield Endpoint("GET", one, partial(self._read, name=name))
        yield Endpoint("POST", f"{_ROOT}/contacts.json", self._create_contact)
        yield Endpoint("PATCH", f"{_ROOT}/contacts/{{id}}.json", self._update_contact)
        yield Endpoint("DELETE", f"{_ROOT}/contacts/{{id}}.json", self._delete_contact)
        yield Endpoint("POST", f"{_ROOT}/sales_invoices.json", self._create_invoice)
        yield Endpoint("POST", f"{_ROOT}/webhooks.json", self._create_webhook)
        yield Endpoint("PATCH", f"{_ROOT}/sales_invoices/{{id}}/send_invoice.json", self._send_invoice)
        yield Endpoint("POST", f"{_ROOT}/sales_invoices/{{id}}/payments.json", self._pay_invoice)

    # Its own way to say no

    def check_key(self, call: Call) -> None:
        """Accept the token as bearer."""
        if call.bearer != self.key:
            raise self.expired()

    def no_such_path(self, call: Call) -> Refusal:  # noqa: ARG002 - the answer is the same for all
        """Return Moneybird's 404."""
        return Refusal(404, {"error": "Not found"})

    def too_many(self, use: Use) -> Refusal:
        """Return the 429: a JSON text, and the moment (not the seconds) at which to come back."""
        again = str(int(self.told_time() + use.reset) + 1)
        return Refusal(429, "Retry later", self._rate(use) | {"Retry-After": again})

    def failure(self, status: int) -> Refusal:
        """Return the answer when something broke on its side."""
        return Refusal(status, {"error": "Something went wrong"})

    def expired(self) -> Refusal:
        """Return the 401 for a token that is not (or no longer) good."""
        return Refusal(401, {"error": "Invalid access token"})

    def rate_headers(self, call: Call, use: Use) -> dict[str, str]:  # noqa: ARG002 - the same everywhere
        """Return where the client stands."""
        return self._rate(use)

    def _rate(self, use: Use) -> dict[str, str]:
        reset = str(int(self.told_time() + use.reset) + 1)
        return {
            "RateLimit-Limit": str(use.limit),
            "RateLimit-Remaining": str(use.remaining),
            "RateLimit-Reset": reset,
        }

    def happen(self) -> None:
        """Let the newest contact get another phone number."""
        contact = self.records["contacts"][0]
        contact |= {"phone": f"06-{self.clock.now() % 10**8:08d}"} | self._stamped()
        self._tell("contact_changed", "Contact", contact)

    def _tell(self, action: str, noun: str, record: Record) -> None:
        ident = draw_number(self.rng)
        told = {
            "administration_id": str(ADMINISTRATION),
            "webhook_id": self._webhook,
            "webhook_token": self._token,
            "entity_type": noun,
            "entity_id": record["id"],
            "state": record.get("state", ""),
            "action": action,
            "entity": record,
        }
        self.outbox.tell(self, Notice(action, ident, to_json(told)))

    def _create_webhook(self, call: Call) -> Answer:
        url, secret = str(_body(call).get("url")), self.new_secret()
        try:
            self.outbox.subscribe(self.name, url, secret)
        except SandboxError as error:
            raise invalid({"url": [error.what, "invalid"]}) from None
        self.clock.tick()
        made = {
            "id": self._webhook,
            "administration_id": str(ADMINISTRATION),
            "url": url,
            "token": self._token,
        }
        return Answer(made | {"secret": secret, "last_http_status": None}, 201)

    # Reading

    def _administrations(self, _: Call) -> Answer:
        one = {"id": str(ADMINISTRATION), "name": "Praktijkwinkel B.V.", "language": "nl", "currency": "EUR"}
        return Answer([one | {"country": "NL", "time_zone": "Europe/Amsterdam"}])

    def _all(self, call: Call, name: str) -> list[Record]:
        if call.params["administration"] != str(ADMINISTRATION):
            raise _missing("Administration")
        return self.records[name]

    def _find(self, call: Call, name: str, ident: str = "") -> Record:
        wanted = ident or call.params["id"]
        found = next((each for each in self._all(call, name) if each["id"] == wanted), None)
        if found is None:
            raise _missing(_NOUNS[name])
        return found

    def _list(self, call: Call, name: str) -> Answer:
        return _page(call, self._all(call, name))

    def _read(self, call: Call, name: str) -> Answer:
        return Answer(self._shown(self._find(call, name)))

    def _list_contacts(self, call: Call) -> Answer:
        asked = call.arguments
        found = self._all(call, "contacts")
        if asked.get("include_archived") != "true":
            found = [each for each in found if not each["archived"]]
        query = asked.get("query", "").lower()
        texts = ("company_name", "firstname", "lastname", "email", "customer_id")
        found = [each for each in found if query in " ".join(str(each[name]) for name in texts).lower()]
        return _page(call, found)

    def _list_invoices(self, call: Call) -> Answer:
        found = self._filtered(call, self._all(call, "sales_invoices"))
        answer = _page(call, found)
        return Answer([self._shown(each) for each in answer.body], headers=answer.headers)

    def _filtered(self, call: Call, invoices: list[Record]) -> list[Record]:
        words = dict(part.partition(":")[::2] for part in call.arguments.get("filter", "").split(",") if part)
        unknown = set(words) - {"period", "state", "contact_id", "reference"}
        if unknown or words.get("state", "all") not in _STATES:
            raise Refusal(400, {"error": "filter does not have a valid value"})
        first, last = months(words.get("period", "this_year"), self.clock.moment())
        state, contact = words.get("state", "all"), words.get("contact_id")
        return [
            each
            for each in invoices
            if first <= each["created_at"][:7].replace("-", "") <= last
            and state in {"all", each["state"]}
            and contact in {None, each["contact_id"]}
            and words.get("reference", each["reference"]) == each["reference"]
        ]

    def _shown(self, record: Record) -> Record:
        """Return the record; an invoice holds its contact whole."""
        if "contact_id" not in record:
            return record
        contacts = self.records["contacts"]
        return record | {"contact": next((c for c in contacts if c["id"] == record["contact_id"]), None)}

    def _versions(self, call: Call, name: str) -> Answer:
        return Answer([{"id": each["id"], "version": each["version"]} for each in self._all(call, name)])

    def _by_ids(self, call: Call, name: str) -> Answer:
        ids = _body(call).get("ids")
        if not isinstance(ids, list) or len(ids) > 100:
            raise Refusal(400, {"error": "ids does not have a valid value"})
        wanted = {str(ident) for ident in ids}
        return Answer([self._shown(each) for each in self._all(call, name) if each["id"] in wanted])

    # Writing

    def _create_contact(self, call: Call) -> Answer:
        found, asked = self._all(call, "contacts"), _inner(call, "contact")
        if not any(asked.get(name) for name in ("company_name", "firstname", "lastname")):
            raise invalid({"company_name": ["can't be blank", "blank"]})
        contact = seeds.blank_contact() | {"id": draw_number(self.rng)} | checked_contact(asked)
        found.insert(0, contact | self._stamped(created=True))
        self._tell("contact_created", "Contact", found[0])
        return Answer(found[0], 201)

    def _update_contact(self, call: Call) -> Answer:
        contact = self._find(call, "contacts")
        contact |= checked_contact(_inner(call, "contact")) | self._stamped()
        self._tell("contact_changed", "Contact", contact)
        return Answer(contact)

    def _delete_contact(self, call: Call) -> Answer:
        contact = self._find(call, "contacts")
        if any(each["contact_id"] == contact["id"] for each in self.records["sales_invoices"]):
            contact |= {"archived": True} | self._stamped()
        else:
            self.records["contacts"].remove(contact)
        return Answer(None, 204)

    def _create_invoice(self, call: Call) -> Answer:
        found, asked = self._all(call, "sales_invoices"), _inner(call, "sales_invoice")
        if not asked.get("contact_id"):
            raise invalid({"contact": ["can't be blank", "blank"]})
        self._find(call, "contacts", str(asked["contact_id"]))
        details = [
            new_detail(self.rng, place, each)
            for place, each in enumerate(asked.get("details_attributes") or [])
        ]
        if not details:
            raise invalid({"details": ["can't be blank", "blank"]})
        invoice = {
            **found[0],
            **dict.fromkeys(("invoice_id", "invoice_date", "due_date", "paid_at", "sent_at")),
            "id": draw_number(self.rng),
            "contact_id": str(asked["contact_id"]),
            "state": "draft",
            "draft_id": len(found) + 1,
            "reference": asked.get("reference", ""),
            "currency": asked.get("currency", "EUR"),
            "details": details,
            "payments": [],
            **totals(details, 0),
        }
        found.insert(0, invoice | self._stamped(created=True))
        return Answer(self._shown(found[0]), 201)

    def _send_invoice(self, call: Call) -> Answer:
        invoice, now = self._find(call, "sales_invoices"), self.clock.now()
        if invoice["state"] != "draft":
            raise Refusal(400, {"error": "Sales invoice has already been sent"})
        number = f"{self.clock.moment().year}-{len(self.records['sales_invoices']):04d}"
        dates = {"invoice_date": day(now), "due_date": day(now + 14 * 86400), "sent_at": day(now)}
        invoice |= {"state": "open", "invoice_id": number} | dates | self._stamped()
        return Answer(self._shown(invoice))

    def _pay_invoice(self, call: Call) -> Answer:
        invoice, asked = self._find(call, "sales_invoices"), _inner(call, "payment")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(asked.get("payment_date"))):
            wrong = ["is invalid, it should be like 2026-03-31", "invalid"]
            raise invalid({"payment_date": wrong})
        price = str(asked.get("price", invoice["total_unpaid"]))
        payment = {"id": draw_number(self.rng), "payment_date": asked["payment_date"], "price": price}
        invoice["payments"].append(payment | {"administration_id": ADMINISTRATION})
        paid = round(sum(float(each["price"]) for each in invoice["payments"]) * 100)
        invoice |= totals(invoice["details"], paid) | self._stamped()
        if float(invoice["total_unpaid"]) <= 0:
            invoice |= {"state": "paid", "paid_at": asked["payment_date"]}
        return Answer(payment, 201)

    def _stamped(self, *, created: bool = False) -> Record:
        now = self.clock.tick()
        times = {"updated_at": iso_millis(now), "version": now}
        return times | ({"created_at": iso_millis(now)} if created else {})


def _page(call: Call, found: list[Record]) -> Answer:
    page, size = (_number(call, name, default) for name, default in (("page", 1), ("per_page", 50)))
    if size > 100:
        raise Refusal(400, {"error": "per_page does not have a valid value"})
    links = []
    for word, number in (("prev", page - 1), ("next", page + 1)):
        if number >= 1 and (number - 1) * size < len(found):
            query = urlencode(call.arguments | {"page": number, "per_page": size}, safe=":,")
            links.append(f'<{call.base}{call.path}?{query}>; rel="{word}"')
    headers = {"Link": ", ".join(links)} if links else {}
    return Answer(found[(page - 1) * size : page * size], headers=headers)


def _number(call: Call, name: str, default: int) -> int:
    text = call.arguments.get(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise Refusal(400, {"error": f"{name} does not have a valid value"})
    return int(text)


def _body(call: Call) -> Record:
    try:
        body = call.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, {"error": "Request body is not valid JSON"})
    return body


def _inner(call: Call, name: str) -> Record:
    inner = _body(call).get(name)
    if not isinstance(inner, dict):
        raise Refusal(400, {"error": f"{name} is missing", "symbolic": {name: "missing"}})
    return inner


def _missing(noun: str) -> Refusal:
    return Refusal(404, {"error": f"Record not found for model name: {noun}"})
