"""The exported module: the compiled mapping with a header and all that it needs copied in."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from intkit.rules.render import Definitions, render_module

if TYPE_CHECKING:
    from intkit.rules.program import Program

_CONTENT = re.compile(r"^Content: sha256 [0-9a-f]{64}$", re.MULTILINE)
_NO_CONTENT = "Content: sha256 " + "0" * 64


def export_source(program: Program, definitions: Definitions, lines: list[str]) -> str:
    """Return the module's source; it carries a hash of itself, so that an edit by hand is known.

    Args:
        program: the compiled mapping.
        definitions: target models and own transforms, to copy or to import.
        lines: the header's facts.
    """
    source = render_module(program, header(program, [*lines, _NO_CONTENT]), definitions)
    return source.replace(_NO_CONTENT, f"Content: sha256 {content_hash(source)}", 1)


def content_hash(source: str) -> str:
    """Return the hash of a module's source, its own hash line set aside."""
    return hashlib.sha256(_CONTENT.sub(_NO_CONTENT, source, count=1).encode()).hexdigest()


def is_untouched(source: str) -> bool:
    """Whether an exported module is as the kit wrote it."""
    found = _CONTENT.search(source)
    return found is not None and found[0].removeprefix("Content: sha256 ") == content_hash(source)


def header(program: Program, lines: list[str]) -> str:
    """Return the module's docstring."""
    spec = program.spec
    kind = "one by one" if not spec.each else "row by row"
    about = [f"Map {spec.record} records to {spec.target.name} targets, {kind}.", ""]
    notes = [spec.notes, ""] if spec.notes else []
    return "\n".join([*about, *notes, *lines])
