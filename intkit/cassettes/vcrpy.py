"""The one place where vcrpy is met: its file format's version and loader, and its patches.

The loader, the builder of patches and the reading of bodies are not promised by vcrpy; they are those of 9.4,
to which the dependency is pinned, and the tests compare with plain `vcr.use_cassette` in both directions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from vcr.cassette import Cassette
from vcr.patch import CassettePatcherBuilder
from vcr.serialize import CASSETTE_FORMAT_VERSION
from vcr.serializers.yamlserializer import _CassetteLoader as SafeLoader
from vcr.util import read_body

from intkit.errors import CassetteError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vcr.request import Request

__all__ = ["CASSETTE_FORMAT_VERSION", "Answer", "Asked", "SafeLoader", "patched"]

Asked = tuple[str, str, list[tuple[str, str]], bytes]
"""Method, URL, headers and body of a request, as they would go to the wire."""

Answer = Callable[[Asked], dict[str, Any]]
"""Gives the answer to a request, in vcrpy's form: status, headers, body."""

logging.getLogger("vcr").setLevel(logging.WARNING)  # below that it logs whole answers


@contextmanager
def patched(answer: Answer) -> Iterator[None]:
    """Have every HTTP library that vcrpy knows answered from here; all is as before afterwards.

    Raises:
        CassetteError: a library was installed after vcrpy was imported, which vcrpy cannot patch.
    """
    with ExitStack() as stack:
        try:
            for patch in CassettePatcherBuilder(_Answering(answer)).build():
                stack.enter_context(patch)
        except NameError as error:
            raise CassetteError(
                f"A library was installed after the recorder was loaded: {error}.",
                remedy="Restart the kernel.",
            ) from None
        yield


class _Answering(Cassette):  # type: ignore[misc]  # vcrpy has no types
    """What vcrpy's stubs see: a cassette that has an answer to everything, so that they never connect."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(path="intkit")
        self._answer = answer

    def can_play_response_for(self, _request: Request) -> bool:
        return True

    def play_response(self, request: Request) -> dict[str, Any]:
        body = read_body(request) or b""
        headers = [(str(name), _text(value)) for name, value in request.headers.items()]
        content = body.encode() if isinstance(body, str) else bytes(body)
        return self._answer((request.method, request.uri, headers, content))


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
