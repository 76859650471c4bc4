"""Practice Exact Online: OData 2, pages of 60 by `__next`, OAuth with tokens of ten minutes, two limits at once.

Facts: the REST reference at start.exactonline.nl/docs and what public clients of it send and read. The texts
of refusals are ours.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.odata import NotUnderstood, page_of, select
from intkit.sandbox.seeds import exact as seeds
from intkit.sandbox.seeds.exact import DIVISION, account_code, guid
from intkit.sandbox.times import ticks
from intkit.sandbox.vendor import Endpoint, Vendor, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intkit.sandbox.limits import Use
    from intkit.sandbox.seeds.exact import Record

_ROOT = "/api/v1/{division}"
_PAGE = 60
_DAILY = 5000
# list: the field that is its key, and the type as __metadata names it
_KINDS = {
    "crm/Accounts": ("ID", "Account"),
    "logistics/Items": ("ID", "Item"),
    "salesorder/SalesOrders": ("OrderID", "SalesOrder"),
    "salesorder/SalesOrderLines": ("ID", "SalesOrderLine"),
}
_WRITABLE = ("AddressLine1", "City", "Country", "Email", "Name", "Phone", "Postcode", "Status", "VATNumber")


class Exact(Vendor):
    """One division of Exact Online, in which the shop's orders are sales orders."""

    name = "exact"
    hosts = ("start.exactonline.nl",)
    oauth_paths = ("/api/oauth2/auth", "/api/oauth2/token")
    token_seconds = 600
    key = "sandbox-exact-token"
    example = f"/api/v1/{DIVISION}/crm/Accounts?$select=ID,Code,Name&$top=3"
    traits = seeds.TRAITS
    limit = (60, 60.0)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.records = {
            "crm/Accounts": seeds.seed_accounts(self.seed),
            "logistics/Items": seeds.seed_items(self.seed),
            "salesorder/SalesOrders": seeds.seed_orders(self.seed),
            "salesorder/SalesOrderLines": seeds.seed_lines(self.seed),
        }

    def endpoints(self) -> Iterable[Endpoint]:
        """Return what can be called; of the lists only accounts can be written."""
        yield Endpoint("GET", "/api/v1/current/Me", self._me)
        for name in _KINDS:
            one = f"{_ROOT}/{name}(guid'{{id}}')"
            yield Endpoint("GET", f"{_ROOT}/{name}", partial(self._list, name=name))
            yield Endpoint("GET", one, partial(self._read, name=name))
        yield Endpoint("GET", f"{_ROOT}/salesorder/SalesOrders(guid'{{id}}')/SalesOrderLines", self._lines)
        yield Endpoint("POST", f"{_ROOT}/crm/Accounts", self._create)
        yield Endpoint("PUT", f"{_ROOT}/crm/Accounts(guid'{{id}}')", self._update)

    # Its own way to say no

    def check_key(self, call: Call) -> None:
        """Accept the key as bearer."""
        if call.bearer != self.key:
            raise _error(401, "The access token is not valid.")

    def no_such_path(self, call: Call) -> Refusal:
        """Return the 404 for an address that it does not know."""
        return _error(404, f"Resource not found for the segment {call.path.rpartition('/')[2]!r}.")

    def too_many(self, use: Use) -> Refusal:
        """Return the 429; when the minute is over stands in the headers."""
        return Refusal(429, _body(""), self._rate(use))

    def failure(self, status: int) -> Refusal:
        """Return the answer when something broke on its side."""
        return _error(status, "An error occurred while processing this request.")

    def expired(self) -> Refusal:
        """Return the 401 for a token whose ten minutes are over."""
        return _error(401, "The access token expired.")

    def rate_headers(self, call: Call, use: Use) -> dict[str, str]:  # noqa: ARG002 - the same everywhere
        """Return where the client stands, by the minute and by the day."""
        return self._rate(use)

    def _rate(self, use: Use) -> dict[str, str]:
        now = self.told_time()
        return {
            "X-RateLimit-Limit": str(_DAILY),
            "X-RateLimit-Remaining": str(_DAILY - 1),
            "X-RateLimit-Reset": str(int(now // 86400 + 1) * 86_400_000),
            "X-RateLimit-Minutely-Limit": str(use.limit),
            "X-RateLimit-Minutely-Remaining": str(use.remaining),
            "X-RateLimit-Minutely-Reset": str(int((now + use.reset) * 1000)),
        }

    def finish(self, call: Call, answer: Answer) -> None:
        """Answer in XML those who did not ask for JSON."""
        if "json" not in call.headers.get("accept", "") and not call.path.startswith("/api/oauth2"):
            content = escape(to_json(answer.body).decode())
            feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><content>{content}</content></feed>'
            answer.body = feed.encode()
            answer.headers["Content-Type"] = "application/atom+xml;charset=utf-8"

    def curl(self, url: str) -> str:
        """Return a first call that asks for JSON."""
        return (
            f"curl -H 'Authorization: Bearer {self.key}' -H 'Accept: application/json' '{url}{self.example}'"
        )

    # Reading

    def _me(self, call: Call) -> Answer:
        me: Record = {
            "__metadata": {"uri": call.url, "type": "Exact.Web.Api.System.Me"},
            "CurrentDivision": DIVISION,
            "FullName": "Praktijkwinkel B.V.",
            "Language": "NL-NL",
        }
        return Answer({"d": {"results": [me]}})

    def _all(self, call: Call, name: str) -> list[Record]:
        if call.params["division"] != str(DIVISION):
            raise _error(403, "You have no access to this division.")
        return self.records[name]

    def _list(self, call: Call, name: str) -> Answer:
        return self._page(call, name, self._all(call, name))

    def _page(self, call: Call, name: str, records: list[Record]) -> Answer:
        shown = [self._shown(call, name, each) for each in records]
        try:
            page, beside = page_of(call, shown, _KINDS[name][0], _PAGE)
        except NotUnderstood as error:
            raise _error(400, f"Error in query syntax: {error}.") from None
        return Answer({"d": {"results": page} | beside})

    def _read(self, call: Call, name: str) -> Answer:
        found = self._shown(call, name, self._find(call, name))
        try:
            return Answer({"d": select(found, call.arguments.get("$select", "*"))})
        except NotUnderstood as error:
            raise _error(400, f"Error in query syntax: {error}.") from None

    def _find(self, call: Call, name: str) -> Record:
        for each in self._all(call, name):
            if each[_KINDS[name][0]] == call.params["id"]:
                return each
        raise _error(404, "Resource not found.")

    def _lines(self, call: Call) -> Answer:
        order = self._find(call, "salesorder/SalesOrders")["OrderID"]
        name = "salesorder/SalesOrderLines"
        return self._page(call, name, [each for each in self.records[name] if each["OrderID"] == order])

    def _shown(self, call: Call, name: str, record: Record) -> Record:
        key, kind = _KINDS[name]
        uri = f"{call.base}/api/v1/{DIVISION}/{name}(guid'{record[key]}')"
        shown: Record = {"__metadata": {"uri": uri, "type": f"Exact.Web.Api.Models.{kind}"}} | record
        if kind == "SalesOrder":
            shown["SalesOrderLines"] = {"__deferred": {"uri": f"{uri}/SalesOrderLines"}}
        return shown

    # Writing

    def _create(self, call: Call) -> Answer:
        accounts, asked = self._all(call, "crm/Accounts"), _asked(call)
        if not asked.get("Name"):
            raise _error(400, "Mandatory: Name")
        number = max(int(each["Code"]) for each in accounts) + 1
        now = ticks(self.clock.tick())
        made = dict.fromkeys(accounts[0]) | {
            "ID": guid(self.seed, "made", str(number)),
            "Blocked": False,
            "Code": account_code(number),
            "Created": now,
            "Division": DIVISION,
            "IsMailing": 0,
            "IsSales": True,
            "IsSupplier": False,
            "Modified": now,
            "SalesCurrency": "EUR",
        }
        accounts.append(made | _checked(asked))
        return Answer({"d": self._shown(call, "crm/Accounts", accounts[-1])}, 201)

    def _update(self, call: Call) -> Answer:
        account, asked = self._find(call, "crm/Accounts"), _asked(call)
        account |= _checked(asked) | {"Modified": ticks(self.clock.tick())}
        return Answer(None, 204)


def _asked(call: Call) -> Record:
    try:
        asked = call.json()
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise _error(400, "Error processing request stream.")
    return asked


def _checked(asked: Record) -> Record:
    for name, value in asked.items():
        if name not in _WRITABLE:
            raise _error(400, f"Property {name!r} is unknown or cannot be written.")
        if value is not None and not isinstance(value, str):
            raise _error(400, f"Property {name!r} is a text.")
    return asked


def _body(text: str) -> Record:
    return {"error": {"code": "", "message": {"lang": "", "value": text}}}


def _error(status: int, text: str) -> Refusal:
    return Refusal(status, _body(text))
