"""The mapping as an analyst holds it: rules by target field, checked and applied over every record, exported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from intkit.compiler.compile import compile_mapping
from intkit.contracts import Contract, read_contract
from intkit.decisions.findings import check_mapping, check_run
from intkit.decisions.rulebook import Rulebook
from intkit.decisions.sign_off import name_in_sheet, sheet_rows, spec_of_sheet
from intkit.decisions.suggestions import Suggestions, suggest_rules
from intkit.errors import MappingError
from intkit.export import Export, has_structs, write_export
from intkit.mapping_files.given import given_of_run
from intkit.mapping_files.mapping_file import read_mapping_file, write_mapping_file
from intkit.mapping_files.models_file import ModelsFile
from intkit.mapping_files.part_file import PartsFolder
from intkit.mapping_files.revisions import mapping_of_revision
from intkit.mapping_files.spreadsheet import read_rows, write_rows
from intkit.mapping_files.written import apply_words, file_of_spec, header_facts, origin_of_file, spec_of_file
from intkit.profiles import Profile, profile
from intkit.project import named_path, project_root
from intkit.results.apply import apply_program, stream_program
from intkit.results.comparison import Comparison, compare_programs
from intkit.results.corrections import read_corrections
from intkit.results.fetching import fetch_records
from intkit.results.loading import load_module
from intkit.results.statements import Statements, differences, read_statements
from intkit.rules.parts import expand
from intkit.rules.source import SourceField, key_of_profile, name_of_records, source_of_profile
from intkit.rules.spec import Spec, check_name
from intkit.rules.targets import read_target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel

    from intkit.compiler.program import Program
    from intkit.contracts import Checked
    from intkit.decisions.findings import Findings
    from intkit.records import Records, Source
    from intkit.results.corrections import Corrections
    from intkit.results.result import Rejected, Result

_SUFFIX = ".mapping.yaml"


class Mapping(Rulebook):
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
        parts = PartsFolder(self.path.parent)
        is_new = source is not None and target is not None and not self.path.is_file()
        saved = None if is_new else read_mapping_file(self.path)
        self._origin = origin_of_file(saved) if saved else None
        self._missing: dict[str, Any] = dict(saved.source.get("missing", {})) if saved else {}
        if saved:
            super().__init__(spec_of_file(name, saved, self._models.load, parts, target))
        else:
            super().__init__(Spec(name, "record", SourceField(), read_target(target), parts=parts))
        if missing:
            self._missing["words"] = list(missing)
        self._spec.notes = notes or self._spec.notes
        if source is not None:
            self._take_source(source if isinstance(source, Profile) else profile(source), record, key)

    def _take_source(self, seen: Profile, record: str, key: str) -> None:
        spec = self._spec
        spec.source, spec.records = source_of_profile(seen), seen.count
        self._origin = _met_limit(seen) or self._origin
        apply_words(spec.source, self._missing)
        spec.record = record or name_of_records(self._origin.path if self._origin else "", spec.source)
        spec.key = key or spec.key or key_of_profile(seen)

    def suggest(self) -> Suggestions:
        """Return rules for target fields that a source field serves by name and type; nothing is set yet.

        `mapping.suggest().accept()` sets them all, `.accept("email")` one of them.
        """
        return Suggestions(suggest_rules(expand(self._spec)), self.set)

    def check(self) -> Findings:
        """Return what can be said before data: gaps, losses, leftovers, worst first."""
        return check_run(self._spec)

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

    def compare(self, old: Mapping | str | Path, records: Iterable[Any] | str | Path) -> Comparison:
        """Return what this mapping makes otherwise of records than an older one, as a table and as Markdown.

        Args:
            old: a mapping; the path of a mapping file: `mapping.path` is what is saved; or what git has:
                `HEAD`, a branch, a tag, a commit.
            records: as `apply` takes them.

        Raises:
            MappingError: one of the mappings is not complete, or a rule cannot work; or there is no such file, and
                no such revision.
        """
        before, said = old._edition() if isinstance(old, Mapping) else self._older(old)  # noqa: SLF001 - one of ours
        after, says = self._edition()
        return compare_programs(before, after, records, differences(said, says))

    def _edition(self) -> tuple[Program, Statements]:
        program = compile_mapping(self._spec)
        return program, read_statements(program.spec, self._origin, self._missing, self._models)

    def _older(self, old: str | Path) -> tuple[Program, Statements]:
        if Path(old).is_file():
            return self._read(Path(old), self._models)
        with mapping_of_revision(self.path, str(old)) as path:
            return self._read(path, ModelsFile(path))

    def _read(self, path: Path, models: ModelsFile) -> tuple[Program, Statements]:
        parts = PartsFolder(path.parent, self.path.parent)  # an older file may have its own beside it
        file = read_mapping_file(path)
        spec = spec_of_file(self.name, file, models.load, parts)
        spec.given = {name: value for name, value in self._spec.given.items() if name in spec.asks}
        program = compile_mapping(spec)
        missing = file.source.get("missing", {})
        return program, read_statements(program.spec, origin_of_file(file), missing, models)

    def fetch(
        self, *, limit: int | None = None, cassette: str | None = None, mode: str | None = None
    ) -> Records:
        """Return the source's records, as the mapping knows where they come from; from the recording by default.

        A replay gives as many as were recorded, another mode all, unless a limit is given here.

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
        # a map that each run gives proves itself on its samples where it has some, whatever this run is given
        maps = self._spec.maps.items()
        samples = {name: dict(table.entries) for name, table in maps if table.given and table.entries}
        program = compile_mapping(replace(self._spec, given={**given_of_run(self._spec), **samples}))
        records = list(self.fetch())
        result = apply_program(program, records, None)
        place = project_root() / folder
        made = Export(
            program,
            self._models.read(self._spec),
            load_module(program),
            result,
            check_mapping(self._spec),
            records,
            header_facts(self.path, self._spec, self._origin, records),
            structs=targets == "struct" or (targets is None and has_structs(place / f"{self.name}.py")),
        )
        return write_export(made, place, check=check)

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
        return mapping._go_on(spec_of_sheet(mapping._spec, Path(path).name, rows))


def _met_limit(seen: Profile) -> Source | None:
    """Return what was asked for; a limit that left nothing out is none."""
    source = seen.source
    return replace(source, limit=None) if source and source.limit and seen.count < source.limit else source


def _corrections(path: str | Path | None) -> Corrections | None:
    return read_corrections(Path(path)) if path is not None else None
