"""Idempotency keys: a repeated request gets the first one's answer and happens once."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intkit.sandbox.call import Answer


class Idempotency:
    """The answers given under each key, for as long as the vendor keeps them.

    Args:
        seconds: how long an answer is kept, on the wall's clock.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: dict[str, tuple[float, bytes, Answer]] = {}
        self._busy: set[str] = set()

    def is_busy(self, key: str) -> bool:
        """Say whether a request under this key is still at work."""
        return key in self._busy

    @contextmanager
    def busy(self, key: str | None) -> Iterator[None]:
        """Mark the key as at work."""
        if key:
            self._busy.add(key)
        try:
            yield
        finally:
            self._busy.discard(key or "")

    def once(
        self, key: str, request: bytes, now: float, run: Callable[[], Answer], other: Callable[[], Exception]
    ) -> tuple[Answer, bool]:
        """Return the answer under this key and whether it is a repeated one.

        Args:
            key: what the client sent.
            request: whatever must be the same for it to be the same request.
            now: wall time in seconds.
            run: does the work; what it raises is not kept.
            other: makes the error for a key that was used for another request.

        Raises:
            Exception: what `other` makes, or what `run` raises.
        """
        kept = self._kept.get(key)
        if kept and now - kept[0] < self._seconds:
            if kept[1] != request:
                raise other()
            return replace(kept[2], headers=dict(kept[2].headers)), True
        answer = run()
        frozen = msgspec.json.encode(answer.body)  # later writes must not change what is repeated
        self._kept[key] = (now, request, replace(answer, body=frozen, headers=dict(answer.headers)))
        return answer, False
