"""Keeps registered secrets out of what the libraries underneath write to the log."""

from __future__ import annotations

import logging

from intkit.redaction import blank

# A filter holds for the logger that it is on, not for those below it, so each is named.
_LOGGERS = (
    "httpx",
    "httpx_retries.retry",
    "httpx_retries.transport",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.proxy",
)


class Blanking(logging.Filter):
    """Blanks every registered secret in a line of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the line and let it pass."""
        record.msg, record.args = blank(record.getMessage()), ()
        return True


_FILTER = Blanking()


def blank_logs() -> None:
    """Blank secrets from now on; to call it again changes nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
