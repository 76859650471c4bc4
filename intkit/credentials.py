"""Credentials by reference: a notebook says where a key is kept, never what it is.

`env:NAME` is an environment variable, or the line of that name in the project's `.env`;
`file:PATH` is a file's content; `keyring:SERVICE/USER` is the operating system's key store.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from intkit.errors import CredentialError, ExtraMissing, nearest
from intkit.files import write_atomic
from intkit.project import project_root
from intkit.redaction import register_secret

if TYPE_CHECKING:
    from collections.abc import Callable


def resolve(reference: str) -> str:
    """Return the secret that a reference stands for, and register it for redaction.

    Raises:
        CredentialError: it is not a reference, or nothing is kept there.
        ExtraMissing: `keyring:` without the keyring package.
    """
    kind, place = _split(reference)
    value = _PLACES[kind](place)
    register_secret(value, secret_name(reference))
    return value


def store(reference: str, value: str) -> None:
    """Put a secret where a reference points, and register it for redaction.

    Raises:
        CredentialError: a program cannot write there.
    """
    check_writable(reference)
    kind, place = _split(reference)
    register_secret(value, secret_name(reference))
    if kind == "file":
        path = project_root() / Path(place).expanduser()
        if not path.parent.exists():  # a folder of secrets is none of git's business
            write_atomic(path.parent / ".gitignore", "*\n")
        write_atomic(path, value)
        path.chmod(0o600)
    else:
        service, _, user = place.partition("/")
        _keyring("set_password", service, user, value)


def check_writable(reference: str) -> str:
    """Return a reference whose secret may change, and so has to be written back.

    Raises:
        CredentialError: it is not of a kind that can be written to.
    """
    kind, place = _split(reference, "file:secrets/refresh_token")
    if kind == "env":
        raise CredentialError(
            f"A secret that changes cannot be kept in the environment variable {place}.",
            "The vendor voids the old one at each use, so the new one has to be written back.",
            remedy="Keep it in a file, 'file:secrets/refresh_token', or in 'keyring:SERVICE/USER'.",
        )
    return reference


def check_reference(text: str, suggestion: str = "env:API_KEY") -> str:
    """Return the text if it is a reference; a secret written out in full is refused, unseen.

    Args:
        text: what the caller gave.
        suggestion: the reference that the error tells to write instead.

    Raises:
        CredentialError: it is no reference; the message does not repeat it.
    """
    _split(text, suggestion)
    return text


def is_reference(text: str) -> bool:
    """Return whether the text reads `env:NAME` or alike."""
    kind, colon, place = text.partition(":")
    return bool(colon) and kind in _PLACES and bool(place.strip())


def secret_name(reference: str) -> str:
    """Return the name that stands for the secret in redacted text: the last word of the reference."""
    last = reference.partition(":")[2].replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = "".join(char if char.isalnum() else "_" for char in last).strip("_").upper()
    return name or "SECRET"


def _split(text: str, suggestion: str = "env:API_KEY") -> tuple[str, str]:
    kind, colon, place = text.partition(":")
    if is_reference(text):
        return kind, place.strip()
    known = nearest(kind, _PLACES) if colon and len(kind) < 10 and kind.isalpha() else ""
    raise CredentialError(
        f"A key is given by reference, never written out.{known}",
        "A reference is 'env:NAME', 'file:PATH' or 'keyring:SERVICE/USER'.",
        remedy=f"Put the key into the environment or into .env, and write {suggestion!r} in its place.",
    )


def _from_environment(name: str) -> str:
    value = os.environ.get(name) or _dotenv().get(name)
    if not value:
        raise CredentialError(
            f"{name} is not set.{nearest(name, [*_dotenv(), *os.environ])}",
            f"Neither the environment nor {project_root() / '.env'} has a value for it.",
            remedy=f"Set it: `export {name}=…`, or add the line `{name}=…` to .env, and try again.",
        )
    return value


def _dotenv() -> dict[str, str]:
    """Read the project's `.env` afresh, so that an edit counts without a restart."""
    path = project_root() / ".env"
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(path, interpolate=False).items() if value}


def _from_file(place: str) -> str:
    path = project_root() / Path(place).expanduser()
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise CredentialError(
            f"The key file {path} cannot be read: {why}.",
            remedy="Check the path; a relative one starts at the project's folder.",
        ) from None
    if not value:
        raise CredentialError(f"The key file {path} is empty.", remedy="Put the key into it.")
    return value


def _from_keyring(place: str) -> str:
    service, _, user = place.partition("/")
    value = _keyring("get_password", service, user)
    if not value:
        raise CredentialError(
            f"The key store has nothing for service {service!r}, user {user!r}.",
            remedy=f"Store it: `keyring set {service} {user}`.",
        )
    return str(value)


def _keyring(act: str, *words: str) -> str | None:
    """Ask the operating system's key store."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise ExtraMissing(
            "The key store needs the keyring package.", remedy="pip install 'intkit[keyring]'"
        ) from None
    try:
        answer: str | None = getattr(keyring, act)(*words)
    except KeyringError as error:
        raise CredentialError(
            f"The key store cannot be used: {type(error).__name__}.",
            remedy="On a machine without a key store write 'env:NAME' instead.",
        ) from None
    return answer


_PLACES: dict[str, Callable[[str], str]] = {
    "env": _from_environment,
    "file": _from_file,
    "keyring": _from_keyring,
}
