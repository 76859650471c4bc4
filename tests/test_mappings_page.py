"""Every block of docs/mappings.md runs, offline, from top to bottom."""

from __future__ import annotations

import re
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "mappings.md"


@pytest.fixture
def project(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "cassettes" / "stripe", tmp_path / "cassettes" / "stripe")
    (tmp_path / "mappings").mkdir()
    for path in [*(ROOT / "mappings").glob("stripe_payments*"), ROOT / "mappings" / "ledger_models.py"]:
        shutil.copy(path, tmp_path / "mappings")
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("imported_models", None)


def test_the_page_s_code_runs_from_top_to_bottom(project, capsys):
    names = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, "docs/mappings.md", "exec", dont_inherit=True), names)
    assert names["corrected"].summary()["reasons"] == names["result"].summary()["reasons"]
    assert names["entries"].table().rows[2][2] == "currency"
    assert "| email | " in capsys.readouterr().out
    assert names["comparison"].changed > 0
    assert repr(names["signed"]) == repr(names["after"])
    assert names["Row"].model_fields["invoice_date"].annotation is date
