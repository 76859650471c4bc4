"""Targets from what the receiver gives: schema, OpenAPI component, or the header of an import format."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import pytest
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

import intkit
from intkit.errors import IntkitError, MappingError

SCHEMA = {
    "title": "An invoice to book.",
    "type": "object",
    "required": ["date", "lines", "class"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "date": {"type": "string", "format": "date", "description": "The day of the invoice."},
        "class": {"enum": ["a", "b", None]},
        "total": {"type": ["number", "null"], "minimum": 0},
        "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/line"}},
        "parent": {"$ref": "#"},
        "vat-rate": {"type": "string", "default": "high", "maxLength": 4},
        "number": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    },
    "$defs": {
        "line": {
            "allOf": [
                {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]},
                {"properties": {"pieces": {"type": "integer"}}},
            ]
        }
    },
}
ROWS = "Invoice date,Amount,VAT,class,Ref,Paid at\n2026-01-02,10.50,21,a,,\n2026-02-03,7,9,b,007,\n"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    yield tmp_path
    sys.modules.pop("books_models", None)


def made(project, name, content, target="Invoice"):
    path = project / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return intkit.target_from(path, target, "books")


def test_a_class_that_every_export_has_gets_another_name(project):
    inner = {"type": "object", "properties": {"message": {"type": "string"}}}
    schema = {"type": "object", "properties": {"validation_error": inner}}
    bill = made(project, "schema.json", json.dumps(schema))
    inner_class = bill.model_fields["validation_error"].annotation.__args__[0]
    assert inner_class.__name__ == "ValidationError_2"
    mapping = intkit.Mapping("books", source=intkit.profile([{"id": "7"}]), target=bill, record="order")
    assert mapping.set("validation_error.message", "id").apply([{"id": "7"}]).accepted
    with pytest.raises(MappingError, match="'Reject' is no name for a target model"):
        intkit.target_from(project / "schema.json", "Reject", "others")


def test_a_json_schema_becomes_a_model_that_demands_what_it_demands(project):
    invoice = made(project, "invoice.json", SCHEMA)
    line = {"sku": "x"}
    model = invoice.model_validate({"date": "2026-01-02", "class": None, "total": "1.5", "lines": [line]})
    assert (model.date_, model.total, model.vat_rate) == (date(2026, 1, 2), Decimal("1.5"), "high")
    assert model.lines[0].pieces is None
    assert "id" not in invoice.model_fields, "the receiver gives the id"
    for wrong in ({"lines": []}, {"class": "c"}, {"total": -1}, {"vat-rate": "reduced"}, {"lines": [{}]}):
        with pytest.raises(ValidationError):
            invoice.model_validate({"date": "2026-01-02", "class": "a", "lines": [line]} | wrong)


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        ({"type": "boolean", "default": "false"}, None),
        ({"type": "boolean", "default": False}, False),
        ({"type": "number", "default": 0}, Decimal(0)),
        ({"type": "number", "default": 0.1}, Decimal("0.1")),
        ({"type": "integer", "default": True}, None),
        ({"type": ["string", "null"], "default": "nl"}, "nl"),
        ({"type": "string", "format": "date", "default": "2026-01-01"}, None),
        ({"enum": ["a", "b"], "default": "b"}, "b"),
        ({"enum": ["a", "b"], "default": "c"}, None),
    ],
)
def test_a_default_is_taken_where_it_is_of_the_field_s_type(project, schema, default):
    field = made(project, "one.json", {"type": "object", "properties": {"it": schema}}).model_fields["it"]
    assert repr(field.default) == repr(default)


def test_a_model_s_own_schema_gives_that_model_again(project):
    class Row(BaseModel):
        name: str | None = Field(max_length=4)

    class Bill(BaseModel):
        id: str
        day: date | None
        booked: AwareDatetime
        row: Row | None
        rows: list[Row] | None = None
        kind: Literal["a", "b"] | None = "a"

    fields = made(project, "bill.json", Bill.model_json_schema(), "Bill").model_fields
    assert [str(each.annotation).replace("books_models.", "") for each in fields.values()] == [
        "<class 'str'>",
        "datetime.date | None",
        "<class 'pydantic.types.AwareDatetime'>",
        "Row | None",
        "list[Row] | None",
        "typing.Optional[typing.Literal['a', 'b']]",
    ]
    assert fields["kind"].default == "a"
    with pytest.raises(ValidationError, match="at most 4"):
        sys.modules["books_models"].Row(name="Annemarie")
    assert [name for name, each in fields.items() if each.is_required()] == ["id", "day", "booked", "row"]


@pytest.mark.parametrize(
    ("plural", "one"), [("addresses", "Address"), ("boxes", "Box"), ("entries", "Entry"), ("lines", "Line")]
)
def test_a_row_is_called_by_one_of_its_list(project, plural, one):
    rows = {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}}
    made(project, "list.json", {"type": "object", "properties": {plural: rows}})
    assert f"class {one}(BaseModel)" in (project / "mappings" / "books_models.py").read_text()


def test_what_is_written_has_the_schema_s_own_names(project):
    invoice = made(project, "invoice.json", SCHEMA)
    written = json.loads(invoice(date_="2026-01-02", class_="a", lines=[{"sku": "x"}]).model_dump_json())
    assert set(written) == set(SCHEMA["properties"]) - {"id"}


def test_an_openapi_component_is_found_by_its_name_in_any_case(project):
    document = {"openapi": "3.0.0", "components": {"schemas": {"invoice": SCHEMA["$defs"]["line"]}}}
    assert set(made(project, "spec.json", document).model_fields) == {"sku", "pieces"}
    with pytest.raises(MappingError, match=r"no component 'Invoic'\. Did you mean 'invoice'"):
        made(project, "spec.json", document, "Invoic")


def test_an_import_format_becomes_a_model_typed_by_its_samples(project):
    invoice = made(project, "import.csv", ROWS)
    found = {name: each.annotation for name, each in invoice.model_fields.items()}
    assert found == {
        "invoice_date": date,
        "amount": Decimal,
        "vat": int,
        "class_": str,
        "ref": str | None,
        "paid_at": str | None,
    }
    assert [name for name, each in invoice.model_fields.items() if each.is_required()] == [
        "invoice_date",
        "amount",
        "vat",
        "class_",
    ]
    assert invoice.model_fields["ref"].description == "like '007'"


def test_an_excel_file_gives_what_the_same_csv_gives(project):
    import openpyxl

    book = openpyxl.Workbook()
    for row in ROWS.splitlines():
        book.active.append(row.split(","))
    book.save(project / "import.xlsx")
    made(project, "import.csv", ROWS)
    text = (project / "mappings" / "books_models.py").read_text()
    (project / "mappings" / "books_models.py").unlink()
    intkit.target_from(project / "import.xlsx", "Invoice", "books")
    assert (project / "mappings" / "books_models.py").read_text() == text.replace("import.csv", "import.xlsx")


def test_a_day_in_an_excel_cell_is_a_date_and_a_time_is_none(project):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Day", "Booked", "Sum"])
    book.active.append([datetime(2026, 1, 31), datetime(2026, 1, 31, 9, 30), 10.5])
    book.active["A2"].number_format = "dd-mm-yyyy"
    book.save(project / "import.xlsx")
    fields = intkit.target_from(project / "import.xlsx", "Row", "books").model_fields
    assert [each.annotation for each in fields.values()] == [date, datetime, Decimal]
    assert fields["day"].description == "like '2026-01-31'"


def test_a_mapping_to_it_is_saved_opened_and_traced(project):
    orders = [{"id": "7", "day": "2026-01-02", "sum": "1.5"}]
    target = made(project, "import.csv", "Invoice date,Amount\n2026-01-02,10.50\n")
    mapping = intkit.Mapping("books", source=intkit.profile(orders), target=target, record="order")
    mapping.set("invoice_date", "day | parse_date").set("amount", "sum | number").save()
    result = intkit.Mapping("books").apply(orders)
    assert json.loads(result.accepted[0].model_dump_json()) == {"Invoice date": "2026-01-02", "Amount": "1.5"}
    assert result.lineage("7", "amount").value == Decimal("1.5")
    assert result.fields["amount"].filled == 1


def test_the_same_file_is_written_again_and_an_edited_one_is_not(project):
    made(project, "invoice.json", SCHEMA)
    made(project, "invoice.json", SCHEMA)
    models = project / "mappings" / "books_models.py"
    models.write_text(models.read_text() + "# mine\n")
    with pytest.raises(MappingError, match=r"books_models\.py is there already"):
        made(project, "invoice.json", SCHEMA)
    assert models.read_text().endswith("# mine\n")


@pytest.mark.parametrize(
    ("name", "content", "target", "said"),
    [
        ("a.json", "{", "Invoice", "a.json, line 1"),
        ("a.json", "[]", "Invoice", "describes no object"),
        ("a.json", '{"type": "string"}', "Invoice", "describes no object"),
        ("a.json", '{"properties": {"x": {"$ref": "#/$defs/none"}}}', "Invoice", "leads nowhere"),
        ("a.json", '{"allOf": [{"$ref": "#"}]}', "Invoice", "by itself, without end"),
        ("a.json", "{}", "invoice", "no name for a target model"),
        ("a.yaml", "x: 1", "Invoice", "no OpenAPI 3 document"),
        ("a.csv", "", "Invoice", "has no header"),
        ("a.csv", "a,b,a\n", "Invoice", "C1: 'a' stands there already"),
        ("a.csv", "a,,b\n", "Invoice", "B1: a column without a header"),
    ],
)
def test_what_is_no_target_is_told(project, name, content, target, said):
    with pytest.raises(IntkitError) as refused:
        made(project, name, content, target)
    assert said in str(refused.value)
    assert not (project / "mappings").exists()


@pytest.mark.parametrize(
    "key", ["copy", "model_config", "Decimal", "str", "from", "2x", "a b", "é", "__class__", "\u202e"]
)
def test_a_hostile_name_is_still_a_field(project, key):
    schema = {"properties": {key: {"type": "string", "description": 'a """ \\ b'}}, "required": [key]}
    invoice = made(project, "invoice.json", schema)
    assert json.loads(invoice.model_validate({key: "x"}).model_dump_json()) == {key: "x"}
