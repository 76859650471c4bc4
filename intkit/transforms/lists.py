"""Lists. A list without elements gives null where one element is asked for."""

from collections.abc import Hashable
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


def first(value: list[T]) -> T | None:
    """Return the first element; null where there is none.

    >>> first(["a", "b"])
    'a'
    """
    return value[0] if value else None


def join(value: list[str], separator: str = ", ") -> str:
    """Write a list of texts as one text.

    >>> join(["red", "blue"], ";")
    'red;blue'
    """
    return separator.join(value)


def total(value: list[int] | list[Decimal]) -> Decimal:
    """Add numbers up, exactly; nothing adds up to 0.

    >>> total([Decimal("0.10"), Decimal("0.20")])
    Decimal('0.30')
    """
    return sum((Decimal(each) for each in value), Decimal(0))


def unique(value: list[H]) -> list[H]:
    """Return each element once, in the order of first appearance.

    >>> unique(["NL", "BE", "NL"])
    ['NL', 'BE']
    """
    return list(dict.fromkeys(value))
