"""Roles: what a path is for in its record, told by its values, its name and its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intkit.profiles.patterns.pattern import named
from intkit.profiles.shown import safe_text
from intkit.tables import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intkit.profiles.fields import Field
    from intkit.profiles.report import Profile

TIMES = {
    "date", "datetime", "datetime without offset", "mail datetime", "json date", "written date", "compact date",
    "epoch seconds", "epoch milliseconds", "epoch microseconds",
}  # fmt: skip
"""The formats that stand for a moment or a day."""

_FEWEST_LINKED = 0.5
_MOST_ENUM, _MOST_ENUM_UNNAMED = 50, 20
_IS_CODE = re.compile(r"[a-z0-9]+([_.:-][a-z0-9]+)*|[A-Z0-9]+([_.:-][A-Z0-9]+)*").fullmatch
speaks_of_key = named(
    "id", "key", "uuid", "guid", "number", "code", "ref", "reference", "sku", "handle", "slug"
)
_speaks_of_id = named("id", "ids", "uuid", "guid")
_speaks_of_kind = named(
    "status", "state", "type", "kind", "mode", "method", "category", "level", "priority", "role", "stage", "reason",
    "channel", "brand", "scheme", "object", "source", "tier", "plan", "gender", "unit", "result", "outcome",
)  # fmt: skip
_speaks_of_money = named(
    "amount", "amounts", "total", "subtotal", "price", "cost", "fee", "fees", "balance", "tax", "vat", "net",
    "gross", "paid", "due", "refunded", "captured", "discount", "value", "credit", "debit", "shipping",
)  # fmt: skip
_speaks_of_counting = named("count", "quantity", "qty", "percent", "percentage", "rate", "pages", "items")
_PERSONAL_FORMATS = {"e-mail": "e-mail", "phone": "phone", "IBAN": "bank account"}
_PERSONAL: dict[str, Callable[[str], bool]] = {
    "e-mail": named("email", "mail", "e_mail", "mailbox"),
    "phone": named("phone", "telephone", "mobile", "fax"),
    "name": named("(first|last|full|given|family)_?name", "surname", "fname", "lname"),
    "address": named("street", "(address|line)_?[12]", "house_?number", "postal_?code", "postcode", "zip"),
    "birthday": named("birth", "birthday", "birthdate", "dob", "date_of_birth"),
    "identity": named("ssn", "bsn", "passport", "national_id", "tax_id", "vat_id", "license_number"),
    "network address": named("ip", "ip_address", "user_agent"),
    "bank account": named("iban", "account_holder", "account_holder_name"),
}  # fmt: skip
_is_person = named(
    "customer", "contact", "person", "user", "owner", "author", "billing", "billing_details", "shipping", "employee",
    "cardholder", "recipient", "sender", "assignee", "reporter", "lead", "member", "patient", "guest", "address",
)  # fmt: skip
_MOMENTS: dict[str, Callable[[str], bool]] = {
    "created": named("created?", "createdate", "createdat", "inserted", "added", "add", "opened", "ordered"),
    "updated": named(
        "updated?", "modified", "changed", "lastmodified", "lastmodifieddate", "write", "update"
    ),
}
_MARKERS: dict[str, Callable[[str], bool]] = {
    "deleted": named("deleted", "removed", "trashed", "is_deleted", "isdeleted"),
    "archived": named("archived", "active", "inactive", "closed", "disabled", "suspended", "deactivated"),
}


@dataclass(frozen=True)
class Role:
    """What a path seems to be for.

    Attributes:
        name: `key`, `reference`, `enum`, `constant`, `money`, `created`, `updated`, `deleted`, `archived`, `map`
            or `personal`.
        why: the evidence, in a few words.
    """

    name: str
    why: str = ""


def find_roles(root: Field) -> dict[str, list[Role]]:
    """Return the roles of each path that has any."""
    roles: dict[str, list[Role]] = {}
    for field, around in _with_parents(root, ()):
        found = [role for role in _roles(field, around) if role is not None]
        if found:
            roles[field.path] = found
    keys = [field for field in root.walk() if any(role.name == "key" for role in roles.get(field.path, ()))]
    for field in root.walk():
        if (reference := _reference(field, keys)) is not None:
            roles.setdefault(field.path, []).append(reference)
    return roles


def _with_parents(field: Field, around: tuple[Field, ...]) -> Iterator[tuple[Field, tuple[Field, ...]]]:
    yield field, around
    for inner in (*field.fields.values(), *filter(None, [field.element])):
        yield from _with_parents(inner, (*around, field))


def _roles(field: Field, around: tuple[Field, ...]) -> Iterator[Role | None]:
    personal = _personal(field, around)
    yield _key(field, around)
    yield _enum(field) if personal is None else personal
    yield _money(field, around)
    yield _moment(field)
    yield _marker(field)
    yield _map(field)


def _key(field: Field, around: tuple[Field, ...]) -> Role | None:
    """Tell a key: in every record, once, never null; a time or an amount is not taken for one."""
    records = around[0].count if around else 0
    is_scalar = field.types.keys() <= {"text", "integer"} and len(field.types) == 1
    if "[]" in field.steps or records < 2 or not is_scalar or field.count != records or not field.unique:
        return None
    if field.format in {*TIMES, "url"} or _speaks_of_money(field.name) or _speaks_of_counting(field.name):
        return None
    if field.format is None and " " in "".join(map(str, field.examples)):
        return None
    return Role("key", "unique" if field.exact else "unique in a sample of 1,024 values")


def _enum(field: Field) -> Role | None:
    if not field.values or field.types.keys() - {"text", "integer"} or field.format in TIMES:
        return None
    if field.distinct == 1:
        return (
            Role("constant", f"always {safe_text(next(iter(field.values)), personal=False)}")
            if field.count > 1
            else None
        )
    total = sum(field.values.values())
    told = _speaks_of_kind(field.name)
    coded = "text" in field.types and all(_IS_CODE(str(value)) for value in field.values if value != "")
    if field.distinct > (_MOST_ENUM if told else _MOST_ENUM_UNNAMED) or total < 5 * field.distinct:
        return None
    if not told and (
        not coded or field.format not in {None, "currency code", "country code", "language code"}
    ):
        return None
    return Role("enum", f"{field.distinct} values, each {total // field.distinct} times on average")


def _money(field: Field, around: tuple[Field, ...]) -> Role | None:
    is_number = field.types.keys() & {"integer", "number"} or field.format in {"decimal text", "integer text"}
    if (
        not is_number
        or field.format in TIMES
        or not _speaks_of_money(field.name)
        or _speaks_of_counting(field.name)
    ):
        return None
    currencies = (
        each for place in reversed(around) for each in place.fields.values() if each.format == "currency code"
    )
    currency = next(currencies, None)
    if currency is None:
        return None
    whole = "number" not in field.types and field.format != "decimal text"
    return Role("money", f"{'minor units, as it seems,' if whole else 'major units'} of {currency.path}")


def _moment(field: Field) -> Role | None:
    if field.format not in TIMES:
        return None
    return next((Role(name, field.format) for name, told in _MOMENTS.items() if told(field.name)), None)


def _marker(field: Field) -> Role | None:
    if field.types.keys() <= {"boolean"} or field.format in TIMES | {"boolean text"}:
        return next((Role(name) for name, told in _MARKERS.items() if told(field.name)), None)
    return None


def _map(field: Field) -> Role | None:
    """Tell an object whose keys are values: many keys of one shape, none of them in most of the objects."""
    if field.is_map:
        return Role("map", "more than 1,000 keys")
    inner = list(field.fields.values())
    if len(inner) < 8 or sorted(each.count for each in inner)[len(inner) // 2] * 2 > field.types["object"]:
        return None
    shapes = {(tuple(each.types), tuple(sorted(each.fields))) for each in inner if each.types}
    return Role("map", f"{len(inner)} keys of one shape") if len(shapes) == 1 else None


def _personal(field: Field, around: tuple[Field, ...]) -> Role | None:
    if not field.types.keys() & {"text", "integer"}:
        return None
    if field.format in _PERSONAL_FORMATS:
        return Role("personal", _PERSONAL_FORMATS[field.format])
    if field.format in {"boolean text", "language code", "country code", "uuid", "prefixed id", "url"}:
        return None
    for word, told in _PERSONAL.items():
        if told(field.name):
            return Role("personal", word)
    by_person = field.name == "name" and any(_is_person(place.name) for place in around)
    return Role("personal", "name") if by_person else None


def find_links(here: Profile, there: Profile) -> list[tuple[Field, str, float]]:
    """Return the fields of one profile whose values are keys of another: field, key, share; the best first."""
    found = []
    for key in there.keys:
        known = set(there.field(key).top(4096))
        for field in here.fields():
            values = set(field.top(4096)) - {""}
            share = len(values & known) / len(values) if values else 0.0
            if share >= _FEWEST_LINKED and len(values) > 1 and type(next(iter(values))) in map(type, known):
                found.append((field, key, share))
    return sorted(found, key=lambda link: -link[2])


def _reference(field: Field, keys: list[Field]) -> Role | None:
    """Tell a field whose values are keys of these records, or ids of others."""
    if not field.types.keys() & {"text", "integer"} or any(field is key for key in keys):
        return None
    values = set(field.top(1024)) - {""}
    for key in keys:
        known = set(key.top(4096))
        shared = (
            len(values & known) / len(values)
            if values and type(next(iter(values))) in map(type, known)
            else 0
        )
        if shared >= 0.9 and len(values) > 1:
            return Role("reference", f"{percent(shared)} of its values are values of {key.path}")
    if field.format == "prefixed id":
        return (
            Role("reference", f"ids {field.evidence.detail if field.evidence else ''}")
            if field.name != "id"
            else None
        )
    is_id = _speaks_of_id(field.name) and field.name.lower() not in {"id", "uuid", "guid"}
    return Role("reference", "by its name") if is_id and field.distinct else None
