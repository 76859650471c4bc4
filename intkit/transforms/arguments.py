"""Arguments that are written in the rule itself, checked before any record is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intkit.transforms.patterns import check_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

LITERAL_ONLY = frozenset({"pattern"})
"""The parameters that take no field: only a text that is written in the rule can be checked for its cost."""


def check_argument(parameter: str, value: object) -> str:
    """Return why a transform cannot work with this argument, or "" when it can.

    Args:
        parameter: its name; the same name means the same in every transform.
        value: what the rule gives for it, written out.
    """
    check = _CHECKS.get(parameter)
    return check(value) if check and isinstance(value, str) else ""


def _check_zone(zone: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    known = available_timezones()
    if zone in known:
        return ""
    close = get_close_matches(zone, known, n=1, cutoff=0.6)
    return f"There is no time zone {zone!r}." + (
        f" Did you mean {close[0]!r}?" if close else " Write one like 'Europe/Amsterdam'."
    )


def _check_locale(locale: str) -> str:
    from intkit.transforms.amounts import SEPARATORS

    if locale.replace("_", "-").partition("-")[0] in SEPARATORS:
        return ""
    known = ", ".join(sorted(each for each in SEPARATORS if "-" not in each))
    return f"There is no locale {locale!r}; known: {known}, and some with a country, like 'de-CH'."


def _check_currency(currency: str) -> str:
    from intkit.transforms.amounts import minor_units

    try:
        minor_units(0, currency)
    except ValueError:
        return f"{currency!r} is no currency code. Write three letters, like 'EUR'."
    return ""


_CHECKS: dict[str, Callable[[str], str]] = {
    "pattern": check_pattern,
    "zone": _check_zone,
    "locale": _check_locale,
    "currency": _check_currency,
}
