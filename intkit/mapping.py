"""The mapping as an analyst holds it: rules by target field, checked and applied over every record, exported."""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from intkit.codegen import identifier, snake
from intkit.connections import connect
from intkit.errors import MappingError, nearest
from intkit.export import Export, write_export
from intkit.files import write_atomic
from intkit.profiles import Profile, profile
from intkit.project import named_path, project_root
from intkit.records import Source
from intkit.rules.apply import apply_module, load_module
from intkit.rules.compile import check_rule, compile_mapping, walk_rules
from intkit.rules.definitions import (
    collect_definitions,
    importing,
    lives_in_cells,
    load_definitions,
    split_module,
)
from intkit.rules.findings import check_mapping
from intkit.rules.mapping_file import MappingFile, read_mapping_file, write_mapping_file
from intkit.rules.render import Definitions
from intkit.rules.source import apply_missing, source_of_profile, source_of_rows, source_rows
from intkit.rules.spec import Rule, Spec, ValueMap
from intkit.rules.targets import read_target
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Mapping as Values
    from pathlib import Path

    from pydantic import BaseModel

    from intkit.records import Records
    from intkit.rules.apply import Result
    from intkit.rules.findings import Findings

_SUFFIX = ".mapping.yaml"


class Mapping:
    """From the records of one system to the targets of another, as rules.

    `Mapping(name)` opens what is saved in `mappings/NAME.mapping.yaml`. With a source and a target it is made anew,
    and takes over the rules that are saved under its name.

    Args:
        name: the mapping's name, which is also its file's and its module's.
        source: a profile of the source's records, or the records themselves.
        target: the pydantic model to fill.
        record: what one source record is called, `charge`; found from the request where it is not given.
        key: the path that identifies a record; found in the profile where it is not given.
        missing: the source's own words for nothing, `["", False]`.
        notes: what the mapping is about; it stands in the export's header.

    Raises:
        MappingError: there is no such mapping, or its file, source or target cannot be used.
    """

    def __init__(
        self,
        name: str,
        *,
        source: Profile | Records | None = None,
        target: type[BaseModel] | None = None,
        record: str = "",
        key: str = "",
        missing: Iterable[str | bool] = (),
        notes: str = "",
    ) -> None:
        _check_name(name)
        self.path = named_path("mappings", name, _SUFFIX)
        saved = (
            read_mapping_file(self.path) if self.path.is_file() or source is None or target is None else None
        )
        self._origin = _origin(saved)
        self._missing: dict[str, Any] = dict(saved.source.get("missing", {})) if saved else {}
        if missing:
            self._missing["words"] = list(missing)
        self._spec = (
            self._read_saved(name, saved, target)
            if saved
            else Spec(name, "record", _empty(), read_target(target))
        )
        self._spec.notes = notes or self._spec.notes
        if source is not None:
            self._take_source(source if isinstance(source, Profile) else profile(source), record, key)

    def _read_saved(self, name: str, saved: MappingFile, target: type[BaseModel] | None) -> Spec:
        cls = target if target is not None else self._load(saved.target)
        spec = Spec(
            name,
            record=saved.source.get("record", "record"),
            source=source_of_rows(saved.fields, saved.source.get("records", 0)),
            target=read_target(cls),
            records=saved.source.get("records", 0),
            rules={path: _rule(path, written) for path, written in saved.rules.items()},
            when=saved.when,
            each=saved.each,
            maps={key: _value_map(key, written) for key, written in saved.values.items()},
            constants=saved.constants,
            own={key: self._load(place) for key, place in saved.transforms.items()},
            key=saved.source.get("key", ""),
            notes=saved.notes,
        )
        apply_missing(spec.source, tuple(self._missing.get("words", ())), self._missing.get("paths", {}))
        return spec

    def _take_source(self, seen: Profile, record: str, key: str) -> None:
        spec = self._spec
        spec.source, spec.records = source_of_profile(seen), seen.count
        self._origin = seen.source or self._origin
        apply_missing(spec.source, tuple(self._missing.get("words", ())), self._missing.get("paths", {}))
        spec.record = record or _record_name(self._origin, spec)
        spec.key = key or spec.key or _key(seen)

    @property
    def name(self) -> str:
        """The mapping's name."""
        return self._spec.name

    # rules

    def set(self, target: str, rule: str, note: str = "") -> Self:
        """Give a target field its rule; `None` as a rule takes it away.

        Args:
            target: the field's path, `amount`, `address.city`; `lines[]` for a list's rows.
            rule: an expression, `amount | minor_units(currency)`; for rows `for line in lines.data`.
            note: why it is so; it stands beside the rule in the export and in the sheet.

        Raises:
            RuleError: the rule cannot work with this source and this target; nothing has changed then.
            MappingError: the target has no such field.
        """
        self._spec.target.find(target)
        made = Rule(target, rule, note)
        check_rule(self._spec, made)
        self._spec.rules[target] = made
        return self

    def unset(self, target: str) -> Self:
        """Take a target field's rule away.

        Raises:
            MappingError: it has none.
        """
        if target not in self._spec.rules:
            raise MappingError(f"{target!r} has no rule.{nearest(target, self._spec.rules)}")
        del self._spec.rules[target]
        return self

    def when(self, condition: str) -> Self:
        """Map only the records for which the condition holds; an empty text maps all.

        Raises:
            RuleError: the condition cannot work with this source.
        """
        compile_when = replace(self._spec, when=condition, rules={})
        check_rule(compile_when, Rule("when", condition)) if condition else None
        self._spec.when = condition
        return self

    def each(self, tail: str) -> Self:
        """Make many targets from one record: `for refund in refunds.data`; an empty text makes one."""
        self._spec.each = tail
        return self

    def value_map(self, name: str, entries: Values[Any, Any] | None = None, note: str = "") -> Self:
        """Declare what each source value becomes, for `x | lookup(NAME)`.

        Args:
            name: in CAPITALS.
            entries: source value to target value; without them the map is given at run time.
            note: why it is so.

        Raises:
            MappingError: the name is not in capitals.
        """
        _check_constant(name)
        self._spec.maps[name] = ValueMap(name, dict(entries or {}), given=entries is None, note=note)
        return self

    def constant(self, name: str, value: Any) -> Self:
        """Name a value for use in rules.

        Raises:
            MappingError: the name is not in capitals.
        """
        _check_constant(name)
        self._spec.constants[name] = value
        return self

    def transform(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let rules use a function of your own; works as a decorator.

        Raises:
            MappingError: it has no annotations, from which rules learn what goes in and what comes out.
        """
        if "return" not in function.__annotations__:
            raise MappingError(
                f"The transform {function.__name__!r} does not say what it takes and gives.",
                remedy="Annotate it: `def shorten(value: str) -> str:`.",
            )
        self._spec.own[function.__name__] = function
        return function

    # work

    def check(self) -> Findings:
        """Return what can be said before data: gaps, losses, leftovers, worst first."""
        return check_mapping(self._spec)

    def apply(self, records: Iterable[Any]) -> Result:
        """Map records and return what came of them.

        Args:
            records: Records, dicts, or lines of JSON as bytes.

        Raises:
            MappingError: the mapping is not complete, or a rule cannot work.
        """
        module = load_module(compile_mapping(self._spec), self._namespace())
        return apply_module(module, self.name, records, (path for path, _ in self._spec.target.walk()))

    def fetch(
        self, *, limit: int | None = None, cassette: str | None = None, mode: str | None = None
    ) -> Records:
        """Return the source's records, as the mapping knows where they come from; from the recording by default.

        Raises:
            MappingError: the mapping was made from records given in code.
        """
        origin = self._origin
        if origin is None or not origin.connection:
            raise MappingError(
                f"The mapping {self.name!r} does not know where its records come from.",
                remedy="Give `source=` a profile of records that a client fetched, or pass records to `apply`.",
            )
        client = connect(origin.connection, cassette=cassette or origin.cassette or None, mode=mode)
        if origin.query:
            return client.records(origin.query, params=origin.params, limit=limit, at=origin.at or None)
        return client.records(
            origin.path, params=origin.params or None, json=origin.json, limit=limit, at=origin.at or None
        )

    # files

    def save(self) -> Path:
        """Write `mappings/NAME.mapping.yaml`, and the models file where a cell defines the target.

        Raises:
            MappingError: a definition cannot be taken out of its cell.
        """
        place = self._save_definitions()
        spec, origin = self._spec, self._origin
        source: dict[str, Any] = {"record": spec.record, "key": spec.key, "records": spec.records}
        if origin is not None:
            asked = {"connection": origin.connection, "cassette": origin.cassette, "request": origin.path}
            more = {
                "params": dict(origin.params),
                "json": origin.json,
                "query": origin.query,
                "at": origin.at,
            }
            source |= {key: value for key, value in (asked | more).items() if value}
        source |= {"missing": self._missing} if self._missing else {}
        rules = {
            rule.target: {"rule": rule.text, "note": rule.note} if rule.note else rule.text
            for rule in walk_rules(spec)
        }
        write_mapping_file(
            self.path,
            MappingFile(
                name=spec.name,
                notes=spec.notes,
                source=source,
                target=f"{place(spec.target.cls)}:{spec.target.name}",
                when=spec.when,
                each=spec.each,
                rules=rules,
                values={key: _written(table) for key, table in spec.maps.items()},
                constants=spec.constants,
                transforms={key: f"{place(function)}:{key}" for key, function in spec.own.items()},
                fields=source_rows(spec.source),
            ),
        )
        return self.path

    def export(self, folder: str = "mappings", *, check: bool = False) -> list[Path]:
        """Write the module, its tests and its sheet, and return their paths; the same mapping gives the same bytes.

        Args:
            folder: where to, below the project.
            check: write nothing, and raise where the files and the mapping disagree.

        Raises:
            ExportError: a file was edited by hand, or is stale.
            MappingError: the mapping is not complete.
        """
        if not check:
            self.save()
        program = compile_mapping(self._spec)
        records = list(self.fetch())
        result = self.apply(records)
        made = Export(
            program,
            self._definitions(),
            load_module(program, self._namespace()),
            result,
            self.check(),
            records,
            self._header(),
        )
        return write_export(made, project_root() / folder, check=check)

    def _header(self) -> list[str]:
        origin = self._origin or Source()
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        place = f"mappings/{self.path.name}"
        return [
            f"Mapping: {place}, sha256 {digest}",
            f"Seen on: {self._spec.records} records of cassettes/{origin.cassette}.yaml ({origin.path})",
            f"Change it there and run `intkit export {self.name}`; this file is not edited by hand.",
        ]

    # definitions

    @property
    def _models_path(self) -> Path:
        return self.path.with_name(self.path.name.removesuffix(_SUFFIX) + "_models.py")

    def _things(self) -> list[Any]:
        """Return the models and own transforms that the module names."""
        wraps = [each.wrap for _, each in self._spec.target.walk() if each.wrap is not None]
        models = [model.cls for model in self._spec.target.models()]
        return list(dict.fromkeys([*models, *wraps, *self._spec.own.values()]))

    def _namespace(self) -> dict[str, Any]:
        return {thing.__name__: thing for thing in self._things()}

    def _definitions(self) -> Definitions:
        copied = [thing for thing in self._things() if self._is_copied(thing)]
        imported = [thing for thing in self._things() if not self._is_copied(thing)]
        lines, code = split_module(self._models_path.read_text(encoding="utf-8")) if copied else ("", "")
        return Definitions(lines + importing(imported), code)

    def _is_copied(self, thing: Any) -> bool:
        return lives_in_cells(thing) or thing.__module__ == self._models_path.stem

    def _save_definitions(self) -> Callable[[Any], str]:
        """Take what cells define into the models file; return where a thing lives."""
        cells = [thing for thing in self._things() if lives_in_cells(thing)]
        if cells:
            purpose = f"The target of the mapping {self.name}."
            write_atomic(self._models_path, collect_definitions(cells, purpose))
        return lambda thing: self._models_path.stem if self._is_copied(thing) else thing.__module__

    def _load(self, place: str) -> Any:
        """Return the class or function that the mapping file names, `stripe_payments_models:Payment`."""
        module_name, _, name = place.partition(":")
        own = module_name == self._models_path.stem
        try:
            module = load_definitions(self._models_path) if own else importlib.import_module(module_name)
            return getattr(module, name)
        except (ImportError, AttributeError, ValueError):
            raise MappingError(
                f"{self.path.name} names {place!r}, which cannot be found.",
                remedy="Mend the name, or make it importable from the project.",
            ) from None

    # looks

    def table(self) -> Table:
        """Return one row a target field: its type, rule and note."""
        rows = [
            [
                path,
                str(each),
                rule.text if rule else "",
                rule.note if rule else "required" if each.required else "",
            ]
            for path, each in self._spec.target.walk()
            for rule in [self._spec.rules.get(path)]
        ]
        title = f"{self.name}: {self._spec.record} → {self._spec.target.name}"
        note = f"Only where {self._spec.when}." if self._spec.when else ""
        return Table(["target", "type", "rule", "note"], rows, title=title, note=note)

    def __repr__(self) -> str:
        return self.table().text()

    def _repr_html_(self) -> str:
        return self.table().html()


def _empty() -> Any:
    return source_of_rows({}, 0)


def _check_name(name: str) -> None:
    if not name.isidentifier() or name != snake(name):
        raise MappingError(
            f"{name!r} cannot name a mapping: it becomes the name of a module.",
            remedy=f"Write it like {identifier(snake(name) or 'stripe_payments')!r}.",
        )


def _check_constant(name: str) -> None:
    if not (name.isidentifier() and name.isupper()):
        raise MappingError(
            f"{name!r} cannot name a value map or a constant: those are in capitals.",
            remedy=f"Write it like {identifier(snake(name)).upper()!r}.",
        )


def _origin(saved: MappingFile | None) -> Source | None:
    if saved is None or not saved.source.get("connection"):
        return None
    part = saved.source
    return Source(
        connection=part["connection"],
        cassette=part.get("cassette", ""),
        path=part.get("request", ""),
        params=part.get("params", {}),
        json=part.get("json"),
        at=part.get("at", ""),
        query=part.get("query", ""),
    )


def _record_name(origin: Source | None, spec: Spec) -> str:
    """Return what a record of `/v1/charges` is called: a charge, unless a charge has a field of that name."""
    last = snake((origin.path if origin else "").rstrip("/").rsplit("/", 1)[-1].split(".")[0])
    name = last[:-3] + "y" if last.endswith("ies") else last.removesuffix("s")
    return name if name.isidentifier() and name not in spec.source.fields else "record"


def _key(seen: Profile) -> str:
    """Return the path at the record's top that is never twice and always there, `id` before others."""
    top = {name: each for name, each in seen.root.fields.items() if each.types.keys() <= {"text", "integer"}}
    there = [name for name, each in top.items() if each.count - each.nulls == seen.count]
    unique = [name for name in there if top[name].distinct == seen.count]
    return next(iter([*(name for name in there if name == "id"), *unique]), "")


def _rule(path: str, written: Any) -> Rule:
    if isinstance(written, str):
        return Rule(path, written)
    if isinstance(written, dict) and isinstance(written.get("rule"), str):
        return Rule(path, written["rule"], str(written.get("note", "")))
    raise MappingError(f"The rule of {path!r} is {written!r}.", remedy="Write text, or `rule:` and `note:`.")


def _value_map(name: str, written: Any) -> ValueMap:
    if not isinstance(written, dict) or not isinstance(written.get("entries", {}), dict):
        raise MappingError(
            f"The value map {name} is {written!r}.", remedy="Write `entries:` with source: target below."
        )
    entries = dict(written.get("entries", {}))
    return ValueMap(name, entries, given=bool(written.get("given")), note=str(written.get("note", "")))


def _written(table: ValueMap) -> dict[str, Any]:
    parts = {"note": table.note, "given": table.given, "entries": table.entries}
    return {key: value for key, value in parts.items() if value}
