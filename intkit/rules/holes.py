"""Text with holes: what is written into text, in which formats; a null in any hole makes the whole null."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from intkit.codegen import literal
from intkit.rules.types import TEXT
from intkit.rules.values import CHOICE, Value, compose

if TYPE_CHECKING:
    from intkit.rules.expressions import Compiler

_FORMATS = {
    "text": (re.compile(r"[<>^]?\d{0,2}(\.\d{1,3})?"), "{name:.10} cuts, {name:>8} pads"),
    "integer": (re.compile(r"0?\d{0,2},?d?"), "{number:05d} pads with zeros"),
    "number": (re.compile(r",?(\.\d{1,2}f)?"), "{amount:.2f} has two decimals"),
    "date": (re.compile(r"(%[YmdHMSyjB]|[-/.: T])*"), "{day:%d-%m-%Y}"),
    "datetime": (re.compile(r"(%[YmdHMSyjBzf]|[-/.: TZ])*"), "{time:%Y-%m-%d %H:%M}"),
}


def compile_text(compiler: Compiler, node: ast.JoinedStr) -> Value:
    """Return text with holes; a null in any hole makes the whole null."""
    pieces: list[str] = []
    parts: list[Value] = []
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            pieces.append(literal(str(piece.value))[1:-1].replace("{", "{{").replace("}", "}}"))
        elif isinstance(piece, ast.FormattedValue):
            part = _hole(compiler, piece)
            spec = _format(compiler, piece, part)
            parts.append(part)
            pieces.append("{" + part.code + spec + "}")
    if not parts:
        return Value(
            literal("".join(str(each.value) for each in node.values if isinstance(each, ast.Constant))), TEXT
        )
    return compose(f'f"{"".join(pieces)}"', TEXT, parts)


def _hole(compiler: Compiler, piece: ast.FormattedValue) -> Value:
    value = compiler.compile(piece.value)
    wanted = {part.kind for part in value.type.parts} & {"text", "integer"}
    if wanted and piece.format_spec is None and value.type.either:
        value = replace(value, type=TEXT)  # both are written as they are
    value = compiler.scope.bind(value)
    # Python 3.11 takes neither the f-string's own quotes nor a backslash in a hole
    awkward = set(value.code) & set("\"'\\{}") or value.rank <= CHOICE or ":=" in value.code
    return compiler.scope.bind(value, always=True) if awkward else value


def _format(compiler: Compiler, piece: ast.FormattedValue, part: Value) -> str:
    kind = part.type.kind
    text = compiler.rule.of(piece.value)
    if kind not in _FORMATS:
        remedy = {
            "boolean": f'Write `"yes" if {text} else "no"`.',
            "list": f'Write `{text} | join(", ")`.',
            "object": "Write one of its fields.",
        }.get(kind, f"Write `{text} | text`.")
        what = f"`{text}` is {part.type}, which is not written into text as it is."
        compiler.rule.refuse(piece.value, what, remedy)
    if piece.format_spec is None:
        if kind in ("date", "datetime"):
            what = f"`{text}` is {part.type}, which needs a format."
            compiler.rule.refuse(piece.value, what, f"Write it like `{_FORMATS[kind][1]}`.")
        return ""
    pattern, example = _FORMATS[kind]
    inner = piece.format_spec.values if isinstance(piece.format_spec, ast.JoinedStr) else []
    spec = "".join(
        each.value for each in inner if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )
    if not all(isinstance(each, ast.Constant) for each in inner) or not pattern.fullmatch(spec):
        compiler.rule.refuse(
            piece.value, f"{spec!r} is no format for {part.type}.", f"Formats look like {example}."
        )
    return f":{spec}"
