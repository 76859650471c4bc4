"""What a mapping made of some records: targets, rejects, and how well each target field is served."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec

from intkit.errors import MappingError, shorten
from intkit.files import write_atomic
from intkit.mapping_files.cells import safe_cell
from intkit.results.corrections import write_corrections
from intkit.results.coverage import MOST_DISTINCT, Coverage, count_columns, show_example
from intkit.results.lineage import Lineage, trace
from intkit.results.places import without_index
from intkit.tables import Bar, Table, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from pydantic import BaseModel

    from intkit.compiler.program import Program
    from intkit.results.corrections import Corrections

_MOST_EXAMPLES = 3
_BATCH = 1_000
_FIRST_REJECTS = 100
_SHOWN_REJECTS = 20


@dataclass(frozen=True)
class Rejected:
    """A record that was not mapped.

    Attributes:
        key: what the record is known by.
        problems: every failing field: `.path`, `.target`, `.value`, `.reason`.
        exchange: where it came from: the recorded exchange `stripe/charges#3`, or a file's line.
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


class Result:
    """What a mapping made of some records.

    Attributes:
        accepted: the targets; empty where they were not to be kept.
        rejects: the records that failed, with every reason; the first hundred where they were not to be kept.
        records: how many records came in.
        left_out: how many of them the mapping's `when` left out.
        corrected: how many of them a corrections file changed.
        unmet: the corrections that met no record, or no field of it.
    """

    def __init__(
        self, program: Program, source: Any, corrections: Corrections | None = None, *, keep: bool = True
    ) -> None:
        self.program = program
        self._source, self._corrections = source, corrections
        self.name = program.spec.name
        self.accepted: list[BaseModel] = []
        self.rejects: list[Rejected] = []
        self.records = 0
        self.left_out = 0
        self.corrected = 0
        self.unmet: list[str] = []
        self._keep = keep
        self._counts = {"accepted": 0, "rejected": 0}
        self._uncounted: list[BaseModel] = []
        self._reasons: Counter[str] = Counter()
        self._fields = {path: Coverage() for path, _ in program.spec.target.walk()}

    # counting

    def add(self, target: BaseModel) -> None:
        """Take one accepted target."""
        self._counts["accepted"] += 1
        self._uncounted.append(target)
        if self._keep:
            self.accepted.append(target)
        elif len(self._uncounted) >= _BATCH:
            self._count()

    def reject(self, rejected: Rejected) -> None:
        """Take one rejected record."""
        self._counts["rejected"] += 1
        if self._keep or len(self.rejects) < _FIRST_REJECTS:
            self.rejects.append(rejected)
        self._reasons.update(
            {f"{without_index(each.target or each.path)}: {each.reason}" for each in rejected.problems}
        )
        failed = (path for each in rejected.problems for path in self.targets_of(each))
        for path in dict.fromkeys(failed):
            self._fields[path].failed += 1
            self._fields[path].first = self._fields[path].first or rejected.key

    def targets_of(self, problem: Any) -> list[str]:
        """Return the target fields that a problem keeps empty: its own, else those that read its source path."""
        if problem.target:
            name = without_index(problem.target)
            names = (name, f"{name}[]", name.removesuffix("[]"))
            return [path for path in names if path in self._fields][:1]
        source = without_index(problem.path)
        lines = self.program.lineage.items()
        return [path for path, line in lines if source in line.paths and path in self._fields]

    def _count(self) -> None:
        """Count what waits, column by column: that costs a fraction of target by target."""
        count_columns(self.program.spec.target, self._uncounted, "", self._fields)
        self._uncounted = []

    # figures

    @property
    def fields(self) -> dict[str, Coverage]:
        """How each target field came out, by its path."""
        if self._uncounted:
            self._count()
        return self._fields

    @property
    def coverage(self) -> Table:
        """One row a target field: how often it is filled, null, failed, and with what."""
        rows = [
            [
                path,
                Bar(each.share) if each.filled + each.null else "",
                each.null,
                len(each.values) if len(each.values) < MOST_DISTINCT else f"{MOST_DISTINCT}+",
                ", ".join(show_example(value, path) for value in list(each.values)[:_MOST_EXAMPLES]),
                each.failed or "",
                each.first,
            ]
            for path, each in self.fields.items()
        ]
        columns = ["target", "filled", "null", "distinct", "examples", "failed", "first failure"]
        return Table(columns, rows, title=f"{self.name}: {self.headline()}", note=self._note())

    def reasons(self) -> Counter[str]:
        """Return how many records failed for each reason, the most frequent first."""
        return Counter(dict(sorted(self._reasons.items(), key=lambda pair: (-pair[1], pair[0]))))

    def headline(self) -> str:
        """Return what came of the records, in one line."""
        left = f", {self.left_out} left out" if self.left_out else ""
        corrected = f", {self.corrected} corrected" if self.corrected else ""
        counted = f"{self._counts['accepted']} accepted, {self._counts['rejected']} rejected"
        return f"{self.records} records, {counted}{left}{corrected}"

    def _note(self) -> str:
        counted = "1 correction" if len(self.unmet) == 1 else f"{len(self.unmet)} corrections"
        unmet = f"{counted} met no record, or no field of it: {', '.join(self.unmet[:5])}."
        return unmet if self.unmet else ""

    def summary(self) -> dict[str, Any]:
        """Return the figures, as JSON takes them."""
        return {
            "mapping": self.name,
            "records": self.records,
            **self._counts,
            "left_out": self.left_out,
            "reasons": dict(self.reasons()),
            "coverage": {
                path: {"filled": each.filled, "null": each.null, "failed": each.failed}
                for path, each in self.fields.items()
            },
        }

    def require(self, *, max_rejects: float = 0, filled: Mapping[str, float] | None = None) -> Self:
        """Stop here unless the result is good enough.

        Args:
            max_rejects: how many records may be rejected; below 1 it is a share of the records.
            filled: by target path, the least share of targets that must have a value there.

        Raises:
            MappingError: it is not; every threshold that was missed is listed.
        """
        missed = [*self._too_many(max_rejects), *self._too_empty(filled or {})]
        if missed:
            raise MappingError(
                f"{self.name}: {self.headline()}; that is not good enough.",
                *missed,
                remedy="Look at `result.rejects_table()` and `result.coverage`, and mend rules or records.",
            )
        return self

    def _too_many(self, max_rejects: float) -> list[str]:
        is_share = 0 < max_rejects < 1
        allowed = max_rejects * self.records if is_share else max_rejects
        rejected = self._counts["rejected"]
        limit = f"{max_rejects * 100:g} % of {self.records}" if is_share else f"{max_rejects:g}"
        return [f"{rejected} rejects, and {limit} are allowed"] if rejected > allowed else []

    def _too_empty(self, filled: Mapping[str, float]) -> list[str]:
        found = []
        for path, least in filled.items():
            self.program.spec.target.find(path)
            if self.fields[path].share < least:
                found.append(
                    f"{path} is filled in {percent(self.fields[path].share)}, and {percent(least)} is wanted"
                )
        return found

    # looks and files

    def frame(self) -> pd.DataFrame:
        """Return the accepted targets as a pandas frame, a row each."""
        import pandas as pd

        return pd.DataFrame([each.model_dump() for each in self.accepted])

    def rejects_table(self) -> Table:
        """Return one row a failing field."""
        rows = [
            [
                each.key,
                problem.target or ", ".join(self.targets_of(problem)),
                problem.reason,
                "" if problem.value == problem.reason else shorten(problem.value),
                problem.path,
                each.exchange,
            ]
            for each in self.rejects
            for problem in each.problems
        ]
        columns = ["record", "target", "reason", "value", "source", "exchange"]
        return Table(columns, rows, title=f"{self._counts['rejected']} rejected records")

    def lineage(self, key: str, target: str) -> Lineage:
        """Return where a target's value comes from: rule, source values, exchange.

        Args:
            key: what the record is known by, `ch_3JbaFeFNVDTe9naw`.
            target: the target field's path, `refunds[0].amount`.

        Raises:
            MappingError: there is no such record or field, or the records could be read only once.
        """
        return trace(self.program, self._source, self._corrections, key, target)

    def write_corrections(self, path: str | Path) -> Path:
        """Write the rejects as a CSV file to fill in, and give back to `apply(…, corrections=…)`.

        It has a row for each source value that a failing field reads; what stays open corrects nothing.
        """
        return write_corrections(self, Path(path))

    def save(self, folder: str | Path) -> list[Path]:
        """Write accepted.jsonl, the same as Parquet or CSV, rejects.jsonl, summary.json and summary.md.

        Returns:
            The written files.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        omit = self.program.spec.omit_null
        accepted = b"".join(
            each.model_dump_json(exclude_none=omit).encode() + b"\n" for each in self.accepted
        )
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
            return write_atomic(folder / "accepted.csv", frame.map(safe_cell).to_csv(index=False))
        frame.to_parquet(content, index=False)
        return write_atomic(folder / "accepted.parquet", content.getvalue())

    def markdown(self) -> str:
        """Return the summary as Markdown, for a pull request or a run's folder."""
        lines = [f"# {self.name}", "", self.headline() + ".", ""]
        if self._reasons:
            lines += ["| why rejected | records |", "|---|--:|"]
            lines += [
                f"| {markdown_cell(reason)} | {count} |" for reason, count in self.reasons().items()
            ] + [""]
        lines += ["| target | filled | null | failed |", "|---|--:|--:|--:|"]
        lines += [
            f"| {markdown_cell(path)} | {each.filled} | {each.null} | {each.failed} |"
            for path, each in self.fields.items()
        ]
        return "\n".join(lines) + "\n"

    def __repr__(self) -> str:
        tables = [self.coverage, *([self._first_rejects()] if self.rejects else [])]
        return "\n\n".join(table.text() for table in tables)

    def _repr_html_(self) -> str:
        return self.coverage.html() + (self._first_rejects().html() if self.rejects else "")

    def _first_rejects(self) -> Table:
        """Return the table of rejects, cut where nobody would read on."""
        whole = self.rejects_table()
        if len(whole.rows) <= _SHOWN_REJECTS:
            return whole
        more = f"{len(whole.rows) - _SHOWN_REJECTS} more rows: .rejects_table() has them, .reasons() counts them."
        return replace(whole, rows=whole.rows[:_SHOWN_REJECTS], note=more)


def _reject_line(each: Rejected) -> dict[str, Any]:
    problems = [
        {"path": p.path, "target": p.target, "value": p.value, "reason": p.reason} for p in each.problems
    ]
    return {"key": each.key, "problems": problems, "exchange": each.exchange, "record": each.record}


def markdown_cell(text: str) -> str:
    """Return text for a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")
