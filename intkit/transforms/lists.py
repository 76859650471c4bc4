"""Lists. A list without elements gives null where one element is asked for."""

from collections.abc import Hashable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)
S = TypeVar("S", int, str, Decimal, date, datetime)


def first(value: Sequence[T]) -> T | None:
    """Return the first element; null where there is none.

    >>> first(["a", "b"])
    'a'
    """
    return value[0] if value else None


def last(value: Sequence[T]) -> T | None:
    """Return the last element; null where there is none.

    >>> last(["a", "b"])
    'b'
    """
    return value[-1] if value else None


def only(value: Sequence[T]) -> T:
    """Return the one element of a list that must have one.

    >>> only(["a"])
    'a'
    >>> only(["a", "b"])
    Traceback (most recent call last):
    ValueError: expected exactly one element
    """
    if len(value) != 1:
        raise ValueError("expected exactly one element")
    return value[0]


def count(value: Sequence[T]) -> int:
    """Return how many elements a list has.

    >>> count(["a", "b"])
    2
    """
    return len(value)


def total(value: Sequence[int] | Sequence[Decimal]) -> Decimal:
    """Add numbers up, exactly; nothing adds up to 0.

    >>> total([Decimal("0.10"), Decimal("0.20")])
    Decimal('0.30')
    """
    return sum((Decimal(each) for each in value), Decimal(0))


def sort(value: Sequence[S]) -> list[S]:
    """Put the elements in order, the smallest first.

    >>> sort([3, 1, 2])
    [1, 2, 3]
    """
    return sorted(value)


def unique(value: Sequence[H]) -> list[H]:
    """Return each element once, in the order of first appearance.

    >>> unique(["NL", "BE", "NL"])
    ['NL', 'BE']
    """
    return list(dict.fromkeys(value))


def flatten(value: Sequence[Sequence[T]]) -> list[T]:
    """Make one list of a list of lists.

    >>> flatten([["a"], [], ["b", "c"]])
    ['a', 'b', 'c']
    """
    return [element for part in value for element in part]


def group(value: Sequence[T], keys: Sequence[Hashable]) -> list[list[T]]:
    """Put the elements of each key into a list of their own, in order; there is a key for each element.

    >>> group(["pen", "ink", "cap"], ["A", "B", "A"])
    [['pen', 'cap'], ['ink']]
    >>> group(["pen", "ink"], ["A"])
    Traceback (most recent call last):
    ValueError: expected as many keys as elements
    """
    if len(value) != len(keys):
        raise ValueError("expected as many keys as elements")
    groups: dict[Hashable, list[T]] = {}
    for element, key in zip(value, keys, strict=True):
        groups.setdefault(key, []).append(element)
    return list(groups.values())
