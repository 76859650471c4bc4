"""Practice Resend: e-mails, batches, contacts and domains; two calls a second; three ways to write a time.

Facts: Resend's OpenAPI file 1.5, resend.com/docs and the error table of the official SDK 2.52.
"""

from __future__ import annotations

import base64
import math
import re
from typing import TYPE_CHECKING, Any

from intkit.errors import SandboxError
from intkit.sandbox import signatures
from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.paging import cut_after
from intkit.sandbox.seeds import resend as seeds
from intkit.sandbox.seeds.resend import draw_uuid
from intkit.sandbox.times import iso_millis, postgres, postgres_millis
from intkit.sandbox.vendor import Endpoint, Vendor, to_json
from intkit.sandbox.webhooks import Notice
from intkit.sandbox.world import draw_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intkit.sandbox.limits import Use
    from intkit.sandbox.seeds.resend import Record

_ADDRESS = re.compile(r"([^<>]*<)?[^@<>\s]+@[^@<>\s]+\.[^@<>\s]+>?")
_BODIES = ("html", "text", "tags", "message_id")
_LISTS = {"to", "cc", "bcc", "reply_to"}


class Resend(Vendor):
    """A Resend account that confirms the shop's orders."""

    name = "resend"
    hosts = ("api.resend.com",)
    key = "re_sandbox_0123456789"
    example = "/emails?limit=3"
    traits = seeds.TRAITS
    media_type = "application/json; charset=utf-8"
    limit = (2, 1.0)
    signed = staticmethod(signatures.svix)
    # Svix's schedule: at once, then after 5 s, 5 and 30 min, 2, 5, 10 and 10 h.
    schedule = (0.0, 5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 36000.0)
    idempotent = frozenset({"POST"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.emails = seeds.seed_emails(self.seed)
        self.contacts = seeds.seed_contacts(self.seed)
        self.domains = seeds.seed_domains(self.seed)

    def endpoints(self) -> Iterable[Endpoint]:
        """Return what can be called."""
        return [
            Endpoint("GET", "/emails", lambda call: _page(call, self.emails, without=_BODIES)),
            Endpoint("POST", "/emails", lambda call: Answer({"id": self._send(_object(call))["id"]})),
            Endpoint("POST", "/emails/batch", self._send_batch),
            Endpoint("GET", "/emails/{id}", lambda call: Answer(_find(call, "Email", self.emails))),
            Endpoint("PATCH", "/emails/{id}", self._reschedule),
            Endpoint("POST", "/emails/{id}/cancel", self._cancel),
            Endpoint(
                "GET", "/contacts", lambda call: _page(call, self.contacts, without=("object", "properties"))
            ),
            Endpoint("POST", "/contacts", self._create_contact),
            Endpoint(
                "GET", "/contacts/{id}", lambda call: Answer(_find(call, "Contact", self.contacts, "email"))
            ),
            Endpoint("PATCH", "/contacts/{id}", self._update_contact),
            Endpoint("DELETE", "/contacts/{id}", self._delete_contact),
            Endpoint(
                "GET", "/domains", lambda call: _page(call, self.domains, without=("object", "records"))
            ),
            Endpoint("POST", "/domains", self._create_domain),
            Endpoint("GET", "/domains/{id}", lambda call: Answer(_find(call, "Domain", self.domains))),
            Endpoint("DELETE", "/domains/{id}", self._delete_domain),
            Endpoint("POST", "/domains/{id}/verify", self._verify_domain),
            Endpoint("POST", "/webhooks", self._create_webhook),
        ]

    # Its own way to say no

    def check_key(self, call: Call) -> None:
        """Accept the key as bearer; no key and a wrong key are different errors."""
        if not call.bearer:
            raise _error(401, "missing_api_key", "Missing API Key")
        if call.bearer != self.key:
            raise _error(403, "invalid_api_key", "API key is invalid")

    def no_such_path(self, call: Call) -> Refusal:
        """Return Resend's 404 for an address that it does not know."""
        return _error(404, "not_found", f"The requested endpoint does not exist: {call.method} {call.path}")

    def too_many(self, use: Use) -> Refusal:
        """Return Resend's 429 with the seconds to wait."""
        text = f"Too many requests. You can only make {use.limit} requests per second."
        refusal = _error(429, "rate_limit_exceeded", text)
        refusal.answer.headers |= _rate(use) | {"retry-after": str(math.ceil(use.reset))}
        return refusal

    def failure(self, status: int) -> Refusal:
        """Return Resend's answer when something broke on its side."""
        return _error(status, "application_error", "An unexpected error occurred.")

    def expired(self) -> Refusal:
        """Return the 403 for a key that was taken back."""
        return _error(403, "invalid_api_key", "API key is invalid")

    def other_request(self, key: str) -> Refusal:
        """Return the 409 for a key that was used for another e-mail."""
        text = f"The idempotency key {key!r} was used with another request body."
        return _error(409, "invalid_idempotent_request", text)

    def in_flight(self, key: str) -> Refusal:
        """Return the 409 for a key whose first request is at work."""
        text = f"A request with the idempotency key {key!r} is in progress."
        return _error(409, "concurrent_idempotent_requests", text)

    def idempotency_key(self, call: Call) -> str | None:
        """Heed keys where e-mails are sent."""
        return super().idempotency_key(call) if call.path in {"/emails", "/emails/batch"} else None

    def check_idempotency_key(self, key: str) -> None:
        """Refuse a key that is too long to be kept."""
        if len(key) > 256:
            raise _error(400, "invalid_idempotency_key", "The idempotency key must be 1 to 256 characters.")

    def rate_headers(self, call: Call, use: Use) -> dict[str, str]:  # noqa: ARG002 - the same everywhere
        """Return where the client stands."""
        return _rate(use)

    # E-mails

    def _send(self, asked: Record) -> Record:
        for name in ("from", "to", "subject"):
            if not asked.get(name):
                raise _error(422, "missing_required_field", f"Missing `{name}` field.")
        if not asked.get("html") and not asked.get("text"):
            raise _error(422, "missing_required_field", "Missing `html` or `text` field.")
        lists = {name: _listed(asked.get(name)) for name in sorted(_LISTS)}
        for name, addresses in {"from": [asked["from"]], **lists}.items():
            if not all(_ADDRESS.fullmatch(str(each)) for each in addresses):
                raise _error(422, "validation_error", f"Invalid `{name}` field: not an e-mail address.")
        ident = draw_uuid(self.rng)
        email = {
            "object": "email",
            "id": ident,
            "message_id": f"<{ident}@email.example>",
            "from": asked["from"],
            "created_at": postgres(self.clock.tick()),
            "subject": asked["subject"],
            "html": asked.get("html"),
            "text": asked.get("text"),
            "last_event": "scheduled" if asked.get("scheduled_at") else "sent",
            "scheduled_at": asked.get("scheduled_at"),
            "tags": asked.get("tags", []),
            **lists,
        }
        self.emails.insert(0, email)
        self._tell(f"email.{email['last_event']}", email)
        return email

    def happen(self) -> None:
        """Let the newest e-mail that is on its way arrive, or the newest of all be opened."""
        moved = next((each for each in self.emails if each["last_event"] == "sent"), None)
        email, event = (moved, "delivered") if moved else (self.emails[0], "opened")
        email["last_event"] = event
        self.clock.tick()
        self._tell(f"email.{event}", email)

    def new_secret(self) -> str:
        """Return a secret whose part after `whsec_` is base64."""
        return f"whsec_{base64.b64encode(self.rng.randbytes(24)).decode()}"

    def _tell(self, kind: str, email: Record) -> None:
        now = iso_millis(self.clock.now())
        told = {name: email[name] for name in ("from", "to", "subject")}
        event = {"type": kind, "created_at": now, "data": {"email_id": email["id"], "created_at": now} | told}
        self.outbox.tell(self, Notice(kind, f"msg_{draw_id(self.rng, 27)}", to_json(event)))

    def _create_webhook(self, call: Call) -> Answer:
        asked, secret = _object(call), self.new_secret()
        kinds = frozenset(map(str, _listed(asked.get("events"))))
        try:
            self.outbox.subscribe(self.name, str(asked.get("endpoint")), secret, kinds)
        except SandboxError as error:
            raise _error(422, "validation_error", error.what) from None
        self.clock.tick()
        return Answer({"object": "webhook", "id": draw_uuid(self.rng), "signing_secret": secret}, 201)

    def _send_batch(self, call: Call) -> Answer:
        asked = _json(call)
        right = isinstance(asked, list) and all(isinstance(each, dict) for each in asked)
        if not right or not 1 <= len(asked) <= 100:
            raise _error(422, "validation_error", "A batch is a list of 1 to 100 e-mails.")
        return Answer({"data": [{"id": self._send(each)["id"]} for each in asked]})

    def _reschedule(self, call: Call) -> Answer:
        email = _find(call, "Email", self.emails)
        if email["last_event"] != "scheduled":
            raise _error(422, "validation_error", "Only a scheduled e-mail can be changed.")
        email["scheduled_at"] = _object(call).get("scheduled_at")
        self.clock.tick()
        return Answer({"object": "email", "id": email["id"]})

    def _cancel(self, call: Call) -> Answer:
        email = _find(call, "Email", self.emails)
        if email["last_event"] != "scheduled":
            raise _error(422, "validation_error", "Only a scheduled e-mail can be canceled.")
        email |= {"last_event": "canceled", "scheduled_at": None}
        self.clock.tick()
        return Answer({"object": "email", "id": email["id"]})

    # Contacts and domains

    def _create_contact(self, call: Call) -> Answer:
        asked = _checked_contact(_object(call), required=True)
        blank: Record = {"unsubscribed": False, "properties": {}}
        made = {
            "object": "contact",
            "id": draw_uuid(self.rng),
            "created_at": postgres_millis(self.clock.tick()),
        }
        self.contacts.insert(0, made | blank | asked)
        return Answer({"object": "contact", "id": made["id"]}, 201)

    def _update_contact(self, call: Call) -> Answer:
        contact = _find(call, "Contact", self.contacts, "email")
        contact |= _checked_contact(_object(call), required=False)
        self.clock.tick()
        return Answer({"object": "contact", "id": contact["id"]})

    def _delete_contact(self, call: Call) -> Answer:
        contact = _find(call, "Contact", self.contacts, "email")
        self.contacts.remove(contact)
        self.clock.tick()
        return Answer({"object": "contact", "contact": contact["id"], "deleted": True})

    def _create_domain(self, call: Call) -> Answer:
        name = _object(call).get("name")
        if not isinstance(name, str) or "." not in name:
            raise _error(422, "validation_error", "Invalid `name` field: not a domain.")
        if any(domain["name"] == name for domain in self.domains):
            raise _error(403, "validation_error", f"The {name} domain has been registered already.")
        domain = {
            "object": "domain",
            "id": draw_uuid(self.rng),
            "name": name,
            "status": "not_started",
            "created_at": postgres(self.clock.tick()),
            "region": "us-east-1",
            "open_tracking": False,
            "click_tracking": False,
            "capabilities": {"sending": "enabled", "receiving": "disabled"},
            "records": seeds.dns_records(name, "not_started"),
        }
        self.domains.insert(0, domain)
        return Answer({field: value for field, value in domain.items() if field != "object"}, 201)

    def _delete_domain(self, call: Call) -> Answer:
        domain = _find(call, "Domain", self.domains)
        self.domains.remove(domain)
        self.clock.tick()
        return Answer({"object": "domain", "id": domain["id"], "deleted": True})

    def _verify_domain(self, call: Call) -> Answer:
        domain = _find(call, "Domain", self.domains)
        domain["status"] = "pending"
        self.clock.tick()
        return Answer({"object": "domain", "id": domain["id"]})


def _page(call: Call, records: list[Record], without: tuple[str, ...]) -> Answer:
    asked = call.arguments
    text = asked.get("limit", "20")
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise _error(422, "validation_error", "The `limit` must be a number from 1 to 100.")
    try:
        page, more = cut_after(records, int(text), after=asked.get("after"), before=asked.get("before"))
    except LookupError as unknown:
        raise _error(422, "validation_error", f"The cursor {str(unknown)!r} names no record.") from None
    shown = [{name: value for name, value in each.items() if name not in without} for each in page]
    return Answer({"object": "list", "has_more": more, "data": shown})


def _find(call: Call, noun: str, records: list[Record], other: str = "id") -> Record:
    ident = call.params["id"]
    for record in records:
        if ident in {record["id"], record[other]}:
            return record
    raise _error(404, "not_found", f"{noun} not found")


def _json(call: Call) -> Any:
    try:
        return call.json()
    except ValueError:
        raise _error(400, "validation_error", "The request body is not valid JSON.") from None


def _object(call: Call) -> Record:
    asked = _json(call)
    if not isinstance(asked, dict):
        raise _error(422, "validation_error", "The request body is not an object.")
    return asked


def _checked_contact(asked: Record, *, required: bool) -> Record:
    email = asked.get("email")
    if required and not email:
        raise _error(422, "missing_required_field", "Missing `email` field.")
    if email and not _ADDRESS.fullmatch(str(email)):
        raise _error(422, "validation_error", "Invalid `email` field: not an e-mail address.")
    known = ("email", "first_name", "last_name", "unsubscribed", "properties")
    return {name: asked[name] for name in known if name in asked}


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _rate(use: Use) -> dict[str, str]:
    return {
        "ratelimit-limit": str(use.limit),
        "ratelimit-remaining": str(use.remaining),
        "ratelimit-reset": str(math.ceil(use.reset)),
    }


def _error(status: int, name: str, message: str) -> Refusal:
    return Refusal(status, {"statusCode": status, "name": name, "message": message})
