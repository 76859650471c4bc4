"""What reaches a practice vendor and what it answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec


@dataclass
class Call:
    """One request, read whole.

    Attributes:
        base: scheme and host as the client sees them, `https://api.stripe.com` behind the wire route.
        params: what the path's holes held.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    base: str
    params: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return the whole address."""
        return f"{self.base}{self.path}" + (f"?{self.query}" if self.query else "")

    @property
    def arguments(self) -> dict[str, str]:
        """Return the query; of a repeated name the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def bearer(self) -> str:
        """Return the bearer token; nothing where there is none."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def form(self) -> dict[str, Any]:
        """Return a form-encoded body (or, without one, the query) with brackets unfolded."""
        text = self.body.decode(errors="replace") if self.body else self.query
        return unfold(parse_qsl(text, keep_blank_values=True))

    def json(self, shape: Any = Any) -> Any:
        """Return the JSON body; None where there is none.

        Args:
            shape: the type that it must have; of a TypedDict the other keys are left out.

        Raises:
            ValueError: the body is not JSON, or not of that shape; the text says where.
        """
        return msgspec.json.decode(self.body, type=shape) if self.body else None


@dataclass
class Answer:
    """One response; a body of bytes goes out as it is, any other as JSON."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818 - the vendor's no, raised by an endpoint
    """The vendor says no: an answer that ends the call."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.answer = Answer(body, status, headers or {})


def unfold(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return form fields with bracketed names as nested objects: `metadata[a]=1`, `items[0][id]=y`.

    A list comes out as a list whether its indexes were written or not.
    """
    root: dict[str, Any] = {}
    for name, value in pairs:
        steps = [name.split("[", 1)[0], *re.findall(r"\[([^\]]*)\]", name)]
        place = root
        for step in steps[:-1]:
            place = place.setdefault(step or str(len(place)), {})
            if not isinstance(place, dict):
                break
        else:
            place[steps[-1] or str(len(place))] = value
    return {name: _listed(value) for name, value in root.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(each) for name, each in value.items()}
    return list(inner.values()) if inner and all(name.isdigit() for name in inner) else inner
