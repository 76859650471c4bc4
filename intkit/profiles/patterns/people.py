"""Where people are and how they are reached: phones, accounts, codes of places, money and tongues."""

from __future__ import annotations

import re
from collections.abc import Collection

from intkit.profiles.codes import COUNTRIES, COUNTRIES_BY_THREE, CURRENCIES, LANGUAGES
from intkit.profiles.patterns.pattern import Pattern, Texts, matching, named
from intkit.profiles.patterns.times import is_day

_speaks_of_phone = named(
    "phone", "tel", "telephone", "mobile", "fax", "cell", "msisdn", "whatsapp", "sms", "caller"
)
_speaks_of_country = named("country", "countries", "nation", "nationality", "iso", "cc")
_speaks_of_currency = named("currency", "currencies", "ccy", "curr")
_speaks_of_language = named("lang", "language", "languages", "locale", "locales")
_is_international = matching(r"\+\d[\d\s().\-/]{5,20}\d( ?(x|ext\.?) ?\d{1,5})?")
_is_dialled = matching(r"[\d\s().\-/+]{7,22}( ?(x|ext\.?) ?\d{1,5})?")
_is_grouped = matching(r"(\+?1[ .-])?(\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}")
_is_tongue = re.compile(r"([a-z]{2,3})([-_](?:[A-Z][a-z]{3}|([A-Za-z]{2})|419))+").fullmatch
_MAJOR = {
    "EUR",
    "USD",
    "GBP",
    "JPY",
    "CHF",
    "CAD",
    "AUD",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "INR",
    "CNY",
    "BRL",
    "MXN",
}


def _is_phone(value: str) -> bool:
    digits = sum(map(str.isdigit, value))
    return 7 <= digits <= 18 and (_is_international(value) or _is_dialled(value)) and not is_day(value)


def _are_phones(column: Texts) -> bool:
    told = sum(_is_international(value) or _is_grouped(value) for value in column.values)
    return _speaks_of_phone(column.name) or told > len(column.values) / 2


def _is_iban(value: str) -> bool:
    bare = value.replace(" ", "").upper()
    if not _looks_like_iban(bare):
        return False
    return int("".join(str(int(letter, 36)) for letter in bare[4:] + bare[:4])) % 97 == 1


_looks_like_iban = matching(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}")


def _is_currency(value: str) -> bool:
    return len(value) == 3 and value.upper() in CURRENCIES


def _are_currencies(column: Texts) -> bool:
    codes = {value.upper() for value in column.values}
    return _one_case(column.values) and bool(_speaks_of_currency(column.name) or codes & _MAJOR)


def _is_country(value: str) -> bool:
    return value.upper() in COUNTRIES or value.upper() in COUNTRIES_BY_THREE


def _are_countries(column: Texts) -> bool:
    if len(set(map(len, column.values))) != 1 or not _one_case(column.values):
        return False
    many = len(column.values) >= 4 and column.values[0].isupper() and len(column.values[0]) == 2
    return _speaks_of_country(column.name) or (many and not _speaks_of_language(column.name))


def _is_language(value: str) -> bool:
    if value.lower() in LANGUAGES:
        return True
    found = _is_tongue(value)
    return found is not None and found[1] in LANGUAGES and (not found[3] or found[3].upper() in COUNTRIES)


def _are_languages(column: Texts) -> bool:
    regional = sum(len(value) > 3 for value in column.values)
    return _speaks_of_language(column.name) or regional > len(column.values) / 2


def _one_case(values: Collection[str]) -> bool:
    return len({value.isupper() for value in values}) == 1


PHONES = (Pattern("phone", _is_phone, _are_phones),)

PATTERNS = (
    Pattern("e-mail", matching(r"[^@\s,;:<>()\"]+@[^@\s,;:<>()/\"]+\.[^@\s,;:<>()./\"\d]{2,}")),
    Pattern("IBAN", _is_iban),
    Pattern("currency code", _is_currency, _are_currencies),
    Pattern("country code", _is_country, _are_countries),
    Pattern("language code", _is_language, _are_languages),
)
