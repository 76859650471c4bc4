"""Every notebook keeps the rules, and each rule can be broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.notebooks.rules import check_notebook

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

FIRST = """# Connect

> You hold a client.

**You will**
- connect
- fetch
- look

**Needs** the cassette. **Runs in** 3 s.
"""
LAST = """## What you have now

Files. One? Two? Three? Next: 20_record.
"""


def text(source: str) -> dict:
    return {"cell_type": "markdown", "id": "a", "metadata": {}, "source": source}


def code(source: str, *tags: str, outputs: tuple = ()) -> dict:
    cell = {"cell_type": "code", "id": "a", "metadata": {"tags": list(tags)}, "source": source}
    return cell | {"outputs": list(outputs), "execution_count": None}


GOOD = [
    text(FIRST),
    code("import math\n\nlimit: int = 3", "parameters"),
    text("## Look"),
    code("assert limit"),
    text(LAST),
]


def complaints(folder: Path, cells: list[dict], name: str = "10_connect") -> str:
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    return "\n".join(check_notebook(path))


def with_code(*cells: dict) -> list[dict]:
    return [*GOOD[:-1], text("And then:"), *cells, GOOD[-1]]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_the_rules(path):
    assert check_notebook(path) == []


def test_a_good_notebook_is_not_complained_about(tmp_path):
    assert complaints(tmp_path, GOOD) == ""


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        (GOOD[1:], "does not open with a `# Title`"),
        ([text(FIRST.replace("Needs", "Wants")), *GOOD[1:]], "says no 'Needs'"),
        ([text(FIRST.replace("- look\n", "")), *GOOD[1:]], "promises 2 things"),
        ([GOOD[0], code("limit = 3"), *GOOD[2:]], "not one cell tagged `parameters`"),
        (with_code(code("a = 1"), code("import json")), "imports in the middle of a section: import json"),
        (with_code(code("\n".join(f"a{n} = 1" for n in range(16)))), "has a cell of 16 lines"),
        (
            with_code(*[code("\n".join(f"{a}{n} = 1" for n in range(9))) for a in "ab"]),
            "2 of 4 code cells over 8 lines",
        ),
        (with_code(code("a"), code("b"), code("c")), "three code cells without a sentence"),
        ([*GOOD[:3], GOOD[-1]], "has 0 asserts"),
        (with_code(code("!pip install x")), "is not Python: !pip"),
        (with_code(code("open('/tmp/x')")), "absolute path"),
        (with_code(code("limit = 4")), "gives 'limit' a value in 2 cells"),
        (with_code(code("key = 'sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc'")), "holds a secret"),
        (with_code(code("1", outputs=({"output_type": "stream"},))), "stored with outputs"),
        (GOOD[:-1], "does not end with 'What you have now'"),
        ([*GOOD[:-1], text("## What you have now\n\nWhy?")], "ends with 1 questions"),
        (with_code(code("a ==")), "is not Python"),
    ],
)
def test_a_broken_rule_is_said(tmp_path, cells, complaint):
    assert complaint in complaints(tmp_path, cells)


def test_a_notebook_says_its_place_in_its_name(tmp_path):
    assert "is named neither" in complaints(tmp_path, GOOD, "Untitled")


def test_the_runner_needs_no_questions_at_its_end(tmp_path):
    assert complaints(tmp_path, GOOD[:-1], "run_mapping") == ""
