"""The one place where vcrpy is met: its file format's version and loader, and its patches.

The loader, the builder of patches and the reading of bodies are not promised by vcrpy; they are those of 9.4,
to which the dependency is pinned, and the tests compare with plain `vcr.use_cassette` in both directions.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from vcr.cassette import Cassette
from vcr.patch import CassettePatcherBuilder
from vcr.record_mode import RecordMode
from vcr.serialize import CASSETTE_FORMAT_VERSION
from vcr.serializers.yamlserializer import _CassetteLoader as SafeLoader
from vcr.util import read_body

from intkit.errors import CassetteError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vcr.request import Request

__all__ = ["CASSETTE_FORMAT_VERSION", "Player", "SafeLoader", "patched"]

logging.getLogger("vcr").setLevel(logging.WARNING)  # below that it logs whole answers before they are blanked


class Player(Protocol):
    """Who answers the calls of patched libraries."""

    replaying: bool

    def holds(self, request: Asked) -> bool:
        """Say whether there is a recorded answer."""

    def play(self, request: Asked) -> dict[str, Any]:
        """Return the recorded answer, in vcrpy's form.

        Raises:
            ExchangeMissing: there is none.
        """

    def keep(self, request: Asked, response: dict[str, Any]) -> None:
        """Record what the wire answered, in vcrpy's form."""


Asked = tuple[str, str, list[tuple[str, str]], bytes]
"""Method, URL, headers and body, as they would go to the wire."""


@contextmanager
def patched(player: Player) -> Iterator[None]:
    """Let the player answer for every HTTP library that vcrpy knows; all is as before afterwards."""
    with ExitStack() as stack:
        try:
            for patch in CassettePatcherBuilder(_Cassette(player)).build():
                stack.enter_context(patch)
        except NameError as error:
            raise CassetteError(
                f"A library was installed after the recorder was loaded: {error}.",
                remedy="Restart the kernel.",
            ) from None
        yield


class _Cassette(Cassette):  # type: ignore[misc]  # vcrpy has no types
    """What vcrpy's stubs see: they ask whether an answer may be played, play it, or append a new one."""

    def __init__(self, player: Player) -> None:
        super().__init__(path="intkit", record_mode=RecordMode.NEW_EPISODES)
        self._player = player

    @property
    def write_protected(self) -> bool:
        return self._player.replaying

    def can_play_response_for(self, request: Request) -> bool:
        return self._player.holds(_asked(request))

    def play_response(self, request: Request) -> dict[str, Any]:
        return self._player.play(_asked(request))

    def filter_request(self, request: Request) -> Request:
        if self.write_protected:  # the stub is about to complain; our complaint is the better one
            self._player.play(_asked(request))
        return request

    def append(self, request: Request, response: dict[str, Any]) -> None:
        self._player.keep(_asked(request), response)


def _asked(request: Request) -> Asked:
    body = read_body(request) or b""
    headers = [(str(name), _text(value)) for name, value in request.headers.items()]
    return request.method, request.uri, headers, body.encode() if isinstance(body, str) else bytes(body)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
