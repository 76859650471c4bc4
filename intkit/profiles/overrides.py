"""What people know better than the records: a small file by path, applied to every profile again.

    amount: {type: decimal, reason: "in euros since 2023"}
    metadata: {map: true}
    status: {enum: false}
    customer.nickname: {private: true}

What the records show against it is said aloud, so that a file of last year does not hide what is so today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from intkit.errors import ProfileError, nearest, shorten
from intkit.files import read_text
from intkit.profiles.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from intkit.profiles.fields import Field

TYPES: dict[str, set[str]] = {
    "text": {"text"},
    "integer": {"integer"},
    "number": {"integer", "number"},
    "boolean": {"boolean"},
    "decimal": {"text", "integer", "number"},
    "date": {"text"},
    "datetime": {"text"},
    "uuid": {"text"},
}
"""The types that an override may name, each with the JSON types that it may stand for."""


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of one path.

    Attributes:
        type: one of `TYPES`; empty leaves what was seen.
        enum: False where the values are no closed list, however few were seen.
        map: whether the object's keys are values.
        nullable: whether it may be null, seen or not.
        private: whether it is personal.
        reason: why, for who reads it next.
    """

    type: str = ""
    enum: bool | None = None
    map: bool | None = None
    nullable: bool | None = None
    private: bool | None = None
    reason: str = ""


def read_overrides(path: Path) -> dict[str, Override]:
    """Return the overrides in a YAML file, by path.

    Raises:
        ProjectError: there is no such file, or it is not text.
        ProfileError: it is not YAML, or says what an override cannot.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return msgspec.convert(YAML(typ="safe", pure=True).load(read_text(path)) or {}, dict[str, Override])
    except YAMLError as error:
        raise ProfileError(f"{path} is not YAML: {shorten(str(error))}.", remedy="Mend that line.") from None
    except msgspec.ValidationError as error:
        words = ", ".join(Override.__struct_fields__)
        raise ProfileError(f"{path}: {error}.", remedy=f"A path may hold: {words}.") from None


def check_overrides(overrides: Mapping[str, Override], root: Field) -> None:
    """Refuse overrides that the records speak against.

    Raises:
        ProfileError: all the conflicts, each with what was seen.
    """
    conflicts = [line for path, override in overrides.items() for line in _conflicts(path, override, root)]
    if conflicts:
        raise ProfileError(
            f"The records speak against {len(conflicts)} of the overrides.",
            *conflicts,
            remedy="Change the override, or take it away.",
        )


def change_roles(roles: Mapping[str, list[Role]], overrides: Mapping[str, Override]) -> dict[str, list[Role]]:
    """Return the roles as people know them."""
    changed = {path: list(found) for path, found in roles.items()}
    for path, override in overrides.items():
        said = {"enum": override.enum, "map": override.map, "personal": override.private}
        kept = [role for role in changed.get(path, []) if said.get(role.name) is not False]
        if override.private and not any(role.name == "personal" for role in kept):
            kept.append(Role("personal", override.reason))
        changed[path] = kept
    return {path: found for path, found in changed.items() if found}


def _conflicts(path: str, override: Override, root: Field) -> Iterator[str]:
    found = {field.path: field for field in root.walk()}
    if override.type and override.type not in TYPES:
        yield f"{path}: there is no type {override.type!r}.{nearest(override.type, TYPES)}"
        return
    if path not in found:
        yield f"{path}: no record has anything there.{nearest(path, found)}"
        return
    field = found[path]
    odd = {
        word: count
        for word, count in field.types.items()
        if override.type and word not in TYPES[override.type]
    }
    for word, count in odd.items():
        yield f"{path}: {override.type} was said, {word} was seen {count}×, first in record {field.first[word]}"
    if override.nullable is False and field.nulls:
        yield f"{path}: never null was said, null was seen {field.nulls}×, first in record {field.first['null']}"
    if override.map and "object" not in field.types:
        yield f"{path}: a map was said, {_types(field)} was seen"


def _types(field: Any) -> str:
    return ", ".join(field.types) or "only null"
