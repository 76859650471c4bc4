"""Phone numbers, by Google's tables of the world's numbering plans (package phonenumbers)."""

import phonenumbers


def phone(value: str, country: str = "") -> str:
    """Write a phone number as +31612345678 (E.164); a number without "+" needs its country. Extensions go.

    >>> phone("06-1234 5678", "NL")
    '+31612345678'
    >>> phone("+32 (0)2 555 12 12")
    '+3225551212'
    >>> phone("06-1234 5678")
    Traceback (most recent call last):
    ValueError: expected a phone number that starts with +, or its country
    """
    if not country and not value.strip().startswith("+"):
        raise ValueError("expected a phone number that starts with +, or its country")
    try:
        found = phonenumbers.parse(value, country.upper() or None)
    except phonenumbers.NumberParseException:
        raise ValueError("expected a phone number") from None
    if not phonenumbers.is_valid_number(found):
        raise ValueError("expected a phone number that is in use in its country")
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
