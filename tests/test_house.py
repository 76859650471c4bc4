"""The two commands, the pins and the settings agree with each other."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TARGETS = ["help", "demo", "test", "lab", "check", "bench", "cassettes"]


def requirements() -> list[Requirement]:
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return [each for lines in lists for each in map(Requirement, lines) if each.name != "intkit"]


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_every_dependency_is_pinned_inside_its_range(requirement):
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


def test_the_constraints_hold_pins_and_nothing_else():
    body = (ROOT / "constraints.txt").read_text()
    lines = [line for line in body.splitlines() if not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


def test_conda_users_get_what_pyproject_says():
    wanted = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, section = wanted["dependencies"]
    assert wanted["channels"] == ["conda-forge"]
    assert SpecifierSet(python.removeprefix("python")) == SpecifierSet(PROJECT["requires-python"])
    assert pip == "pip"
    assert section == {"pip": ["-c constraints.txt", "-e .[dev]"]}
    assert "dev" in PROJECT["optional-dependencies"]
    assert (ROOT / "constraints.txt").is_file()


def test_the_extra_dev_brings_every_extra_that_tests_need():
    own = [Requirement(line) for line in PROJECT["optional-dependencies"]["dev"]]
    extras = set().union(*(each.extras for each in own if each.name == "intkit"))
    assert {"arrow", "sandbox-test"} <= extras


def test_each_python_that_is_promised_is_named_in_the_classifiers():
    versions = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if "Python :: 3." in line]
    assert versions == ["3.11", "3.12", "3.13"]
    assert all(version in SpecifierSet(PROJECT["requires-python"]) for version in versions)


@pytest.mark.skipif(sys.platform == "win32", reason="make is not at home there")
class TestMake:
    def test_help_is_the_default_and_lists_every_target(self):
        said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert re.findall(r"^make (\w+) ", said, re.MULTILINE) == TARGETS

    @pytest.mark.parametrize("target", TARGETS)
    def test_a_target_is_one_or_two_lines(self, target):
        recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert recipe is not None
        assert len(recipe[1].splitlines()) <= 2

    def test_an_environment_is_made_again_when_the_dependencies_change(self, tmp_path):
        done = dry_run(f"VENV={tmp_path / 'venv'}")
        assert "-m venv" in done
        assert "pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'" in done

    def test_an_environment_that_is_up_to_date_is_left_alone(self, tmp_path):
        (tmp_path / "installed").touch()
        assert "pip" not in dry_run(f"VENV={tmp_path}")


def dry_run(*words: str) -> str:
    return subprocess.run(
        ["make", "-n", "test", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_ci_starts_from_a_new_environment_and_runs_everything():
    script = (ROOT / ".ci" / "run").read_text()
    steps = re.findall(r'^(make \w+|"\$VENV/bin/pytest" .*)$', script, re.MULTILINE)
    assert steps == ["make check", "make test", '"$VENV/bin/pytest" -m "sdk or slow"']
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
