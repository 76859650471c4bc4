"""The many ways in which APIs say no, read into one `ApiError`."""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from httpx import codes

from intkit.errors import ApiError
from intkit.redaction import blank

if TYPE_CHECKING:
    import httpx

_CODE_KEYS = ("code", "name", "category", "type", "exc_type", "errorCode", "ErrorNumber")
_TEXT_KEYS = ("message", "detail", "error_description", "Message", "value", "exception", "title")
_FIELD_KEYS = ("param", "field", "path")
_ID_HEADERS = (
    "request-id",
    "x-request-id",
    "x-hubspot-correlation-id",
    "x-github-request-id",
    "x-correlation-id",
)
_LONGEST = 300
_ROOTS = (socket.gaierror, ssl.SSLError, ConnectionRefusedError, ConnectionResetError)

_REMEDIES = {
    400: "Mend the request; the API's words say what it objects to.",
    401: "Check that the key is the right one, still valid, and of this environment.",
    402: "Check the account's plan and the card or balance behind it.",
    403: "The key is known but may not do this: give it the missing scope, or use another key.",
    404: "Check the path and the id; a test key sees only test records.",
    409: "Another call got there first: read the record again, then decide.",
    422: "Mend the field that the API names.",
    429: "Wait and try again; ask for less at once.",
}


@dataclass(frozen=True)
class Refusal:
    """What an API said when it said no; empty where it said nothing."""

    code: str = ""
    message: str = ""
    field: str = ""


def api_error(response: httpx.Response) -> ApiError:
    """Return the error that an answer stands for; secrets are blanked in every word of it."""
    refusal = read_refusal(response)
    request = response.request
    asked = blank(f"{request.method} {request.url.copy_with(query=None)}")
    request_id = request_id_of(response)
    facts = [
        f"It says: {refusal.message}" if refusal.message else "It gives no reason.",
        *([f"Code: {refusal.code}"] if refusal.code else []),
        *([f"Field: {refusal.field}"] if refusal.field else []),
        *([f"Request id: {request_id}"] if request_id else []),
    ]
    return ApiError(
        f"{asked} was answered with {status_of(response)}.",
        *facts,
        remedy=_remedy(response.status_code),
        status=response.status_code,
        code=refusal.code,
        message=refusal.message,
        field=refusal.field,
        request_id=request_id,
    )


def no_answer(error: httpx.TransportError, asked: str) -> ApiError:
    """Return the error that stands for a request without an answer."""
    return ApiError(
        f"{blank(asked)} was not answered: {type(error).__name__}.",
        *([f"{blank(str(error))}."] if str(error) else []),
        remedy="Try again; client.check() says what stands in the way.",
    )


def root_of(error: BaseException) -> BaseException:
    """Return the operating system's error beneath the library's, the error itself where there is none."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _ROOTS):
            return seen
        seen = seen.__cause__ or seen.__context__
    return error


def read_refusal(response: httpx.Response) -> Refusal:
    """Return what the API said, from JSON of any shape, an HTML page, plain text, or nothing."""
    try:
        body = response.json()
    except ValueError:
        return Refusal(message=words_of(response.text))
    return _read(body)


def status_of(response: httpx.Response) -> str:
    """Return the status as people read it, `404 Not Found`; HTTP/2 and some recordings leave the words out."""
    reason = response.reason_phrase or codes.get_reason_phrase(response.status_code)
    return f"{response.status_code} {reason}".rstrip()


def request_id_of(response: httpx.Response) -> str:
    """Return the id that the API gave the request, for its support."""
    return next((response.headers[name] for name in _ID_HEADERS if name in response.headers), "")


def _read(body: Any) -> Refusal:
    if isinstance(body, str):
        return Refusal(message=words_of(body))
    if isinstance(body, list):
        return _read(body[0]) if body else Refusal()
    if not isinstance(body, dict):
        return Refusal()
    inner = body.get("error", body.get("errors"))
    if isinstance(inner, dict) and isinstance(inner.get("data"), dict):
        return _merge(_read(inner["data"]), _read(inner))  # JSON-RPC: the exception stands below the error
    own = Refusal(_first(body, _CODE_KEYS), _first(body, _TEXT_KEYS), _first(body, _FIELD_KEYS))
    if isinstance(inner, str) and own.message:  # OAuth: a code, and the words beside it
        return Refusal(words_of(inner), own.message, own.field)
    return _merge(_inner(inner), own) if inner else own


def _inner(inner: Any) -> Refusal:
    """Read what stands under `error`: an object, a list, a text, or texts by field (Moneybird)."""
    if isinstance(inner, dict) and inner and all(isinstance(value, list) for value in inner.values()):
        field, reasons = next(iter(inner.items()))
        return Refusal(message=f"{field} {', '.join(map(str, reasons))}", field=field)
    return _read(inner)


def _merge(inner: Refusal, own: Refusal) -> Refusal:
    """Prefer the inner words: the outer ones repeat the status."""
    return Refusal(inner.code or own.code, inner.message or own.message, inner.field or own.field)


def _first(body: dict[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = body.get(key)
        if isinstance(value, dict):
            value = _first(value, _TEXT_KEYS)
        if isinstance(value, list):
            value = ".".join(map(str, value))
        if value not in (None, "") and not isinstance(value, bool) and not str(value).startswith("http"):
            return words_of(str(value))
    return ""


def words_of(text: str) -> str:
    """Return an API's text without markup, secrets and control characters, cut to what one reads."""
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    bare = title[1] if title else re.sub(r"<[^>]+>", " ", text)
    line = " ".join("".join(char if char.isprintable() else " " for char in blank(bare)).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _remedy(status: int) -> str:
    if status >= 500:
        return "The fault is on the API's side: try again later; its status page may say more."
    return _REMEDIES.get(status, "Compare the request with the API's documentation.")
