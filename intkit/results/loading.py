"""A compiled mapping as a module that runs."""

from __future__ import annotations

import linecache
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

from intkit.compiler.render import write_module
from intkit.errors import MappingError
from intkit.mapping_files.given import explain_given, given_of_run
from intkit.mapping_files.models_file import definitions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intkit.compiler.program import Program
    from intkit.rules.spec import Spec


def load_module(program: Program) -> ModuleType:
    """Return the compiled mapping as a running module: the source that an export writes, before the formatter."""
    source = write_module(program, f"The mapping {program.spec.name}.", None)
    things = {thing.__name__: thing for thing in definitions_of(program.spec)}
    return run_source(source, program.spec, things)


def run_source(source: str, spec: Spec, things: Mapping[str, Any] | None = None) -> ModuleType:
    """Return the source of a mapping as a running module.

    Args:
        source: of the module.
        spec: the mapping.
        things: what the source names and does not define.
    """
    module = execute(source, f"intkit_mapping_{spec.name}", things or {})
    if spec.asks:
        give_run(module, spec)
    return module


def execute(source: str, name: str, things: Mapping[str, Any]) -> ModuleType:
    """Return source as a module of that name, which takes the place of one that had it."""
    module = ModuleType(name)
    module.__dict__.update(things)
    sys.modules[name] = module
    # a traceback into the compiled mapping shows its lines
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), module.__dict__)  # noqa: S102 - our own compiler wrote it, from a checked tree
    for each in vars(module).values():
        # types are looked up by the module's name, which the same mapping's next version takes: so now
        if isinstance(each, type) and issubclass(each, msgspec.Struct) and each.__module__ == name:
            module.fields_of(each)
    return module


def give_run(module: ModuleType, spec: Spec) -> None:
    """Hand over what the run gives: the mapping's file, and over it what was given in code.

    Raises:
        MappingError: something is missing, is not asked for, or is of another type.
    """
    given = given_of_run(spec)
    try:
        module.give(**given)
    except msgspec.ValidationError as error:
        raise MappingError(
            f"{spec.name} asks each run for {', '.join(spec.asks)}: {error}.",
            remedy=explain_given(spec),
        ) from None
