"""Contracts as YAML: for people to read and to change, for programs to read back."""

from __future__ import annotations

from dataclasses import asdict, fields
from io import StringIO
from typing import TYPE_CHECKING, Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from intkit.contracts.contract import Contract, Freshness, Promise
from intkit.errors import ContractError, nearest
from intkit.files import read_text, write_atomic

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = "# What this integration relies on at its source; `intkit drift` watches it. Change what you know better.\n"


def write_contract(contract: Contract, path: Path) -> Path:
    """Write the contract as YAML and return the path.

    Raises:
        ProjectError: the file cannot be written; what was there is untouched.
    """
    whole = {"contract": contract.name, **_filled(contract, leave=("name", "promises"))}
    whole["paths"] = {name: _filled(promise) for name, promise in contract.promises.items()}
    yaml = YAML()
    yaml.width = 110
    text = StringIO()
    yaml.dump(_quoted(whole), text)
    return write_atomic(path, _HEAD + text.getvalue())


def read_contract(path: Path) -> Contract:
    """Return the contract in a YAML file.

    Raises:
        ProjectError: there is no such file, or it is not text.
        ContractError: it is not YAML, or holds what a contract has not.
    """
    try:
        found = YAML(typ="safe", pure=True).load(read_text(path))
        file = msgspec.convert(found, _File)
        _refuse_unknown(found["paths"])
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "it does not parse"
        raise ContractError(f"{path}{place} is not YAML: {problem}.", remedy="Mend that line.") from None
    except msgspec.ValidationError as error:
        raise ContractError(
            f"{path} is no contract: {error}.", remedy="Mend that place, or write the contract anew."
        ) from None
    return Contract(
        file.contract, file.paths, file.key, file.at_least, file.fresh, tuple(file.missing), file.evidence
    )


def _refuse_unknown(paths: dict[str, dict[str, Any]]) -> None:
    known = Promise.__dataclass_fields__
    for path, promise in paths.items():
        for word in promise:
            if word not in known:
                raise msgspec.ValidationError(f"{path} has the unknown word {word!r}.{nearest(word, known)}")


class _File(msgspec.Struct, forbid_unknown_fields=True):
    contract: str
    paths: dict[str, Promise]
    key: str = ""
    at_least: int = 0
    fresh: Freshness | None = None
    missing: list[Any] = []
    evidence: str = ""


def _filled(made: Contract | Promise, leave: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what differs from the defaults: a reader wants to see what was promised, not what was not."""
    defaults = {each.name: each.default for each in fields(made)}
    values = {name: value for name, value in asdict(made).items() if name not in leave}
    return {name: value for name, value in values.items() if name == "mode" or value != defaults[name]}


def _quoted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _quoted(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_quoted(inner) for inner in value]
    return DoubleQuotedScalarString(value) if isinstance(value, str) else value
