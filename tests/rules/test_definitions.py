"""Models and transforms out of notebook cells: what is taken, and what is refused by name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from intkit.errors import MappingError
from intkit.rules.definitions import importing, load_definitions, split_module

ROOT = Path(__file__).parents[2]
SHELL = """\
import sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance(user_module=sys.modules["__main__"], user_ns=vars(sys.modules["__main__"]))
for cell in sys.stdin.read().split("# %%\\n"):
    done = shell.run_cell(cell, store_history=True)
    if not done.success:
        sys.exit(1)
"""
CELLS = '''\
from decimal import Decimal
from enum import Enum
import json

import intkit
from pydantic import BaseModel
# %%
RATE = 2


# what a shop calls it
class State(Enum):
    """A state."""

    NEW = "new"
# %%
class Sale(BaseModel):
    """The first draft."""

    number: int
# %%
class Sale(BaseModel):
    """One sale."""

    number: str
    state: State
    total: Decimal
# %%
def doubled(value: str) -> Decimal:
    return Decimal(value) * RATE
# %%
orders = [{"id": "a1", "state": "new", "total": "1.5"}]
mapping = intkit.Mapping("shop", source=intkit.profile(orders), target=Sale, record="order")
mapping.transform(doubled)
mapping.set("number", "id").set("state", "state").set("total", "total | doubled").save()
print(intkit.Mapping("shop").apply(orders).accepted[0].total)
'''


def run_cells(cells: str, project: Path) -> subprocess.CompletedProcess[str]:
    (project / "cassettes").mkdir()
    setting = {
        "INTKIT_PROJECT": str(project),
        "PYTHONPATH": str(ROOT),
        "IPYTHONDIR": str(project / "ipython"),
    }
    return subprocess.run(
        [sys.executable, "-c", SHELL],
        check=False,
        input=cells,
        capture_output=True,
        text=True,
        env={**os.environ, **setting},
    )


def test_what_cells_define_becomes_a_file_that_stands_alone(tmp_path):
    done = run_cells(CELLS, tmp_path)
    assert done.returncode == 0, done.stdout
    assert "3.0" in done.stdout
    text = (tmp_path / "mappings" / "shop_models.py").read_text()
    assert "first draft" not in text, "a cell that ran again wins"
    assert "import json" not in text
    assert "# what a shop calls it" in text
    assert load_definitions(tmp_path / "mappings" / "shop_models.py").doubled("2") == 4


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('class Sale(BaseModel):\n    """One', 'if RATE:\n  class Sale(BaseModel):\n    """One', "Sale"),
        ("    return Decimal(value)", "    return intkit.profile(value)", "doubled uses 'intkit'"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_name(tmp_path, before, after, said):
    cells = CELLS.replace('"""The first draft."""', "").replace(
        "class Sale(BaseModel):\n    \n\n    number: int\n", ""
    )
    assert before in cells
    done = run_cells(cells.replace(before, after), tmp_path)
    assert done.returncode == 1
    assert said in done.stdout
    assert not (tmp_path / "mappings").exists()


def test_a_class_inside_a_function_cannot_be_imported():
    class Inner:
        pass

    with pytest.raises(MappingError, match=r"Inner is defined inside of something else, in line \d+"):
        importing([Inner])


def test_a_models_file_that_does_not_run_says_why(tmp_path):
    broken = tmp_path / "shop_models.py"
    broken.write_text("import nothing_of_this_name\n")
    with pytest.raises(MappingError, match=r"shop_models\.py does not run: ModuleNotFoundError"):
        load_definitions(broken)
    with pytest.raises(MappingError, match="missing"):
        load_definitions(tmp_path / "other_models.py")


def test_a_module_is_split_into_its_imports_and_its_code():
    imports, code = split_module(
        '"""About."""\n\nimport re\n\nA = re.compile("a")\n\n\n@f\ndef g():\n    pass\n'
    )
    assert imports == "import re\n"
    assert code == 'A = re.compile("a")\n\n\n@f\ndef g():\n    pass\n'
