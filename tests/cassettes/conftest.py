"""A busy machine is no reason to fail: examples have no deadline. Nor is a pipeline, which sets CI."""

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _no_pipeline(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("INTKIT_UNUSED", raising=False)
