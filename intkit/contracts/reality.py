"""A spec against what was recorded: what it does not say, and what it says that is not so."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from intkit.contracts.overlay import Overlay
from intkit.contracts.schema import Shape, shape_of
from intkit.errors import ContractError, shorten
from intkit.paths import format_path
from intkit.profiles import profile
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intkit.cassettes.exchange import Exchange
    from intkit.contracts.spec import Spec
    from intkit.profiles import Field, Profile


@dataclass(frozen=True)
class Finding:
    """One place where spec and recording part.

    Attributes:
        kind: `undocumented`, `missing`, `type`, `null`, `values`, `status`, `operation` or `fault`.
        operation: `GET /v1/charges`; empty for a fault of the document.
        path: in the answer, `data[].amount`.
        text: what the spec says and what was recorded.
        seen: what the spec lacks: types, values or statuses.
    """

    kind: str
    operation: str
    path: str
    text: str
    seen: tuple[Any, ...] = ()


@dataclass
class Reality:
    """All findings of one comparison."""

    spec: Spec
    findings: list[Finding] = field(default_factory=list)

    def table(self) -> Table:
        """Return one row a finding."""
        rows = [[each.kind, each.operation, each.path, each.text] for each in self.findings]
        note = "" if rows else "The spec says what was recorded."
        return Table(["finding", "operation", "path", "spec and recording"], rows, note=note, wraps=True)

    def overlay(self) -> dict[str, Any]:
        """Return an OpenAPI Overlay 1.0 document that mends the spec where it parts from the recording."""
        overlay = Overlay(self.spec)
        for finding in self.findings:
            overlay.mend(finding.kind, finding.operation, finding.path, finding.seen)
        return overlay.document()

    def _repr_html_(self) -> str:
        return self.table().html()

    def __str__(self) -> str:
        return self.table().text()


def check_spec(spec: Spec, method: str, path: str, bodies: Profile, status: str = "200") -> Reality:
    """Return where an operation's documented answer and a profile of its recorded answers part.

    Args:
        spec: the document.
        method: `GET`.
        path: of the operation.
        bodies: a profile of whole answers, not of the records in them.
        status: of these answers.

    Raises:
        ContractError: the spec has no such operation.
    """
    template, _ = spec.operation(method, path)
    reality = Reality(spec)
    schema = spec.response(method, path, status)
    if schema:
        reality.findings += _compare(spec, f"{method.upper()} {template}", bodies.root, [schema])
    return reality


def check_exchanges(spec: Spec, exchanges: Iterable[Exchange]) -> Reality:
    """Return where the spec and a recording part, operation by operation, its own faults last."""
    reality = Reality(spec)
    statuses: Counter[tuple[str, str, str]] = Counter()
    answers: dict[tuple[str, str, str], list[Any]] = {}
    for exchange in exchanges:
        method, path = exchange.request.method, _path(spec, exchange.request.url)
        try:
            template, _ = spec.operation(method, path)
        except ContractError:
            statuses[method, path, ""] += 1
            continue
        place = (method, template, str(exchange.response.status))
        statuses[place] += 1
        if (body := _json(exchange.response.body)) is not None:
            answers.setdefault(place, []).append(body)
    reality.findings += [_status(place, count) for place, count in statuses.items() if _is_new(spec, place)]
    for (method, template, status), bodies in answers.items():
        if spec.statuses(method, template) & {status, f"{status[0]}XX", "default"}:
            reality.findings += check_spec(spec, method, template, profile(bodies), status).findings
    reality.findings += [Finding("fault", "", "", fault) for fault in spec.faults]
    return reality


def _compare(spec: Spec, operation: str, found: Field, schemas: list[Any]) -> Iterator[Finding]:
    """Compare one place, and all below it that the spec describes."""
    shape = shape_of(spec, schemas)
    yield from _here(operation, found, shape)
    for key, inner in found.fields.items():
        if key in shape.fields:
            yield from _compare(spec, operation, inner, shape.fields[key])
        elif not shape.is_open:
            types = tuple(inner.types) or ("null",)
            yield Finding("undocumented", operation, inner.path, f"recorded as {', '.join(types)}", types)
    objects = found.types.get("object", 0)
    for key in sorted(shape.required):
        there = found.fields[key].count if key in found.fields else 0
        if objects and there < objects:
            text = f"required, but missing in {objects - there} of {objects}"
            yield Finding("missing", operation, format_path((*found.steps, key)), text)
    if found.element is not None and shape.elements:
        yield from _compare(spec, operation, found.element, shape.elements)


def _here(operation: str, found: Field, shape: Shape) -> Iterator[Finding]:
    whole_numbers = "number" in shape.types
    odd = [
        word for word in found.types if word not in shape.types and not (word == "integer" and whole_numbers)
    ]
    if shape.types and odd:
        told = f"documented as {', '.join(sorted(shape.types))}, recorded as {', '.join(found.types)}"
        yield Finding("type", operation, found.path, told, tuple(odd))
    if found.nulls and shape.types and not shape.nullable:
        yield Finding(
            "null", operation, found.path, f"not nullable, but null in {found.nulls} of {found.count}"
        )
    new = [value for value in found.values if shape.values and value not in shape.values]
    if new:
        told = f"not among the documented values: {', '.join(shorten(value, 30) for value in new[:5])}"
        yield Finding("values", operation, found.path, told, tuple(new))


def _status(place: tuple[str, str, str], count: int) -> Finding:
    method, path, status = place
    if not status:
        return Finding("operation", f"{method} {path}", "", f"recorded {count}×, not documented")
    return Finding(
        "status", f"{method} {path}", "", f"status {status} recorded {count}×, not documented", (status,)
    )


def _is_new(spec: Spec, place: tuple[str, str, str]) -> bool:
    method, path, status = place
    return not status or not spec.statuses(method, path) & {status, f"{status[0]}XX", "default"}


def _path(spec: Spec, url: str) -> str:
    """Return a request's path as the spec counts it: without the path of its server."""
    path = urlsplit(url).path
    servers = spec.document.get("servers") or []
    bases = (
        urlsplit(str(each.get("url", ""))).path.rstrip("/") for each in servers if isinstance(each, dict)
    )
    base = next((each for each in bases if each and path.startswith(f"{each}/")), "")
    return path.removeprefix(base)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
