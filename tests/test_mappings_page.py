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
    for vendor in ("stripe", "mollie"):
        shutil.copytree(ROOT / "cassettes" / vendor, tmp_path / "cassettes" / vendor)
    (tmp_path / "mappings").mkdir()
    for path in [*(ROOT / "mappings").glob("stripe_payments*"), ROOT / "mappings" / "ledger_models.py"]:
        shutil.copy(path, tmp_path / "mappings")
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for name in [each for each in sys.modules if each.partition(".")[0] == "mappings"]:
        monkeypatch.delitem(sys.modules, name)  # those of the project itself
    yield tmp_path
    sys.modules.pop("imported_models", None)


def test_the_page_s_code_runs_from_top_to_bottom(project, capsys):
    names = {}
    page = PAGE.read_text(encoding="utf-8")
    for path, block in re.findall(r"```yaml\n# (mappings/\S+)\n(.*?)```", page, re.DOTALL):
        (project / path).write_text(block, encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(compile(block, "docs/mappings.md", "exec", dont_inherit=True), names)
    assert names["corrected"].summary()["reasons"] == names["result"].summary()["reasons"]
    assert names["entries"].table().rows[2][2] == "currency"
    assert "| email | " in capsys.readouterr().out
    sent = [each["shipping"]["address"]["line1"] for each in names["charges"] if each["shipping"]]
    parcels = names["parcels"].apply(names["charges"]).accepted
    assert [each.receiver.street for each in parcels if each.receiver] == sent
    assert names["comparison"].changed > 0
    assert names["stripe"]._models.place(names["Payment"]) == "ledger_models:Payment"
    assert "257 of 374 records found their customer" in names["joined"].note
    assert repr(names["signed"]) == repr(names["after"])
    assert names["Row"].model_fields["invoice_date"].annotation is date
