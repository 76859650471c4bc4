"""What a notebook shows holds no secret, also where it is executed and saved without `intkit run`."""

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.cassettes.planted import holds
from tests.cassettes.planted_notebook import KNOW, SECRETS, SHOW

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The notebook as JupyterLab's kernel gives it back, with errors left in."""
    cells = [nbformat.v4.new_code_cell(source) for source in [KNOW, *SHOW.values()]]
    client = NotebookClient(nbformat.v4.new_notebook(cells=cells), kernel_name="python3", allow_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        for name, secret in SECRETS.items():
            patch.setenv(name, secret)
        client.execute()
    assert client.nb.cells[0].outputs == []
    shown = {way: cell.outputs for way, cell in zip(SHOW, client.nb.cells[1:], strict=True)}
    shown["widget"] += client.nb.metadata.widgets.values()
    return {way: json.dumps(outputs, ensure_ascii=False).encode() for way, outputs in shown.items()}


def test_what_stopped_a_notebook_is_said_without_the_secret(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("SHOP_KEY", "open-sesame-now")
    source = "from intkit.credentials import resolve\nraise ValueError(resolve('env:SHOP_KEY'))"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    with pytest.raises(CellExecutionError, match="<SHOP_KEY>") as stopped:
        NotebookClient(notebook, kernel_name="python3").execute()
    assert "open-sesame-now" not in str(stopped.value)


@pytest.mark.parametrize("way", SHOW)
def test_a_cell_shows_that_there_was_a_secret_and_not_which(executed, way):
    assert b"<PLANTED_" in executed[way]
    assert [kind for kind, secret in SECRETS.items() if holds(executed[way], secret)] == []
