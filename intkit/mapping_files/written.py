"""A mapping as its file writes it down, and back."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from intkit.compiler.compile import walk_rules
from intkit.errors import MappingError
from intkit.mapping_files.mapping_file import MappingFile
from intkit.records import Join, Source
from intkit.rules.parts import expand, file_of
from intkit.rules.source import apply_missing, source_of_rows, source_rows
from intkit.rules.spec import RUN_KINDS, Rule, Spec, ValueMap
from intkit.rules.targets import read_target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Mapping as Values
    from pathlib import Path

    from pydantic import BaseModel

    from intkit.rules.source import SourceField
    from intkit.rules.spec import Part

_ASKED = {
    "connection": "connection",
    "cassette": "cassette",
    "path": "request",
    "params": "params",
    "json": "json",
    "query": "query",
    "at": "at",
    "limit": "limit",
}
"""The attributes of a Source, and what the file calls them."""


def spec_of_file(
    name: str,
    file: MappingFile,
    load: Callable[[str], Any],
    parts: Values[str, Part],
    target: type[BaseModel] | None = None,
) -> Spec:
    """Return the mapping that a file holds.

    Args:
        name: of the mapping.
        file: what the file holds.
        load: gives the class or function at a place, `stripe_payments_models:Payment`.
        parts: the parts that its rules can use.
        target: the target model, where it is not the file's.

    Raises:
        MappingError: a part of the file is not of its form.
    """
    records = int(file.source.get("records", 0))
    spec = Spec(
        name,
        record=file.source.get("record", "record"),
        source=source_of_rows(file.fields, records),
        target=read_target(target if target is not None else load(file.target)),
        records=records,
        rules={path: read_rule(path, written) for path, written in file.rules.items()},
        when=file.when,
        each=file.each,
        omit_null=bool(file.nulls),
        maps={key: read_value_map(key, written) for key, written in file.values.items()},
        constants={key: _constant(key, written) for key, written in file.constants.items()},
        own={key: load(place) for key, place in file.transforms.items()},
        parts=parts,
        key=file.source.get("key", ""),
        notes=file.notes,
    )
    apply_words(spec.source, file.source.get("missing", {}))
    return spec


def apply_words(source: SourceField, missing: Values[str, Any]) -> None:
    """Let the source's words for nothing count as nothing."""
    apply_missing(source, tuple(missing.get("words", ())), missing.get("paths", {}))


def origin_of_file(file: MappingFile) -> Source | None:
    """Return where the source's records come from, if the file knows."""
    if not file.source.get("connection"):
        return None
    return _read_source(file.source)


def _read_source(part: Values[str, Any]) -> Source:
    asked = {ours: part[word] for ours, word in _ASKED.items() if word in part}
    return Source(**asked, joins=tuple(map(_read_join, part.get("joins", ()))))


def _read_join(part: Any) -> Join:
    try:
        plain = {word: part[word] for word in ("on", "key", "name")}
        return Join(_read_source(part["source"]), **plain, many=bool(part.get("many")))
    except (KeyError, TypeError):
        raise MappingError(
            f"The join {part!r} cannot be read.",
            remedy="Write `name:`, `on:`, `key:` and `source:` of each join.",
        ) from None


def source_part(origin: Source) -> dict[str, Any]:
    """Return what the file says of where records come from."""
    asked = {word: getattr(origin, ours) for ours, word in _ASKED.items()}
    part = {word: value for word, value in asked.items() if value}
    joins = [_join_part(join) for join in origin.joins]
    return part | ({"joins": joins} if joins else {})


def _join_part(join: Join) -> dict[str, Any]:
    many = {"many": True} if join.many else {}
    return {"name": join.name, "on": join.on, "key": join.key, **many, "source": source_part(join.source)}


def file_of_spec(
    spec: Spec, origin: Source | None, missing: Values[str, Any], place: Callable[[Any], str]
) -> MappingFile:
    """Return what the mapping's file holds."""
    source: dict[str, Any] = {"record": spec.record, "key": spec.key, "records": spec.records}
    if origin is not None:
        source |= source_part(origin)
    source |= {"missing": dict(missing)} if missing else {}
    return MappingFile(
        name=spec.name,
        notes=spec.notes,
        source=source,
        target=place(spec.target.cls),
        when=spec.when,
        each=spec.each,
        nulls="omit" if spec.omit_null else "",
        rules={rule.target: _rule_part(rule) for rule in _all_rules(spec)},
        values={key: _map_part(table) for key, table in spec.maps.items()},
        constants={key: _constant_part(value) for key, value in spec.constants.items()},
        transforms={key: place(function) for key, function in spec.own.items()},
        fields=source_rows(spec.source),
    )


def _all_rules(spec: Spec) -> list[Rule]:
    """Return the rules in the target's order; those that have lost their target field come last."""
    served = list(walk_rules(spec))
    return [*served, *(rule for rule in spec.rules.values() if rule not in served)]


def read_rule(path: str, written: Any) -> Rule:
    """Return a rule as a file has it: its text, or its text and note.

    Raises:
        MappingError: it is neither.
    """
    if isinstance(written, str):
        return Rule(path, written)
    if isinstance(written, dict) and isinstance(written.get("rule"), str):
        return Rule(path, written["rule"], str(written.get("note", "")))
    raise MappingError(f"The rule of {path!r} is {written!r}.", remedy="Write text, or `rule:` and `note:`.")


def _rule_part(rule: Rule) -> str | dict[str, str]:
    return {"rule": rule.text, "note": rule.note} if rule.note else rule.text


def read_value_map(name: str, written: Any) -> ValueMap:
    """Return a value map as a file has it.

    Raises:
        MappingError: it is not of that form.
    """
    known = isinstance(written, dict) and written.keys() <= {"entries", "note", "given"}
    if not known or not isinstance(written.get("entries", {}), dict):
        raise MappingError(
            f"The value map {name} is {written!r}.",
            remedy="Write `entries:` with source: target below; beside it only `note:` and `given:`.",
        )
    entries = dict(written.get("entries", {}))
    return ValueMap(name, entries, given=bool(written.get("given")), note=str(written.get("note", "")))


def _constant(name: str, written: Any) -> Any:
    """Return a constant's value, or the type of a run parameter: `{given: date}`."""
    if not isinstance(written, dict):
        return written
    if written.keys() != {"given"} or written["given"] not in RUN_KINDS:
        raise MappingError(
            f"The constant {name} is {written!r}.",
            remedy=f"Write a value, or `given:` with one of {', '.join(RUN_KINDS)}.",
        )
    return RUN_KINDS[written["given"]]


def _constant_part(value: Any) -> Any:
    return {"given": value.__name__} if isinstance(value, type) else value


def _map_part(table: ValueMap) -> dict[str, Any]:
    parts = {"note": table.note, "given": table.given, "entries": table.entries}
    return {key: value for key, value in parts.items() if value}


def header_facts(
    path: Path, spec: Spec, origin: Source | None, records: Sequence[Values[str, Any]]
) -> list[str]:
    """Return what the head of an exported file says of its mapping file, its parts and the records it was tried on."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    asked = origin or Source()
    return [
        f"Mapping: mappings/{path.name}, sha256 {digest}",
        *(f"Part: {file_of(name)}, sha256 {part.digest}" for name, part in expand(spec).parts.items()),
        f"Tried on: {len(records)} records of {_recorded(asked)}, sha256 {_digest(records)}",
        *(f"Joined with: {join.name}, of {_recorded(join.source)}" for join in asked.joins),
        f"Change the mapping and run `intkit export {spec.name}`; this file is not edited by hand.",
    ]


def _digest(records: Sequence[Values[str, Any]]) -> str:
    """Return the hash of what records hold; when they were recorded does not matter."""
    made = hashlib.sha256()
    for record in records:
        made.update(json.dumps(record, sort_keys=True, default=str).encode() + b"\n")
    return made.hexdigest()


def _recorded(source: Source) -> str:
    return f"cassettes/{source.cassette}.yaml ({source.path})"
