"""Compiling rules in tests: one rule, or a whole mapping, on the source that some records show."""

import json
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any

import pytest
from pydantic import create_model

from intkit.compiler.compile import compile_mapping
from intkit.compiler.render import write_module
from intkit.errors import MappingError, RuleError
from intkit.profiles import profile
from intkit.results.loading import execute
from intkit.rules.source import SourceField, apply_missing, source_of_profile
from intkit.rules.spec import Rule, Spec, ValueMap
from intkit.rules.targets import read_target

REJECTED = "rejected"


def source(records: Iterable[dict[str, Any]], missing: tuple[Any, ...] = ()) -> SourceField:
    place = source_of_profile(profile(list(records)))
    apply_missing(place, missing, {})
    return place


def spec_of(seen: SourceField, target: Any, rules: dict[str, str], **more: Any) -> Spec:
    maps = {name: ValueMap(name, entries) for name, entries in more.pop("maps", {}).items()}
    made = {path: Rule(path, text) for path, text in rules.items()}
    return Spec(
        "made", more.pop("record", "record"), seen, read_target(target), rules=made, maps=maps, **more
    )


def load(spec: Spec) -> ModuleType:
    """Return the compiled mapping as a module, without the formatter, which tests do not need."""
    text = write_module(compile_mapping(spec), "A mapping.", None)
    models = [model.cls for model in spec.target.models()]
    wraps = [each.wrap for _, each in spec.target.walk() if each.wrap]
    return execute(
        text, "intkit_tested", {each.__name__: each for each in [*models, *wraps, *spec.own.values()]}
    )


@cache
def holder(annotation: Any) -> Any:
    return create_model("Holder", value=(annotation | None, None))


def rule_module(seen: SourceField, rule: str, annotation: Any = str, **more: Any) -> ModuleType:
    return load(spec_of(seen, holder(annotation), {"value": rule}, **more))


def outcome(module: ModuleType, record: dict[str, Any]) -> Any:
    """Return the value that a rule gives; a reject as it is."""
    (made,) = module.map_record(record)
    return made if isinstance(made, module.Reject) else made.value


def value(rule: str, record: dict[str, Any], *others: dict[str, Any], gives: Any = Any, **more: Any) -> Any:
    """Return what a rule gives for a record, as JSON and as a dict; the source is what all records show.

    A reject is the word REJECTED.
    """
    seen = source([record, *others], more.pop("missing", ()))
    module = rule_module(seen, rule, gives, **more)
    results = []
    for form in (record, json.dumps(record).encode()):
        (made,) = module.map_record(form)
        results.append(REJECTED if isinstance(made, module.Reject) else made.value)
    assert results[0] == results[1]
    return results[0]


def reasons(module: ModuleType, record: Any) -> list[str]:
    """Return the problems of a record that is rejected, each as a reader sees it."""
    return [
        str(problem)
        for made in module.map_record(record)
        if isinstance(made, module.Reject)
        for problem in made.problems
    ]


def refusal(rule: str, record: dict[str, Any], *others: dict[str, Any], gives: Any = Any, **more: Any) -> str:
    """Return what is said when a rule is refused: message, facts and remedy."""
    with pytest.raises((RuleError, MappingError)) as caught:
        rule_module(source([record, *others], more.pop("missing", ())), rule, gives, **more)
    assert caught.value.remedy
    return str(caught.value)
