"""`intkit transforms`."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from intkit.errors import ExtraMissing, ParameterError, shorten
from intkit.tables import clean
from intkit.transforms import TRANSFORMS, find_transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intkit.transforms import Example, Transform


def transform_names(incomplete: str) -> list[str]:
    """Return the transforms whose name starts like this."""
    return [name for name in TRANSFORMS if name.startswith(incomplete)]


def transforms(
    name: Annotated[str, typer.Argument(help="A transform's name.", autocompletion=transform_names)] = "",
    values: Annotated[
        list[str] | None, typer.Argument(help="A value to try it on, and its other arguments; lists in JSON.")
    ] = None,
) -> None:
    """List the transforms that rules can use, or try one.

    With a name it shows that one's examples, with values what it makes of them; it exits with 1 where it
    refuses the value.

    \b
    intkit transforms
    intkit transforms decimal
    intkit transforms decimal "1.234,50" nl
    """  # noqa: D301 - typer's own mark for lines to keep
    if not name:
        typer.echo("\n".join(_listed()).strip())
        return
    try:
        transform = find_transform(name)
    except LookupError as error:
        raise ParameterError(str(error.args[0]), remedy="`intkit transforms` lists them all.") from None
    typer.echo(_tried(transform, values) if values else "\n".join(_explained(transform)))


def _listed() -> Iterator[str]:
    """Return two lines a transform: what it does, and an example."""
    width = max(map(len, TRANSFORMS)) + 2
    for chapter, each in groupby(TRANSFORMS.values(), key=lambda transform: transform.module):
        yield f"\n{chapter.upper()}"
        for transform in each:
            yield f"{transform.name:{width}}{transform.summary}"
            yield f"{'':{width}}{_line(transform.examples[0])}"


def _explained(transform: Transform) -> Iterator[str]:
    yield transform.doc.partition(">>>")[0].strip()
    yield ""
    yield from map(_line, transform.examples)


def _line(example: Example) -> str:
    return clean(f"{example.rule}  →  {example.shown}")


def _tried(transform: Transform, values: list[str]) -> str:
    """Return what comes out.

    Raises:
        ExtraMissing: the transform needs a package that is not installed.
        ParameterError: it takes other arguments.
    """
    from intkit.transforms.trial import try_transform

    try:
        return clean(_text(try_transform(transform, values)))
    except ModuleNotFoundError as error:
        what, _, remedy = str(error).partition(": ")
        raise ExtraMissing(f"{what}.", remedy=f"Run {remedy}") from None
    except TypeError as error:
        raise ParameterError(
            str(error), remedy=f"`intkit transforms {transform.name}` shows examples."
        ) from None
    except (ValueError, ArithmeticError) as error:
        typer.echo(f"{error}, got {shorten(values[0])}", err=True)
        raise typer.Exit(1) from None


def _text(value: Any) -> str:
    if isinstance(value, list):
        return json.dumps([_text(each) for each in value], ensure_ascii=False)
    if value is None:
        return "null"
    return value if isinstance(value, str) else str(TRANSFORMS["text"].function(value))
