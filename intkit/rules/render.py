"""A compiled mapping as the source of a Python module: the one that is previewed, applied and exported."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from intkit.codegen import Writer, docstring, format_source, literal
from intkit.rules.program import spell_literal
from intkit.transforms import TRANSFORMS, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intkit.rules.program import Function, Program
    from intkit.rules.source import SourceField
    from intkit.rules.spec import ValueMap

# the formatter drops what a module does not use
_IMPORTS = """\
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, cast

import msgspec
"""
_HELPERS = (
    *("required", "all_present", "all_or_none", "at", "reject"),
    *("null_if", "null_if_false", "null_if_text", "exact", "expect"),
)
_FRAME_TITLE = "From here on every exported mapping is the same: why a record failed, and the command line."


@dataclass(frozen=True)
class Definitions:
    """Python that a mapping needs beside its rules: target models, transforms of its own.

    Attributes:
        imports: import lines.
        code: the definitions, in order.
    """

    imports: str
    code: str


def render_module(program: Program, header: str, definitions: Definitions | None) -> str:
    """Return the module's source, formatted.

    Args:
        program: the compiled mapping.
        header: the module's docstring.
        definitions: models and transforms to copy in; None where the caller puts them into the namespace.
    """
    return format_source(write_module(program, header, definitions))


def write_module(program: Program, header: str, definitions: Definitions | None) -> str:
    """Return the module's source as it is written, before the formatter."""
    writer = Writer()
    transforms = source_of(sorted(program.calls & set(TRANSFORMS) - set(program.spec.own)))
    runtime = _runtime(program.calls)
    writer.lines(docstring(header))
    writer.lines(_IMPORTS + runtime.imports + "\n".join(transforms.imports))
    if definitions:
        writer.lines(definitions.imports)
    writer.line()
    _write_maps(writer, program)
    for text in _structs(program):
        writer.lines(text + "\n\n")
    if definitions:
        writer.lines(definitions.code + "\n\n")
    for function in filter(None, [*program.functions, program.wanted, program.rows]):
        _write_function(writer, function)
    _write_road(writer, program)
    if transforms.code:
        writer.lines(transforms.code + "\n\n")
    writer.comment(_FRAME_TITLE)
    writer.lines("\n\n" + runtime.code + "\n\n")
    _write_facts(writer, program)
    return writer.source()


def _write_maps(writer: Writer, program: Program) -> None:
    for table in program.spec.maps.values():
        if table.note:
            writer.comment(table.note)
        writer.line(f"{table.name}: dict[{_key(table)}, {_value(table, program)}] = {literal(table.entries)}")
    for name, value in program.spec.constants.items():
        writer.line(f"{name} = {literal(value)}")
    writer.line()


def _key(table: ValueMap) -> str:
    return _spell(table, key=True)


def _value(table: ValueMap, program: Program) -> str:
    choices = program.literals.get(table.name)
    return spell_literal(choices) if choices else _spell(table, key=False)


def _spell(table: ValueMap, *, key: bool) -> str:
    values = table.entries.keys() if key else table.entries.values()
    names = sorted({"None" if value is None else type(value).__name__ for value in values}) or ["str"]
    return " | ".join(names)


def _structs(program: Program) -> Iterator[str]:
    """Yield the source's classes, inner ones first; only what is read is declared."""
    use = program.use
    places = list(program.spec.source.walk())
    for place in places:  # an object that is only counted has a class too
        for key in use.reads.get(place.path, {}):
            use.wire_annotation(place.fields[key])
    for place in reversed([each for each in places if each.path in use.names]):
        keys = use.reads.get(place.path, {})
        writer = Writer()
        with writer.block(f"class {use.names[place.path]}(msgspec.Struct):"):
            writer.lines(docstring(_title(place, program)) + "\n")
            order = list(place.fields)
            ordered = sorted(
                keys.items(), key=lambda pair: (_is_optional(program, place, pair[0]), order.index(pair[0]))
            )
            for key, attribute in ordered:
                writer.line(_struct_field(program, place, key, attribute))
        yield writer.source()


def _title(place: SourceField, program: Program) -> str:
    if not place.steps:
        return f"One {program.spec.record} of the source: the part of it that the rules read."
    return f"What stands at `{place.path}`."


def _is_optional(program: Program, place: SourceField, key: str) -> bool:
    path = place.fields[key].path
    if key == "id" and place.path in program.use.references:
        return False
    return path not in program.use.need or place.path in program.use.loose


def _struct_field(program: Program, place: SourceField, key: str, attribute: str) -> str:
    annotation = program.use.wire_annotation(place.fields[key])
    optional = _is_optional(program, place, key)
    if optional:
        annotation += " | None"
    if key != attribute:
        default = ", default=None" if optional else ""
        return f"{attribute}: {annotation} = msgspec.field(name={literal(key)}{default})"
    return f"{attribute}: {annotation}" + (" = None" if optional else "")


def _write_function(writer: Writer, function: Function) -> None:
    parameters = ", ".join(f"{name}: {annotation}" for name, annotation in function.parameters)
    with writer.block(f"def {function.name}({parameters}) -> {function.returns}:"):
        writer.lines(docstring(function.document))
        for name, code in function.locals.items():
            writer.line(f"{name} = {code}")
        if function.result:
            writer.line(f"return {function.result}")
        else:
            _write_constructor(writer, function)
    writer.lines("\n\n")


def _write_constructor(writer: Writer, function: Function) -> None:
    plain = [line for line in function.lines if line.argument.isidentifier()]
    odd = [line for line in function.lines if not line.argument.isidentifier()]
    with writer.block(f"return {function.returns}("):
        for line in [*plain, *odd]:
            if line.rule and line.rule.note:
                writer.comment(line.rule.note)
            if line.rule and _is_telling(line.rule.text, line.code):
                writer.comment(line.rule.text)
            if line.argument.isidentifier():
                writer.line(f"{line.argument}={line.code},")
            else:
                writer.line(f"**{{{literal(line.argument)}: {line.code}}},")
    writer.line(")")


def _is_telling(rule: str, code: str) -> bool:
    """Whether a rule says more than the code below it: a plain path does not."""
    return any(mark in rule for mark in "|(+*/\"' ") and rule.replace(" ", "") not in code.replace(" ", "")


def _write_road(writer: Writer, program: Program) -> None:
    """Write what takes a record through the functions, and reports it where it fails."""
    use, spec = program.use, program.spec
    source, target, record = use.names[""], spec.target.name, program.functions[0].parameters[0][0]
    build = program.functions[0].name
    writer.line(f"_decode = msgspec.json.Decoder({source}).decode")
    writer.line()
    writer.line()
    with writer.block(f"def map_record(raw: bytes | str | dict[str, Any]) -> list[{target} | Reject]:"):
        empty = "an empty list says that it is left out"
        writer.lines(docstring(f"Map one {spec.record}, JSON or a dict; {empty}."))
        with writer.block("try:"):
            decoded = f"_decode(raw) if isinstance(raw, bytes | str) else msgspec.convert(raw, {source})"
            writer.line(f"{record} = {decoded}")
            if program.wanted:
                with writer.block(f"if not is_wanted({record}):"):
                    writer.line("return []")
            if program.rows:
                writer.line(f"rows = rows_of({record})")
            else:
                writer.line(f"return [{build}({record})]")
        with writer.block("except FAILURES as error:"):
            writer.line("return [explain(raw, error, FACTS)]")
        if program.rows:
            writer.line("return [map_row(raw, " + f"{record}, rows, place) for place in range(len(rows))]")
    writer.lines("\n\n")
    if program.rows:
        _write_row(writer, program, record, target, build)
    with writer.block(
        f"def map_records(records: Iterable[bytes | str | dict[str, Any]]) -> Iterator[{target} | Reject]:"
    ):
        writer.lines(docstring("Map records one by one, as they come; a record that fails gives a Reject."))
        with writer.block("for record in records:"):
            writer.line("yield from map_record(record)")
    writer.lines("\n\n")


def _write_row(writer: Writer, program: Program, record: str, target: str, build: str) -> None:
    rows = program.rows
    arguments = "".join(f", {each}" for each, _ in program.functions[0].parameters[1:])
    row = arguments.removeprefix(", ")
    annotation = rows.returns if rows else "list[object]"
    with writer.block(
        f"def map_row(raw: bytes | str | dict[str, Any], {record}: {program.use.names['']}, rows: {annotation}, "
        f"place: int) -> {target} | Reject:"
    ):
        writer.lines(docstring(f"Map one row of a {program.spec.record}."))
        with writer.block("try:"):
            writer.line(f"return {build}({record}, rows[place])" if row else f"return {build}({record})")
        with writer.block("except FAILURES as error:"):
            writer.line("return explain(raw, error, FACTS, place)")
    writer.lines("\n\n")


def _write_facts(writer: Writer, program: Program) -> None:
    spec, use = program.spec, program.use
    rules = {target: (line.rule, ", ".join(line.paths)) for target, line in program.lineage.items()}
    contract = dict(_contract(program))
    with writer.block("RULES: dict[str, tuple[str, str]] = {"):
        for target, (rule, paths) in rules.items():
            writer.line(f"{literal(target)}: ({literal(rule)}, {literal(paths)}),")
    writer.line("}")
    with writer.block("CONTRACT: dict[str, str] = {"):
        for path, words in contract.items():
            writer.line(f"{literal(path)}: {literal(words)},")
    writer.line("}")
    builders = ", ".join(function.name for function in program.functions)
    models = tuple(model.name for model in spec.target.models())
    calls = tuple(sorted(name for name in program.calls if name not in ("Decimal", "cast")))
    with writer.block("FACTS = Facts("):
        writer.line(f"key={literal(spec.key)},")
        writer.line(f"source={use.names['']},")
        writer.line(f"target={spec.target.name},")
        writer.line(f"builders=({builders},),")
        writer.line(f"models={literal(models)},")
        writer.line(f"calls={literal(calls)},")
        writer.line("rules=RULES,")
    writer.line(")")
    writer.lines("\n")
    with writer.block('if __name__ == "__main__":'):
        writer.line(f"raise SystemExit(run_command({literal(spec.name)}, map_record))")


def _contract(program: Program) -> Iterator[tuple[str, str]]:
    """Yield each source path that the rules rely on, and what it has to be."""
    for place in program.spec.source.walk():
        for key in program.use.reads.get(place.path, {}):
            kid = place.fields[key]
            words = " or ".join(sorted(kid.kinds)) or "null"
            yield kid.path, f"{words} or null" if _is_optional(program, place, key) and kid.kinds else words


@dataclass(frozen=True)
class _Runtime:
    imports: str
    code: str


def _runtime(calls: set[str]) -> _Runtime:
    """Return the functions that every module brings along, and the helpers that this one calls."""
    imports, definitions = _read_runtime()
    wanted = set(calls)
    if "all_present" in calls:
        wanted.add("required")
    kept = [code for name, code in definitions.items() if name not in _HELPERS or name in wanted]
    return _Runtime(imports, "\n\n\n".join(kept))


@cache
def _read_runtime() -> tuple[str, dict[str, str]]:
    text = Path(__file__).with_name("runtime.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    defined = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign)]
    definitions = {_defined_name(node): ast.get_source_segment(text, node) or "" for node in defined}
    lines = [
        ast.get_source_segment(text, node) or "" for node in imports if "__future__" not in ast.unparse(node)
    ]
    return "\n".join(lines) + "\n", definitions


def _defined_name(node: ast.FunctionDef | ast.ClassDef | ast.Assign) -> str:
    return ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else node.name
