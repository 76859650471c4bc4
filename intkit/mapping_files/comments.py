"""Comments in a mapping file: what a person wrote beside the rules stays when the file is written again.

A comment belongs to the line that it stands above or behind. It goes where that line goes, and goes away with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterator

Steps = tuple[str | int, ...]
_ALONE = re.compile(r"\s*(#.*)?")
_BEHIND = re.compile(r"[^#]*?\s(#.*)")


@dataclass
class _Places:
    """Where the parts of a file stand.

    Attributes:
        first: by path, the line on which a part begins; the empty path is the line after the last.
        last: by path, the line and column at which it ends; of a part with parts of its own, its key.
        text: the lines that begin within a text.
    """

    first: dict[Steps, int] = field(default_factory=dict)
    last: dict[Steps, tuple[int, int]] = field(default_factory=dict)
    text: set[int] = field(default_factory=set)


def keep_comments(before: str, after: str) -> str:
    """Return a file's new text with the comments of the text before it."""
    if "#" not in before:
        return after
    try:
        old, new = _places(before), _places(after)
    except YAMLError:
        return after  # a damaged file is written over
    lines, found = before.split("\n"), after.split("\n")
    above, behind = dict(_above(lines, old)), dict(_behind(lines, old))
    for path, comment in behind.items():
        if path in new.last:
            found[new.last[path][0]] += f"  {comment}"
    for path in sorted(above.keys() & new.first.keys(), key=lambda path: -new.first[path]):
        line = new.first[path]
        indent = " " * (len(found[line]) - len(found[line].lstrip(" "))) if path else ""
        found[line:line] = [f"{indent}{each}".rstrip() for each in above[path]]
    return "\n".join(found)


def _above(lines: list[str], places: _Places) -> Iterator[tuple[Steps, list[str]]]:
    """Yield the comments and empty lines right above a part, by its path."""
    for path, line in places.first.items():
        start = line
        while start and start - 1 not in places.text and _ALONE.fullmatch(lines[start - 1]):
            start -= 1
        if start < line:
            yield path, [each.strip() for each in lines[start:line]]


def _behind(lines: list[str], places: _Places) -> Iterator[tuple[Steps, str]]:
    """Yield the comment at the end of a part's line, by its path."""
    for path, (line, column) in places.last.items():
        if comment := _BEHIND.fullmatch(lines[line][column:]):
            yield path, comment[1]


def _places(text: str) -> _Places:
    places = _Places()
    root = YAML(pure=True).compose(text)
    _walk(root, (), places)
    places.first[()] = text.rstrip("\n").count("\n") + 1
    return places


def _walk(node: Any, path: Steps, places: _Places) -> None:
    """Note where the parts of a block begin and end; what is on one line is one part."""
    if isinstance(node, MappingNode) and not node.flow_style:
        for key, value in node.value:
            _note(key, value, (*path, key.value), places)
    elif isinstance(node, SequenceNode) and not node.flow_style:
        for number, value in enumerate(node.value):
            _note(value, value, (*path, number), places)


def _note(key: Any, value: Any, path: Steps, places: _Places) -> None:
    block = isinstance(value, MappingNode | SequenceNode) and not value.flow_style and value.value
    end = key.end_mark if block else value.end_mark
    if not block or key is not value:
        places.first.setdefault(path, key.start_mark.line)
        places.last[path] = (end.line, end.column)
    if isinstance(value, ScalarNode):
        places.text |= set(range(value.start_mark.line + 1, value.end_mark.line + 1))
    if block:
        _walk(value, path, places)
