"""Parts: rules that are written once, for an object, and used wherever such an object comes.

A part is written out before anything else looks at the mapping: `billing ← billing_address | part(address)` adds
`billing.city ← billing_address.city` and so on. A rule that the mapping has for such a field itself stands.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from intkit.errors import MappingError, RuleError, nearest
from intkit.rules.parse import parse_tail
from intkit.rules.rebase import place_of, rebase
from intkit.rules.spec import Part, Rule, Spec, Use, ValueMap

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from intkit.rules.parse import RuleText
    from intkit.rules.rebase import Place

SUFFIX = ".part.yaml"
_LONGEST_SHOWN = 100


def expand(spec: Spec) -> Spec:
    """Return a mapping with the rules of its parts written out, and with the parts that it uses as they are now.

    Raises:
        MappingError: a part is missing, cannot be read, uses itself, or fills what the target has not.
    """
    for rule in _inmost_first(spec):
        spec = add_part(spec, rule)
    return _with_used(spec)


def expand_known(spec: Spec) -> Spec:
    """Return the same where some parts cannot be written out: without those."""
    for rule in _inmost_first(spec):
        with suppress(MappingError):
            spec = add_part(spec, rule)
    return _with_used(spec)


def _with_used(spec: Spec) -> Spec:
    names = {rule.use.part for rule in spec.rules.values() if rule.use}
    return replace(spec, parts={name: spec.parts[name] for name in sorted(names)})


def _inmost_first(spec: Spec) -> list[Rule]:
    """Return the rules, those further inside first: of two parts that fill one field the nearer one does."""
    return sorted(spec.rules.values(), key=lambda rule: -len(rule.target))


def add_part(spec: Spec, rule: Rule, above: tuple[str, ...] = ()) -> Spec:
    """Return a mapping with the rules of the part that one of its rules uses, if it uses one.

    Args:
        spec: the mapping.
        rule: one of its rules.
        above: the parts that the rule itself stands in.

    Raises:
        MappingError: the part is missing, cannot be read, uses itself, or fills what the target has not.
    """
    found = _use_in(spec, rule)
    if found is None:
        return spec
    text, name, filled = found
    part = _find(spec, text, name, above)
    place = _place(spec, part, text, filled)
    added = [each for each in _written_out(spec, rule, part, place) if each.target not in spec.rules]
    rules = spec.rules | {each.target: each for each in added}
    spec = replace(spec, rules=rules, maps=_maps(spec, part))
    for each in added:
        spec = add_part(spec, each, (*above, part.name))
    return spec


def _use_in(spec: Spec, rule: Rule) -> tuple[RuleText, str, ast.expr] | None:
    """Return the part that a rule uses, and the object that it is used on; None where it uses none."""
    field = dict(spec.target.walk()).get(rule.target) if "part" in rule.text else None
    if field is None or field.model is None:
        return None
    text, tail = parse_tail(rule.target, rule.text)
    return (text, tail.part, tail.filled) if tail.filled is not None else None


def _find(spec: Spec, text: RuleText, name: str, above: tuple[str, ...]) -> Part:
    if name in above:
        circle = " → ".join([*above[above.index(name) :], name])
        text.refuse(None, f"the part {name!r} uses itself: {circle}.", f"Mend {file_of(name)}.")
    if name not in spec.parts:
        text.refuse(
            None,
            f"there is no part {name!r}.{nearest(name, spec.parts)}",
            f"Write it as {file_of(name)}; there are: {', '.join(spec.parts) or 'none'}.",
        )
    return spec.parts[name]


def file_of(name: str) -> str:
    """Return the file of a part, from the project on."""
    return f"mappings/{name}{SUFFIX}"


def _place(spec: Spec, part: Part, text: RuleText, filled: ast.expr) -> Place:
    kept = frozenset({*spec.maps, *spec.constants, *part.maps})
    return place_of(text, filled, part.name, kept, [each.text for each in part.rules.values()])


def _written_out(spec: Spec, rule: Rule, part: Part, place: Place) -> Iterator[Rule]:
    known = dict(spec.target.walk())
    for each in part.rules.values():
        target = f"{rule.target}.{each.target}"
        if target not in known:
            _refuse_target(spec, rule, part, each)
        use = Use(part.name, each.target, each.text)
        try:
            made = rebase(target, each.text, place, _loops(part, each))
        except RuleError as error:
            _tell(error, use)
            raise
        yield Rule(target, made, each.note, use)


def _loops(part: Part, rule: Rule) -> tuple[str, ...]:
    """Return the names of a part's lists that one of its rules stands in."""
    lists = [each for each in part.rules.values() if rule.target.startswith(f"{each.target}.")]
    return tuple(parse_tail(each.target, each.text)[1].name for each in lists if each.target.endswith("[]"))


def _refuse_target(spec: Spec, rule: Rule, part: Part, lost: Rule) -> NoReturn:
    inside = [path.removeprefix(f"{rule.target}.") for path, _ in spec.target.walk()]
    raise RuleError(
        f"{rule.target}: the part {part.name!r} fills {lost.target!r}, which the target has not."
        f"{nearest(lost.target, inside)}",
        rule.text,
        remedy=f"Mend {file_of(part.name)}, or add the field to the target.",
    )


def _maps(spec: Spec, part: Part) -> dict[str, ValueMap]:
    for name, table in part.maps.items():
        if spec.maps.get(name, table) != table or name in spec.constants:
            raise MappingError(
                f"The part {part.name!r} and the mapping both say what {name} is, and not the same.",
                remedy=f"Give it another name in one of them: {file_of(part.name)}.",
            )
    return spec.maps | part.maps


@contextmanager
def telling_part(spec: Spec) -> Iterator[None]:
    """Add to an error in a rule the part that the rule is written in."""
    try:
        yield
    except RuleError as error:
        rule = spec.rules.get(error.what.partition(": ")[0])
        if rule is not None and rule.use is not None:
            _tell(error, rule.use)
        raise


def _tell(error: RuleError, use: Use) -> None:
    text = use.text if len(use.text) <= _LONGEST_SHOWN else f"{use.text[:_LONGEST_SHOWN]}…"
    where = f"The rule is {use.target!r} in {file_of(use.part)}: {text}"
    error.remedy = f"{error.remedy} {where}".strip()
