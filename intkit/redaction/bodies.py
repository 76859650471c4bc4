"""Secrets in bodies: JSON by field, forms by field, multipart by part, XML by element, all else by looks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, unquote_plus

import msgspec

from intkit.redaction.names import (
    is_card_field,
    is_doubtful_field,
    is_secret_field,
    is_telling_field,
    may_be_card,
)
from intkit.redaction.patterns import is_card_end, is_card_number, looks_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    Found = Callable[[str, str], str]

_READ = msgspec.json.Decoder(float_hook=lambda digits: msgspec.Raw(digits.encode()))
_OPENING = ("{", "[")
_LINE = re.compile(r'("([^"\\]{1,60})"\s*:\s*")((?:[^"\\]|\\.)*)(")')
_ELEMENT = re.compile(r"(<(?:[\w.-]+:)?([\w.-]{1,60})(?:\s[^<>]*)?>(?:<!\[CDATA\[)?)([^<>]+?)(\]\]>|</)")
_ATTRIBUTE = re.compile(r"(\s([\w.:-]{1,60})=\")([^\"<>]*)(\")")
_PART_NAME = re.compile(r'\bname="?([^";\r\n]+)')


def redact_body(body: bytes, content_type: str, found: Found, by_looks: Callable[[str], str]) -> bytes:
    """Return the body with its secrets blanked; one without any comes back byte for byte.

    Args:
        body: decompressed.
        content_type: the header's value, or nothing.
        found: takes a field's name and its secret value, gives what stands there instead.
        by_looks: blanks what is registered, known or has a secret's form in a text.
    """
    text, encoding = _decode(body)
    redact = _for_type(content_type.lower(), text)
    return by_looks(redact(text, found, content_type)).encode(encoding)


def _decode(body: bytes) -> tuple[str, str]:
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return body.decode("latin-1"), "latin-1"


def _for_type(content_type: str, text: str) -> Callable[[str, Found, str], str]:
    if "json" in content_type or text.lstrip()[:1] in ("{", "["):
        return _json
    if "x-www-form-urlencoded" in content_type:
        return _form
    if content_type.startswith("multipart/"):
        return _multipart
    if "xml" in content_type or text.lstrip()[:1] == "<":
        return _xml
    return _lines


def _json(text: str, found: Found, _: str) -> str:
    try:
        tree = [_READ.decode(text)]
        changed = _replace(tree, "", found)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return _lines(text, found, _)
    return msgspec.json.encode(tree[0]).decode() if changed else text


def _replace(node: Any, name: str, found: Found) -> bool:
    """Replace the secrets in an object or a list, and say whether there were any.

    Args:
        node: the object, or the list.
        name: the field in which a list stands.
        found: gives what stands there instead.
    """
    changed = False
    places: Any = node.items() if isinstance(node, dict) else enumerate(node)
    for place, value in places:
        called = place if isinstance(node, dict) else name
        if isinstance(value, (dict, list)):
            changed |= _replace(value, called, found)
        elif is_telling_field(called) or (isinstance(value, str) and value[:1] in _OPENING):
            clean = _field(called, _inner(value, found), found)
            if clean is not value:
                node[place], changed = clean, True
    return changed


def _inner(value: Any, found: Found) -> Any:
    """Blank JSON that stands in a text."""
    return _json(value, found, "") if isinstance(value, str) and value[:1] in _OPENING else value


def _field(name: str, value: Any, found: Found) -> Any:
    if value is None or isinstance(value, bool) or value == "":
        return value
    text = (
        value
        if isinstance(value, str)
        else bytes(value).decode()
        if isinstance(value, msgspec.Raw)
        else str(value)
    )
    if not _is_secret(name, text):
        return value
    clean = found(name, text)
    return value if clean == text else clean


def _is_secret(name: str, text: str) -> bool:
    if is_card_field(name):
        return not is_card_end(text)
    if is_doubtful_field(name):
        return looks_secret(text)
    return is_secret_field(name) or (may_be_card(name) and is_card_number(text))


def _lines(text: str, found: Found, _: str) -> str:
    """Blank `"name": "value"` wherever it stands: event streams, lines of JSON, JSON that does not parse."""
    return _LINE.sub(lambda match: _replaced(match, found), text)


def _replaced(match: re.Match[str], found: Found) -> str:
    return f"{match[1]}{_field(match[2], match[3], found)}{match[4]}" if match[3].strip() else match[0]


def _form(text: str, found: Found, _: str) -> str:
    return "&".join(_pair(pair, found) for pair in text.split("&"))


def _pair(pair: str, found: Found) -> str:
    name, equals, value = pair.partition("=")
    plain = unquote_plus(value)
    last = re.split(r"[\[\].]+", unquote_plus(name).rstrip("]"))[-1]
    clean = _field(last, _inner(plain, found), found) if plain else plain
    return pair if clean == plain else f"{name}{equals}{quote_plus(clean)}"


def _multipart(text: str, found: Found, content_type: str) -> str:
    boundary = re.search(r'boundary="?([^";]+)', content_type, re.IGNORECASE)
    if not boundary:
        return _lines(text, found, content_type)
    return f"--{boundary[1]}".join(_part(part, found) for part in text.split(f"--{boundary[1]}"))


def _part(part: str, found: Found) -> str:
    head, gap, content = part.partition("\r\n\r\n")
    name = _PART_NAME.search(head)
    value = content.removesuffix("\r\n")
    if not gap or not name or not value:
        return part
    kind = re.search(r"content-type:\s*(\S+)", head, re.IGNORECASE)
    inner = _for_type(kind[1].lower() if kind else "", value)(value, found, "")
    return f"{head}{gap}{_field(name[1], inner, found)}{content[len(value) :]}"


def _xml(text: str, found: Found, _: str) -> str:
    text = _ELEMENT.sub(lambda match: _replaced(match, found), text)
    return _ATTRIBUTE.sub(lambda match: _replaced(match, found), text)
