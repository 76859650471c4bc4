"""`intkit doctor`, `intkit curl` and `intkit openapi`: from what an API's documentation offers to a first call."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def doctor(
    name: Annotated[str, typer.Argument(help="A vendor, an entry of intkit.toml, or a base URL.")],
    environment: Annotated[str | None, typer.Option(help="Which of the API's worlds: test, live.")] = None,
    place: Annotated[
        list[str] | None, typer.Option("--set", help="What the base URL leaves open: dc=us19.")
    ] = None,
) -> None:
    """Check a connection, and say what to do next.

    One cheap call; exit code 0 where all is well, else 1.

    \b
    intkit doctor stripe
    intkit doctor mailchimp --set dc=us19 --environment live
    """  # noqa: D301 - typer's own mark for lines to keep
    from intkit.connections import connect

    described: dict[str, Any] = dict(each.partition("=")[::2] for each in place or [])
    with connect(name, mode="live", environment=environment, **described) as client:
        card = client.check()
    typer.echo(card.text())
    raise typer.Exit(0 if card.ok else 1)


def curl(
    line: Annotated[str, typer.Argument(help="The curl line, in quotes; - reads it from standard input.")],
) -> None:
    """Turn a curl line into Python.

    As it stands in an API's documentation; a key in it is not kept.

    \b
    intkit curl "curl https://api.stripe.com/v1/charges -u sk_test_123:"
    pbpaste | intkit curl -
    """  # noqa: D301
    from intkit.clients.curl import read_curl
    from intkit.vendors import find_vendor, vendor_at

    call = read_curl(typer.get_text_stream("stdin").read() if line == "-" else line)
    name, places = vendor_at(call.base_url) or ("", {})
    typer.echo(call.code(find_vendor(name) if name else None, places), nl=False)


def openapi(
    spec: Annotated[Path, typer.Argument(help="An OpenAPI 3 file, JSON or YAML.")],
) -> None:
    """Turn an OpenAPI file into a connection.

    An entry for intkit.toml, and the lists to fetch first.

    \b
    intkit openapi vendor.yaml
    """  # noqa: D301
    from intkit.clients.entries import write_entry
    from intkit.clients.openapi import read_openapi

    found = read_openapi(spec)
    name = found.connection.name
    typer.echo(f"# add to intkit.toml, then: client = intkit.connect({name!r})")
    typer.echo(write_entry(name, found.connection))
    typer.echo(str(found.table()))
