"""An OpenAPI description, read into a connection and the lists that it offers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from intkit.clients.auth import Auth, Basic, Bearer, HeaderKey, NoAuth, QueryKey
from intkit.clients.connection import Connection
from intkit.clients.curl import stem_of
from intkit.clients.oauth import ClientCredentials
from intkit.clients.paging import Cursor, HasMore, Offset, PageNumber, Paginator
from intkit.clients.sign_in import AuthorizationCode
from intkit.errors import ConnectError
from intkit.files import read_text
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CURSORS = {"cursor": "next_cursor", "page_token": "next_page_token"}
_SIZES = ("limit", "per_page", "page_size", "pageSize", "count", "size")
_DEEPEST = 3


@dataclass(frozen=True)
class ListCall:
    """A list that an API offers.

    Attributes:
        path: with `{…}` where ids belong.
        at: where the records stand in an answer; empty where the description does not say.
        params: the names of its query parameters.
        summary: what the description says it is.
    """

    path: str
    at: str
    params: tuple[str, ...]
    summary: str


@dataclass(frozen=True)
class Description:
    """What an OpenAPI file says.

    Attributes:
        title: the API's name.
        connection: address, authentication and paging, with references where secrets belong.
        lists: the lists that it offers, those without ids in their path first.
    """

    title: str
    connection: Connection
    lists: tuple[ListCall, ...]

    def table(self) -> Table:
        """Return the lists as a table."""
        rows = [(each.path, each.at or "?", each.summary, ", ".join(each.params)) for each in self.lists]
        return Table(["path", "records at", "what", "parameters"], rows, title=f"{self.title}: lists")

    def _repr_html_(self) -> str:
        return self.table().html()


def read_openapi(path: Path) -> Description:
    """Return what an OpenAPI 3 file says, JSON or YAML.

    Raises:
        ConnectError: it is no OpenAPI 3 file, or names no address.
        ProjectError: there is no such file.
    """
    spec = _load(path)
    if not str(spec.get("openapi", "")).startswith("3"):
        raise ConnectError(
            f"{path} is no OpenAPI 3 description.",
            f"It has {', '.join(map(repr, list(spec)[:6])) or 'nothing'} at its top.",
            remedy="Look for `openapi: 3…` in the first lines; Swagger 2 has to be converted.",
        )
    base_url = _base_url(spec, path)
    lists = sorted(_lists(spec), key=lambda each: ("{" in each.path, each.path))
    name = stem_of(urlsplit(base_url).hostname or "api")
    connection = Connection(
        name=name.lower(),
        base_url=base_url,
        auth=_auth(spec, name),
        paging=_paging(lists),
        docs=str((spec.get("externalDocs") or {}).get("url", "")),
    )
    return Description(str((spec.get("info") or {}).get("title", name)), connection, tuple(lists))


def _load(path: Path) -> dict[str, Any]:
    text = read_text(path)
    try:
        loaded = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
    except ValueError as error:
        raise ConnectError(
            f"{path} cannot be read: {error}.", remedy="Give the whole file, JSON or YAML."
        ) from None
    if not isinstance(loaded, dict):
        raise ConnectError(f"{path} holds no description.", remedy="Give an OpenAPI 3 file.")
    return loaded


def _yaml(text: str) -> Any:
    """Read YAML as text only: real descriptions hold dates that no calendar knows."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="base", pure=True).load(text)
    except YAMLError as error:
        raise ValueError(str(error).splitlines()[0]) from None


def _base_url(spec: dict[str, Any], path: Path) -> str:
    servers = spec.get("servers") or [{}]
    url = str(servers[0].get("url", ""))
    for name, variable in (servers[0].get("variables") or {}).items():
        default = str(variable.get("default", ""))
        url = url.replace(f"{{{name}}}", default or f"{{{name}}}")
    if not urlsplit(url).hostname:
        raise ConnectError(
            f"{path} names no address (servers: {url!r}).",
            remedy="Add it to the file, `servers: [{url: https://…}]`; it stands in the API's documentation.",
        )
    return url.rstrip("/")


def _auth(spec: dict[str, Any], name: str) -> Auth:
    """Return a way to authenticate that the kit knows: a bearer, else the first that is asked for everywhere."""
    schemes = (spec.get("components") or {}).get("securitySchemes") or {}
    asked = [each for choice in spec.get("security") or [] for each in choice]
    found = [_scheme(_resolve(spec, schemes.get(each) or {}), name) for each in [*asked, *schemes]]
    known = [each for each in found if each is not None]
    return next((each for each in known if isinstance(each, Bearer)), known[0] if known else NoAuth())


def _scheme(scheme: dict[str, Any], name: str) -> Auth | None:
    key, kind = f"env:{name}_KEY", str(scheme.get("type", ""))
    word = str(scheme.get("scheme", "")).lower()
    if kind == "http" and word in ("bearer", "basic"):
        return Bearer(key) if word == "bearer" else Basic(key, user=f"env:{name}_USER")
    if kind == "apiKey" and scheme.get("in") in ("header", "query"):
        asked = str(scheme.get("name"))
        return HeaderKey(key, header=asked) if scheme["in"] == "header" else QueryKey(key, param=asked)
    return _oauth(scheme.get("flows") or {}, name) if kind == "oauth2" else None


def _oauth(flows: dict[str, Any], name: str) -> Auth | None:
    client: dict[str, Any] = {
        "client_id": f"env:{name}_CLIENT_ID",
        "client_secret": f"env:{name}_CLIENT_SECRET",
    }
    if flow := flows.get("clientCredentials"):
        return ClientCredentials(token_url=str(flow.get("tokenUrl")), scope=_scopes(flow), **client)
    if flow := flows.get("authorizationCode"):
        return AuthorizationCode(
            token_url=str(flow.get("tokenUrl")),
            authorize_url=str(flow.get("authorizationUrl")),
            refresh_token=f"file:secrets/{name.lower()}_token",
            scope=_scopes(flow),
            **client,
        )
    return None


def _scopes(flow: dict[str, Any]) -> str:
    return " ".join(flow.get("scopes") or {})


def _lists(spec: dict[str, Any]) -> Iterator[ListCall]:
    for path, operations in (spec.get("paths") or {}).items():
        operation = operations.get("get") if isinstance(operations, dict) else None
        if not isinstance(operation, dict):
            continue
        at = _list_in(spec, _answer(spec, operation), 0)
        if at is not None:
            given = [*(operations.get("parameters") or []), *(operation.get("parameters") or [])]
            params = [_resolve(spec, each) for each in given]
            names = tuple(str(each.get("name")) for each in params if each.get("in") == "query")
            summary = str(operation.get("summary") or operation.get("operationId") or "")
            yield ListCall(str(path), at, names, " ".join(summary.split()))


def _answer(spec: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the usual answer."""
    responses = operation.get("responses") or {}
    response = _resolve(spec, responses.get("200") or responses.get(200) or {})
    for kind, content in (response.get("content") or {}).items():
        if "json" in str(kind):
            return _resolve(spec, (content or {}).get("schema") or {})
    return {}


def _list_in(spec: dict[str, Any], schema: dict[str, Any], depth: int) -> str | None:
    """Return the path of the only list of objects in an answer, None where there is none or several."""
    if schema.get("type") == "array":
        return "[]" if depth == 0 else ""
    if depth >= _DEEPEST:
        return None
    merged = dict(schema.get("properties") or {})
    for part in schema.get("allOf") or []:
        merged |= _resolve(spec, part).get("properties") or {}
    found = []
    for name, inner in merged.items():
        below = _list_in(spec, _resolve(spec, inner), depth + 1) if "link" not in name else None
        if below is not None:
            found.append(f"{name}.{below}" if below else name)
    return (
        found[0]
        if len(found) == 1
        else next((each for each in found if each in ("data", "items", "results")), None)
    )


def _paging(lists: list[ListCall]) -> Paginator | None:
    """Return how lists page, as their parameters tell; None where they do not, and the first answer will."""
    names = {name for each in lists for name in each.params}
    size = next((name for name in _SIZES if name in names), "")
    sized: dict[str, Any] = {"size_param": size} if size else {}
    if "starting_after" in names:
        return HasMore(param="starting_after", **sized)
    if cursor := next((name for name in _CURSORS if name in names), ""):
        return Cursor(at=_CURSORS[cursor], param=cursor, **sized)
    if {"page", "per_page"} <= names:
        return PageNumber(size=100, size_param="per_page")
    return Offset(size=100, **sized) if "offset" in names and size else None


def _resolve(spec: dict[str, Any], part: Any) -> dict[str, Any]:
    """Follow a `$ref` within the file."""
    for _ in range(10):
        if not isinstance(part, dict):
            return {}
        reference = part.get("$ref")
        if not isinstance(reference, str):
            return part
        part = spec
        for step in re.split("/", reference.removeprefix("#/")):
            name = step.replace("~1", "/").replace("~0", "~")
            part = part.get(name) if isinstance(part, dict) else None
    return {}
