"""Suggestions: rules for target fields that a source field serves by its name and its type.

Names are the same, or the same but for capitals, `-` and `_`. Two source fields that fit equally well give no
suggestion. Nothing is set until it is accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from intkit.codegen import identifier, snake
from intkit.compiler.compile import check_rule
from intkit.errors import MappingError, PathError, RuleError, nearest
from intkit.paths import format_path, parse_path
from intkit.rules.source import find_place
from intkit.rules.spec import Rule, Spec
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intkit.rules.source import SourceField
    from intkit.rules.targets import TargetField

# lists often stand one level below their name: `lines.data`
_WRAPPERS = {"data", "items", "nodes", "records", "results", "values"}
_WRITE_INSTEAD = re.compile(r"Write `(.+)`\.")
_LOOP = re.compile(r"for (\w+) in (.+?)(?: if .*)?")


@dataclass(frozen=True)
class Suggestion:
    """A rule that a target field might have, and why."""

    target: str
    rule: str
    reason: str


class Suggestions(list[Suggestion]):
    """Suggested rules, shown as a table; `accept` sets them."""

    def __init__(self, found: list[Suggestion], set_rule: Callable[[str, str], Any]) -> None:
        super().__init__(found)
        self._set_rule = set_rule

    def accept(self, *targets: str) -> None:
        """Set the suggested rules of these target fields; without a name, all.

        Raises:
            MappingError: nothing is suggested for one of them; none is set then.
        """
        known = [each.target for each in self]
        for target in targets:
            if target not in known:
                raise MappingError(
                    f"Nothing is suggested for {target!r}.{nearest(target, known)}",
                    remedy=f"Suggested are: {', '.join(known) or 'none'}.",
                )
        for each in self:
            if not targets or each.target in targets:
                self._set_rule(each.target, each.rule)

    def table(self) -> Table:
        """Return one row a suggestion."""
        rows = [[each.target, each.rule, each.reason] for each in self]
        title = (
            f"{len(self)} suggestion{'' if len(self) == 1 else 's'}; `.accept()` sets them"
            if self
            else "No suggestions."
        )
        return Table(["target", "rule", "why"], rows, title=title)

    def __repr__(self) -> str:
        return self.table().text()

    def _repr_html_(self) -> str:
        return self.table().html()


@dataclass(frozen=True)
class _Candidate:
    """A source field in the reach of a rule.

    Attributes:
        place: what was seen there.
        code: how a rule names it.
        names: its keys, from the record or the loop's element on.
    """

    place: SourceField
    code: str
    names: tuple[str, ...]


def suggest_rules(spec: Spec) -> list[Suggestion]:
    """Return a rule for every target field without one that exactly one source field fits."""
    return list(_Suggester(spec).suggest())


class _Suggester:
    """Goes through the target's fields; a suggested list opens its rows to suggestions."""

    def __init__(self, spec: Spec) -> None:
        self.spec = replace(spec, rules=dict(spec.rules))
        self.loops: dict[str, tuple[str, SourceField]] = {}

    def suggest(self) -> Iterator[Suggestion]:
        for path, each in self.spec.target.walk():
            reachable = "[]." not in path or _rows_of(path) in self.loops
            if path not in self.spec.rules and reachable and (each.model is None or each.listed):
                found = self._list_rule(path) if each.listed else self._field_rule(path, each)
                if found:
                    self.spec.rules[path] = Rule(path, found.rule)
                    yield found
            if each.listed and path in self.spec.rules:
                self._open(path)

    def _field_rule(self, path: str, each: TargetField) -> Suggestion | None:
        wanted = tuple(path.removeprefix(f"{_rows_of(path)}.").split("."))
        fitting = [
            (rank, why, candidate)
            for candidate in self._candidates(path)
            for rank, why in [_likeness(wanted, candidate.names)]
            if rank and candidate.place.kinds and not candidate.place.kinds & {"object", "list"}
        ]
        best = [found for found in fitting if found[0] == min(rank for rank, _, _ in fitting)]
        if len(best) != 1 or not _takes(each, best[0][2].place):
            return None
        rule = self._working(path, best[0][2].code)
        return Suggestion(path, rule, f"{best[0][1]}; {self._presence(path, best[0][2])}") if rule else None

    def _list_rule(self, path: str) -> Suggestion | None:
        wanted = tuple(path.removesuffix("[]").removeprefix(f"{_rows_of(path[:-2])}.").split("."))
        for candidate in self._candidates(path[:-2]):
            element = candidate.place.element
            if element is None or not element.fields:
                continue
            names = candidate.names
            named = names[:-1] if len(names) > 1 and names[-1] in _WRAPPERS else names
            rank, why = _likeness(wanted, named)
            for word in (identifier(_singular(snake(wanted[-1]))), "row") if rank else ():
                rule = self._working(path, f"for {word} in {candidate.code}")
                if rule:
                    return Suggestion(path, rule, f"{why}; a list of objects")
        return None

    def _candidates(self, path: str) -> Iterator[_Candidate]:
        """Yield the fields that a rule can name: of the element where the target is a row, of the record else."""
        word, root = self.loops.get(_rows_of(path), ("", self.spec.source))
        for place in _in_objects(root):
            steps = place.steps[len(root.steps) :]
            code = format_path((word, *steps) if word else steps)
            yield _Candidate(place, code if code[0] != "[" else f"{self.spec.record}{code}", steps)

    def _presence(self, path: str, found: _Candidate) -> str:
        _, root = self.loops.get(_rows_of(path), ("", self.spec.source))
        count = root.present or root.parents
        there = found.place.present
        return "always there" if there == count else f"there in {there} of {count}"

    def _open(self, path: str) -> None:
        """Note what the loop of a list's rule goes through, if it is a plain path."""
        found = _LOOP.fullmatch(self.spec.rules[path].text)
        outer, root = self.loops.get(_rows_of(path[:-2]), ("", self.spec.source))
        try:
            steps = parse_path(found[2]) if found else ()
        except PathError:
            return
        place = find_place(root, steps[1:] if steps[:1] == (outer,) else steps)
        if found and place is not None and place.element is not None:
            self.loops[path] = (found[1], place.element)

    def _working(self, path: str, rule: str) -> str:
        """Return the rule, or what its refusal says to write instead, if one of them works."""
        try:
            check_rule(self.spec, Rule(path, rule))
        except RuleError as error:
            instead = _WRITE_INSTEAD.fullmatch(error.remedy)
            return self._working(path, instead[1]) if instead and instead[1].startswith(f"{rule} | ") else ""
        except MappingError:
            return ""
        return rule


def _in_objects(place: SourceField) -> Iterator[SourceField]:
    """Yield what stands below a place, through objects that are never anything else."""
    for child in place.fields.values():
        yield child
        if child.kinds <= {"object"}:
            yield from _in_objects(child)


def _rows_of(path: str) -> str:
    """Return the list that a target field is a row's field of: `lines[]` of `lines[].sku`."""
    return path[: path.rindex("[]") + 2] if "[]." in path else ""


def _likeness(wanted: tuple[str, ...], there: tuple[str, ...]) -> tuple[int, str]:
    """Return how alike two names are, 1 for the same, and that in words; 0 if they are not."""
    if wanted == there:
        return 1, "same name"
    if [*map(_plain, wanted)] == [*map(_plain, there)]:
        return 2, "same name, spelt otherwise"
    if _plain("".join(wanted)) == _plain("".join(there)):
        return 3, "same words"
    if [*map(_plain, wanted)] == [*map(_plain, there[-len(wanted) :])]:
        return 3 + len(there), f"same name, in {format_path(there[: -len(wanted)])}"
    return 0, ""


def _plain(name: str) -> str:
    return snake(name).replace("_", "")


def _takes(each: TargetField, place: SourceField) -> bool:
    """Tell whether the target takes every value that was seen, where both are known."""
    return each.choices is None or set(place.values) <= set(each.choices)


def _singular(word: str) -> str:
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")
