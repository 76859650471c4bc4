from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from intkit.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox(request):
    """The sandbox of a module: of its VENDORS, or of all."""
    with Sandbox(getattr(request.module, "VENDORS", ())) as open_sandbox:
        yield open_sandbox


@pytest.fixture
def fresh(request):
    """A sandbox of its own, for a test that writes."""
    with Sandbox(getattr(request.module, "VENDORS", ())) as open_sandbox:
        yield open_sandbox


@pytest.fixture
def stripe(sandbox):
    headers = {"Authorization": f"Bearer {sandbox.keys['stripe']}"}
    with httpx.Client(base_url=sandbox.urls["stripe"], headers=headers) as client:
        yield client


@pytest.fixture(scope="session")
def specs():
    """The vendors' published specs, where INTKIT_FIELD points to the folder that holds them."""
    folder = os.environ.get("INTKIT_FIELD")
    if not folder:
        pytest.skip("INTKIT_FIELD is not set")
    return Path(folder, "specs")


@pytest.fixture(scope="session")
def as_json_schema():
    """OpenAPI 3.0 writes `nullable` where JSON Schema has the type null."""

    def convert(node):
        if isinstance(node, list):
            return [convert(each) for each in node]
        if not isinstance(node, dict):
            return node
        plain = {name: convert(each) for name, each in node.items() if name != "nullable"}
        return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain

    return convert
