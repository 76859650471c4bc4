"""Values of any kind: maps, references, yes and no, hashes."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

K = TypeVar("K")
V = TypeVar("V")

# stands for "no default was given": None is a default like any other
REQUIRED: Any = object()

YES = frozenset({"true", "t", "yes", "y", "on", "1", "ja", "j", "oui", "sí", "si", "wahr", "waar"})
NO = frozenset({"false", "f", "no", "n", "off", "0", "nee", "nein", "non", "falsch", "onwaar"})


class HasId(Protocol):
    """A reference that came expanded, as an object."""

    @property
    def id(self) -> str:
        """What a reference that is not expanded would be."""


def lookup(value: K, table: Mapping[K, V], *, default: V = REQUIRED) -> V:
    """Return what a value map says for the value.

    A value that the map lacks fails, unless there is a default for it.

    >>> lookup("paid", {"paid": "settled", "open": "pending"})
    'settled'
    >>> lookup("expired", {"paid": "settled", "open": "pending"})
    Traceback (most recent call last):
    ValueError: expected one of 'paid', 'open'
    >>> lookup("expired", {"paid": "settled"}, default="other")
    'other'
    """
    if value in table:
        return table[value]
    if default is not REQUIRED:
        return default
    known = [repr(key) for key in table]
    more = f" or {len(known) - 8} more" if len(known) > 8 else ""
    raise ValueError(f"expected one of {', '.join(known[:8])}{more}")


def first_of(*values: V | None) -> V | None:
    """Return the first value that is not null; 0 and "" count as values.

    >>> first_of(None, "", "x")
    ''
    """
    return next((value for value in values if value is not None), None)


def default(value: V | None, fallback: V) -> V:
    """Return the value, or the fallback where it is null; 0 and "" count as values.

    >>> default(None, "unknown")
    'unknown'
    >>> default("", "unknown")
    ''
    """
    return fallback if value is None else value


def id_of(value: str | HasId) -> str:
    """Return the id of a reference, whether it is the id itself or the expanded object.

    >>> id_of("cus_1")
    'cus_1'
    """
    return value if isinstance(value, str) else value.id


def yes_no(value: str | bool | int) -> bool:
    """Read yes or no as the vendors write it: true, "yes", "Y", "1", 0, "off", "nee".

    >>> yes_no("Yes")
    True
    >>> yes_no(0)
    False
    >>> yes_no("maybe")
    Traceback (most recent call last):
    ValueError: expected yes or no
    """
    word = str(value).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError("expected yes or no")


def text(value: str | bool | int | Decimal | date | datetime) -> str:
    """Write a value as text: 12.50 as "12.50", true as "true", dates as ISO 8601.

    >>> text(Decimal("1E+3"))
    '1000'
    >>> text(date(2026, 3, 1))
    '2026-03-01'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        # 1E+999999 is nine characters in JSON and a million as plain digits
        if value and abs(value.adjusted()) > 99:
            raise ValueError("expected a number of at most 100 digits")
        return f"{value:f}"
    return str(value)


def empty_as_null(value: str) -> str | None:
    """Make a text of nothing but spaces null.

    >>> empty_as_null(" ") is None
    True
    >>> empty_as_null(" x ")
    ' x '
    """
    return value if value.strip() else None


def md5(value: str) -> str:
    """Return the MD5 of the text in hexadecimal; Mailchimp names a member so, by the lower-case address.

    >>> md5("ann@example.com")
    '257c57037d384ae37ea27a07e8a01665'
    """
    return hashlib.md5(_utf8(value), usedforsecurity=False).hexdigest()


def sha256(value: str) -> str:
    """Return the SHA-256 of the text in hexadecimal.

    >>> sha256("ann@example.com")[:16]
    '71d4f55f72fa128d'
    """
    return hashlib.sha256(_utf8(value)).hexdigest()


def uuid5(value: str, namespace: str) -> str:
    """Return the UUID that a name always has in a namespace: a UUID, or a domain name (RFC 9562).

    >>> uuid5("order-17", "example.com")
    'd3efd13b-415d-575f-910f-bf7d80b62a1a'
    """
    _utf8(value + namespace)
    try:
        space = uuid.UUID(namespace)
    except ValueError:
        space = uuid.uuid5(uuid.NAMESPACE_DNS, namespace)
    return str(uuid.uuid5(space, value))


def _utf8(value: str) -> bytes:
    """Return the text as UTF-8."""
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise ValueError("expected text without broken characters") from None
