"""The command line: `intkit --help`. Each command is a few lines over a function of the kit.

Exit codes: 0 fine, 1 failed or problems found, 2 misuse, 3 more rejects than allowed, 4 drift,
130 interrupted.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from intkit.cli import cassettes, connect, contracts, drift, mappings, runs, sandbox, sources, transforms
from intkit.errors import CassetteMissing, IntkitError, MappingMissing, ParameterError, ProjectError

# a name that names nothing, or a value of another type
_MISUSE = (ParameterError, ProjectError, MappingMissing, CassetteMissing)


class Commands(TyperGroup):
    """The group of all commands: an error of the kit ends as its text and an exit code, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except IntkitError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2 if isinstance(error, _MISUSE) else 1) from None


def version() -> None:
    """Print the versions of the kit and of Python."""
    import platform
    from importlib.metadata import version as installed

    typer.echo(f"intkit {installed('intkit')}, Python {platform.python_version()}")


app = typer.Typer(
    cls=Commands,
    help="Prototype an API integration in JupyterLab and walk out with a tested mapping module.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(sources.profile)
app.command()(mappings.check)
app.command()(mappings.export)
app.command()(mappings.compare)
app.command()(mappings.sheet)
app.command()(runs.run)
app.command()(drift.drift)
app.command()(contracts.contract)
app.command()(contracts.spec)
app.command()(sandbox.sandbox)
# a value to try may start with a minus
app.command(context_settings={"ignore_unknown_options": True})(transforms.transforms)
app.command()(connect.doctor)
app.command()(connect.curl)
app.command()(connect.openapi)
app.add_typer(cassettes.app, name="cassettes")
app.command()(version)
