"""`intkit profile`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from intkit.cli.names import cassette_names
from intkit.errors import RecordsError

if TYPE_CHECKING:
    from intkit.records import Records


def profile(
    cassette: Annotated[str, typer.Argument(help="A cassette's name.", autocompletion=cassette_names)],
) -> None:
    """Show what a recording's records look like.

    One row a path: how often it is there, its types and formats, distinct values, examples.

    \b
    intkit profile stripe/charges
    """  # noqa: D301 - typer's own mark for lines to keep
    from intkit.profiles import profile as profile_records

    typer.echo(profile_records(_recorded(cassette)).text())


def _recorded(cassette: str) -> Records:
    """Return the records of a recording's first list, every page of it.

    Raises:
        CassetteError: the recording is missing or damaged.
        RecordsError: nothing in it was asked for with GET.
    """
    from urllib.parse import parse_qsl, urlsplit

    from intkit.cassettes import open_cassette
    from intkit.connections import connect

    requests = [each.request for each in open_cassette(cassette).exchanges]
    first = next((urlsplit(each.url) for each in requests if each.method == "GET"), None)
    if first is None:
        raise RecordsError(
            f"The cassette {cassette} holds no GET.", remedy="Profile its records in a notebook."
        )
    client = connect(_target(first.hostname or "", f"{first.scheme}://{first.netloc}"), cassette=cassette)
    return client.records(first._replace(query="").geturl(), params=dict(parse_qsl(first.query)))


def _target(host: str, base_url: str) -> str:
    """Return the vendor at this host, for its way of paging, or the address where it is nobody's."""
    from intkit.vendors import find_vendor, vendor_names

    return next((name for name in vendor_names() if find_vendor(name).host == host), base_url)
