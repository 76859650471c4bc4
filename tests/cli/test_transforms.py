"""`intkit transforms` lists, explains and tries."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from intkit.cli import app
from intkit.transforms import TRANSFORMS


def run(*arguments: str):
    return CliRunner().invoke(app, ["transforms", *arguments])


def test_all_transforms_are_listed_with_an_example():
    done = run()
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert {line.split()[0] for line in lines if line} >= set(TRANSFORMS)
    assert "\"EUR\" | lower  →  'eur'" in done.stdout


def test_one_is_explained_with_its_examples():
    done = run("local_datetime")
    assert '"2026-03-29 02:30:00" | local_datetime("Europe/Amsterdam")' in done.stdout
    assert "comes twice" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["decimal", "1.234,50", "nl"], "1234.50"),
        (["clamp", "-3.5", "0", "100"], "0"),
        (["yes_no", "Y"], "true"),
        (["split", "a;b", ";"], '["a", "b"]'),
        (["regex", "x", "y"], "null"),
        (["from_epoch", "0"], "1970-01-01T00:00:00+00:00"),
        (["strip", "a\x1b[31m"], r"a\x1b[31m"),
    ],
)
def test_one_is_tried_on_typed_values(arguments, printed):
    done = run(*arguments)
    assert (done.exit_code, done.stdout.strip()) == (0, printed)


def test_a_refused_value_exits_with_1_and_the_reason():
    done = run("decimal", "1.5", "nl")
    assert (done.exit_code, done.stderr.strip()) == (1, "expected a number like 1.234,50, got '1.5'")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["uper"], "Did you mean 'upper'?"),
        (["sum"], "a form of the rules: `sum(line.price for line in lines)`"),
        (["pad", "1"], "`pad` takes value, width, fill."),
        (["in_zone", "2026-01-01T00:00Z", "Mars"], "There is no time zone 'Mars'."),
    ],
)
def test_misuse_exits_with_2_and_what_to_do(arguments, said):
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "intkit.transforms.phones", None)
    done = run("phone", "+31612345678")
    assert done.exit_code == 1
    assert "pip install 'intkit[codes]'" in done.stderr
