"""What a mapping gives for a record that fails: the reject and its problems; copied into each compiled mapping."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from keyword import iskeyword
from math import isfinite
from typing import Any, TypeAlias
from unicodedata import is_normalized

import msgspec

Record: TypeAlias = bytes | str | dict[str, Any]


# what a bad record can raise; anything else is a defect and is shown as one
FAILURES = (
    *(ValueError, TypeError, ArithmeticError, LookupError, AssertionError, RecursionError),
    msgspec.MsgspecError,
)


class Problem(msgspec.Struct, frozen=True):
    """One field of a record that failed: where it comes from, where it should go, what it was, and why."""

    path: str
    target: str
    value: Any
    reason: str

    def __str__(self) -> str:
        source = f" @ {whole_path(self.path)}" if self.path else ""
        target = f" -> {self.target}" if self.target else ""
        # of what is rejected on purpose the reason says all
        got = "" if self.value == self.reason else f", got {shown(self.value)[:60]}"
        return f"{self.reason}{got}{source}{target}"


class Reject(msgspec.Struct, frozen=True):
    """A record that was not mapped, with every reason and the record itself."""

    key: str
    problems: list[Problem]
    record: Any

    def __str__(self) -> str:
        return f"{self.key}: " + "; ".join(map(str, self.problems))


def read_float(text: str) -> float | Decimal:
    """Return a number of JSON; one that no float holds as an exact decimal."""
    number = float(text)
    return number if isfinite(number) else Decimal(text)


_decode_large = msgspec.json.Decoder(float_hook=read_float).decode


def parse_record(record: Record) -> dict[str, Any]:
    """Return a record as a dict.

    Raises:
        ValueError: it is not one JSON object.
    """
    if isinstance(record, dict):
        return record
    try:
        try:
            raw = msgspec.json.decode(record)
        except msgspec.DecodeError:
            raw = _decode_large(record)
    except (msgspec.DecodeError, UnicodeError, TypeError, RecursionError) as error:
        raise ValueError(f"expected one JSON object ({error})") from None
    if not isinstance(raw, dict):
        raise ValueError("expected one JSON object")  # noqa: TRY004 - a fault of the record, like all others
    return raw


def record_key(raw: dict[str, Any], steps: Sequence[str]) -> str:
    """Return what a record is known by: the value that the steps lead to, else a hash of its content as JSON."""
    value: Any = raw
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    try:
        if steps and isinstance(value, str | int) and value != "":
            return str(value)
        content = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        return ""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@cache
def step_to(key: str) -> str:
    """Return a key as a step of a path: `.name`, and `["order-id"]` where it is no name."""
    is_name = key.isidentifier() and not iskeyword(key) and is_normalized("NFKC", key)
    return f".{key}" if is_name else f"[{json.dumps(key, ensure_ascii=False)}]"


def whole_path(path: str) -> str:
    """Return a path from the record down: `$.amount`, `$["order-id"]`."""
    return f"${path}" if path.startswith("[") else f"$.{path}"


def without_indexes(path: str) -> str:
    """Return a path as rules write it: `lines[].amount`; what is quoted is a key."""
    if "[" not in path:
        return path
    return re.sub(r'("(?:[^"\\]|\\.)*")|\[\d+\]', lambda found: found[1] or "[]", path)


def shown(value: object) -> str:
    """Return a value as a reader sees it."""
    try:
        return repr(value)
    except (ValueError, RecursionError):  # more digits than Python writes, or nested too deeply
        return f"a value of type {type(value).__name__} that is too large to show"


def one_line(error: Exception) -> str:
    """Return what an error says, in one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if isinstance(error, ValueError) else f"{type(error).__name__}: {text}"
