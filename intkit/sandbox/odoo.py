"""Practice Odoo: JSON-RPC with errors under HTTP 200, and /json/2 with statuses; false for missing.

Facts: Odoo's external API documentation and what OdooRPC 0.10 sends. The texts of errors are ours.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.odoo_models import METHODS, Models, OdooError
from intkit.sandbox.seeds import odoo as seeds
from intkit.sandbox.vendor import Endpoint, Vendor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intkit.sandbox.limits import Use
    from intkit.sandbox.seeds.odoo import Record

DATABASE, LOGIN, USER = "practice", "admin", 2
_VERSION = {
    "server_version": "19.0",
    "server_version_info": [19, 0, 0, "final", 0, ""],
    "protocol_version": 1,
}
_CONTEXT = {"lang": "nl_NL", "tz": "Europe/Amsterdam"}
# What the server answers over /json/2 for an exception of that class.
_STATUSES = {
    "odoo.exceptions.AccessDenied": 401,
    "odoo.exceptions.AccessError": 403,
    "odoo.exceptions.MissingError": 404,
    "werkzeug.exceptions.NotFound": 404,
}
_BUSY = b"<html><head><title>429 Too Many Requests</title></head><body><h1>429 Too Many Requests</h1></body></html>"


class Odoo(Vendor):
    """An Odoo database with partners, products, sales and invoices."""

    name = "odoo"
    hosts = ("practice.odoo.com",)
    key = "sandbox-odoo-key"
    example = "/json/2/res.partner/search_count"
    traits = seeds.TRAITS
    # Odoo's hosting limits calls and documents no number; this one is ours.
    limit = (60, 60.0)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.models = Models(self.seed, self.clock)

    def endpoints(self) -> Iterable[Endpoint]:
        """Return what can be called."""
        return [
            Endpoint("POST", "/jsonrpc", self._rpc),
            Endpoint("POST", "/web/webclient/version_info", lambda call: _result(call, _VERSION)),
            Endpoint("POST", "/web/session/destroy", lambda call: _result(call, None)),
            Endpoint("GET", "/web/version", lambda _: Answer({"version": "19.0", "version_info": [19, 0]})),
            Endpoint("POST", "/json/2/{model}/{method}", self._json2),
        ]

    # Its own way to say no

    def check_key(self, call: Call) -> None:
        """Let /json/2 pass with the key only; over JSON-RPC the password is an argument."""
        if call.path.startswith("/json/2/") and call.bearer != self.key:
            raise self.expired()

    def no_such_path(self, call: Call) -> Refusal:
        """Return the 404."""
        error = OdooError("werkzeug.exceptions.NotFound", f"The requested URL {call.path} was not found.")
        return Refusal(404, _told(error))

    def too_many(self, use: Use) -> Refusal:  # noqa: ARG002 - the page says nothing more
        """Return the 429 of the proxy in front: a page."""
        return Refusal(429, _BUSY, {"Content-Type": "text/html"})

    def failure(self, status: int) -> Refusal:
        """Return the answer when something broke on its side."""
        return Refusal(status, _told(OdooError("builtins.Exception", "Internal Server Error")))

    def expired(self) -> Refusal:
        """Return the 401 for a key that is not (or no longer) good."""
        return Refusal(401, _told(OdooError("werkzeug.exceptions.Unauthorized", "Invalid apikey")))

    def curl(self, url: str) -> str:
        """Return a first call of /json/2."""
        return f"curl -H 'Authorization: Bearer {self.key}' '{url}{self.example}' -d '{{}}'"

    # The two ways in

    def _rpc(self, call: Call) -> Answer:
        try:
            asked = call.json()
            params = asked["params"]
            return _result(call, self._service(params["service"], params["method"], params.get("args") or []))
        except (ValueError, KeyError, TypeError):
            return _failed(call, OdooError("builtins.ValueError", "The request is not a JSON-RPC call."))
        except OdooError as error:
            return _failed(call, error)

    def _service(self, service: str, method: str, args: list[Any]) -> Any:
        if (service, method) == ("common", "version"):
            return _VERSION
        if service == "common" and method in {"login", "authenticate"}:
            return USER if args[:3] == [DATABASE, LOGIN, self.key] else False
        if (service, method) == ("db", "list"):
            return [DATABASE]
        if service != "object" or method not in {"execute", "execute_kw"}:
            raise OdooError("builtins.NameError", f"Method not found: {service}.{method}")
        database, user, password, model, name, *rest = args
        if (database, user, password) != (DATABASE, USER, self.key):
            raise OdooError("odoo.exceptions.AccessDenied", "Access Denied")
        if method == "execute":
            return self._run(model, name, rest, {})
        return self._run(model, name, *(rest + [[], {}][len(rest) :]))

    def _json2(self, call: Call) -> Answer:
        try:
            named = call.json() or {}
            return Answer(self._run(call.params["model"], call.params["method"], [], dict(named)))
        except OdooError as error:
            raise Refusal(_STATUSES.get(error.name, 422), _told(error)) from None
        except (ValueError, TypeError):
            raise Refusal(
                400, _told(OdooError("builtins.ValueError", "The body is not a JSON object."))
            ) from None

    def _run(self, model: str, method: str, args: list[Any], named: Record) -> Any:
        if (model, method) == ("res.users", "context_get"):
            return dict(_CONTEXT)
        if model == "ir.model" and method == "search":
            wanted = {term[2] for term in args[0] if term[0] == "model"}
            return [number for number, name in enumerate(seeds.FIELDS, start=1) if name in wanted]
        if model not in seeds.FIELDS:
            raise OdooError("werkzeug.exceptions.NotFound", f"the model {model!r} does not exist")
        if method not in METHODS:
            text = f"The method {model}.{method} does not exist"
            raise OdooError("builtins.AttributeError", text)
        run: Callable[..., Any] = getattr(self.models, method)
        try:
            bound = inspect.signature(run).bind(model, *args, **named)
        except TypeError as error:
            raise OdooError("builtins.TypeError", f"{method}: {error}") from None
        return run(*bound.args, **bound.kwargs)


def _ident(call: Call) -> Any:
    try:
        return call.json().get("id")
    except (ValueError, AttributeError):
        return None


def _result(call: Call, result: Any) -> Answer:
    return Answer({"jsonrpc": "2.0", "id": _ident(call), "result": result})


def _failed(call: Call, error: OdooError) -> Answer:
    told = {"code": 200, "message": "Odoo Server Error", "data": _told(error)}
    return Answer({"jsonrpc": "2.0", "id": _ident(call), "error": told})


def _told(error: OdooError) -> Record:
    return {
        "name": error.name,
        "message": str(error),
        "arguments": [str(error)],
        "context": {},
        "debug": f"Traceback (most recent call last):\n{error.name}: {error}\n",
    }
