"""Looking after recordings: what there is, and whether it is clean and whole."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
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
    from collections.abc import Iterator, Mapping

    from intkit.cassettes.exchange import Exchange

_MENTIONING = (".ipynb", ".py", ".md", ".rst", ".txt", ".yaml", ".yml", ".toml", ".sh", ".cfg", "Makefile")
_NOT_OURS = ("runs", "node_modules", "site-packages", "__pycache__")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a recording: never a secret's value."""

    cassette: str
    what: str

    def __str__(self) -> str:
        return f"{self.cassette}: {self.what}"


def list_cassettes() -> Table:
    """Return a table of the project's recordings: exchanges, size, age, source, whose data, and where it is used."""
    texts = project_texts()
    rows = [_row(path, mentions(cassette_name(path), texts)) for path in cassette_files()]
    columns = ("cassette", "exchanges", "kB", "days old", "recorded from", "personal data", "used in")
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


def mentions(name: str, texts: Mapping[str, bytes] | None = None) -> list[str]:
    """Return the project's files that mention a recording: notebooks and mappings, then programs and pages.

    Args:
        name: the cassette's.
        texts: the files, as `project_texts` gives them, where several recordings are looked for.
    """
    word = re.compile(rb"(?<![\w-])" + re.escape(name).encode() + rb"(?![\w-])")
    found = [
        path for path, text in (project_texts() if texts is None else texts).items() if word.search(text)
    ]
    return sorted(found, key=lambda path: not path.startswith(("notebooks/", "mappings/")))


def project_texts() -> dict[str, bytes]:
    """Return the project's own text files, by path; not those of recordings, runs or installed packages."""
    root, found, recordings = project_root(), {}, set(cassette_files())
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(each for each in folders if each not in _NOT_OURS and each[0] != ".")
        if "pyvenv.cfg" in files:
            folders[:] = []
            continue
        paths = [Path(folder, each) for each in sorted(files) if each.endswith(_MENTIONING)]
        for path in (each for each in paths if each not in recordings):
            found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def cassette_files() -> list[Path]:
    """Return the files of the project's recordings, by name."""
    folder = project_root() / "cassettes"
    return sorted(path for kind in ("yaml", "json") for path in folder.rglob(f"*.{kind}"))


def look_over(redactor: Redactor, exchange: Exchange) -> None:
    """Have the redactor look at an exchange as if it were recorded now."""
    request, response = exchange.request, exchange.response
    again = clean_request(redactor, request.method, request.url, list(request.headers), request.body)
    headers = list(response.headers)
    clean_response(redactor, again, response.status, response.reason, headers, response.body)


def _row(path: Path, places: list[str]) -> tuple[Any, ...]:
    name, size = cassette_name(path), round(path.stat().st_size / 1000)
    used = f"{places[0]} +{len(places) - 1}" if len(places) > 1 else "".join(places)
    try:
        exchanges, metadata = read_cassette(path)
    except CassetteError:
        return name, None, size, None, "damaged", None, used
    people = ", ".join(f"{kind} {count}" for kind, count in (metadata.get("personal_data") or {}).items())
    return name, len(exchanges), size, age_in_days(metadata), metadata.get("recorded_from"), people, used


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
    redactor = Redactor()
    try:
        look_over(redactor, exchange)
    except CassetteError:
        return [*redactor.blanked, "a body that cannot be unpacked"]
    return redactor.blanked


def _environment() -> dict[str, str]:
    """Return the values of environment variables that are named like secrets."""
    return {value: name for name, value in os.environ.items() if is_secret_name(name) and len(value) >= 12}
