"""Commands teach, start light, and end with a message and an exit code that means something."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from intkit.cli import app
from intkit.cli.names import cassette_names, mapping_names, notebook_names
from intkit.errors import IntkitError
from tests.runs.small_project import write_notebook

COMMANDS = sorted(get_command(app).commands)
HEAVY = {
    "pandas",
    "httpx",
    "vcr",
    "tqdm",
    "papermill",
    "starlette",
    "IPython",
    "jupyter_client",
    "nbformat",
    "pydantic",
}


def intkit(*words: str):
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize("command", COMMANDS)
def test_help_gives_one_line_in_the_list_and_an_example_below(command):
    one = intkit(command, "--help").stdout
    line = re.search(rf"^  {command} +(.*)$", intkit("--help").stdout, re.MULTILINE)
    assert line is not None
    assert not line[1].endswith("...")
    assert re.search(rf"^  intkit {command}\b", one, re.MULTILINE) or command == "version"


def test_help_loads_nothing_heavy():
    code = "import sys, intkit.cli; intkit.cli.app(['--help'], standalone_mode=False); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "Commands:" in loaded
    assert set(loaded.split()) & HEAVY == set()


def test_version_names_the_kit_and_python():
    assert re.fullmatch(r"intkit \d+\.\d+\.\d+, Python 3\.\d+\.\d+\n", intkit("version").stdout)


def test_an_unknown_command_names_the_nearest():
    done = intkit("rum")
    assert done.exit_code == 2
    assert "Did you mean 'run'" in done.stderr


def test_misuse_is_told_in_words_on_stderr_with_exit_code_2(project):
    done = intkit("run", "ordrs")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Did you mean 'orders'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failure_ends_with_exit_code_1(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise IntkitError("It did not work.", "a fact", remedy="Try again.")

    monkeypatch.setattr("intkit.sandbox.serve", fail)
    done = intkit("sandbox", "stripe")
    assert (done.exit_code, done.stderr) == (1, "It did not work.\n  a fact\nTry again.\n")


def test_sandbox_passes_on_what_was_asked_and_leaves_the_rest_to_its_defaults(monkeypatch):
    asked = []
    monkeypatch.setattr("intkit.sandbox.serve", lambda vendors, **options: asked.append((vendors, options)))
    assert intkit("sandbox").exit_code == 0
    assert intkit("sandbox", "stripe", "--port", "0", "--seed", "7", "--clock", "2026-01-31").exit_code == 0
    (all_vendors, plain), (vendors, options) = asked
    assert (list(all_vendors), plain) == ([], {"port": 8123})
    assert (list(vendors), options["seed"]) == (["stripe"], 7)
    assert options["clock"].isoformat() == "2026-01-31T00:00:00+00:00"


def test_run_prints_the_report_and_exits_with_its_code(project):
    done = intkit("run", "orders", "-p", "limit=0", "--folder", str(project / "out"))
    assert done.exit_code == 3
    assert "3 records were rejected; 0 are allowed." in done.stdout
    assert (project / "out" / "run_mapping.ipynb").is_file()


@pytest.mark.parametrize(
    ("word", "said"), [("limit", "NAME=VALUE"), ("limit=abc", "takes int | None, not 'abc'")]
)
def test_a_parameter_that_cannot_be_read_is_misuse(project, word, said):
    done = intkit("run", "orders", "-p", word)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_failing_notebook_exits_with_1_and_names_the_cell(project):
    write_notebook(project / "notebooks" / "broken.ipynb", "1 / 0")
    done = intkit("run", "orders", "--notebook", "broken")
    assert done.exit_code == 1
    assert "broken.ipynb stopped in code cell 3: ZeroDivisionError" in done.stderr


def test_tab_completes_the_names_of_files(project):
    (project / "cassettes" / "stripe").mkdir(parents=True)
    (project / "cassettes" / "stripe" / "charges.yaml").touch()
    assert mapping_names("or") == ["orders"]
    assert cassette_names("str") == ["stripe/charges"]
    assert notebook_names("") == ["run_mapping"]
    assert mapping_names("x") == []


@pytest.mark.parametrize(("words", "code"), [(["version"], 0), (["nope"], 2)])
def test_the_package_runs_as_the_command(words, code):
    command = [sys.executable, "-m", "intkit", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "intkit" in done.stdout + done.stderr) == (code, True)


@pytest.mark.parametrize("name", ["given", "corrections"])
def test_a_run_tells_of_a_file_that_is_not_there_before_it_starts(project, name):
    shutil.copy(Path(__file__).parents[2] / "notebooks" / "run_mapping.ipynb", project / "notebooks")
    done = intkit("run", "orders", "-p", f"{name}=nowhere.csv")
    assert (done.exit_code, "there is no such file" in done.stderr) == (2, True)
    assert not (project / "runs").exists()
