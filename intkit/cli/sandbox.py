"""`intkit sandbox`."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer


def sandbox(
    vendors: Annotated[list[str] | None, typer.Argument(help="Vendors to serve; all without any.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="On loopback; 0 takes a free one.")] = 8123,
    seed: Annotated[int | None, typer.Option(help="Another seed, other records.")] = None,
    clock: Annotated[datetime | None, typer.Option(help="When the records' time starts, in UTC.")] = None,
    faults: Annotated[str | None, typer.Option(help="What goes wrong: 'stripe 429 times=3'.")] = None,
    limits: Annotated[bool | None, typer.Option(help="Refuse calls beyond the vendors' rates.")] = None,
    cassette: Annotated[str | None, typer.Option(help="Serve this recording instead of a vendor.")] = None,
) -> None:
    """Serve practice APIs on this machine.

    They answer as the real vendors do, with made-up records, until interrupted.

    \b
    intkit sandbox stripe
    intkit sandbox stripe --port 8200 --seed 7 --clock 2026-01-31
    intkit sandbox stripe --faults 'stripe 429 times=3 retry_after=2'
    intkit sandbox --cassette stripe/charges
    """  # noqa: D301 - typer's own mark for lines to keep
    if cassette is not None:
        _serve_cassette(cassette, port)
        return
    from intkit.sandbox import serve

    start = clock and clock.replace(tzinfo=UTC)
    asked: dict[str, Any] = {"seed": seed, "clock": start, "faults": faults, "limits": limits}
    serve(vendors or (), port=port, **{name: value for name, value in asked.items() if value is not None})


def _serve_cassette(name: str, port: int) -> None:
    """Answer as a recording does, whatever host is asked."""
    from intkit.cassettes.mock import serve

    typer.echo(f"{name} on http://127.0.0.1:{port}, until Ctrl+C")
    serve(name, port)
