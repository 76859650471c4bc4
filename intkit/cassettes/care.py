"""Looking after recordings: what there is, whether it is clean and whole, and what nobody uses."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intkit.cassettes.age import age_in_days, check_age
from intkit.cassettes.cleaning import clean_request, clean_response
from intkit.cassettes.file import damaged, read_cassette, write_cassette
from intkit.cassettes.journal import journals_of
from intkit.cassettes.names import cassette_name, cassette_path
from intkit.errors import CassetteError, CassetteMissing
from intkit.project import project_root
from intkit.redaction import Redactor, find_secrets, known_secrets
from intkit.redaction.names import is_secret_name
from intkit.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intkit.cassettes.exchange import Exchange

_MENTIONS = (
    "notebooks/**/*.ipynb",
    "mappings/**/*",
    "tests/**/*.py",
    "cassettes/**/*.py",
    "docs/**/*",
    "*.md",
    "*.py",
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a recording: never a secret's value."""

    cassette: str
    what: str

    def __str__(self) -> str:
        return f"{self.cassette}: {self.what}"


def list_cassettes() -> Table:
    """Return a table of the project's recordings: exchanges, size, age, source, and where each is used."""
    rows = [_row(path) for path in cassette_files()]
    columns = ("cassette", "exchanges", "kB", "days old", "recorded from", "used in")
    note = (
        "" if rows else "There are none yet. Record one: intkit.connect(…, cassette='NAME', mode='record')."
    )
    return Table(columns, rows, title="Cassettes", note=note)


def check_cassettes(names: list[str] | None = None) -> list[Complaint]:
    """Return what is wrong with the named recordings, or with all: damage, secrets, age, left journals.

    Secrets are those that stand in a telling place or have a telling form, and the values of environment
    variables that are named like one.
    """
    paths = [cassette_path(name) for name in names] if names else cassette_files()
    return [complaint for path in paths for complaint in _complaints(path)]


def unused_cassettes() -> list[Path]:
    """Return the recordings that no notebook, mapping, test or page of the project mentions."""
    return [path for path in cassette_files() if not _mentions(cassette_name(path))]


def convert(name: str) -> Path:
    """Write a YAML recording in vcrpy's JSON form, which opens faster, and delete the YAML file.

    Raises:
        CassetteError: it is JSON already, or holds what JSON cannot.
    """
    path = cassette_path(name)
    if path.suffix == ".json":
        raise CassetteError(f"The cassette {name} is in JSON form already.")
    target = path.with_suffix(".json")
    write_cassette(target, *read_cassette(path))
    path.unlink()
    return target


def cassette_files() -> list[Path]:
    """Return the files of the project's recordings, by name."""
    folder = project_root() / "cassettes"
    return sorted(path for kind in ("yaml", "json") for path in folder.rglob(f"*.{kind}"))


def _row(path: Path) -> tuple[Any, ...]:
    name, size = cassette_name(path), round(path.stat().st_size / 1000)
    mentions = _mentions(name)
    used = f"{mentions[0]} +{len(mentions) - 1}" if len(mentions) > 1 else "".join(mentions)
    try:
        exchanges, metadata = read_cassette(path)
    except CassetteError:
        return name, None, size, None, "damaged", used
    return name, len(exchanges), size, age_in_days(metadata), metadata.get("recorded_from"), used


def _mentions(name: str) -> list[str]:
    root = project_root()
    files = (path for pattern in _MENTIONS for path in sorted(root.glob(pattern)) if path.is_file())
    return [path.relative_to(root).as_posix() for path in files if _holds(path, name)]


def _holds(path: Path, name: str) -> bool:
    content, word = path.read_bytes(), name.encode()
    return any(quote + word + quote in content for quote in (b'"', b"'", b" ")) or b'\\"' + word in content


def _complaints(path: Path) -> Iterator[Complaint]:
    name = cassette_name(path)
    try:
        exchanges, metadata = read_cassette(path)
        check_age(name, metadata)
        _check_count(path, exchanges, metadata)
    except CassetteError as error:
        yield Complaint(name, error.what)
        if isinstance(error, CassetteMissing):
            return
        exchanges = []
    for leak in find_secrets(path.read_bytes(), known_secrets() | _environment()):
        yield Complaint(name, f"the secret {leak}")
    for number, exchange in enumerate(exchanges):
        for what in _suspects(exchange):
            yield Complaint(name, f"exchange {number} shows {what}")
    for journal in journals_of(path):
        yield Complaint(
            name, f"the journal {journal.name} was left; open the cassette with mode='record' once"
        )


def _check_count(path: Path, exchanges: list[Exchange], metadata: dict[str, Any]) -> None:
    if metadata.get("exchanges", len(exchanges)) != len(exchanges):
        raise damaged(path, f"it says {metadata['exchanges']} exchanges and holds {len(exchanges)}")


def _suspects(exchange: Exchange) -> list[str]:
    """Return the names of what the redactor would still blank."""
    redactor, request, response = Redactor(), exchange.request, exchange.response
    again = clean_request(redactor, request.method, request.url, list(request.headers), request.body)
    headers = list(response.headers)
    try:
        clean_response(redactor, again, response.status, response.reason, headers, response.body)
    except CassetteError:
        return [*redactor.blanked, "a body that cannot be unpacked"]
    return redactor.blanked


def _environment() -> dict[str, str]:
    """Return the values of environment variables that are named like secrets."""
    return {value: name for name, value in os.environ.items() if is_secret_name(name) and len(value) >= 12}
