"""Every lesson runs from top to bottom, offline, and keeps what its first cell promises."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from intkit.runs.kernel import execute_notebook

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


@dataclass(frozen=True)
class Executed:
    """A lesson's code cells after it ran, and the project that it ran in."""

    cells: list[dict]
    project: Path

    def output(self, start: str, kind: str = "text/plain") -> str:
        """Return what the cell that starts like this shows."""
        cell = next(each for each in self.cells if "".join(each["source"]).startswith(start))
        return "".join("".join(each.get("data", {}).get(kind, "")) for each in cell["outputs"])


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def lesson(request, tmp_path_factory) -> Executed:
    return execute(request.param, tmp_path_factory.mktemp("lesson"))


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory) -> Executed:
    return execute(ROOT / "notebooks" / "00_quickstart.ipynb", tmp_path_factory.mktemp("quickstart"))


def execute(notebook: Path, project: Path) -> Executed:
    shutil.copytree(ROOT / "cassettes", project / "cassettes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTKIT_PROJECT", str(project))
        patch.delenv("INTKIT_MODE", raising=False)
        execute_notebook(notebook, project / notebook.name, {}, folder=project, offline=True)
    cells = json.loads((project / notebook.name).read_text(encoding="utf-8"))["cells"]
    return Executed([each for each in cells if each["cell_type"] == "code"], project)


def test_a_lesson_runs_offline_and_says_nothing_on_stderr(lesson):
    outputs = [each for cell in lesson.cells for each in cell["outputs"]]
    assert [each["text"] for each in outputs if each.get("name") == "stderr"] == []


def test_a_lesson_writes_only_below_the_project_s_mappings(lesson):
    notebook = next(lesson.project.glob("*.ipynb")).name
    assert {each.name for each in lesson.project.iterdir()} <= {notebook, "cassettes", "mappings"}


def test_the_first_record_is_mapped_and_shown_by_the_third_cell(quickstart):
    third = "".join(quickstart.cells[2]["source"])
    shown = quickstart.output(third)
    assert shown.startswith("Entry(reference='ch_")
    assert "amount=Decimal(" in shown


def test_what_came_of_the_records_is_shown_as_html_beside_text(quickstart):
    assert "rejected" in quickstart.output("result = ")
    assert "<table>" in quickstart.output("result = ", "text/html")


def test_the_quickstart_leaves_the_files_that_it_names(quickstart):
    written = sorted(each.name for each in (quickstart.project / "mappings").glob("*quickstart*"))
    names = [
        "quickstart.mapping.yaml",
        "quickstart.md",
        "quickstart.py",
        "quickstart_models.py",
        "test_quickstart.py",
    ]
    assert written == names


def test_the_module_that_the_quickstart_exports_passes_its_own_tests(quickstart):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "mappings"],
        cwd=quickstart.project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
