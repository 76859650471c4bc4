"""The sign-off sheet: readable, never a formula, back without loss, and each mistake named by its cell."""

from __future__ import annotations

import csv
from datetime import date

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import intkit
from intkit.errors import ExtraMissing, IntkitError, MappingError
from intkit.mapping_files.definitions import load_definitions
from intkit.mapping_files.mapping_file import read_mapping_file
from intkit.mapping_files.spreadsheet import read_rows, write_rows
from tests.rules.shop import ORDERS, new_mapping

MODELS = '''"""The target."""

from decimal import Decimal

from pydantic import BaseModel


class Row(BaseModel):
    """One row."""

    sku: str


class Sale(BaseModel):
    """One sale."""

    number: str
    total: Decimal
    state: str | None = None
    rows: list[Row] = []
'''
ENDINGS = ["csv", "xlsx"]
SCALAR = st.text() | st.integers() | st.booleans() | st.none()
ROWS = st.lists(st.lists(st.text(), max_size=4), max_size=5)


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    return tmp_path


@pytest.fixture
def mapping(project):
    models = project / "mappings" / "shop_models.py"
    models.parent.mkdir()
    models.write_text(MODELS)
    made = new_mapping(target=load_definitions(models).Sale)
    made.value_map(
        "STATES", {"new": "open", "paid": "closed", "": None, 7: "7", "7": 7}, note="as the books say"
    )
    made.constant("BOOK", "true").parameter("DAY", date).when('state != "void"').set(
        "number", 'f"{BOOK}-{id}"', note="=ours"
    )
    made.set("total", "-1 * (total | number)").set("state", "state | lookup(STATES, default=None) | text")
    made.value_map("RATES", {"eur": 1}, given=True)
    made.set("rows[]", "for line in lines.data").set("rows[].sku", "line.sku").save()
    return made


def mapped(mapping):
    return mapping.give(RATES={}, DAY=date(2026, 1, 2)).apply(ORDERS)


def trimmed(rows):
    kept = [row[: max((at + 1 for at, cell in enumerate(row) if cell), default=0)] for row in rows]
    while kept and not kept[-1]:
        kept.pop()
    return kept


@pytest.mark.parametrize("ending", ENDINGS)
@given(rows=ROWS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_every_text_in_every_cell_comes_back(project, ending, rows):
    rows = [["Mapping", "shop"], *rows]
    path = write_rows(project / f"cells.{ending}", rows)
    assert trimmed(read_rows(path)) == trimmed(rows)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_mapping_comes_back_from_its_sheet_without_loss(mapping, project, ending):
    path = mapping.sheet(project / f"shop.{ending}", mapped(mapping))
    before = mapping.path.read_bytes()
    back = intkit.Mapping.from_sheet(path)
    back.save()
    assert back.path.read_bytes() == before


@pytest.mark.parametrize("ending", ENDINGS)
@given(
    notes=st.text(),
    note=st.text(),
    entries=st.dictionaries(SCALAR, SCALAR, max_size=4),
    constant=SCALAR,
    text=st.text(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
def test_hostile_decisions_come_back(mapping, project, ending, notes, note, entries, constant, text):
    changed = intkit.Mapping("shop", notes=notes)
    changed.value_map("STATES", entries, note=note).constant("BOOK", constant).set("number", "id", note=note)
    try:
        changed.set("state", f'"{text}"')
    except IntkitError:
        changed.unset("state")
    back = intkit.Mapping.from_sheet(changed.sheet(project / f"hostile.{ending}"))
    assert back._spec.rules == changed._spec.rules
    assert repr((back._spec.maps, back._spec.constants)) == repr(
        (changed._spec.maps, changed._spec.constants)
    )
    assert back._spec.notes == (notes or mapping._spec.notes)


def test_a_sheet_that_excel_saved_with_semicolons_is_read(mapping, project):
    path = mapping.sheet(project / "shop.csv")
    rows = list(csv.reader(path.read_text().splitlines()))
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    assert repr(intkit.Mapping.from_sheet(path)) == repr(mapping)


def test_an_edited_sheet_changes_rules_and_can_be_undone(mapping, project):
    path = mapping.sheet(project / "shop.xlsx")
    book = openpyxl.load_workbook(path)
    cells = {cell.value: cell for row in book.active.iter_rows() for cell in row if cell.value}
    cells["-1 * (total | number)"].value = "total | number"
    cells["paid"].offset(0, 1).value = 5
    book.save(path)
    back = intkit.Mapping.from_sheet(path)
    assert back._spec.rules["total"].text == "total | number"
    assert back._spec.maps["STATES"].entries["paid"] == 5
    assert read_mapping_file(mapping.path).rules["total"] == "-1 * (total | number)", "nothing is saved yet"
    assert repr(back.undo()) == repr(mapping)


def test_no_cell_is_a_formula(mapping, project):
    sheet = openpyxl.load_workbook(mapping.sheet(project / "shop.xlsx")).active
    told = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    assert told["=ours"].data_type == "s"
    assert told["=ours"].quotePrefix
    rows = csv.reader(mapping.sheet(project / "shop.csv").read_text().splitlines())
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]


def test_the_sheet_shows_a_reader_type_reason_filling_and_example(mapping, project):
    rows = read_rows(mapping.sheet(project / "shop.csv", mapped(mapping)))
    found = {row[0]: row for row in rows if row}
    assert found["number"][1:4] == ["text, required", 'f"{BOOK}-{id}"', "=ours"]
    assert found["number"][4:] == ["100 %", "'true-a1'"]
    assert found["Only where"] == ["Only where", 'state != "void"']
    assert ["new", "open"] in rows


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('state != ""void""', "stat is None", "B3: when: "),
        ("number,", "nmber,", "A9: Sale has no field 'nmber'. Did you mean 'number'?"),
        ("state,", "number,", "A11: 'number' stands already in A9."),
        ("line.sku", "line.skuu", "C13: "),
        ("STATES,as", "states,as", "B15: 'states' cannot name a value map"),
        ("paid,", "new,", "stands already in A17"),
        ("paid,closed", "paid,", "B18: is empty"),
        ("paid,closed", 'paid,"[1]"', "B18: [1] is no text"),
        ("BOOK,", "book,", "B5: 'book' cannot name"),
        ("DAY,date", "DAY,day", "C6: 'day' is none of str, int"),
        ("Notes", "Note", "A2: there is no 'Note' in a sheet. Did you mean 'Notes'?"),
        ("new,open", "\nnew,open", "A18: 'new' belongs to no part"),
    ],
)
def test_a_mistake_is_named_by_its_cell(mapping, project, before, after, said):
    path = mapping.sheet(project / "shop.csv")
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(MappingError) as refused:
        intkit.Mapping.from_sheet(path)
    assert said in str(refused.value)


def test_all_mistakes_are_told_at_once(mapping, project):
    path = mapping.sheet(project / "shop.csv")
    path.write_text(path.read_text().replace("line.sku", "line.x").replace("number,", "nmbr,", 1))
    with pytest.raises(MappingError, match=r"shop\.csv: 2 cells cannot be used"):
        intkit.Mapping.from_sheet(path)


def test_a_file_that_is_no_sheet_is_told(mapping, project, monkeypatch):
    (project / "bad.xlsx").write_bytes(b"PK no zip")
    (project / "bad.csv").write_text("a,b\n")
    for name, said in [
        ("bad.xlsx", "no Excel file"),
        ("bad.csv", "A1 does not say 'Mapping'"),
        ("shop.ods", "end in .csv or .xlsx"),
        ("none.xlsx", "no file"),
        ("none.csv", "no file"),
    ]:
        with pytest.raises(IntkitError, match=said):
            intkit.Mapping.from_sheet(project / name)
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(ExtraMissing, match=r"intkit\[excel\]"):
        mapping.sheet(project / "shop.xlsx")


def test_a_text_that_excel_would_cut_is_refused(mapping, project):
    mapping.set("number", "id", note="x" * 40_000)
    with pytest.raises(MappingError, match="D9 is too long"):
        mapping.sheet(project / "shop.csv")
    assert not (project / "shop.csv").exists()
