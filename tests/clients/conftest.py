from __future__ import annotations

import socket

import pytest

from intkit.redaction import forget_secrets


@pytest.fixture(autouse=True)
def _forget():
    yield
    forget_secrets()


@pytest.fixture
def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
