from __future__ import annotations

import httpx
import pytest

from intkit.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as open_sandbox:
        yield open_sandbox


@pytest.fixture
def fresh():
    """A sandbox of its own, for a test that writes."""
    with Sandbox() as open_sandbox:
        yield open_sandbox


@pytest.fixture
def stripe(sandbox):
    headers = {"Authorization": f"Bearer {sandbox.keys['stripe']}"}
    with httpx.Client(base_url=sandbox.urls["stripe"], headers=headers) as client:
        yield client
