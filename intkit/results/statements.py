"""What a mapping says, by what it is about; and what two mappings say differently."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, TypeAlias

from intkit.errors import MappingError
from intkit.mapping_files.written import source_part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from collections.abc import Mapping as Values

    from intkit.mapping_files.models_file import ModelsFile
    from intkit.records import Source
    from intkit.rules.source import SourceField
    from intkit.rules.spec import Rule, Spec, ValueMap
    from intkit.rules.targets import TargetField

# one text; or by name, or by line, of which only those are shown that differ
Said: TypeAlias = str | dict[str, str] | list[str]
_SHOWN = 12


@dataclass(frozen=True)
class Statements:
    """All that a mapping says, but for its own name and for how often each source field was seen.

    Attributes:
        own: by target field its rule, and by its name all else.
        parts: the same of each part that it uses.
    """

    own: dict[str, Said]
    parts: dict[str, dict[str, Said]]


def read_statements(
    spec: Spec, origin: Source | None, missing: Values[str, Any], models: ModelsFile
) -> Statements:
    """Return all that a mapping says.

    Args:
        spec: the mapping, with its parts written out.
        origin: where its records come from.
        missing: the source's words for nothing, as the file has them.
        models: the file that holds its models and transforms.
    """
    own: dict[str, Said] = {"when": spec.when, "each": spec.each}
    own |= _rules(rule for rule in spec.rules.values() if rule.use is None)
    own |= dict(pair for table in spec.maps.values() for pair in _value_map(table))
    own |= {name: _constant(value) for name, value in spec.constants.items()}
    own |= {"nulls": "omit" if spec.omit_null else "", "notes": spec.notes}
    own |= {"record": spec.record, "key": spec.key}
    asked = source_part(origin) if origin else {}
    own |= {f"source {word}": _text(value) for word, value in asked.items()}
    own["source missing"] = _text(missing) if missing else ""
    own["source fields"] = {each.path: _source_field(each) for each in _seen(spec.source)}
    own["target"] = spec.target.name
    own["target fields"] = {path: _target_field(each) for path, each in spec.target.walk()}
    own["models and transforms"] = _code(spec, models)
    parts = {name: _rules(part.rules.values()) | {"notes": part.notes} for name, part in spec.parts.items()}
    return Statements(own, parts)


def differences(old: Statements, new: Statements) -> dict[str, tuple[str, str]]:
    """Return what two mappings say differently: of each statement, the old and the new.

    Of a part that is new the rule that uses it says enough.
    """
    both = old.parts.keys() & new.parts.keys()
    before, after = _flat(old, both), _flat(new, both)
    pairs = {about: (before.get(about, ""), after.get(about, "")) for about in [*after, *before]}
    told = {about: _differing(*pair) for about, pair in pairs.items()}
    return {about: pair for about, pair in told.items() if pair[0] != pair[1]}


def _flat(statements: Statements, parts: Collection[str]) -> dict[str, Said]:
    shared = {name: said for name, said in statements.parts.items() if name in parts}
    return statements.own | {
        f"{name}: {about}": text for name, said in shared.items() for about, text in said.items()
    }


def _differing(old: Said, new: Said) -> tuple[str, str]:
    """Return two statements as text, without what they have in common."""
    if isinstance(old, str) and isinstance(new, str):
        return old, new
    before, after = _lines(old), _lines(new)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    gone = [line for tag, start, end, _, _ in steps if tag != "equal" for line in before[start:end]]
    come = [line for tag, _, _, start, end in steps if tag != "equal" for line in after[start:end]]
    return _listed(gone), _listed(come)


def _lines(said: Said) -> list[str]:
    if isinstance(said, dict):
        return [f"{name}: {text}" for name, text in sorted(said.items())]
    return said if isinstance(said, list) else []


def _listed(lines: list[str]) -> str:
    return "; ".join(line.strip() for line in lines[:_SHOWN]) + ("; …" if len(lines) > _SHOWN else "")


def _rules(rules: Iterable[Rule]) -> dict[str, Said]:
    known = list(rules)
    texts: dict[str, Said] = {rule.target: rule.text for rule in known}
    return texts | {f"{rule.target}, note": rule.note for rule in known}


def _value_map(table: ValueMap) -> Iterator[tuple[str, Said]]:
    yield table.name, {repr(key): repr(value) for key, value in table.entries.items()}
    yield f"{table.name}, given", "at each run" if table.given else ""
    yield f"{table.name}, note", table.note


def _constant(value: Any) -> str:
    return f"{value.__name__}, given at each run" if isinstance(value, type) else repr(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _seen(place: SourceField) -> Iterator[SourceField]:
    """Yield what was seen below a place; what a rule reads of a map by its key is none of it."""
    below = [] if place.is_map else [*place.fields.values()]
    for each in [*below, *([place.element] if place.element else [])]:
        if each.parents:
            yield each
            yield from _seen(each)


def _source_field(place: SourceField) -> str:
    """Return what stood at a place, without how often."""
    nothing = ["null"] if place.absent or not place.kinds else []
    return " or ".join([*sorted(place.kinds), *nothing])


def _target_field(each: TargetField) -> str:
    kind = str(each)
    if each.choices is not None:
        kind = f"one of {', '.join(map(repr, each.choices))}{', or null' if each.nullable else ''}"
    if each.required:
        return f"{kind}, required"
    return f"{kind}, default {each.default!r}" if each.has_plain_default else f"{kind}, with a default"


def _code(spec: Spec, models: ModelsFile) -> list[str]:
    """Return the lines of the mapping's models and transforms; none where a notebook cell has them as yet."""
    try:
        found = models.read(spec)
    except (MappingError, OSError, TypeError):
        return []
    return ast.unparse(ast.parse(f"{found.imports}\n{found.code}")).splitlines()
