"""A compiled mapping as the source of a Python module: the one that is previewed, applied and exported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intkit.codegen import Writer, docstring, format_source, literal
from intkit.compiler.facts import is_optional, stand_ins, write_contract, write_facts
from intkit.compiler.frame import COMMAND, NUMBERS, RESULTS, read_frame
from intkit.compiler.program import spell_literal
from intkit.paths import EACH
from intkit.rules.types import PYTHON
from intkit.transforms import TABLES, TRANSFORMS, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intkit.compiler.program import Function, Program
    from intkit.rules.source import SourceField
    from intkit.rules.spec import ValueMap

# the formatter drops what a module does not use
_IMPORTS = """\
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any, Literal, cast

import msgspec
from pydantic import TypeAdapter
"""


_GIVE = '''\
def give(**values: Any) -> None:
    """Take what this run gives, by name and before the first record; text is read as the type that is declared.

    Raises:
        msgspec.ValidationError: something is missing, is not known, or is of another type.
    """
'''
_BATCHES = '''\
def map_batches(batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
    """Map Arrow batches, in Spark's `mapInArrow` too: one column of JSON, or a column a field.

    Batches of the target's columns come out; a record that fails is a row with its reject as JSON in `reject`.
    """
    for batch in batches:
        yield batch_of(records_of(batch), map_record, FACTS)
'''
_FRAME_TITLE = (
    "Why a record failed: from here on, all exports are alike but for FACTS, and for what they do not need"
)
# what every export needs of the part that all share
_NEEDED = ("explain", "unknown_values", "records_of", "batch_of", "command_line")


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
    """Return the module's source as it is written, before the formatter.

    What a reader wants comes first: what comes out, what comes in, the mapping; what all exports share comes last.
    """
    writer = Writer()
    transforms = source_of(sorted(program.calls & {*TRANSFORMS, *TABLES} - set(program.spec.own)))
    frame = read_frame(structs=program.structs, numbers=program.reads_numbers)
    writer.lines(docstring(header))
    writer.lines(_IMPORTS + frame.imports + "\n".join(transforms.imports))
    if definitions:
        writer.lines(definitions.imports)
        writer.section("The target", definitions.code)
    numbers = [frame.code(NUMBERS)] if program.reads_numbers else []
    writer.section("The source: what the rules read", "\n\n\n".join([*_structs(program), *numbers]))
    writer.section("The mapping", "")
    _write_maps(writer, program)
    for function in filter(None, [*program.functions, program.wanted, program.rows]):
        _write_function(writer, program, function)
    writer.section("Records in, targets and rejects out", frame.code(RESULTS) + "\n\n")
    _write_road(writer, program)
    write_contract(writer, program)
    if transforms.code:
        writer.section("Transforms", transforms.code)
    command_name = "run_given" if program.spec.asks else "run_command"
    needed = frame.needed({*_NEEDED, *program.calls, *stand_ins(program).values(), command_name})
    elsewhere = {*COMMAND, *RESULTS, *NUMBERS}
    writer.section(_FRAME_TITLE, frame.code(name for name in needed if name not in elsewhere))
    write_facts(writer, program)
    command = frame.code(name for name in needed if name in COMMAND)
    if program.spec.omit_null:
        command = command.replace(".model_dump_json()", ".model_dump_json(exclude_none=True)")
        command = command.replace('.model_dump(mode="json")', '.model_dump(mode="json", exclude_none=True)')
    writer.section("Batches, files and the command line", command)
    with writer.block('if __name__ == "__main__":'):
        options = f"command_line({literal(program.spec.name)})"
        given = f"{options}, give" if program.spec.asks else f"{options}.parse_args()"
        writer.line(f"raise SystemExit({command_name}({given}, map_record, FACTS))")
    return writer.source()


def _write_maps(writer: Writer, program: Program) -> None:
    for table in program.spec.maps.values():
        if table.note:
            writer.comment(table.note)
        entries = "" if table.given else f" = {literal(table.entries)}"
        writer.line(f"{table.name}: {_table(table, program)}{entries}")
    for name, choices in program.choices.items():
        kinds = " | ".join(sorted({type(each).__name__ for each in choices}))
        entries = literal(dict(zip(choices, choices, strict=True)))
        writer.line(f"{name}: dict[{kinds}, {spell_literal(choices)}] = {entries}")
    for name, value in program.spec.constants.items():
        writer.line(f"{name}: {value.__name__}" if isinstance(value, type) else f"{name} = {literal(value)}")
    if program.spec.asks:
        _write_given(writer, program)
    writer.lines("\n\n")


def _write_given(writer: Writer, program: Program) -> None:
    """Write what takes the run's own values."""
    spec = program.spec
    with writer.block("class Given(msgspec.Struct, forbid_unknown_fields=True):"):
        writer.lines(docstring("What each run gives.") + "\n")
        for name in spec.asks:
            table = spec.maps.get(name)
            kind = _table(table, program) if table else spec.constants[name].__name__
            writer.line(f"{name}: {kind}")
    writer.lines("\n\n" + _GIVE)
    with writer.indented():
        writer.line(f"global {', '.join(spec.asks)}  # noqa: PLW0603 - once a run, before the first record")
        writer.line("run = msgspec.convert(values, Given, strict=False, str_keys=True)")
        for name in spec.asks:
            writer.line(f"{name} = run.{name}")
        writer.line("rehearsal.cache_clear()")


def _table(table: ValueMap, program: Program) -> str:
    return f"dict[{_key(table, program)}, {_value(table, program)}]"


def _key(table: ValueMap, program: Program) -> str:
    if table.given:
        return PYTHON[program.use.given_keys.get(table.name, table.key).kind]
    return _spell(table, key=True)


def _value(table: ValueMap, program: Program) -> str:
    choices = program.literals.get(table.name)
    return spell_literal(choices) if choices else _spell(table, key=False)


def _spell(table: ValueMap, *, key: bool) -> str:
    values = table.entries.keys() if key else table.entries.values()
    names = sorted({"None" if value is None else type(value).__name__ for value in values}) or ["str"]
    return " | ".join(names)


def _structs(program: Program) -> Iterator[str]:
    """Yield the source's classes, the record's own first; only what is read is declared."""
    use = program.use
    places = list(program.spec.source.walk())
    for place in places:  # an object that is only counted has a class too
        for key in use.reads.get(place.path, {}):
            use.wire_annotation(place.fields[key])
    for place in [each for each in places if each.path in use.names]:
        keys = use.reads.get(place.path, {})
        writer = Writer()
        with writer.block(f"class {use.names[place.path]}(msgspec.Struct, gc=False):"):
            writer.lines(docstring(_title(place, program)) + "\n")
            order = list(place.fields)
            ordered = sorted(
                keys.items(), key=lambda pair: (is_optional(program, place, pair[0]), order.index(pair[0]))
            )
            for key, attribute in ordered:
                writer.line(_struct_field(program, place, key, attribute))
        yield writer.source().rstrip()


def _title(place: SourceField, program: Program) -> str:
    if not place.steps:
        return f"One {program.spec.record}, as {place.parents} of them were seen."
    if place.steps[-1] == EACH:
        return f"An element of `{place.path.removesuffix('[]')}`; {place.types.get('object', 0)} were seen."
    return f"`{place.path}`, an object in {place.types.get('object', 0)} of {place.parents}."


def _struct_field(program: Program, place: SourceField, key: str, attribute: str) -> str:
    kid = place.fields[key]
    annotation = program.use.wire_annotation(kid)
    optional = is_optional(program, place, key)
    if optional:
        annotation += " | None"
    seen = f"  # {kid.present} of {kid.parents}" if optional and kid.absent else ""
    if key != attribute:
        default = ", default=None" if optional else ""
        return f"{attribute}: {annotation} = msgspec.field(name={literal(key)}{default}){seen}"
    return f"{attribute}: {annotation}" + (" = None" if optional else "") + seen


def _write_function(writer: Writer, program: Program, function: Function) -> None:
    parameters = ", ".join(f"{name}: {annotation}" for name, annotation in function.parameters)
    with writer.block(f"def {function.name}({parameters}) -> {function.returns}:"):
        writer.lines(docstring(function.document))
        for name, code in function.locals.items():
            writer.line(f"{name} = {code}")
        if function.result:
            writer.line(f"return {function.result}")
        else:
            _write_fields(writer, program, function)
    writer.lines("\n\n")


def _write_fields(writer: Writer, program: Program, function: Function) -> None:
    """Write what a builder returns: the fields of a model, or a Struct, by place: that takes a seventh less time."""
    opening, closing = (f"{function.returns}(", ")") if program.structs else ("{", "}")
    given = program.always_given(function.returns)
    with writer.block(f"return {opening}"):
        for line in sorted(function.lines, key=lambda line: line.name not in given):
            if line.rule and line.rule.note:
                writer.comment(line.rule.note)
            if line.rule and _is_telling(line.rule.text, line.code):
                writer.comment(line.rule.text)
            if not program.structs:
                writer.line(f"{literal(line.name)}: {line.code},")
            elif line.name in given:
                writer.line(f"{line.code},  # {line.name}")
            else:
                writer.line(f"{line.name}={line.code},")
    writer.line(closing)


def _validator(program: Program) -> str:
    """Return pydantic's validation of a target; by the fields' own names, where a model has others for them too."""
    validate = f"TypeAdapter({program.spec.target.name}).validate_python"
    aliased = any(model.has_aliases for model in program.spec.target.models())
    return f"partial({validate}, by_alias=False, by_name=True)" if aliased else validate


def _is_telling(rule: str, code: str) -> bool:
    """Whether a rule says more than the code below it: a plain path does not."""
    return any(mark in rule for mark in "|(+*/\"' ") and rule.replace(" ", "") not in code.replace(" ", "")


def _write_road(writer: Writer, program: Program) -> None:
    """Write what takes a record through the functions, and reports it where it fails."""
    spec, source, target = program.spec, program.use.names[""], program.spec.target.name
    hook = ", dec_hook=read_number" if program.reads_numbers else ""
    exact = ", float_hook=Decimal" if hook else ""
    writer.line(f"_decode = msgspec.json.Decoder({source}{hook}{exact}).decode")
    if not program.structs:
        writer.line(f"_validate = {_validator(program)}")
    writer.lines("\n\n")
    if program.wanted or program.rows:
        _write_mapper(writer, program, "map_record", listed=True)
        made = "chain.from_iterable(map(map_record, records))"
    else:
        # without lists of one, which take a fiftieth of the time
        _write_mapper(writer, program, "map_one", listed=False)
        with writer.block(f"def map_record(raw: Record) -> list[{target} | Reject]:"):
            writer.lines(
                docstring(f"Map one {spec.record} to a list of one; other mappings give none, or many.")
            )
            writer.line("return [map_one(raw)]")
        made = "map(map_one, records)"
    writer.lines("\n\n")
    if program.rows:
        _write_row(writer, program)
    with writer.block(f"def map_records(records: Iterable[Record]) -> Iterator[{target} | Reject]:"):
        writer.lines(docstring("Map records one by one, as they come; a record that fails gives a Reject."))
        writer.line(f"return {made}")
    writer.lines("\n\n" + _BATCHES + "\n\n")


def _write_mapper(writer: Writer, program: Program, name: str, *, listed: bool) -> None:
    """Write what maps one record: to a target, or to a list of them."""
    spec, record = program.spec, program.functions[0].parameters[0][0]
    source, outcome = program.use.names[""], f"{spec.target.name} | Reject"
    opening, closing = "[]" if listed else ("", "")
    with writer.block(f"def {name}(raw: Record) -> {f'list[{outcome}]' if listed else outcome}:"):
        empty = "; an empty list says that it is left out" if listed else ""
        writer.lines(docstring(f"Map one {spec.record}, JSON or a dict{empty}."))
        writer.line(f"{record}: {source} | None = None")
        with writer.block("try:"):
            writer.line(f"{record} = as_source(raw, {source}) if isinstance(raw, dict) else _decode(raw)")
            if program.wanted:
                with writer.block(f"if not is_wanted({record}):"):
                    writer.line("return []")
            if program.rows:
                writer.line(f"rows = rows_of({record})")
            else:
                built = _validated(program, f"{program.functions[0].name}({record})")
                writer.line(f"return {opening}{built}{closing}")
        with writer.block("except FAILURES as error:"):
            writer.line(f"return {opening}explain(raw, {record}, error, FACTS){closing}")
        if program.rows:
            writer.line(f"return [map_row(raw, {record}, rows, place) for place in range(len(rows))]")


def _write_row(writer: Writer, program: Program) -> None:
    """Write what maps one of the rows of a record to a target."""
    (record, _), *row = program.functions[0].parameters
    rows = program.rows
    annotation = rows.returns if rows else "list[object]"
    with writer.block(
        f"def map_row(raw: Record, {record}: {program.use.names['']}, rows: {annotation}, "
        f"place: int) -> {program.spec.target.name} | Reject:"
    ):
        writer.lines(docstring(f"Map one row of the {program.spec.record}."))
        with writer.block("try:"):
            built = f"{program.functions[0].name}({record}{', rows[place]' if row else ''})"
            writer.line(f"return {_validated(program, built)}")
        with writer.block("except FAILURES as error:"):
            writer.line(f"return explain(raw, {record}, error, FACTS, place)")
    writer.lines("\n\n")


def _validated(program: Program, built: str) -> str:
    return built if program.structs else f"_validate({built})"
