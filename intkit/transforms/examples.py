"""The examples in a transform's docstring, also as an analyst would write them in a rule."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Example:
    """One call of a transform.

    Attributes:
        call: the call, as Python: `number("12.50")`.
        result: the `repr` of what it returns, or "" where it fails.
        error: what it fails with, or "".
    """

    call: str
    result: str
    error: str = ""

    @cached_property
    def rule(self) -> str:
        """The call as a rule: `"12.50" | number`."""
        node = ast.parse(self.call, mode="eval").body
        if isinstance(node, ast.Compare):
            node = node.left
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        return _rule(node, self.call)

    @cached_property
    def shown(self) -> str:
        """What comes out, or the error, without Python's wrapping: `12.50`, `2026-03-01T09:30:00Z`."""
        if self.error:
            return self.error
        if self.call.endswith(" is None"):
            return "null"
        return _plain(ast.parse(self.result, mode="eval").body, self.result)


def read_examples(doc: str) -> Iterator[Example]:
    """Return the examples of a docstring, in its order."""
    from doctest import DocTestParser

    for example in DocTestParser().get_examples(doc):
        failure = example.exc_msg or ""
        yield Example(
            call=example.source.strip(),
            result="" if failure else example.want.strip(),
            error=failure.strip().removeprefix("ValueError: "),
        )


def _rule(node: ast.expr, source: str) -> str:
    """Write a call as a pipe, and the call in its first argument before it."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id.islower()
        and node.args
    ):
        name, first = node.func.id, node.args[0]
        if name in {"first_of", "date"}:
            return _plain(node, source)
        rest = [_plain(each, source) for each in node.args[1:]]
        rest += [f"{each.arg}={_plain(each.value, source)}" for each in node.keywords]
        return f"{_rule(first, source)} | {name}" + (f"({', '.join(rest)})" if rest else "")
    return _plain(node, source)


def _plain(node: ast.expr, source: str) -> str:
    """Write a value as people do: decimals, days and moments without their Python names."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        numbers = [each.value for each in node.args if isinstance(each, ast.Constant)]
        if name == "Decimal":
            return str(numbers[0])
        if name in {"date", "datetime.date"}:
            return date(*numbers).isoformat()  # type: ignore[arg-type]
        if name == "datetime.datetime":
            return datetime(*numbers, tzinfo=UTC).isoformat().replace("+00:00", "Z")  # type: ignore[arg-type,misc]
    if isinstance(node, ast.List):
        return f"[{', '.join(_plain(each, source) for each in node.elts)}]"
    if isinstance(node, ast.Constant) and node.value is None:
        return "null"
    return ast.get_source_segment(source, node) or ""
