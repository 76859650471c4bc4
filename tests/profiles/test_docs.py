"""The code that docs/profiles.md shows runs as it stands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from intkit.profiles import read_overrides

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def project(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "cassettes", tmp_path / "cassettes")
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "stripe_payments.overrides.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_code_runs_from_top_to_bottom(project):
    space = {}
    for block in blocks("python"):
        exec(block, space)
    assert space["profile"].keys[0] == "id"
    assert space["checked"].ok
    assert space["known"].field("metadata").is_map


def test_the_overrides_are_read(project):
    known = read_overrides(project / "mappings" / "stripe_payments.overrides.yaml")
    assert known["metadata"].map
    assert known["status"].enum is False
