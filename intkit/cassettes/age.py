"""How old a recording is, and when that is too old.

`[cassettes]` of intkit.toml says it in days: `warn_after_days = 90`, `fail_after_days = 365`. Nothing goes
to the network by itself. What the sandbox recorded does not age: its clock is not the vendor's.
"""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from intkit.errors import CassetteDamaged
from intkit.project import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping


def age_in_days(metadata: Mapping[str, Any], now: datetime | None = None) -> int | None:
    """Return how many whole days ago the oldest part of a recording was made, or None where it is not said."""
    try:
        recorded = datetime.fromisoformat(str(metadata.get("recorded_at", "")))
    except ValueError:
        return None
    return ((now or datetime.now(UTC)) - recorded.astimezone(UTC)).days


def check_age(name: str, metadata: Mapping[str, Any]) -> None:
    """Warn of a recording that is old, and refuse one that is too old.

    Raises:
        CassetteDamaged: it is older than `fail_after_days`.
    """
    limits, age = read_settings().get("cassettes", {}), age_in_days(metadata)
    if age is None or not limits or metadata.get("recorded_from") == "sandbox":
        return
    text = f"The cassette {name} was recorded {age} days ago"
    remedy = f"Record it anew: connect(…, cassette={name!r}, mode='refresh')."
    if age > limits.get("fail_after_days", age):
        raise CassetteDamaged(f"{text}; the limit is {limits['fail_after_days']} days.", remedy=remedy)
    if age > limits.get("warn_after_days", age):
        warnings.warn(f"{text}. {remedy}", stacklevel=2)
