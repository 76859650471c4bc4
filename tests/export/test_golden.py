"""Exports are the same bytes each time, say no more than they must, and stand on their own."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from intkit import Mapping
from intkit.errors import ExportError
from intkit.export import write_export
from tests.export.awkward import AWKWARD, GOLDEN, awkward_export, load_golden, records_of

ROOT = Path(__file__).parents[2]
MAPPINGS = sorted(
    path.name.removesuffix(".mapping.yaml") for path in (ROOT / "mappings").glob("*.mapping.yaml")
)
MODULES = [
    *(GOLDEN / f"{name}.py" for name in AWKWARD),
    *(ROOT / "mappings" / f"{name}.py" for name in MAPPINGS),
]
FILES = [*MODULES, *(path.with_name(f"test_{path.name}") for path in MODULES)]


def named(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_mapping_is_exported_as_it_was(name):
    assert write_export(awkward_export(name), GOLDEN, check=True)


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_of_the_project_is_exported_as_it_was(name):
    assert [path.name for path in Mapping(name).export(check=True)] == [
        f"{name}.py",
        f"test_{name}.py",
        f"{name}.md",
    ]


def test_another_process_writes_the_same_bytes(tmp_path):
    script = f"""
from pathlib import Path
from intkit.export import write_export
from tests.export.awkward import awkward_export
for name in ("keywords", "unions", "nothing"):
    write_export(awkward_export(name), Path({str(tmp_path)!r}), check=False)
"""
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=True)
    for name in ("keywords", "unions", "nothing"):
        assert (tmp_path / f"{name}.py").read_bytes() == (GOLDEN / f"{name}.py").read_bytes()


@pytest.mark.parametrize("minor", [11, 12, 13])
@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_source_is_python_of_every_version_that_is_promised(path, minor):
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, minor))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_an_export_names_nothing_of_the_kit(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {name.partition(".")[0] for name in imported} - set(sys.stdlib_module_names)
    assert foreign <= {"msgspec", "pydantic", "pytest", path.stem.removeprefix("test_")}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_an_export_defines_nothing_that_it_does_not_use(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    used = {
        (getattr(node, "name", ""), each.id)
        for node in tree.body
        for each in ast.walk(node)
        if isinstance(each, ast.Name)
    }
    unused = {node.name for node in defined if not any(name == node.name != user for user, name in used)}
    assert unused <= {"map_batches", "map_records", "check_contract"}


def test_an_export_is_clean_for_ruff_as_anyone_has_it():
    rules = ["--select", "E4,E7,E9,F,I,B,UP", "--target-version", "py311", "--line-length", "110"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", *rules, *map(str, FILES)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_every_export_is_typed_to_the_last_line():
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, *map(str, MODULES)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_tests_of_exports_need_pydantic_msgspec_and_pytest_only(tmp_path):
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "-c",
        "constraints.txt",
    ]
    subprocess.run([*install, "pydantic", "msgspec", "pytest"], cwd=ROOT, check=True)
    for path in FILES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    done = subprocess.run(
        [str(python), "-m", "pytest", "-q", "-W", "error", "--import-mode=importlib", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("name", AWKWARD)
def test_the_module_does_with_the_records_what_the_mapping_did(name):
    made, module = awkward_export(name), load_golden(name)
    outcomes = list(module.map_records(records_of(name)))
    accepted = [each.model_dump_json() for each in outcomes if not isinstance(each, module.Reject)]
    assert accepted == [each.model_dump_json() for each in made.result.accepted]
    assert len(outcomes) - len(accepted) == len(made.result.rejects)


class TestEditedByHand:
    @pytest.fixture
    def made(self) -> Any:
        return awkward_export("unions")

    def test_it_is_refused_with_the_edit_and_kept(self, made, tmp_path):
        path = write_export(made, tmp_path, check=False)[0]
        edited = path.read_text(encoding="utf-8").replace(
            "id_of(invoice.customer)", "str(invoice.customer)", 1
        )
        path.write_text(edited, encoding="utf-8")
        with pytest.raises(ExportError, match=r"unions\.py was edited by hand") as caught:
            write_export(made, tmp_path, check=False)
        assert re.search(r"^  ?\+.*str\(invoice\.customer\)", str(caught.value), re.MULTILINE)
        assert "Carry the edit into the mapping" in caught.value.remedy
        assert path.read_text(encoding="utf-8") == edited

    @pytest.mark.parametrize(
        ("file", "remedy"), [("test_unions.py", "a test file of your own"), ("unions.md", "into the mapping")]
    )
    def test_its_tests_and_its_sheet_are_not_overwritten_either(self, made, tmp_path, file, remedy):
        write_export(made, tmp_path, check=False)
        path = tmp_path / file
        path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
        with pytest.raises(ExportError, match=f"{file} was edited by hand") as caught:
            write_export(made, tmp_path, check=False)
        assert remedy in caught.value.remedy
        assert path.read_text(encoding="utf-8").endswith("# mine\n")

    def test_a_note_that_looks_like_the_hash_does_not_hide_it(self, made, tmp_path):
        made.header[:] = ["Content: sha256 " + "7" * 64]
        paths = write_export(made, tmp_path, check=False)
        assert write_export(made, tmp_path, check=False) == paths

    def test_an_untouched_file_of_an_older_mapping_is_written_anew(self, made, tmp_path):
        path = write_export(awkward_export("unions"), tmp_path, check=False)[0]
        made.header[:] = ["Another header."]
        write_export(made, tmp_path, check=False)
        assert "Another header." in path.read_text(encoding="utf-8")

    def test_a_stale_file_fails_the_check_with_the_difference(self, made, tmp_path):
        path = write_export(made, tmp_path, check=False)[2]
        path.write_text(path.read_text(encoding="utf-8").replace("100 %", "99 %", 1), encoding="utf-8")
        with pytest.raises(ExportError, match=r"unions\.md is stale") as caught:
            write_export(made, tmp_path, check=True)
        assert "-| `invoice_id`" in str(caught.value)

    def test_records_that_were_recorded_anew_are_named_as_the_reason(self, made, tmp_path):
        made.header[:] = ["Tried on: 9 records of cassettes/shop/x.yaml (/v1/x), sha256 1f"]
        write_export(made, tmp_path, check=False)
        made.header[:] = ["Tried on: 9 records of cassettes/shop/x.yaml (/v1/x), sha256 2f"]
        with pytest.raises(ExportError, match=r"is stale: cassettes/shop/x\.yaml has changed"):
            write_export(made, tmp_path, check=True)

    def test_a_missing_file_fails_the_check(self, made, tmp_path):
        with pytest.raises(ExportError, match="has not been written"):
            write_export(made, tmp_path, check=True)
        assert list(tmp_path.iterdir()) == []
