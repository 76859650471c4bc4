"""A connection as an entry of intkit.toml: read into a `Connection`, and written from one."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from intkit.clients.auth import Basic, Bearer, HeaderKey, NoAuth, QueryKey
from intkit.clients.connection import Connection, Environment, Network, Resilience
from intkit.clients.oauth import ClientCredentials, JwtAssertion, RefreshToken
from intkit.clients.paging import PAGINATORS
from intkit.clients.rates import Rate
from intkit.clients.sign_in import AuthorizationCode
from intkit.clients.signing import HmacSigned
from intkit.errors import ConnectError, nearest, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTHS: dict[str, type] = {
    "none": NoAuth,
    "bearer": Bearer,
    "basic": Basic,
    "header-key": HeaderKey,
    "query-key": QueryKey,
    "hmac": HmacSigned,
    "client-credentials": ClientCredentials,
    "refresh-token": RefreshToken,
    "authorization-code": AuthorizationCode,
    "jwt-assertion": JwtAssertion,
}
_KINDS: dict[str, Mapping[str, type]] = {"auth": AUTHS, "paging": PAGINATORS}
_PARTS: dict[str, type] = {"resilience": Resilience, "network": Network, "rate": Rate}


def read_entry(entry: Mapping[str, Any], base: Connection) -> Connection:
    """Return a connection with what an entry says about it.

    Args:
        entry: the table below `[connections.NAME]`, without `vendor`.
        base: what it starts from: a vendor's connection, or an empty one.

    Raises:
        ConnectError: a word is unknown, or its value cannot be used; the message names the entry.
    """
    where = f"[connections.{base.name}]"
    known = [each.name for each in fields(Connection) if each.name != "name"]
    values = {}
    for word, value in entry.items():
        if word not in known:
            raise ConnectError(
                f"{where} has a line that means nothing: {word!r}.{nearest(word, known)}",
                remedy=f"Known: {', '.join(known)}.",
            )
        values[word] = _value(word, value, where)
    return replace(base, **values)


def write_entry(name: str, connection: Connection) -> str:
    """Return the TOML of a connection: what differs from a plain one, never a secret."""
    lines = [f"[connections.{json.dumps(name) if '.' in name else name}]"]
    for each in fields(Connection):
        value = getattr(connection, each.name)
        if each.name != "name" and not _is_default(each, value):
            lines.append(f"{each.name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _value(word: str, value: Any, where: str) -> Any:
    if word in _KINDS:
        return _of_kind(word, value, where)
    if word in _PARTS:
        return _made(_PARTS[word], _table(word, value, where), f"{where} {word}")
    if word == "environments":
        named = _table(word, value, where).items()
        return {
            name: _made(Environment, _table(name, each, where), f"{where} {name}") for name, each in named
        }
    return tuple(value) if isinstance(value, list) else value


def _of_kind(word: str, value: Any, where: str) -> Any:
    """Read `"link-header"`, or `{ kind = "cursor", at = "next" }`."""
    table = {"kind": value} if isinstance(value, str) else _table(word, value, where)
    kinds = _KINDS[word]
    kind = str(table.get("kind", ""))
    if kind not in kinds:
        raise ConnectError(
            f"{where} {word} has no kind {kind!r}.{nearest(kind, kinds)}",
            remedy=f"Kinds: {', '.join(kinds)}.",
        )
    return _made(
        kinds[kind], {name: each for name, each in table.items() if name != "kind"}, f"{where} {word}"
    )


def _made(kind: type, words: Mapping[str, Any], where: str) -> Any:
    assert is_dataclass(kind)
    known = {each.name: each for each in fields(kind)}
    for word in words:
        if word not in known:
            raise ConnectError(
                f"{where} has a word that means nothing: {word!r}.{nearest(word, known)}",
                remedy=f"Known: {', '.join(known) or 'none'}.",
            )
    missing = [
        name for name, each in known.items()
        if name not in words and each.default is MISSING and each.default_factory is MISSING
    ]  # fmt: skip
    if missing:
        raise ConnectError(f"{where} needs {', '.join(map(repr, missing))}.", remedy="Add it to intkit.toml.")
    return kind(**{word: _value(word, value, where) for word, value in words.items()})


def _table(word: str, value: Any, where: str) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    raise ConnectError(
        f"{where} {word} is {shorten(value)}, not a table.", remedy=f"Write it like {word} = {{ … }}."
    )


def _is_default(each: Any, value: Any) -> bool:
    default = each.default_factory() if each.default_factory is not MISSING else each.default
    return bool(value == default)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(_toml, value))}]"
    if is_dataclass(value):
        kept = {each.name: getattr(value, each.name) for each in fields(value)
                if not _is_default(each, getattr(value, each.name))}  # fmt: skip
        kind = next(
            (name for kinds in _KINDS.values() for name, each in kinds.items() if each is type(value)), ""
        )
        return _toml(({"kind": kind} if kind else {}) | kept)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {_toml(each)}" for name, each in value.items()) + " }"
    raise ConnectError(
        f"{type(value).__name__} is your own and cannot stand in intkit.toml.",
        remedy="Give it in the call: connect(…, auth=…, paging=…).",
    )


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else json.dumps(name)
