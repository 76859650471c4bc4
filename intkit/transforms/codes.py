"""Codes of countries and currencies, by the ISO tables of package pycountry."""

import pycountry


def country_code(value: str) -> str:
    """Return the two-letter code of a country, from that, its three-letter code, its number or its name.

    >>> country_code("nld")
    'NL'
    >>> country_code("Netherlands")
    'NL'
    >>> country_code("Atlantis")
    Traceback (most recent call last):
    ValueError: expected a country's ISO code or English name
    """
    try:
        return str(pycountry.countries.lookup(value.strip()).alpha_2)
    except LookupError:
        raise ValueError("expected a country's ISO code or English name") from None


def currency_code(value: str) -> str:
    """Return the code of a currency in capitals, from that, its number or its name.

    >>> currency_code("eur")
    'EUR'
    >>> currency_code("EURO")
    'EUR'
    >>> currency_code("EU")
    Traceback (most recent call last):
    ValueError: expected a currency's ISO code or English name
    """
    try:
        return str(pycountry.currencies.lookup(value.strip()).alpha_3)
    except LookupError:
        raise ValueError("expected a currency's ISO code or English name") from None
