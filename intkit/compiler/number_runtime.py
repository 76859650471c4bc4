"""What a compiled mapping reads decimal numbers of its source with: they are exact, and text is none."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

# into a plain Decimal msgspec reads text, too; a type that it does not know it leaves to `read_number`
if TYPE_CHECKING:
    JsonNumber: TypeAlias = Decimal
else:

    class _NumberType(type):
        __instancecheck__ = Decimal.__instancecheck__  # every Decimal is a JsonNumber

    JsonNumber = _NumberType("Decimal", (), {})


def read_number(kind: type, value: Any) -> Any:
    """Return a number as the exact decimal that was written; text that spells one, and NaN, are no numbers."""
    if (type(value) is Decimal and value.is_finite()) or kind is not JsonNumber:
        return value
    if type(value) in (int, float) and (number := Decimal(repr(value))).is_finite():
        return number
    raise ValueError("expected a decimal number")


def as_source(value: Any, kind: Any) -> Any:
    """Return a value as a type of the source; one of another type is a `msgspec.ValidationError`."""
    return msgspec.convert(value, kind, dec_hook=read_number)
