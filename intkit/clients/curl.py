"""A curl line from an API's documentation, read into a connection and its first call."""

from __future__ import annotations

import json
import re
import shlex
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from intkit.clients.auth import Auth, Basic, Bearer, HeaderKey, NoAuth, QueryKey
from intkit.clients.connection import SECRET_HEADER, Connection
from intkit.errors import ConnectError, nearest, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

_WITH_VALUE = {
    "-X": "method", "--request": "method", "-H": "header", "--header": "header", "-u": "user", "--user": "user",
    "-d": "data", "--data": "data", "--data-raw": "data", "--data-binary": "data", "--data-ascii": "data",
    "--data-urlencode": "data", "--json": "json", "--url": "url", "-A": "agent", "--user-agent": "agent",
    "-b": "cookie", "--cookie": "cookie", "-o": "", "--output": "", "-e": "", "--referer": "", "-m": "",
    "--max-time": "", "--connect-timeout": "", "--retry": "", "-w": "", "--write-out": "",
}  # fmt: skip
_ALONE = {
    "-G": "get", "--get": "get", "-I": "head", "--head": "head", "-s": "", "--silent": "", "-S": "", "-v": "",
    "--show-error": "", "--verbose": "", "-L": "", "--location": "", "-i": "", "--include": "", "--compressed": "",
    "-f": "", "--fail": "", "-g": "", "--globoff": "", "--http1.1": "", "--http2": "", "-k": "", "--insecure": "",
}  # fmt: skip

_SECRET_PARAM = re.compile(r"(api|access|app)?[-_]?(key|token)|hapikey|secret", re.IGNORECASE)
_LEFT_OUT = {"accept", "content-type", "user-agent", "cookie", "accept-encoding", "content-length", "host"}


@dataclass(frozen=True)
class FirstCall:
    """What a curl line does, with references where its secrets stood.

    Attributes:
        method: GET, POST …
        base_url: scheme and host.
        path: with its leading slash.
        params: the query.
        headers: the vendor's own headers.
        auth: how the request proves who sends it.
        json: a JSON body; None without.
        form: a form; empty without.
        secrets: names of the variables that the references stand for.
    """

    method: str
    base_url: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    auth: Auth = field(default_factory=NoAuth)
    json: Any = None
    form: dict[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    def code(self, vendor: Connection | None = None, places: Mapping[str, str] | None = None) -> str:
        """Return Python that makes the call with the kit.

        Args:
            vendor: the vendor, where the kit knows this host; its key is looked for where the vendor's file says.
            places: what the vendor's base URL leaves open.
        """
        name = _variable(vendor.name if vendor else urlsplit(self.base_url).hostname or "api")
        target = repr(vendor.name if vendor else self.base_url)
        words = [] if vendor else [f"    {word}={value}," for word, value in self._described()]
        target += "".join(f", {place}={value!r}" for place, value in (places or {}).items())
        connect = (
            [f"{name} = intkit.connect(", f"    {target},", *words, ")"]
            if words
            else [f"{name} = intkit.connect({target})"]
        )
        secrets = [each.partition(":")[2] for each in vendor.references()] if vendor else self.secrets
        keys = [f"# set {', '.join(secrets)} in the environment or in .env"] if secrets else []
        graphql = vendor.graphql if vendor else ""
        return "\n".join(["import intkit", "", *keys, *connect, self._call(name, graphql)]) + "\n"

    def _described(self) -> list[tuple[str, str]]:
        auth = [("auth", f"intkit.{self.auth!r}")] if not isinstance(self.auth, NoAuth) else []
        return auth + ([("headers", repr(self.headers))] if self.headers else [])

    def _call(self, name: str, graphql: str) -> str:
        if self.path == graphql and isinstance(self.json, dict) and "query" in self.json:
            asked = [self.json["query"], *filter(None, [self.json.get("variables")])]
            return f"answer = {name}.query({', '.join(map(repr, asked))})"
        words = [("params", self.params or None), ("json", self.json), ("data", self.form or None)]
        options = "".join(f", {word}={value!r}" for word, value in words if value is not None)
        if self.method == "GET":
            return f"records = {name}.records({self.path!r}{options})"
        return f"response = {name}.request({self.method!r}, {self.path!r}{options})"


def read_curl(line: str) -> FirstCall:
    """Return what a curl line does; its secrets are replaced by references and not kept.

    Raises:
        ConnectError: it is no curl line, an option is unknown, or it names no address.
    """
    parts = _parts(line)
    address = urlsplit(parts.url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ConnectError(
            "The line names no address.", remedy="It should hold one like https://api.example.com/v1/orders."
        )
    stem = stem_of(address.hostname)
    params = dict(parse_qsl(address.query, keep_blank_values=True))
    body, form = _body(parts)
    if parts.get:
        params, body, form = {**params, **form}, None, {}
    auth, secrets, headers, params = _auth(parts, stem, params)
    posted = "POST" if body is not None or form else "GET"
    return FirstCall(
        method=(parts.method or ("HEAD" if parts.head else posted)).upper(),
        base_url=f"{address.scheme}://{address.netloc.rpartition('@')[2]}",
        path=address.path or "/",
        params=params,
        headers=headers,
        auth=auth,
        json=body,
        form=form,
        secrets=secrets,
    )


@dataclass
class _Parts:
    """A curl line's words, sorted."""

    url: str = ""
    method: str = ""
    user: str = ""
    get: bool = False
    head: bool = False
    json: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)


def _parts(line: str) -> _Parts:
    try:
        words = shlex.split(re.sub(r"\\\s*\n", " ", line.strip()))
    except ValueError as error:
        raise ConnectError(
            f"The line cannot be read: {error}.", remedy="Copy it whole, quotes included."
        ) from None
    if not words or words[0] != "curl":
        raise ConnectError(
            "This is no curl line.",
            remedy="Paste it as it stands in the documentation, beginning with `curl`.",
        )
    parts = _Parts()
    rest = iter(words[1:])
    for word in rest:
        if word in _ALONE:
            _take(parts, _ALONE[word], "1")
        elif not word.startswith("-"):
            parts.url = parts.url or word
        else:
            _take(parts, *_option(word, rest))
    return parts


def _option(word: str, rest: Any) -> tuple[str, str]:
    """Return what an option means and its value, `-XPOST` and `--request=POST` included."""
    name, equals, value = word.partition("=")
    if word.startswith("--") and equals and name in _WITH_VALUE:
        return _WITH_VALUE[name], value
    if word in _WITH_VALUE:
        return _WITH_VALUE[word], next(rest, "")
    if word[:2] in _WITH_VALUE and not word.startswith("--"):
        return _WITH_VALUE[word[:2]], word[2:]
    if not word.startswith("--") and all(f"-{letter}" in _ALONE for letter in word[1:]):
        return "", ""
    raise ConnectError(
        f"The option {shorten(word)} is not understood.{nearest(word, [*_WITH_VALUE, *_ALONE])}",
        remedy="Leave it out; address, method, headers, user and data are what counts.",
    )


def _take(parts: _Parts, meaning: str, value: str) -> None:
    if meaning == "header":
        name, _, text = value.partition(":")
        parts.headers[name.strip()] = text.strip()
    elif meaning in ("data", "json"):
        parts.data.append(value)
        parts.json = parts.json or meaning == "json"
    elif meaning in ("get", "head"):
        setattr(parts, meaning, True)
    elif meaning in ("url", "method", "user"):
        setattr(parts, meaning, value)


def _body(parts: _Parts) -> tuple[Any, dict[str, str]]:
    """Return a JSON body, or a form."""
    text = "&".join(parts.data)
    if not text:
        return None, {}
    kind = next((value for name, value in parts.headers.items() if name.lower() == "content-type"), "")
    if parts.json or "json" in kind or text.lstrip().startswith(("{", "[")):
        try:
            return json.loads(text), {}
        except ValueError:
            raise ConnectError(
                "The line's data is no JSON.",
                f"It begins: {shorten(text, 40)}",
                remedy="Fill in its placeholders first.",
            ) from None
    return None, dict(parse_qsl(text, keep_blank_values=True))


def _auth(
    parts: _Parts, stem: str, params: dict[str, str]
) -> tuple[Auth, tuple[str, ...], dict[str, str], dict[str, str]]:
    """Return how the line authenticates, the secrets' names, and what is left of headers and query."""
    headers = {name: value for name, value in parts.headers.items() if name.lower() not in _LEFT_OUT}
    key = f"{stem}_KEY"
    auth: Auth = NoAuth()
    if parts.user:
        user, _, password = parts.user.partition(":")
        auth = Basic(f"env:{key}", user=user) if password else Basic(f"env:{key}", key_is_user=True)
    for name in list(headers):
        if name.lower() == "authorization":
            auth = _authorization(headers.pop(name), key)
        elif SECRET_HEADER.search(name):
            auth = HeaderKey(f"env:{key}", header=name)
            del headers[name]
    for name in [each for each in params if _SECRET_PARAM.fullmatch(each)]:
        auth = QueryKey(f"env:{key}", param=name)
        del params[name]
    return auth, tuple(reference.partition(":")[2] for reference in auth.references()), headers, params


def _authorization(value: str, key: str) -> Auth:
    word, _, rest = value.partition(" ")
    if word.lower() != "basic":
        return Bearer(f"env:{key}", word=word) if rest else HeaderKey(f"env:{key}", header="Authorization")
    try:
        user = b64decode(rest).decode().partition(":")[0]
    except (NotBase64, UnicodeDecodeError):
        user = ""
    return Basic(f"env:{key}", user=user)


def stem_of(host: str) -> str:
    """Return the company's part of a host: STRIPE for api.stripe.com."""
    labels = [label for label in host.split(".") if label not in ("api", "www", "rest")]
    return re.sub(r"\W", "_", labels[-2] if len(labels) > 1 else labels[0]).upper()


def _variable(text: str) -> str:
    name = stem_of(text).lower() if "." in text else text
    return re.sub(r"\W", "_", name)
