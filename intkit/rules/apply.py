"""A mapping at work: records in, targets and rejects out, and how well each target field is served."""

from __future__ import annotations

import io
import linecache
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

from intkit.errors import shorten
from intkit.files import write_atomic
from intkit.progress import track
from intkit.records import Records
from intkit.rules.render import render_module
from intkit.tables import Bar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pandas as pd
    from pydantic import BaseModel

    from intkit.rules.program import Program

_MOST_DISTINCT = 1_000
_MOST_EXAMPLES = 3


@dataclass(frozen=True)
class Rejected:
    """A record that was not mapped.

    Attributes:
        key: what the record is known by.
        problems: every failing field: `.path`, `.target`, `.value`, `.reason`.
        exchange: the recorded exchange that it came from, `stripe/charges#3`.
        record: the record itself.
        index: its position among the records.
    """

    key: str
    problems: list[Any]
    exchange: str
    record: Any
    index: int

    def __str__(self) -> str:
        source = f" ({self.exchange})" if self.exchange else ""
        return f"{self.key}{source}: " + "; ".join(map(str, self.problems))


@dataclass
class Coverage:
    """How one target field came out.

    Attributes:
        filled: in how many targets it has a value.
        null: in how many it is null.
        values: its values with their counts, up to a thousand of them.
        failed: how many records failed at it.
        first: the key of the first record that failed at it.
    """

    filled: int = 0
    null: int = 0
    values: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    first: str = ""


class Result:
    """What a mapping made of some records.

    Attributes:
        accepted: the targets.
        rejects: the records that failed, with every reason.
        records: how many records came in.
        left_out: how many of them the mapping's `when` left out.
    """

    def __init__(self, name: str, targets: Iterable[str]) -> None:
        self.name = name
        self.accepted: list[BaseModel] = []
        self.rejects: list[Rejected] = []
        self.records = 0
        self.left_out = 0
        self._coverage = {path: Coverage() for path in targets}

    @property
    def coverage(self) -> Table:
        """One row a target field: how often it is filled, null, failed, and with what."""
        rows = [
            [
                path,
                Bar(each.filled / (each.filled + each.null)) if each.filled + each.null else "",
                each.null,
                len(each.values) if len(each.values) < _MOST_DISTINCT else f"{_MOST_DISTINCT}+",
                ", ".join(list(each.values)[:_MOST_EXAMPLES]),
                each.failed or "",
                each.first,
            ]
            for path, each in self._coverage.items()
        ]
        columns = ["target", "filled", "null", "distinct", "examples", "failed", "first failure"]
        return Table(columns, rows, title=f"{self.name}: {self.headline()}")

    def reasons(self) -> Counter[str]:
        """Return how many records failed for each reason, the most frequent first."""
        found: Counter[str] = Counter()
        for each in self.rejects:
            found.update(
                {
                    f"{_without_index(problem.target or problem.path)}: {problem.reason}"
                    for problem in each.problems
                }
            )
        return Counter(dict(found.most_common()))

    def headline(self) -> str:
        """Return what came of the records, in one line."""
        left = f", {self.left_out} left out" if self.left_out else ""
        return f"{self.records} records, {len(self.accepted)} accepted, {len(self.rejects)} rejected{left}"

    def summary(self) -> dict[str, Any]:
        """Return the figures, as JSON takes them."""
        return {
            "mapping": self.name,
            "records": self.records,
            "accepted": len(self.accepted),
            "rejected": len(self.rejects),
            "left_out": self.left_out,
            "reasons": dict(self.reasons()),
            "coverage": {
                path: {"filled": each.filled, "null": each.null, "failed": each.failed}
                for path, each in self._coverage.items()
            },
        }

    def frame(self) -> pd.DataFrame:
        """Return the accepted targets as a pandas frame, a row each."""
        import pandas as pd

        return pd.DataFrame([each.model_dump() for each in self.accepted])

    def rejects_table(self) -> Table:
        """Return one row a failing field."""
        rows = [
            [each.key, problem.target, problem.reason, shorten(problem.value), problem.path, each.exchange]
            for each in self.rejects
            for problem in each.problems
        ]
        columns = ["record", "target", "reason", "value", "source", "exchange"]
        return Table(columns, rows, title=f"{len(self.rejects)} rejected records")

    def save(self, folder: Path) -> list[Path]:
        """Write accepted.jsonl, the same as Parquet or CSV, rejects.jsonl, summary.json and summary.md.

        Returns:
            The written files.
        """
        folder.mkdir(parents=True, exist_ok=True)
        accepted = b"".join(each.model_dump_json().encode() + b"\n" for each in self.accepted)
        rejects = b"".join(
            msgspec.json.encode(_reject_line(each), enc_hook=str) + b"\n" for each in self.rejects
        )
        summary = msgspec.json.format(msgspec.json.encode(self.summary()), indent=2) + b"\n"
        return [
            write_atomic(folder / "accepted.jsonl", accepted),
            self._save_frame(folder),
            write_atomic(folder / "rejects.jsonl", rejects),
            write_atomic(folder / "summary.json", summary),
            write_atomic(folder / "summary.md", self.markdown()),
        ]

    def _save_frame(self, folder: Path) -> Path:
        frame, content = self.frame(), io.BytesIO()
        if find_spec("pyarrow") is None:
            safe = frame.map(_safe_cell)
            return write_atomic(folder / "accepted.csv", safe.to_csv(index=False))
        frame.to_parquet(content, index=False)
        return write_atomic(folder / "accepted.parquet", content.getvalue())

    def markdown(self) -> str:
        """Return the summary as Markdown, for a pull request or a run's folder."""
        lines = [f"# {self.name}", "", self.headline() + ".", ""]
        if self.rejects:
            lines += ["| why rejected | records |", "|---|--:|"]
            lines += [f"| {_cell(reason)} | {count} |" for reason, count in self.reasons().items()] + [""]
        lines += ["| target | filled | null | failed |", "|---|--:|--:|--:|"]
        lines += [
            f"| {_cell(path)} | {each.filled} | {each.null} | {each.failed} |"
            for path, each in self._coverage.items()
        ]
        return "\n".join(lines) + "\n"

    def __repr__(self) -> str:
        tables = [self.coverage, *([self.rejects_table()] if self.rejects else [])]
        return "\n\n".join(table.text() for table in tables)

    def _repr_html_(self) -> str:
        return self.coverage.html() + (self.rejects_table().html() if self.rejects else "")

    # counting

    def add(self, target: BaseModel) -> None:
        """Count one accepted target."""
        self.accepted.append(target)
        self._count(target.__dict__, "")

    def _count(self, fields: Mapping[str, Any], prefix: str) -> None:
        for name, value in fields.items():
            rows = value if isinstance(value, list) and f"{prefix}{name}[]" in self._coverage else None
            self._count_value(f"{prefix}{name}" + ("[]" if rows is not None else ""), value)
            for row in rows or ([value] if hasattr(value, "model_fields_set") else []):
                if row is not None:
                    self._count(row.__dict__, f"{prefix}{name}" + ("[]." if rows is not None else "."))

    def _count_value(self, path: str, value: Any) -> None:
        each = self._coverage.get(path)
        if each is None:
            return
        each.filled += value is not None
        each.null += value is None
        if value is not None and len(each.values) < _MOST_DISTINCT:
            each.values[f"{len(value)} rows" if isinstance(value, list) else _shown(value)] += 1

    def reject(self, rejected: Rejected) -> None:
        """Count one rejected record."""
        self.rejects.append(rejected)
        for path in dict.fromkeys(_without_index(problem.target) for problem in rejected.problems):
            each = self._coverage.get(path) or self._coverage.get(f"{path}[]")
            if each is not None:
                each.failed += 1
                each.first = each.first or rejected.key


def _shown(value: Any) -> str:
    """Return a value as an example: text in quotes, all else as people write it."""
    return shorten(value, 40) if isinstance(value, str) else shorten(str(value), 40).strip("'")


def _without_index(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)


def _reject_line(each: Rejected) -> dict[str, Any]:
    problems = [
        {"path": p.path, "target": p.target, "value": p.value, "reason": p.reason} for p in each.problems
    ]
    return {"key": each.key, "problems": problems, "exchange": each.exchange, "record": each.record}


def _safe_cell(value: Any) -> Any:
    """Keep a spreadsheet from reading text as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def load_module(program: Program, namespace: Mapping[str, Any]) -> ModuleType:
    """Return the compiled mapping as a running module, the same source that an export writes.

    Args:
        program: the compiled mapping.
        namespace: the target models and own transforms, by name.
    """
    source = render_module(program, f"The mapping {program.spec.name}.", None)
    name = f"intkit_mapping_{program.spec.name}"
    module = ModuleType(name)
    module.__dict__.update(namespace)
    sys.modules[name] = module
    # a traceback into the compiled mapping shows its lines
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), module.__dict__)  # noqa: S102 - our own compiler wrote it, from a checked tree
    return module


def apply_module(module: ModuleType, name: str, records: Iterable[Any], targets: Iterable[str]) -> Result:
    """Map every record and count what came of it."""
    result = Result(name, targets)
    reject_class = module.Reject
    origin = records.origin if isinstance(records, Records) else None
    for index, record in enumerate(track(records, f"{name}: records")):
        result.records += 1
        outcomes = module.map_record(record)
        result.left_out += not outcomes
        for outcome in outcomes:
            if isinstance(outcome, reject_class):
                exchange = origin(index).exchange if origin else ""
                result.reject(Rejected(outcome.key, outcome.problems, exchange, outcome.record, index))
            else:
                result.add(outcome)
    return result
