"""The mapping as an analyst holds it: rules by target field, checked and applied over every record, exported."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from intkit.codegen import identifier, snake
from intkit.contracts import Contract, read_contract
from intkit.errors import MappingError, nearest, shorten
from intkit.export import Export, has_structs, write_export
from intkit.profiles import Profile, profile
from intkit.project import named_path, project_root
from intkit.records import Source
from intkit.rules.apply import apply_program, stream_program
from intkit.rules.comparison import Comparison, compare_programs
from intkit.rules.compile import check_filter, check_rule, compile_mapping
from intkit.rules.corrections import read_corrections
from intkit.rules.fetching import fetch_records
from intkit.rules.findings import check_mapping
from intkit.rules.loading import load_module
from intkit.rules.mapping_file import read_mapping_file, write_mapping_file
from intkit.rules.models_file import ModelsFile
from intkit.rules.names import check_names
from intkit.rules.sign_off import name_in_sheet, sheet_rows, spec_of_sheet
from intkit.rules.source import SourceField, key_of_profile, name_of_records, source_of_profile
from intkit.rules.spec import RUN_KINDS, Rule, Spec, ValueMap, check_constant, check_name
from intkit.rules.spreadsheet import read_rows, write_rows
from intkit.rules.suggestions import Suggestions, suggest_rules
from intkit.rules.targets import read_target
from intkit.rules.written import apply_words, file_of_spec, origin_of_file, spec_of_file
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Mapping as Values

    from pydantic import BaseModel

    from intkit.contracts import Checked
    from intkit.records import Records
    from intkit.rules.corrections import Corrections
    from intkit.rules.findings import Findings
    from intkit.rules.result import Rejected, Result

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
        check_name(name)
        self.path = named_path("mappings", name, _SUFFIX)
        self._models = ModelsFile(self.path)
        is_new = source is not None and target is not None and not self.path.is_file()
        saved = None if is_new else read_mapping_file(self.path)
        self._origin = origin_of_file(saved) if saved else None
        self._missing: dict[str, Any] = dict(saved.source.get("missing", {})) if saved else {}
        if saved:
            self._spec = spec_of_file(name, saved, self._models.load, target)
        else:
            self._spec = Spec(name, "record", SourceField(), read_target(target))
        if missing:
            self._missing["words"] = list(missing)
        self._spec.notes = notes or self._spec.notes
        self._past: list[Spec] = []
        if source is not None:
            self._take_source(source if isinstance(source, Profile) else profile(source), record, key)

    def _take_source(self, seen: Profile, record: str, key: str) -> None:
        spec = self._spec
        spec.source, spec.records = source_of_profile(seen), seen.count
        self._origin = seen.source or self._origin
        apply_words(spec.source, self._missing)
        spec.record = record or name_of_records(self._origin.path if self._origin else "", spec.source)
        spec.key = key or spec.key or key_of_profile(seen)

    @property
    def name(self) -> str:
        """The mapping's name."""
        return self._spec.name

    # rules

    def set(self, target: str, rule: str, note: str = "") -> Self:
        """Give a target field its rule.

        Args:
            target: the field's path, `amount`, `address.city`; `lines[]` for a list's rows.
            rule: an expression, `amount | minor_units(currency)`; for rows `for line in lines.data`.
            note: why it is so; it stands beside the rule in the export and in the sheet.

        Raises:
            RuleError: the rule cannot work with this source and this target; nothing has changed then.
            MappingError: the target has no such field.
        """
        self._spec.target.find(target)
        if not isinstance(rule, str):
            raise MappingError(
                f"The rule of {target!r} is {shorten(rule)}, and a rule is text.",
                remedy=f"Write a rule, or take it away: mapping.unset({target!r}).",
            )
        made = Rule(target, rule, note)
        check_rule(self._spec, made)
        return self._change(rules={**self._spec.rules, target: made})

    def unset(self, target: str) -> Self:
        """Take a target field's rule away.

        Raises:
            MappingError: it has none.
        """
        if target not in self._spec.rules:
            raise MappingError(f"{target!r} has no rule.{nearest(target, self._spec.rules)}")
        return self._change(rules={path: rule for path, rule in self._spec.rules.items() if path != target})

    def when(self, condition: str) -> Self:
        """Map only the records for which the condition holds; an empty text maps all.

        Raises:
            RuleError: the condition cannot work with this source.
        """
        check_filter(replace(self._spec, when=condition))
        return self._change(when=condition)

    def each(self, tail: str) -> Self:
        """Make many targets from one record: `for refund in refunds.data`; an empty text makes one.

        Raises:
            RuleError: the source has no such list.
        """
        check_filter(replace(self._spec, each=tail))
        return self._change(each=tail)

    def value_map(
        self, name: str, entries: Values[Any, Any] | None = None, note: str = "", *, given: bool = False
    ) -> Self:
        """Declare what each source value becomes, for `x | lookup(NAME)`.

        Args:
            name: in CAPITALS.
            entries: source value to target value; without them the map is given at run time.
            note: why it is so.
            given: each run gives the map; the entries are samples, for the types and for the export's tests.

        Raises:
            MappingError: the name is taken or not in capitals, or a value is none that a file can hold.
        """
        check_constant(name, *(entries or {}).keys(), *(entries or {}).values())
        table = ValueMap(name, dict(entries or {}), given=given or entries is None, note=note)
        return self._change(maps={**self._spec.maps, name: table})

    def constant(self, name: str, value: Any) -> Self:
        """Name a value for use in rules.

        Raises:
            MappingError: the name is taken or not in capitals, or the value is none that a file can hold.
        """
        check_constant(name, value)
        return self._change(constants={**self._spec.constants, name: value})

    def parameter(self, name: str, kind: type = str) -> Self:
        """Name a value that each run gives, like a booking date; rules use it as they use a constant.

        Args:
            name: in CAPITALS.
            kind: `str`, `int`, `bool`, `Decimal`, `date` or `datetime`.

        Raises:
            MappingError: the name is taken or not in capitals, or the kind is another.
        """
        check_constant(name)
        if kind not in RUN_KINDS.values():
            raise MappingError(
                f"The run parameter {name} cannot be {kind!r}.", remedy=f"Give one of {', '.join(RUN_KINDS)}."
            )
        return self._change(constants={**self._spec.constants, name: kind})

    def give(self, **values: Any) -> Self:
        """Give what this run has to: run parameters, and the value maps without entries; nothing of it is saved.

        Raises:
            MappingError: the mapping asks for no such name.
        """
        for name in values:
            if name not in self._spec.asks:
                raise MappingError(
                    f"The mapping asks no run for {name!r}.{nearest(name, self._spec.asks)}",
                    remedy="Declare it first: `mapping.value_map(NAME)` or `mapping.parameter(NAME, date)`.",
                )
        self._spec = replace(self._spec, given={**self._spec.given, **values})
        return self

    def transform(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let rules use a function of your own; works as a decorator.

        Raises:
            MappingError: its name is taken, or it has no annotations, from which rules learn what goes in and out.
        """
        if "return" not in function.__annotations__:
            raise MappingError(
                f"The transform {function.__name__!r} does not say what it takes and gives.",
                remedy="Annotate it: `def shorten(value: str) -> str:`.",
            )
        self._change(own={**self._spec.own, function.__name__: function})
        return function

    def undo(self) -> Self:
        """Take the last change back: a rule, a filter, a value map, a constant or a transform.

        Raises:
            MappingError: nothing was changed since the mapping was opened.
        """
        if not self._past:
            raise MappingError("There is nothing to undo: the mapping is as it was opened.")
        self._spec = self._past.pop()
        return self

    def _change(self, **parts: Any) -> Self:
        """Go on with a changed copy, and keep the one before."""
        changed = replace(self._spec, **parts)
        check_names(changed)
        self._past.append(self._spec)
        self._spec = changed
        return self

    # work

    def suggest(self) -> Suggestions:
        """Return rules for target fields that a source field serves by name and type; nothing is set yet.

        `mapping.suggest().accept()` sets them all, `.accept("email")` one of them.
        """
        return Suggestions(suggest_rules(self._spec), self.set)

    def check(self) -> Findings:
        """Return what can be said before data: gaps, losses, leftovers, worst first."""
        return check_mapping(self._spec)

    def apply(
        self,
        records: Iterable[Any] | str | Path,
        *,
        corrections: str | Path | None = None,
        keep: bool = True,
        checked: Checked | None = None,
    ) -> Result:
        """Map records and return what came of them.

        Args:
            records: Records, dicts, or JSON texts; or JSONL, as the path of a file or as bytes.
            corrections: a file that says what single records should hold, see `result.write_corrections`.
            keep: keep targets and rejects; without them memory stays flat, whatever the number of records.
            checked: what `check_contract` found in these records: those that it rejects are not mapped.

        Raises:
            MappingError: the mapping is not complete, or a rule cannot work.
            ContractError: the records break a promise that ends the run.
        """
        refused = checked.refused() if checked else None
        program = compile_mapping(self._spec)
        return apply_program(program, records, _corrections(corrections), keep=keep, refused=refused)

    def check_contract(self, records: Iterable[Any]) -> Checked:
        """Return what the records break of mappings/NAME.contract.yaml: nothing, where there is no such file.

        Raises:
            ContractError: the file is no contract.
        """
        path = named_path("mappings", self.name, ".contract.yaml")
        contract = read_contract(path) if path.is_file() else Contract(self.name)
        return contract.check(records)

    def stream(
        self, records: Iterable[Any] | str | Path, *, corrections: str | Path | None = None
    ) -> Iterator[BaseModel | Rejected]:
        """Return the targets and rejects one by one, as the records come; nothing is kept.

        Args:
            records: as `apply` takes them.
            corrections: as `apply` takes it.

        Raises:
            MappingError: the mapping is not complete, or a rule cannot work.
        """
        return stream_program(compile_mapping(self._spec), records, _corrections(corrections))

    def compare(self, old: Mapping, records: Iterable[Any] | str | Path) -> Comparison:
        """Return what this mapping makes otherwise of records than an older one, as a table and as Markdown.

        `mapping.compare(intkit.Mapping(mapping.name), records)` compares with what is saved.
        """
        return compare_programs(compile_mapping(old._spec), compile_mapping(self._spec), records)

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
        return fetch_records(origin, limit=limit, cassette=cassette, mode=mode)

    # files

    def save(self) -> Path:
        """Write `mappings/NAME.mapping.yaml`, and the models file where a cell defines the target.

        Raises:
            MappingError: a definition cannot be taken out of its cell.
        """
        self._models.write(self._spec)
        write_mapping_file(
            self.path, file_of_spec(self._spec, self._origin, self._missing, self._models.place)
        )
        return self.path

    def export(
        self,
        folder: str = "mappings",
        *,
        check: bool = False,
        targets: Literal["pydantic", "struct"] | None = None,
    ) -> list[Path]:
        """Write the module, its tests and its sheet, and return their paths; the same mapping gives the same bytes.

        Args:
            folder: where to, below the project.
            check: write nothing, and raise where the files and the mapping disagree.
            targets: pydantic models, or msgspec Structs for speed; what is there already if not given.

        Raises:
            ExportError: a file was edited by hand, or is stale; or a model does what no Struct can.
            MappingError: the mapping is not complete.
        """
        if not check:
            self.save()
        # a map that each run gives proves itself on its samples, whatever this session was given
        samples = {name: dict(table.entries) for name, table in self._spec.maps.items() if table.given}
        program = compile_mapping(replace(self._spec, given={**self._spec.given, **samples}))
        records = list(self.fetch())
        result = apply_program(program, records, None)
        place = project_root() / folder
        made = Export(
            program,
            self._models.read(self._spec),
            load_module(program),
            result,
            self.check(),
            records,
            self._header(),
            structs=targets == "struct" or (targets is None and has_structs(place / f"{self.name}.py")),
        )
        return write_export(made, place, check=check)

    def _header(self) -> list[str]:
        origin = self._origin or Source()
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        place = f"mappings/{self.path.name}"
        return [
            f"Mapping: {place}, sha256 {digest}",
            f"Seen on: {self._spec.records} records of cassettes/{origin.cassette}.yaml ({origin.path})",
            f"Change it there and run `intkit export {self.name}`; this file is not edited by hand.",
        ]

    def sheet(self, path: str | Path, result: Result | None = None) -> Path:
        """Write the mapping as a sheet for sign-off, CSV or Excel; `Mapping.from_sheet` reads it back.

        Args:
            path: ends in `.csv` or `.xlsx`.
            result: adds how well each target field is filled, and an example.

        Raises:
            MappingError: the file has another ending.
            ExtraMissing: Excel files need the extra `excel`.
        """
        return write_rows(Path(path), sheet_rows(self._spec, result))

    @classmethod
    def from_sheet(cls, path: str | Path) -> Self:
        """Return the saved mapping that a sheet is of, with the sheet's decisions; nothing is saved yet.

        Raises:
            MappingError: cells cannot be used; each of them is named.
        """
        rows = read_rows(Path(path))
        mapping = cls(name_in_sheet(Path(path).name, rows))
        mapping._past.append(mapping._spec)
        mapping._spec = spec_of_sheet(mapping._spec, Path(path).name, rows)
        return mapping

    # looks

    def table(self) -> Table:
        """Return one row a target field: its type, rule and note."""
        return self._spec.table()

    def __repr__(self) -> str:
        return self.table().text()

    def _repr_html_(self) -> str:
        return self.table().html()


def _corrections(path: str | Path | None) -> Corrections | None:
    return read_corrections(Path(path)) if path is not None else None
