"""The secrets that this process knows, and every way in which one of them may be spelt."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Callable

    Encoder = Callable[[str], str]

SHORTEST = 8
"""Characters below which a value is not searched for: it would stand in innocent text too."""

_LONG_LINE = 24
"""Characters from which a line of a longer secret gives it away."""

_known: dict[str, str] = {}
_lock = threading.Lock()


def register_secret(value: str, name: str) -> None:
    """Have this value blanked, as `<NAME>`, in everything that the kit writes or says and a notebook shows.

    Values under 8 characters are not searched for in text; they are still blanked where their place
    (an Authorization header, a field named `password`) gives them away.
    """
    if len(value) < SHORTEST:
        return
    # A private key is also shown line by line, as YAML does, or in part.
    lines = [
        line for line in map(str.strip, value.splitlines()) if len(line) >= _LONG_LINE and line[0] != "-"
    ]
    with _lock:
        _known.update(dict.fromkeys([value, *lines], name))
    from intkit.redaction.outputs import blank_outputs  # which needs this module

    blank_outputs()


def known_secrets() -> dict[str, str]:
    """Return every registered value with its name."""
    with _lock:
        return dict(_known)


def forget_secrets() -> None:
    """Forget every registered value; for tests."""
    with _lock:
        _known.clear()


def blank(text: str) -> str:
    """Return the text with every registered secret, in every spelling, replaced by `<NAME>`."""
    for value, name in _longest_first():
        text = blank_value(text, value, f"<{name}>")
    return text


def blank_value(text: str, value: str, placeholder: str) -> str:
    """Return the text with one secret replaced, each spelling by the placeholder in the same spelling."""
    if any(spelt in text for spelt in spellings(value)):
        pattern, spelt_as = _pattern(value)
        text = pattern.sub(lambda match: spelt_as[match[0]](placeholder), text)
        for core in _base64_cores(value):
            text = _blank_base64(text, core, placeholder)
    return text


@lru_cache(maxsize=1024)
def spellings(value: str) -> dict[str, str]:
    """Return every text that gives the value away, each with the name of its spelling."""
    spelt = {text: how for how, encode in _ENCODINGS.items() for text in encode(value)}
    return spelt | dict.fromkeys(_base64_cores(value), "base64") | {value: "plain"}


def _longest_first() -> list[tuple[str, str]]:
    with _lock:
        return sorted(_known.items(), key=lambda known: -len(known[0])) if _known else []


def _raw(value: str, encoding: str = "utf-8") -> bytes:
    return value.encode(encoding, "surrogatepass")  # an environment variable may be no valid text


def _json(value: str) -> list[str]:
    once = [json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]]
    slashed = [text.replace("/", "\\/") for text in once]
    return [*once, *slashed, *(json.dumps(text)[1:-1] for text in once)]


def _percent(value: str) -> list[str]:
    raw = _raw(value)
    once = [quote(raw, safe=""), quote(raw), quote_plus(raw), quote(raw, safe="!*'();:@&=+$,/?")]
    lower = [re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), text) for text in once]
    return [*once, *lower, quote(once[0], safe="")]


def _python(value: str) -> list[str]:
    once = [repr(value)[1:-1], ascii(value)[1:-1], repr(_raw(value))[2:-1]]
    return [*once, *(repr(text)[1:-1] for text in once)]


def _hex(value: str) -> list[str]:
    return [_raw(value).hex(), _raw(value).hex().upper()]


_ENCODINGS: dict[str, Callable[[str], list[str]]] = {
    "percent-encoded": _percent,
    "in JSON": _json,
    "in Python": _python,
    "in XML": lambda value: [html.escape(value), html.escape(value, quote=False), _numeric_entities(value)],
    "in hexadecimal": _hex,
    "in Latin-1": lambda value: [_raw(value).decode("latin-1")],
    "in UTF-16": lambda value: [_raw(value, kind).decode("latin-1") for kind in ("utf-16-le", "utf-16-be")],
}


def _numeric_entities(value: str) -> str:
    return html.escape(value, quote=False).replace('"', "&#34;").replace("'", "&#39;")


def _same_spelling(how: str) -> Encoder:
    """Return how a placeholder is written where a secret was spelt this way."""
    if how == "percent-encoded":
        return lambda placeholder: quote(placeholder, safe="")
    if how == "in XML":
        return html.escape
    return lambda placeholder: placeholder


@lru_cache(maxsize=256)
def _pattern(value: str) -> tuple[re.Pattern[str], dict[str, Encoder]]:
    cores = set(_base64_cores(value))
    spelt = {text: how for text, how in spellings(value).items() if text not in cores}
    longest_first = sorted(spelt, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), {
        text: _same_spelling(how) for text, how in spelt.items()
    }


@lru_cache(maxsize=256)
def _base64_cores(value: str) -> tuple[str, ...]:
    """Return the base64 digits that show the value wherever it starts, whatever its neighbours are."""
    raw, cores = _raw(value), set()
    for before in range(3):
        digits = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        first = (before * 8 + 5) // 6
        whole = (before + len(raw)) * 8 // 6
        cores |= {digits[first:whole], digits[first:whole].translate(_URL_SAFE)}
    return tuple(sorted(core for core in cores if len(core) >= SHORTEST))


_URL_SAFE = str.maketrans("+/", "-_")
_BASE64_DIGIT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=")


def _blank_base64(text: str, core: str, placeholder: str) -> str:
    """Replace the whole run of base64 around the core; part of a run could not be decoded anyway."""
    at = text.find(core)
    while at >= 0:
        start, end = at, at + len(core)
        while start and text[start - 1] in _BASE64_DIGIT - {"="}:
            start -= 1
        while end < len(text) and text[end] in _BASE64_DIGIT:
            end += 1
        text = text[:start] + placeholder + text[end:]
        at = text.find(core, start + len(placeholder))
    return text
