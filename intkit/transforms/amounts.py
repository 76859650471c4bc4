"""Numbers and money: exact decimals, never floats."""

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?\s*")

# between thousands, and before the decimals; a space stands for any kind of space, ' for both apostrophes
# (Unicode CLDR, number symbols)
SEPARATORS = {
    **dict.fromkeys(("en", "ja", "ko", "zh", "th", "he", "es-MX"), (",", ".")),
    **dict.fromkeys(
        ("nl", "de", "es", "it", "pt", "da", "tr", "el", "ro", "hr", "sl", "is", "id"), (".", ",")
    ),
    **dict.fromkeys(
        ("fr", "pl", "cs", "sk", "sv", "nb", "nn", "no", "fi", "hu", "bg", "uk", "ru"), (" ", ",")
    ),
    **dict.fromkeys(("lt", "lv", "et", "pt-PT", "en-ZA"), (" ", ",")),
    **dict.fromkeys(("de-CH", "it-CH", "en-CH"), ("'", ".")),
}

CENT = Decimal("0.01")


class Units(dict[str, Decimal]):
    """The smallest unit of each currency, by its code in capitals or not; a hundredth where none is given."""

    def __missing__(self, currency: str) -> Decimal:
        if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
            raise ValueError("expected a currency code of three letters")
        unit = self.get(currency.upper(), CENT)
        if len(self) < 1000:
            self[currency] = unit
        return unit


# ISO 4217: the smallest unit of the currencies whose smallest unit is not a hundredth
MINOR_UNIT = Units(
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), Decimal(1)),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), Decimal(1)),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), Decimal("0.001")),
    **dict.fromkeys(("CLF", "UYW"), Decimal("0.0001")),
)
# where Stripe's amounts differ from ISO 4217 (Stripe's page on currencies)
STRIPE_UNIT = Units({**MINOR_UNIT, "ISK": CENT, "UGX": CENT, "MGA": Decimal(1)})

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


def whole(value: str | int | Decimal) -> int:
    """Read a whole number, or text that spells one; decimals are refused, unless they are zeros.

    >>> whole("290201")
    290201
    >>> whole("3.0")
    3
    >>> whole("3.5")
    Traceback (most recent call last):
    ValueError: expected a whole number
    """
    exact = number(value)
    if not -LARGEST < exact < LARGEST or exact != exact.to_integral_value():
        raise ValueError("expected a whole number")
    return int(exact)


def decimal(value: str, locale: str = "en") -> Decimal:
    """Read a number as people write it in a language, or in a country: "nl", "de-CH", "pt_PT".

    >>> decimal("1.234,50", "nl")
    Decimal('1234.50')
    >>> decimal("1,234.50")
    Decimal('1234.50')
    >>> decimal("1 234,50", "fr")
    Decimal('1234.50')
    >>> decimal("1.5", "nl")
    Traceback (most recent call last):
    ValueError: expected a number like 1.234,50
    """
    tag = locale.replace("_", "-")
    if (separators := SEPARATORS.get(tag) or SEPARATORS.get(tag.partition("-")[0])) is None:
        raise ValueError("expected a locale like nl or de-CH")
    group, point = separators
    # any space is a space; the curly apostrophe and the minus sign of typesetters count too
    plain = re.sub(r"\s", " ", value.strip()).replace("\u2019", "'").replace("\u2212", "-")
    integer, mark, fraction = plain.partition(point)
    if re.fullmatch(rf"[+-]?[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+", integer):
        integer = integer.replace(group, "")
    spelt = f"{integer}.{fraction}" if mark else integer
    if "." in integer or not NUMBER.fullmatch(spelt):
        raise ValueError(f"expected a number like 1{group}234{point}50")
    return Decimal(spelt)


def minor_units(value: int, currency: str) -> Decimal:
    """Turn an amount in the currency's smallest unit (cents) into the amount; ISO 4217 says how many.

    Exact to 28 digits, as all decimals are.

    >>> minor_units(1050, "eur")
    Decimal('10.50')
    >>> minor_units(1050, "JPY")
    Decimal('1050')
    >>> minor_units(1050, "KWD")
    Decimal('1.050')
    """
    return value * MINOR_UNIT[currency]


def to_minor_units(value: int | Decimal, currency: str) -> int:
    """Turn an amount into the number of the currency's smallest units (cents); nothing is rounded.

    >>> to_minor_units(Decimal("10.5"), "EUR")
    1050
    >>> to_minor_units(Decimal("10.5"), "JPY")
    Traceback (most recent call last):
    ValueError: expected no more decimals than the currency has
    """
    return _count_units(Decimal(value), MINOR_UNIT[currency])


def stripe_amount(value: int, currency: str) -> Decimal:
    """Turn an amount as Stripe writes it into the amount: as `minor_units`, but for ISK, UGX and MGA.

    >>> stripe_amount(500, "isk")
    Decimal('5.00')
    >>> stripe_amount(500, "usd")
    Decimal('5.00')
    """
    return value * STRIPE_UNIT[currency]


def to_stripe_amount(value: int | Decimal, currency: str) -> int:
    """Turn an amount into what Stripe wants for it: as `to_minor_units`, but for ISK, UGX and MGA.

    >>> to_stripe_amount(5, "isk")
    500
    """
    return _count_units(Decimal(value), STRIPE_UNIT[currency])


def round_half_even(value: int | Decimal, places: int = 2) -> Decimal:
    """Round to a number of decimals, halves to the even neighbour, as banks do.

    >>> round_half_even(Decimal("0.125"))
    Decimal('0.12')
    """
    return _round(Decimal(value), places, ROUND_HALF_EVEN)


def round_half_up(value: int | Decimal, places: int = 2) -> Decimal:
    """Round to a number of decimals, halves away from zero, as taught at school.

    >>> round_half_up(Decimal("0.125"))
    Decimal('0.13')
    """
    return _round(Decimal(value), places, ROUND_HALF_UP)


def from_percent(value: str | int | Decimal) -> Decimal:
    """Turn a percentage into a share of one; a trailing "%" is fine.

    >>> from_percent("21%")
    Decimal('0.21')
    """
    percentage = number(value.strip().removesuffix("%") if isinstance(value, str) else value)
    if not -LARGEST < percentage < LARGEST:
        raise ValueError("expected a number of at most 28 digits")
    return percentage * CENT


def to_percent(value: int | Decimal) -> Decimal:
    """Turn a share of one into a percentage.

    >>> to_percent(Decimal("0.21"))
    Decimal('21')
    """
    if not -LARGEST < value < LARGEST:
        raise ValueError("expected a number of at most 28 digits")
    return Decimal(value).scaleb(2)


def clamp(value: int | Decimal, low: int | Decimal, high: int | Decimal) -> Decimal:
    """Keep a number between two others.

    >>> clamp(Decimal("-3.5"), 0, 100)
    Decimal('0')
    """
    if low > high:
        raise ValueError("expected a lower limit below the upper one")
    return Decimal(min(max(value, low), high))


def _count_units(amount: Decimal, unit: Decimal) -> int:
    """Return how many units make the amount."""
    if not -LARGEST * unit < amount < LARGEST * unit:
        raise ValueError("expected an amount of at most 28 digits")
    units, rest = divmod(amount, unit)
    if rest:
        raise ValueError("expected no more decimals than the currency has")
    return int(units)


def _round(value: Decimal, places: int, rounding: str) -> Decimal:
    """Round to a number of decimals."""
    if not 0 <= places <= 12 or not -(10**15) < value < 10**15:
        raise ValueError("expected at most 15 digits before the point and 12 behind it")
    return value.quantize(Decimal(1).scaleb(-places), rounding)
