"""`intkit contract` and `intkit spec`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from intkit.cli.names import cassette_names, mapping_names
from intkit.errors import ProjectError

Mapping = Annotated[str, typer.Argument(help="A mapping's name.", autocompletion=mapping_names)]


def contract(
    mapping: Mapping,
    check: Annotated[
        bool, typer.Option("--check", help="Check records; exit with 1 where they break more than a `warn`.")
    ] = False,
    against: Annotated[
        str | None, typer.Option(help="The cassette to check; the mapping's own where it is not given.")
    ] = None,
    fresh_days: Annotated[
        float | None, typer.Option(min=0, help="How old the newest record may be; any age if not given.")
    ] = None,
) -> None:
    """Write down what a mapping relies on, or check it.

    The paths that its rules read, with types, nulls, enums and formats, go to mappings/NAME.contract.yaml.

    \b
    intkit contract stripe_payments
    intkit contract stripe_payments --check --against stripe/charges
    """  # noqa: D301 - typer's own mark for lines to keep
    from intkit.contracts import read_contract, write_contract
    from intkit.drift import contract_of_mapping, read_records
    from intkit.project import named_path, project_root

    path = named_path("mappings", mapping, ".contract.yaml")
    if not check:
        contract = contract_of_mapping(mapping, fresh_days=fresh_days)
        typer.echo(write_contract(contract, path).relative_to(project_root()).as_posix())
        return
    if not path.is_file():
        raise ProjectError(
            f"There is no file {path}.", remedy=f"Write it first: `intkit contract {mapping}`."
        )
    checked = read_contract(path).check(read_records(mapping, against))
    typer.echo(checked.table().text())
    raise typer.Exit(1 if checked.rejected or checked.stopped else 0)


def spec(
    document: Annotated[Path, typer.Argument(help="An OpenAPI 3 document.")],
    cassette: Annotated[str, typer.Argument(help="A cassette's name.", autocompletion=cassette_names)],
    overlay: Annotated[
        Path | None, typer.Option(help="Write the mends as an OpenAPI Overlay to this file.")
    ] = None,
) -> None:
    """Tell where an OpenAPI document and a recording part.

    Fields that it does not document, or requires in vain; other types, enums and statuses; its own faults.

    \b
    intkit spec vendor.yaml stripe/charges --overlay mends.json
    """  # noqa: D301 - typer's own mark for lines to keep
    from intkit.cassettes import open_cassette
    from intkit.contracts import check_exchanges, read_spec
    from intkit.files import write_atomic

    reality = check_exchanges(read_spec(document), open_cassette(cassette).exchanges)
    typer.echo(reality.table().text())
    if overlay is not None:
        typer.echo(write_atomic(overlay, json.dumps(reality.overlay(), indent=2, ensure_ascii=False) + "\n"))
    raise typer.Exit(1 if reality.findings else 0)
