"""Practice Mailchimp Marketing: basic auth, offset and count, "" for missing, errors as problem+json.

Facts: public recordings of the API 3.0 and the endpoint list of mailchimp-marketing 3.0.80.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.mailchimp_bodies import Body, pack_results
from intkit.sandbox.seeds import mailchimp as seeds
from intkit.sandbox.seeds.mailchimp import blank_member, subscriber_hash
from intkit.sandbox.selection import drop, keep, parse_paths
from intkit.sandbox.times import iso
from intkit.sandbox.vendor import Endpoint, Vendor
from intkit.sandbox.webhooks import Notice
from intkit.sandbox.world import draw_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intkit.sandbox.limits import Use
    from intkit.sandbox.seeds.mailchimp import Record

_ERRORS = "https://mailchimp.com/developer/marketing/docs/errors/"
_TITLES = {
    401: "API Key Invalid",
    404: "Resource Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
}
_WRONG_KEY = "Your API key may be invalid, or you've attempted to access the wrong datacenter."
_STATUSES = {"subscribed", "unsubscribed", "cleaned", "pending", "transactional"}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MEMBERS = "/3.0/lists/{list}/members"
_SORTED = {"last_changed", "timestamp_opt", "timestamp_signup"}


class Mailchimp(Vendor):
    """A Mailchimp account with two audiences of people who partly are customers."""

    name = "mailchimp"
    hosts = ("us19.api.mailchimp.com",)
    key = "0123456789abcdef0123456789sandbox-us19"
    example = f"/3.0/lists/{seeds.NEWSLETTER}/members?count=3"
    traits = seeds.TRAITS
    media_type = "application/json; charset=utf-8"
    # Mailchimp limits simultaneous connections, not calls; this number is ours.
    limit = (10, 1.0)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lists = seeds.seed_lists(self.seed)
        self.members = seeds.seed_members(self.seed)
        self.merge_fields = seeds.seed_merge_fields()
        self.batches: dict[str, Record] = {}
        self._archives: dict[str, bytes] = {}

    def endpoints(self) -> Iterable[Endpoint]:
        """Return what can be called."""
        one = f"{_MEMBERS}/{{hash}}"
        fields = "/3.0/lists/{list}/merge-fields"
        return [
            Endpoint("GET", "/3.0/ping", lambda _: Answer({"health_status": "Everything's Chimpy!"})),
            Endpoint("GET", "/3.0/lists", self._list_lists),
            Endpoint("GET", "/3.0/lists/{list}", lambda call: _cut(call, self._shown(self._list(call)))),
            Endpoint("POST", "/3.0/lists/{list}", self._subscribe_many),
            Endpoint("GET", _MEMBERS, self._list_members),
            Endpoint("POST", _MEMBERS, self._add_member),
            Endpoint("GET", one, lambda call: _cut(call, self._member(call))),
            Endpoint("PUT", one, self._put_member),
            Endpoint("PATCH", one, self._update_member),
            Endpoint("DELETE", one, self._archive_member),
            Endpoint("POST", f"{one}/actions/delete-permanent", self._forget_member),
            Endpoint("POST", f"{one}/tags", self._tag_member),
            Endpoint("GET", fields, lambda call: self._page(call, "merge_fields", self._fields(call))),
            Endpoint("POST", fields, self._add_field),
            Endpoint("POST", "/3.0/batches", self._run_batch),
            Endpoint("GET", "/3.0/batches/{batch}", self._read_batch),
            Endpoint("GET", "/3.0/batches/{batch}/results.tar.gz", self._batch_results, public=True),
        ]

    # Its own way to say no

    def check_key(self, call: Call) -> None:
        """Accept the key as basic auth's password under any name, or as bearer."""
        scheme, _, word = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                word = base64.b64decode(word, validate=True).decode().partition(":")[2]
            except ValueError:
                word = ""
        if word != self.key:
            raise _problem(401, _WRONG_KEY)

    def no_such_path(self, call: Call) -> Refusal:
        """Return the 404 or, where only the method is wrong, the 405."""
        known = [re.sub(r"\{\w+\}", "[^/]+", endpoint.path) for endpoint in self.endpoints()]
        if any(re.fullmatch(path, call.path) for path in known):
            return _problem(405, "The requested method and resource are not compatible.")
        return _missing()

    def too_many(self, use: Use) -> Refusal:
        """Return the 429; no header says more."""
        return _problem(429, f"You have exceeded the limit of {use.limit} simultaneous connections.")

    def failure(self, status: int) -> Refusal:
        """Return the answer when something broke on its side."""
        return _problem(status, "An unexpected internal error has occurred.", "Internal Server Error")

    def expired(self) -> Refusal:
        """Return the 401 for a key that was taken back."""
        return _problem(401, _WRONG_KEY)

    def finish(self, call: Call, answer: Answer) -> None:
        """Add the request's id, to the headers and to an error's body."""
        word = self.call_id(call, 32)
        ident = f"{word[:8]}-{word[8:12]}-{word[12:16]}-{word[16:20]}-{word[20:]}"
        answer.headers.setdefault("X-Request-Id", ident)
        if answer.status >= 400:
            answer.body["instance"] = ident

    def happen(self) -> None:
        """Let a member of the newsletter unsubscribe; the push has a time without a zone, and no signature."""
        members = self.members[seeds.NEWSLETTER]
        member = next(each for each in members if each["status"] == "subscribed")
        member |= {"status": "unsubscribed", "last_changed": iso(self.clock.tick())}
        form = seeds.told_of("unsubscribe", member, self.clock.now()).encode()
        notice = Notice("unsubscribe", member["id"], form, "application/x-www-form-urlencoded")
        self.outbox.tell(self, notice)

    def curl(self, url: str) -> str:
        """Return a first call with basic auth."""
        return f"curl -u 'any:{self.key}' '{url}{self.example}'"

    # Reading

    def _page(self, call: Call, name: str, records: list[Record], extra: Record | None = None) -> Answer:
        count, offset = (_number(call, word, default) for word, default in (("count", 10), ("offset", 0)))
        if count > 1000:
            raise _invalid("Schema describes number <= 1000", "count")
        body = {name: records[offset : offset + count]} | (extra or {})
        return _cut(call, body | {"total_items": len(records), "_links": _links(call)})

    def _list_lists(self, call: Call) -> Answer:
        return self._page(call, "lists", [self._shown(each) for each in self.lists])

    def _list_members(self, call: Call) -> Answer:
        ident, asked = self._list(call)["id"], call.arguments
        found = [
            member
            for member in self.members[ident]
            if asked.get("status", member["status"]) == member["status"]
            and ("status" in asked or member["status"] != "archived")
            and asked.get("since_last_changed", "") <= member["last_changed"]
        ]
        if asked.get("sort_field") in _SORTED:
            order = asked["sort_field"]
            found.sort(key=lambda member: str(member[order]), reverse=asked.get("sort_dir") == "DESC")
        return self._page(call, "members", found, {"list_id": ident})

    def _list(self, call: Call) -> Record:
        found = next((each for each in self.lists if each["id"] == call.params["list"]), None)
        if found is None:
            raise _missing()
        return found

    def _shown(self, audience: Record) -> Record:
        members = self.members[audience["id"]]
        counts = {
            "member_count": sum(each["status"] == "subscribed" for each in members),
            "unsubscribe_count": sum(each["status"] == "unsubscribed" for each in members),
            "cleaned_count": sum(each["status"] == "cleaned" for each in members),
            "merge_field_count": len(self.merge_fields[audience["id"]]),
        }
        return audience | {"stats": counts | audience["stats"]}

    def _fields(self, call: Call) -> list[Record]:
        return self.merge_fields[self._list(call)["id"]]

    def _known(self, call: Call) -> Record | None:
        """Return the member whom the path names, by hash or by address."""
        word = call.params["hash"]
        ident = subscriber_hash(word) if "@" in word else word
        return next((each for each in self.members[self._list(call)["id"]] if each["id"] == ident), None)

    def _member(self, call: Call) -> Record:
        member = self._known(call)
        if member is None:
            raise _missing()
        return member

    # Writing

    def _add_member(self, call: Call) -> Answer:
        return Answer(self._subscribe(self._list(call), _body(call), update=False))

    def _subscribe(self, audience: Record, asked: Record, *, update: bool) -> Record:
        email, status = str(asked.get("email_address", "")), asked.get("status") or asked.get("status_if_new")
        if not _ADDRESS.fullmatch(email):
            raise _invalid("This value should be a valid email.", "email_address")
        members = self.members[audience["id"]]
        known = next((each for each in members if each["id"] == subscriber_hash(email)), None)
        if known and not update and known["status"] != "archived":
            text = f"{email} is already a list member. Use PUT to insert or update list members."
            raise _problem(400, text, "Member Exists")
        if not known and not status:
            raise _invalid("Schema describes string, NULL found instead", "status")
        member = known or blank_member(audience["id"], email, iso(self.clock.now()))
        blank = {field["tag"]: "" for field in self.merge_fields[audience["id"]]}
        member["merge_fields"] = blank | member["merge_fields"]
        self._write(audience, member, asked | ({} if known else {"status": status}))
        if not known:
            members.append(member)
        return member

    def _put_member(self, call: Call) -> Answer:
        known = self._known(call)
        asked = _body(call)
        email = asked.get("email_address") or (known or {}).get("email_address", call.params["hash"])
        return Answer(self._subscribe(self._list(call), asked | {"email_address": email}, update=True))

    def _write(self, audience: Record, member: Record, asked: Record) -> Record:
        if asked.get("status", "subscribed") not in _STATUSES:
            raise _invalid("Value is not an accepted status", "status")
        merge = self._checked_merge(audience, asked.get("merge_fields") or {})
        known = ("status", "language", "vip", "email_type", "location")
        member |= {name: asked[name] for name in known if name in asked}
        member["merge_fields"] |= merge
        fields = member["merge_fields"]
        member["full_name"] = f"{fields.get('FNAME', '')} {fields.get('LNAME', '')}".strip()
        member["last_changed"] = iso(self.clock.tick())
        return member

    def _checked_merge(self, audience: Record, merge: Record) -> Record:
        types = {field["tag"]: field["type"] for field in self.merge_fields[audience["id"]]}
        wrong = [
            {"field": tag, "message": "Please enter a number"}
            for tag, value in merge.items()
            if types.get(tag) == "number" and not re.fullmatch(r"-?\d*\.?\d*", str(value))
        ]
        if wrong:
            raise _problem(400, "Your merge fields were invalid.", "Invalid Resource", wrong)
        return {tag: value for tag, value in merge.items() if tag in types}

    def _update_member(self, call: Call) -> Answer:
        return Answer(self._write(self._list(call), self._member(call), _body(call)))

    def _archive_member(self, call: Call) -> Answer:
        self._member(call)["status"] = "archived"
        self.clock.tick()
        return Answer(None, 204)

    def _forget_member(self, call: Call) -> Answer:
        self.members[self._list(call)["id"]].remove(self._member(call))
        self.clock.tick()
        return Answer(None, 204)

    def _tag_member(self, call: Call) -> Answer:
        member, asked = self._member(call), _body(call).get("tags") or []
        names = {tag["name"]: tag for tag in member["tags"]}
        for tag in filter(_is_named, asked):
            if tag.get("status") == "inactive":
                names.pop(tag["name"], None)
            else:
                names.setdefault(tag["name"], {"id": 1000 + len(names), "name": tag["name"]})
        member |= {
            "tags": list(names.values()),
            "tags_count": len(names),
            "last_changed": iso(self.clock.tick()),
        }
        return Answer(None, 204)

    def _subscribe_many(self, call: Call) -> Answer:
        audience, asked = self._list(call), _body(call)
        made: dict[str, list[Any]] = {"new_members": [], "updated_members": [], "errors": []}
        for each in asked.get("members", [])[:500]:
            before = len(self.members[audience["id"]])
            try:
                member = self._subscribe(audience, each, update=bool(asked.get("update_existing")))
            except Refusal as refusal:
                problem = refusal.answer.body
                words = {"email_address": each.get("email_address", ""), "error": problem["detail"]}
                made["errors"].append(words | {"error_code": "ERROR_GENERIC"})
            else:
                new = len(self.members[audience["id"]]) > before
                made["new_members" if new else "updated_members"].append(member)
        counts = (
            ("total_created", "new_members"),
            ("total_updated", "updated_members"),
            ("error_count", "errors"),
        )
        return Answer(made | {name: len(made[list_]) for name, list_ in counts})

    def _add_field(self, call: Call) -> Answer:
        fields, asked, number = self._fields(call), _body(call), len(self._fields(call)) + 1
        if not asked.get("name") or not asked.get("type"):
            raise _invalid("This value should not be blank.", "type" if asked.get("name") else "name")
        made = {"merge_id": number, "tag": str(asked.get("tag") or f"MMERGE{number}").upper()}
        fields.append(fields[0] | made | {"name": asked["name"], "type": asked["type"], "options": {}})
        self.clock.tick()
        return Answer(fields[-1])

    # Batches: the work is done at once, the answer says so when it is asked for again

    def _run_batch(self, call: Call) -> Answer:
        operations = _body(call).get("operations")
        if not isinstance(operations, list) or not operations:
            raise _invalid("This value should not be blank.", "operations")
        results = [self._operate(call, each) for each in operations]
        ident = draw_id(self.rng, 10, "0123456789abcdefghijklmnopqrstuvwxyz")
        self._archives[ident] = pack_results(ident, results)
        self.batches[ident] = {
            "id": ident,
            "status": "finished",
            "total_operations": len(results),
            "finished_operations": len(results),
            "errored_operations": sum(result["status_code"] >= 400 for result in results),
            "submitted_at": iso(self.clock.tick()),
            "completed_at": iso(self.clock.now()),
            "response_body_url": f"{call.base}/3.0/batches/{ident}/results.tar.gz",
        }
        waiting = {"status": "pending", "completed_at": "", "response_body_url": ""}
        return Answer(self.batches[ident] | waiting | {"finished_operations": 0, "errored_operations": 0})

    def _operate(self, call: Call, asked: Record) -> Record:
        path, method = f"/3.0{asked.get('path', '')}", str(asked.get("method", "")).upper()
        body = str(asked.get("body", "")).encode()
        inner = Call(method, path, "", call.headers, body, call.base)
        answer = self.answer(self._match(inner), inner)
        named = {"operation_id": asked.get("operation_id"), "status_code": answer.status}
        return named | {"response": json.dumps(answer.body)}

    def _match(self, call: Call) -> Endpoint | None:
        for endpoint in self.endpoints():
            found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", endpoint.path), call.path)
            if found and endpoint.method == call.method:
                call.params = found.groupdict()
                return endpoint
        return None

    def _read_batch(self, call: Call) -> Answer:
        if call.params["batch"] not in self.batches:
            raise _missing()
        return Answer(self.batches[call.params["batch"]])

    def _batch_results(self, call: Call) -> Answer:
        self._read_batch(call)
        return Answer(self._archives[call.params["batch"]], headers={"Content-Type": "application/gzip"})


def _body(call: Call) -> Record:
    try:
        body: Record | None = call.json(Body)
    except ValueError as wrong:
        raise _problem(400, f"We encountered a JSON error: {wrong}", "JSON Parse Error") from None
    return body or {}


def _is_named(tag: Any) -> bool:
    return isinstance(tag, dict) and isinstance(tag.get("name"), str)


def _number(call: Call, name: str, default: int) -> int:
    text = call.arguments.get(name, str(default))
    if text.isdigit():
        return int(text)
    raise _invalid("Schema describes integer, string found instead", name)


def _cut(call: Call, body: Record) -> Answer:
    asked = call.arguments
    if "fields" in asked:
        return Answer(keep(body, parse_paths(asked["fields"])))
    return Answer(drop(body, parse_paths(asked.get("exclude_fields", ""))))


def _links(call: Call) -> list[dict[str, str]]:
    return [{"rel": "self", "href": f"{call.base}{call.path}", "method": "GET"}]


def _missing() -> Refusal:
    return _problem(404, "The requested resource could not be found.")


def _invalid(message: str, field: str) -> Refusal:
    text = (
        "The resource submitted could not be validated. For field-specific details, see the 'errors' array."
    )
    return _problem(400, text, "Invalid Resource", [{"field": field, "message": message}])


def _problem(status: int, detail: str, title: str = "", errors: list[Record] | None = None) -> Refusal:
    body: Record = {"type": _ERRORS, "title": title or _TITLES[status], "status": status, "detail": detail}
    body |= {"instance": ""} | ({"errors": errors} if errors else {})
    return Refusal(status, body, {"Content-Type": "application/problem+json; charset=utf-8"})
