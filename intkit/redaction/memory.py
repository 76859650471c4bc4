"""The secrets that one recording found: their placeholders, and the way back."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from urllib.parse import quote, urlsplit

from intkit.redaction.registry import SHORTEST, blank_value, known_secrets, spellings

BLANK = "REDACTED"
_PLACEHOLDER = re.compile(r"REDACTED(-[a-z0-9_]+-[0-9a-f]{10})?|<[A-Za-z0-9_.: -]+>")
_INSIDE = re.compile(r"REDACTED-[a-z0-9_]+-[0-9a-f]{10}|[A-Za-z0-9._+-]+(?:@|%40)example\.com")
_WORD = re.compile(r"[A-Za-z0-9_.~+/%\\-]{8,}={0,2}")


class Memory:
    """Gives each found secret a placeholder, made from where it was seen first and never from its value."""

    def __init__(self) -> None:
        self._placeholders: dict[str, str] = {}
        self._secrets: dict[str, tuple[str, str]] = {}
        self._spelt: dict[str, str] = {}
        self._phrases: dict[str, str] = {}
        self._seen_at: Counter[str] = Counter()

    def remember(self, kind: str, place: str, value: str) -> str:
        """Return the placeholder of a secret; a bare REDACTED where it is too short to be told from others.

        Args:
            kind: what it was called, `access_token`.
            place: the request that it answered, `POST https://…`; its site alone gets the secret back.
            value: the secret, or a placeholder, which stays.
        """
        if is_placeholder(value):
            return value
        if len(value) < SHORTEST:
            return BLANK
        if value in known_secrets():
            return f"<{known_secrets()[value]}>"
        return self._placeholders.get(value) or self._add(kind, place, value)

    def asked(self, value: str) -> str:
        """Return what stands for a secret of a request: its placeholder where an answer gave it.

        Any other is a bare REDACTED, for at replay it may be another one, or only its `<NAME>`.
        """
        given = value.startswith(BLANK) and is_placeholder(value)
        return value if given else self._placeholders.get(value, BLANK)

    def blank(self, text: str) -> str:
        """Return the text without the secrets that were found before."""
        if self._spelt:
            text = _WORD.sub(lambda word: self._spelt.get(word[0]) or self._trimmed(word[0]), text)
        for value, placeholder in self._phrases.items():
            text = blank_value(text, value, placeholder)
        return text

    def restore(self, text: str, host: str) -> str:
        """Return the text with the secrets back in that the host's own site gave."""
        if BLANK not in text and "example.com" not in text:
            return text
        return _INSIDE.sub(lambda found: self._secret(found[0], host), text)

    def stand_for(self, stand_in: str, value: str, place: str) -> None:
        """Remember whose address a stand-in is, so that the wire can be asked for it."""
        self._secrets.setdefault(stand_in, (value, _site(place)))
        self._secrets.setdefault(quote(stand_in), (quote(value), _site(place)))

    def _add(self, kind: str, place: str, value: str) -> str:
        name = re.sub(r"[^a-z0-9]+", "_", kind.lower()).strip("_") or "secret"
        spot = f"{name} {place}"
        self._seen_at[spot] += 1
        digest = hashlib.sha256(f"{spot} {self._seen_at[spot]}".encode()).hexdigest()
        placeholder = f"{BLANK}-{name}-{digest[:10]}"
        self._placeholders[value] = placeholder
        self._secrets[placeholder] = value, _site(place)
        if _WORD.fullmatch(value):
            for spelt, how in spellings(value).items():
                self._spelt[spelt] = quote(placeholder) if how == "percent-encoded" else placeholder
        else:
            self._phrases[value] = placeholder
        return placeholder

    def _trimmed(self, word: str) -> str:
        """Blank a secret that ends a sentence or stands between escapes."""
        inner = word.strip("\\.")
        return word.replace(inner, self._spelt[inner]) if inner in self._spelt else word

    def _secret(self, placeholder: str, host: str) -> str:
        value, site = self._secrets.get(placeholder, (placeholder, ""))
        return value if site == _site(f"x https://{host}") else placeholder


def is_placeholder(value: str) -> bool:
    """Say whether the value is a placeholder already."""
    return bool(_PLACEHOLDER.fullmatch(value))


def _site(place: str) -> str:
    """Return the last two labels of a host, which belong to one owner more often than not."""
    host = urlsplit(place.split(" ")[1]).hostname or ""
    return ".".join(host.split(".")[-2:])
