"""Models and transforms out of notebook cells: what is taken, and what is refused by name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from intkit.errors import MappingError
from intkit.mapping_files.definitions import (
    definitions_in_file,
    importing,
    load_definitions,
    merge_definitions,
    split_definitions,
)

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
    (project / "cassettes").mkdir(exist_ok=True)
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


def test_a_models_file_that_another_mapping_uses_is_not_changed_by_a_cell(tmp_path):
    assert run_cells(CELLS, tmp_path).returncode == 0
    folder = tmp_path / "mappings"
    other = (folder / "shop.mapping.yaml").read_text().replace('name: "shop"', 'name: "books"')
    (folder / "books.mapping.yaml").write_text(other)
    assert run_cells(CELLS, tmp_path).returncode == 0, "what stays the same may be saved"
    before = (folder / "shop_models.py").read_text()
    done = run_cells(CELLS.replace("state: State", "state: State | None"), tmp_path)
    assert done.returncode == 1
    assert "shop_models.py would change, and books.mapping.yaml uses it too." in done.stdout
    assert (folder / "shop_models.py").read_text() == before


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


SHARED = '''\
"""What several mappings share."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic import BaseModel, field_validator

# as the bank writes it
PLACES = re.compile("a")


class Row(BaseModel):
    """A row."""

    amount: "Decimal | None"


class Bill(BaseModel):
    """A bill."""

    rows: list["Row"]


class Other(BaseModel):
    """Of another mapping."""

    when: Decimal

    @field_validator("when")
    @classmethod
    def checked(cls, value: Decimal) -> Decimal:
        return value if PLACES else value
'''


@pytest.fixture
def shared(tmp_path):
    path = tmp_path / "ledger_models.py"
    path.write_text(SHARED)
    return path


def test_only_what_a_target_leans_on_is_copied_from_a_shared_file(shared):
    bill = load_definitions(shared).Bill
    imports, code = split_definitions(merge_definitions([definitions_in_file([bill], shared)]))
    assert "class Row" in code
    assert code.index("class Row") < code.index("class Bill")
    assert "Other" not in code
    assert "PLACES" not in code
    assert imports.splitlines() == [
        "from __future__ import annotations",
        "from decimal import Decimal",
        "from pydantic import BaseModel",
    ]


def test_what_a_definition_reads_inside_of_it_comes_along_with_its_comment(shared):
    other = load_definitions(shared).Other
    _, code = split_definitions(merge_definitions([definitions_in_file([other], shared)]))
    assert code.startswith('# as the bank writes it\nPLACES = re.compile("a")')
    assert "Bill" not in code


def test_one_name_for_two_things_is_refused(shared, tmp_path):
    second = tmp_path / "shop_models.py"
    second.write_text(SHARED.replace("list[", "tuple["))
    parts = [definitions_in_file([load_definitions(path).Bill], path) for path in (shared, second)]
    with pytest.raises(MappingError, match="'Bill' is defined twice"):
        merge_definitions(parts)


def test_a_shared_file_that_needs_the_kit_is_refused(shared):
    shared.write_text(SHARED.replace("from decimal", "from intkit.paths import EACH\nfrom decimal"))
    text = shared.read_text().replace("rows: list", "mark: str = EACH\n    rows: list")
    shared.write_text(text)
    with pytest.raises(MappingError, match="Bill uses 'EACH' of intkit"):
        definitions_in_file([load_definitions(shared).Bill], shared)


def test_a_transform_that_a_later_notebook_adds_stands_beside_what_was_saved(tmp_path):
    assert run_cells(CELLS, tmp_path).returncode == 0
    path = tmp_path / "mappings" / "shop_models.py"
    path.write_text(path.read_text() + "\n\nclass Another(Sale):\n    by_hand: bool\n")
    later = """\
import intkit
# %%
mapping = intkit.Mapping("shop")


@mapping.transform
def shout(value: str) -> str:
    return value.upper()
mapping.set("number", "id | shout").save()
print(intkit.Mapping("shop").apply([{"id": "a1", "state": "new", "total": "1"}]).accepted[0].number)
"""
    done = run_cells(later, tmp_path)
    assert done.returncode == 0, done.stdout
    assert "A1" in done.stdout
    text = (tmp_path / "mappings" / "shop_models.py").read_text()
    places = [text.index(each) for each in ("class Sale", "def doubled", "class Another", "def shout")]
    assert places == sorted(places)
    assert "@mapping" not in text
