"""Writing an export: three files that agree with the mapping, and are never edited by hand."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intkit.compiler.compile import compile_mapping
from intkit.errors import ExportError
from intkit.export.module import export_source, is_untouched
from intkit.export.proof import examples_of, prove, prove_given, test_source
from intkit.export.sheet import sheet_text
from intkit.export.structs import struct_definitions
from intkit.files import read_text, write_atomic
from intkit.redaction import find_secrets
from intkit.results.loading import run_source

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from intkit.compiler.program import Program
    from intkit.compiler.render import Definitions
    from intkit.decisions.findings import Findings
    from intkit.results.result import Result

_LONGEST_DIFF = 60
_MADE_FROM = re.compile(
    r"^(?:- )?((?:Mapping:|Part:|Tried on: \d+ records of) (\S+?),? .*sha256 \w+)$", re.MULTILINE
)
STRUCTS_LINE = "Targets: msgspec Structs, for speed"


@dataclass(frozen=True)
class Export:
    """All that the files of an export are made from.

    Attributes:
        program: the compiled mapping.
        definitions: target models and own transforms.
        module: the compiled mapping, running.
        result: what it makes of the recorded records.
        findings: what its check says.
        records: the recorded records.
        header: facts for the head of each file.
        structs: the module's targets are msgspec Structs, for speed.
    """

    program: Program
    definitions: Definitions
    module: ModuleType
    result: Result
    findings: Findings
    records: list[dict[str, Any]]
    header: list[str]
    structs: bool = False


def write_export(made: Export, folder: Path, *, check: bool) -> list[Path]:
    """Write the files, or only compare them; return their paths.

    Raises:
        ExportError: a file was edited by hand; or, where only compared, one is stale or missing.
    """
    name = made.program.spec.name
    source, module = _module(made)
    cases, given = prove_given(
        module, prove(module, made.records, made.program.spec), made.program.spec.given
    )
    files = {
        folder / f"{name}.py": source,
        folder / f"test_{name}.py": test_source(name, module, cases, given),
        folder / f"{name}.md": sheet_text(
            made.program, made.header, made.result, made.findings, examples_of(cases)
        ),
    }
    _refuse_secrets(files)
    if check:
        for path, text in files.items():
            _check_fresh(path, text, name)
        return list(files)
    for path, text in files.items():
        _refuse_edited(path, text)
    return [write_atomic(path, text) for path, text in files.items()]


def _refuse_secrets(files: dict[Path, str]) -> None:
    for path, text in files.items():
        if leaks := find_secrets(text.encode("utf-8", "surrogatepass")):
            raise ExportError(
                f"{path.name} would hold the secret {leaks[0].name}, and is not written.",
                remedy="Take it out of the recording, the rules and the notes.",
            )


def has_structs(path: Path) -> bool:
    """Whether the module there was exported with Structs as targets."""
    return path.is_file() and f"\n{STRUCTS_LINE}\n" in read_text(path)


def _module(made: Export) -> tuple[str, ModuleType]:
    """Return the module's source, and the module running."""
    if not made.structs:
        return export_source(made.program, made.definitions, made.header), made.module
    program = compile_mapping(made.program.spec, structs=True)
    definitions = struct_definitions(program, made.definitions)
    source = export_source(program, definitions, [*made.header, STRUCTS_LINE])
    return source, run_source(source, made.program.spec)


def _check_fresh(path: Path, text: str, name: str) -> None:
    there = read_text(path) if path.is_file() else ""
    if there != text:
        files = " and ".join(name for line, name in _MADE_FROM.findall(text) if line not in there)
        stale = f"{files} has changed" if files else "it and the mapping disagree"
        what = f"is stale: {stale}" if there else "has not been written"
        raise ExportError(
            f"{path.name} {what}.",
            _diff(there, text, "the file", "the mapping, exported"),
            remedy=f"Run `intkit export {name}` and commit what it writes.",
        )


def _refuse_edited(path: Path, text: str) -> None:
    there = read_text(path) if path.is_file() else ""
    if there and there != text and not is_untouched(there):
        carry = (
            "Move it into a test file of your own"
            if path.name.startswith("test_")
            else "Carry the edit into the mapping (a rule, a transform, a note)"
        )
        raise ExportError(
            f"{path.name} was edited by hand, and is not overwritten.",
            _diff(text, there, "the mapping, exported", "the file"),
            remedy=f"{carry}, delete the file, export again.",
        )


def _diff(one: str, other: str, one_name: str, other_name: str) -> str:
    lines = list(
        difflib.unified_diff(one.splitlines(), other.splitlines(), one_name, other_name, lineterm="", n=1)
    )
    more = [f"… {len(lines) - _LONGEST_DIFF} more lines"] if len(lines) > _LONGEST_DIFF else []
    return "\n".join([*lines[:_LONGEST_DIFF], *more])
