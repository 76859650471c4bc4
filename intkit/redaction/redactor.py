"""Blanking one recording: what was found once is blanked wherever it turns up again."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import Counter
from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit

from intkit.redaction.bodies import redact_body
from intkit.redaction.names import is_recorded, is_secret_name, may_show
from intkit.redaction.patterns import find_forms, find_parameters
from intkit.redaction.registry import SHORTEST, blank_value, known_secrets

Headers = list[tuple[str, str]]
BLANK = "REDACTED"
_PLACEHOLDER = re.compile(r"REDACTED(-[a-z0-9_]+-[0-9a-f]{6})?|<[A-Za-z0-9_.: -]+>")
_COOKIE = re.compile(r"\s*([^=;]+)=([^;]*)(.*)", re.DOTALL)


class Redactor:
    """Blanks the requests and responses of one recording.

    A secret that an answer gives gets a placeholder made from the place where it was first seen, so a new
    recording of the same calls spells it alike. The caller of a recorded call sees that placeholder and
    sends it back; `restore` puts the secret in again on its way to the wire, and never anywhere else.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._found: dict[str, str] = {}
        self._givers: dict[str, str] = {}
        self._lock = threading.RLock()

    def request(self, method: str, url: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
        """Return the URL, headers and body as they may be recorded."""
        with self._lock:
            url = self.url(url)
            kept = [(name, value) for name, value in headers if is_recorded(name)]
            place = f"{method} {url}"
            return url, [self._header(place, *each) for each in kept], self._body(place, kept, body, ask=True)

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
        if "@" in parts.netloc:
            self.counts["user_info"] += 1
        query = "&".join(self._parameter(pair) for pair in parts.query.split("&")) if parts.query else ""
        netloc = parts.netloc.rpartition("@")[2]
        return self._everywhere(urlunsplit(parts._replace(netloc=netloc, query=query)))

    def text(self, place: str, text: str) -> str:
        """Return the text with all blanked that is registered, was found before or has a secret's form."""
        for kind, value in find_forms(text):
            self._remember(kind, place, value)
        for name, value in find_parameters(text):
            if is_secret_name(name) and not _PLACEHOLDER.fullmatch(unquote_plus(value)):
                self._remember("parameter", f"{place} {name}", unquote_plus(value))
        return self._everywhere(text)

    def restore(self, text: str, host: str) -> str:
        """Return the text as the wire must see it: placeholders of what this host's site gave are undone."""
        if BLANK in text:
            for value, placeholder in self._found.items():
                if placeholder in text and _site(self._givers[placeholder]) == _site(host):
                    text = text.replace(placeholder, value)
        return text

    def _header(self, place: str, name: str, value: str) -> tuple[str, str]:
        if name.lower() == "set-cookie":
            return name, self._cookie(place, value)
        if may_show(name):
            return name, self.text(f"{place} {name}", value)
        self.counts["header"] += 1
        return name, BLANK

    def _cookie(self, place: str, value: str) -> str:
        parts = _COOKIE.match(value)
        if not parts:
            return BLANK
        placeholder = self._remember("cookie", f"{place} {parts[1]}", parts[2]) or (parts[2] and BLANK)
        return f"{parts[1]}={placeholder}{self._everywhere(parts[3])}"

    def _parameter(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if not value or not is_secret_name(unquote_plus(name)):
            return pair
        if _PLACEHOLDER.fullmatch(unquote_plus(value)):
            return pair
        self.counts["parameter"] += 1
        return f"{name}{equals}{quote(self._found.get(unquote_plus(value), BLANK))}"

    def _body(self, place: str, headers: Headers, body: bytes, *, ask: bool) -> bytes:
        if not body:
            return body
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")

        def found(name: str, value: str) -> str:
            if _PLACEHOLDER.fullmatch(value):
                return value
            self.counts["field"] += 1
            if ask:  # a request's own secret may differ at replay: one word for all
                return self._found.get(value, BLANK)
            return self._remember(name, place, value) or BLANK

        return redact_body(body, kind, found, lambda text: self.text(place, text))

    def _remember(self, kind: str, place: str, value: str) -> str:
        """Return the placeholder of a found secret, or nothing where the value is too short to be told."""
        if len(value) < SHORTEST or _PLACEHOLDER.fullmatch(value):
            return value if _PLACEHOLDER.fullmatch(value) else ""
        if value in known_secrets():
            return f"<{known_secrets()[value]}>"
        if value not in self._found:
            name = re.sub(r"[^a-z0-9]+", "_", kind.lower()).strip("_")
            at = hashlib.sha256(f"{kind} {place} {len(self._found_at(place))}".encode()).hexdigest()[:6]
            self._found[value] = f"{BLANK}-{name}-{at}"
            self._givers[self._found[value]] = place
        return self._found[value]

    def _found_at(self, place: str) -> list[str]:
        return [each for each, giver in self._givers.items() if giver == place]

    def _everywhere(self, text: str) -> str:
        for value, name in sorted(known_secrets().items(), key=lambda known: -len(known[0])):
            text = self._counted("registered", text, value, f"<{name}>")
        for value, placeholder in sorted(self._found.items(), key=lambda found: -len(found[0])):
            text = self._counted("found", text, value, placeholder)
        return text

    def _counted(self, kind: str, text: str, value: str, placeholder: str) -> str:
        blanked = blank_value(text, value, placeholder)
        self.counts[kind] += blanked != text
        return blanked


def _site(place: str) -> str:
    host = urlsplit(place.partition(" ")[2].partition(" ")[0]).hostname or place if " " in place else place
    return ".".join(host.split(".")[-2:])
