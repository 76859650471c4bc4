"""A mapping of the project, applied to its recording."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import intkit

ROOT = Path(__file__).parents[2]


def applied(name: str, **given: Any) -> Any:
    """Return what a mapping makes of every recorded record."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTKIT_PROJECT", str(ROOT))
        patch.delenv("INTKIT_MODE", raising=False)
        mapping = intkit.Mapping(name).give(**given)
        return mapping.apply(mapping.fetch())


def filled(result: Any) -> dict[str, int]:
    """Return how many targets have a value, by the path of the target field."""
    return {path: each["filled"] for path, each in result.summary()["coverage"].items()}


def tally(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many rows have a value, by key."""
    return dict(Counter(name for row in rows for name, value in row.items() if value is not None))
