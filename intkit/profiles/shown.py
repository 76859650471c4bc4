"""How a field is shown to people: one row of cells, its examples safe to be seen by others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from intkit.errors import shorten
from intkit.redaction import blank
from intkit.tables import Bar, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from intkit.profiles.fields import Field
    from intkit.profiles.roles import Role

_SHOWN_EXAMPLES = 3
COLUMNS = ["path", "present", "null", "empty", "types", "format", "roles", "distinct", "examples"]

_SHORT = 30


class About(int):
    """A number that is shown with `≈` where it is an estimate."""

    exact: bool

    def __new__(cls, number: int, exact: bool) -> Self:
        """Make the number."""
        made = super().__new__(cls, number)
        made.exact = exact
        return made

    def __str__(self) -> str:
        return int.__str__(self) if self.exact else f"≈{int.__str__(self)}"


def row_of(field: Field, roles: Sequence[Role]) -> list[object]:
    """Return the cells of a field's row."""
    return [
        field.path or "(record)",
        Bar(field.count / field.parents) if field.parents else None,
        percent(field.nulls / field.count) if field.nulls else None,
        percent(sum(field.empties.values()) / field.count) if field.empties else None,
        types_of(field),
        format_of(field),
        ", ".join(role.name for role in roles),
        About(field.distinct, field.exact) if field.distinct else None,
        ", ".join(examples_of(field, roles)[:_SHOWN_EXAMPLES]),
    ]


def types_of(field: Field) -> str:
    """Return the types, with their counts where there are several, and how long lists are."""
    words = [f"{word} {count}" if len(field.types) > 1 else word for word, count in field.types.items()]
    longest = f" (≤ {field.longest})" if field.longest else ""
    return (", ".join(words) or "only null") + longest


def format_of(field: Field) -> str:
    """Return the format, with its share where not all values have it."""
    found = field.evidence
    if found is None:
        return ""
    share = "" if found.share == 1 else f" {percent(found.share)}"
    return " ".join(filter(None, [f"{found.name}{share}", found.detail]))


def examples_of(field: Field, roles: Iterable[Role]) -> list[str]:
    """Return a few values: secrets blanked, and of what is personal only its shape."""
    personal = any(role.name == "personal" for role in roles)
    return list(dict.fromkeys(safe_text(value, personal) for value in field.examples))


def safe_text(value: Any, personal: bool) -> str:
    """Return the `repr` of a value that others may see, short."""
    if personal:
        value = "".join(map(_shape, str(value)))
    return shorten(blank(value) if isinstance(value, str) else value, _SHORT)


def _shape(letter: str) -> str:
    if letter.isdigit():
        return "0"
    return ("X" if letter.isupper() else "x") if letter.isalpha() else letter
