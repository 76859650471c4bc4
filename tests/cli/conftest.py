from __future__ import annotations

import pytest

from tests.runs.small_project import make_project


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    return make_project(tmp_path)
