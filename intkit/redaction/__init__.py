"""Find secrets and blank them: in text, in requests, in responses, in files."""

from intkit.redaction.people import KINDS, redact_people, stand_in
from intkit.redaction.redactor import Redactor
from intkit.redaction.registry import blank, forget_secrets, known_secrets, register_secret
from intkit.redaction.scan import Leak, find_secrets

__all__ = [
    "KINDS",
    "Leak",
    "Redactor",
    "blank",
    "find_secrets",
    "forget_secrets",
    "known_secrets",
    "redact_people",
    "register_secret",
    "stand_in",
]
