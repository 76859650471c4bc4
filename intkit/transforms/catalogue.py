"""The transforms by name, each with the examples that are its help and its tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from intkit.transforms.definitions import MODULES, Definition, read_module
from intkit.transforms.examples import Example, read_examples

if TYPE_CHECKING:
    from collections.abc import Callable


# the one line below the docstring of a transform that is nothing but a method, or a factor out of a table
_PLAIN = re.compile(r'"""\n    return value(?:\.\w+\(\)| \* [A-Z_]+\[currency\])$')


@dataclass(frozen=True)
class Transform:
    """A function that rules can name.

    Attributes:
        name: what a rule calls it.
        module: the file of this folder that it stands in, which is also its chapter in the help.
        summary: what it does, in a sentence.
        written: the expression that it is, where it is as plain as a call: `{value}.upper()`.
        needs: the names of its module that its source uses: constants, other functions, imports.
        doc: the docstring whole, with the examples.
    """

    name: str
    module: str
    summary: str
    written: str
    needs: tuple[str, ...]
    doc: str

    @property
    def function(self) -> Callable[..., Any]:
        """The function itself; its annotations say what goes in and what comes out.

        Raises:
            ModuleNotFoundError: the package that it needs is not installed; the text names the extra.
        """
        try:
            module = import_module(f"intkit.transforms.{self.module}")
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f"The transform {self.name!r} needs {error.name}: pip install 'intkit[codes]'",
                name=error.name,
            ) from None
        function: Callable[..., Any] = getattr(module, self.name)
        return function

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The examples of the docstring, in its order."""
        return tuple(read_examples(self.doc))


class _Catalogue(Mapping[str, Transform]):
    """All transforms by name; the files are read when the first one is asked for."""

    @cached_property
    def _transforms(self) -> dict[str, Transform]:
        return {
            name: _transform(module, definition)
            for module in MODULES
            for name, definition in read_module(module).definitions.items()
            if definition.is_transform
        }

    def __getitem__(self, name: str) -> Transform:
        return self._transforms[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._transforms)

    def __len__(self) -> int:
        return len(self._transforms)


def _transform(module: str, definition: Definition) -> Transform:
    return Transform(
        name=definition.name,
        module=module,
        summary=definition.doc.partition("\n")[0],
        written=_written(definition.code),
        needs=tuple(sorted(definition.uses)),
        doc=definition.doc,
    )


def _written(code: str) -> str:
    found = _PLAIN.search(code)
    if not found:
        return ""
    return found[0].partition("return ")[2].replace("value", "{value}").replace("currency", "{currency}")


TRANSFORMS: Mapping[str, Transform] = _Catalogue()
TABLES = ("MINOR_UNIT", "STRIPE_UNIT")
"""The tables that transforms are written out with."""


# what is looked for among transforms, and is written otherwise
_FORMS = {
    **{name: f"{name}(line.price for line in lines)" for name in ("sum", "min", "max")},
    "len": "len(lines)",
    "reject": 'title or reject("an order needs a title")',
}


def find_transform(name: str) -> Transform:
    """Return the transform of this name.

    Raises:
        LookupError: there is none; the text names the nearest.
    """
    if name in TRANSFORMS:
        return TRANSFORMS[name]
    if name in _FORMS:
        raise LookupError(f"{name!r} is no transform, but a form of the rules: `{_FORMS[name]}`.")
    close = get_close_matches(name.lower(), TRANSFORMS, n=1, cutoff=0.55)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise LookupError(f"There is no transform {name!r}.{hint}")
