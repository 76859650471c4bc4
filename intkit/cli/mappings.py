"""`intkit check`, `intkit export`, `intkit compare` and `intkit sheet`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from intkit.cli.names import mapping_names
from intkit.errors import MappingError

if TYPE_CHECKING:
    from intkit.results.comparison import Comparison

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
    mapping: Annotated[
        str, typer.Argument(help="A mapping's name; all mappings if not given.", autocompletion=mapping_names)
    ] = "",
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
    intkit export --check
    """  # noqa: D301 - typer's own mark for lines to keep
    from intkit.mapping import Mapping
    from intkit.project import project_root

    for name in [mapping] if mapping else mapping_names(""):
        written = Mapping(name).export(check=check, targets="struct" if structs else None)
        if check:
            typer.echo(f"{name}: the module says what the mapping says.")
        else:
            typer.echo("\n".join(path.relative_to(project_root()).as_posix() for path in written))


def compare(
    mapping: Name,
    old: Annotated[
        str, typer.Argument(help="What git has (HEAD, a branch, a commit), or an older mapping file.")
    ] = "HEAD",
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown, for a pull request.")] = False,
) -> None:
    """Tell what a change of rules does to the records.

    The mapping and an older one map the same recording. What comes out otherwise is told by target
    field: in how many records, and with the first of them before and after.

    \b
    intkit compare stripe_payments
    intkit compare stripe_payments main --markdown
    """  # noqa: D301 - typer's own mark for lines to keep
    from intkit.mapping import Mapping

    made = Mapping(mapping)
    comparison = made.compare(old, made.fetch())
    typer.echo(comparison.markdown() if markdown else _told(comparison))


def sheet(
    mapping: Name,
    file: Annotated[Path | None, typer.Argument(help="Ends in .xlsx or .csv; else NAME.xlsx.")] = None,
    signed: Annotated[
        Path | None, typer.Option("--from", help="Read this sheet back into the mapping.")
    ] = None,
) -> None:
    """Write a sheet for sign-off, or read one back.

    Every target field with its type, rule, reason, filling and an example, and every value map, for
    somebody who never saw a notebook. Read back, it tells what the new decisions do to the records.

    \b
    intkit sheet stripe_payments
    intkit sheet stripe_payments --from stripe_payments.xlsx
    """  # noqa: D301 - typer's own mark for lines to keep
    from intkit.mapping import Mapping

    made = Mapping(mapping)
    if signed is None:
        result = made.apply(made.fetch(), keep=False)
        typer.echo(made.sheet(file or Path(f"{mapping}.xlsx"), result))
        return
    decided = Mapping.from_sheet(signed)
    if decided.name != mapping:
        raise MappingError(
            f"{signed.name} is a sheet of the mapping {decided.name!r}, not of {mapping!r}.",
            remedy=f"Name that one: intkit sheet {decided.name} --from {signed}.",
        )
    typer.echo(_told(decided.compare(made, made.fetch())))
    typer.echo(f"Written to mappings/{decided.save().name}; now run `intkit export {mapping}`.")


def _told(comparison: Comparison) -> str:
    """Return a comparison as text; in one line where nothing differs."""
    if comparison.rules or comparison.changes:
        return comparison.table().text()
    return f"{comparison.name}: {comparison.headline()}."
