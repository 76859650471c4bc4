"""Whole mappings at random: rows of rows, objects with conditions, filters, many targets, words for nothing."""

import ast
import copy
import enum
from decimal import Decimal
from typing import Any, Literal

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from intkit.errors import RuleError
from tests.compiler.test_compiled_equals_oracle import EMPTY, FULL, MAPS, NUMBERS, odd_records, records, rules
from tests.rules.compiled import load, source, spec_of
from tests.rules.oracle import Failure, Unclear, evaluate_in, reads_text


class Color(enum.Enum):
    FIRST = "first"
    SECOND = "second"


class Line(BaseModel):
    text: str | None = None
    number: Decimal | None = None


class Group(BaseModel):
    name: str | None = None
    lines: list[Line] | None = None


class Box(BaseModel):
    text: str | None = None


class Out(BaseModel):
    key: str | None = None
    flag: bool | None = None
    size: int = 7
    texts: list[str | None] | None = None
    color: Color | None = None
    word: Literal["first", "second", "none"] = "none"
    box: Box | None = None
    groups: list[Group] | None = None


SEEN = [FULL, EMPTY, {**EMPTY, "address": None, "customer": {"id": "cus_3"}}, {**EMPTY, "customer": None}]
TAILS = {"groups[]": "for line in lines.data", "groups[].lines[]": "for tag in line.tags"}


@st.composite
def mappings(draw: st.DrawFn) -> dict[str, str]:
    def rule(kind: str, *, line: bool = False) -> str:
        return draw(rules(kind, draw(st.integers(0, 2)), line))

    made = {
        "key": rule("text"),
        "flag": rule("yes"),
        "size": rule("whole"),
        "texts": rule("texts"),
        "color": f"({rule('text')}) | lookup(WORDS)",
        "word": f'({rule("text")}) | lookup(WORDS, default="none")',
        "box": f"if {rule(draw(st.sampled_from(['text', 'yes'])))}",
        "box.text": rule("text"),
        "groups[]": f"{TAILS['groups[]']} if {rule('yes', line=True)}",
        "groups[].name": rule("text", line=True),
        "groups[].lines[]": f"{TAILS['groups[].lines[]']} if {draw(st.sampled_from(['tag', 'line.note', 'paid']))}",
        "groups[].lines[].text": draw(st.sampled_from(["tag | upper", "line.note", "title", 'f"{id}{tag}"'])),
        "groups[].lines[].number": rule("number", line=True),
    }
    gone = draw(
        st.sets(st.sampled_from([path for path in made if "box" not in path and "groups" not in path]))
    )
    made = {path: text for path, text in made.items() if path not in gone}
    if draw(st.booleans()):
        made["when"] = rule("yes")
    if draw(st.booleans()):
        made["each"] = f"for line in lines.data if {rule('yes', line=True)}"
        made["key"] = rule("text", line=True)
    return made


class Oracle:
    """What a mapping gives, told from its description alone."""

    def __init__(self, made: dict[str, str], record: dict[str, Any]) -> None:
        self.made, self.record = made, record

    def value(self, path: str, loops: dict[str, Any]) -> Any:
        return evaluate_in(self.made[path], self.record, loops, MAPS)

    def rows(self, tail: str, loops: dict[str, Any]) -> list[dict[str, Any]] | None:
        loop = ast.parse(f"[0 {tail}]", mode="eval").body.generators[0]  # type: ignore[attr-defined]
        found = evaluate_in(ast.unparse(loop.iter), self.record, loops, MAPS)
        if found is None:
            return None
        scopes = [{**loops, loop.target.id: each} for each in found]
        return [
            scope
            for scope in scopes
            if all(evaluate_in(ast.unparse(c), self.record, scope, MAPS) for c in loop.ifs)
        ]

    def targets(self) -> list[Any]:
        if reads_text(" ".join(self.made.values()), self.record, NUMBERS):
            return ["rejected"]
        if "each" in self.made and "lines" not in self.record:
            return ["rejected"]  # every record that was seen has its lines
        if "when" in self.made and not self.value("when", {}):
            return []
        scopes = self.rows(self.made["each"], {}) if "each" in self.made else [{}]
        return [self.target(scope) for scope in scopes]

    def target(self, loops: dict[str, Any]) -> Any:
        try:
            return self._target(loops)
        except Failure:
            return "rejected"

    def _target(self, loops: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {
            "key": None,
            "flag": None,
            "size": 7,
            "texts": None,
            "color": None,
            "word": "none",
        }
        for path, default in list(out.items()):
            if path in self.made:
                found = self.value(path, loops)
                out[path] = default if found is None else found
        out["box"] = None
        if evaluate_in(self.made["box"].removeprefix("if "), self.record, loops, MAPS):
            out["box"] = {"text": self.value("box.text", loops)}
        groups = self.rows(self.made["groups[]"], loops)
        out["groups"] = None if groups is None else [self.group(scope) for scope in groups]
        return out

    def group(self, loops: dict[str, Any]) -> dict[str, Any]:
        lines = self.rows(self.made["groups[].lines[]"], loops)
        inner = [
            {
                "text": self.value("groups[].lines[].text", s),
                "number": self.value("groups[].lines[].number", s),
            }
            for s in lines or []
        ]
        return {"name": self.value("groups[].name", loops), "lines": None if lines is None else inner}


def without_words(value: Any, words: tuple[Any, ...]) -> Any:
    """Return a record with the source's words for nothing as null: in fields, not in lists of words."""
    if isinstance(value, dict):
        return {
            key: None if each in words and isinstance(each, str) else without_words(each, words)
            for key, each in value.items()
        }
    return [without_words(each, words) for each in value] if isinstance(value, list) else value


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    mappings(),
    st.lists(records | odd_records, min_size=1, max_size=3),
    st.sampled_from([(), ("",), ("", "a")]),
)
def test_a_random_mapping_gives_what_the_description_says(
    made: dict[str, str], given_records: list[dict[str, Any]], words: tuple[str, ...]
) -> None:
    more = {key: made[key] for key in ("when", "each") if key in made}
    seen = source([*SEEN, without_words(copy.deepcopy(FULL), ("b",))], words)
    try:
        module = load(spec_of(seen, Out, {k: v for k, v in made.items() if k not in more}, maps=MAPS, **more))
    except RuleError as error:
        event(f"refused: {error.what.partition(': ')[2][:40]}")
        if not error.remedy:
            raise
        return
    for record in given_records:
        outcomes = module.map_record(record)
        plain = [
            "rejected" if isinstance(o, module.Reject) else o.model_dump(mode="python") for o in outcomes
        ]
        plain = [
            o if o == "rejected" else {**o, "color": o["color"].value if o["color"] else None} for o in plain
        ]
        try:
            expected = Oracle(made, without_words(record, words)).targets()
        except Unclear:
            continue
        except Failure:
            assert plain == ["rejected"], (made, record)
            continue
        event(f"{len(expected)} targets, {expected.count('rejected')} rejected")
        assert plain == expected, (made, record)
