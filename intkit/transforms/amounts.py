"""Numbers and money: exact decimals, never floats."""

import re
from decimal import Decimal

NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?\s*")

# ISO 4217: the smallest unit of the currencies whose smallest unit is not a hundredth
MINOR_UNIT = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), Decimal(1)),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), Decimal(1)),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), Decimal("0.001")),
    **dict.fromkeys(("CLF", "UYW"), Decimal("0.0001")),
}
CENT = Decimal("0.01")

# beyond 28 digits Python's decimals round, silently
LARGEST = 10**28


def number(value: str | int | Decimal) -> Decimal:
    """Read a number, or text that spells one with a decimal point, as an exact decimal.

    >>> number("12.50")
    Decimal('12.50')
    >>> number(3)
    Decimal('3')
    >>> number("1,250")
    Traceback (most recent call last):
    ValueError: expected a decimal number
    """
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        raise ValueError("expected a decimal number")
    return Decimal(value)


def minor_units(value: int, currency: str) -> Decimal:
    """Turn an amount in the currency's smallest unit (cents) into the amount; ISO 4217 says how many.

    >>> minor_units(1050, "eur")
    Decimal('10.50')
    >>> minor_units(1050, "JPY")
    Decimal('1050')
    >>> minor_units(1050, "KWD")
    Decimal('1.050')
    """
    if not -LARGEST < value < LARGEST:
        raise ValueError("expected an amount of at most 28 digits")
    return value * _minor_unit(currency)


def to_minor_units(value: int | Decimal, currency: str) -> int:
    """Turn an amount into the number of the currency's smallest units (cents); nothing is rounded.

    >>> to_minor_units(Decimal("10.5"), "EUR")
    1050
    >>> to_minor_units(Decimal("10.5"), "JPY")
    Traceback (most recent call last):
    ValueError: expected no more decimals than the currency has
    """
    if not -LARGEST < value < LARGEST:
        raise ValueError("expected an amount of at most 28 digits")
    units, rest = divmod(Decimal(value), _minor_unit(currency))
    if rest:
        raise ValueError("expected no more decimals than the currency has")
    return int(units)


def _minor_unit(currency: str) -> Decimal:
    """Return the smallest unit of a currency."""
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        raise ValueError("expected a currency code of three letters")
    return MINOR_UNIT.get(currency.upper(), CENT)
