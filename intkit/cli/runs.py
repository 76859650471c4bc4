"""`intkit run`."""

from pathlib import Path
from typing import Annotated

import typer

from intkit.cli.names import mapping_names, notebook_names
from intkit.errors import ParameterError


def run(
    mapping: Annotated[str, typer.Argument(help="A mapping's name.", autocompletion=mapping_names)],
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", help="NAME=VALUE, as often as needed.", metavar="NAME=VALUE"),
    ] = None,
    notebook: Annotated[
        str, typer.Option(help="Which notebook to execute.", autocompletion=notebook_names)
    ] = "run_mapping",
    folder: Annotated[Path | None, typer.Option(help="Where the results go; else below runs/.")] = None,
    max_rejects: Annotated[int, typer.Option(min=0, help="How many are fine; beyond it exit with 3.")] = 0,
) -> None:
    """Run a mapping headless and report.

    It reads the mapping's recording, offline, and leaves a folder with the accepted records, the
    rejects, a summary and the executed notebook.

    \b
    intkit run stripe_payments
    intkit run stripe_payments -p limit=50 --max-rejects 10
    """  # noqa: D301 - typer's own mark for lines to keep
    from intkit.runs import run as run_mapping

    done = run_mapping(
        mapping, _pairs(parameter or []), notebook=notebook, folder=folder, max_rejects=max_rejects
    )
    typer.echo(done.text())
    raise typer.Exit(done.exit_code)


def _pairs(words: list[str]) -> dict[str, str]:
    """Return `NAME=VALUE` words as a dict.

    Raises:
        ParameterError: a word has no `=`.
    """
    pairs = [word.partition("=") for word in words]
    for name, equals, _ in pairs:
        if not equals:
            raise ParameterError(
                f"A parameter is NAME=VALUE, not {name!r}.", remedy="Write it like -p limit=50."
            )
    return {name: value for name, _, value in pairs}
