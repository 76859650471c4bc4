"""`intkit check` and `intkit export`."""

from typing import Annotated

import typer

from intkit.cli.names import mapping_names

Name = Annotated[str, typer.Argument(help="A mapping's name.", autocompletion=mapping_names)]


def check(mapping: Name) -> None:
    """Check a mapping before it maps a record.

    It compares the rules with what the source has shown and what the target demands, and exits with 1
    where something cannot work. A warning costs records, and says how many.

    \b
    intkit check stripe_payments
    """  # noqa: D301 - typer's own mark for lines to keep
    from intkit.mapping import Mapping

    findings = Mapping(mapping).check()
    for each in findings:
        typer.echo(f"{each.severity}: {each.target}{': ' if each.target else ''}{each.what}\n  {each.remedy}")
    typer.echo(f"{mapping}: {len(findings)} to look at.")
    raise typer.Exit(1 if any(each.severity == "error" for each in findings) else 0)


def export(
    mapping: Name,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 where a file is stale.")
    ] = False,
    structs: Annotated[
        bool, typer.Option("--structs", help="Give msgspec Structs as targets, for speed; kept from then on.")
    ] = False,
) -> None:
    """Write a mapping as a tested Python module.

    The module, its tests and its sheet for people go to mappings/.

    \b
    intkit export stripe_payments
    intkit export stripe_payments --check
    """  # noqa: D301 - typer's own mark for lines to keep
    from intkit.mapping import Mapping
    from intkit.project import project_root

    written = Mapping(mapping).export(check=check, targets="struct" if structs else None)
    if check:
        typer.echo(f"{mapping}: the module says what the mapping says.")
        return
    for path in written:
        typer.echo(path.relative_to(project_root()).as_posix())
