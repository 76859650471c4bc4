"""What a mapping compiles to is typed without a doubt, and is read by every Python that the kit supports."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intkit.compiler.compile import compile_mapping
from intkit.compiler.render import Definitions, write_module
from intkit.errors import RuleError
from tests.compiler.test_compiled_equals_oracle import KINDS, MAPS, SEEN, rules
from tests.rules.compiled import holder, source, spec_of

ANNOTATIONS = {"text": "str", "whole": "int", "number": "Decimal", "yes": "bool", "texts": "list[str | None]"}
RECORDS: list[dict[str, Any]] = [
    {
        "t": "b",
        "n": 5,
        "f": 1.5,
        "y": True,
        "xs": ["x"],
        "o": {"k": "v", "m": {"d": 1}},
        "r": "cus_1",
        "mx": 1,
        "mn": 1.5,
        "nl": [1, 2],
        "pair": [3, "A"],
        "oo": [[1], [2]],
        "rows": [{"q": 1, "w": "a", "tags": ["u"]}, {"q": 2, "w": None, "tags": None}],
        "w1": "",
        "w2": False,
        "w3": {"k": "v"},
        "w4": [1],
        "on": None,
        "em": [],
        "Customer": {"Name": "x"},
    },
    {
        **dict.fromkeys(("t", "n", "f", "y", "xs", "o", "rows", "pair", "oo", "Customer")),
        "r": {"id": "c", "email": "e"},
        "mx": "q",
        "mn": "z",
        "nl": [1, None],
        "w1": 2.5,
        "w2": 7,
        "w3": False,
        "w4": False,
        "on": None,
        "em": [],
    },
]
CONSTANTS = {"NEW": "\n"}
# rule, and the target's annotation
CHOSEN = [
    ("mx | text", "str"), ("mx == 1", "bool"), ("mn == 1.5", "bool"), ("mn | number", "Decimal"),
    ("w1 + 1", "Decimal"), ("w2 + 1", "int"), ("w3.k", "str"), ("w4", "list[int]"), ("[x + 1 for x in w4]", "list[int]"),
    ("pair[0]", "int"), ("pair[1] | upper", "str"), ('f"{pair[0]}"', "str"), ("pair[0] + 1", "int"),
    ("on", "str"), ("on | from_epoch | to_epoch", "int"), ("on or t", "str"), ("first_of(on, 1)", "int"),
    ('on | default("x")', "str"), ("(on | number) + 1", "Decimal"), ("em", "list[str]"), ("[e for e in em]", "list[int]"),
    ("em or xs", "list[str]"), ("em[0]", "str"), ("xs or []", "list[str]"), ("[n, f]", "list[Decimal | None]"),
    ("n in (1.5, 2)", "bool"), ("True if t and xs and not o else False", "bool"), ("total(nl)", "Decimal"),
    ("sum(sum(x) for x in oo)", "int"), ("oo | flatten", "list[int]"), ("xs | first", "str"), ("(rows | last).w", "str"),
    ("r | id_of", "str"), ("r.email or t", "str"), ("t | lookup(WORDS)", "str"), ("t | lookup(WORDS, default=None)", "str"),
    ("Customer.Name", "str"), ("o.m.d", "int"), ("unique(row.w for row in rows)", "list[str]"),
    ("[sum(x.q for x in rows if x.w == row.w) for row in rows]", "list[int]"), ("None if y else t", "str"),
    ("True if xs[0] else False", "bool"), ("(xs | first) in ('a', 'x')", "bool"), ("rows[0].w in rows[0].tags", "bool"),
    ("[row.q for row in rows if (row.w | lookup(WORDS)) or row.tags[0]]", "list[int]"), ("(t or xs[0]) is None", "bool"),
    ('("a", t) | unique', "list[str | None]"), ('("a", "b")[:1]', "list[str]"),
    ("[(row.w | lookup(WORDS, default=row.tags[0]))[:2] for row in rows]", "list[str | None]"),
    ("f'{t or \"x\"}-{xs | join(\";\")}'", "str"), ('f"{o.k:.2} {t | replace(\'a\', NEW)}"', "str"),
    ('t or reject("none")', "str"), ("[row.q for row in rows]", "list[int]"), ("f | clamp(0, n)", "Decimal"),
]  # fmt: skip


def module_of(rule: str, annotation: str, seen: Any, target: Any) -> str:
    model = f"class Holder(BaseModel):\n    value: {annotation} | None = None\n"
    definitions = Definitions("from pydantic import BaseModel\n", model)
    return write_module(
        compile_mapping(spec_of(seen, target, {"value": rule}, maps=MAPS, constants=CONSTANTS)),
        "A rule.",
        definitions,
    )


def random_modules(count: int) -> list[str]:
    found: dict[str, str] = {}

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(list(KINDS)))
        rule = data.draw(rules(kind, data.draw(st.integers(1, 3))))
        try:
            found[rule] = module_of(rule, ANNOTATIONS[kind], SEEN, holder(KINDS[kind]))
        except RuleError:
            return

    collect()
    return list(found.values())


def all_modules() -> list[str]:
    from decimal import Decimal

    seen = source(RECORDS, ("", False))
    names = {"Decimal": Decimal}
    chosen = [module_of(rule, kind, seen, holder(eval(kind, names))) for rule, kind in CHOSEN]
    return [*chosen, *random_modules(150)]


@pytest.fixture(scope="module")
def modules() -> list[str]:
    return all_modules()


@pytest.mark.slow
def test_every_module_is_clean_for_a_strict_type_checker(modules: list[str], tmp_path: Path) -> None:
    for index, text in enumerate(modules):
        (tmp_path / f"rule_{index}.py").write_text(text)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--python-version",
        "3.11",
        ".",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""
    assert len(modules) > 100


def test_every_module_is_read_by_python_3_11(modules: list[str]) -> None:
    """That Python refuses an f-string's own quotes and backslashes inside of its holes, when it runs this."""
    for text in modules:
        ast.parse(text, feature_version=(3, 11))


@pytest.mark.parametrize("rule", ['"p" if not o else o.k', '"p" if not (o is not None) else "q"', "not o"])
def test_no_code_says_not_before_is_none(rule: str) -> None:
    gives: Any = bool if rule == "not o" else str
    seen = source([{"o": {"k": "v"}}, {"o": None}])
    code = write_module(compile_mapping(spec_of(seen, holder(gives), {"value": rule})), "", None)
    assert "record.o is None" in code
    assert "not record.o" not in code
