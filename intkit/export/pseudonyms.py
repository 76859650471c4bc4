"""Stand-ins for what recorded records hold, so that fixtures tell nothing of anybody.

All text is exchanged, but for what rules can tell apart: values of small sets, short codes, dates and decimals. A
stand-in has the shape of what it stands for: its length, case, spaces and signs. It is made from the order in which
values come, not from the values, so that nobody can check a guess against it.
"""

from __future__ import annotations

import hashlib
import re
import string
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    from intkit.rules.spec import Spec

_PERSONAL = re.compile(
    r"name|mail|phone|mobile|street|address|line\d|city|zip|postal|iban|birth|tax|vat", re.IGNORECASE
)
_IDENTIFYING = re.compile(r"(^|_|[a-z](?=I))id$|phone|mobile|number|birth", re.IGNORECASE)
_TELLING = re.compile(
    r"\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?|-?\d+[.,]\d+|true|false|yes|no", re.IGNORECASE
)
_HEXADECIMAL = re.compile(r"[0-9a-f-]{16,}", re.IGNORECASE)
_LONGEST_CODE = 3


class Pseudonyms:
    """Gives each value its stand-in, the same one each time.

    Args:
        plain: text that stays as it is.
    """

    def __init__(self, plain: frozenset[str] = frozenset()) -> None:
        self._plain = plain
        self._numbers: dict[str, int] = {}

    def of(self, value: Any, key: str = "") -> Any:
        """Return a record, or a part of one that stands under a key, with stand-ins."""
        if isinstance(value, dict):
            return {name: self.of(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self.of(each, key) for each in value]
        if isinstance(value, str):
            return value if self._stays(value, key) else self.text(value)
        if isinstance(value, int) and not isinstance(value, bool) and _IDENTIFYING.search(key):
            return int(self.text(str(value)).replace("-0", "-1")) if value else value
        return value

    def _stays(self, text: str, key: str) -> bool:
        if _PERSONAL.search(key):
            return False
        code = len(text.strip()) <= _LONGEST_CODE and not text.strip().isdigit()
        return text in self._plain or code or bool(_TELLING.fullmatch(text))

    def text(self, text: str) -> str:
        """Return text of the same shape; what is behind an e-mail's last dot stays."""
        domain = text.partition("@")[2]
        kept = text[text.rindex(".") :] if "." in domain else ""
        number = self._numbers.setdefault(text.strip().lower(), len(self._numbers))
        noise = hashlib.shake_256(str(number).encode()).digest(max(len(text), 1))
        body = text.removesuffix(kept)
        letters = "abcdef" if _HEXADECIMAL.fullmatch(text) else string.ascii_lowercase
        return (
            "".join(_other(letter, letters, each) for letter, each in zip(body, noise, strict=False)) + kept
        )


def _other(letter: str, letters: str, noise: int) -> str:
    for alphabet in (letters, letters.upper()):
        if letter in alphabet:
            return alphabet[noise % len(alphabet)]
    if letter in string.digits:
        return "123456789"[noise % 9]
    return letter if not letter.isalpha() else "ø" if letter.islower() else "Ø"


def plain_words(spec: Spec, module: ModuleType) -> frozenset[str]:
    """Return the texts that rules can tell apart: value maps' keys, words in rules, values of small sets."""
    read = [place for place in spec.source.walk() if place.path in module.CONTRACT]
    words = {value for place in read for value in place.values}
    words |= {key for table in spec.maps.values() for key in table.entries}
    for text in [spec.when, spec.each, *(rule.text for rule in spec.rules.values())]:
        words |= {found[1:-1] for found in re.findall(r"\"[^\"]*\"|'[^']*'", text)}
    return frozenset(word for word in words if isinstance(word, str))
