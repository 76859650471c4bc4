"""Which branches of the rules a record takes: each operand of `or` and `and`, each arm of an `if`, each condition."""

from __future__ import annotations

import ast
import linecache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType


class Branches:
    """A copy of a module's own functions that tells which branches it goes through.

    Args:
        module: a compiled mapping, running.
    """

    def __init__(self, module: ModuleType) -> None:
        self._seen: set[str] = set()
        self._scope = {**module.__dict__, "_arm": self._arm, "_operand": self._operand}
        facts = module.FACTS
        watched = {each.__name__ for each in (*facts.builders, *facts.gates.values())}
        tree = ast.parse("".join(linecache.getlines(module.__name__)))
        tree.body = [
            _Marking().visit(node) if node.name in watched else node
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
            and node.name in {*watched, "map_one", "map_record", "map_row"}
        ]
        code = compile(ast.fix_missing_locations(tree), "branches", "exec", dont_inherit=True)
        exec(code, self._scope)  # noqa: S102 - the module's own functions, run once more

    def of(self, record: bytes) -> set[str]:
        """Return the branches on which a record becomes what it becomes; none where it is rejected."""
        self._seen.clear()
        results = self._scope["map_record"](record)
        rejected = any(isinstance(each, self._scope["Reject"]) for each in results)
        return set() if rejected else set(self._seen)

    def _arm(self, place: str, value: Any) -> Any:
        self._seen.add(place)
        return value

    def _operand(self, place: str, value: Any) -> Any:
        self._seen.add(f"{place} {'yes' if value else 'no'}")
        return value


class _Marking(ast.NodeTransformer):
    """Puts a call around each branch."""

    def visit_IfExp(self, node: ast.IfExp) -> ast.IfExp:
        self.generic_visit(node)
        node.body, node.orelse = _marked("_arm", node.body), _marked("_arm", node.orelse)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.BoolOp:
        self.generic_visit(node)
        node.values = [_marked("_operand", each) for each in node.values]
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        self.generic_visit(node)
        node.ifs = [_marked("_operand", each) for each in node.ifs]
        return node


def _marked(call: str, node: ast.expr) -> ast.expr:
    place = ast.Constant(f"line {node.lineno}, column {node.col_offset}")
    return ast.Call(ast.Name(call, ast.Load()), [place, node], [])
