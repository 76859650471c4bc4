"""A rule of a part, written out where the part is used: what it reads of its object is read at the object's place."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from intkit.codegen import identifier
from intkit.rules.parse import RuleText, parse_expression, parse_tail

_TRAILED = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)


@dataclass(frozen=True)
class Place:
    """Where the object of a part stands.

    Attributes:
        rule: the rule that uses the part.
        node: the object in it, as the rules around the part name it: `line.address`, `(ship or bill)`.
        word: what the part itself calls the object.
        kept: the names that mean the same everywhere: value maps and constants.
        loops: the names of the part's own lists, as its rules have them and as they are written out.
    """

    rule: RuleText
    node: ast.expr
    word: str
    kept: frozenset[str]
    loops: dict[str, str]

    def text(self, rest: str = "") -> str:
        """Return how a field of the object is read; of several objects, each has it behind a test of its own."""
        return _read(self.rule, self.node, rest)


def _read(rule: RuleText, node: ast.expr, rest: str) -> str:
    match node:
        case ast.BoolOp(op=ast.Or(), values=[*firsts, last]):
            text = _read(rule, last, rest)
            for each in reversed(firsts):
                text = f"({_read(rule, each, rest)} if {rule.of(each)} else {text})"
            return text
        case ast.IfExp(test=test, body=body, orelse=otherwise):
            return f"({_read(rule, body, rest)} if {rule.of(test)} else {_read(rule, otherwise, rest)})"
    text = rule.of(node)
    return f"{text}{rest}" if isinstance(node, _TRAILED) else f"({text}){rest}"


def place_of(rule: RuleText, node: ast.expr, word: str, kept: frozenset[str], texts: list[str]) -> Place:
    """Return the place of a part's object.

    Args:
        rule: the rule that uses the part.
        node: the object in it.
        word: the part's name.
        kept: the names of value maps and constants.
        texts: the part's rules. Their loop names stay, but for those that would hide what the object is read from.
    """
    hidden = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    taken = hidden | kept | {found for each in texts for found in re.findall(r"\w+", each)}
    return Place(rule, node, word, kept, {name: identifier(name, taken) for name in hidden})


def rebase(target: str, text: str, place: Place, loops: tuple[str, ...]) -> str:
    """Return a part's rule as it reads from outside of the part.

    Args:
        target: the field that it fills, for messages.
        text: the rule.
        place: of the part's object.
        loops: the names of the part's lists that the rule stands in.

    Raises:
        RuleError: it is not a rule.
    """
    if re.match(r"\s*(for|if)\b", text):
        rule, _ = parse_tail(target, text)
    else:
        rule, _ = parse_expression(target, text)
    tree = ast.parse(rule.text, mode="eval").body
    edits: dict[ast.AST, str] = {}
    _Rebasing(rule, place, edits).visit(tree, frozenset(loops), "")
    moved = rule.replaced(edits)
    return f"if {moved}" if re.match(r"\s*if\b", text) else moved


@dataclass(frozen=True)
class _Rebasing:
    """Goes through one rule and notes what each name becomes."""

    rule: RuleText
    place: Place
    edits: dict[ast.AST, str]

    def visit(self, node: ast.AST, loops: frozenset[str], quote: str) -> None:
        """Note the names below a node; `loops` are those that it stands in, `quote` is its f-string's."""
        match node:
            case ast.Name() | ast.Attribute() | ast.Subscript() if (name := _first(node)) is not None:
                self._path(node, name, loops, quote)
                return
            case ast.ListComp() | ast.GeneratorExp():
                self._loop(node, loops, quote)
                return
            case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Name()):
                self.visit(left, loops, quote)  # what stands behind `|` is a transform
                return
            case ast.Call(func=ast.Name(id=name)):
                # the names of a value map and of a part are no fields
                named = node.args[-1:] if name in ("lookup", "part") else []
                for each in [*node.args, *node.keywords]:
                    if each not in named or not isinstance(each, ast.Name):
                        self.visit(each, loops, quote)
                return
            case ast.JoinedStr():
                quote = re.sub("[^\"']", "", self.rule.of(node))[:1]
        for each in ast.iter_child_nodes(node):
            self.visit(each, loops, quote)

    def _loop(self, node: ast.ListComp | ast.GeneratorExp, loops: frozenset[str], quote: str) -> None:
        loop = node.generators[0]
        self.visit(loop.iter, loops, quote)
        inner = loops | {each.id for each in (loop.target,) if isinstance(each, ast.Name)}
        for each in (loop.target, *loop.ifs, node.elt):
            self.visit(each, inner, quote)

    def _path(self, node: ast.expr, name: ast.Name, loops: frozenset[str], quote: str) -> None:
        if name.id in loops:
            self.edits[name] = self.place.loops.get(name.id, name.id)
        elif name.id not in self.place.kept:
            field = "" if name.id == self.place.word else f".{name.id}"
            text = self.place.text(field + _behind_name(self.rule, node))
            self.edits[node] = self._requoted(node, text, quote)

    def _requoted(self, node: ast.expr, text: str, quote: str) -> str:
        """Return a path's text, in the other quotes inside of an f-string."""
        if not quote or quote not in text:
            return text
        other = "'" if quote == '"' else '"'
        if other in text or "\\" in text:
            self.rule.refuse(
                node,
                f"the object {self.place.text()} has quotes of both kinds, and cannot stand inside of text with holes.",
                "Write this rule in the mapping itself.",
            )
        return text.replace(quote, other)


def _first(node: ast.expr) -> ast.Name | None:
    """Return the name that a path begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node if isinstance(node, ast.Name) else None


def _behind_name(rule: RuleText, node: ast.expr) -> str:
    """Return what stands behind the name that a path begins with."""
    match node:
        case ast.Attribute(value=parent, attr=key):
            return f"{_behind_name(rule, parent)}.{key}"
        case ast.Subscript(value=parent, slice=part):
            return f"{_behind_name(rule, parent)}[{rule.of(part)}]"
    return ""
