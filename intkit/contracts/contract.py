"""A contract: what an integration relies on at its source, path by path, with the evidence for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from intkit.errors import ContractError, nearest
from intkit.paths import EACH, format_path, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intkit.contracts.checking import Checked
    from intkit.profiles import Field, Profile

Mode = Literal["warn", "reject", "stop"]
MODES: tuple[Mode, ...] = ("warn", "reject", "stop")

_FEW = 20
"""Fewer values than this prove neither an enum nor a format nor a sign."""


@dataclass(frozen=True)
class Promise:
    """What is promised of one path.

    Attributes:
        types: the JSON types that may stand there; none means any.
        nullable: whether it may be null.
        optional: whether the object around it may lack it.
        values: the only values that may stand there; none means any.
        format: the format of every text or number, as a profile names it; empty means any.
        at_least: the lowest number.
        at_most: the highest number.
        mode: what a violation means: `warn` it is told, `reject` its record is left out, `stop` the run ends.
        evidence: what the promise rests on.
    """

    types: tuple[str, ...] = ()
    nullable: bool = False
    optional: bool = False
    values: tuple[Any, ...] = ()
    format: str = ""
    at_least: int | float | None = None
    at_most: int | float | None = None
    mode: Mode = "reject"
    evidence: str = ""


@dataclass(frozen=True)
class Freshness:
    """How old the newest record may be: `path` is a time, and no more than `days` days ago."""

    path: str
    days: int | float


@dataclass(frozen=True)
class Contract:
    """What an integration relies on.

    Attributes:
        name: as a file or a person calls it, `stripe/charges`.
        promises: by path.
        key: the path that tells records apart; empty where none does.
        at_least: how many records there must be.
        fresh: how old the newest may be; None is any age.
        missing: the source's own words for nothing; they count as null.
        evidence: what the contract was made from.
    """

    name: str
    promises: dict[str, Promise] = field(default_factory=dict)
    key: str = ""
    at_least: int = 0
    fresh: Freshness | None = None
    missing: tuple[Any, ...] = ()
    evidence: str = ""

    def check(self, records: Iterable[Any]) -> Checked:
        """Return what of the contract the records break; nothing is raised."""
        from intkit.contracts.checking import check_records

        return check_records(self, records)

    def on(self, paths: Iterable[str]) -> Contract:
        """Return the contract for some paths only, and for the objects and lists that lead to them.

        Raises:
            ContractError: a path that the contract does not know.
        """
        kept: dict[str, None] = {}
        for path in paths:
            if path not in self.promises:
                raise ContractError(
                    f"The contract {self.name!r} knows no path {path!r}.{nearest(path, self.promises)}",
                    remedy="Profile the records again, or mend the path.",
                )
            steps = parse_path(path)
            kept.update(dict.fromkeys(format_path(steps[: at + 1]) for at in range(len(steps))))
        return replace(self, promises={path: self.promises[path] for path in self.promises if path in kept})


def contract_of(
    profile: Profile, name: str, mode: Mode = "reject", *, fresh_days: float | None = None
) -> Contract:
    """Return the contract that these records keep: types, nulls, presence, enums, formats, signs.

    Args:
        profile: the evidence; at least one record.
        name: the contract's name.
        mode: what a violation of it means.
        fresh_days: how old the newest record may be, in days; None is any age.

    Raises:
        ContractError: there are no records, or no field says how old they are.
    """
    if not profile.count:
        raise ContractError(
            "No records: there is nothing to make a contract from.", remedy="Profile some first."
        )
    enums = {
        path
        for path, roles in profile.roles.items()
        if any(role.name in {"enum", "constant"} for role in roles)
    }
    promises = {found.path: _promise(found, found.path in enums, mode) for found in profile.fields()}
    key = profile.keys[0] if profile.keys else ""
    fresh = None if fresh_days is None else Freshness(_time_of(profile), fresh_days)
    evidence = f"a profile of {profile.count} records"
    return Contract(name, promises, key, max(1, profile.count // 10), fresh, profile.missing, evidence)


def _time_of(profile: Profile) -> str:
    """Return the path of the time that tells how fresh a record is: when it was changed, else made."""
    for name in ("updated", "created"):
        for path, roles in profile.roles.items():
            if EACH not in parse_path(path) and any(role.name == name for role in roles):
                return path
    raise ContractError(
        "No field of these records says when they were made or changed.",
        remedy="Leave freshness out, or write `fresh: {path: …, days: …}` into the contract's file.",
    )


def _promise(found: Field, is_enum: bool, mode: Mode) -> Promise:
    enough = found.count - found.nulls >= _FEW
    numeric = not found.types.keys() - {"integer", "number"}
    positive = enough and numeric and found.lowest is not None and found.lowest >= 0
    told = found.evidence if enough and found.evidence and found.evidence.share == 1 else None
    return Promise(
        types=tuple(found.types),
        nullable=bool(found.nulls) or not found.types,
        optional=found.count < found.parents,
        values=tuple(found.values) if is_enum and enough else (),
        format=told.name if told is not None and len(found.types) == 1 else "",
        at_least=0 if positive else None,
        mode=mode,
        evidence=_evidence(found),
    )


def _evidence(found: Field) -> str:
    types = ", ".join(f"{word} {count}" for word, count in found.types.items()) or "only null"
    nulls = f", null {found.nulls}" if found.nulls and found.types else ""
    return f"in {found.count} of {found.parents}: {types}{nulls}"
