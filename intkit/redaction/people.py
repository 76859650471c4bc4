"""Personal data in bodies: what there is, and stand-ins that keep joins and formats.

A stand-in depends only on the value, so the same person is the same stand-in in every recording. Set
INTKIT_PSEUDONYM_KEY to a text of your own where guessing a value and comparing must not work either.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

KINDS = ("email", "iban", "name", "phone")

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_IN_URL = re.compile(r"(?<=[/=])([A-Za-z0-9._+-]+)(@|%40)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?")
_PHONE = re.compile(r"\+?[\d()/. -]{7,22}")
_PHONE_FIELD = re.compile(r"phone|mobile|telephone|tel|fax|cell|msisdn", re.IGNORECASE)
_NAME_FIELD = re.compile(
    r"(billing|shipping|customer|contact|holder|owner|recipient|sender|cardholder|account_?holder)?_?"
    r"(first|last|middle|full|sur|given|family|nick|maiden)_?name|fname|lname|firstname|lastname"
    r"|(customer|contact|cardholder|account_?holder|recipient|sender)_?name",
    re.IGNORECASE,
)
_PERSON_FIELDS = {"email", "phone", "emailaddress", "firstname", "lastname", "mobile", "birthdate", "iban"}
_FIRST = (
    "Ada",
    "Ben",
    "Cleo",
    "Dan",
    "Eva",
    "Finn",
    "Gina",
    "Hugo",
    "Ida",
    "Jon",
    "Kim",
    "Lou",
    "Mia",
    "Noah",
)
_LAST = (
    "Ash",
    "Birch",
    "Cole",
    "Dale",
    "Elm",
    "Frost",
    "Glen",
    "Hill",
    "Lake",
    "Moor",
    "North",
    "Rain",
    "West",
)


def redact_people(body: bytes, kinds: Collection[str]) -> tuple[bytes, list[tuple[str, str]]]:
    """Return a JSON body with stand-ins for some kinds of personal data, and all that it held.

    Args:
        body: JSON; anything else comes back as it is, and nothing is found in it.
        kinds: of `email`, `iban`, `name`, `phone`, those to replace.

    Returns:
        The body, and kind and value of everything found.
    """
    if body.lstrip()[:1] not in (b"{", b"["):
        return body, []
    try:
        tree = _READ.decode(body)
        found: list[tuple[str, str]] = []
        _find(tree, "", {}, found)
        if any(kind in kinds for kind, _ in found):
            body = msgspec.json.encode(_replaced(tree, "", {}, kinds))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return body, []
    return body, found


def redact_addresses(url: str) -> tuple[str, int]:
    """Return the URL with stand-ins for the e-mail addresses in it, and how many there were."""

    def replaced(match: re.Match[str]) -> str:
        local, _, domain = stand_in("email", f"{match[1]}@{match[3]}").partition("@")
        return f"{local}{match[2]}{domain}"

    return _IN_URL.subn(replaced, url)


def stand_in(kind: str, value: str) -> str:
    """Return the stand-in of a value, in the same format; the same value always has the same one."""
    return _STAND_INS[kind](value)


_READ = msgspec.json.Decoder(float_hook=lambda digits: msgspec.Raw(digits.encode()))


def _find(value: Any, name: str, around: dict[str, Any], found: list[tuple[str, str]]) -> None:
    """Collect kind and value of all personal data; `around` is the object in which the value stands."""
    if isinstance(value, str):
        kind = _kind(name, value, around) if value else ""
        if kind:
            found.append((kind, value))
    elif isinstance(value, dict):
        for key, each in value.items():
            _find(each, key, value, found)
    elif isinstance(value, list):
        for each in value:
            _find(each, name, around, found)


def _replaced(value: Any, name: str, around: dict[str, Any], kinds: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(each, key, value, kinds) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, name, around, kinds) for each in value]
    kind = _kind(name, value, around) if isinstance(value, str) and value else ""
    return stand_in(kind, value) if kind in kinds else value


def _kind(name: str, value: str, around: dict[str, Any]) -> str:
    if "@" in value and _EMAIL.fullmatch(value.strip()):
        return "email"
    called = _called(name)
    if called == "phone" and _PHONE.fullmatch(value.strip()):
        return "phone"
    if called == "name" or (name == "name" and _is_person(around)):
        return "name" if value.strip() else ""
    return "iban" if value[:2].isupper() and _IBAN.fullmatch(value.strip()) and _checksum(value) == 1 else ""


@lru_cache(maxsize=4096)
def _called(name: str) -> str:
    """Return which kind a field's name promises."""
    return "phone" if _PHONE_FIELD.search(name) else "name" if _NAME_FIELD.fullmatch(name) else ""


def _is_person(around: dict[str, Any]) -> bool:
    """A field that is only called `name` is a person's where an e-mail or a phone stands beside it."""
    return any(map(_is_person_field, around))


@lru_cache(maxsize=4096)
def _is_person_field(name: str) -> bool:
    return re.sub(r"[^a-z]", "", name.lower()) in _PERSON_FIELDS


def _stream(kind: str, value: str) -> Callable[[int, int], int]:
    """Return a source of numbers below a limit, by position, that depends only on the value."""
    key = os.environ.get("INTKIT_PSEUDONYM_KEY", "").encode()

    def number(position: int, limit: int) -> int:
        digest = hmac.digest(key, f"{kind} {value} {position}".encode(), hashlib.sha256)
        return int.from_bytes(digest[:4], "big") % limit

    return number


def _email(value: str) -> str:
    """Replace the part before the @; the domain becomes one that is reserved for examples."""
    address = value.strip()
    if address.lower().endswith("@example.com"):
        return value  # a stand-in already
    number = _stream("email", address.lower())
    local = "".join(_like(char, number(at, 26)) for at, char in enumerate(address.partition("@")[0]))
    return value.replace(address, f"{local}@example.com")


def _like(char: str, number: int) -> str:
    if char.isdigit():
        return str(number % 10)
    if not char.isalpha():
        return char
    letter = chr(ord("a") + number)
    return letter.upper() if char.isupper() else letter


def _phone(value: str) -> str:
    """Replace the digits after the first three, so that the country stays."""
    digits = re.sub(r"\D", "", value)
    number = _stream("phone", digits)
    kept = iter([digit if at < 3 else str(number(at, 10)) for at, digit in enumerate(digits)])
    return re.sub(r"\d", lambda _: next(kept), value)


def _iban(value: str) -> str:
    """Replace the account's digits after country and bank, and mend the check digits."""
    compact = value.replace(" ", "")
    number = _stream("iban", compact)
    tail = "".join(str(number(at, 10)) if char.isdigit() else char for at, char in enumerate(compact[8:]))
    unchecked = f"{compact[:2]}00{compact[4:8]}{tail}"
    chars = iter(f"{unchecked[:2]}{98 - _checksum(unchecked):02d}{unchecked[4:]}")
    return re.sub(r"[A-Z0-9]", lambda _: next(chars), value)


def _checksum(iban: str) -> int:
    """Return the remainder of ISO 7064 MOD 97-10; it is 1 for a valid IBAN."""
    compact = iban.strip().replace(" ", "")
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97


def _name(value: str) -> str:
    """Replace each word by a made-up one; a full name starts with a first name."""
    words = value.split()
    number = _stream("name", " ".join(words).lower())
    lists = [_FIRST] + [_LAST] * (len(words) - 1) if len(words) > 1 else [_FIRST + _LAST]
    made = [each[number(at, len(each))] for at, each in enumerate(lists)]
    text = " ".join(made)
    return text.upper() if value.isupper() else text.lower() if value.islower() else text


_STAND_INS = {"email": _email, "iban": _iban, "name": _name, "phone": _phone}
