"""Names, notes and values that try to be code come out as the names, notes and values that they are."""

from __future__ import annotations

import ast
import json
import random
from typing import Any

import pytest
from pydantic import BaseModel

from intkit.codegen import literal
from intkit.compiler.compile import compile_mapping
from intkit.compiler.render import write_module
from intkit.errors import RuleError
from intkit.profiles import profile
from intkit.rules.source import source_of_profile
from intkit.rules.spec import Rule, Spec, ValueMap
from intkit.rules.targets import read_target
from tests.rules.compiled import load

PIECES = [
    *(
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        "\n",
        "\r",
        "\t",
        "\u2028",
        "\x0c",
        "\0",
        "#",
        "{",
        "}",
        "{x}",
        "%s",
        " ",
    ),
    *('")\nimport os\nos.abort()', "__class__", "__import__('os')", "'); raise SystemExit(3)  #", "f'{1/0}'"),
    *(
        "class",
        "def",
        "None",
        "True",
        "lambda",
        "match",
        "import",
        "self",
        "record",
        "Holder",
        "Reject",
        "FACTS",
    ),
    *(
        "𝓅𝒶𝓈𝓈",
        "ﬁeld",
        "а",
        "ı",
        "İ",
        "\u202e",
        "\ufeff",
        "\u200b",
        "ª",
        "1",
        "a.b",
        "a[0]",
        "order-id",
        "é",
        "e\u0301",
    ),
    *("a\nraise SystemExit", '"""\nraise SystemExit\n"""', "\\N{DIGIT ONE}", "\\x41", "\ud7ff", "🙂"),
]


class Holder(BaseModel):
    """Four doors for text."""

    plain: str
    mapped: str
    constant: str
    formatted: str


def hostile(rng: random.Random) -> str:
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 4)))


def hostile_case(seed: int) -> tuple[Spec, dict[str, Any], dict[str, Any]]:
    """Return a mapping, a record of its source, and what that must give."""
    rng = random.Random(seed)
    key, value, other = hostile(rng), hostile(rng), hostile(rng)
    record = {key: value, "b": other}
    rules = {
        "plain": f"record[{literal(key)}]",
        "mapped": f"record[{literal(key)}] | lookup(MEANINGS)",
        "constant": "PHRASE",
        "formatted": literal(other) + " + b",
    }
    spec = Spec(
        "hostile",
        "record",
        source_of_profile(profile([record])),
        read_target(Holder),
        rules={path: Rule(path, text, note=hostile(rng)) for path, text in rules.items()},
        maps={"MEANINGS": ValueMap("MEANINGS", {value: other, other + "?": hostile(rng)}, note=hostile(rng))},
        constants={"PHRASE": other},
        notes=hostile(rng),
    )
    gives = {"plain": value, "mapped": other, "constant": other, "formatted": other + other}
    return spec, record, gives


def mapped_or_refused(seed: int) -> str:
    spec, record, gives = hostile_case(seed)
    try:
        module = load(spec)
    except RuleError as error:
        return "refused" if error.remedy else "refused without a remedy"
    (made,) = module.map_record(json.dumps(record).encode())
    assert isinstance(made, Holder), (seed, str(made))
    assert made.model_dump() == gives, seed
    return "mapped"


def test_hostile_mappings_give_the_right_values():
    outcomes = [mapped_or_refused(seed) for seed in range(120)]
    assert set(outcomes) <= {"mapped", "refused"}
    assert outcomes.count("mapped") > 60


@pytest.mark.slow
def test_a_thousand_hostile_mappings_give_the_right_values():
    outcomes = [mapped_or_refused(seed) for seed in range(1000)]
    assert set(outcomes) <= {"mapped", "refused"}
    assert outcomes.count("mapped") > 500


def test_notes_add_no_statement():
    spec, _, _ = hostile_case(3)
    quiet = hostile_case(3)[0]
    quiet.notes, quiet.rules = "", {path: Rule(path, rule.text) for path, rule in spec.rules.items()}
    trees = [ast.parse(write_module(compile_mapping(each), "Notes.", None)) for each in (spec, quiet)]
    assert ast.dump(trees[0]) == ast.dump(trees[1])
