"""What the command line of an exported mapping has beside, where each run gives value maps or parameters."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from intkit.compiler.command import MapRecord, run_command
from intkit.compiler.explanation import Facts


def run_given(
    parser: argparse.ArgumentParser,
    give: Callable[..., None],
    map_record: MapRecord,
    facts: Facts,
    arguments: Sequence[str] | None = None,
) -> int:
    """Take what this run gives from the command line, and map a file."""
    told = "a run parameter, or a value map: a .json file, or a .csv of two columns with a heading"
    parser.add_argument("--give", action="append", default=[], metavar="NAME=VALUE", help=told)
    options = parser.parse_args(arguments)
    try:
        give(**read_given(options.give))
    except (OSError, ValueError, csv.Error, msgspec.ValidationError) as error:
        sys.stderr.write(f"{options.program}: {error}\n")
        return 2
    return run_command(options, map_record, facts)


def read_given(texts: Iterable[str]) -> dict[str, Any]:
    """Return what a run gives: by name, a text or what a file holds."""
    given: dict[str, Any] = {}
    for name, _, value in (text.partition("=") for text in texts):
        if value.endswith(".json"):
            given[name] = json.loads(Path(value).read_text(encoding="utf-8"))
        elif value.endswith(".csv"):
            with Path(value).open(encoding="utf-8-sig", newline="") as file:
                given[name] = {row[0]: row[1] for row in list(csv.reader(file))[1:] if len(row) > 1}
        else:
            given[name] = value
    return given
