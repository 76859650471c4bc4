"""The exported module: the compiled mapping with a header and all that it needs copied in."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from intkit.compiler.render import Definitions, render_module

if TYPE_CHECKING:
    from intkit.compiler.program import Program

_CONTENT = re.compile(r"^Content: sha256 [0-9a-f]{64}$", re.MULTILINE)
NO_CONTENT = "Content: sha256 " + "0" * 64


def export_source(program: Program, definitions: Definitions, lines: list[str]) -> str:
    """Return the module's source, sealed.

    Args:
        program: the compiled mapping.
        definitions: target models and own transforms, to copy or to import.
        lines: the header's facts.
    """
    return seal(render_module(program, header(program, [*lines, NO_CONTENT]), definitions))


def seal(text: str) -> str:
    """Return the text of a file with a hash of itself in its last line of content, so that an edit is known."""
    *_, place = _CONTENT.finditer(text)
    blank = text[: place.start()] + NO_CONTENT + text[place.end() :]
    digest = hashlib.sha256(blank.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[: place.start()]}Content: sha256 {digest}{text[place.end() :]}"


def is_untouched(text: str) -> bool:
    """Whether a file of an export is as the kit wrote it."""
    return _CONTENT.search(text) is not None and seal(text) == text


def header(program: Program, lines: list[str]) -> str:
    """Return the module's docstring."""
    spec = program.spec
    kind = "one by one" if not spec.each else "row by row"
    about = [f"Map {spec.record} records to {spec.target.name} targets, {kind}.", ""]
    notes = [spec.notes, ""] if spec.notes else []
    return "\n".join([*about, *notes, *lines])
