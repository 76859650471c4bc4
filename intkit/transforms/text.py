"""Text: case, spaces, addresses."""

import re

EMAIL = re.compile(r"[^\s@<>\"',;:\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")


def lower(value: str) -> str:
    """Write the text in lower case.

    >>> lower("EUR")
    'eur'
    """
    return value.lower()


def upper(value: str) -> str:
    """Write the text in upper case.

    >>> upper("eur")
    'EUR'
    """
    return value.upper()


def strip(value: str) -> str:
    """Take the spaces off both ends.

    >>> strip("  Ann ")
    'Ann'
    """
    return value.strip()


def clean_email(value: str) -> str:
    """Return an e-mail address in lower case, without spaces and without the name beside it.

    >>> clean_email(" Ann@Example.COM ")
    'ann@example.com'
    >>> clean_email("Ann Jansen <ann@example.com>")
    'ann@example.com'
    >>> clean_email("ann at example.com")
    Traceback (most recent call last):
    ValueError: expected an e-mail address
    """
    address = value.strip().lower()
    if address.endswith(">"):
        address = address[:-1].rpartition("<")[2].strip()
    if len(address) > 254 or not EMAIL.fullmatch(address):
        raise ValueError("expected an e-mail address")
    return address
