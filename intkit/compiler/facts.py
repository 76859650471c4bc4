"""A compiled mapping as data: what it relies on, what it gives, and what the explanation of a failure needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intkit.codegen import literal
from intkit.paths import parse_path
from intkit.transforms import TABLES, TRANSFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intkit.codegen import Writer
    from intkit.compiler.program import Program
    from intkit.rules.source import SourceField
    from intkit.rules.targets import TargetField, TargetModel

_CHECK = '''\
def check_contract(record: Record) -> list[Problem]:
    """Return what a record breaks of the contract, whether or not it can be mapped."""
    seen = Failures()
    try:
        source = read_source(FACTS.source, parse_record(record), seen)
        return [*seen, *unknown_values(source, CONTRACT)]
    except ValueError as error:
        return [Problem("", "", record, str(error))]
'''


def is_optional(program: Program, place: SourceField, key: str) -> bool:
    """Whether the mapping can do without a key of an object."""
    path = place.fields[key].path
    if key == "id" and place.path in program.use.references:
        return False
    return path not in program.use.need or place.path in program.use.loose


def write_contract(writer: Writer, program: Program) -> None:
    """Write CONTRACT, the source's side as data, COLUMNS, the target's, RULES, and what checks a record."""
    writer.comment("what the mapping relies on in the source; values are those that were seen or have a rule")
    with writer.block("CONTRACT: dict[str, dict[str, Any]] = {"):
        for path, promise in _contract(program):
            writer.line(f"{literal(path)}: {literal(promise)},")
    writer.line("}")
    writer.comment("what the mapping gives, column by column")
    with writer.block("COLUMNS: dict[str, Any] = {"):
        for name, kind in _columns(program.spec.target).items():
            writer.line(f"{literal(name)}: {literal(kind)},")
    writer.line("}")
    writer.comment("by target field: its rule, and what that reads of the source")
    with writer.block("RULES: dict[str, tuple[str, tuple[str, ...]]] = {"):
        for target, line in program.lineage.items():
            writer.line(f"{literal(target)}: ({literal(line.rule)}, {literal(tuple(line.paths))}),")
    writer.line("}")
    writer.lines("\n\n" + _CHECK)


def _contract(program: Program) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each source path that the rules read, and what it has to be."""
    values = _known_values(program)
    for place in program.spec.source.walk():
        for key in program.use.reads.get(place.path, {}):
            kid = place.fields[key]
            assumed = program.use.assumed.get(kid.path)
            types = sorted(kid.kinds) or ([assumed.kind] if assumed else [])
            promise: dict[str, Any] = {"types": types, "null": is_optional(program, place, key)}
            yield kid.path, promise | ({"values": values[kid.path]} if kid.path in values else {})


def _known_values(program: Program) -> dict[str, list[Any]]:
    """Return the values of the places that a value map must know: its keys, and what was seen."""
    known: dict[str, list[Any]] = {}
    for lookup in program.lookups:
        table = program.spec.maps[lookup.table]
        if lookup.place is not None and not lookup.has_default and not table.given:
            known[lookup.place.path] = sorted({*lookup.place.values, *table.entries}, key=repr)
    return known


def _columns(model: TargetModel) -> dict[str, Any]:
    return {model.written(each.name): _column(each) for each in model.fields.values()}


def _column(each: TargetField) -> Any:
    if each.model:
        inner = _columns(each.model)
        return [inner] if each.listed else inner
    element = each.type.element
    if each.type.kind == "list" and element is not None:
        return [_word(element.kind)]
    return "float" if each.is_float else _word(each.type.kind)


def _word(kind: str) -> str:
    return kind if kind in ("text", "integer", "number", "boolean", "date", "datetime") else "json"


def stand_ins(program: Program) -> dict[str, str]:
    """Return what stands in for a transform, a table or a Struct while a failure is explained: a name in the frame."""
    spec = program.spec
    tables = (*spec.maps, *program.choices, *sorted(program.calls & set(TABLES)))
    models = spec.target.models() if program.structs else ()
    return {
        **{
            name: "thorough" if name in {*TRANSFORMS, *spec.own} else "lenient"
            for name in sorted(program.calls - {"Decimal", "cast", *TABLES})
        },
        **({"Decimal": "Numbers"} if "Decimal" in program.calls else {}),
        **({"refuse": "refusing"} if "refuse" in program.calls else {}),
        **dict.fromkeys(tables, "Answers"),
        **{model.name: "holding" for model in models},
    }


def write_facts(writer: Writer, program: Program) -> None:
    """Write what the parts that all exports share need to know of the mapping."""
    spec = program.spec
    writer.lines("\n\n")
    builders = ", ".join(function.name for function in program.functions)
    alone = "," if len(program.functions) == 1 else ""
    with writer.block("FACTS = Facts("):
        writer.line(f"key={literal(parse_path(spec.key))},")
        writer.line(f"source={program.use.names['']},")
        writer.line(f"builders=({builders}{alone}),")
        gates = {program.when: program.wanted, "each": program.rows}
        named = ", ".join(f"{literal(rule)}: {gate.name}" for rule, gate in gates.items() if gate)
        writer.line(f"gates={{{named}}},")
        made = ", ".join(f"{literal(name)}: {make}" for name, make in stand_ins(program).items())
        writer.line(f"stand_ins={{{made}}},")
        writer.line("rules=RULES,")
        writer.line("contract=CONTRACT,")
        writer.line("columns=COLUMNS,")
        if not program.structs:
            writer.line("validate=_validate,")
            writer.line(f"target={literal(spec.target.name)},")
    writer.line(")")
