"""Five questions to answer before a mapping is designed, each with what the records say to it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from intkit.profiles.roles import Role
from intkit.profiles.shown import safe_text
from intkit.tables import Table, percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intkit.profiles.fields import Field
    from intkit.records import Source

NOTHING = {
    "",
    "n/a",
    "na",
    "none",
    "null",
    "nil",
    "undefined",
    "nan",
    "-",
    "--",
    "?",
    "0000-00-00",
    "0000-00-00 00:00:00",
}
"""Texts that sources write where they have nothing."""

_PAGE_SIZES = {10, 15, 20, 25, 30, 40, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 10_000}
_JSON_DATE = re.compile(r"\\?/Date\((\d{12,13})([+-]\d{4})?\)\\?/")
_PER_SECOND = {"epoch seconds": 1, "epoch milliseconds": 1000, "epoch microseconds": 1_000_000}


def find_words_for_nothing(fields: Iterable[Field]) -> dict[Any, list[str]]:
    """Return words that the source seems to use for nothing, each with the paths where it does.

    `""` and `"n/a"` count where the other values are of another type or of a format that the word has not; `False`
    where it is the only boolean beside values of another type, as Odoo writes an empty field.
    """
    found: dict[Any, list[str]] = {}
    for field in fields:
        for word in _words_for_nothing(field):
            found.setdefault(word, []).append(field.path)
    return found


def _words_for_nothing(field: Field) -> list[Any]:
    texts = {value: count for value, count in field.texts.items() if value.strip().lower() in NOTHING}
    numbers_too = bool(field.types.keys() & {"integer", "number", "object", "list"})
    only_nothing = sum(texts.values()) == field.types.get("text", 0)
    words: list[Any] = list(texts) if (numbers_too and only_nothing) or field.format is not None else []
    if field.types.keys() > {"boolean"} and field.truths == (0, field.types["boolean"]):
        words.append(False)
    return words


def answer_questions(
    root: Field, roles: dict[str, list[Role]], source: Source | None, words: dict[Any, list[str]]
) -> Table:
    """Return the five questions with their answers."""
    fields = [field for field in root.walk() if field.steps]
    answers = [
        ("Is it the right data?", _right(root, roles, source)),
        ("Is it all of it?", _complete(root.count, source)),
        ("Is it fresh?", _fresh(fields, roles)),
        ("Are the types right?", _typed(fields, words, set(_paths(roles, "personal")))),
        ("Does it mean what you think?", _meaning(fields, roles)),
    ]
    rows = [
        (question if at == 0 else "", line) for question, lines in answers for at, line in enumerate(lines)
    ]
    return Table(["question", "answer"], rows, wraps=True)


def _right(root: Field, roles: dict[str, list[Role]], source: Source | None) -> list[str]:
    asked = f" of {source.path}" if source is not None and source.path else ""
    keys = _paths(roles, "key")
    constants = [
        f"{path} is {role.why}" for path, each in roles.items() for role in each if role.name == "constant"
    ]
    return [
        f"{root.count} records{asked}; "
        + (
            f"a record's key could be {_some(keys)}."
            if keys
            else "nothing in them is unique, so they have no key yet."
        ),
        *([f"The same in all of them: {_some(constants)}."] if constants else []),
    ]


def _complete(count: int, source: Source | None) -> list[str]:
    if source is not None and source.limit is not None and count >= source.limit:
        return [f"No: the limit of {source.limit} was reached."]
    if count in _PAGE_SIZES:
        return [f"Perhaps not: {count} is a round number, as of one page. Were there more pages?"]
    return ["No sign that anything was cut off." if count else "There is nothing."]


def _fresh(fields: list[Field], roles: dict[str, list[Role]]) -> list[str]:
    told = set(_paths(roles, "created")) | set(_paths(roles, "updated"))
    moments = [(field.path, _moment(field)) for field in fields if field.path in told]
    answers = [f"{path} runs from {first} to {last}." for path, (first, last) in moments if first]
    unread = f"Look at the newest of {_some(sorted(told))}: its form has no order of its own." if told else ""
    return answers[:4] or [unread or "Cannot be told: no field is a time of creation or change."]


def _moment(field: Field) -> tuple[str, str]:
    per_second = _PER_SECOND.get(field.format or "")
    ends = [field.lowest, field.highest]
    if field.format == "json date":
        per_second, ends = 1000, _milliseconds(*map(str, ends))
    if per_second and ends and isinstance(ends[0], int | float):
        low, high = (datetime.fromtimestamp(end / per_second, UTC) for end in ends)
        return f"{low:%Y-%m-%d %H:%M} UTC", f"{high:%Y-%m-%d %H:%M} UTC"
    if field.format in {"date", "datetime", "datetime without offset"}:
        return str(field.lowest)[:16], str(field.highest)[:16]
    return "", ""


def _milliseconds(lowest: str, highest: str) -> list[int]:
    """Read two texts like `/Date(1735924726000)/`; nothing where their order is not that of the times."""
    found = [_JSON_DATE.fullmatch(text) for text in (lowest, highest)]
    return [int(match[1]) for match in found if match] if len(lowest) == len(highest) and all(found) else []


def _typed(fields: list[Field], words: dict[Any, list[str]], personal: set[str]) -> list[str]:
    mixed = [_mixed(field) for field in fields if len(field.types.keys() - {"number"}) > 1]
    odd = [_odd(field, field.path in personal) for field in fields if field.evidence and field.evidence.odd]
    texts = [field.path for field in fields if field.format in {"decimal text", "boolean text", "JSON text"}]
    big = [field.path for field in fields if field.format == "integer beyond 2^53"]
    nulls = [field.path for field in fields if field.count and not field.types]
    answers = [
        ("Of several types", mixed),
        ("Not all of one format", odd),
        ("Numbers, truths or JSON in quotes", texts),
        ("Integers that Excel and JavaScript would change", big),
        ("Only null, so of no known type", nulls),
        *((f"{word!r} looks like nothing (missing=[{word!r}])", paths) for word, paths in words.items()),
    ]
    return [f"{what}: {_some(which)}." for what, which in answers if which] or ["Every path has one type."]


def _mixed(field: Field) -> str:
    rarest = min(field.types, key=field.types.__getitem__)
    return f"{field.path} ({', '.join(field.types)}; {rarest} first in record {field.first[rarest]})"


def _odd(field: Field, personal: bool) -> str:
    found = field.evidence
    assert found is not None
    return f"{field.path} ({found.name} in {percent(found.share)}, but {safe_text(found.odd[0], personal)})"


def _meaning(fields: list[Field], roles: dict[str, list[Role]]) -> list[str]:
    money = [f"{path} ({role.why})" for path, each in roles.items() for role in each if role.name == "money"]
    details = {field.path: field.evidence.detail for field in fields if field.evidence}
    unclear = [path for path, detail in details.items() if detail == "day first or month first"]
    local = [field.path for field in fields if field.format == "datetime without offset"]
    answers = [
        ("Money, whose unit is to be checked", money),
        ("Which comes first, day or month, in", unclear),
        ("Of which time zone is", local),
        ("Ask the vendor for all values of", _paths(roles, "enum")),
        ("Still to be counted, or gone", _paths(roles, "deleted") + _paths(roles, "archived")),
        ("Keys that are values, not fields, in", _paths(roles, "map")),
        ("Personal, by law to be guarded", _paths(roles, "personal")),
    ]
    return [f"{what}: {_some(which)}." for what, which in answers if which] or ["No trap was seen."]


def _paths(roles: dict[str, list[Role]], name: str) -> list[str]:
    return [path for path, each in roles.items() if any(role.name == name for role in each)]


def _some(words: list[str], most: int = 6) -> str:
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")
