"""What a run leaves behind: its facts, as an object, as JSON, as Markdown and as text for a terminal."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from intkit.files import write_atomic
from intkit.project import project_root
from intkit.redaction import blank
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TEXT_FILES = {".json", ".jsonl", ".md", ".csv", ".ipynb", ".txt"}
_SHOWN_REASONS = 20


@dataclass(frozen=True, repr=False)
class Run:
    """One headless run of a notebook.

    Attributes:
        mapping: the mapping's name.
        folder: where everything that the run wrote is.
        parameters: what the run was given.
        exit_code: 0 fine, 1 failed, 3 more rejects than allowed, 130 interrupted.
        problem: what stopped the run, or why its result is not accepted.
        seconds: how long it took.
        unused: what it did not ask of each recording that it replayed: cassette, then number and request.
    """

    mapping: str
    folder: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    exit_code: int = 0
    problem: str = ""
    seconds: float = 0.0
    unused: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @cached_property
    def result(self) -> dict[str, Any]:
        """The mapping's own summary; empty where the notebook ended before it."""
        return read_result(self.folder)

    @property
    def files(self) -> list[Path]:
        """Every file that the run wrote, by name."""
        return sorted(each for each in self.folder.rglob("*") if each.is_file())

    def rejects(self) -> Table:
        """Return the reasons for rejects, the most frequent first, with a record to look at for each."""
        counts: Counter[tuple[str, str]] = Counter()
        first: dict[tuple[str, str], str] = {}
        for line in _lines(self.folder / "rejects.jsonl"):
            for reason in {(_field(each), each["reason"]) for each in line["problems"]}:
                counts[reason] += 1
                first.setdefault(reason, str(line["key"]))
        return Table(
            ["field", "reason", "records", "the first"],
            [[*reason, count, first[reason]] for reason, count in counts.most_common(_SHOWN_REASONS)],
            title="Why records were rejected",
            note=f"{len(counts) - _SHOWN_REASONS} more reasons." if len(counts) > _SHOWN_REASONS else "",
        )

    def text(self) -> str:
        """Return what a person wants to know after the run."""
        counts = [f"{count:>7} {name}" for name, count in _counts(self.result)]
        rejects = self.rejects()
        why = ["", rejects.text()] if rejects.rows else []
        files = [f"  {each.relative_to(self.folder).as_posix()}" for each in self.files]
        said = self.problem or unused_text(self.unused)
        problem = ["", said] if said else []
        head = f"{self.mapping}: {_outcome(self.exit_code)} in {self.seconds:.1f} s"
        return "\n".join([head, *counts, *why, "", f"Written to {_short(self.folder)}:", *files, *problem])

    def __repr__(self) -> str:
        return self.text()

    def save(self) -> None:
        """Write summary.json and summary.md: what the mapping said, and under `run` what the run adds."""
        facts = {
            "mapping": self.mapping,
            "outcome": _outcome(self.exit_code),
            "exit_code": self.exit_code,
            "parameters": dict(self.parameters),
            "seconds": round(self.seconds, 1),
            "problem": self.problem,
            "unused": self.unused,
        }
        content = json.dumps({**self.result, "run": facts}, indent=2, ensure_ascii=False, default=str)
        write_atomic(self.folder / "summary.json", blank(content) + "\n")
        write_atomic(self.folder / "summary.md", blank(self.markdown()))

    def markdown(self) -> str:
        """Return the summary as a page for people."""
        written = self.folder / "summary.md"
        said = written.read_text(encoding="utf-8") if written.is_file() else f"# {self.mapping}\n"
        given = [f"- `{name}` = `{value!r}`" for name, value in self.parameters.items()]
        lines = [said.rstrip(), "", "## Run", "", f"{_outcome(self.exit_code).capitalize()}."]
        problem = ["", "```", self.problem, "```"] if self.problem else []
        return "\n".join([*lines, *problem, *(["", "Parameters:", "", *given] if given else [])]) + "\n"


def read_result(folder: Path) -> dict[str, Any]:
    """Return the summary that the mapping wrote, or nothing where the notebook ended before it."""
    path = folder / "summary.json"
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def blank_files(folder: Path) -> None:
    """Take every registered secret out of every text file below the folder."""
    for path in folder.rglob("*"):
        if path.suffix in _TEXT_FILES:
            said = path.read_bytes().decode("utf-8", "surrogateescape")
            clean = blank(said)
            if clean != said:
                write_atomic(path, clean.encode("utf-8", "surrogateescape"))


def unused_text(unused: Mapping[str, Mapping[int, str]]) -> str:
    """Say what was not asked for of which recording."""
    from intkit.cassettes.unused import explain_unused  # loads the recorder, and most runs need it not here

    left = [(name, requests) for name, requests in unused.items() if requests]
    return "\n".join(line for name, requests in left for line in explain_unused(name, requests))


def _field(problem: Mapping[str, Any]) -> str:
    """Return the field that failed, the rows of a list taken together."""
    return re.sub(r"\[\d+\]", "[]", problem["target"] or problem["path"])


def _counts(result: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(name.replace("_", " "), count) for name, count in result.items() if isinstance(count, int)]


def _outcome(exit_code: int) -> str:
    words = {0: "finished", 1: "failed", 3: "finished with more rejects than allowed", 130: "interrupted"}
    return words[exit_code]


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _short(path: Path) -> str:
    root = project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
