"""The typed parameters of a notebook: read from its `parameters` cell, checked before a kernel starts."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from intkit.errors import ParameterError, RunError, nearest, shorten
from intkit.files import read_text
from intkit.project import project_root
from intkit.redaction import blank
from intkit.redaction.patterns import find_forms

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: dict[str, Any] = {
    **{kind.__name__: kind for kind in (str, int, float, bool, list, dict)},
    "Path": Path,  # of a file that is there, from the project's folder on
}
_SECRET_NAME = re.compile(
    r"(?i)(^|_)(secret|token|password|passwd|passphrase|credentials?|(api|access)_?key)s?$"
)


@dataclass(frozen=True)
class Parameter:
    """One name that a notebook lets a run set.

    Attributes:
        name: as the cell spells it.
        type_text: its annotation, or the type of its default.
        default: the default's text.
    """

    name: str
    type_text: str
    default: str

    def __str__(self) -> str:
        return f"{self.name}: {self.type_text} = {self.default}"


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters of a notebook by name, without running anything.

    They are the plain assignments in the cells that are tagged `parameters`, the way papermill has it.

    Raises:
        ProjectError: there is no such file.
        RunError: it is not a notebook, or that cell does not parse.
    """
    tree = _parse(_parameters_source(notebook), notebook)
    return {each.name: each for each in map(_parameter, tree.body) if each}


def check_parameters(given: Mapping[str, Any], declared: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return the given values in their declared types; text is converted, `"20"` to 20.

    Raises:
        ParameterError: a name is not declared, a value is not of its type, or either looks like a secret.
    """
    return {name: _check(name, value, declared) for name, value in given.items()}


def _check(name: str, value: Any, declared: Mapping[str, Parameter]) -> Any:
    if _SECRET_NAME.search(name) or (isinstance(value, str) and _holds_secret(value)):
        raise ParameterError(
            f"The parameter {name!r} looks like a secret.",
            "A parameter is written into the executed notebook.",
            remedy="Put the secret into an environment variable and name it in the connection: 'env:NAME'.",
        )
    if name not in declared:
        raise ParameterError(
            f"There is no parameter {name!r}.{nearest(name, declared)}",
            *map(str, declared.values()),
            remedy="Use one of these, or declare it in the notebook's cell tagged 'parameters'.",
        )
    made = _convert(value, declared[name])
    return _existing(name, made) if isinstance(made, Path) else made


def _existing(name: str, path: Path) -> str:
    """Return the path of a file as text, which is how a notebook takes it.

    Raises:
        ParameterError: there is no such file, from the project's folder on.
    """
    whole = project_root() / path
    if not whole.is_file():
        beside = [each.name for each in whole.parent.iterdir()] if whole.parent.is_dir() else []
        raise ParameterError(
            f"The parameter {name!r} names {str(path)!r}, and there is no such file."
            f"{nearest(whole.name, beside)}",
            f"Looked for: {whole}",
            remedy=f"Name a file, from {project_root()} on.",
        )
    return str(path)


def _holds_secret(text: str) -> bool:
    return blank(text) != text or any(find_forms(text))


def _convert(value: Any, parameter: Parameter) -> Any:
    """Return the value in the parameter's type: text by its content, anything else only as it is."""
    from pydantic import TypeAdapter, ValidationError

    wanted: TypeAdapter[Any] = TypeAdapter(_type(ast.parse(parameter.type_text, mode="eval").body, parameter))
    try:
        if isinstance(value, str | Path):
            return wanted.validate_strings(str(value))
        return wanted.validate_python(value, strict=True)
    except ValidationError:
        raise ParameterError(
            f"The parameter {parameter.name!r} takes {parameter.type_text}, not {shorten(value)}.",
            remedy=f"Give a value of that type; the notebook's own is {parameter.default}.",
        ) from None


def _type(node: ast.expr, parameter: Parameter) -> Any:
    """Build the type that an annotation spells, from a short list of names; nothing is evaluated."""
    match node:
        case ast.Name(id=name) if name in _TYPES:
            return _TYPES[name]
        case ast.Constant(value=None):
            return type(None)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _type(left, parameter) | _type(right, parameter)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=words):
            values = ast.literal_eval(words)
            return Literal[values]
        case ast.Subscript(value=ast.Name(id="list"), slice=element):
            return list[_type(element, parameter)]  # type: ignore[misc]
    raise RunError(
        f"The parameter {parameter.name!r} has a type that a run cannot check: {parameter.type_text}.",
        remedy="Declare it as str, int, float, bool, list, dict, Path, Literal[…], or one of them `| None`.",
    )


def _parameter(statement: ast.stmt) -> Parameter | None:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=ast.expr() as default):
            return Parameter(name, ast.unparse(kind), ast.unparse(default))
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=default)):
            return Parameter(name, "str | None" if default is None else type(default).__name__, repr(default))
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.List() as default):
            return Parameter(name, "list", ast.unparse(default))
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as default):
            return Parameter(name, "dict", ast.unparse(default))
    return None


def _parameters_source(notebook: Path) -> str:
    try:
        cells = json.loads(read_text(notebook))["cells"]
        tagged = [each for each in cells if "parameters" in each["metadata"].get("tags", [])]
        return "\n".join("".join(each["source"]) for each in tagged)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"{notebook} is not a notebook: {type(error).__name__}: {error}.",
            remedy="Open it in JupyterLab and save it again, or restore it.",
        ) from None


def _parse(source: str, notebook: Path) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise RunError(
            f"The parameters cell of {notebook.name} does not parse: {error.msg}, line {error.lineno}.",
            f"{(error.text or '').strip()}",
            remedy="Keep that cell to plain assignments, `limit: int | None = None`.",
        ) from None
