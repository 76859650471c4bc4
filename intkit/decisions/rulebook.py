"""The decisions of a mapping, as a person makes them: one by one, each checked at once, each taken back by undo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from intkit.compiler.compile import check_filter, check_rule
from intkit.compiler.names import check_names
from intkit.errors import MappingError, nearest, shorten
from intkit.mapping_files.given import read_given
from intkit.rules.parts import expand_known
from intkit.rules.spec import (
    Rule,
    Spec,
    ValueMap,
    check_constant,
    check_given,
    check_parameter,
    check_transform,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Values
    from pathlib import Path

    from intkit.tables import Table


class Rulebook:
    """Rules by target field, filters, value maps, constants and transforms, shown as a table."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._past: list[Spec] = []
        self._undone: list[Spec] = []

    @property
    def name(self) -> str:
        """The mapping's name."""
        return self._spec.name

    def set(self, target: str, rule: str, note: str | None = None) -> Self:
        """Give a target field its rule.

        Args:
            target: the field's path, `amount`, `address.city`; `lines[]` for a list's rows.
            rule: an expression, `amount | minor_units(currency)`; for rows `for line in lines.data`; for an object
                `if shipping`, or `shipping.address | part(address)` with the rules of mappings/address.part.yaml.
            note: why it is so; it stands beside the rule in the export and in the sheet. Not given, it stays.

        Raises:
            RuleError: the rule cannot work with this source and this target; nothing has changed then.
            MappingError: the target has no such field.
        """
        self._spec.target.find(target)
        if not isinstance(rule, str):
            raise MappingError(
                f"The rule of {target!r} is {shorten(rule)}, and a rule is text.",
                remedy=f"Write a rule, or take it away: mapping.unset({target!r}).",
            )
        before = self._spec.rules.get(target)
        made = Rule(target, rule, note if note is not None else before.note if before else "")
        check_rule(self._spec, made)
        return self._change(rules={**self._spec.rules, target: made})

    def unset(self, target: str) -> Self:
        """Take a target field's rule away.

        Raises:
            MappingError: it has none.
        """
        if target not in self._spec.rules:
            raise MappingError(f"{target!r} has no rule.{nearest(target, self._spec.rules)}")
        return self._change(rules={path: rule for path, rule in self._spec.rules.items() if path != target})

    def when(self, condition: str) -> Self:
        """Map only the records for which the condition holds; an empty text maps all.

        Raises:
            RuleError: the condition cannot work with this source.
        """
        check_filter(replace(self._spec, when=condition))
        return self._change(when=condition)

    def each(self, tail: str) -> Self:
        """Make many targets from one record: `for refund in refunds.data`; an empty text makes one.

        Raises:
            RuleError: the source has no such list.
        """
        check_filter(replace(self._spec, each=tail))
        return self._change(each=tail)

    def omit_null(self, *, omit: bool = True) -> Self:
        """Leave what is null out of a target's JSON: a call that changes only what it names must not empty the rest."""
        return self._change(omit_null=omit)

    def value_map(
        self, name: str, entries: Values[Any, Any] | None = None, note: str = "", *, given: bool = False
    ) -> Self:
        """Declare what each source value becomes, for `x | lookup(NAME)`.

        Args:
            name: in CAPITALS.
            entries: source value to target value; without them the map is given at run time.
            note: why it is so.
            given: each run gives the map; the entries are samples, for the types and for the export's tests.

        Raises:
            MappingError: the name is taken or not in capitals, or a value is none that a file can hold.
        """
        check_constant(name, *(entries or {}).keys(), *(entries or {}).values())
        table = ValueMap(name, dict(entries or {}), given=given or entries is None, note=note)
        return self._change(maps={**self._spec.maps, name: table})

    def constant(self, name: str, value: Any) -> Self:
        """Name a value for use in rules.

        Raises:
            MappingError: the name is taken or not in capitals, or the value is none that a file can hold.
        """
        check_constant(name, value)
        return self._change(constants={**self._spec.constants, name: value})

    def parameter(self, name: str, kind: type = str) -> Self:
        """Name a value that each run gives, like a booking date; rules use it as they use a constant.

        Args:
            name: in CAPITALS.
            kind: `str`, `int`, `bool`, `Decimal`, `date` or `datetime`.

        Raises:
            MappingError: the name is taken or not in capitals, or the kind is another.
        """
        check_parameter(name, kind)
        return self._change(constants={**self._spec.constants, name: kind})

    def give(self, path: Path | None = None, /, **values: Any) -> Self:
        """Give what this run has to: run parameters, and the value maps without entries; nothing of it is saved.

        Args:
            path: a JSON file of them by name, like `mappings/NAME.given.json`.
            values: the same in code, which comes before the file's.

        Raises:
            ProjectError: there is no such file.
            MappingError: it is no JSON object, or the mapping asks for no such name.
        """
        values = {**(read_given(path) if path else {}), **values}
        check_given(self._spec, values)
        self._spec = replace(self._spec, given={**self._spec.given, **values})
        return self

    def transform(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let rules use a function of your own; works as a decorator.

        Raises:
            MappingError: its name is taken, or it has no annotations, from which rules learn what goes in and out.
        """
        check_transform(function)
        self._change(own={**self._spec.own, function.__name__: function})
        return function

    def undo(self) -> Self:
        """Take the last change back: a rule, a filter, a value map, a constant or a transform.

        Raises:
            MappingError: nothing was changed since the mapping was opened.
        """
        if not self._past:
            raise MappingError("There is nothing to undo: the mapping is as it was opened.")
        return self._step(self._past, self._undone)

    def redo(self) -> Self:
        """Make the change again that was undone last.

        Raises:
            MappingError: nothing was undone since the last change.
        """
        if not self._undone:
            raise MappingError("There is nothing to redo: no change was undone since the last one.")
        return self._step(self._undone, self._past)

    def _step(self, back: list[Spec], forth: list[Spec]) -> Self:
        forth.append(self._spec)
        self._spec = replace(back.pop(), given=self._spec.given)  # what a run gives is no change of rules
        return self

    def _change(self, **parts: Any) -> Self:
        """Go on with a changed copy, and keep the one before."""
        changed = replace(self._spec, **parts)
        check_names(changed)
        return self._go_on(changed)

    def _go_on(self, changed: Spec) -> Self:
        self._past.append(self._spec)
        self._undone.clear()
        self._spec = changed
        return self

    def table(self) -> Table:
        """Return one row a target field: its type, rule and note; the rules of parts are written out."""
        return expand_known(self._spec).table()

    def __repr__(self) -> str:
        return self.table().text()

    def _repr_html_(self) -> str:
        return self.table().html()
