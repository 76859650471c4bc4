"""The sign-off sheet: a mapping's decisions for somebody who never saw a notebook, and back.

It has sections, with an empty row between them: what the mapping is, a row for each target field, one for each value
map, and one for each part that the mapping uses. A part is shown, and changed in its own file, as other mappings use it
too. Source and target are not in it: those are what the decisions are about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from intkit.compiler.compile import check_filter, check_rule
from intkit.compiler.names import check_names
from intkit.errors import MappingError, nearest, shorten
from intkit.mapping_files.cells import read_value, write_value
from intkit.mapping_files.spreadsheet import cell_name
from intkit.rules.parts import expand_known, file_of
from intkit.rules.spec import RUN_KINDS, Rule, Spec, ValueMap, check_constant
from intkit.tables import percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intkit.results.result import Result
    from intkit.rules.spec import Part

_MAPPING, _NOTES, _WHEN, _EACH = "Mapping", "Notes", "Only where", "Once"
_CONSTANT, _PARAMETER = "Constant", "Run parameter"
_TARGET, _VALUE_MAP, _SOURCE, _GIVEN = "Target", "Value map", "Source", "given at run time"
_PART, _MAPS = "Part", "Its value maps"
_HEADS = (_MAPPING, _NOTES, _WHEN, _EACH, _CONSTANT, _PARAMETER)
_FIELDS = [_TARGET, "Type", "Rule", "Why", "Filled", "Example"]
_VALUES = [_SOURCE, _TARGET]
_PART_FIELDS, _PART_VALUES = [_TARGET, "Rule", "Why"], [_MAPS, *_VALUES]


def sheet_rows(spec: Spec, result: Result | None) -> list[list[str]]:
    """Return the sheet's rows; a result adds how well each field is filled, and an example."""
    rows = [[_MAPPING, spec.name], [_NOTES, spec.notes], [_WHEN, spec.when], [_EACH, spec.each]]
    rows += [_constant_row(name, value) for name, value in spec.constants.items()]
    rows += [[], _FIELDS, *_field_rows(spec, result)]
    for table in spec.maps.values():
        rows += [[], [_VALUE_MAP, table.name, table.note, _GIVEN if table.given else ""], _VALUES]
        rows += [[write_value(key), write_value(value)] for key, value in table.entries.items()]
    for part in expand_known(spec).parts.values():
        rows += [[], [_PART, part.name, part.notes], *_part_rows(part)]
    return rows


def _part_rows(part: Part) -> list[list[str]]:
    rules = [[rule.target, rule.text, rule.note] for rule in part.rules.values()]
    values = [
        [table.name, write_value(key), write_value(value)]
        for table in part.maps.values()
        for key, value in table.entries.items()
    ]
    return [_PART_FIELDS, *rules, *([_PART_VALUES, *values] if values else [])]


def _constant_row(name: str, value: Any) -> list[str]:
    if isinstance(value, type):
        return [_PARAMETER, name, value.__name__]
    return [_CONSTANT, name, write_value(value)]


def _field_rows(spec: Spec, result: Result | None) -> Iterator[list[str]]:
    shown = {row[0]: row for row in result.coverage.rows} if result else {}
    whole = expand_known(spec)
    for path, each in spec.target.walk():
        rule = spec.rules.get(path)
        required = "" if not each.required else ", required"
        row = [path, f"{each}{required}", rule.text if rule else "", rule.note if rule else ""]
        if path not in spec.rules and path in whole.rules:
            row[2] = _by_part(whole.rules[path])
        if result and path in shown:
            examples = str(shown[path][4]).split(", ")
            row += [percent(result.fields[path].share), examples[0]]
        yield row


def _by_part(rule: Rule) -> str:
    """Return what stands for a rule that a part has; it is no rule, so it reads back as none."""
    return f"(part {rule.use.part})" if rule.use else ""


@dataclass
class _Reading:
    """A sheet that is read: what it says, where it says it, and what is wrong with it.

    Attributes:
        heads: what stands behind each word of the first part.
        constants: named values.
        rules: by target path.
        maps: by name.
        parts: by the name of a part, its rows, each with its number.
        by_part: by target path, what stands for the rule of a part.
        places: the cell of each thing that has to be checked, by its kind and name.
        mistakes: cell and sentence.
    """

    heads: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    maps: dict[str, ValueMap] = field(default_factory=dict)
    parts: dict[str, list[tuple[int, list[str]]]] = field(default_factory=dict)
    by_part: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def place(self, kind: str, name: str, cell: str) -> bool:
        """Note where something stands; tell whether it stands there for the first time."""
        first = self.places.setdefault((kind, name), cell)
        if first != cell:
            self.mistakes.append(f"{cell}: {name!r} stands already in {first}.")
        return first == cell

    def fail(self, cell: str, error: MappingError) -> None:
        """Note what is wrong with a cell."""
        self.mistakes.append(f"{cell}: {error.what} {error.remedy}".rstrip())


def name_in_sheet(file: str, rows: Sequence[Sequence[str]]) -> str:
    """Return the name of the mapping that a sheet is of.

    Raises:
        MappingError: it says none.
    """
    if not rows or rows[0][:1] != [_MAPPING] or len(rows[0]) < 2:
        raise MappingError(
            f"{file} is no sheet of a mapping: A1 does not say {_MAPPING!r}, with its name in B1.",
            remedy="Write one: mapping.sheet('NAME.xlsx').",
        )
    return rows[0][1]


def spec_of_sheet(spec: Spec, file: str, rows: Sequence[Sequence[str]]) -> Spec:
    """Return a mapping with the decisions of a sheet.

    Args:
        spec: the mapping as it is saved: its source and target.
        file: the sheet's name, for messages.
        rows: its cells.

    Raises:
        MappingError: cells cannot be used; each is named.
    """
    reading = _read(rows)
    made = replace(
        spec,
        notes=reading.heads.get(_NOTES, ""),
        when=reading.heads.get(_WHEN, ""),
        each=reading.heads.get(_EACH, ""),
        constants=reading.constants,
        rules=reading.rules,
        maps=reading.maps,
    )
    _check(made, reading)
    if reading.mistakes:
        count = len(reading.mistakes)
        raise MappingError(
            f"{file}: {count} {'cell' if count == 1 else 'cells'} cannot be used.",
            *reading.mistakes,
            remedy="Mend the cells and read the sheet again; nothing has changed.",
        )
    return made


def _read(rows: Sequence[Sequence[str]]) -> _Reading:
    reading, part, table = _Reading(), _MAPPING, ""
    for number, row in enumerate(rows):
        cells = [*row, "", "", "", ""]
        if not row:
            part = ""
        elif cells[0] == _VALUE_MAP:
            part, table = _VALUE_MAP, _read_map_head(reading, number, cells)
        elif part == _PART or (part == "" and cells[0] == _PART):
            table = table if part else cells[1]
            reading.parts.setdefault(table, []).append((number, cells[:3]))
            part = _PART
        elif part == "" and cells[0] == _TARGET:
            part = _TARGET
        elif part == _MAPPING:
            _read_head(reading, number, cells)
        elif part == _TARGET:
            _read_field(reading, number, cells)
        elif part == _VALUE_MAP and cells[:2] != _VALUES:
            _read_entry(reading, number, cells, reading.maps[table])
        elif part == "":
            reading.mistakes.append(f"{cell_name(number, 0)}: {cells[0]!r} belongs to no part of the sheet.")
    return reading


def _read_head(reading: _Reading, number: int, cells: list[str]) -> None:
    word, cell = cells[0], cell_name(number, 0)
    if word == _PARAMETER and cells[2] not in RUN_KINDS:
        kinds = ", ".join(RUN_KINDS)
        reading.mistakes.append(f"{cell_name(number, 2)}: {cells[2]!r} is none of {kinds}.")
    elif word in (_CONSTANT, _PARAMETER):
        if reading.place("constant", cells[1], cell_name(number, 1)):
            reading.constants[cells[1]] = read_value(cells[2]) if word == _CONSTANT else RUN_KINDS[cells[2]]
    elif word not in _HEADS:
        reading.mistakes.append(f"{cell}: there is no {word!r} in a sheet.{nearest(word, _HEADS)}")
    elif reading.place("head", word, cell):
        reading.heads[word] = cells[1]


def _read_field(reading: _Reading, number: int, cells: list[str]) -> None:
    target, _, text, note = cells[:4]
    by_part = re.fullmatch(r"\(part \w+\)", text) is not None and not note
    if reading.place("rule", target, cell_name(number, 0)) and text:
        if by_part:
            reading.by_part[target] = text
        else:
            reading.rules[target] = Rule(target, text, note)
    elif note:
        reading.mistakes.append(f"{cell_name(number, 3)}: a reason without a rule.")


def _read_map_head(reading: _Reading, number: int, cells: list[str]) -> str:
    name = cells[1]
    if reading.place("map", name, cell_name(number, 1)):
        reading.maps[name] = ValueMap(name, {}, given=cells[3] == _GIVEN, note=cells[2])
    return name


def _read_entry(reading: _Reading, number: int, cells: list[str], table: ValueMap) -> None:
    key, value = read_value(cells[0]), read_value(cells[1])
    for column, each in enumerate((key, value)):
        if not cells[column]:
            reading.mistakes.append(f'{cell_name(number, column)}: is empty; write "" for empty text.')
        elif each is not None and not isinstance(each, str | int):
            reading.mistakes.append(
                f"{cell_name(number, column)}: {shorten(each)} is no text, whole number, true, false or null."
            )
            return
    if reading.place(f"entry of {table.name}", f"{type(key).__name__} {key!r}", cell_name(number, 0)):
        table.entries[key] = value


def _check(spec: Spec, reading: _Reading) -> None:
    """Note every decision that cannot work."""
    for name, value in spec.constants.items():
        _try(reading, ("constant", name), check_constant, name, *([] if isinstance(value, type) else [value]))
    for name in spec.maps:
        _try(reading, ("map", name), check_constant, name)
    if not reading.mistakes:
        _try(reading, ("head", _MAPPING), check_names, spec)
    _try(reading, ("head", _WHEN), check_filter, replace(spec, each=""))
    _try(reading, ("head", _EACH), check_filter, replace(spec, when=""))
    for target, rule in spec.rules.items():
        _try(reading, ("rule", target), check_rule, spec, rule)
    whole = expand_known(spec)
    for target, text in reading.by_part.items():
        if target not in whole.rules or _by_part(whole.rules[target]) != text:
            cell = f"C{reading.places['rule', target][1:]}"
            reading.mistakes.append(f"{cell}: {text} has no rule for {target!r}. Write a rule, or nothing.")
    for name, ((head, _), *rows) in reading.parts.items():
        _check_part(spec, reading, name, head, rows)


def _check_part(
    spec: Spec, reading: _Reading, name: str, head: int, rows: list[tuple[int, list[str]]]
) -> None:
    """Note where a sheet shows a part otherwise than its file has it."""
    known = [[*row, "", ""][:3] for row in _part_rows(spec.parts[name])] if name in spec.parts else []
    there = [row for _, row in rows]
    changed = [number for number, row in rows if row not in known]
    if not known or changed or there != known:
        number = next(iter(changed), head)
        reading.mistakes.append(
            f"{cell_name(number, 0)}: the part {name!r} is not as {file_of(name)} has it. "
            "Change it there, as other mappings may use it too, and write the sheet again."
        )


def _try(reading: _Reading, place: tuple[str, str], check: Any, *arguments: Any) -> None:
    try:
        check(*arguments)
    except MappingError as error:
        cell = reading.places[place]
        is_rule = place[0] == "rule" and not error.what.startswith(f"{arguments[0].target.name} has no field")
        column = "C" if is_rule else "B" if place[0] == "head" else cell[0]
        reading.fail(f"{column}{cell[1:]}", error)
