"""When an exchange took place."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def answer_date(header: str) -> str:
    """Return when the server says it answered, else now, in UTC as ISO 8601.

    Args:
        header: the value of the answer's Date, or nothing. The sandbox's clock thus dates what it gave.
    """
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        date = datetime.now(UTC)
    return date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
