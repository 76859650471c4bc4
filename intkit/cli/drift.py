"""`intkit drift`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from intkit.errors import CredentialError

DRIFTED = 4


class Severity(StrEnum):
    """How grave a change is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Form(StrEnum):
    """What the report is written as."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"
    JUNIT = "junit"


def drift(
    name: Annotated[
        str, typer.Argument(help="A mapping's name, or the name of the cassette it was made from.")
    ],
    against: Annotated[
        str | None, typer.Option(help="A newer cassette; without it the source itself is asked.")
    ] = None,
    fail_on: Annotated[Severity, typer.Option(help="Exit with 4 from this severity on.")] = Severity.MEDIUM,
    form: Annotated[Form, typer.Option("--as", help="The form of the report.")] = Form.TEXT,
    out: Annotated[Path | None, typer.Option(help="Write the report to this file.")] = None,
) -> None:
    """Tell what changed at a source, and which rules that breaks.

    The records as they were recorded are compared with those of today: their form, not their values.

    \b
    intkit drift stripe/charges --against stripe/charges_today
    intkit drift stripe_payments --as junit --out drift.xml
    """  # noqa: D301 - typer's own mark for lines to keep
    from intkit.drift import read_drift
    from intkit.files import write_atomic

    try:
        found = read_drift(name, cassette=against)
    except CredentialError as error:
        remedy = f"{error.remedy} Two recordings are compared without a key: --against CASSETTE."
        raise CredentialError(error.what, *error.facts, remedy=remedy) from None
    report = {Form.HTML: found.html, Form.JSON: found.json, Form.TEXT: found.text}.get(form)
    text = report() if report is not None else found.junit(fail_on.value)
    if out is None:
        typer.echo(text)
    else:
        typer.echo(f"{found.headline()} Written to {write_atomic(out, text)}.")
    raise typer.Exit(DRIFTED if found.reaches(fail_on.value) else 0)
