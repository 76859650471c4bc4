"""Map order records to Shipment targets, one by one.

What the carrier fetches for confirmed orders, one package a warehouse.

Mapping: mappings/shop_shipping.mapping.yaml, sha256 6dbd8eec4f4b0c0bea22c2b6886985edd8a67040aeda8d9f902140c3599cef58
Part: mappings/partner_address.part.yaml, sha256 8fd763736638e514f8a6e4d6f19a2d76b02b8e5d3bb7163f0770db607ca036d8
Tried on: 320 records of cassettes/odoo/sale_orders.yaml (/json/2/sale.order/web_search_read)
Change it there and run `intkit export shop_shipping`; this file is not edited by hand.
Content: sha256 c0c8a150454540000d319cd528a85e14771d3a9c1aa6703b8f53bc301d61e76e
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
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cache, lru_cache
from importlib import import_module
from itertools import chain
from keyword import iskeyword
from pathlib import Path
from threading import get_ident
from types import FunctionType, UnionType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Union, get_args, get_origin
from unicodedata import is_normalized

import msgspec
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

# --- The target ---


class PackageRow(BaseModel):
    """Goods in a package; the value is with tax, for the insurer."""

    sku: str
    quantity: Decimal = Field(gt=0)
    value: Decimal


class Package(BaseModel):
    """What leaves one warehouse for an order."""

    reference: str
    warehouse: str
    rows: list[PackageRow] = Field(min_length=1)


class Address(BaseModel):
    """Where it goes."""

    name: str
    street: str
    postcode: str
    city: str
    country: str


class Shipment(BaseModel):
    """A message to the carrier."""

    order: str
    address: Address
    packages: list[Package]


# --- The source: what the rules read ---


class Order(msgspec.Struct, gc=False):
    """One order, as 320 of them were seen."""

    name: str
    partner_id: PartnerId
    order_line: list[OrderLine]
    state: str | None = None


class PartnerId(msgspec.Struct, gc=False):
    """`partner_id`, an object in 320 of 320."""

    display_name: str
    zip: str
    city: str
    street: bool | str | None = None  # 297 of 320
    country_id: bool | CountryId | None = None  # 298 of 320


class CountryId(msgspec.Struct, gc=False):
    """`partner_id.country_id`, an object in 298 of 320."""

    code: str | None = None


class OrderLine(msgspec.Struct, gc=False):
    """An element of `order_line`; 647 were seen."""

    product_uom_qty: JsonNumber
    price_unit: JsonNumber
    product_id: bool | ProductId | None = None  # 537 of 647
    warehouse_id: bool | WarehouseId | None = None  # 413 of 647


class ProductId(msgspec.Struct, gc=False):
    """`order_line[].product_id`, an object in 537 of 647."""

    default_code: str | None = None


class WarehouseId(msgspec.Struct, gc=False):
    """`order_line[].warehouse_id`, an object in 413 of 647."""

    code: str


# into a plain Decimal msgspec reads text, too; a type that it does not know it leaves to `read_number`
if TYPE_CHECKING:
    JsonNumber: TypeAlias = Decimal
else:

    class _NumberType(type):
        __instancecheck__ = Decimal.__instancecheck__  # every Decimal is a JsonNumber

    JsonNumber = _NumberType("Decimal", (), {})


def read_number(kind: type, value: Any) -> Any:
    """Return a number as the exact decimal that was written; text that spells one, and NaN, are no numbers."""
    if (type(value) is Decimal and value.is_finite()) or kind is not JsonNumber:
        return value
    if type(value) in (int, float) and (number := Decimal(repr(value))).is_finite():
        return number
    raise ValueError("expected a decimal number")


# --- The mapping ---


def to_shipment(order: Order) -> dict[str, Any]:
    """Map one order to the fields of one Shipment."""
    packages = unique(
        [found.code for line in order.order_line if (found := null_if_false(line.warehouse_id)) is not None]
    )
    return {
        "order": order.name,
        # partner_id | part(partner_address)
        "address": to_address(order),
        # for warehouse in unique(line.warehouse_id.code for line in order_line if line.warehouse_id is not None)
        "packages": [to_package(order, warehouse) for warehouse in packages],
    }


def to_address(order: Order) -> dict[str, Any]:
    """Map one order to the fields of its Address."""
    street = null_if_false(order.partner_id.street)
    country_id = null_if_false(order.partner_id.country_id) or CountryId()
    return {
        "name": order.partner_id.display_name,
        "street": required(street),
        "postcode": order.partner_id.zip,
        "city": order.partner_id.city,
        "country": required(country_id.code),
    }


def to_package(order: Order, warehouse: str) -> dict[str, Any]:
    """Map one row to the fields of one Package."""
    return {
        # f"{name}-{warehouse}"
        "reference": f"{order.name}-{warehouse}",
        "warehouse": warehouse,
        # for line in order_line if line.warehouse_id.code == warehouse
        "rows": [
            to_package_row(line)
            for line in order.order_line
            if (found.code if (found := null_if_false(line.warehouse_id)) is not None else None) == warehouse
        ],
    }


def to_package_row(line: OrderLine) -> dict[str, Any]:
    """Map one row to the fields of one PackageRow."""
    product_id = null_if_false(line.product_id) or ProductId()
    return {
        "sku": required(product_id.default_code),
        "quantity": line.product_uom_qty,
        # line.price_unit * line.product_uom_qty * 1.21
        "value": line.price_unit * line.product_uom_qty * Decimal("1.21"),
    }


def is_wanted(order: Order) -> bool:
    """Tell whether the order is mapped at all."""
    return bool(
        order.state == "sale"
        and [line for line in order.order_line if null_if_false(line.warehouse_id) is not None]
    )


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
        got = "" if self.value == self.reason else f", got {repr(self.value)[:60]}"
        return f"{self.reason}{got}{source}{target}"


class Reject(msgspec.Struct, frozen=True):
    """A record that was not mapped, with every reason and the record itself."""

    key: str
    problems: list[Problem]
    record: Any

    def __str__(self) -> str:
        return f"{self.key}: " + "; ".join(map(str, self.problems))


_decode = msgspec.json.Decoder(Order, dec_hook=read_number, float_hook=Decimal).decode
_validate = TypeAdapter(Shipment).validate_python


def map_record(raw: Record) -> list[Shipment | Reject]:
    """Map one order, JSON or a dict; an empty list says that it is left out."""
    try:
        order = msgspec.convert(raw, Order, dec_hook=read_number) if isinstance(raw, dict) else _decode(raw)
        if not is_wanted(order):
            return []
        return [_validate(to_shipment(order))]
    except FAILURES as error:
        return [explain(raw, error, FACTS)]


def map_records(records: Iterable[Record]) -> Iterator[Shipment | Reject]:
    """Map records one by one, as they come; a record that fails gives a Reject."""
    return chain.from_iterable(map(map_record, records))


def map_batches(batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
    """Map Arrow batches, in Spark's `mapInArrow` too: one column of JSON, or a column a field.

    Batches of the target's columns come out; a record that fails is a row with its reject as JSON in `reject`.
    """
    for batch in batches:
        yield batch_of(map_records(records_of(batch)), COLUMNS)


# what the mapping relies on in the source; values are those that were seen or have a rule
CONTRACT: dict[str, dict[str, Any]] = {
    "state": {"types": ["text"], "null": True},
    "order_line": {"types": ["list"], "null": False},
    "name": {"types": ["text"], "null": False},
    "partner_id": {"types": ["object"], "null": False},
    "partner_id.display_name": {"types": ["text"], "null": False},
    "partner_id.street": {"types": ["text"], "null": True},
    "partner_id.zip": {"types": ["text"], "null": False},
    "partner_id.city": {"types": ["text"], "null": False},
    "partner_id.country_id": {"types": ["object"], "null": True},
    "partner_id.country_id.code": {"types": ["text"], "null": True},
    "order_line[].warehouse_id": {"types": ["object"], "null": True},
    "order_line[].product_id": {"types": ["object"], "null": True},
    "order_line[].product_uom_qty": {"types": ["number"], "null": False},
    "order_line[].price_unit": {"types": ["number"], "null": False},
    "order_line[].product_id.default_code": {"types": ["text"], "null": True},
    "order_line[].warehouse_id.code": {"types": ["text"], "null": False},
}
# what the mapping gives, column by column
COLUMNS: dict[str, Any] = {
    "order": "text",
    "address": {"name": "text", "street": "text", "postcode": "text", "city": "text", "country": "text"},
    "packages": [
        {
            "reference": "text",
            "warehouse": "text",
            "rows": [{"sku": "text", "quantity": "number", "value": "number"}],
        }
    ],
}


def check_contract(record: Record) -> list[Problem]:
    """Return what a record breaks of the contract, whether or not it can be mapped."""
    try:
        return list(source_problems(FACTS.source, parse_record(record), CONTRACT))
    except ValueError as error:
        return [Problem("", "", record, str(error))]


# --- Transforms ---


H = TypeVar("H", bound=Hashable)


def unique(value: Sequence[H]) -> list[H]:
    """Return each element once, in the order of first appearance."""
    return list(dict.fromkeys(value))


# --- Why a record failed: from here on, all exported mappings are alike but for RULES and FACTS ---


AnyValue = TypeVar("AnyValue")


def required(value: AnyValue | None) -> AnyValue:
    """Return the value; a null fails."""
    if value is None:
        raise ValueError("expected a value")
    return value


def null_if_false(value: AnyValue | bool | None) -> AnyValue | None:
    """Return None for False, the source's word for nothing where it has no booleans; True fails."""
    if value is True:
        raise ValueError("expected a value or false")
    return None if isinstance(value, bool) else value


class Facts(msgspec.Struct, frozen=True, eq=False):
    """What the explanation of a failure needs to know of a mapping."""

    key: tuple[str, ...]
    source: type[msgspec.Struct]
    validate: Callable[[Any], Any]
    builders: tuple[Any, ...]
    gates: dict[str, Any]
    structs: tuple[str, ...]
    calls: tuple[str, ...]
    tables: tuple[str, ...]
    rules: dict[str, tuple[str, str]]


def explain(
    record: bytes | str | dict[str, Any], error: Exception, facts: Facts, row: int | None = None
) -> Reject:
    """Return why a record failed: every field, not only the first that stopped it.

    Args:
        record: the record as it came.
        error: what stopped it.
        facts: what is known of the mapping.
        row: which of the record's rows failed, where one record gives many targets.
    """
    try:
        raw = parse_record(record)
    except ValueError as broken:
        text = record.decode(errors="replace") if isinstance(record, bytes) else str(record)
        return Reject("", [Problem("", "", text[:200], str(broken))], text)
    try:
        problems = rule_problems(msgspec.convert(raw, facts.source, dec_hook=read_number), facts, row)
    except msgspec.ValidationError:
        problems = list(source_problems(facts.source, raw))
    key = record_key(raw, facts.key) + ("" if row is None else f"[{row}]")
    return Reject(key, problems or [Problem("", "", None, one_line(error))], raw)


def parse_record(record: bytes | str | dict[str, Any]) -> dict[str, Any]:
    """Return a record as a dict.

    Raises:
        ValueError: it is not one JSON object.
    """
    try:
        raw = record if isinstance(record, dict) else msgspec.json.decode(record)
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
    if steps and isinstance(value, str | int) and value != "":
        return str(value)
    try:
        content = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        return ""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def step_to(key: str) -> str:
    """Return a key as a step of a path: `.name`, and `["order-id"]` where it is no name."""
    is_name = key.isidentifier() and not iskeyword(key) and is_normalized("NFKC", key)
    return f".{key}" if is_name else f"[{json.dumps(key, ensure_ascii=False)}]"


def whole_path(path: str) -> str:
    """Return a path from the record down: `$.amount`, `$["order-id"]`."""
    return f"${path}" if path.startswith("[") else f"$.{path}"


# a class's fields are resolved once
fields_of = cache(msgspec.structs.fields)


def source_problems(
    kind: type[msgspec.Struct],
    raw: Mapping[str, Any],
    contract: Mapping[str, Mapping[str, Any]] | None = None,
    path: str = "",
) -> Iterator[Problem]:
    """Yield every field of a record that is not as the rules need it; with a contract, values it lacks too."""
    for field in fields_of(kind):
        name = field.encode_name
        fits = does_fit(raw[name], field.type) if name in raw else not field.required
        if fits and not (contract and name in raw):
            continue
        here = f"{path}{step_to(name)}".removeprefix(".")
        if name in raw:
            yield from value_problems(field.type, raw[name], contract or {}, here, fits=fits)
        else:
            yield Problem(here, "", None, f"expected {type_words(field.type)}, and the field is missing")


def value_problems(
    kind: Any, value: Any, contract: Mapping[str, Mapping[str, Any]], path: str, *, fits: bool
) -> Iterator[Problem]:
    """Yield what is wrong with one value, going into objects and lists."""
    arms = arms_of(kind)
    struct = next((arm for arm in arms if isinstance(arm, type) and issubclass(arm, msgspec.Struct)), None)
    listed = next((arm for arm in arms if get_origin(arm) is list), None)
    if struct is not None and isinstance(value, dict):
        yield from source_problems(struct, value, contract, path)
    elif listed is not None and isinstance(value, list):
        inner = get_args(listed)[0]
        for index, each in enumerate(value):
            fits = does_fit(each, inner)
            if not fits or contract:
                yield from value_problems(inner, each, contract, f"{path}[{index}]", fits=fits)
    elif not fits:
        yield Problem(path, "", value, f"expected {type_words(kind)}")
    elif value is not None:
        known = contract.get(re.sub(r"\[\d+\]", "[]", path), {}).get("values", [value])
        if value not in known:
            yield Problem(path, "", value, f"expected one of {', '.join(map(repr, known))}")


@cache
def arms_of(kind: Any) -> tuple[Any, ...]:
    """Return the types that an annotation allows."""
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def does_fit(value: Any, kind: Any) -> bool:
    """Whether a value is of a type."""
    if type(value) is kind:
        return True
    try:
        msgspec.convert(value, kind, dec_hook=read_number)
    except msgspec.ValidationError:
        return False
    return True


def type_words(kind: Any) -> str:
    """Return a type as a reader says it."""
    words = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}
    words |= {"Decimal": "a decimal number", "list": "a list", "NoneType": "null"}
    names = [getattr(get_origin(arm) or arm, "__name__", "") for arm in arms_of(kind)]
    return " or ".join(dict.fromkeys(words.get(name, "an object") for name in names))


class Failed:
    """What a failing transform leaves behind, so that all the other fields are still looked at."""

    def __init__(self, value: object, reason: str, seen: list[Failed]) -> None:
        self.value, self.reason, self.mark = value, reason, f"\0{id(seen)}.{len(seen)}\0"
        seen.append(self)

    def __getattr__(self, name: str) -> Failed:
        return self

    def _itself(self, *_: object) -> Failed:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _itself
    __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __getitem__ = __call__ = _itself

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __len__(self) -> int:
        return 1

    def __format__(self, spec: str) -> str:
        return self.mark


def fields_as_dict(kind: type[msgspec.Struct]) -> Callable[..., dict[str, Any]]:
    """Return what takes the place of a Struct: it gives its fields as a dict."""
    names = kind.__struct_fields__
    return lambda *values, **named: dict(zip(names, values, strict=False), **named)


# made once a thread, for a record takes a third of the time that making it does
@lru_cache(maxsize=64)
def rehearsal(facts: Facts, thread: int) -> tuple[dict[str, Any], list[Failed]]:  # noqa: ARG001 - one for each
    """Return a mapping's functions among other globals, and where what fails is listed.

    Among these, transforms and tables leave a `Failed` instead of raising, and dicts take the place of Structs.
    """
    seen: list[Failed] = []
    real = facts.builders[0].__globals__
    scope = {**real, **{name: fields_as_dict(real[name]) for name in facts.structs}}
    scope |= {name: lenient(real[name], seen) for name in facts.calls}
    scope |= {name: Answers(real.get(name, {}), seen) for name in facts.tables}
    for each in (*facts.builders, *facts.gates.values()):
        # a copy of the code: Python tunes each code to the globals that it meets
        scope[each.__name__] = FunctionType(each.__code__.replace(), scope, each.__name__, each.__defaults__)
    return scope, seen


def rule_problems(source: msgspec.Struct, facts: Facts, row: int | None) -> list[Problem]:
    """Return what the rules and the target say against a record, by running the same functions once more.

    They run among the globals of a rehearsal.
    """
    scope, seen = rehearsal(facts, get_ident())
    seen.clear()
    build = scope[facts.builders[0].__name__]
    where: tuple[str, ...] = ()
    try:
        # whether a record is mapped at all, and to how many targets, comes before what these hold
        for rule, gate in facts.gates.items() if row is None else ():
            where = (rule,)
            scope[gate.__name__](source)
            if seen:
                return [problem_of(failed, where, facts) for failed in distinct(seen).values()]
        where = ()
        built = build(source) if row is None else build(source, scope["rows_of"](source)[row])
    except Exception as error:  # noqa: BLE001 - the explanation must not fail on what it explains
        failures = distinct(seen).values() or [Failed(None, one_line(error), [])]
        return [problem_of(failed, where, facts) for failed in failures]
    if not seen:
        return target_problems(built, facts)
    places = find_failed(built, (), seen)
    told = distinct(failed for failed, _ in places)
    places += [(failed, ()) for cause, failed in distinct(seen).items() if cause not in told]
    problems = [problem_of(failed, where, facts) for failed, where in places]
    if facts.structs:
        return problems
    return problems + [each for each in target_problems(built, facts) if not holds_failed(each.value, seen)]


def distinct(failures: Iterable[Failed]) -> dict[tuple[int, str], Failed]:
    """Return failures by their cause: a value that several rules read fails once for the same reason."""
    return {(id(failed.value), failed.reason): failed for failed in failures}


def lenient(function: Callable[..., Any], seen: list[Failed]) -> Callable[..., Any]:
    """Return the function so that it hands on what failed before it, and leaves a `Failed` where it fails."""

    def call(*values: Any, **named: Any) -> Any:
        for value in (*values, *named.values()) if seen else ():
            if before := marks(value, seen):
                return seen[before[0]]
        try:
            return function(*values, **named)
        except Exception as error:  # noqa: BLE001 - any failure is the record's
            return Failed(values[0] if values else None, one_line(error), seen)

    return call


class Answers:
    """What stands in for a table: it leaves a `Failed` for a value that the table lacks."""

    def __init__(self, table: Mapping[Any, Any], seen: list[Failed]) -> None:
        self.table, self.seen, self.get = table, seen, lenient(table.get, seen)
        self.holds = lenient(table.__contains__, seen)

    def __getitem__(self, key: Any) -> Any:
        try:
            return self.table[key]
        except Exception as error:  # noqa: BLE001 - any failure is the record's
            if before := marks(key, self.seen):
                return self.seen[before[0]]
            known = [repr(each) for each in self.table]
            more = f" or {len(known) - 8} more" if len(known) > 8 else ""
            one_of = f"expected one of {', '.join(known[:8])}{more}"
            return Failed(key, one_of if isinstance(error, KeyError) else one_line(error), self.seen)

    def __contains__(self, key: Any) -> bool:
        return bool(self.holds(key))


def marks(value: object, seen: Sequence[Failed]) -> list[int]:
    """Return the numbers of the failures that a value is, or that a text was made with."""
    text = value.mark if isinstance(value, Failed) else value
    if not isinstance(text, str) or "\0" not in text:
        return []
    return [int(number) for number in re.findall(f"\0{id(seen)}[.]([0-9]+)\0", text)]


def find_failed(
    built: dict[str, Any] | list[Any], where: tuple[str | int, ...], seen: list[Failed]
) -> list[tuple[Failed, tuple[str | int, ...]]]:
    """Return the failures in what was built, and where they stand."""
    found: list[tuple[Failed, tuple[str | int, ...]]] = []
    for step, value in built.items() if isinstance(built, dict) else enumerate(built):
        kind = type(value)
        if kind is dict or kind is list:
            found += find_failed(value, (*where, step), seen)
        elif kind is Failed or (kind is str and "\0" in value):
            found += [(seen[number], (*where, step)) for number in marks(value, seen)]
    return found


def holds_failed(value: Any, seen: list[Failed]) -> bool:
    """Whether a target's own complaint is about what has failed before it."""
    return value is None or bool(find_failed([value], (), seen))


def target_problems(built: dict[str, Any], facts: Facts) -> list[Problem]:
    """Return what the target model itself says against the values."""
    try:
        facts.validate(built)
    except ValidationError as error:
        return [
            Problem(paths_of(spell(each["loc"]), facts), spell(each["loc"]), each["input"], each["msg"])
            for each in error.errors(include_url=False, include_context=False)
        ]
    except FAILURES as error:
        return [Problem("", "", None, one_line(error))]
    return []


def problem_of(failed: Failed, where: tuple[str | int, ...], facts: Facts) -> Problem:
    """Return a failed transform as a problem of the field that it stands in."""
    target = spell(where)
    return Problem(paths_of(target, facts), target, failed.value, failed.reason)


def paths_of(target: str, facts: Facts) -> str:
    """Return the source paths that the rule of a target field reads."""
    name = re.sub(r"\[\d+\]", "[]", target) if "[" in target else target
    names = (name, f"{name}[]", name.removesuffix("[]"))
    return next((facts.rules[each][1] for each in names if each in facts.rules), "")


def spell(where: Iterable[str | int]) -> str:
    """Return a place in the target: `refunds[0].amount`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).removeprefix(".")


def one_line(error: Exception) -> str:
    """Return what an error says, in one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if isinstance(error, ValueError) else f"{type(error).__name__}: {text}"


# by target field: its rule, and what that reads of the source
RULES: dict[str, tuple[str, str]] = {
    "when": (
        'state == "sale" and [line for line in order_line if line.warehouse_id is not None]',
        "state, order_line[].warehouse_id",
    ),
    "order": ("name", "name"),
    "address": ("partner_id | part(partner_address)", "partner_id"),
    "address.name": ("partner_id.display_name", "partner_id.display_name"),
    "address.street": ("partner_id.street", "partner_id.street"),
    "address.postcode": ("partner_id.zip", "partner_id.zip"),
    "address.city": ("partner_id.city", "partner_id.city"),
    "address.country": ("partner_id.country_id.code", "partner_id.country_id.code"),
    "packages[]": (
        "for warehouse in unique(line.warehouse_id.code for line in order_line if line.warehouse_id is not None)",
        "order_line[].warehouse_id.code",
    ),
    "packages[].reference": ('f"{name}-{warehouse}"', "name"),
    "packages[].warehouse": ("warehouse", ""),
    "packages[].rows[]": (
        "for line in order_line if line.warehouse_id.code == warehouse",
        "order_line[].warehouse_id.code",
    ),
    "packages[].rows[].sku": ("line.product_id.default_code", "order_line[].product_id.default_code"),
    "packages[].rows[].quantity": ("line.product_uom_qty", "order_line[].product_uom_qty"),
    "packages[].rows[].value": (
        "line.price_unit * line.product_uom_qty * 1.21",
        "order_line[].price_unit, order_line[].product_uom_qty",
    ),
}
FACTS = Facts(
    key=("id",),
    source=Order,
    validate=_validate,
    builders=(
        to_shipment,
        to_address,
        to_package,
        to_package_row,
    ),
    gates={"when": is_wanted},
    structs=(),
    calls=("null_if_false", "required", "unique"),
    tables=(),
    rules=RULES,
)

# --- Batches, files and the command line ---


# writes results, or without any what it holds back; returns rejects where its file has no room for a value
Write: TypeAlias = Callable[..., list[Reject]]


def records_of(batch: RecordBatch) -> Iterator[Record]:
    """Yield a batch's records: the texts of its only column, if that holds JSON, else a dict a row, as JSON has it."""
    kind = str(batch.schema.types[0]).removeprefix("large_") if batch.num_columns == 1 else ""
    if kind in ("string", "binary"):
        yield from batch.column(0).to_pylist()
    else:
        yield from (msgspec.to_builtins(row, builtin_types=(Decimal,)) for row in batch.to_pylist())


def batch_of(results: Iterable[Any], columns: Mapping[str, Any]) -> RecordBatch:
    """Return targets and rejects as a batch: the target's columns, null in rejects, and the reject as JSON."""
    schema = arrow_schema({**columns, "reject": "text"})
    rows = [row_of(result, columns) for result in results]
    try:
        return import_module("pyarrow").RecordBatch.from_pylist(rows, schema)
    except (ValueError, OverflowError):
        rejects = [row_reject(row, schema) for row in rows]
        fitting = [
            {"reject": reject_line(reject)} if reject else row
            for row, reject in zip(rows, rejects, strict=True)
        ]
        return import_module("pyarrow").RecordBatch.from_pylist(fitting, schema)


def row_of(result: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return a target or a reject as a row."""
    if isinstance(result, Reject):
        return {"reject": reject_line(result)}
    return cells_of(result, columns)


def cells_of(target: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a target or a part of it holds, by column; a column is called what the field is in JSON."""
    names = getattr(type(target), "model_fields", columns)
    pairs = zip(names, columns.items(), strict=True)
    return {column: cell(getattr(target, name), kind) for name, (column, kind) in pairs}


def row_reject(row: dict[str, Any], schema: Any) -> Reject | None:
    """Return a row as a reject where Arrow has no room for one of its values."""
    try:
        import_module("pyarrow").RecordBatch.from_pylist([row], schema)
    except (ValueError, OverflowError) as error:
        return Reject("", [Problem("", "", None, str(error))], row)
    return None


def cell(value: Any, kind: Any) -> Any:
    """Return a target's value as Arrow takes it."""
    if value is None:
        return None
    if isinstance(kind, dict):
        return cells_of(value, kind)
    if isinstance(kind, list):
        return [cell(each, kind[0]) for each in value]
    if kind == "json":
        return json.dumps(value, default=str)
    plain = getattr(value, "value", value)
    return str(plain) if kind == "text" else plain


def arrow_schema(columns: Mapping[str, Any]) -> Any:
    """Return the Arrow schema of a target's columns; decimals have Spark's widest default, (38, 18)."""
    pa: Any = import_module("pyarrow")
    plain = {"text": pa.string(), "json": pa.string(), "integer": pa.int64(), "float": pa.float64()}
    plain |= {"number": pa.decimal128(38, 18), "boolean": pa.bool_(), "date": pa.date32()}
    plain |= {"datetime": pa.timestamp("us", tz="UTC"), "naive datetime": pa.timestamp("us")}

    def arrow(kind: Any) -> Any:
        if isinstance(kind, list):
            return pa.list_(arrow(kind[0]))
        return (
            pa.struct([(name, arrow(each)) for name, each in kind.items()])
            if isinstance(kind, dict)
            else plain[kind]
        )

    return pa.schema([(name, arrow(kind)) for name, kind in columns.items()])


def reject_line(reject: Reject) -> str:
    """Return a reject as one line of JSON: key, problems, and the source record; NaN, which JSON lacks, as text."""
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


def run_command(
    name: str,
    map_record: Callable[[Record], Sequence[Any]],
    columns: Mapping[str, Any],
    arguments: Sequence[str] | None = None,
    give: Callable[..., None] | None = None,
) -> int:
    """Map a file from the command line.

    Returns:
        0 fine, 2 a file that cannot be read or written, 3 more rejects than allowed, 130 interrupted.
    """
    parser = argparse.ArgumentParser(
        prog=name,
        description="Map records from a file: JSON lines, Parquet or CSV, as its ending says.",
        epilog="Exit codes: 0 fine, 2 misuse, 3 more rejects than allowed, 130 interrupted.",
    )
    parser.add_argument("records", help="the file to map, or - for JSON lines from standard input")
    parser.add_argument(
        "--out", required=True, metavar="FILE", help="write the targets here: .jsonl, .parquet, .csv"
    )
    parser.add_argument(
        "--rejects", metavar="FILE", help="write rejected records and why here, as JSON lines"
    )
    parser.add_argument(
        "--max-rejects", type=int, default=0, metavar="N", help="so many are fine (default 0)"
    )
    if give:
        parser.add_argument(
            "--give",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a run parameter, or a value map: a .json file, or a .csv of two columns with a heading",
        )
    options = parser.parse_args(arguments)
    try:
        if give:
            give(**read_given(options.give))
        results = map(map_record, read_records(options.records))
        with open_out(options.out, columns) as write, open_out(options.rejects or os.devnull, {}) as refuse:
            accepted, rejected, left_out = write_results(results, write, refuse)
    except (OSError, ImportError, ValueError, msgspec.ValidationError) as error:
        sys.stderr.write(f"{name}: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    sys.stderr.write(f"{accepted} accepted, {rejected} rejected, {left_out} left out\n")
    return 3 if rejected > options.max_rejects else 0


def read_given(texts: Iterable[str]) -> dict[str, Any]:
    """Return what a run gives: by name, a text or what a file holds."""
    given: dict[str, Any] = {}
    for name, _, value in (text.partition("=") for text in texts):
        if value.endswith(".json"):
            given[name] = json.loads(Path(value).read_text(encoding="utf-8"))
        elif value.endswith(".csv"):
            with Path(value).open(encoding="utf-8-sig", newline="") as file:
                given[name] = {row[0]: row[1] for row in list(csv.reader(file))[1:] if len(row) > 1}
        else:
            given[name] = value
    return given


def write_results(results: Iterable[Sequence[Any]], write: Write, refuse: Write) -> tuple[int, int, int]:
    """Write what became of each record; return how many targets, rejects, and records left out there were."""
    targets = rejected = left_out = 0
    for outcomes in results:
        left_out += not outcomes
        rejects = [each for each in outcomes if isinstance(each, Reject)]
        accepted = [each for each in outcomes if not isinstance(each, Reject)] if rejects else outcomes
        rejects += write(*accepted) if accepted else []
        refuse(*rejects)
        targets += len(outcomes)
        rejected += len(rejects)
    unfit = write()
    refuse(*unfit)
    return targets - rejected - len(unfit), rejected + len(unfit), left_out


def read_records(source: str) -> Iterator[Record]:
    """Yield the records of a file, one or a batch in memory at a time."""
    if source.endswith(".parquet"):
        for batch in import_module("pyarrow.parquet").ParquetFile(source).iter_batches():
            yield from records_of(batch)
    elif source.endswith(".csv"):
        for batch in import_module("pyarrow.csv").open_csv(source):
            yield from records_of(batch)
    else:
        with sys.stdin.buffer if source == "-" else Path(source).open("rb") as lines:
            # some editors begin a file with a mark of its encoding
            yield from (line.removeprefix(codecs.BOM_UTF8) for line in lines if not line.isspace())


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

    def write(*results: Any) -> list[Reject]:
        for each in results:
            line = reject_line(each) if isinstance(each, Reject) else target_line(each)
            file.write(line.encode() + b"\n")
        return []

    yield write


@contextmanager
def write_csv(file: Any, columns: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes targets as rows; lists and objects as JSON, and no text that a spreadsheet would run."""
    text = io.TextIOWrapper(file, "utf-8", newline="")
    table = csv.writer(text)
    table.writerow(columns)

    def written(value: Any) -> Any:
        plain = json.dumps(value, default=str) if isinstance(value, dict | list) else value
        return (
            f"'{plain}" if isinstance(plain, str) and plain[:1] in ("=", "+", "-", "@", "\t", "\r") else plain
        )

    def write(*targets: Any) -> list[Reject]:
        table.writerows(map(written, row_of(target, columns).values()) for target in targets)
        return []

    yield write
    text.detach()


@contextmanager
def write_parquet(file: Any, columns: Mapping[str, Any]) -> Iterator[Write]:
    """Give what writes targets as rows, a thousand at a time."""
    pa, schema = import_module("pyarrow"), arrow_schema(columns)
    rows: list[dict[str, Any]] = []

    with import_module("pyarrow.parquet").ParquetWriter(file, schema) as table:

        def write(*targets: Any) -> list[Reject]:
            rows.extend(row_of(target, columns) for target in targets)
            if targets and len(rows) < 1000:
                return []
            held = [*rows]
            rows.clear()
            try:
                table.write_batch(pa.RecordBatch.from_pylist(held, schema))
            except (ValueError, OverflowError):
                rejects = [row_reject(row, schema) for row in held]
                fitting = [row for row, reject in zip(held, rejects, strict=True) if not reject]
                table.write_batch(pa.RecordBatch.from_pylist(fitting, schema))
                return [reject for reject in rejects if reject]
            return []

        yield write


if __name__ == "__main__":
    raise SystemExit(run_command("shop_shipping", map_record, COLUMNS))
