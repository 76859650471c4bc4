"""Every example of docs/rules.md: what each rule gives, what is said of what is no rule, and the code between."""

from __future__ import annotations

import ast
import json
import re
import shlex
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from intkit import Mapping
from intkit.cli import app
from intkit.errors import RuleError
from intkit.rules.parse import LONGEST_RULE
from intkit.rules.spec import Rule, Spec
from intkit.rules.targets import read_target
from tests.rules.compiled import REJECTED, holder, load, outcome, source, spec_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
ORDERS, DECLARED, *OTHERS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
MAPS = {name: value for name, value in DECLARED.items() if isinstance(value, dict)}
CONSTANTS = {name: value for name, value in DECLARED.items() if not isinstance(value, dict)}


def tables() -> dict[str, list[tuple[str, ...]]]:
    """Return the rows of the page's tables by what their last column says."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for block in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL):
        head, *rows = [tuple(re.split(r" {3,}", line)) for line in block.splitlines()]
        assert {len(row) for row in rows} == {len(head)}
        found.setdefault(head[-1], []).extend(rows)
    return found


TABLES = tables()
RECORDED = re.findall(r"### `(\w+)`\n.*?```text\nrule +(\S+)\n", PAGE, re.DOTALL)


def as_written(value: Any) -> str:
    """Return a value as the page writes it: JSON, with every digit of a decimal."""
    if isinstance(value, list):
        return f"[{', '.join(map(as_written, value))}]"
    if isinstance(value, date | datetime):
        return as_written(value.isoformat())
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def statements(block: str) -> list[tuple[str, str]]:
    """Return each statement of a block, and before it the line on which it ends."""
    lines = block.splitlines()
    return [(lines[(each.end_lineno or 1) - 1], ast.unparse(each)) for each in ast.parse(block).body]


def gives(spec: Spec, record: dict[str, Any]) -> str:
    module = load(spec)
    made = outcome(module, record)
    return REJECTED if isinstance(made, module.Reject) else as_written(made)


def order_spec(rule: str) -> Spec:
    seen = source(ORDERS)
    return spec_of(seen, holder(Any), {"value": rule}, maps=MAPS, constants=CONSTANTS, record="order")


@pytest.mark.parametrize(("rule", "first", "second"), TABLES["the second"])
def test_a_rule_gives_what_the_page_says(rule: str, first: str, second: str) -> None:
    assert [gives(order_spec(rule), order) for order in ORDERS] == [first, second]


@pytest.mark.parametrize(("rule", "given"), TABLES["gives"])
def test_a_list_gives_what_the_page_says(rule: str, given: str) -> None:
    (record,) = [each for each in OTHERS if isinstance(each, dict)]
    assert gives(spec_of(source([record]), holder(Any), {"value": rule}), record) == given


@pytest.mark.parametrize(("rule", "remedy"), TABLES["what the message ends with"])
def test_what_is_no_rule_is_refused_as_the_page_says(rule: str, remedy: str) -> None:
    with pytest.raises(RuleError) as caught:
        load(order_spec(rule))
    assert str(caught.value).splitlines()[-1] == remedy


@cache
def recorded(name: str) -> tuple[Spec, dict[str, dict[str, Any]]]:
    mapping = Mapping(name)
    spec = replace(mapping._spec, target=read_target(holder(Any)), rules={}, when="", each="", parts={})
    return spec, {str(record[spec.key]): record for record in mapping.fetch()}


@pytest.mark.parametrize(("name", "key"), RECORDED)
def test_a_rule_gives_for_a_recorded_record_what_the_page_says(name: str, key: str) -> None:
    spec, records = recorded(name)
    rows = TABLES[key]
    made = [gives(replace(spec, rules={"value": Rule("value", rule)}), records[key]) for rule, _ in rows]
    assert made == [given for _, given in rows]


def test_the_page_s_code_runs_and_gives_what_stands_behind_it(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    names: dict[str, Any] = {"orders": ORDERS}
    shown = []
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        for line, code in statements(block):
            expected = line.partition("  # → ")[2]
            if expected:
                shown.append((str(eval(code, names)), expected))
            else:
                exec(compile(code, "docs/rules.md", "exec", dont_inherit=True), names)
    (targets,) = [each for each in OTHERS if isinstance(each, list)]
    assert [json.loads(names[each].model_dump_json()) for each in ("first", "second")] == targets
    assert [given for given, _ in shown] == [expected for _, expected in shown]
    assert len(shown) == PAGE.count("# →")


def test_the_page_s_command_runs() -> None:
    (command,) = re.findall(r"`intkit (transforms decimal .+?)`", PAGE)
    done = CliRunner().invoke(app, shlex.split(command))
    assert (done.exit_code, "1234.50" in done.output) == (0, True)


def test_the_page_names_the_longest_rule() -> None:
    assert f"at most {LONGEST_RULE} characters long" in PAGE
