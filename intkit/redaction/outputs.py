"""What a notebook shows is blanked on its way out of the kernel, so that no secret is saved with it.

Everything a kernel prints, displays, logs, raises or tells a widget is a message, and one function of the
Jupyter session, `pack`, makes bytes of each. It is replaced by one that blanks first.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intkit.redaction.registry import blank
from intkit.redaction.scan import find_secrets

if TYPE_CHECKING:
    from collections.abc import Callable


def blank_outputs() -> None:
    """Blank what the running kernel shows from now on; where there is none, or one of another make, nothing happens."""
    ipython = sys.modules.get("IPython")
    kernel: Any = getattr(ipython.get_ipython(), "kernel", None) if ipython else None
    session: Any = getattr(kernel, "session", None)
    if hasattr(session, "pack") and not isinstance(session.pack, _Blanking):
        session.pack = _Blanking(session.pack)


@dataclass(frozen=True)
class _Blanking:
    """Makes bytes of a message without its secrets."""

    pack: Callable[[dict[str, Any]], bytes]

    def __call__(self, message: dict[str, Any]) -> bytes:
        # What a program asks the kernel for by name is its own to keep; no notebook holds it.
        asked = {name: message[name] for name in ("user_expressions",) if name in message}
        return self.pack(_shown(message) | asked)


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return _shown_text(value)
    if isinstance(value, dict):
        return {_shown(key): _shown(each) for key, each in value.items()}
    return [_shown(each) for each in value] if isinstance(value, list | tuple) else value


def _shown_text(text: str) -> str:
    clean = blank(text)
    packed = find_secrets(clean.encode("utf-8", "replace"))
    return f"An output that holds <{packed[0].name}> in packed form was left out." if packed else clean
