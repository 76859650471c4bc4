"""vcrpy's file format, YAML or JSON.

Plain `vcr.use_cassette` replays what is written here, and what it wrote is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from intkit.cassettes.exchange import Exchange, Headers, RecordedRequest, RecordedResponse
from intkit.cassettes.vcrpy import CASSETTE_FORMAT_VERSION, SafeLoader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST_LINE = "# Recorded by intkit; a whole file ends with a line of three dots."
LAST_LINE = "..."
LARGEST = 256 * 2**20
"""Bytes beyond which a file, or what it holds, is not opened: ten times the largest cassette in public repositories."""


class NotACassette(ValueError):  # noqa: N818 - says what is the case
    """The text is no cassette; the message says where it is not."""


def read_yaml(text: str) -> tuple[list[Exchange], dict[str, Any]]:
    """Return the exchanges and the metadata of a YAML cassette.

    Raises:
        NotACassette: it is not valid YAML, holds Python objects, or has not a cassette's shape.
    """
    try:
        return _cassette(yaml.load(text, Loader=_Shallow))  # noqa: S506 - vcrpy's safe loader
    except (yaml.YAMLError, ValueError) as error:
        raise NotACassette(str(error)) from None


def read_json(text: str) -> tuple[list[Exchange], dict[str, Any]]:
    """Return the exchanges and the metadata of a JSON cassette.

    Raises:
        NotACassette: it is not valid JSON or has not a cassette's shape.
    """
    try:
        return _cassette(msgspec.json.decode(text))
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotACassette(str(error)) from None


def write_yaml(exchanges: Iterable[Exchange], metadata: Mapping[str, Any]) -> str:
    """Return the text of a YAML cassette: readable, and the same for the same exchanges."""
    text = yaml.dump(
        _tree(exchanges, metadata),
        Dumper=_Readable,
        allow_unicode=True,
        sort_keys=False,
        width=2**31 - 1,  # a secret broken over two lines would not be found
        explicit_end=True,
    )
    return f"{FIRST_LINE}\n{text}"


def write_json(exchanges: Iterable[Exchange], metadata: Mapping[str, Any]) -> str:
    """Return the text of a JSON cassette.

    Raises:
        NotACassette: a body or a header is not text, which vcrpy's JSON form cannot hold.
    """
    tree = _tree(exchanges, metadata)
    for number, interaction in enumerate(tree["interactions"]):
        if any(isinstance(leaf, bytes) for leaf in _leaves(interaction)):
            raise NotACassette(f"exchange {number} is not text, which a JSON cassette cannot hold")
    return msgspec.json.format(msgspec.json.encode(tree), indent=2).decode() + "\n"


class _Shallow(SafeLoader):  # type: ignore[misc]  # vcrpy has no types
    """vcrpy's safe loader, within a depth; libyaml itself overruns its stack at some ten thousand levels."""

    _deepest = 50

    def descend_resolver(self, _parent: Any, _index: Any) -> None:
        self._depth = getattr(self, "_depth", 0) + 1
        if self._depth > self._deepest:
            raise NotACassette(f"it is nested deeper than {self._deepest} levels")

    def ascend_resolver(self) -> None:
        self._depth -= 1


class _Readable(yaml.CSafeDumper):
    """Writes text of several lines as a block, and never an alias."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def _text(dumper: _Readable, text: str) -> yaml.ScalarNode:
    # YAML reads other line ends than \n back as \n, and a block's own layout eats edge spaces.
    block = "\n" in text and not any(mark in text for mark in "\r\x85\u2028\u2029\ufeff\t") and text.isascii()
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if block or _plain(text) else None
    )


def _plain(text: str) -> bool:
    return "\n" in text and all(char.isprintable() or char == "\n" for char in text)


_Readable.add_representer(str, _text)


def _tree(exchanges: Iterable[Exchange], metadata: Mapping[str, Any]) -> dict[str, Any]:
    interactions = [
        {"request": _request_tree(each.request), "response": _response_tree(each.response)}
        for each in exchanges
    ]
    return {"version": CASSETTE_FORMAT_VERSION, "metadata": dict(metadata), "interactions": interactions}


def _request_tree(request: RecordedRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "uri": request.url,
        "body": _writable(request.body),
        "headers": _headers_tree(request.headers),
    }


def _response_tree(response: RecordedResponse) -> dict[str, Any]:
    return {
        "status": {"code": response.status, "message": response.reason},
        "headers": _headers_tree(response.headers),
        "body": {"string": _writable(response.body)},
    }


def _headers_tree(headers: Headers) -> dict[str, list[str | bytes]]:
    tree: dict[str, list[str | bytes]] = {}
    for name, value in headers:
        # As bytes, because vcrpy cannot send text beyond ASCII back to httpx.
        tree.setdefault(name, []).append(value if value.isascii() else value.encode("latin-1"))
    return tree


def _writable(body: bytes) -> str | bytes:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body


def _leaves(tree: Any) -> Iterable[Any]:
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list):
        return (leaf for each in tree for leaf in _leaves(each))
    return (tree,)


def _cassette(tree: Any) -> tuple[list[Exchange], dict[str, Any]]:
    if not isinstance(tree, dict) or not isinstance(tree.get("interactions"), list):
        raise NotACassette("there is no list of interactions")
    if tree.get("version") != CASSETTE_FORMAT_VERSION:
        raise NotACassette("there is no line `version: 1`, with which vcrpy ends a file")
    exchanges, size = [], 0
    for number, interaction in enumerate(tree["interactions"]):
        try:
            exchange = Exchange(_request(interaction["request"]), _response(interaction["response"]))
            exchanges.append(exchange)
            size += len(exchange.request.body) + len(exchange.response.body)
            _check_size(size)  # aliases make a large content of a small file
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotACassette(f"interaction {number} is not whole: {_reason(error)}") from None
    return exchanges, _metadata(tree.get("metadata"))


def _reason(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)


def _metadata(tree: Any) -> dict[str, Any]:
    return {str(key): value for key, value in tree.items()} if isinstance(tree, dict) else {}


def _request(tree: dict[str, Any]) -> RecordedRequest:
    return RecordedRequest(
        _str(tree["method"], "method"),
        _str(tree["uri"], "uri"),
        _headers(tree["headers"]),
        _bytes(tree["body"]),
    )


def _response(tree: dict[str, Any]) -> RecordedResponse:
    if "status_code" in tree:  # as vcrpy before 2.0 wrote httpx's answers
        return RecordedResponse(
            int(tree["status_code"]), "", _headers(tree["headers"]), _bytes(tree["content"])
        )
    status, body = tree["status"], tree["body"]
    return RecordedResponse(
        int(status["code"]), status["message"] or "", _headers(tree["headers"]), _bytes(body["string"])
    )


def _headers(tree: Any) -> Headers:
    if not isinstance(tree, dict):
        raise TypeError("its headers are not names with values")
    pairs = []
    for name, values in tree.items():
        listed = values if isinstance(values, list | tuple) else [values]
        pairs += [(str(name), _header_text(name, value)) for value in listed]
    return tuple(pairs)


def _header_text(name: Any, value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if not isinstance(value, str):
        shown = value if isinstance(value, bool) else f"of type {type(value).__name__}"  # it may be a secret
        raise TypeError(f"header {name!r} has the value {shown}, which is not text; put it in quotes")
    return value.encode().decode("latin-1")


def _str(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"its {name} is not text")
    return value


def _bytes(value: Any) -> bytes:
    if hasattr(value, "read"):
        value = value.read()
    parts = list(value) if isinstance(value, list | tuple | Iterator) else [value or b""]
    _check_size(sum(len(part) for part in parts if isinstance(part, str | bytes)))
    return b"".join(map(_chunk, parts))


def _check_size(size: int) -> None:
    if size > LARGEST:
        raise ValueError(f"its bodies are larger than {LARGEST // 2**20} MB")


def _chunk(value: Any) -> bytes:
    if not isinstance(value, str | bytes):
        raise TypeError("its body is not text")
    return value.encode() if isinstance(value, str) else value
