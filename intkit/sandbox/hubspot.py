"""Practice HubSpot CRM: objects of text properties, search, batches, properties and associations.

Facts: public recordings of the CRM API v3 and the models of hubspot-api-client 12.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from intkit.sandbox import signatures
from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.hubspot_search import find_matches, first_wrong_filter
from intkit.sandbox.hubspot_values import Body, changes, check_scopes, checked_values, error, linked
from intkit.sandbox.seeds import hubspot as seeds
from intkit.sandbox.seeds.hubspot import KINDS, SHOWN
from intkit.sandbox.times import iso_millis
from intkit.sandbox.vendor import Endpoint, Vendor, to_json
from intkit.sandbox.webhooks import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intkit.sandbox.limits import Use
    from intkit.sandbox.seeds.hubspot import Record

_OBJECTS = "/crm/v3/objects/{kind}"
_STAMP = {"contacts": "lastmodifieddate", "companies": "hs_lastmodifieddate", "deals": "hs_lastmodifieddate"}
# The property by which an upsert may name a record, and which is given once only.
_UNIQUE = {"contacts": "email", "companies": "domain", "deals": "hs_object_id"}
_ALIASES = {
    "contact": "contacts",
    "company": "companies",
    "deal": "deals",
    "0-1": "contacts",
    "0-2": "companies",
}
_WINDOW = 10_000


class HubSpot(Vendor):
    """A HubSpot portal whose contacts partly are the shop's customers."""

    name = "hubspot"
    hosts = ("api.hubapi.com", "app.hubspot.com")
    oauth_paths = ("/oauth/authorize", "/oauth/v1/token")
    token_seconds = 1800
    key = "pat-eu1-sandbox-0000"
    example = "/crm/v3/objects/contacts?limit=3"
    traits = seeds.TRAITS
    media_type = "application/json;charset=utf-8"
    limit = (100, 10.0)
    signed = staticmethod(signatures.hubspot)
    # HubSpot tries ten times within a day; the times between are ours.
    schedule = (0.0, 60.0, 300.0, 900.0, 3600.0, 7200.0, 14400.0, 14400.0, 14400.0, 14400.0)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.objects = seeds.seed_objects(self.seed)
        self.properties = seeds.seed_properties()
        self.links = seeds.seed_links(self.seed)
        self.merged: dict[str, str] = {}
        self._number = 400_000
        for winner, loser in (("100003", "100026"), ("100005", "100028")):
            self._merge_into(winner, loser)

    def endpoints(self) -> Iterable[Endpoint]:
        """Return what can be called; fixed paths stand before those with an id."""
        one = f"{_OBJECTS}/{{id}}"
        other = "/crm/v4/objects/{kind}/{id}/associations/{to}"
        return [
            Endpoint("POST", f"{_OBJECTS}/search", self._search),
            Endpoint("POST", f"{_OBJECTS}/merge", self._merge),
            Endpoint("POST", f"{_OBJECTS}/batch/read", self._batch_read),
            Endpoint("POST", f"{_OBJECTS}/batch/create", self._batch_create),
            Endpoint("POST", f"{_OBJECTS}/batch/update", self._batch_update),
            Endpoint("POST", f"{_OBJECTS}/batch/upsert", self._batch_upsert),
            Endpoint("POST", f"{_OBJECTS}/batch/archive", self._batch_archive),
            Endpoint("GET", _OBJECTS, self._list),
            Endpoint("POST", _OBJECTS, self._create),
            Endpoint("GET", one, lambda call: Answer(self._shown(call, self._find(call)))),
            Endpoint("PATCH", one, lambda call: Answer(self._update(call, self._find(call), _body(call)))),
            Endpoint("DELETE", one, self._archive),
            Endpoint(
                "GET", "/crm/v3/properties/{kind}", lambda call: Answer({"results": self._defined(call)})
            ),
            Endpoint("POST", "/crm/v3/properties/{kind}", self._define),
            Endpoint("GET", "/crm/v3/properties/{kind}/{name}", self._definition),
            Endpoint("GET", other, self._associations),
            Endpoint("PUT", "/crm/v4/objects/{kind}/{id}/associations/default/{to}/{to_id}", self._associate),
            Endpoint("DELETE", f"{other}/{{to_id}}", self._dissociate),
        ]

    # Its own way to say no

    def check_key(self, call: Call) -> None:
        """Accept the key as bearer."""
        if call.bearer != self.key:
            raise error(401, "Authentication credentials not found.", "INVALID_AUTHENTICATION")

    check_scope = staticmethod(check_scopes)

    def no_such_path(self, call: Call) -> Refusal:
        """Return the 404 for an address that it does not know."""
        return error(404, f"No route matched {call.method} {call.path}", "OBJECT_NOT_FOUND")

    def too_many(self, use: Use) -> Refusal:  # noqa: ARG002 - no header says how long to wait
        """Return the 429 as recordings show it."""
        return error(429, "You have reached your secondly limit.", "RATE_LIMITS")

    def failure(self, status: int) -> Refusal:
        """Return the answer when something broke on its side."""
        return error(status, "internal error", "INTERNAL_ERROR")

    def expired(self) -> Refusal:
        """Return the 401 for an OAuth token that ran out."""
        return error(401, "The OAuth token used to make this call expired.", "EXPIRED_AUTHENTICATION")

    def rate_headers(self, call: Call, use: Use) -> dict[str, str]:
        """Return where the client stands; a search says less."""
        daily = {"X-HubSpot-RateLimit-Daily": "250000", "X-HubSpot-RateLimit-Daily-Remaining": "248577"}
        if call.path.endswith("/search"):
            return daily
        return daily | {
            "X-HubSpot-RateLimit-Interval-Milliseconds": f"{self.window.seconds * 1000:.0f}",
            "X-HubSpot-RateLimit-Max": str(use.limit),
            "X-HubSpot-RateLimit-Remaining": str(use.remaining),
            "X-HubSpot-RateLimit-Secondly": "10",
            "X-HubSpot-RateLimit-Secondly-Remaining": "9",
        }

    def finish(self, call: Call, answer: Answer) -> None:
        """Add the correlation id, to the headers and to an error's body."""
        word = self.call_id(call, 32)
        ident = f"{word[:8]}-{word[8:12]}-{word[12:16]}-{word[16:20]}-{word[20:]}"
        answer.headers.setdefault("X-HubSpot-Correlation-Id", ident)
        if answer.status >= 400:
            answer.body["correlationId"] = ident

    def happen(self) -> None:
        """Let a contact's life-cycle stage change."""
        contact, now = self.objects["contacts"][self.clock.tick() % 20], iso_millis(self.clock.now())
        contact["properties"] |= {"lifecyclestage": "evangelist", "lastmodifieddate": now}
        contact["updatedAt"] = now
        self._tell(contact, {"lifecyclestage": "evangelist"})

    def _tell(self, record: Record, values: Record) -> None:
        self._number += 1
        told = changes(record, values, self._number, self.clock.now())
        self.outbox.tell(self, Notice("contact.propertyChange", str(self._number), to_json(told)))

    # Reading

    def _list(self, call: Call) -> Answer:
        asked = call.arguments
        limit = _limit(asked.get("limit", "10"), 100)
        archived = asked.get("archived") == "true"
        found = [each for each in self.objects[_kind(call)] if each["archived"] == archived]
        after = asked.get("after")
        start = next((at for at, each in enumerate(found) if after and int(each["id"]) >= _after(after)), 0)
        page = found[start : start + limit]
        body: Record = {"results": [self._shown(call, each) for each in page]}
        if start + limit < len(found):
            following = found[start + limit]["id"]
            link = re.sub(r"[?&]after=\w+", "", call.url)
            mark = "&" if "?" in link else "?"
            body["paging"] = {"next": {"after": following, "link": f"{link}{mark}after={following}"}}
        return Answer(body)

    def _search(self, call: Call) -> Answer:
        asked, kind = _body(call), _kind(call)
        limit, after = _limit(str(asked.get("limit", 10)), 200), _after(str(asked.get("after") or "0"))
        wrong = first_wrong_filter(asked, {each["name"] for each in self.properties[kind]})
        if wrong:
            raise error(400, wrong, "VALIDATION_ERROR")
        if after + limit > _WINDOW:
            raise error(400, f"The window of {_WINDOW} results is exceeded.", "VALIDATION_ERROR")
        found = find_matches([each for each in self.objects[kind] if not each["archived"]], asked)
        names = asked.get("properties") or []
        page = [_only(each, kind, names) for each in found[after : after + limit]]
        body: Record = {"total": len(found), "results": page}
        if after + limit < len(found):
            body["paging"] = {"next": {"after": str(after + limit)}}
        return Answer(body)

    def _find(self, call: Call) -> Record:
        kind, ident = _kind(call), call.params["id"]
        by = call.arguments.get("idProperty")
        archived = call.arguments.get("archived") == "true"
        for each in self.objects[kind]:
            named = each["properties"].get(by) if by else each["id"]
            if named == self.merged.get(ident, ident) and each["archived"] == archived:
                return each
        raise error(404, "resource not found", "OBJECT_NOT_FOUND")

    def _shown(self, call: Call, record: Record) -> Record:
        kind, asked = _kind(call), call.arguments
        names = [name for name in asked.get("properties", "").split(",") if name]
        shown = _only(record, kind, names)
        for other in filter(None, asked.get("associations", "").split(",")):
            found = linked(self.links, kind, record["id"], other)
            if found:
                results = [{"id": ident, "type": f"{kind[:-1]}_to_{other}"} for ident in found]
                shown.setdefault("associations", {})[other] = {"results": results}
        return shown

    # Writing

    def _create(self, call: Call) -> Answer:
        return Answer(self._made(call, _body(call)), 201)

    def _made(self, call: Call, asked: Record) -> Record:
        kind, values = _kind(call), self._checked(call, asked.get("properties") or {})
        known = self._by_unique(kind, values.get(_UNIQUE[kind]))
        if known:
            noun = kind.capitalize().replace("ies", "y").removesuffix("s")
            raise error(409, f"{noun} already exists. Existing ID: {known['id']}", "CONFLICT")
        self._number += 1
        blank = dict.fromkeys(each["name"] for each in self.properties[kind])
        now = self.clock.tick()
        record = seeds.record(str(self._number), blank | values, now, now, _STAMP[kind])
        self.objects[kind].append(record)
        return _only(record, kind, list(values))

    def _update(self, call: Call, record: Record, asked: Record) -> Record:
        kind, values = _kind(call), self._checked(call, asked.get("properties") or {})
        now = iso_millis(self.clock.tick())
        record["properties"] |= values | {_STAMP[kind]: now}
        record["updatedAt"] = now
        if kind == "contacts":
            self._tell(record, values)
        return _only(record, kind, list(values))

    def _archive(self, call: Call) -> Answer:
        now = iso_millis(self.clock.tick())
        self._find(call).update(archived=True, archivedAt=now, updatedAt=now)
        return Answer(None, 204)

    def _checked(self, call: Call, values: Record) -> Record:
        return checked_values(values, {each["name"]: each for each in self._defined(call)})

    def _by_unique(self, kind: str, value: str | None) -> Record | None:
        name = _UNIQUE[kind]
        return next(
            (each for each in self.objects[kind] if value and each["properties"][name] == value), None
        )

    def _merge(self, call: Call) -> Answer:
        asked = _body(call)
        winner, loser = str(asked.get("primaryObjectId")), str(asked.get("objectIdToMerge"))
        known = {each["id"] for each in self.objects["contacts"]}
        if not {winner, loser} <= known or _kind(call) != "contacts":
            raise error(400, "Unable to merge: no such contact", "VALIDATION_ERROR")
        self.clock.tick()
        return Answer(self._merge_into(winner, loser))

    def _merge_into(self, winner: str, loser: str) -> Record:
        records = {each["id"]: each for each in self.objects["contacts"]}
        self.objects["contacts"].remove(records[loser])
        self.merged[loser] = winner
        record = records[winner]
        before = record["properties"]["hs_merged_object_ids"]
        record["properties"]["hs_merged_object_ids"] = f"{before};{loser}" if before else loser
        return record

    # Batches

    def _batch_read(self, call: Call) -> Answer:
        asked, kind = _body(call), _kind(call)
        by = asked.get("idProperty")
        known = {(each["properties"].get(by) if by else each["id"]): each for each in self.objects[kind]}
        wanted = [str(each.get("id")) for each in asked.get("inputs", [])]
        missing = [ident for ident in wanted if ident not in known]
        found = [
            _only(known[ident], kind, asked.get("properties") or []) for ident in wanted if ident in known
        ]
        return self._complete(found, missing)

    def _batch_create(self, call: Call) -> Answer:
        return self._complete([self._made(call, each) for each in _body(call).get("inputs", [])], status=201)

    def _batch_update(self, call: Call) -> Answer:
        known = {each["id"]: each for each in self.objects[_kind(call)]}
        inputs = _body(call).get("inputs", [])
        missing = [str(each.get("id")) for each in inputs if str(each.get("id")) not in known]
        done = [
            self._update(call, known[each["id"]], each) for each in inputs if str(each.get("id")) in known
        ]
        return self._complete(done, missing)

    def _batch_upsert(self, call: Call) -> Answer:
        kind, results = _kind(call), []
        for each in _body(call).get("inputs", []):
            known = self._by_unique(kind, each.get("id"))
            named = {"properties": {_UNIQUE[kind]: each.get("id"), **(each.get("properties") or {})}}
            made = self._update(call, known, named) if known else self._made(call, named)
            results.append(made | {"new": known is None})
        return self._complete(results)

    def _batch_archive(self, call: Call) -> Answer:
        now = iso_millis(self.clock.tick())
        wanted = {str(each.get("id")) for each in _body(call).get("inputs", [])}
        for each in self.objects[_kind(call)]:
            if each["id"] in wanted:
                each.update(archived=True, archivedAt=now, updatedAt=now)
        return Answer(None, 204)

    def _complete(self, results: list[Record], missing: list[str] | None = None, status: int = 200) -> Answer:
        now = iso_millis(self.clock.now())
        body = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
        if not missing:
            return Answer(body, status)
        error = {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": "Could not get some objects, they may be deleted or not exist. Check that ids are valid.",
            "context": {"ids": missing},
        }
        return Answer(body | {"numErrors": 1, "errors": [error]}, 207)

    # Properties and associations

    def _defined(self, call: Call) -> list[Record]:
        return self.properties[_kind(call)]

    def _define(self, call: Call) -> Answer:
        asked, defined = _body(call), self._defined(call)
        name, kind, field = (str(asked.get(word, "")) for word in ("name", "type", "fieldType"))
        if not (name and kind and field):
            raise error(400, "name, type and fieldType are required", "VALIDATION_ERROR")
        if any(each["name"] == name for each in defined):
            raise error(409, f"Property {name} already exists", "CONFLICT")
        options = " ".join(str(option.get("value")) for option in asked.get("options", []))
        defined.append(seeds.property_of(name, kind, field, options) | {"label": asked.get("label", name)})
        self.clock.tick()
        return Answer(defined[-1], 201)

    def _definition(self, call: Call) -> Answer:
        for each in self._defined(call):
            if each["name"] == call.params["name"]:
                return Answer(each)
        raise error(404, f"Property {call.params['name']} does not exist", "OBJECT_NOT_FOUND")

    def _associations(self, call: Call) -> Answer:
        kind, other = _kind(call), _kind(call, "to")
        number = seeds.ASSOCIATION_TYPES.get((kind, other), 0)
        types = [{"category": "HUBSPOT_DEFINED", "typeId": number, "label": None}]
        found = linked(self.links, kind, self._find(call)["id"], other)
        return Answer({"results": [{"toObjectId": int(each), "associationTypes": types} for each in found]})

    def _associate(self, call: Call) -> Answer:
        link = (_kind(call), self._find(call)["id"], _kind(call, "to"), call.params["to_id"])
        self.links.add(link)
        self.clock.tick()
        spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}
        result = {"from": {"id": link[1]}, "to": {"id": link[3]}, "associationSpec": spec}
        return self._complete([result])

    def _dissociate(self, call: Call) -> Answer:
        link = (_kind(call), self._find(call)["id"], _kind(call, "to"), call.params["to_id"])
        self.links -= {link, (*link[2:], *link[:2])}
        self.clock.tick()
        return Answer(None, 204)


def _kind(call: Call, hole: str = "kind") -> str:
    word = call.params[hole].lower()
    kind = _ALIASES.get(word, word)
    if kind not in KINDS:
        raise error(400, f"Unable to infer object type from: {call.params[hole]}", "VALIDATION_ERROR")
    return kind


def _only(record: Record, kind: str, names: list[str]) -> Record:
    """Return the record with the asked properties and those that are always shown."""
    held = record["properties"]
    always = ("createdate", _STAMP[kind], "hs_object_id") if names else SHOWN[kind]
    wanted = sorted({name for name in (*names, *always) if name in held})
    return record | {"properties": {name: held[name] for name in wanted}}


def _body(call: Call) -> Record:
    try:
        body: Record | None = call.json(Body)
    except ValueError as wrong:
        raise error(400, f"Invalid input JSON: {wrong}", "VALIDATION_ERROR") from None
    return body or {}


def _limit(text: str, most: int) -> int:
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise error(400, f"limit must be between 1 and {most}, was {text}", "VALIDATION_ERROR")
    return int(text)


def _after(text: str) -> int:
    if not text.isdigit():
        raise error(400, f"The after cursor {text!r} is not valid", "VALIDATION_ERROR")
    return int(text)
