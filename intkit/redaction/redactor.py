"""Blanking one recording: what was found once is blanked wherever it turns up again."""

from __future__ import annotations

import re
import threading
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit

from intkit.redaction.bodies import redact_body
from intkit.redaction.memory import BLANK, Memory, is_placeholder
from intkit.redaction.names import is_recorded, is_secret_name, may_show
from intkit.redaction.patterns import find_forms, find_parameters
from intkit.redaction.people import redact_addresses, redact_people, stand_in
from intkit.redaction.registry import blank

if TYPE_CHECKING:
    from collections.abc import Collection

Headers = list[tuple[str, str]]
_COOKIE = re.compile(r"\s*([^=;]+)=([^;]*)(.*)", re.DOTALL)


class Redactor:
    """Blanks the requests and responses of one recording.

    A secret that an answer gives gets a placeholder made from the place where it was first seen, so a new
    recording of the same calls spells it alike. The caller of a recorded call sees that placeholder and
    sends it back; `restore` puts the secret in again on its way to the wire, and never anywhere else.

    Args:
        pseudonymise: kinds of personal data to replace by stand-ins: `email`, `iban`, `name`, `phone`.

    Attributes:
        counts: how often what was replaced: `header`, `field`, `parameter`, `cookie`, `registered`, `email`, ….
        people: how much personal data of each kind was left as it is.
    """

    def __init__(self, pseudonymise: Collection[str] = ()) -> None:
        self.counts: Counter[str] = Counter()
        self.people: Counter[str] = Counter()
        self._names: Counter[str] = Counter()
        self._pseudonymise = pseudonymise
        self._memory = Memory()
        self._lock = threading.RLock()

    def request(self, method: str, url: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
        """Return the URL, headers and body as they may be recorded."""
        with self._lock:
            url = self._addresses(self.url(url))
            place = f"{method} {url}"
            kept = [(name, value) for name, value in headers if is_recorded(name)]
            body = self._body(place, kept, body, ask=True)
            return url, [self._header(place, *each) for each in kept], body

    def response(self, request: tuple[str, str], headers: Headers, body: bytes) -> tuple[Headers, bytes]:
        """Return the headers and the body as they may be recorded.

        Args:
            request: the method and the redacted URL that this answers.
            headers: as received.
            body: decompressed.
        """
        with self._lock:
            place = " ".join(request)
            body = self._body(place, headers, body, ask=False)
            return [self._header(place, *each) for each in headers], body

    def url(self, url: str) -> str:
        """Return the URL without user-info and with the values of secret parameters blanked."""
        parts = urlsplit(url)
        self.counts["user_info"] += "@" in parts.netloc
        query = "&".join(map(self._parameter, parts.query.split("&"))) if parts.query else ""
        return self.known(urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query)))

    def text(self, place: str, text: str) -> str:
        """Return the text with all blanked that is registered, was found before or has a secret's form."""
        for kind, value in find_forms(text):
            self._memory.remember(kind, place, value)
            self._names[kind] += not is_placeholder(value)
        for name, value in find_parameters(text):
            if is_secret_name(name):
                self._memory.remember(name, place, unquote_plus(value))
                self._names[name] += not is_placeholder(unquote_plus(value))
        return self.known(text)

    @property
    def blanked(self) -> list[str]:
        """The names of the headers, parameters and fields whose values were blanked."""
        return [name for name, count in self._names.items() if count]

    def known(self, text: str) -> str:
        """Return the text with all blanked that is registered or was found before."""
        clean = blank(text)
        self.counts["registered"] += clean != text
        without = self._memory.blank(clean)
        self.counts["repeated"] += without != clean
        return without

    def restore(self, text: str, host: str) -> str:
        """Return the text as the wire must see it: placeholders of what this host's site gave are undone."""
        return self._memory.restore(text, host)

    def _header(self, place: str, name: str, value: str) -> tuple[str, str]:
        if name.lower() == "set-cookie":
            return name, self._cookie(name, place, value)
        if may_show(name):
            return name, self.text(place, value)
        self.counts["header"] += 1
        self._names[name] += is_secret_name(name) and value != BLANK
        return name, BLANK

    def _cookie(self, name: str, place: str, value: str) -> str:
        parts = _COOKIE.match(value)
        if not parts:
            return BLANK
        self.counts["cookie"] += 1
        self._names[name] += bool(parts[2]) and not is_placeholder(parts[2])
        placeholder = self._memory.remember(parts[1], place, parts[2]) if parts[2] else ""
        return f"{parts[1]}={placeholder}{self.known(parts[3])}"

    def _parameter(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        plain = unquote_plus(value)
        if not plain or not is_secret_name(unquote_plus(name)):
            return pair
        self.counts["parameter"] += not is_placeholder(plain)
        self._names[name] += not is_placeholder(plain)
        return f"{name}{equals}{quote(self._memory.asked(plain))}"

    def _body(self, place: str, headers: Headers, body: bytes, *, ask: bool) -> bytes:
        if not body:
            return body
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")

        def found(name: str, value: str) -> str:
            self.counts["field"] += not is_placeholder(value)
            self._names[name] += not is_placeholder(value)
            return self._memory.asked(value) if ask else self._memory.remember(name, place, value)

        return self._people(place, redact_body(body, kind, found, lambda text: self.text(place, text)))

    def _people(self, place: str, body: bytes) -> bytes:
        clean, people = redact_people(body, self._pseudonymise)
        for kind, value in people:
            (self.counts if kind in self._pseudonymise else self.people)[kind] += 1
            if kind == "email" and kind in self._pseudonymise:
                self._memory.stand_for(stand_in(kind, value.strip()), value.strip(), place)
        return clean

    def _addresses(self, url: str) -> str:
        if "email" in self._pseudonymise:
            url, found = redact_addresses(url)
            self.counts["email"] += found
        return url
