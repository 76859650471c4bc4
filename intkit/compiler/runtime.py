"""What rules need beside Python: nulls, exact numbers, rejects; copied into the compiled mappings that use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NoReturn, TypeVar, cast

from intkit.compiler.misfits import type_words

AnyValue = TypeVar("AnyValue")


def required(value: AnyValue | None) -> AnyValue:
    """Return the value; a null fails."""
    if value is None:
        raise ValueError("expected a value")
    return value


def all_present(values: Iterable[AnyValue | None]) -> list[AnyValue]:
    """Return the values as a list; a null among them fails."""
    return [required(value) for value in values]


def all_or_none(values: Sequence[AnyValue | None]) -> list[AnyValue] | None:
    """Return the values as a list, or None where one of them is null."""
    there = [value for value in values if value is not None]
    return there if len(there) == len(values) else None


def at(values: Sequence[AnyValue], index: int) -> AnyValue | None:
    """Return one element, or None where there is none."""
    return values[index] if -len(values) <= index < len(values) else None


def null_if(value: AnyValue | None, *words: object) -> AnyValue | None:
    """Return None for the source's words for nothing; False is told from 0."""
    nothing = any(value is word or (value == word and type(value) is type(word)) for word in words)
    return None if nothing else value


def null_if_false(value: AnyValue | bool | None) -> AnyValue | None:
    """Return None for False, the source's word for nothing where it has no booleans; True fails."""
    if value is True:
        raise ValueError("expected a value or false")
    return None if isinstance(value, bool) else value


def null_if_text(value: AnyValue | str | None, *words: str) -> AnyValue | None:
    """Return None for the source's words for nothing where it has no other text; other text fails."""
    if isinstance(value, str) and value not in words:
        raise ValueError(f"expected no text but {', '.join(map(repr, words))}")
    return None if isinstance(value, str) else value


def null_if_word(value: AnyValue | bool | str | None, *words: str) -> AnyValue | None:
    """Return None for False and words, where the source has neither booleans nor text; all others fail."""
    if value is True or (isinstance(value, str) and value not in words):
        raise ValueError("expected no text and no boolean but the words for nothing")
    return None if isinstance(value, bool | str) else value


def divide(value: Decimal | int, by: Decimal | int) -> Decimal:
    """Return the quotient as an exact decimal; nothing is divided by zero."""
    if by == 0:
        raise ValueError("expected a number to divide by that is not zero")
    return Decimal(value) / by


def exact(value: AnyValue | float) -> AnyValue | Decimal:
    """Return a number as the exact decimal that was written, and all else as it is."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(repr(value)) if number else cast("AnyValue", value)


def expect(value: object, kind: type[AnyValue]) -> AnyValue:
    """Return a value of a mixed list as the type that a rule needs; another fails."""
    if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        raise ValueError(f"expected {type_words(kind)}")
    return value


def reject(reason: str) -> NoReturn:
    """Fail on purpose."""
    raise ValueError(reason)


def refuse(value: object, reason: str) -> NoReturn:  # noqa: ARG001 - an explanation tells the value
    """Reject a value that breaks a condition of its target."""
    raise ValueError(reason)
