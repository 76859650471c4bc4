"""Exports with Struct targets: the same targets and rejects, without pydantic."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import BaseModel, Field, field_validator

from intkit.compiler.compile import compile_mapping
from intkit.compiler.render import Definitions
from intkit.errors import ExportError
from intkit.export import has_structs, write_export
from intkit.export.module import export_source
from intkit.export.structs import struct_definitions
from intkit.mapping_files.definitions import load_definitions
from intkit.results.loading import run_source
from intkit.rules.spec import Spec
from tests.export.awkward import awkward_export, load_golden, records_of
from tests.rules.compiled import source, spec_of

NAMES = ["unions", "rows", "each_when", "choices"]


@pytest.fixture
def struct_module(tmp_path, request):
    (path, *_) = write_export(replace(awkward_export(request.param), structs=True), tmp_path, check=False)
    return request.param, load_definitions(path)


@pytest.mark.parametrize("struct_module", NAMES, indirect=True)
def test_structs_hold_what_models_hold_and_the_same_records_fail(struct_module):
    name, module = struct_module

    def lines(each):
        for made in each.map_records(records_of(name)):
            rejected = isinstance(made, each.Reject)
            yield [p.target for p in made.problems] if rejected else json.loads(each.target_line(made))

    made = list(lines(module))
    assert "BaseModel" not in vars(module)
    assert made == list(lines(load_golden(name)))


def test_an_export_stays_what_it_was_exported_as(tmp_path):
    path = write_export(replace(awkward_export("rows"), structs=True), tmp_path, check=False)[0]
    assert has_structs(path)
    assert not has_structs(write_export(awkward_export("unions"), tmp_path, check=False)[0])


class Conditions(BaseModel):
    """All that a Struct checks."""

    amount: Decimal = Field(ge=0, lt=10)
    code: str = Field(min_length=2, max_length=3)
    note: Annotated[str | None, Field(max_length=3)] = None


RULES = {"amount": "amount", "code": "code", "note": "note"}
GOOD = {"amount": 1.5, "code": "ab", "note": None}


def struct_export(
    model: type[BaseModel], rules: dict[str, str], records: list[dict[str, object]], **more: object
):
    """Return the loaded export of a mapping, with Structs for its models."""
    return struct_mapping(spec_of(source(records), model, rules, **more))


def struct_mapping(spec: Spec):
    """Return the loaded export of a mapping as it was declared, with Structs for its models."""
    program = compile_mapping(spec, structs=True)
    definitions = struct_definitions(program, Definitions("import msgspec\n", ""))
    return run_source(export_source(program, definitions, []), spec, spec.own)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({}, []),
        ({"amount": 10.0}, ["expected less than 10, got Decimal('10.0') @ $.amount -> amount"]),
        ({"amount": -0.5}, ["expected at least 0, got Decimal('-0.5') @ $.amount -> amount"]),
        ({"code": "abcd"}, ["expected a length of at most 3, got 'abcd' @ $.code -> code"]),
        (
            {"code": "a", "note": "long"},
            [
                "expected a length of at least 2, got 'a' @ $.code -> code",
                "expected a length of at most 3, got 'long' @ $.note -> note",
            ],
        ),
    ],
)
def test_conditions_hold_for_structs_too_and_all_that_are_broken_are_told(change, broken):
    module = struct_export(Conditions, RULES, [GOOD, {**GOOD, "note": "x"}])
    (made,) = module.map_record({**GOOD, **change})
    assert [str(problem) for problem in getattr(made, "problems", [])] == broken


class Validated(BaseModel):
    """A model that does more."""

    code: str

    @field_validator("code")
    @classmethod
    def check(cls, value: str) -> str:
        return value


class Digits(BaseModel):
    """A condition that Structs lack."""

    amount: Decimal = Field(max_digits=3)


class Elements(BaseModel):
    """A condition that is each element's."""

    codes: list[Annotated[str, Field(min_length=2)]]


@pytest.mark.parametrize(
    ("model", "rules", "named"),
    [
        (Validated, {"code": "code"}, "check"),
        (Digits, {"amount": "amount"}, "max_digits"),
        (Elements, {"codes": "[code]"}, "the condition of each of codes"),
    ],
)
def test_what_no_struct_can_do_is_refused_by_name(model, rules, named):
    with pytest.raises(ExportError, match=named) as caught:
        struct_export(model, rules, [GOOD])
    assert "pydantic targets" in caught.value.remedy


class Bill(BaseModel):
    """One field in the middle has no rule."""

    code: str
    pages: int = 3
    amount: Decimal


def test_a_field_without_a_rule_keeps_its_default_among_fields_that_come_by_their_place():
    module = struct_export(Bill, {"code": "code", "amount": "amount"}, [GOOD])
    (bill,) = module.map_record(GOOD)
    assert (bill.code, bill.pages, bill.amount) == ("ab", 3, Decimal("1.5"))


class Position(BaseModel):
    """A row."""

    sku: str = Field(min_length=2)
    price: Decimal
    discount: Decimal | None = None
    parts: list[Decimal] = []


class Sold(BaseModel):
    """A list of rows."""

    rows: list[Position]


POSITION = {"sku": "ab", "price": 1.5, "discount": 1, "parts": [0.5]}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sku": "a"}, "expected a length of at least 2, got 'a' @ $.rows[].sku -> rows[0].sku"),
        ({"price": "NaN"}, "expected a decimal number, got 'NaN' @ $.rows[0].price"),
        ({"parts": ["NaN"]}, "expected a decimal number, got 'NaN' @ $.rows[0].parts[0]"),
    ],
)
def test_a_row_is_refused_for_what_pydantic_refuses_and_named_with_its_source(change, told):
    records = [{"rows": [POSITION, {**POSITION, "price": 1, "discount": 1.5, "parts": [1]}]}]
    rules = {"rows[]": "for row in rows", **{f"rows[].{name}": f"row.{name}" for name in POSITION}}
    module = struct_export(Sold, rules, records)
    (made,) = module.map_record(json.dumps({"rows": [{**POSITION, **change}]}))
    assert [str(problem) for problem in made.problems] == [told]


def test_what_a_struct_refuses_is_told_beside_what_the_source_has_wrong():
    records = [{"rows": [POSITION, {**POSITION, "price": 1, "discount": 1.5, "parts": [1]}]}]
    rules = {"rows[]": "for row in rows", **{f"rows[].{name}": f"row.{name}" for name in POSITION}}
    module = struct_export(Sold, rules, records)
    (made,) = module.map_record({"rows": [{**POSITION, "sku": "a"}, {**POSITION, "price": "1"}]})
    assert [str(problem) for problem in made.problems] == [
        "expected a decimal number, got '1' @ $.rows[1].price",
        "expected a length of at least 2, got 'a' @ $.rows[].sku -> rows[0].sku",
    ]


def nan(value: Decimal) -> Decimal:
    """Return what is no number."""
    return value * Decimal("NaN")


def nans(value: list[Decimal]) -> list[Decimal]:
    """Return what are no numbers."""
    return [nan(each) for each in value]


@pytest.mark.parametrize(
    ("field", "rule", "reason"),
    [
        ("price", "row.price | nan", "expected a finite number"),
        ("discount", "row.discount | nan", "expected a finite number"),
        ("parts", "row.parts | nans", "expected finite numbers"),
        ("price", "row.pair[0]", "expected a finite number"),
    ],
)
def test_what_a_mapping_makes_of_decimals_is_refused_where_it_is_no_number(field, rule, reason):
    row = {**POSITION, "pair": [1.5, "x"]}
    rules = {f"rows[].{name}": f"row.{name}" for name in POSITION} | {f"rows[].{field}": rule}
    own = {each.__name__: each for each in (nan, nans) if rule.endswith(each.__name__)}
    made_with = {"rows[]": "for row in rows", **rules}
    module = struct_export(Sold, made_with, [{"rows": [row]}], own=own)
    (made,) = module.map_record({"rows": [{**row, "pair": [float("nan"), "x"]}]})
    assert [(each.target, each.reason) for each in made.problems] == [(f"rows[0].{field}", reason)]


def test_half_a_character_is_written_as_it_came():
    module = struct_export(Conditions, RULES, [GOOD, {**GOOD, "note": "x"}])
    (made,) = module.map_record({**GOOD, "code": "a\ud83d"})
    assert json.loads(module.target_line(made))["code"] == "a\ud83d"


def test_so_it_is_by_an_export_with_models():
    module = load_golden("rows")
    line = next(
        each for each in module.map_records(records_of("rows")) if not isinstance(each, module.Reject)
    )
    name = next(name for name, value in line if isinstance(value, str))
    broken = line.model_copy(update={name: "a\ud83d"})
    assert json.loads(module.target_line(broken))[name] == "a\ud83d"


class Short(BaseModel):
    """A list of at most two rows."""

    rows: list[Position] = Field(max_length=2)


def test_of_too_many_rows_one_that_failed_is_told_in_its_place():
    rules = {"rows[]": "for row in rows", "rows[].sku": "row.sku", "rows[].price": "row.price | number"}
    module = struct_export(Short, rules, [{"rows": [{"sku": "ab", "price": "1"}]}])
    rows = [{"sku": "ab", "price": price} for price in ("1", "2", "x")]
    (made,) = module.map_record({"rows": rows})
    assert [str(problem) for problem in made.problems] == [
        "expected a decimal number, got 'x' @ $.rows[].price -> rows[2].price"
    ]
