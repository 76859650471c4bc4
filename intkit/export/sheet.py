"""The mapping sheet: the mapping for somebody who never saw a notebook, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intkit.export.module import NO_CONTENT, seal

if TYPE_CHECKING:
    from intkit.compiler.program import Program
    from intkit.decisions.findings import Findings
    from intkit.results.result import Result


def sheet_text(
    program: Program, lines: list[str], result: Result, findings: Findings, examples: dict[str, str]
) -> str:
    """Return the sheet: what becomes what, why, how well it is served, and what is open."""
    spec = program.spec
    gives = f"a {spec.target.name} `{spec.each}`" if spec.each else f"one {spec.target.name}"
    wanted = f" where `{spec.when}`" if spec.when else ""
    parts = [f"# {spec.name}", "", f"Every {spec.record}{wanted} becomes {gives}.", ""]
    parts += [f"{spec.notes}\n"] if spec.notes else []
    parts += [f"- {line}" for line in lines] + [""]
    parts += _rules(program, result, examples)
    parts += _maps(program)
    parts += ["## On the recorded records", "", result.headline() + ".", ""]
    if result.rejects:
        parts += ["| why rejected | records |", "|---|--:|"]
        parts += [f"| {_cell(reason)} | {count} |" for reason, count in result.reasons().items()] + [""]
    if findings:
        parts += ["## Open questions", ""]
        parts += [
            f"- {each.severity}{f' at `{each.target}`' if each.target else ''}: {each.what}"
            for each in findings
        ]
    text = "\n".join(parts).rstrip()
    return seal(f"{text}\n\n<!--\n{NO_CONTENT}\n-->\n")


def _rules(program: Program, result: Result, examples: dict[str, str]) -> list[str]:
    coverage = {row[0]: row for row in result.coverage.rows}
    lines = [
        "## Fields",
        "",
        "| target | type | rule | from | why | filled | example |",
        "|---|---|---|---|---|--:|---|",
    ]
    for path, each in program.spec.target.walk():
        rule = program.spec.rules.get(path)
        lineage = program.lineage.get(path)
        row = coverage.get(path, ["", ""])
        filled = getattr(row[1], "label", "")
        example = examples.get(path, "")
        cells = [
            f"`{path}`",
            str(each),
            f"`{rule.text}`" if rule else "",
            ", ".join(f"`{source}`" for source in lineage.paths) if lineage else "",
            rule.note if rule else "",
            filled,
            f"`{example}`" if example else "",
        ]
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    return [*lines, ""]


def _maps(program: Program) -> list[str]:
    lines: list[str] = []
    for table in program.spec.maps.values():
        lines += [f"## {table.name}", "", *([table.note, ""] if table.note else [])]
        lines += ["| source | target |", "|---|---|"]
        lines += [f"| {_cell(str(key))} | {_cell(str(value))} |" for key, value in table.entries.items()] + [
            ""
        ]
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
