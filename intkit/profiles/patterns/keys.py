"""Keys, payloads and lists that are packed into text."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter

from intkit.profiles.patterns.pattern import Pattern, Texts, matching, parses, speaks_of_version

_is_hex = matching(r"[0-9a-f]{32,128}|[0-9A-F]{32,128}")
_is_base64 = matching(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_is_prefixed = re.compile(
    r"([A-Za-z]{1,8}(?:_[a-z]{1,8})?_)(?=[A-Za-z0-9]*\d|[A-Za-z0-9]*[a-z][A-Z])[A-Za-z0-9]{6,}"
).fullmatch
_is_counted = re.compile(r"([A-Za-z]{1,6}[-_#/]?)((19|20)\d\d[-/])?\d{3,12}").fullmatch
_is_tag = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>").search
_is_closing = re.compile(r"</[a-zA-Z][a-zA-Z0-9]*\s*>|<(br|hr|img|p)\b[^<>]*>", re.IGNORECASE).search
_is_listed = re.compile(r"[^/;|]*[^\s/;|][^/;|]*(([/;|])[^/;|]*[^\s/;|][^/;|]*)+").fullmatch
_MIME = r"(text|image|application|audio|video|font|multipart|message|model)/[\w.+-]+(;.*)?"
_ZONE = r"(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)/[\w+/-]+|UTC"


def _is_hash(value: str) -> bool:
    return len(value) in {32, 40, 56, 64, 96, 128} and _is_hex(value) and not value.isdigit()


def _are_bare_uuids(column: Texts) -> bool:
    """Tell UUIDs from hashes by the two digits that RFC 9562 sets: version and variant."""
    marks = {(value[12], value[16].lower() in "89ab") for value in column.values}
    return len(column.values) > 3 and len(marks) == 1 and {len(value) for value in column.values} == {32}


def _are_base64(column: Texts) -> bool:
    """Tell base64 from words and web paths, which use the same letters."""
    told = sum(any(letter in value for letter in "+/=") for value in column.values)
    return told >= len(column.values) / 4 and not all(value.startswith("/") for value in column.values)


def _is_encoded(value: str) -> bool:
    if len(value) % 4 or not _is_base64(value) or value.isalpha() or value in (value.lower(), value.upper()):
        return False
    return parses(
        lambda text: base64.b64decode(
            text, altchars=b"-_" if "-" in text or "_" in text else b"+/", validate=True
        ),
        value,
    )


def _is_json(value: str) -> bool:
    return value.lstrip()[:1] in ("{", "[") and parses(json.loads, value)


def _is_html(value: str) -> bool:
    return _is_tag(value) is not None and _is_closing(value) is not None


def _is_key(value: str) -> bool:
    return _is_prefixed(value) is not None or _is_counted(value) is not None


def _prefixes(column: Texts) -> Counter[str]:
    found = (_is_prefixed(value) or _is_counted(value) for value in column.values)
    return Counter(match[1] for match in found if match)


def _are_keys(column: Texts) -> bool:
    prefixes, counted = _prefixes(column), not any(map(_is_prefixed, column.values))
    if counted and (len(column.values) < 3 or speaks_of_version(column.name)):
        return False
    return len(prefixes) <= max(3, len(column.values) / 5)


def _prefix(column: Texts) -> str:
    return ", ".join(f"{prefix}…" for prefix, _ in _prefixes(column).most_common(3))


def _is_list(value: str) -> bool:
    return _is_listed(value) is not None and len({letter for letter in value if letter in "/;|"}) == 1


def _are_lists(column: Texts) -> bool:
    return len(column.values) >= 2 and not all(map(_is_short_slash, column.values))


def _separator(column: Texts) -> str:
    counted = Counter(letter for value in column.values for letter in value if letter in "/;|")
    return f"by {counted.most_common(1)[0][0]}"


_is_short_slash = matching(r"\w{1,2}/\w{1,2}")


PATTERNS = (
    Pattern("url", matching(r"[a-z][a-z0-9+.-]{1,15}://[^\s/]+(/\S*)?")),
    Pattern("uuid", matching(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")),
    Pattern("uuid", _is_hash, _are_bare_uuids, lambda _: "without dashes"),
    Pattern("hash", _is_hash, detail=lambda column: f"{len(column.values[0])} hex digits"),
    Pattern("mime type", matching(_MIME)),
    Pattern("time zone", matching(_ZONE)),
    Pattern("JSON text", _is_json),
    Pattern("HTML", _is_html),
    Pattern("prefixed id", _is_key, _are_keys, _prefix),
    Pattern("base64", _is_encoded, _are_base64),
    Pattern("joined list", _is_list, _are_lists, _separator),
)
