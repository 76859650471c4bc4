"""Run a notebook headless: check everything first, execute, judge the result, write the report."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from intkit.errors import ParameterError, RunError, nearest
from intkit.files import write_atomic
from intkit.project import named_path, project_root
from intkit.redaction import blank
from intkit.runs.kernel import execute_notebook
from intkit.runs.parameters import Parameter, check_parameters, read_parameters
from intkit.runs.report import Run, blank_files, read_result, unused_text

if TYPE_CHECKING:
    from collections.abc import Mapping

Unused = dict[str, dict[int, str]]
_NETWORK_MODES = ("record", "refresh", "live")


def run(
    mapping: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    notebook: str = "run_mapping",
    folder: str | Path | None = None,
    max_rejects: int = 0,
) -> Run:
    """Run a mapping headless and return what came out.

    The kernel opens sockets to this machine only, unless `INTKIT_MODE` asks for the network.
    Every file in the run's folder is whole: the executed notebook is copied in when it has ended.

    Args:
        mapping: the name of `mappings/NAME.mapping.yaml`.
        parameters: values for the notebook's parameters, typed or as text.
        notebook: which notebook in `notebooks/` to execute.
        folder: where the results go; a new folder below `runs/NAME/` where none is given.
        max_rejects: how many rejected records are fine; beyond it the exit code is 3.

    Raises:
        ParameterError: the mapping, the notebook or a parameter is unknown or not of its type; nothing ran.
        RunError: the notebook did not end; the folder holds it as far as it came.
    """
    _find("mappings", mapping, ".mapping.yaml")
    source = _find("notebooks", notebook, ".ipynb")
    declared = read_parameters(source)
    given = check_parameters(parameters or {}, _settable(declared))
    target = _new_folder(mapping) if folder is None else _empty_folder(Path(folder).resolve())
    own = {"mapping_name": mapping, "folder": str(target)}
    begun = time.monotonic()
    stopped, unused = _execute(source, target, given | _only(own, declared))
    blank_files(target)
    exit_code, problem = _judge(read_result(target), stopped, max_rejects, unused)
    ended = Run(mapping, target, given, exit_code, problem, time.monotonic() - begun, unused)
    ended.save()
    if stopped:
        raise stopped
    return ended


def _execute(
    source: Path, target: Path, parameters: Mapping[str, Any]
) -> tuple[RunError | KeyboardInterrupt | None, Unused]:
    """Execute beside the run's folder, copy the notebook into it; return what stopped it and what it left unused."""
    offline = os.environ.get("INTKIT_MODE") not in _NETWORK_MODES
    with TemporaryDirectory(prefix="intkit-run-") as scratch:
        executed = Path(scratch) / source.name
        try:
            return None, execute_notebook(
                source, executed, dict(parameters), folder=project_root(), offline=offline
            )
        except RunError as error:
            facts = map(blank, error.facts)
            return RunError(blank(error.what), *facts, remedy=f"How far it came: {target / source.name}"), {}
        except KeyboardInterrupt as interrupt:
            return interrupt, {}
        finally:
            _keep(executed, target)


def _keep(executed: Path, target: Path) -> None:
    """Copy the executed notebook to the run's folder, without the paths that papermill notes in it."""
    with suppress(FileNotFoundError):
        content = json.loads(executed.read_text(encoding="utf-8"))
        for name in ("input_path", "output_path"):
            content["metadata"]["papermill"].pop(name, None)
        write_atomic(target / executed.name, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _judge(
    result: Mapping[str, Any], stopped: BaseException | None, max_rejects: int, unused: Unused
) -> tuple[int, str]:
    """Return the exit code, and in words why it is not 0."""
    if isinstance(stopped, KeyboardInterrupt):
        return 130, "The run was interrupted."
    if stopped:
        return 1, str(stopped)
    rejected = result.get("rejected", 0)
    if rejected > max_rejects:
        return 3, f"{rejected} records were rejected; {max_rejects} are allowed."
    return _judge_unused(unused) if any(unused.values()) else (0, "")


def _judge_unused(unused: Unused) -> tuple[int, str]:
    """In a pipeline it is an error that a recording holds what nobody asked for."""
    from intkit.cassettes.unused import remedy_for_unused, unused_fails

    return (1, f"{unused_text(unused)}\n{remedy_for_unused()}") if unused_fails() else (0, "")


def _settable(declared: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Return the parameters that a caller may set; two are the run's own."""
    return {name: each for name, each in declared.items() if name not in ("mapping_name", "folder")}


def _only(own: Mapping[str, str], declared: Mapping[str, Parameter]) -> dict[str, str]:
    return {name: value for name, value in own.items() if name in declared}


def _find(place: str, name: str, suffix: str) -> Path:
    """Return the file of a mapping or a notebook.

    Raises:
        ParameterError: there is none of that name.
    """
    path = named_path(place, name, suffix)
    if path.is_file():
        return path
    there = sorted(each.name.removesuffix(suffix) for each in path.parent.glob(f"*{suffix}"))
    raise ParameterError(
        f"There is no {path.relative_to(project_root()).as_posix()}.{nearest(name, there)}",
        f"{place}/ holds: {', '.join(there) or 'none'}.",
        remedy=f"Name one of these; the project's folder is {project_root()}.",
    )


def _new_folder(mapping: str) -> Path:
    """Make the run's own folder, `runs/NAME/20261122T154709Z-1`: UTC time, and a number within the second."""
    second = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    for number in count(1):
        folder = project_root() / "runs" / mapping / f"{second}-{number}"
        with suppress(FileExistsError):
            folder.mkdir(parents=True)
            return folder
    raise AssertionError


def _empty_folder(folder: Path) -> Path:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ParameterError(
            f"{folder} is there already and is not an empty folder.",
            remedy="Name a new folder, or leave it out: every run then gets its own below runs/.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    return folder
