"""Secrets that can be told by their looks alone."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Prefixes and lengths as the vendors' own pages on secret scanning give them. Each form comes with a text
# that stands in all of its kind: looking for that first is many times faster than the expression.
_FORMS = {
    "jwt": ("eyJ", r"\beyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*"),
    "private_key": ("PRIVATE KEY", r"-----BEGIN [A-Z ]*PRIVATE KEY-----.+?-----END [A-Z ]*PRIVATE KEY-----"),
    "stripe_key": ("k_", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    "webhook_secret": ("whsec_", r"\bwhsec_[A-Za-z0-9+/=]{16,}"),
    "mollie_key": ("t_", r"\btest_[A-Za-z0-9]{30,}"),
    "mollie_live_key": ("live_", r"\blive_[A-Za-z0-9]{30,}"),
    "resend_key": ("re_", r"\bre_[A-Za-z0-9]{6,}_[A-Za-z0-9]{16,}"),
    "mailchimp_key": ("-us", r"\b[0-9a-f]{32}-us\d{1,2}\b"),
    "hubspot_token": ("pat-", r"\bpat-(?:na|eu)\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "github_token": ("gh", r"\bgh[pousr]_[A-Za-z0-9]{30,}"),
    "github_pat": ("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{30,}"),
    "gitlab_token": ("glpat-", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    "slack_token": ("xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    "slack_webhook": ("hooks.slack", r"(?<=hooks\.slack\.com/services/)[A-Za-z0-9/]{20,}"),
    "aws_key": ("IA", r"\bA[KS]IA[A-Z0-9]{16}\b"),
    "google_key": ("AIza", r"\bAIza[A-Za-z0-9_-]{35}"),
    "google_token": ("ya29", r"\bya29\.[A-Za-z0-9_.-]{20,}"),
    "sendgrid_key": ("SG.", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    "openai_key": ("sk-", r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,}"),
    "twilio_key": ("SK", r"\bSK[0-9a-f]{32}\b"),
    "telegram_token": ("bot", r"(?<=\bbot)\d{8,10}:[A-Za-z0-9_-]{35}"),
    "npm_token": ("npm_", r"\bnpm_[A-Za-z0-9]{30,}"),
    "shopify_token": ("shp", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    "square_token": ("EAAA", r"\bEAAA[A-Za-z0-9_-]{50,}"),
    "square_secret": ("sq0", r"\bsq0[a-z]{3}-[A-Za-z0-9_-]{22,}"),
    "user_info": ("://", r"(?<=://)[^\s/:@\"'<>\\]*:[^\s/@\"'<>\\]+(?=@)"),
    "bearer": ("Bearer ", r"(?<=\bBearer )[A-Za-z0-9._~+/=-]{8,}"),
    "basic": ("Basic ", r"(?<=\bBasic )[A-Za-z0-9+/=]{8,}"),
}
_COMPILED = {kind: (hint, re.compile(form, re.DOTALL)) for kind, (hint, form) in _FORMS.items()}
_OPAQUE = re.compile(r"[A-Za-z0-9+/=_.~:-]{16,}")
_LAST_FOUR = re.compile(r"[\s*xX#•.-]*\d{1,4}")
_CARD = re.compile(r"[2-6]\d{3}(?:[ -]?\d){9,15}")
_PARAMETER = re.compile(r"([?&;#]|&amp;|\\u0026|^)([A-Za-z0-9_.\[\]-]{1,40})=([^&\s\"'<>\\;#]+)")


def find_forms(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the value of everything in the text that has the form of a secret."""
    for kind, (hint, form) in _COMPILED.items():
        if hint in text:
            for match in form.finditer(text):
                yield kind, match[0]


def find_parameters(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the value, as spelt, of every query parameter in the addresses of a text."""
    if "=" in text:
        for match in _PARAMETER.finditer(text):
            yield match[2], match[3]


def looks_secret(value: str) -> bool:
    """Say whether a value could only be a secret or an identifier made by a machine.

    16 characters or more without a space, letters and digits mixed, and over 3 bits a character: dates,
    slugs, names and numbers are below that.
    """
    if not _OPAQUE.fullmatch(value) or not re.search(r"[A-Za-z]", value) or not re.search(r"\d", value):
        return False
    return _bits(value) > 3


def is_card_end(value: str) -> bool:
    """Say whether a card's number is shown as receipts show it: no more than the last four digits."""
    return bool(_LAST_FOUR.fullmatch(value))


def is_card_number(value: str) -> bool:
    """Say whether a value is a whole card number: 13 to 19 digits with the check digit of ISO/IEC 7812-1."""
    if not _CARD.fullmatch(value):
        return False
    digits = [int(digit) for digit in reversed(value) if digit.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _bits(value: str) -> float:
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())
