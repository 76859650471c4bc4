"""The examples are the tests: each must say what the function does."""

from __future__ import annotations

import doctest
import typing
from importlib import import_module

import pytest

from intkit.transforms import TRANSFORMS


@pytest.mark.parametrize("name", TRANSFORMS)
def test_examples_say_what_the_function_does(name):
    transform = TRANSFORMS[name]
    module = import_module(transform.function.__module__)
    failures = []
    runner = doctest.DocTestRunner(verbose=False)
    test = doctest.DocTestParser().get_doctest(
        transform.function.__doc__, vars(module).copy(), name, None, None
    )
    runner.run(test, out=failures.append)
    assert test.examples
    assert not failures, "".join(failures)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform_has_a_summary_and_full_annotations(name):
    transform = TRANSFORMS[name]
    hints = typing.get_type_hints(transform.function)
    code = transform.function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    assert transform.summary.endswith(".")
    assert {*names, "return"} <= set(hints)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_examples_of_failures_say_what_was_expected(name):
    errors = [example.error for example in TRANSFORMS[name].examples if example.error]
    assert all(error.startswith("expected ") for error in errors)


@pytest.mark.parametrize(
    ("name", "at", "rule", "shown"),
    [
        ("number", 0, '"12.50" | number', "12.50"),
        ("minor_units", 0, '1050 | minor_units("eur")', "10.50"),
        (
            "in_zone",
            0,
            '1700000000 | from_epoch | in_zone("Europe/Amsterdam")',
            "'2023-11-14T23:13:20+01:00'",
        ),
        ("regex", 1, '"thanks" | regex(r"INV-([0-9-]+)")', "null"),
        ("from_epoch", 0, "1700000000 | from_epoch", "2023-11-14T22:13:20Z"),
        ("parse_date", 1, '"01-03-2026" | parse_date', "expected a date like 2026-03-01"),
        ("total", 0, "[0.10, 0.20] | total", "0.30"),
    ],
)
def test_examples_are_also_shown_as_rules(name, at, rule, shown):
    example = TRANSFORMS[name].examples[at]
    assert (example.rule, example.shown) == (rule, shown)
