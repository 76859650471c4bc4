"""Papermill: a notebook is executed in a kernel of its own, and what stopped it is said in a few lines."""

from __future__ import annotations

import ast
import logging
import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from intkit.errors import RunError, shorten
from intkit.redaction import register_secret

if TYPE_CHECKING:
    from pathlib import Path

    from papermill.exceptions import PapermillExecutionError

_CODE_LINES = 5
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_QUIET = "--log-level=CRITICAL"  # a kernel that is shut down calls its interruption an error
_GUARD = "from intkit.cassettes.offline import block_network; block_network()"
# A kernel that has not loaded the kit has used no secret and no recording.
_SECRETS = "getattr(__import__('sys').modules.get('intkit.redaction'), 'known_secrets', dict)()"
_UNUSED = "getattr(__import__('sys').modules.get('intkit.cassettes.unused'), 'unused_exchanges', dict)()"


def execute_notebook(
    notebook: Path, executed: Path, parameters: dict[str, Any], *, folder: Path, offline: bool
) -> dict[str, dict[int, str]]:
    """Execute a notebook from top to bottom and write it, with its outputs, cell by cell.

    Secrets that the kernel has used are known here afterwards, so that the outputs can be cleaned of them.

    Args:
        notebook: what to execute; it is not changed.
        executed: where the executed notebook goes.
        parameters: names and values for the cell after the one tagged `parameters`.
        folder: the kernel's working folder.
        offline: whether the kernel may open sockets to this machine only.

    Returns:
        What it left unused of the recordings that it replayed: cassette, then number and request.

    Raises:
        RunError: a cell raised, or the kernel did not start or died.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillException, PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    unused: dict[str, dict[int, str]] = {}
    try:
        papermill.execute_notebook(
            _spelt_out(notebook),
            _spelt_out(executed),
            parameters,
            cwd=folder,
            engine_name=_register_engine(unused),
            progress_bar=sys.stderr.isatty(),
            config=_kernel_settings(),
            extra_arguments=[_QUIET, f"--IPKernelApp.exec_lines={_GUARD}"] if offline else [_QUIET],
        )
    except PapermillExecutionError as error:
        if error.ename == "KeyboardInterrupt":
            raise KeyboardInterrupt from None
        raise _stopped(notebook, error) from None
    except (PapermillException, DeadKernelError, RuntimeError) as error:
        raise RunError(
            f"The kernel that ran {notebook.name} did not start, or died: {shorten(str(error), 300)}.",
            remedy="Open the notebook in JupyterLab and run all cells to see where.",
        ) from error
    return unused


def _register_engine(unused: dict[str, dict[int, str]]) -> str:
    """Teach papermill the engine that brings back what the kernel knows, and return its name."""
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine, papermill_engines

    class Client(PapermillNotebookClient):  # type: ignore[misc]
        def papermill_execute_cells(self) -> None:
            super().papermill_execute_cells()
            for value, name in _ask(self, _SECRETS).items():
                register_secret(value, name)
            unused.update(_ask(self, _UNUSED))

    class IntkitEngine(Engine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(
            cls, nb_man: Any, kernel_name: str, *, config: Any, extra_arguments: list[str], **_: Any
        ) -> Any:
            settings = {"kernel_name": kernel_name, "config": config, "extra_arguments": extra_arguments}
            return Client(nb_man, timeout=None, **settings).execute()

    papermill_engines.register("intkit", IntkitEngine)
    return "intkit"


def _ask(client: Any, expression: str) -> dict[Any, Any]:
    """Return the dict that an expression gives in the kernel, empty where it fails; it goes into no file."""
    with suppress(TimeoutError, RuntimeError):
        asked = client.kc.execute("", silent=True, user_expressions={"asked": f"repr({expression})"})
        answer = client.wait_for_reply(asked)["content"]["user_expressions"]["asked"]
        if answer["status"] == "ok":
            # as text, because a kernel shows only the beginning of a long dict
            found: dict[Any, Any] = ast.literal_eval(ast.literal_eval(answer["data"]["text/plain"]))
            return found
    return {}


def _spelt_out(path: Path) -> str:
    """Return the path as papermill wants it: braces in it are filled from the parameters otherwise."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _kernel_settings() -> Any:
    """Return settings for the kernel: sockets in files, which others cannot reach, where there are such."""
    from traitlets.config import Config

    return Config() if os.name == "nt" else Config({"KernelManager": {"transport": "ipc"}})


def _stopped(notebook: Path, error: PapermillExecutionError) -> RunError:
    """Say which cell stopped, its first lines, and the error in its own words."""
    code = error.source.splitlines()
    shown = [f"  {line}" for line in code[:_CODE_LINES]] + (["  …"] if len(code) > _CODE_LINES else [])
    said = _COLOURS.sub("", error.evalue).splitlines() or [""]
    return RunError(
        f"{notebook.name} stopped in code cell {error.exec_count}: {error.ename}: {said[0]}",
        *said[1:],
        *shown,
    )
