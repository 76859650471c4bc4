"""Record and replay a vendor's own SDK, whatever HTTP library it uses.

vcrpy's patches stand in for the libraries; every call then goes through the kit's own recorder and wire, so
redaction, journal, modes and routes are the same as for the kit's clients.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

import httpx

from intkit.cassettes.cassette import open_cassette
from intkit.cassettes.names import chosen_mode
from intkit.cassettes.transport import RecordingTransport
from intkit.cassettes.vcrpy import patched
from intkit.cassettes.wire import WireTransport
from intkit.errors import CassetteError

if TYPE_CHECKING:
    from pathlib import Path

    from intkit.cassettes.vcrpy import Asked

_TIMEOUT = httpx.Timeout(60).as_dict()
_open: list[Recorded] = []
_opening = threading.Lock()


def recorded(name: str | Path, mode: str | None = None) -> Recorded:
    """Return a context that records or replays every HTTP call of this process.

    For a client that the kit did not make: a vendor's SDK on requests, urllib3, httpx or http.client. The
    kit's own clients take a cassette themselves. One at a time, because the patches hold for the whole
    process. While recording, the kit makes the SDK's calls: settings of its connections do not count.

        with intkit.recorded("stripe/sdk"):
            stripe.Charge.list()

    Args:
        name: the cassette's name, `stripe/sdk`.
        mode: `replay`, `record`, `refresh` or `live`. The environment's INTKIT_MODE wins; without either,
            it is replay.
    """
    return Recorded(name, chosen_mode(mode))


class Recorded:
    """The context that `recorded` gives."""

    def __init__(self, name: str | Path, mode: str) -> None:
        self.name = name
        self.mode = mode
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with _opening, ExitStack() as stack:
            self._end_former()
            cassette = stack.enter_context(open_cassette(self.name, self.mode))
            if self.mode != "live":
                transport = RecordingTransport(cassette, WireTransport())
                stack.callback(transport.close)
                stack.enter_context(patched(lambda asked: _answer(transport, asked)))
            self._stack = stack.pop_all()
            _open.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take the patches away and write what was recorded. Doing it twice does nothing more."""
        if self in _open:
            _open.remove(self)
        self._stack.pop_all().close()

    def _end_former(self) -> None:
        """Close one that a cell left open and opens again now; refuse a second one beside it."""
        for former in _open.copy():
            if former.name != self.name:
                raise CassetteError(
                    f"recorded({str(former.name)!r}) is still open.",
                    remedy="Leave its with block first, or call its close().",
                )
            former.close()


def _answer(transport: RecordingTransport, asked: Asked) -> dict[str, Any]:
    """Return the answer to a patched library's request, in vcrpy's form."""
    method, url, headers, body = asked
    raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]
    request = httpx.Request(method, url, headers=raw, content=body, extensions={"timeout": _TIMEOUT})
    try:
        response = transport.handle_request(request)
    except httpx.TransportError as error:  # what every library takes for its own connection's failure
        raise ConnectionError(f"{type(error).__name__}: {error}") from None
    lists: dict[str, list[str]] = {}
    for name, value in response.headers.raw:
        lists.setdefault(name.decode("ascii"), []).append(value.decode("latin-1"))
    return {
        "status": {"code": response.status_code, "message": response.reason_phrase},
        "headers": lists,
        "body": {"string": response.read()},
    }
