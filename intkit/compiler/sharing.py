"""Factors out of a table that are looked up more than once: a mapping's function gives them a name.

Two products with `MINOR_UNIT[invoice.currency]` become `unit = MINOR_UNIT[invoice.currency]` and two products with
`unit`, which the functions of the rows are handed too. Only what is looked up for certain is: so no record fails that
would not have failed anyway.
"""

from __future__ import annotations

import ast
import io
import tokenize
from typing import TYPE_CHECKING

from intkit.codegen import identifier
from intkit.compiler.names import reserved_names
from intkit.transforms import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intkit.compiler.program import Function, Program

_BEFORE_TEXT = tokenize.__dict__.get("FSTRING_START")  # an f-string is one token up to Python 3.11
_AFTER_TEXT = tokenize.__dict__.get("FSTRING_END")


def share_factors(program: Program) -> None:
    """Give a name to the factors that a function looks up for certain, and it or its rows' functions again."""
    for function in program.functions:
        for factor in _certain_factors(function):
            inner = [each for each in program.functions if _calls(function, each) and _mentions(each, factor)]
            if _count(function, factor) + len(inner) > 1:
                name = identifier("unit", _names(function, *inner) | reserved_names(program.spec))
                for each in inner:
                    _hand_down(function, each, factor, name)
                _name(function, factor, name)


def _name(function: Function, factor: str, name: str) -> None:
    """Give the factor a line of its own, before the first that needs it."""
    lines = list(function.locals.items())
    place = next((index for index, (_, code) in enumerate(lines) if _places(code, factor)), len(lines))
    lines.insert(place, (name, ""))
    function.locals.clear()
    function.locals.update(lines)
    _replace(function, factor, name)
    function.locals[name] = factor


def _certain_factors(function: Function) -> list[str]:
    """Return the factors that building the model looks up whatever the record holds, as they are written."""
    trees = [ast.parse(code, mode="eval").body for code in _codes(function)]
    found = [
        f"{node.value.id}[{ast.unparse(node.slice)}]"
        for tree in trees
        for node in _certain(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in TABLES
    ]
    return list(dict.fromkeys(found))


def _certain(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of an expression that are computed whatever its other parts give."""
    yield node
    match node:
        case ast.IfExp(test=first) | ast.BoolOp(values=[first, *_]):
            parts: Iterable[ast.AST] = [first]
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            parts = [node.generators[0].iter]
        case ast.Lambda() | ast.Compare(ops=[_, _, *_]):
            parts = []
        case _:
            parts = ast.iter_child_nodes(node)
    for part in parts:
        yield from _certain(part)


def _hand_down(outer: Function, inner: Function, factor: str, name: str) -> None:
    """Hand the factor to a row's function, which then may do without what it was made from."""
    call = _call(inner)
    _replace(inner, factor, name)
    used = _names(inner, parameters=False)
    inner.parameters = [each for each in inner.parameters if each[0] in used] + [(name, "Decimal")]
    _replace(outer, call, _call(inner))


def _call(function: Function) -> str:
    return f"{function.name}({', '.join(name for name, _ in function.parameters)})"


def _calls(outer: Function, inner: Function) -> bool:
    return inner is not outer and _mentions(outer, _call(inner))


def _mentions(function: Function, text: str) -> bool:
    return _count(function, text) > 0


def _count(function: Function, text: str) -> int:
    return sum(len(_places(code, text)) for code in _codes(function))


def _codes(function: Function) -> list[str]:
    return [*function.locals.values(), *(line.code for line in function.lines)]


def _names(*functions: Function, parameters: bool = True) -> set[str]:
    """Return all names in functions."""
    codes = [code for function in functions for code in _codes(function)]
    trees = [node for code in codes for node in ast.walk(ast.parse(code, mode="eval"))]
    own = {
        name for each in functions for name in (*each.locals, *(p for p, _ in each.parameters if parameters))
    }
    return own | {node.id for node in trees if isinstance(node, ast.Name)}


def _replace(function: Function, text: str, by: str) -> None:
    """Put other code in the place of some code, but not within text."""

    def replaced(code: str) -> str:
        for start, end in reversed(_places(code, text)):
            code = code[:start] + by + code[end:]
        return code

    function.locals.update({name: replaced(code) for name, code in function.locals.items()})
    for line in function.lines:
        line.code = replaced(line.code)


def _places(code: str, text: str) -> list[tuple[int, int]]:
    """Return where some code stands in an expression, outside of all text."""
    if text not in code:
        return []
    words, wanted = _words(code), [word for word, _, _ in _words(text)]
    return [
        (words[first][1], words[first + len(wanted) - 1][2])
        for first in range(len(words) - len(wanted) + 1)
        if [word for word, _, _ in words[first : first + len(wanted)]] == wanted
    ]


def _words(code: str) -> list[tuple[str, int, int]]:
    """Return the tokens of an expression in one line, each with its start and end; an f-string counts as none."""
    found: list[tuple[str, int, int]] = []
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        depth += (token.type == _BEFORE_TEXT) - (token.type == _AFTER_TEXT)
        if not depth and token.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING):
            found.append((token.string, token.start[1], token.end[1]))
    return found
