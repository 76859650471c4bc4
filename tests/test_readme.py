"""Every command and every line of code in the README does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from intkit.cli import app
from tests.test_house import TARGETS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
HEADLESS = (ROOT / "docs" / "headless.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SCRIPTS = Path(sys.executable).parent


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    for name in ("cassettes", "mappings", "notebooks"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("*quickstart.*", "__pycache__")
        )
    return folder


def run(command: list[str], project: Path, cwd: Path = ROOT) -> str:
    """Run a command offline, on a copy of the project; what it says is returned, what it fails with is shown."""
    settings = {"INTKIT_PROJECT": str(project), "INTKIT_MODE": "", "COLUMNS": "120", "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | settings, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_two_commands_are_make_demo_and_make_test():
    (commands,) = blocks("sh")
    assert commands.split("\n") == ["make demo", "make test", ""]


@pytest.mark.skipif(sys.platform == "win32", reason="make is not at home there")
def test_make_demo_says_what_came_in_what_was_rejected_and_which_files_it_wrote(project):
    ready = ["-o", f"{sys.prefix}/installed", f"VENV={sys.prefix}"]
    said = run(["make", *ready, "demo"], project)
    (report,) = blocks("text")
    counts, reasons = (
        re.findall(r"^ +\d+ [a-z ]+$", report, re.MULTILINE),
        re.findall(r"  expected .*", report),
    )
    assert len(counts) == 4
    assert reasons
    assert [line for line in counts + reasons if line not in said] == []
    for name in ("accepted.jsonl", "rejects.jsonl", "summary.md", "run_mapping.ipynb"):
        assert re.search(rf"^  {re.escape(name)}$", said, re.MULTILINE), name
    assert "mappings/stripe_payments.py" in said


def test_make_test_runs_pytest_over_everything():
    assert re.search(r'^test: .*\n\t\$\(BIN\)/pytest -n auto -m "not slow"\n', MAKEFILE, re.MULTILINE)


def test_the_lines_for_windows_do_what_make_does(project):
    (lines,) = blocks("bat")
    venv, pip, *commands, pytest_line = lines.splitlines()
    assert venv == "py -m venv .venv"
    assert pip.removeprefix(".venv\\Scripts\\") in MAKEFILE.replace(
        "-q --disable-pip-version-check ", ""
    ).replace("'", "")
    assert pytest_line.removeprefix(".venv\\Scripts\\") == 'pytest -n auto -m "not slow"'
    for command in commands:
        program, *words = command.removeprefix(".venv\\Scripts\\").split()
        assert run([str(SCRIPTS / program), *words], project)


def test_the_ten_lines_run_offline_and_show_accepted_and_rejected(project):
    (code,) = blocks("python")
    assert len([line for line in code.splitlines() if line]) <= 10
    (project / "ten_lines.py").write_text(code, encoding="utf-8")
    said = run([sys.executable, "-c", f"exec({code!r})"], project, cwd=project)
    assert "accepted" in said


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"`((?:make|intkit) [a-z-]+)[^`]*`", README + HEADLESS + CHANGELOG)))
)
def test_a_command_that_is_named_exists(command):
    program, name = command.split()
    own = {"--help", "--install-completion"}
    assert name in (TARGETS if program == "make" else own | set(get_command(app).commands))


def test_the_run_that_the_docs_show_works_and_writes_the_files_that_they_name(project, tmp_path):
    (line,) = re.findall(r"`(intkit run stripe_payments -p [^`]+)`", HEADLESS)
    program, *words = line.split()
    run([str(SCRIPTS / program), *words, "--folder", str(tmp_path), "--max-rejects", "10"], project)
    named = set(re.findall(r"`([\w.]+)`", "".join(re.findall(r"^\| `.*?\|", HEADLESS, re.MULTILINE))))
    assert {each.name for each in tmp_path.iterdir()} == named


@pytest.mark.parametrize("place", sorted(set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.\w+)`", README))))
def test_a_place_that_is_named_is_there(place):
    made_by_runs = ("runs/",)
    assert place in made_by_runs or (ROOT / place).exists()
