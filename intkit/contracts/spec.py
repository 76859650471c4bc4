"""An OpenAPI document: survived where it is broken, with every fault named."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

from intkit.errors import ContractError, nearest, shorten
from intkit.files import read_text

if TYPE_CHECKING:
    from pathlib import Path

_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")


@dataclass
class Spec:
    """An OpenAPI 3 document.

    Attributes:
        document: as it was read.
        faults: what is wrong with the document itself; found while it is used, so the list grows.
    """

    document: dict[str, Any]
    faults: list[str] = field(default_factory=list)

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]]:
        """Return the template and the operation that a request belongs to.

        Args:
            method: `GET`.
            path: of a request, `/v1/charges/ch_1`, or of the document, `/v1/charges/{charge}`.

        Raises:
            ContractError: the document has none; the nearest path is named.
        """
        paths = self.document.get("paths") or {}
        # a path without a hole is closer than one with: /charges/search before /charges/{id}
        for template in sorted(paths, key=lambda each: (each != path, each.count("{"), each)):
            found = paths[template]
            if _fits(template, path) and isinstance(found, dict) and method.lower() in found:
                return template, self.resolve(found[method.lower()])
        raise ContractError(
            f"The spec has no operation {method.upper()} {path}.{nearest(path, paths)}",
            f"It has {sum(len(_METHODS & each.keys()) for each in paths.values() if isinstance(each, dict))}.",
            remedy="Give the path as the spec spells it.",
        )

    def statuses(self, method: str, path: str) -> set[str]:
        """Return the response statuses that an operation documents: `200`, `4XX`, `default`."""
        return {str(status) for status in self.operation(method, path)[1].get("responses") or {}}

    def response(self, method: str, path: str, status: str = "200") -> dict[str, Any]:
        """Return the schema of an operation's JSON answer; empty where the document gives none."""
        template, operation = self.operation(method, path)
        responses = {str(key): value for key, value in (operation.get("responses") or {}).items()}
        found = next(
            (responses[each] for each in (status, f"{status[0]}XX", "default") if each in responses), None
        )
        content = self.resolve(found or {}).get("content") or {}
        media = next((value for name, value in content.items() if "json" in name), None)
        if not isinstance(media, dict) or "schema" not in media:
            self.fault(f"{method.upper()} {template} gives no JSON schema for status {status}")
            return {}
        return self.resolve(media["schema"])

    def resolve(self, value: Any) -> dict[str, Any]:
        """Return what a `$ref` leads to, or the value itself; a dangling one is a fault and leads to nothing."""
        seen: list[str] = []
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            reference = value["$ref"]
            if reference in seen:
                self.fault(f"{reference!r} refers to itself")
                return {}
            seen.append(reference)
            value = self._follow(reference)
        return value if isinstance(value, dict) else {}

    def fault(self, what: str) -> None:
        """Note what is wrong with the document, once."""
        if what not in self.faults:
            self.faults.append(what)

    def _follow(self, reference: str) -> Any:
        place: Any = self.document
        if not reference.startswith("#"):
            self.fault(f"{reference!r} refers to another file, which is not read")
            return {}
        for part in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(place, dict) or key not in place:
                self.fault(f"{reference!r} leads nowhere")
                return {}
            place = place[key]
        return place


def read_spec(path: Path) -> Spec:
    """Return the OpenAPI document in a YAML or JSON file.

    Dates stay text: specs hold impossible ones, which must not cost the whole document; they are named as faults.

    Raises:
        ProjectError: there is no such file, or it is not text.
        ContractError: it is neither YAML nor JSON, or no OpenAPI 3 document.
    """
    text = read_text(path)
    faults: list[str] = []
    try:
        document = json.loads(text) if text.lstrip()[:1] == "{" else yaml.load(text, _loader(faults))  # noqa: S506
    except (json.JSONDecodeError, yaml.YAMLError) as error:
        raise ContractError(
            f"{path} is neither YAML nor JSON: {shorten(str(error).splitlines()[0])}.",
            remedy="Fetch it again.",
        ) from None
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise ContractError(
            f"{path} is no OpenAPI 3 document.", remedy="Its first line should read openapi: 3.x."
        )
    return Spec(document, faults)


def _loader(faults: list[str]) -> type[yaml.SafeLoader]:
    """Return a safe loader that keeps dates as text and notes those that no calendar has."""

    class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    def keep(loader: Any, node: Any) -> str:
        text = str(loader.construct_scalar(node))
        found = _DATE.match(text)
        try:
            date(*map(int, found.groups())) if found else None
        except ValueError:
            faults.append(f"{text!r} in line {node.start_mark.line + 1} is no day of any calendar")
        return text

    _Loader.add_constructor("tag:yaml.org,2002:timestamp", keep)
    return _Loader


def _fits(template: str, path: str) -> bool:
    pattern = re.sub(r"\\\{[^/]+?\\\}", r"[^/]+", re.escape(template))
    return template == path or re.fullmatch(pattern, path) is not None
