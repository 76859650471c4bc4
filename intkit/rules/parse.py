"""A rule's text to its syntax tree: Python's grammar, a whitelist of its forms, and a remedy for each of the others."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

from intkit.errors import RuleError

LONGEST_RULE = 2_000
_DEEPEST = 40
_LARGEST_WHOLE = 10**30
_OTHER_QUOTES = "Use ' inside of \", or \" inside of '."
_OUTSIDE = "A backslash stands outside of the braces: declare the text with `mapping.constant(…)`."
_WRAP = "[0 "  # a comprehension around a tail, so that Python's grammar reads it


@dataclass(frozen=True)
class Tail:
    """What stands behind a list or an object: `for line in lines.data if line.amount > 0`, or `if shipping`.

    Attributes:
        name: of the loop; an object has none.
        source: what is looped over; None for an object.
        conditions: what has to hold.
        part: the name of the part that fills the object, or each row.
        filled: the object that the part takes.
    """

    name: str
    source: ast.expr | None
    conditions: tuple[ast.expr, ...]
    part: str = ""
    filled: ast.expr | None = None


@dataclass(frozen=True)
class RuleText:
    """A rule's text on one line, with the target that it belongs to, for messages."""

    target: str
    text: str
    wrapped: bool = False

    def refuse(self, node: ast.AST | None, what: str, remedy: str) -> NoReturn:
        """Raise a `RuleError` that shows the place in the text."""
        before = len(_WRAP) if self.wrapped else 0
        inner = self.text[before:-1] if self.wrapped else self.text
        shown = "".join(each if each.isprintable() else "·" for each in inner)
        facts = [shown]
        if node is not None and hasattr(node, "col_offset"):
            start, end = (max(0, place - before) for place in self.span(node))
            facts.append(" " * start + "^" * max(1, min(end, len(shown)) - start))
        raise RuleError(f"{self.target}: {what}", *facts, remedy=remedy)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return the node's first and last position in the text, in characters."""
        bytes_ = self.text.encode()
        start, end = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]
        return len(bytes_[:start].decode()), len(bytes_[:end].decode())

    def of(self, node: ast.AST) -> str:
        """Return the node's own text."""
        start, end = self.span(node)
        return self.text[start:end]

    def replaced(self, edits: dict[ast.AST, str]) -> str:
        """Return the text with other text in the place of some nodes, none of which holds another."""
        text = self.text
        for node in sorted(edits, key=self.span, reverse=True):
            start, end = self.span(node)
            text = f"{text[:start]}{edits[node]}{text[end:]}"
        return text[len(_WRAP) : -1] if self.wrapped else text


def parse_expression(target: str, text: str) -> tuple[RuleText, ast.expr]:
    """Return the tree of a rule's expression.

    Raises:
        RuleError: it is not an expression of the rule language.
    """
    rule = RuleText(target, _one_line(target, text))
    tree = _parse(rule)
    _check(rule, tree)
    if isinstance(tree, ast.Tuple) and not _in_parentheses(rule, tree) and not rule.text.startswith("("):
        rule.refuse(tree, "a comma makes a list of this.", "Leave the comma out, or write `[a, b]`.")
    return rule, tree


def parse_tail(target: str, text: str) -> tuple[RuleText, Tail]:
    """Return the tail of a list, `for x in xs if c`, or of an object, `if c`; or what a part fills.

    A part fills an object, `shipping | part(address)`, or each row, `[line | part(order_line) for line in lines]`.

    Raises:
        RuleError: it is none of these.
    """
    line = _one_line(target, text)
    if re.match(r"if\b", line):
        rule, condition = parse_expression(target, line[2:].strip())
        return rule, Tail("", None, (condition,))
    if not re.match(r"for\b", line):
        return _parse_use(target, line)
    rule = RuleText(target, f"{_WRAP}{line}]", wrapped=True)
    tree = _parse(rule)
    if not isinstance(tree, ast.ListComp):
        rule.refuse(None, "this tail cannot be read.", "Write `for line in lines.data if line.amount > 0`.")
    _check(rule, tree)
    loop = tree.generators[0]
    return rule, Tail(_loop_name(rule, loop), loop.iter, tuple(loop.ifs))


def _parse_use(target: str, line: str) -> tuple[RuleText, Tail]:
    rule, tree = parse_expression(target, line)
    match tree:
        case ast.BinOp(left=filled, op=ast.BitOr(), right=ast.Call(func=ast.Name(id="part")) as call):
            return rule, Tail("", None, (), _part_name(rule, call), filled)
        case ast.ListComp(
            elt=ast.BinOp(left=filled, op=ast.BitOr(), right=ast.Call(func=ast.Name(id="part")) as call),
            generators=[loop],
        ):
            part = _part_name(rule, call)
            return rule, Tail(_loop_name(rule, loop), loop.iter, tuple(loop.ifs), part, filled)
    rule.refuse(
        None,
        "what stands behind a list is a `for`, behind an object an `if` or a part.",
        "Write `for line in lines.data`, `if shipping`, or `shipping | part(address)`.",
    )


def _part_name(rule: RuleText, call: ast.Call) -> str:
    match call:
        case ast.Call(args=[ast.Name(id=name)], keywords=[]):
            return name
    rule.refuse(
        call,
        "a part is called by its name alone.",
        "Write `shipping | part(address)` for mappings/address.part.yaml.",
    )


def _one_line(target: str, text: str) -> str:
    # line ends only: spaces may be part of a text in quotes
    line = re.sub(r"\s*[\r\n]+\s*", " ", str(text).strip())
    if not line:
        raise RuleError(f"{target}: the rule is empty.", remedy="Write a path, like `billing_details.email`.")
    if len(line) > LONGEST_RULE:
        raise RuleError(
            f"{target}: the rule has {len(line)} characters, {LONGEST_RULE} are the most.",
            remedy="Split the work: a value map, or a transform of your own.",
        )
    return line


def _parse(rule: RuleText) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)  # `1if` and `"\d"` are mistakes here
            tree = ast.parse(rule.text, mode="eval").body
    except SyntaxError as error:
        at = ast.Constant(0, col_offset=max(0, (error.offset or 1) - 1), end_col_offset=error.offset or 1)
        rule.refuse(
            at if rule.text.isascii() else None,
            f"this does not parse: {error.msg}.",
            _remedy_for_syntax(rule.text, str(error.msg)),
        )
    except (ValueError, MemoryError, RecursionError):
        rule.refuse(None, "this does not parse.", "Write it shorter and without control characters.")
    _check_tokens(rule)
    return tree


_BY_MESSAGE = (
    ("f-string.* backslash", _OUTSIDE),
    (r"""\bf"[^"]*\{[^}"]*"|\bf'[^']*\{[^}']*'""", _OTHER_QUOTES),
    ("never closed|does not match|unmatched", "Close each bracket, in the turn in which they were opened."),
    ("unterminated", "Close the text with the quote that opens it."),
)
_BY_LOOKS = (
    ("[\u2018-\u201f]", 'Quotes are straight: "paid".'),
    (":=", "Write the expression where it is used; names are not given in a rule."),
    (r"\[\]", "Write `[line.sku for line in lines]`, or `lines[0].sku` for the first."),
    (r"^for\b", "A single value is made of a list in brackets: `[line.sku for line in lines]`."),
    (r"\bif\b(?!.*\belse\b)", "Write both ends: `x if condition else None`."),
    (r"\?|&&|\|\|", "Write `a if condition else b`, `and`, `or`."),
    (r"(^|[^=!<>])=($|[^=])", "To compare, write `==`."),
    (r"\|\s*$", "Write a transform behind `|`: `id | upper`."),
    (
        r"(\b(or|and|not|in|is)|[-+*/.<>=])\s*$",
        "Write what comes last as well: something is missing at the end.",
    ),
    ("", 'A key that is not a name is written metadata["order-id"]; between two values stands an operator.'),
)


def _remedy_for_syntax(text: str, said: str) -> str:
    """Return what to write instead, by what Python says and what the text looks like."""
    if not text.isprintable():
        return "Write it without control characters."
    by_message = (remedy for pattern, remedy in _BY_MESSAGE if re.search(pattern, f"{said}\n{text}"))
    by_looks = (remedy for pattern, remedy in _BY_LOOKS if re.search(pattern, text))
    return next(by_message, "") or next(by_looks)


_REFUSED: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lambda: (
        "functions are not defined in a rule.",
        "Write a transform of your own and use `x | my_transform`.",
    ),
    ast.Dict: ("an object is not written in a rule.", "Give each of its fields a rule: `address.city`."),
    ast.DictComp: ("an object is not built in a rule.", "Give each of its fields a rule: `address.city`."),
    ast.SetComp: ("sets are not part of rules.", "Write `unique(line.sku for line in lines)`."),
    ast.Set: ("sets are not part of rules.", 'Write a tuple: `status in ("paid", "open")`.'),
    ast.NamedExpr: ("names are not given in a rule.", "Write the expression where it is used."),
    ast.Starred: ("`*` does not unpack in a rule.", "Name each value."),
    ast.Await: ("a rule does not wait.", "Fetch before the mapping, and join the records."),
    ast.Yield: ("a rule gives one value.", "For many targets from one record use the mapping's `each`."),
    ast.YieldFrom: ("a rule gives one value.", "For many targets from one record use the mapping's `each`."),
}
_OPERATORS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Pow: ("`**` is not part of rules.", "Write the product, or a transform of your own."),
    ast.Mod: (
        "`%` is not part of rules.",
        'For text write f"{first} {last}", for numbers a transform of your own.',
    ),
    ast.FloorDiv: ("`//` is not part of rules.", "Write `(a / b) | whole`, or round it first."),
    ast.MatMult: ("`@` is not part of rules.", "Use + - * /."),
    ast.LShift: ("`<<` is not part of rules.", "Use + - * /."),
    ast.RShift: ("`>>` is not part of rules.", "Use + - * /."),
    ast.BitAnd: ("`&` is not part of rules.", "Write `and`."),
    ast.BitXor: ("`^` is not part of rules.", "Write `!=`."),
    ast.Invert: ("`~` is not part of rules.", "Write `not`."),
    ast.UAdd: ("`+x` says nothing.", "Write `x`."),
}
_FORMS = (
    *(ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Constant, ast.JoinedStr, ast.FormattedValue),
    *(ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call, ast.keyword, ast.Tuple, ast.List),
    *(ast.ListComp, ast.GeneratorExp, ast.comprehension),
    *(ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context),
)


def _check(rule: RuleText, tree: ast.expr) -> None:
    if _depth(tree) > _DEEPEST:
        rule.refuse(
            None, f"the rule is nested deeper than {_DEEPEST}.", "Split it, or write a transform of your own."
        )
    for node in ast.walk(tree):
        for table in (_REFUSED, _OPERATORS):
            if type(node) in table:
                rule.refuse(_shown(node, tree), *table[type(node)])
        if not isinstance(node, _FORMS):
            rule.refuse(
                node,
                f"{type(node).__name__} is not part of rules.",
                "See the rule language in the documentation.",
            )
        _check_node(rule, node)


def _shown(node: ast.AST, tree: ast.expr) -> ast.AST:
    """Return what can be underlined: operators have no place of their own."""
    if hasattr(node, "col_offset"):
        return node
    return next((each for each in ast.walk(tree) if getattr(each, "op", None) is node), tree)


def _check_node(rule: RuleText, node: ast.AST) -> None:
    match node:
        case ast.Constant():
            _check_constant(rule, node)
        case ast.Call():
            _check_call(rule, node)
        case ast.comprehension():
            _loop_name(rule, node)
        case ast.ListComp() | ast.GeneratorExp() if len(node.generators) > 1:
            rule.refuse(
                node, "one `for` is the most.", "Write `[x for line in lines …] | flatten`, or rows of rows."
            )
        case ast.Compare() if len(node.ops) > 1:
            rule.refuse(node, "comparisons are not chained.", f"Write `{_unchained(rule, node)}`.")
        case ast.FormattedValue() if node.conversion != -1:
            rule.refuse(node, "`!r`, `!s` and `!a` are not part of rules.", "Leave it out.")
        case ast.BoolOp() | ast.IfExp() | ast.Compare() | ast.UnaryOp():
            _check_pipes(rule, node)


def _unchained(rule: RuleText, node: ast.Compare) -> str:
    """Return `1 < n and n < 9` for `1 < n < 9`."""
    sides = [node.left, *node.comparators]
    pairs = [(rule.span(one)[0], rule.span(other)[1]) for one, other in pairwise(sides)]
    return " and ".join(rule.text[start:end] for start, end in pairs)


def _check_constant(rule: RuleText, node: ast.Constant) -> None:
    value = node.value
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int) and abs(value) > _LARGEST_WHOLE:
        rule.refuse(node, "this number is too large.", "Whole numbers up to 10^30 are taken.")
    if isinstance(value, float) and not 1e-30 < (abs(value) or 1) < 1e30:
        rule.refuse(node, "this number is out of range.", "Decimal numbers from 1e-30 to 1e30 are taken.")
    if not isinstance(value, str | int | float):
        rule.refuse(node, f"{value!r} is not a value of rules.", "Write text, a number, True, False or None.")


def _check_call(rule: RuleText, node: ast.Call) -> None:
    if isinstance(node.func, ast.Attribute):
        owner, name = rule.of(node.func.value), node.func.attr
        arguments = ", ".join(rule.of(each) for each in node.args)
        piped = f"{owner} | {name}({arguments})" if arguments else f"{owner} | {name}"
        rule.refuse(node, f"methods are not called: `.{name}()`.", f"Write `{piped}`.")
    if not isinstance(node.func, ast.Name):
        rule.refuse(node, "only a transform can be called.", "Write `x | transform`.")
    if any(each.arg is None for each in node.keywords):
        rule.refuse(node, "`**` does not unpack in a rule.", "Name each value.")


def _loop_name(rule: RuleText, loop: ast.comprehension) -> str:
    if not isinstance(loop.target, ast.Name):
        rule.refuse(loop.target, "a loop has one name.", "Write `for line in lines`.")
    if loop.is_async:
        rule.refuse(loop.target, "a rule does not wait.", "Write `for line in lines`.")
    return loop.target.id


def _check_pipes(rule: RuleText, node: ast.BoolOp | ast.IfExp | ast.Compare | ast.UnaryOp) -> None:
    """Refuse `a or b | f`: Python reads `a or (b | f)`, and half of all readers do not."""
    if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not):
        return
    for child in ast.iter_child_nodes(node):
        if (
            isinstance(child, ast.BinOp)
            and isinstance(child.op, ast.BitOr)
            and not _in_parentheses(rule, child)
        ):
            whole, start = rule.of(node), rule.span(node)[0]
            first, last = (place - start for place in rule.span(child))
            inner = f"{whole[:first]}({whole[first:last]}){whole[last:]}"
            value, transform = rule.of(child.left), rule.of(child.right)
            outer = f"({whole[:first]}{value}{whole[last:]}) | {transform}"
            rule.refuse(
                child,
                "`|` beside `or`, `if`, `not` or a comparison can be read in two ways.",
                f"Write `{inner}` or `{outer}`.",
            )


def _in_parentheses(rule: RuleText, node: ast.AST) -> bool:
    start, end = rule.span(node)
    return rule.text[:start].rstrip().endswith("(") and rule.text[end:].lstrip().startswith(")")


def _depth(node: ast.AST) -> int:
    depth, level = 0, [node]
    while level:
        depth += 1
        level = [child for each in level for child in ast.iter_child_nodes(each)]
    return depth


def _check_tokens(rule: RuleText) -> None:
    """Refuse what the tree does not show: comments, long strings, and quotes that only some Pythons read."""
    outer: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(rule.text).readline):
        name = tokenize.tok_name[token.type]
        quote = token.string[-1:]
        at = ast.Constant(
            0, col_offset=_bytes(rule, token.start[1]), end_col_offset=_bytes(rule, token.end[1])
        )
        if name == "COMMENT":
            remedy = "Give it as the rule's note: `mapping.set(target, rule, note)`."
            rule.refuse(at, "a comment does not stand in a rule.", remedy)
        if name in ("FSTRING_START", "STRING"):
            if token.string.lstrip("rRbBuUfF").startswith(('"""', "'''")):
                rule.refuse(at, "text stands in single quotes.", 'Write "text", with \\n for a line end.')
            if quote in outer:
                # Python 3.11 cannot read it, 3.12 can
                rule.refuse(at, "the f-string uses its own quotes inside.", _OTHER_QUOTES)
            if outer and "\\" in token.string:
                rule.refuse(at, "a backslash stands inside of an f-string's braces.", _OUTSIDE)
        if name == "FSTRING_START":  # there is none before Python 3.12
            outer.append(quote)
        elif name == "FSTRING_END":
            outer.pop()


def _bytes(rule: RuleText, characters: int) -> int:
    return len(rule.text[:characters].encode())
