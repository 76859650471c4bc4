"""The mapping file: everything that a mapping is, as YAML that people can read, review and edit."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from intkit.errors import MappingError, MappingMissing, nearest
from intkit.files import read_text, write_atomic
from intkit.mapping_files.comments import keep_comments
from intkit.project import LOOKED_FOR

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
_KEYS = (
    "intkit",
    "name",
    "notes",
    "source",
    "target",
    "when",
    "each",
    "nulls",
    "rules",
    "values",
    "constants",
    "transforms",
    "fields",
)
_SOURCE_KEYS = (
    "record",
    "key",
    "connection",
    "cassette",
    "request",
    "params",
    "json",
    "query",
    "at",
    "limit",
    "joins",
    "records",
    "missing",
)


@dataclass
class MappingFile:
    """What a mapping file holds.

    Attributes:
        name: of the mapping.
        notes: what it is about.
        source: what a record is called, its key, how to fetch the records, on how many the fields were seen.
        target: where the target model lives, `stripe_payments_models:Payment`.
        when: the filter.
        each: the tail that makes many targets from one record.
        nulls: `omit` where a target's JSON leaves out what is null.
        rules: by target path, the rule's text, or its text and note.
        values: value maps by name: their entries, note, and whether they are given at run time.
        constants: named values.
        transforms: the mapping's own transforms: where each lives.
        fields: the source's paths with the counts of a profile.
    """

    name: str
    notes: str = ""
    source: dict[str, Any] = field(default_factory=dict)
    target: str = ""
    when: str = ""
    each: str = ""
    nulls: str = ""
    rules: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    transforms: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)


def read_mapping_file(path: Path) -> MappingFile:
    """Return what a mapping file holds.

    Raises:
        MappingError: it is missing, is not YAML, or has a part of the wrong name or form; the message says where.
    """
    if not path.is_file():
        there = sorted(each.name.removesuffix(".mapping.yaml") for each in path.parent.glob("*.mapping.yaml"))
        name = path.name.removesuffix(".mapping.yaml")
        raise MappingMissing(
            f"There is no mapping {name!r} in {path.parent.name}/.{nearest(name, there)}",
            f"It holds: {', '.join(there)}." if there else f"{path.parent} holds none. {LOOKED_FOR}",
            remedy="Name one of these, or make one: intkit.Mapping(name, source=profile, target=Model).",
        )
    return _checked(path, parse_yaml(path.name, read_text(path)))


def parse_yaml(name: str, text: str) -> Any:
    """Return what a YAML file holds.

    Args:
        name: of the file, for messages.
        text: what stands in it.

    Raises:
        MappingError: it is not YAML; the message names the line.
    """
    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise MappingError(f"{name}{where}: {problem}.", remedy="Mend that line.") from None


def _checked(path: Path, content: Any) -> MappingFile:
    if not isinstance(content, Mapping) or content.get("intkit") != FORMAT:
        raise MappingError(
            f"{path.name} is no mapping file of format {FORMAT}.",
            remedy=f"Its first line reads `intkit: {FORMAT}`.",
        )
    for keys, part, where in ((_KEYS, content, ""), (_SOURCE_KEYS, content.get("source", {}), "source: ")):
        for key in part:
            if key not in keys:
                raise MappingError(f"{path.name}: {where}there is no part {key!r}.{nearest(str(key), keys)}")
    if content.get("nulls", "omit") != "omit":
        raise MappingError(
            f"{path.name}: nulls is {content['nulls']!r}.",
            remedy="Write `nulls: omit`, or leave the line out.",
        )
    for key in ("name", "target"):
        if not content.get(key):
            raise MappingError(f"{path.name} has no {key!r}.", remedy=f"Write the line `{key}: …` again.")
    texts = ("name", "notes", "target", "when", "each", "nulls")
    for key, value in content.items():
        wanted = int if key == "intkit" else str if key in texts else Mapping
        if not isinstance(value, wanted):
            raise MappingError(
                f"{path.name}: {key!r} is {value!r}, which is no {'text' if wanted is str else 'table'}."
            )
    parts: dict[str, Any] = {key: value for key, value in content.items() if key != "intkit"}
    plain: dict[str, Any] = {
        key: value if isinstance(value, str) else dict(value) for key, value in parts.items()
    }
    return MappingFile(**plain)


def write_mapping_file(path: Path, mapping: MappingFile) -> None:
    """Write a mapping file, whole or not at all; the same mapping gives the same bytes, and comments stay."""
    content = CommentedMap({"intkit": FORMAT})
    for key in _KEYS[1:]:
        value = getattr(mapping, key)
        if value or key == "rules":
            content[key] = _block(value) if key != "fields" else _rows(value)
    before = read_text(path) if path.is_file() else ""
    write_atomic(path, keep_comments(before, _dump(content)))


def _dump(content: CommentedMap) -> str:
    yaml = YAML()
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(content, stream)
    return stream.getvalue()


def _block(value: Any) -> Any:
    if isinstance(value, Mapping):
        return CommentedMap({_key(key): _block(each) for key, each in value.items()})
    if isinstance(value, list | tuple):
        return [_block(each) for each in value]
    return DoubleQuotedScalarString(value) if isinstance(value, str) else value


def _key(key: Any) -> Any:
    plain = (
        isinstance(key, str)
        and key.isidentifier()
        and key.lower() not in ("yes", "no", "on", "off", "true", "false", "null", "y", "n")
    )
    return key if plain or not isinstance(key, str) else DoubleQuotedScalarString(key)


def _rows(fields: Mapping[str, Any]) -> CommentedMap:
    """One line a path."""
    rows = CommentedMap()
    for path, row in fields.items():
        line = CommentedMap({_key(key): _block(value) for key, value in row.items()})
        line.fa.set_flow_style()
        if "values" in line:
            line["values"].fa.set_flow_style()
        rows[_key(path)] = line
    return rows
