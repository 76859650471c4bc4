"""Map contact records to Member targets, one by one.

HubSpot contacts as members of the Mailchimp newsletter.

Mapping: mappings/hubspot_members.mapping.yaml, sha256 03fa090fc7b9ebcbeff7ce42781a3b9a07ef1f188611de92586cbcb73ddb7778
Tried on: 155 records of cassettes/hubspot/contacts.yaml (/crm/v3/objects/contacts), sha256 1d0158610d591b26080d9d0c96db559373c5a8b593dcb8c763f88b26581cdc35
Change the mapping and run `intkit export hubspot_members`; this file is not edited by hand.
Content: sha256 ac5d95d320caf684215d30061ed19969ace91c813075d216e6ac3f4eaee3e991
"""

from __future__ import annotations

import argparse
import codecs
import csv
import hashlib
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import cache, cached_property, lru_cache
from importlib import import_module
from itertools import chain
from keyword import iskeyword
from math import isfinite
from pathlib import Path
from threading import get_ident
from types import FunctionType, NoneType, UnionType
from typing import Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin
from unicodedata import is_normalized

import msgspec
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

# --- The target ---


class MergeFields(BaseModel):
    """The list's own fields; an empty text clears one."""

    FNAME: str
    LNAME: str
    PHONE: str
    LTV: Decimal | None


class Member(BaseModel):
    """A member of the newsletter list, for PUT /lists/{list}/members/{subscriber_hash}."""

    subscriber_hash: str = Field(min_length=32, max_length=32)
    email_address: str
    status_if_new: Literal["subscribed", "unsubscribed"]
    language: str | None
    tags: list[str]
    merge_fields: MergeFields


# --- The source: what the rules read ---


class Contact(msgspec.Struct, gc=False):
    """One contact, as 155 of them were seen."""

    properties: Properties | None = None
    archived: bool | None = None


class Properties(msgspec.Struct, gc=False):
    """`properties`, an object in 155 of 155."""

    country: str | None = None  # 104 of 155
    email: str | None = None  # 136 of 155
    firstname: str | None = None  # 151 of 155
    hs_email_optout: str | None = None  # 114 of 155
    interests: str | None = None  # 107 of 155
    lastname: str | None = None  # 136 of 155
    ltv: str | None = None  # 75 of 155
    phone: str | None = None  # 74 of 155


# --- The mapping ---


# the CRM has codes and names; null leaves the list's own language
COUNTRY_LANGUAGE: dict[str, str] = {
    "NL": "nl",
    "DE": "de",
    "GB": "en",
    "US": "en",
    "FR": "fr",
    "BE": "nl",
    "ES": "es",
    "Nederland": "nl",
    "Deutschland": "de",
    "IE": "en",
}


def to_member(contact: Contact) -> dict[str, Any]:
    """Map one contact to the fields of one Member."""
    properties = contact.properties or Properties()
    email = properties.email or None
    hs_email_optout = properties.hs_email_optout or None
    country = properties.country or None
    interests = properties.interests or None
    return {
        # Mailchimp's own key: the MD5 of the address in lower case
        # properties.email | clean_email | md5
        "subscriber_hash": required(md5(clean_email(email)) if email is not None else None),
        # properties.email | clean_email
        "email_address": required(clean_email(email) if email is not None else None),
        # "unsubscribed" if (properties.hs_email_optout | yes_no) else "subscribed"
        "status_if_new": "unsubscribed"
        if hs_email_optout is not None and yes_no(hs_email_optout)
        else "subscribed",
        # properties.country | lookup(COUNTRY_LANGUAGE, default=None)
        "language": COUNTRY_LANGUAGE.get(country) if country is not None else None,
        # (properties.interests | split(";")) or []
        "tags": (split(interests, ";") if interests is not None else None) or [],
        "merge_fields": to_merge_fields(contact),
    }


def to_merge_fields(contact: Contact) -> dict[str, Any]:
    """Map one contact to the fields of its MergeFields."""
    properties = contact.properties or Properties()
    firstname = properties.firstname or None
    lastname = properties.lastname or None
    phone_2 = properties.phone or None
    ltv = properties.ltv or None
    return {
        # properties.firstname or ""
        "FNAME": firstname or "",
        # properties.lastname or ""
        "LNAME": lastname or "",
        # properties.phone or ""
        "PHONE": phone_2 or "",
        # properties.ltv | number
        "LTV": number(ltv) if ltv is not None else None,
    }


def is_wanted(contact: Contact) -> bool:
    """Tell whether the contact is mapped at all."""
    properties = contact.properties or Properties()
    email = properties.email or None
    return email is not None and not contact.archived


# --- Records in, targets and rejects out ---


Record: TypeAlias = bytes | str | dict[str, Any]
RecordBatch: TypeAlias = Any  # pyarrow's, which is imported only where it is used
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


_decode = msgspec.json.Decoder(Contact).decode
_validate = TypeAdapter(Member).validate_python


def map_record(raw: Record) -> list[Member | Reject]:
    """Map one contact, JSON or a dict; an empty list says that it is left out."""
    contact: Contact | None = None
    try:
        contact = as_source(raw, Contact) if isinstance(raw, dict) else _decode(raw)
        if not is_wanted(contact):
            return []
        return [_validate(to_member(contact))]
    except FAILURES as error:
        return [explain(raw, contact, error, FACTS)]


def map_records(records: Iterable[Record]) -> Iterator[Member | Reject]:
    """Map records one by one, as they come; a record that fails gives a Reject."""
    return chain.from_iterable(map(map_record, records))


def map_batches(batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
    """Map Arrow batches, in Spark's `mapInArrow` too: one column of JSON, or a column a field.

    Batches of the target's columns come out; a record that fails is a row with its reject as JSON in `reject`.
    """
    for batch in batches:
        yield batch_of(records_of(batch), map_record, FACTS)


# what the mapping relies on in the source; values are those that were seen or have a rule
CONTRACT: dict[str, dict[str, Any]] = {
    "properties": {"types": ["object"], "null": True},
    "archived": {"types": ["boolean"], "null": True},
    "properties.email": {"types": ["text"], "null": True},
    "properties.hs_email_optout": {"types": ["text"], "null": True},
    "properties.country": {"types": ["text"], "null": True},
    "properties.interests": {"types": ["text"], "null": True},
    "properties.firstname": {"types": ["text"], "null": True},
    "properties.lastname": {"types": ["text"], "null": True},
    "properties.phone": {"types": ["text"], "null": True},
    "properties.ltv": {"types": ["text"], "null": True},
}
# what the mapping gives, column by column
COLUMNS: dict[str, Any] = {
    "subscriber_hash": "text",
    "email_address": "text",
    "status_if_new": "text",
    "language": "text",
    "tags": ["text"],
    "merge_fields": {"FNAME": "text", "LNAME": "text", "PHONE": "text", "LTV": "number"},
}
# by target field: its rule, and what that reads of the source
RULES: dict[str, tuple[str, tuple[str, ...]]] = {
    "when": ("properties.email is not None and not archived", ("properties.email", "archived")),
    "subscriber_hash": ("properties.email | clean_email | md5", ("properties.email",)),
    "email_address": ("properties.email | clean_email", ("properties.email",)),
    "status_if_new": (
        '"unsubscribed" if (properties.hs_email_optout | yes_no) else "subscribed"',
        ("properties.hs_email_optout",),
    ),
    "language": ("properties.country | lookup(COUNTRY_LANGUAGE, default=None)", ("properties.country",)),
    "tags": ('(properties.interests | split(";")) or []', ("properties.interests",)),
    "merge_fields.FNAME": ('properties.firstname or ""', ("properties.firstname",)),
    "merge_fields.LNAME": ('properties.lastname or ""', ("properties.lastname",)),
    "merge_fields.PHONE": ('properties.phone or ""', ("properties.phone",)),
    "merge_fields.LTV": ("properties.ltv | number", ("properties.ltv",)),
}


def check_contract(record: Record) -> list[Problem]:
    """Return what a record breaks of the contract, whether or not it can be mapped."""
    seen = Failures()
    try:
        source = read_source(FACTS.source, parse_record(record), seen)
        return [*seen, *unknown_values(source, CONTRACT)]
    except ValueError as error:
        return [Problem("", "", record, str(error))]


# --- Transforms ---


YES = frozenset({"true", "t", "yes", "y", "on", "1", "ja", "j", "oui", "sí", "si", "wahr", "waar"})
NO = frozenset({"false", "f", "no", "n", "off", "0", "nee", "nein", "non", "falsch", "onwaar"})
NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?\s*")
EMAIL = re.compile(r"[^\s@<>\"',;:\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")


def yes_no(value: str | bool | int) -> bool:
    """Read yes or no as the vendors write it: true, "yes", "Y", "1", 0, "off", "nee"."""
    word = str(value).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError("expected yes or no")


def md5(value: str) -> str:
    """Return the MD5 of the text in hexadecimal; Mailchimp names a member so, by the lower-case address."""
    return hashlib.md5(_utf8(value), usedforsecurity=False).hexdigest()


def _utf8(value: str) -> bytes:
    """Return the text as UTF-8."""
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise ValueError("expected text without broken characters") from None


def split(value: str, separator: str) -> list[str]:
    """Take a text apart; pieces are stripped, and empty ones left out."""
    if not separator:
        raise ValueError("expected a separator to split at")
    return [piece.strip() for piece in value.split(separator) if piece.strip()]


def number(value: str | int | Decimal) -> Decimal:
    """Read a number, or text that spells one with a decimal point, as an exact decimal."""
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        raise ValueError("expected a decimal number")
    return Decimal(value)


def clean_email(value: str) -> str:
    """Return an e-mail address in lower case, without spaces and without the name beside it."""
    address = value.strip().lower()
    if address.endswith(">"):
        address = address[:-1].rpartition("<")[2].strip()
    if len(address) > 254 or not EMAIL.fullmatch(address):
        raise ValueError("expected an e-mail address")
    return address


# --- Why a record failed: from here on, all exports are alike but for FACTS, and for what they do not need ---


AnyValue = TypeVar("AnyValue")


def required(value: AnyValue | None) -> AnyValue:
    """Return the value; a null fails."""
    if value is None:
        raise ValueError("expected a value")
    return value


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


class Facts(msgspec.Struct, frozen=True, eq=False):
    """What the parts that all exports share need to know of a mapping."""

    key: tuple[str, ...]
    source: type[msgspec.Struct]
    builders: tuple[Any, ...]
    gates: dict[str, Any]
    stand_ins: dict[str, Callable[[Any, Failures], Any]]
    rules: dict[str, tuple[str, tuple[str, ...]]]
    contract: dict[str, dict[str, Any]]
    columns: dict[str, Any]
    # what pydantic's targets are checked with, and what they are called
    validate: Any = None
    target: str = ""


def explain(
    record: Record, source: msgspec.Struct | None, error: Exception, facts: Facts, row: int | None = None
) -> Reject:
    """Return why a record failed: every field, not only the first that stopped it.

    Args:
        record: the record as it came.
        source: the record as it was read; None where it is not as the rules need it.
        error: what stopped it.
        facts: what is known of the mapping.
        row: which of the record's rows failed, where one record gives many targets.
    """
    try:
        raw = parse_record(record)
    except ValueError as broken:
        text = record.decode(errors="replace") if isinstance(record, bytes) else str(record)
        return Reject("", [Problem("", "", text[:200], str(broken))], text)
    key = record_key(raw, facts.key) + ("" if row is None else f"[{row}]")
    problems = refusals(error, facts) or every_problem(raw, source, row, facts)
    return Reject(key, problems or [Problem("", "", None, one_line(error))], raw)


class Run(msgspec.Struct):
    """What one guess at what failed comes to.

    Attributes:
        guess: at what failed.
        misfits: what the source has wrong.
        problems: what rules and target say.
        leaves: the values that were built, as text and by their places; what failed is empty.
        asks: how often a rule wanted to know what is true.
        broken: whether a stand-in was more than the rules could take.
        doubtful: whether another guess may come to something else.
    """

    guess: Guess
    misfits: list[Problem]
    problems: list[Problem]
    leaves: list[dict[tuple[str | int, ...], str]]
    asks: int
    broken: bool
    doubtful: bool


def every_problem(
    raw: dict[str, Any], source: msgspec.Struct | None, row: int | None, facts: Facts
) -> list[Problem]:
    """Return what is wrong with the source, and what rules and target say whatever comes in place of what failed.

    What hangs on a value that failed cannot be told. So the rules run with one guess at it, and where that can matter
    with others, and what is told each time counts.
    """
    first = rehearse(raw, source, row, facts, TRUE)
    if not first.doubtful:
        return first.misfits + first.problems
    runs = [first]
    guesses = [NO_SOURCE] if first.misfits else []
    guesses += [NO_RESULT] if asks_for_null(facts) else []
    runs += [rehearse(raw, source, row, facts, guess) for guess in guesses]
    if any(run.asks for run in runs):
        runs += [rehearse(raw, source, row, facts, guess) for guess in (FALSE, *BY_TURNS)]
    first, *others = [run for run in runs if not run.broken] or runs[:1]
    problems = first.problems
    for other in others:
        problems = agreed(problems, other.problems)
    if any(not each.target for each in problems):
        others = [rehearse(raw, source, row, facts, guess) for guess in KEPT]
        problems = [*settled(problems, differences(first, others), facts)]
    return first.misfits + problems


@cache
def asks_for_null(facts: Facts) -> bool:
    """Whether a rule asks if something is null, of which a stand-in hears nothing."""
    return any(" is " in rule for rule, _ in facts.rules.values())


def rehearse(
    raw: dict[str, Any], source: msgspec.Struct | None, row: int | None, facts: Facts, guess: Guess
) -> Run:
    """Return what a guess comes to."""
    scope, seen = rehearsal(facts, get_ident())
    seen.begin(guess)
    read = source or read_object(facts.source, raw, seen, "")
    misfits = list(seen)
    problems = rule_problems(read, row, facts, scope, seen)
    nowhere = [each for each in problems if not each.target]
    doubtful = bool(nowhere or seen.asks or (problems and (misfits or asks_for_null(facts))))
    leaves = [dict(leaves_of(each, seen)) for each in seen.built] if nowhere or guess.kept else []
    return Run(guess, misfits, problems, leaves, seen.asks, seen.broken, doubtful)


def agreed(problems: Iterable[Problem], others: Iterable[Problem]) -> list[Problem]:
    """Return the problems that others tell too, where the number of a row, or whether there is a field, may differ."""
    told: dict[tuple[str, str], dict[str, Problem]] = {}
    for each in others:
        told.setdefault(cause(each), {})[without_indexes(each.target)] = each
    both: list[Problem] = []
    for each in problems:
        found = told.get(cause(each), {})
        if without_indexes(each.target) in found or "" in found:
            both.append(each)
        elif not each.target:
            both += found.values()
    return unique_problems(both)


def unique_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems, one of those that say the same of a field."""
    return list({(each.target, *cause(each)): each for each in problems}.values())


def settled(
    problems: Sequence[Problem], hanging: Sequence[Sequence[str | int]], facts: Facts
) -> Iterator[Problem]:
    """Yield the problems, what failed in a condition with the fields that hang on it.

    Of two such failures it is not certain which field hangs on which, so they are told of none; one that another field
    tells needs no more.
    """
    targets = {each.target for each in problems}
    fields = [steps for steps in hanging if spell(steps) not in targets]
    known = {cause(each) for each in problems if each.target}
    nowhere = [each for each in problems if not each.target]
    new = [each for each in nowhere if cause(each) not in known] or nowhere
    for each in problems:
        if each.target:
            yield each
        elif fields and new == [each]:
            yield from (placed(each, steps, facts) for steps in fields)
        elif cause(each) not in known:
            yield each


def differences(first: Run, others: Iterable[Run]) -> list[tuple[str | int, ...]]:
    """Return where what was built differs from run to run."""
    found = [
        steps
        for other in others
        for one, two in zip(first.leaves, other.leaves, strict=False)
        for steps, leaf in one.items()
        # null in the place of a failure is no difference
        if two.get(steps, leaf) != leaf and not other.broken and (leaf or not other.guess.no_result)
    ]
    return list(dict.fromkeys(found))


def leaves_of(built: Any, seen: Failures, *above: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the places of what was built, and what stands there as text: nothing for what failed."""
    steps, parts = parts_of(built)
    yield above, f"{len(steps)} parts"
    for step, part in zip(steps, parts, strict=True):
        here = (*above, step)
        if numbers_in(part, seen):
            yield here, ""
        elif type(part) in seen.kinds and not isinstance(part, str):
            yield from leaves_of(part, seen, *here)
        else:
            yield here, shown(part)


def rule_problems(
    source: msgspec.Struct, row: int | None, facts: Facts, scope: dict[str, Any], seen: Failures
) -> list[Problem]:
    """Return what the rules and the target say against a record, by running the same functions in a rehearsal."""
    passed: Any = None
    # whether a record is mapped at all, and to how many targets, comes before what these hold
    for rule, gate in facts.gates.items():
        before = len(seen)
        try:
            passed = scope[gate.__name__](source)
        except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
            seen.fail(None, one_line(error))
        if failures := distinct(seen[before:]).values():
            return [placed(failure, (rule,), facts) for failure in failures]
        if not passed:
            return []
    if "each" not in facts.gates:
        return field_problems((source,), facts, scope, seen)
    rows = passed if row is None else passed[row : row + 1]
    problems = [each for one in rows for each in field_problems((source, one), facts, scope, seen)]
    return unique_problems(problems)


def field_problems(
    arguments: Sequence[Any], facts: Facts, scope: dict[str, Any], seen: Failures
) -> list[Problem]:
    """Return what the rules and the target say against the fields of one target."""
    before = len(seen)
    try:
        built = scope[facts.builders[0].__name__](*arguments)
    except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
        seen.broken = True
        failures = distinct(seen[before:]).values() or [Problem("", "", None, one_line(error))]
        return [placed(failure, (), facts) for failure in failures]
    seen.built.append(built)
    # what only the source has wrong is looked for to keep it from validators
    found = find_failed(built, seen) if len(seen) > before or (seen and facts.validate) else []
    told = {number for number, _ in found}
    # a failure within a condition stands in no field
    others = distinct(seen[number] for number in range(before, len(seen)) if number not in told).values()
    problems = [
        *(placed(seen[number], steps, facts) for number, steps in found if number >= before),
        *(placed(failure, (), facts) for failure in others),
        *target_problems(built, [steps for _, steps in found], facts, seen),
    ]
    return unique_problems(problems) if len(problems) > 1 else problems


def distinct(failures: Iterable[Problem]) -> dict[tuple[str, str], Problem]:
    """Return failures by their cause: a value that several rules read fails once for the same reason."""
    return {cause(failure): failure for failure in failures}


def cause(failure: Problem) -> tuple[str, str]:
    """Return what tells one failure from another."""
    return shown(failure.value), failure.reason


def refusals(error: Exception, facts: Facts) -> list[Problem]:
    """Return all that stopped a record, where that was the target's own model: then no rule failed."""
    if isinstance(error, ValidationError) and error.title == facts.target:
        return [placed(failure, steps, facts) for steps, failure in refused(error)]
    return []


def target_problems(
    built: dict[str, Any], places: Sequence[Sequence[str | int]], facts: Facts, seen: Failures
) -> list[Problem]:
    """Return what the target model itself says against the values, but for those that failed before.

    These are left out, for a validator could stumble over a stand-in.
    """
    try:
        facts.validate(without(built, places) if places else built)
    except ValidationError as error:
        moved: dict[int, list[int]] = {}
        found = [(*origin(built, steps, seen, moved), failure) for steps, failure in refused(error)]
        return [
            placed(failure, steps, facts)
            for steps, part, failure in found
            if not places or not find_failed([part], seen)
        ]
    except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
        return [] if seen else [Problem("", "", None, one_line(error))]
    return []


def refused(error: ValidationError) -> Iterator[tuple[tuple[str | int, ...], Problem]]:
    """Yield what a model refused: the steps to it, and the problem."""
    for each in error.errors(include_url=False, include_context=False):
        yield each["loc"], Problem("", "", each["input"], each["msg"])


def without(built: Any, places: Iterable[Sequence[str | int]]) -> Any:
    """Return what was built without some of its parts."""
    inside: dict[Any, list[Sequence[str | int]]] = {}
    for first, *rest in places:
        inside.setdefault(first, []).append(rest)
    kept = built.copy()
    # from the end, for what comes after it moves up
    for step in sorted(inside, reverse=True):
        if all(inside[step]):
            kept[step] = without(kept[step], inside[step])
        else:
            del kept[step]
    return kept


def origin(
    built: Any, steps: Iterable[str | int], seen: Failures, moved: dict[int, list[int]]
) -> tuple[list[str | int], Any]:
    """Return where a step leads that was taken without what failed, and what is there.

    Some steps that pydantic names are types, not places. `moved` keeps, by list, where its elements came from.
    """
    taken: list[str | int] = []
    for step in steps:
        place = step
        if isinstance(built, list) and isinstance(step, int):
            if id(built) not in moved:
                moved[id(built)] = [index for index, each in enumerate(built) if not numbers_in(each, seen)]
            place = moved[id(built)][step]
        taken.append(place)
        try:
            built = built[place]
        except (LookupError, TypeError):
            continue
    return taken, built


def placed(failure: Problem, steps: Iterable[str | int], facts: Facts) -> Problem:
    """Return a failure as a problem of the target field that it stands in."""
    target = spell(steps)
    return Problem(paths_of(target, facts), target, failure.value, failure.reason)


def paths_of(target: str, facts: Facts) -> str:
    """Return the source paths that are read by the rule of a target field, or of what holds it."""
    name = without_indexes(target)
    while name:
        for each in (name, f"{name}[]"):
            if each in facts.rules:
                return ", ".join(facts.rules[each][1])
        name = name.removesuffix("[]") if name.endswith("[]") else name.rpartition(".")[0]
    return ""


# a class's fields are resolved once
@cache
def fields_of(kind: type[msgspec.Struct]) -> list[tuple[str, str, Any, frozenset[Any], bool]]:
    """Return a class's fields: name, key in JSON, type, what types that allows, and whether they must be there."""
    fields = msgspec.structs.fields(kind)
    return [
        (each.name, each.encode_name, each.type, frozenset(arms_of(each.type)), each.required)
        for each in fields
    ]


def read_source(kind: Any, value: Any, seen: Failures, path: str = "") -> Any:
    """Return a value as a type of the source, with a stand-in for each part that is not as the rules need it."""
    struct, element = shape_of(kind)
    whole = struct if isinstance(value, dict) else None
    try:
        return as_source(value, whole or kind)
    except msgspec.ValidationError:
        if whole:
            return read_object(whole, value, seen, path)
    if element and isinstance(value, list):
        return [read_source(element, each, seen, f"{path}[{index}]") for index, each in enumerate(value)]
    return seen.misfit(value, expected(kind), path, nullable=NoneType in arms_of(kind))


def read_object(
    struct: type[msgspec.Struct], raw: dict[str, Any], seen: Failures, path: str
) -> msgspec.Struct:
    """Return an object as a class of the source; classes check nothing, so parts may have failed."""
    parts: dict[str, Any] = {}
    for name, key, kind, types, required in fields_of(struct):
        if key not in raw:
            if required:
                reason = f"{expected(kind)}, and the field is missing"
                parts[name] = seen.misfit(None, reason, path + step_to(key), nullable=False)
        elif type(raw[key]) in types:
            parts[name] = raw[key]
        else:
            parts[name] = read_source(kind, raw[key], seen, path + step_to(key))
    return struct(**parts)


def unknown_values(
    source: Any, contract: Mapping[str, Mapping[str, Any]], path: str = ""
) -> Iterator[Problem]:
    """Yield the values of a record that its contract does not know."""
    if isinstance(source, msgspec.Struct):
        for name, key, *_ in fields_of(type(source)):
            yield from unknown_values(getattr(source, name), contract, path + step_to(key))
    elif isinstance(source, list):
        for index, each in enumerate(source):
            yield from unknown_values(each, contract, f"{path}[{index}]")
    elif source is not None and not isinstance(source, Failed):
        here = path.removeprefix(".")
        known = contract.get(without_indexes(here), {}).get("values", [source])
        if source not in known:
            yield Problem(here, "", source, f"expected one of {', '.join(map(repr, known))}")


@cache
def arms_of(kind: Any) -> tuple[Any, ...]:
    """Return the types that an annotation allows."""
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


@cache
def shape_of(kind: Any) -> tuple[type[msgspec.Struct] | None, Any]:
    """Return the class of the objects that an annotation allows, and what its lists hold."""
    arms = arms_of(kind)
    struct = next((arm for arm in arms if isinstance(arm, type) and issubclass(arm, msgspec.Struct)), None)
    return struct, next((get_args(arm)[0] for arm in arms if get_origin(arm) is list), None)


def as_source(value: Any, kind: Any) -> Any:
    """Return a value as a type of the source; one of another type is a `msgspec.ValidationError`."""
    return msgspec.convert(value, kind)


@cache
def expected(kind: Any) -> str:
    """Return what is said of a value that is of another type."""
    return f"expected {type_words(kind)}"


TYPE_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "Decimal": "a decimal number",
    "list": "a list",
    "NoneType": "null",
}


def type_words(kind: Any) -> str:
    """Return a type as a reader says it."""
    names = [getattr(get_origin(arm) or arm, "__name__", "") for arm in arms_of(kind)]
    return " or ".join(dict.fromkeys(TYPE_WORDS.get(name, "an object") for name in names))


# characters for private use, one for each failure: what is cut out of a text holds a mark or does not
MARKS = range(0x100000, 0x10FFFE)
# a sum of thousands of values that failed need not name them all
MOST_CAUSES = 100
Find: TypeAlias = Callable[[object, "Failures"], list[int]]
AGGREGATES: tuple[Callable[..., Any], ...] = (max, min, sum)


class Guess(msgspec.Struct, frozen=True):
    """What is taken for a value that failed.

    Attributes:
        odd, even: whether it is true, in turns.
        no_source: it is null where the source may be.
        no_result: it is null where a rule failed.
        kept: what the source has wrong is true nevertheless.
    """

    odd: bool = False
    even: bool = False
    no_source: bool = False
    no_result: bool = False
    kept: bool = False


TRUE = Guess(odd=True, even=True)
FALSE = Guess()
NO_SOURCE = Guess(no_source=True)
NO_RESULT = Guess(no_source=True, no_result=True)
BY_TURNS = (Guess(odd=True), Guess(even=True))
KEPT = (Guess(kept=True), Guess(no_result=True, kept=True))


class Failed:
    """What stands for a value that failed, so that all the other fields are still looked at.

    It gives itself for all that is made of it and for each comparison; a text that is made with it has a mark. Whether
    it is true, and holds something, is guessed.
    """

    __hash__ = object.__hash__

    def __init__(self, numbers: Sequence[int], seen: Failures) -> None:
        # named as no field of a record is
        self.__numbers__, self.__seen__ = numbers, seen

    def __getattr__(self, name: str) -> Failed:
        return self

    def _itself(self, *others: object) -> Any:
        return self.__seen__.stand_in([self, *others])

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _itself
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __getitem__ = __call__ = _itself

    def __bool__(self) -> bool:
        return self.__seen__.ask(self.__numbers__)

    def __iter__(self) -> Iterator[object]:
        return iter([self] if self else [])

    def __format__(self, spec: str) -> str:
        return str(self)

    def __str__(self) -> str:
        self.__seen__.kinds.add(str)
        return "".join(chr(MARKS[number % len(MARKS)]) for number in self.__numbers__)


class Failures(list[Problem]):
    """What failed of a record, in order, and what is guessed in its place.

    Attributes:
        misfits: how many of them the source has wrong.
        kinds: the types of the values in which a failure can be found; text, once one has a mark.
        asks: how often rules wanted to know what is true.
        built: what the rules made.
        broken: whether a stand-in was more than they could take.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[type] = {Failed, dict, list}
        self.begin(Guess(odd=True, even=True))

    def begin(self, guess: Guess) -> None:
        """Begin with a record."""
        self.clear()
        self.kinds.discard(str)
        self.guess, self.misfits, self.asks, self.broken = guess, 0, 0, False
        self.built: list[Any] = []

    def ask(self, numbers: Iterable[int]) -> bool:
        """Return whether what failed is taken for true."""
        self.asks += 1
        if self.guess.kept and all(number < self.misfits for number in numbers):
            return True
        return self.guess.odd if self.asks % 2 else self.guess.even

    def misfit(self, value: object, reason: str, path: str, *, nullable: bool) -> Any:
        """Note what the source has wrong, and return what stands for it."""
        self.append(Problem(path.removeprefix("."), "", value, reason))
        self.misfits = len(self)
        return None if nullable and self.guess.no_source else Failed([len(self) - 1], self)

    def stand_in(self, values: Iterable[object], find: Find | None = None) -> Failed | None:
        """Return what stands for all that is made of values of which one failed; None where none did."""
        numbers = [number for each in values for number in (find or numbers_in)(each, self)]
        return Failed(list(dict.fromkeys(numbers))[:MOST_CAUSES], self) if numbers else None

    def fail(self, value: object, reason: str) -> Any:
        """Note what fails in a rule, and return what stands for it."""
        self.append(Problem("", "", value, reason))
        return None if self.guess.no_result else Failed([len(self) - 1], self)


# made once a thread, for a record takes a third of the time that making it does
@lru_cache(maxsize=64)
def rehearsal(facts: Facts, thread: int) -> tuple[dict[str, Any], Failures]:  # noqa: ARG001 - one for each
    """Return a mapping's functions among other globals, and where what fails is listed.

    Among these, what stands in for functions and tables leaves a `Failed` instead of raising.
    """
    seen = Failures()
    real = facts.builders[0].__globals__
    scope = {**real, "float": Numbers(float, seen)}
    scope |= {"len": lenient(len, seen), "isinstance": lenient(isinstance, seen)}
    scope |= {each.__name__: thorough(listed(each), seen) for each in AGGREGATES}
    scope |= {name: make(real.get(name, {}), seen) for name, make in facts.stand_ins.items()}
    for each in (*facts.builders, *facts.gates.values()):
        # a copy of the code: Python tunes each code to the globals that it meets
        scope[each.__name__] = FunctionType(each.__code__.replace(), scope, each.__name__, each.__defaults__)
    return scope, seen


def numbers_in(value: object, seen: Failures) -> list[int]:
    """Return the numbers of the failures that a value stands for, or that a text was made with."""
    if isinstance(value, Failed):
        return [*value.__numbers__]
    if not isinstance(value, str) or str not in seen.kinds or value.isascii():
        return []
    return [MARKS.index(ord(each)) for each in value if ord(each) in MARKS[: len(seen)]]


def numbers_within(value: object, seen: Failures) -> list[int]:
    """Return the numbers of the failures that a value stands for, or that a list holds."""
    if isinstance(value, list):
        return [number for each in value for number in numbers_within(each, seen)]
    return numbers_in(value, seen)


def lenient(function: Callable[..., Any], seen: Failures, find: Find = numbers_in) -> Callable[..., Any]:
    """Return the function so that it hands on what failed before it, and leaves a `Failed` where it fails."""

    def call(*values: Any, **named: Any) -> Any:
        given = (*values, *named.values()) if named else values
        if seen and not seen.kinds.isdisjoint(map(type, given)):
            before = seen.stand_in(given, find)
            if before is not None:
                return before
        try:
            return function(*values, **named)
        except Exception as error:  # noqa: BLE001 - any failure is the record's
            return seen.fail(plain(values[0], seen) if values else None, one_line(error))

    return call


def thorough(function: Callable[..., Any], seen: Failures) -> Callable[..., Any]:
    """Return the function as `lenient` does; what it makes of a list hangs on each element, and fails with one."""
    return lenient(function, seen, numbers_within)


def listed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what takes a list in place of a function that takes what gives one."""
    return lambda values, *more, **named: function([*values], *more, **named)


def plain(value: Any, seen: Failures) -> Any:
    """Return a value as a reject can hold it: with what came where stand-ins are, and source objects as dicts."""
    if not seen:
        return value
    if isinstance(value, list):
        return [plain(each, seen) for each in value]
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value, enc_hook=lambda failed: plain(failed, seen))
    numbers = numbers_in(value, seen)
    return seen[numbers[0]].value if numbers else value


class Numbers:
    """What stands in for a class of numbers: it hands on what failed, and numbers are instances of it."""

    def __init__(self, kind: type, seen: Failures) -> None:
        self.kind, self.make = kind, lenient(kind, seen)

    def __call__(self, value: Any) -> Any:
        """Return a number."""
        return self.make(value)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, self.kind)


class Answers(dict[Any, Any]):
    """What stands in for a table: it leaves a `Failed` for a value that the table lacks."""

    def __init__(self, table: Mapping[Any, Any], seen: Failures) -> None:
        super().__init__(table)
        self.table, self.seen = table, seen
        self.answer, self.holds = lenient(table.get, seen), lenient(table.__contains__, seen)

    def __missing__(self, key: Any) -> Any:
        before = self.seen.stand_in([key])
        if before is not None:
            return before
        try:
            return self.table[key]
        except KeyError:
            return self.seen.fail(key, self.one_of)
        except Exception as error:  # noqa: BLE001 - any failure is the record's
            return self.seen.fail(key, one_line(error))

    @cached_property
    def one_of(self) -> str:
        """What is expected."""
        known = [repr(each) for each in self.table]
        more = f" or {len(known) - 8} more" if len(known) > 8 else ""
        return f"expected one of {', '.join(known[:8])}{more}"

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the answer, or a default."""
        return self.answer(key, default)

    def __contains__(self, key: Any) -> bool:
        return bool(self.holds(key))


def find_failed(built: Any, seen: Failures) -> list[tuple[int, tuple[str | int, ...]]]:
    """Return the numbers of the failures in what was built, and the steps to where they stand."""
    found: list[tuple[int, tuple[str | int, ...]]] = []
    kinds = seen.kinds
    steps, parts = parts_of(built)
    for place, part in enumerate(parts):
        kind = type(part)
        if kind not in kinds:
            continue
        step = steps[place]
        if kind is Failed or kind is str:
            found += [(number, (step,)) for number in numbers_in(part, seen)]
        else:
            found += [(number, (step, *rest)) for number, rest in find_failed(part, seen)]
    return found


def parts_of(built: Any) -> tuple[Sequence[str | int], Iterable[Any]]:
    """Return the steps to the parts of what was built, and the parts."""
    return ([*built], built.values()) if isinstance(built, dict) else (range(len(built)), built)


def spell(where: Iterable[str | int]) -> str:
    """Return a place in the target: `refunds[0].amount`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).removeprefix(".")


FACTS = Facts(
    key=("id",),
    source=Contact,
    builders=(to_member, to_merge_fields),
    gates={"when": is_wanted},
    stand_ins={
        "clean_email": thorough,
        "md5": thorough,
        "number": thorough,
        "required": lenient,
        "split": thorough,
        "yes_no": thorough,
        "COUNTRY_LANGUAGE": Answers,
    },
    rules=RULES,
    contract=CONTRACT,
    columns=COLUMNS,
    validate=_validate,
    target="Member",
)

# --- Batches, files and the command line ---


MapRecord: TypeAlias = Callable[[Record], Sequence[Any]]
Write: TypeAlias = Callable[[Any], None]
# the field of a target, its value, and why Arrow has no room for it
Misfit: TypeAlias = tuple[str, Any, str]
# Spark's widest decimals with its default of places
ROOM = Context(prec=38, traps=[Inexact, InvalidOperation])
PLACES = Decimal("1e-18")


def records_of(batch: RecordBatch) -> Iterator[Record]:
    """Yield a batch's records: the texts of its only column, if that holds JSON, else a dict a row, as JSON has it."""
    kind = str(batch.schema.types[0]).removeprefix("large_") if batch.num_columns == 1 else ""
    if kind in ("string", "binary"):
        yield from batch.column(0).to_pylist()
    else:
        yield from (msgspec.to_builtins(row, builtin_types=(Decimal,)) for row in batch.to_pylist())


def batch_of(records: Iterable[Record], map_record: MapRecord, facts: Facts) -> RecordBatch:
    """Return what becomes of records as a batch: the target's columns, null in rejects, and the reject as JSON."""
    made = chain.from_iterable(map(arrow_rows(map_record, facts), records))
    rows = [{"reject": reject_line(each)} if isinstance(each, Reject) else each for each in made]
    schema = arrow_schema({**facts.columns, "reject": "text"})
    return import_module("pyarrow").RecordBatch.from_pylist(rows, schema)


def arrow_rows(map_record: MapRecord, facts: Facts) -> MapRecord:
    """Return what gives rows for Arrow in place of targets, and a reject where Arrow has no room for one."""

    def row_of(target: Any, record: Record, place: int) -> dict[str, Any] | Reject:
        misfits: list[Misfit] = []
        row = cells_of(target, facts.columns, "", misfits)
        if not misfits:
            return row
        raw = parse_record(record)
        key = record_key(raw, facts.key) + (f"[{place}]" if "each" in facts.gates else "")
        return Reject(key, [Problem(paths_of(name, facts), name, *why) for name, *why in misfits], raw)

    def rows_of(record: Record) -> list[dict[str, Any] | Reject]:
        results = enumerate(map_record(record))
        return [each if isinstance(each, Reject) else row_of(each, record, place) for place, each in results]

    return rows_of


def cells_of(target: Any, columns: Mapping[str, Any], where: str, misfits: list[Misfit]) -> dict[str, Any]:
    """Return what a target or a part of it holds, by column; a column is called what the field is in JSON."""
    names = getattr(type(target), "model_fields", columns)
    pairs = zip(names, columns.items(), strict=True)
    return {
        column: cell(getattr(target, name), kind, f"{where}{name}", misfits) for name, (column, kind) in pairs
    }


def cell(value: Any, kind: Any, where: str, misfits: list[Misfit]) -> Any:
    """Return a target's value as Arrow takes it."""
    if value is None:
        return None
    if isinstance(kind, dict):
        return cells_of(value, kind, f"{where}.", misfits)
    if isinstance(kind, list):
        return [cell(each, kind[0], f"{where}[{place}]", misfits) for place, each in enumerate(value)]
    if kind == "json":
        return json.dumps(value, default=str)
    plain = getattr(value, "value", value)
    try:
        return str(plain).encode().decode() if kind == "text" else fitted(plain, kind)
    except (ValueError, ArithmeticError):
        room = {"integer": "64 bits", "number": "20 digits before the point and 18 behind it"}
        room["text"] = "whole characters"
        misfits.append(
            (where, plain, f"expected no more than {room.get(kind, 'the years 1 to 9999 in UTC')}")
        )


def fitted(value: Any, kind: str) -> Any:
    """Return a number or a time as Arrow holds it.

    Raises:
        ArithmeticError: there is no room for it.
    """
    if kind == "integer" and not -(2**63) <= value < 2**63:
        raise OverflowError
    if kind == "number":
        value = ROOM.quantize(value, PLACES)
        if value.is_nan():
            raise InvalidOperation
    return value.astimezone(UTC) if kind == "datetime" and value.tzinfo else value


def arrow_schema(columns: Mapping[str, Any]) -> Any:
    """Return the Arrow schema of a target's columns."""
    return import_module("pyarrow").schema(list(arrow_type(columns)))


def arrow_type(kind: Any) -> Any:
    """Return what a column is in Arrow."""
    pa: Any = import_module("pyarrow")
    if isinstance(kind, list):
        return pa.list_(arrow_type(kind[0]))
    if isinstance(kind, dict):
        return pa.struct([(name, arrow_type(each)) for name, each in kind.items()])
    plain = {"text": pa.string(), "json": pa.string(), "integer": pa.int64(), "float": pa.float64()}
    plain |= {"number": pa.decimal128(38, 18), "boolean": pa.bool_(), "date": pa.date32()}
    plain |= {"datetime": pa.timestamp("us", tz="UTC"), "naive datetime": pa.timestamp("us")}
    return plain[kind]


def reject_line(reject: Reject) -> str:
    """Return a reject as one line of JSON: key, problems, and the source record, where it is not too deep for that."""
    try:
        return whole_line(reject)
    except RecursionError:
        reasons = [Problem(each.path, each.target, None, each.reason) for each in reject.problems]
        return whole_line(Reject(reject.key, reasons, "nested too deeply to be written"))


def whole_line(reject: Reject) -> str:
    """Return a reject as one line of JSON; NaN, which JSON lacks, as text."""
    plain = msgspec.to_builtins(reject, enc_hook=str)
    try:
        return json.dumps(plain, allow_nan=False)
    except ValueError:
        return json.dumps(json.loads(json.dumps(plain), parse_constant=str))


def target_line(target: BaseModel) -> str:
    """Return a target as one line of JSON; half of a character, which a source can send, as it was sent."""
    try:
        return target.model_dump_json()
    except ValueError:
        return json.dumps(target.model_dump(mode="json"))


def command_line(name: str) -> argparse.ArgumentParser:
    """Return what reads the options of the command line."""
    parser = argparse.ArgumentParser(
        prog=name,
        description="Map records from a file: JSON lines, Parquet or CSV, as its ending says.",
        epilog="Exit codes: 0 fine, 2 misuse, 3 more rejects than allowed, 130 interrupted.",
    )
    add = parser.add_argument
    add("records", help="the file to map, or - for JSON lines from standard input")
    add("--out", required=True, metavar="FILE", help="write the targets here: .jsonl, .parquet, .csv")
    add("--rejects", metavar="FILE", help="write rejected records and why here, as JSON lines")
    add("--max-rejects", type=int, default=0, metavar="N", help="so many are fine (default 0)")
    parser.set_defaults(program=name)
    return parser


def run_command(options: argparse.Namespace, map_record: MapRecord, facts: Facts) -> int:
    """Map a file from the command line.

    Returns:
        0 fine, 2 a file that cannot be read or written, 3 more rejects than allowed, 130 interrupted.
    """
    rejects = options.rejects or os.devnull
    if Path(options.out).resolve() == Path(rejects).resolve() != Path(os.devnull):
        sys.stderr.write(f"{options.program}: --out and --rejects are the same file, {rejects}\n")
        return 2
    try:
        mapped = arrow_rows(map_record, facts) if options.out.endswith(".parquet") else map_record
        results = map(mapped, read_records(options.records, facts.contract))
        with open_out(options.out, facts.columns) as write, open_out(rejects, {}) as refuse:
            accepted, rejected, left_out = write_results(results, write, refuse)
    except (OSError, ImportError, ValueError, csv.Error) as error:
        sys.stderr.write(f"{options.program}: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    sys.stderr.write(f"{accepted} accepted, {rejected} rejected, {left_out} left out\n")
    return 3 if rejected > options.max_rejects else 0


def write_results(results: Iterable[Sequence[Any]], write: Write, refuse: Write) -> tuple[int, int, int]:
    """Write what became of each record; return how many targets, rejects, and records left out there were."""
    accepted = rejected = left_out = 0
    for outcomes in results:
        left_out += not outcomes
        for each in outcomes:
            if isinstance(each, Reject):
                rejected += 1
                refuse(each)
            else:
                accepted += 1
                write(each)
    return accepted, rejected, left_out


def read_records(source: str, contract: Mapping[str, Any]) -> Iterator[Record]:
    """Yield the records of a file, one or a batch in memory at a time."""
    if source.endswith(".parquet"):
        for batch in import_module("pyarrow.parquet").ParquetFile(source).iter_batches():
            yield from records_of(batch)
    elif source.endswith(".csv"):
        with Path(source).open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            names = next(rows, [])
            promises = [contract.get(step_to(name).removeprefix("."), {}) for name in names]
            for row in filter(None, rows):
                if len(row) != len(names):
                    raise ValueError(f"line {rows.line_num}: expected {len(names)} cells, got {len(row)}")
                yield dict(zip(names, map(read_cell, row, promises), strict=True))
    else:
        with sys.stdin.buffer if source == "-" else Path(source).open("rb") as lines:
            # some editors begin a file with a mark of its encoding
            yield from (line.removeprefix(codecs.BOM_UTF8) for line in lines if not line.isspace())


def read_cell(text: str, promise: Mapping[str, Any]) -> Any:
    """Return what a cell of a CSV file holds: text where the mapping reads text, else what it is in JSON."""
    if not text and promise.get("null"):
        return None
    if "text" in promise.get("types", ["text"]):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


@contextmanager
def open_out(path: str, columns: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes results to a file, which is there whole in the end or not at all."""
    part = Path(path if path == os.devnull else f"{path}.part")
    writers = {".parquet": write_parquet, ".csv": write_csv}
    try:
        with part.open("wb") as file, writers.get(Path(path).suffix, write_lines)(file, columns) as write:
            yield write
        if path != os.devnull:
            part.replace(path)
    except BaseException:
        if path != os.devnull:
            part.unlink(missing_ok=True)
        raise


@contextmanager
def write_lines(file: Any, _: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes targets or rejects as lines of JSON."""

    def write(result: Any) -> None:
        line = reject_line(result) if isinstance(result, Reject) else target_line(result)
        file.write(line.encode() + b"\n")

    yield write


@contextmanager
def write_csv(file: Any, columns: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes targets as rows; cells are as in JSON, and no text that a spreadsheet would run."""
    text = io.TextIOWrapper(file, "utf-8", "backslashreplace", newline="")
    table = csv.writer(text)
    table.writerow(columns)

    def written(value: Any, kind: Any) -> str:
        if not isinstance(value, str):
            return "" if value is None else json.dumps(value, ensure_ascii=False)
        is_formula = kind != "number" and value[:1] in ("=", "+", "-", "@", "\t", "\r")
        return f"'{value}" if is_formula else value

    def write(target: Any) -> None:
        plain = json.loads(target_line(target))
        table.writerow(written(plain.get(name), kind) for name, kind in columns.items())

    yield write
    text.detach()


@contextmanager
def write_parquet(file: Any, columns: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes targets as rows, a thousand at a time."""
    pa, schema = import_module("pyarrow"), arrow_schema(columns)
    rows: list[dict[str, Any]] = []

    with import_module("pyarrow.parquet").ParquetWriter(file, schema) as table:

        def write_rows() -> None:
            table.write_batch(pa.RecordBatch.from_pylist(rows, schema))
            rows.clear()

        def write(row: Any) -> None:
            rows.append(row)
            if len(rows) == 1000:
                write_rows()

        yield write
        write_rows()


if __name__ == "__main__":
    raise SystemExit(run_command(command_line("hubspot_members").parse_args(), map_record, FACTS))
