"""What a rule can see, and what its function computes before it builds the target."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from intkit.codegen import camel, identifier, literal, snake
from intkit.paths import EACH
from intkit.rules.source import SourceField
from intkit.rules.types import PYTHON, Type, place_type, wire_type
from intkit.rules.values import ATOM, OR, Guard, Value, compose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# what stands for a Decimal where msgspec reads one
JSON_NUMBER = "JsonNumber"
_JSON = ("text", "integer", "number", "boolean")
_IN_ANNOTATIONS = {*PYTHON.values(), "float", "list", "msgspec"} - {"None"}
# what turns words for nothing into null where the source has no other values of their types
_NULL_IF_FOREIGN = {
    (True, False): "null_if_false",
    (False, True): "null_if_text",
    (True, True): "null_if_word",
}
_WRAPPERS = {"data", "nodes", "node", "edges", "items", "results", "value", "values", "list", "records"}


@dataclass
class SourceUse:
    """What the rules read of the source, from which the source's classes are written.

    Attributes:
        record: what the mapping calls one source record.
        need: the paths that a required target cannot do without, and that were always there.
        reads: by the path of an object, the keys that rules read.
        loose: the paths of objects that may stand in for a missing one, so that all their fields are optional.
        names: by the path of an object, the name of its class.
        assumed: by path, the type that a rule expects of a place that was only ever null.
        references: the paths of objects that stand for their `id`, which they therefore must have.
        calls: the functions that the code calls.
        given_keys: by name of a value map that each run gives, the type of its keys.
        taken: names of classes that are given away.
    """

    record: str
    need: frozenset[str] = frozenset()
    reads: dict[str, dict[str, str]] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    assumed: dict[str, Type] = field(default_factory=dict)
    references: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    given_keys: dict[str, Type] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def attribute(self, place: SourceField, key: str) -> str:
        """Return the attribute under which a key of an object is read."""
        keys = self.reads.setdefault(place.path, {})
        if key not in keys:
            # a class body reads its annotations among its own names: `Customer: Customer | None` would fail
            name = snake(key) if key[:1].isupper() else key
            keys[key] = identifier(name, _IN_ANNOTATIONS | set(keys.values()))
        return keys[key]

    def class_name(self, place: SourceField) -> str:
        """Return the name of the class that describes an object of the source."""
        if place.path not in self.names:
            name = camel(self.record) if not place.steps else _singular(place.steps)
            parent = camel(self.record) if place.steps else "Source"
            if name in self.taken and f"{parent}{name}" in self.taken:
                name = _whole_name(place.steps) or name  # `ship.address` beside `bill.address`
            while not name.isidentifier() or name in self.taken:
                name, parent = f"{parent}{name}", parent + "_"
            self.taken.add(name)
            self.names[place.path] = name
        return self.names[place.path]

    def type_at(self, place: SourceField) -> Type:
        """Return the type that rules see at a place; one that was only ever null has what a rule expects of it."""
        seen = place_type(place)
        return self._with_assumed(seen)

    def _with_assumed(self, seen: Type) -> Type:
        if seen.kind == "unknown" and seen.place is not None and seen.place.path in self.assumed:
            return replace(self.assumed[seen.place.path], place=seen.place)
        if seen.kind == "list" and seen.element is not None:
            return replace(seen, element=self._with_assumed(seen.element))
        return seen

    def assume(self, type_: Type, wanted: Type) -> None:
        """Take what a rule expects for the type of a place that was only ever null, or of a list's elements there."""
        if type_.kind == "list" == wanted.kind and type_.element and wanted.element:
            self.assume(type_.element, wanted.element)
        elif type_.kind == "unknown" and type_.place is not None and wanted.kind == "list":
            if wanted.element is not None and wanted.element.kind in _JSON:
                self.assumed.setdefault(type_.place.path, wanted)
        elif type_.kind == "unknown" and type_.place is not None:
            kinds = [part.kind for part in wanted.parts or (wanted,) if part.kind in _JSON]
            if kinds:
                parts = tuple(Type(kind) for kind in kinds if kind != "number" or len(kinds) == 1)
                known = parts[0] if len(parts) == 1 else Type("mixed", parts=parts)
                self.assumed.setdefault(type_.place.path, known)

    def wire_annotation(self, place: SourceField) -> str:
        """Return how the type of what stands at a place is written, the source's words for nothing included."""
        spelt = self.annotation(wire_type(place, self.type_at(place)))
        return re.sub(r"\bDecimal\b", JSON_NUMBER, spelt)

    def annotation(self, type_: Type) -> str:
        """Return how a type is written in Python."""
        if type_.kind == "object" and type_.place is not None:
            return self.class_name(type_.place)
        if type_.kind == "list":
            inner = self.annotation(type_.element) if type_.element else "object"
            return f"list[{inner}{' | None' if type_.nulls else ''}]"
        if type_.kind == "mixed":
            spelt = {
                "int | float" if part.kind == "number" else self.annotation(part): None
                for part in type_.parts
            }
            return " | ".join(spelt)
        known = self._with_assumed(type_)
        return PYTHON.get(known.kind, "object") if known.kind != "mixed" else self.annotation(known)


def _as_object(parent: Value, place: SourceField) -> tuple[SourceField, ...]:
    """Return the places that an object needs; one that was another thing at times was no object then."""
    needed = parent.demands or ()
    if parent.type.kind != "mixed":
        return needed
    objects = replace(place, types={"object": place.types["object"]})
    return tuple(objects if each is place else each for each in needed)


def _whole_name(steps: tuple[str, ...]) -> str:
    """Return a class name from a whole path: `lines[].address` holds a `LineAddress`."""
    ends = [
        index for index, step in enumerate(steps, 1) if step != EACH and steps[index : index + 1] != (EACH,)
    ]
    ends += [index for index, step in enumerate(steps, 1) if step == EACH]
    return "".join(_singular(steps[:end]) for end in sorted(ends))


def _singular(steps: tuple[str, ...]) -> str:
    """Return a class name for the object at a path: `refunds.data[]` holds a `Refund`."""
    named = [step for step in steps if step != EACH]
    listed = steps[-1] == EACH
    telling = [step for step in named if step not in _WRAPPERS] if listed else named
    last = (telling or named)[-1]
    word = camel(identifier(last.lower() if last.isupper() else last)) or "Part"
    if not listed:
        return word
    for ending, shorter in (
        ("ies", "y"),
        ("sses", "ss"),
        ("ses", "se"),
        ("xes", "x"),
        ("ss", "ss"),
        ("s", ""),
    ):
        if word.endswith(ending) and len(word) > len(ending):
            return word.removesuffix(ending) + shorter
    return word


@dataclass
class Scope:
    """The names that one function's rules see, and the locals that it computes first.

    Attributes:
        names: by the word in the rule, what it stands for: the record and the loop names.
        locals: name and code, in order.
        used: the words that rules did use; those of outer functions become parameters.
        taken: Python names that are given away.
        wish: what to call a local that no path names: the target field at work.
        granted: by the key of a guard that a condition around has proved, the mark of that condition.
        found: by code, the name that it has where a condition around has proved it.
        denied: the keys of guards that a condition around has proved not to hold.
    """

    use: SourceUse
    names: dict[str, Value] = field(default_factory=dict)
    locals: dict[str, str] = field(default_factory=dict)
    used: dict[str, Value] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    wish: str = "value"
    granted: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()
    _bound: dict[str, str] = field(default_factory=dict)
    _lazy: int = 0
    _conditions: int = 0

    def find(self, word: str) -> Value | None:
        """Return what a word stands for, or None."""
        value = self.names.get(word)
        if value is None:
            return None
        self.used[word] = value
        return self._grant(value)

    def child(self, parent: Value, place: SourceField, key: str) -> Value:
        """Return the field of an object as a value."""
        base = self._base(parent, place)
        guards = base.guards
        kid = place.fields[key]
        code = f"{base.code}.{self.use.attribute(place, key)}"
        self.use.class_name(place)
        if kid.path not in self.use.need or place.path in self.use.loose:
            guards = (*guards, Guard(code, f"{code} is not None"))
        demands = None if parent.demands is None else (*_as_object(parent, place), kid)
        value = Value(
            code, self.use.type_at(kid), guards, demands=demands, safe=parent.safe, loops=base.loops
        )
        return self.exact(self.without_words(self._grant(value), kid))

    def _grant(self, value: Value) -> Value:
        """Return a value without the guards that a condition around has proved."""
        marks = {self.granted[guard.key] for guard in value.guards if guard.key in self.granted}
        if not marks:
            return value
        left = tuple(guard for guard in value.guards if guard.key not in self.granted)
        demands = value.demands if left or value.maybe else ()
        return replace(value, guards=left, demands=demands, loops=value.loops | marks)

    def _base(self, parent: Value, place: SourceField) -> Value:
        """Return the object under the code by which its fields are read, with what guards it."""
        mixed = parent.type.kind == "mixed"
        if not parent.nullable and not mixed:
            return replace(parent, code=parent.at_least(ATOM), guards=())
        name = self.use.class_name(place)
        value = self.bind(parent) if parent.maybe and mixed else parent
        others = [guard for guard in value.guards if guard.key != value.code]
        if not others and self._can_stand_before(value):
            # a null object keeps the road straight
            self.use.loose.add(place.path)
            code = value.at_least(OR)
            none = f'{name}(id="")' if place.path in self.use.references else f"{name}()"
            empty = f"{code} if isinstance({code}, {name}) else {none}" if mixed else f"{code} or {none}"
            return replace(value, code=self.local(empty, place.steps), guards=())
        bound = self.bind(value)
        is_object = (Guard(f"{bound.code}: {name}", f"isinstance({bound.code}, {name})"),) if mixed else ()
        return replace(bound, guards=(*bound.guards, *is_object))

    def without_words(self, value: Value, place: SourceField) -> Value:
        """Turn the source's words for nothing into null."""
        if not place.words:
            return value
        kinds = {part.kind for part in value.type.parts} or {value.type.kind}
        outer = tuple(guard for guard in value.guards if guard.key != value.code)
        known = {word for word in ("boolean", "text") if word in kinds or value.type.kind == "unknown"}
        foreign = [word for word in place.words if ("boolean" if word is False else "text") not in known]
        own = [word for word in place.words if word not in foreign]
        nullable = replace(value, guards=outer, maybe=True)
        if own == [""] and kinds == {"text"} and not foreign:
            return self.bind(replace(nullable, code=f"{value.code} or None", rank=OR), steps=place.steps)
        code = value.code
        if foreign:
            code = self._calling(_NULL_IF_FOREIGN[False in foreign, foreign != [False]], code, foreign)
        if own:
            code = self._calling("null_if", code, own)
        code = self._spelt(code, value.type, none=True)
        stripped = replace(nullable, code=code, safe=False)
        # an object gets its name where its fields are read
        return stripped if kinds == {"object"} else self.bind(stripped, steps=place.steps)

    def _calling(self, name: str, code: str, words: list[str | bool]) -> str:
        self.use.calls.add(name)
        named = words if name == "null_if" else [word for word in words if word is not False]
        return f"{name}({', '.join([code, *map(literal, named)])})"

    def exact(self, value: Value) -> Value:
        """Return a value whose decimal numbers are exact where msgspec could only read floats: among other types."""
        place = value.type.place
        kinds = {part.kind for part in value.type.parts}
        alone = value.type.kind == "number" and place is not None and bool(place.words)
        if "number" not in kinds and not alone:
            return value
        strict = self.bind(value)
        self.use.calls.add("exact")
        code = self._spelt(f"exact({strict.code})", value.type, none=False)
        return replace(compose(code, value.type, [strict]), demands=value.demands)

    def _spelt(self, code: str, type_: Type, *, none: bool) -> str:
        """Say what type a value of several has: a type checker takes the result of a call for just any object."""
        known = self.use.type_at(type_.place) if type_.kind == "unknown" and type_.place else type_
        if known.kind != "mixed":
            return code
        self.use.calls.add("cast")
        parts = [self.use.annotation(part) for part in known.parts]
        wire = "number" in {part.kind for part in known.parts} and none
        names = [*parts, *(["float", "int"] if wire else []), *(["None"] if none else [])]
        return f"cast({literal(' | '.join(dict.fromkeys(names)))}, {code})"

    def bind(self, value: Value, *, always: bool = False, steps: tuple[str, ...] = ()) -> Value:
        """Return the value in a form whose code is not None where its guards hold.

        Args:
            value: any value.
            always: give it a name even where it is never null.
            steps: the path that the name comes from; else it comes from the target field at work.
        """
        if not value.maybe and not always:
            return value
        code = value.settled().code
        if code in self.found:
            name = self.found[code]
            loops = value.loops | {self.granted[name]}
            return replace(value, code=name, rank=ATOM, maybe=False, guards=(), demands=(), loops=loops)
        if code in self.locals.values() or self._can_stand_before(value):
            name = self.local(code, steps)
            guards = (Guard(name, f"{name} is not None"),) if value.nullable else ()
        else:
            name = self.fresh("found")
            self._bound[name] = code
            guards = (Guard(name, f"({name} := {code}) is not None", binds=True),)
        return self._grant(replace(value, code=name, rank=ATOM, maybe=False, guards=guards))

    def recall(self, value: Value) -> Value:
        """Return a value under the name that a condition around has given it."""
        return (
            self.bind(value) if self.found and value.maybe and value.settled().code in self.found else value
        )

    def _can_stand_before(self, value: Value) -> bool:
        """Whether a value may be computed in a line of its own: it must not fail early, nor need a loop."""
        return not value.loops and (value.safe or not self._lazy)

    def local(self, code: str, steps: tuple[str, ...] = ()) -> str:
        """Return the name of a local that holds this code, the same one for the same code."""
        for name, known in self.locals.items():
            if known == code:
                return name
        named = [step for step in steps if step != EACH]
        word = snake(named[-1]) if named else self.wish
        # `to_…` are the functions that build the target
        name = self.fresh(f"the_{word}" if word.startswith("to_") else word)
        self.locals[name] = code
        return name

    def fresh(self, word: str) -> str:
        """Return a Python name that nothing has yet."""
        name = identifier(word, self.taken)
        self.taken.add(name)
        return name

    @contextmanager
    def loop(self, word: str, value: Value) -> Iterator[None]:
        """Let a loop name be seen inside the `with`."""
        before, outer = dict(self.names), self.used.get(word)
        self.names[word] = value
        with self.branch():
            yield
        self.names = before
        self.used.pop(word, None)
        if outer is not None:
            self.used[word] = outer
        self.taken.discard(value.code)

    @contextmanager
    def granting(self, conditions: Iterable[Value]) -> Iterator[frozenset[str]]:
        """Take for granted inside the `with` what conditions have proved; give the mark of what is made of it."""
        before, proved = (dict(self.granted), dict(self.found), self.denied), list(conditions)
        self.denied = self.denied.union(*(each.denies for each in proved))
        self._conditions += 1
        mark = f"?{self._conditions}"
        for guard in (guard for each in proved for guard in each.proves):
            self.granted.setdefault(guard.key, mark)
            if guard.key in self._bound:
                self.found[self._bound[guard.key]] = guard.key
        yield frozenset({mark})
        self.granted, self.found, self.denied = before

    @contextmanager
    def branch(self) -> Iterator[None]:
        """Mark what is only computed when a condition or a loop wants it."""
        self._lazy += 1
        yield
        self._lazy -= 1
