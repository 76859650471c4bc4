"""Record and replay a vendor's own SDK: any library that vcrpy can patch, with the kit's own recorder behind."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from intkit.cassettes.bodies import is_packed
from intkit.cassettes.cassette import chosen_mode, open_cassette
from intkit.cassettes.cleaning import clean_request, clean_response
from intkit.cassettes.dates import answer_date
from intkit.cassettes.exchange import Exchange, header
from intkit.cassettes.vcrpy import patched
from intkit.errors import CassetteError

if TYPE_CHECKING:
    from pathlib import Path

    from intkit.cassettes.cassette import Cassette
    from intkit.cassettes.exchange import RecordedRequest
    from intkit.cassettes.vcrpy import Asked

_open: list[Recorded] = []
_opening = threading.Lock()


def recorded(name: str | Path, mode: str | None = None) -> Recorded:
    """Return a context that records or replays every HTTP call of this process.

    For a client that the kit did not make: a vendor's SDK on requests, urllib3, httpx or http.client. The
    kit's own clients take a cassette themselves. While recording, the SDK sees the true answers; what is
    written is blanked. One at a time, because the patches hold for the whole process.

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
        self.cassette: Cassette | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with _opening:
            self._end_former()
            self.cassette = open_cassette(self.name, self.mode)
            self._stack.callback(self.cassette.close)
            if self.mode != "live":
                with ExitStack() as undo:
                    undo.push(self._stack.pop_all())
                    undo.enter_context(patched(_SdkPlayer(self.cassette)))
                    self._stack = undo.pop_all()
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


class _SdkPlayer:
    """Answers vcrpy's stubs from a cassette."""

    def __init__(self, cassette: Cassette) -> None:
        self.cassette = cassette
        self.replaying = cassette.mode == "replay"

    def holds(self, request: Asked) -> bool:
        return self.cassette.holds(self._clean(request))

    def play(self, request: Asked) -> dict[str, Any]:
        number = self.cassette.find(self._clean(request))
        if number is None:
            raise CassetteError(
                "Another thread took this answer just now.", remedy="Run the calls one by one."
            )
        response = self.cassette.exchanges[number].response
        headers: dict[str, list[str]] = {}
        for name, value in response.headers:
            headers.setdefault(name, []).append(value)
        return {
            "status": {"code": response.status, "message": response.reason},
            "headers": headers,
            "body": {"string": response.body},
        }

    def keep(self, request: Asked, response: dict[str, Any]) -> None:
        status = response["status"]
        body = response["body"]["string"] or b""
        headers = _headers(response["headers"], body)
        recorded = self._clean(request)
        answer = clean_response(
            self.cassette.redactor,
            recorded,
            status["code"],
            status["message"] or "",
            headers,
            body,
        )
        turn = self.cassette.begin()
        origin = urlsplit(recorded.url).hostname or ""
        date = answer_date(header(tuple(headers), "date"))
        self.cassette.record(turn, Exchange(recorded, answer), origin=origin, date=date)

    def _clean(self, request: Asked) -> RecordedRequest:
        return clean_request(self.cassette.redactor, *request)


def _headers(tree: dict[str, list[str]], body: bytes) -> list[tuple[str, str]]:
    headers = [(name, _text(value)) for name, values in tree.items() for value in values]
    if is_packed(body, header(tuple(headers), "content-encoding")):
        return headers
    return [(name, value) for name, value in headers if name.lower() != "content-encoding"]


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
