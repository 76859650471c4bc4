"""`intkit cassettes` and its commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intkit.cli.names import cassette_names

app = typer.Typer(invoke_without_command=True)
Name = Annotated[str, typer.Argument(help="A cassette's name.", autocompletion=cassette_names)]


@app.callback()
def cassettes(context: typer.Context) -> None:
    """List the recordings, or look after them.

    \b
    intkit cassettes
    """  # noqa: D301 - typer's own mark for lines to keep
    if context.invoked_subcommand is None:
        from intkit.cassettes.care import list_cassettes

        typer.echo(list_cassettes().text())


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(help="Cassettes; all when none is given.")] = None,
) -> None:
    """Look for damage, secrets, age and left journals; for CI and pre-commit. Exits 1 when there is any.

    \b
    intkit cassettes check stripe/charges
    """  # noqa: D301
    from intkit.cassettes.care import check_cassettes

    complaints = check_cassettes(names)
    typer.echo("\n".join(map(str, complaints)) or "All recordings are whole and clean.")
    raise typer.Exit(1 if complaints else 0)


@app.command()
def prune(
    *,
    run: Annotated[
        list[Path] | None,
        typer.Option(help="A run's folder: list the exchanges that it, or all that are named, left unused."),
    ] = None,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete them; without it they are listed.")
    ] = False,
) -> None:
    """List the recordings that nothing in the project mentions, or what a run did not ask for; or delete them.

    \b
    intkit cassettes prune --delete
    intkit cassettes prune --run runs/stripe_payments/20261122T154709Z-1
    """  # noqa: D301
    from intkit.cassettes.care import mentions
    from intkit.cassettes.prune import drop_exchanges, unused_by, unused_cassettes

    word, lines = "deleted" if delete else "not used", []
    for name, unused in unused_by(run or []).items():
        if unused and delete:
            drop_exchanges(name, unused)
        lines += [f"{word}: {name}#{number} {request}" for number, request in unused.items()]
        lines += [f"{name} is mentioned in: {', '.join(mentions(name))}"] if unused else []
    for path in [] if run else unused_cassettes():
        if delete:
            path.unlink()
        lines.append(f"{word}: {path}")
    typer.echo("\n".join(lines) or "Nothing is unused.")


@app.command()
def convert(name: Name) -> None:
    """Turn a YAML recording into vcrpy's JSON form, which opens faster.

    \b
    intkit cassettes convert stripe/charges
    """  # noqa: D301
    from intkit.cassettes.care import convert as convert_cassette

    typer.echo(f"wrote {convert_cassette(name)}")
