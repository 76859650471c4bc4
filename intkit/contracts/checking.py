"""Records against a contract: which promises they break, record by record and as a whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from intkit.contracts.contract import MODES, Contract, Mode, Promise
from intkit.errors import ContractError, shorten
from intkit.paths import EACH, parse_path
from intkit.profiles.formats import has_format, moment_of
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS = {str: "text", int: "integer", float: "number", bool: "boolean", dict: "object", list: "list"}


@dataclass(frozen=True)
class Violation:
    """One promise that one record breaks, or all of them together.

    Attributes:
        path: the promise's path; empty for the records as a whole.
        place: where in the record, `$.lines.data[3].amount`.
        reason: what was expected and what was there.
        mode: `warn`, `reject` or `stop`.
        index: the record's position; None for the records as a whole.
        exchange: the exchange that the record came from, where it is known.
        value: what was there.
    """

    path: str
    place: str
    reason: str
    mode: Mode
    index: int | None = None
    exchange: str = ""
    value: Any = None

    def __str__(self) -> str:
        return f"{self.reason} @ {self.place}" if self.place else self.reason


@dataclass
class Checked:
    """What came of checking records against a contract.

    Attributes:
        accepted: the records that break no promise of mode `reject` or `stop`.
        rejected: the positions of the others.
        violations: all that was found, in the records' order, then what concerns them as a whole.
    """

    accepted: list[Any] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether no promise was broken."""
        return not self.violations

    @property
    def stopped(self) -> bool:
        """Whether a promise of mode `stop` was broken."""
        return any(each.mode == "stop" for each in self.violations)

    def refused(self) -> dict[int, list[Violation]]:
        """Return what is wrong with the rejected records, by their positions.

        Raises:
            ContractError: a promise of mode `stop` is broken.
        """
        stops = [each for each in self.violations if each.mode == "stop"]
        if stops:
            raise ContractError(
                f"The source breaks a promise that ends the run, {len(stops)}×: {stops[0]}.",
                *(f"At {each.exchange}." for each in stops[:1] if each.exchange),
                remedy="Find out at the source why; or change the promise's mode in the contract's file.",
            )
        found: dict[int, list[Violation]] = {index: [] for index in self.rejected}
        for each in self.violations:
            if each.index in found and each.mode != "warn":
                found[each.index].append(each)
        return found

    def table(self) -> Table:
        """Return one row a broken promise: how often, and where first."""
        first: dict[tuple[str, str], Violation] = {}
        counts: Counter[tuple[str, str]] = Counter()
        for each in self.violations:
            counts[each.path, each.mode] += 1
            first.setdefault((each.path, each.mode), each)
        rows = [
            [
                path or "(records)",
                mode,
                counts[path, mode],
                str(first[path, mode]),
                first[path, mode].exchange,
            ]
            for path, mode in sorted(first, key=lambda each: (-MODES.index(first[each].mode), -counts[each]))
        ]
        note = f"{len(self.accepted)} records accepted, {len(self.rejected)} rejected."
        return Table(["path", "mode", "times", "first", "exchange"], rows, note=note, wraps=True)

    def _repr_html_(self) -> str:
        return self.table().html()

    def __str__(self) -> str:
        return self.table().text()


def check_records(contract: Contract, records: Iterable[Any], now: datetime | None = None) -> Checked:
    """Return what of the contract the records break.

    Args:
        contract: the promises.
        records: dicts; Records tell the exchange of each, too.
        now: the time that freshness is counted from; the clock's where it is not given.
    """
    tree, walk = _tree(contract), _Walk(contract.missing)
    origin = getattr(records, "origin", None)
    checked = Checked()
    keys: Counter[str] = Counter()
    newest: datetime | None = None
    for index, record in enumerate(records):
        exchange = str(getattr(origin(index), "exchange", "")) if origin is not None else ""
        found = [replace(each, index=index, exchange=exchange) for each in walk.check(record, tree, "$")]
        key = _value(record, contract.key) if contract.key else None
        if key is not None:
            keys[repr(key)] += 1
            if keys[repr(key)] > 1:
                reason = f"expected a key that no other record has, got {shorten(key)} again"
                found.append(
                    Violation(contract.key, f"$.{contract.key}", reason, "reject", index, exchange, key)
                )
        newest = _later(newest, moment_of(_value(record, contract.fresh.path))) if contract.fresh else None
        checked.violations += found
        if any(each.mode != "warn" for each in found):
            checked.rejected.append(index)
        else:
            checked.accepted.append(record)
    source = getattr(records, "source", None)
    if getattr(source, "limit", None) is None:  # who asks for few gets few
        checked.violations += _check_whole(
            contract, len(checked.accepted) + len(checked.rejected), newest, now
        )
    return checked


def _check_whole(
    contract: Contract, count: int, newest: datetime | None, now: datetime | None
) -> Iterator[Violation]:
    if count < contract.at_least:
        yield Violation("", "", f"expected at least {contract.at_least} records, got {count}", "stop")
    if contract.fresh is None or not count:
        return
    oldest = (now or datetime.now(UTC)) - timedelta(days=contract.fresh.days)
    if newest is None or newest < oldest:
        told = f"{newest:%Y-%m-%d %H:%M} UTC" if newest else "no time at all"
        reason = (
            f"expected a record of the last {contract.fresh.days:g} days by {contract.fresh.path}, got {told}"
        )
        yield Violation(contract.fresh.path, "", reason, "warn")


@dataclass
class _Node:
    """A promise, and the promises for what is inside."""

    path: str = ""
    promise: Promise = field(default_factory=Promise)
    inner: dict[str, _Node] = field(default_factory=dict)


def _tree(contract: Contract) -> _Node:
    root = _Node(promise=Promise(("object",)))
    for path, promise in contract.promises.items():
        node = root
        for step in parse_path(path):
            node = node.inner.setdefault(step, _Node())
        node.path, node.promise = path, promise
    return root


class _Walk:
    """A walk over one record after the other, along the promises."""

    def __init__(self, missing: tuple[Any, ...]) -> None:
        self._missing = missing

    def check(self, value: Any, node: _Node, place: str) -> Iterator[Violation]:
        """Yield what a value and all inside it break."""
        promise = node.promise
        if any(type(value) is type(word) and value == word for word in self._missing):
            value = None
        if reason := _broken(value, promise):
            yield Violation(node.path, place, reason, promise.mode, value=value)
        elif isinstance(value, dict) and EACH in node.inner and promise.types == ("object",):
            for key, inner in value.items():
                yield from self.check(inner, node.inner[EACH], f"{place}.{key}")
        elif isinstance(value, dict):
            yield from self._check_fields(value, node, place)
        elif isinstance(value, list) and EACH in node.inner:
            for number, element in enumerate(value):
                yield from self.check(element, node.inner[EACH], f"{place}[{number}]")

    def _check_fields(self, value: dict[str, Any], node: _Node, place: str) -> Iterator[Violation]:
        for key, inner in node.inner.items():
            if key in value:
                yield from self.check(value[key], inner, f"{place}.{key}")
            elif not inner.promise.optional and inner.path and key != EACH:
                yield Violation(
                    inner.path, f"{place}.{key}", "expected a value, got none", inner.promise.mode
                )


def _broken(value: Any, promise: Promise) -> str:
    """Return what is wrong with a value, or nothing."""
    if value is None:
        return (
            ""
            if promise.nullable or not promise.types
            else f"expected {' or '.join(promise.types)}, got null"
        )
    word = _WORDS.get(type(value), type(value).__name__)
    if promise.types and word not in promise.types and not (word == "integer" and "number" in promise.types):
        return f"expected {' or '.join(promise.types)}, got {shorten(value)}"
    if promise.values and not isinstance(value, dict | list) and value not in promise.values:
        return f"expected {_one_of(promise.values)}, got {shorten(value)}"
    if promise.format and value != "" and not has_format(value, promise.format):
        return f"expected {promise.format}, got {shorten(value)}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        if promise.at_least is not None and value < promise.at_least:
            return f"expected at least {promise.at_least:g}, got {value}"
        if promise.at_most is not None and value > promise.at_most:
            return f"expected at most {promise.at_most:g}, got {value}"
    return ""


def _one_of(values: tuple[Any, ...]) -> str:
    shown = ", ".join(map(shorten, values[:6]))
    return f"one of {shown}{' …' if len(values) > 6 else ''}"


def _value(record: Any, path: str) -> Any:
    for step in parse_path(path):
        if not isinstance(record, dict):
            return None
        record = record.get(step)
    return record


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
