"""A record whose source is not as the rules need it: that is told, and what else fails, but not what hangs on it."""

import copy
import json
import re
from decimal import Decimal
from types import ModuleType
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model, field_validator, model_validator

from intkit.compiler.compile import compile_mapping
from intkit.compiler.explanation import origin
from intkit.compiler.rehearsal import Failures
from intkit.compiler.render import Definitions, write_module
from intkit.errors import RuleError
from intkit.export.structs import struct_definitions
from intkit.results.loading import execute
from intkit.rules.spec import Spec
from tests.compiler.test_compiled_equals_oracle import EMPTY, FULL, MAPS, records
from tests.compiler.test_random_mappings import SEEN, Out, mappings
from tests.rules.compiled import load, reasons, source, spec_of

ORDER: dict[str, Any] = {
    "id": "o1",
    "status": "paid",
    "paid": True,
    "amount": {"value": "1.50", "currency": "EUR"},
    "lines": [{"sku": "a", "quantity": 1, "price": "2.00"}, {"sku": "b", "quantity": 2, "price": "3.00"}],
}


class Line(BaseModel):
    sku: str
    quantity: int = Field(gt=0)
    price: Decimal


class Order(BaseModel):
    key: str
    status: str
    total: Decimal
    currency: str = Field(max_length=3)
    count: int
    lines: list[Line]


RULES = {
    "key": "id",
    "status": "status | lookup(STATES)",
    "total": "amount.value | decimal",
    "currency": "amount.currency",
    "count": "len(lines)",
    "lines[]": "for line in lines",
    "lines[].sku": "line.sku",
    "lines[].quantity": "line.quantity",
    "lines[].price": "line.price | decimal",
}
STATES = {"STATES": {"paid": "settled"}}
NOT_PAID = "expected one of 'paid', got 'odd' @ $.status -> status"


def told(record: dict[str, Any], rules: dict[str, str] | None = None, **more: Any) -> list[str]:
    """Return the problems of a record, as JSON and as a dict."""
    module = load(spec_of(source([ORDER]), Order, RULES | (rules or {}), maps=STATES, **more))
    found = [reasons(module, record), reasons(module, json.dumps(record).encode())]
    assert found[0] == found[1]
    return found[0]


def changed(**fields: Any) -> dict[str, Any]:
    return {**copy.deepcopy(ORDER), **fields}


def test_what_a_rule_refuses_is_told_beside_what_the_source_has_wrong():
    assert told(changed(id=5, status="odd")) == ["expected text, got 5 @ $.id", NOT_PAID]


def test_what_the_target_refuses_is_told_beside_it_too():
    record = changed(id=None, amount={"value": "1.50", "currency": "EURO"})
    assert told(record) == [
        "expected text, got None @ $.id",
        "String should have at most 3 characters, got 'EURO' @ $.amount.currency -> currency",
    ]


def test_all_that_the_source_has_wrong_is_told_once_each():
    lines = [{"sku": 1, "quantity": "many", "price": "2.00"}, {"quantity": 1, "price": "3.00"}]
    record = changed(lines=lines)
    del record["amount"]
    assert told(record) == [
        "expected an object, and the field is missing, got None @ $.amount",
        "expected text, got 1 @ $.lines[0].sku",
        "expected a whole number, got 'many' @ $.lines[0].quantity",
        "expected text, and the field is missing, got None @ $.lines[1].sku",
    ]


@pytest.mark.parametrize("wrong", ["EUR 1.50", None, 5, [], {"value": 1.5, "currency": "EURO"}])
def test_what_reads_below_it_is_not_blamed(wrong):
    """Beside it only the currency is too long, where it can be read."""
    problems = told(changed(amount=wrong, status="odd"))
    below = [problem for problem in problems if "-> total" in problem]
    assert NOT_PAID in problems
    assert not below


def test_a_row_that_is_wrong_hides_no_other():
    lines = [
        {"sku": "a", "quantity": 0, "price": "2.00"},
        "no row",
        {"sku": "b", "quantity": 1, "price": "x"},
    ]
    others = [
        "expected a number like 1,234.50, got 'x' @ $.lines[].price -> lines[2].price",
        "Input should be greater than 0, got 0 @ $.lines[].quantity -> lines[0].quantity",
    ]
    assert told(changed(lines=lines)) == ["expected an object, got 'no row' @ $.lines[1]", *others]
    lines[1] = {"sku": 5, "quantity": "1", "price": None}
    assert told(changed(lines=lines)) == [
        "expected text, got 5 @ $.lines[1].sku",
        "expected a whole number, got '1' @ $.lines[1].quantity",
        "expected text, got None @ $.lines[1].price",
        *others,
    ]


def test_a_rule_whose_condition_cannot_be_told_is_not_blamed():
    rules = {"key": 'id if paid else reject("not paid")', "status": 'reject("odd") if paid else status'}
    assert told(changed(paid="yes"), rules) == ["expected true or false or null, got 'yes' @ $.paid"]


def test_fields_of_an_object_or_a_row_that_may_not_be_there_are_not_blamed():
    rules = {"lines[]": "for line in lines if line.quantity > 0"}
    lines = [{"sku": "a", "quantity": None, "price": "x"}]
    assert told(changed(lines=lines), rules) == ["expected a whole number, got None @ $.lines[0].quantity"]


@pytest.mark.parametrize(
    ("when", "record", "others"),
    [
        ("paid", {"id": 5, "status": "odd"}, [NOT_PAID]),
        ("paid", {"id": 5, "status": "odd", "paid": False}, []),
        (
            "paid",
            {"id": 5, "status": "odd", "paid": "yes"},
            ["expected true or false or null, got 'yes' @ $.paid"],
        ),
        ('id != "x"', {"id": 5, "status": "odd"}, []),
        (
            "(status | lookup(STATES)) is not None",
            {"id": 5, "status": "odd"},
            [NOT_PAID.replace("-> status", "-> when")],
        ),
    ],
)
def test_a_record_that_may_be_left_out_is_not_blamed_for_more(when, record, others):
    assert told(changed(**record), when=when) == ["expected text, got 5 @ $.id", *others]


def test_a_field_that_is_called_when_is_not_the_filter():
    target = create_model("Event", when=(str, ...), note=(str, Field(max_length=3)))
    rules, seen = {"when": "day", "note": "c"}, {"day": "x", "paid": True, "c": "abc"}
    assert told_by(target, rules, seen, {**seen, "paid": "no", "c": "cccc"}, when="paid") == [
        "expected true or false or null, got 'no' @ $.paid"
    ]
    assert told_by(target, rules, seen, {**seen, "day": 5, "c": "cccc"}, when="paid") == [
        "expected text, got 5 @ $.day",
        TOO_LONG,
    ]


def test_fields_called_like_what_an_explanation_knows_are_read_as_any_other():
    class Event(BaseModel):
        kind: str
        note: str

    shown = {"event": {"value": "a", "reason": "b", "path": "c", "seen": "d"}, "kind": "x"}
    rules = {
        "kind": "kind | lookup(KINDS)",
        "note": 'f"{event.value}{event.reason}{event.path}{event.seen}"',
    }
    module = load(spec_of(source([shown]), Event, rules, maps={"KINDS": {"x": "y"}}))
    assert reasons(module, {"event": "gone", "kind": "z"}) == [
        "expected an object, got 'gone' @ $.event",
        "expected one of 'x', got 'z' @ $.kind -> kind",
    ]


def told_by(target: type[BaseModel], rules: dict[str, str], seen: Any, record: Any, **more: Any) -> list[str]:
    """Return the problems of a record, as JSON and as a dict."""
    module = load(spec_of(source([seen]), target, rules, **more))
    found = [told_of(module, record), told_of(module, json.dumps(record).encode())]
    assert found[0] == found[1]
    return found[0]


class Priced(BaseModel):
    price: Decimal
    state: str
    note: str = Field(max_length=3)


PRICED = {"price": "n", "state": "k | lookup(STATES)", "note": "c"}
TOO_LONG = "String should have at most 3 characters, got 'cccc' @ $.c -> note"


@pytest.mark.parametrize(
    ("price", "record", "first"),
    [
        ("n", {"n": "q"}, "expected a whole number, got 'q' @ $.n"),
        ("k | lookup(CENTS)", {"n": 1}, "expected one of 'paid', got 'odd' @ $.k -> price"),
    ],
)
def test_a_whole_number_that_failed_and_becomes_a_decimal_hides_nothing(price, record, first):
    maps = {"STATES": {"paid": "settled"}, "CENTS": {"paid": 1}}
    rules, seen = {**PRICED, "price": price}, {"n": 1, "k": "paid", "c": "c"}
    found = told_by(Priced, rules, seen, {**record, "k": "odd", "c": "cccc"}, maps=maps)
    assert found == [first, "expected one of 'paid', got 'odd' @ $.k -> state", TOO_LONG]


class Sold(BaseModel):
    sku: str
    quantity: int = Field(gt=0)
    currency: str = Field(max_length=3)


def test_where_each_row_is_a_target_all_its_rows_are_told_of_too():
    seen = {"currency": "EUR", "lines": [{"sku": "a", "q": 1}, {"sku": "b", "q": 2}]}
    rules = {"sku": "line.sku", "quantity": "line.q", "currency": "currency"}
    record = {"currency": "EURO", "lines": [{"sku": 5, "q": 1}, {"sku": "a", "q": 0}]}
    assert told_by(Sold, rules, seen, record, each="for line in lines") == [
        "expected text, got 5 @ $.lines[0].sku",
        "String should have at most 3 characters, got 'EURO' @ $.currency -> currency",
        "Input should be greater than 0, got 0 @ $.lines[].q -> quantity",
    ]


def test_an_object_is_not_blamed_for_a_field_that_hangs_on_what_is_wrong():
    class Box(BaseModel):
        number: int
        text: str

        @model_validator(mode="after")
        def check(self) -> "Box":
            if self.number == 1:
                raise ValueError("one is too few")
            return self

    target = create_model("Packed", box=(Box, ...))
    rules = {"box.number": "1 if paid else 2", "box.text": "s"}
    seen = {"paid": True, "s": "x"}
    assert told_by(target, rules, seen, {"paid": "no", "s": "x"}) == [
        "expected true or false or null, got 'no' @ $.paid"
    ]
    assert told_by(target, rules, seen, {"paid": True, "s": "x"}) == [
        "Value error, one is too few, got {'number': 1, 'text': 'x'} -> box"
    ]


@pytest.mark.parametrize(
    ("seen", "path", "wrong", "rule"),
    [
        ({"a, b": "xyz"}, '["a, b"]', {"a, b": 5}, '"abc" if record["a, b"] == "xyz" else "n"'),
        ({"t": {"a[0]": "xyz"}}, '.t["a[0]"]', {"t": {"a[0]": 5}}, '"abc" if t["a[0]"] == "xyz" else "n"'),
    ],
)
def test_keys_that_look_like_more_are_keys(seen, path, wrong, rule):
    target = create_model("Named", name=(str, Field(min_length=3)))
    (told,) = told_by(target, {"name": rule}, seen, wrong)
    assert told == f"expected text or null, got 5 @ ${path}"


def test_a_failure_in_a_condition_is_told_beside_one_that_stands_in_many_fields():
    target = create_model(
        "Lined", a=(Decimal, ...), b=(Decimal, ...), lines=(list[create_model("L", n=(int, ...))], ...)
    )
    rules = {
        "a": "x | minor_units(currency)",
        "b": "y | minor_units(currency)",
        "lines[]": "for line in lines if (line.kind | lookup(KINDS)) != 'z'",
        "lines[].n": "line.n",
    }
    seen = {"currency": "EUR", "x": 1, "y": 2, "lines": [{"n": 1, "kind": "k"}]}
    record = {**seen, "currency": "euro", "lines": [{"n": 1, "kind": "odd"}]}
    maps = {"KINDS": {"k": "y", "j": "z"}}
    assert told_by(target, rules, seen, record, maps=maps) == [
        "expected a currency code of three letters, got 'euro' @ $.x, currency -> a",
        "expected a currency code of three letters, got 'euro' @ $.y, currency -> b",
        "expected one of 'k', 'j', got 'odd' @ $.lines[].kind -> lines",
    ]


def test_a_text_that_an_own_transform_makes_of_what_failed_is_not_blamed():
    def joined(values: list[str]) -> str:
        """Return texts as one."""
        return "-".join(str(each) for each in values)

    target = create_model("Tagged", tags=(str, Field(max_length=6)))
    rules, maps = {"tags": "[tag | lookup(KINDS) for tag in tags] | joined"}, {"KINDS": {"k": "y"}}
    own = {"joined": joined}
    assert told_by(target, rules, {"tags": ["k"]}, {"tags": ["q"]}, maps=maps, own=own) == [
        "expected one of 'k', got 'q' @ $.tags -> tags"
    ]


CONDITIONS = [
    'id if (status | lookup(STATES)) == "settled" else reject("not settled")',
    'reject("settled") if (status | lookup(STATES)) == "settled" else id',
    'id if (status | lookup(STATES)) in ("settled", "paid") else reject("not settled")',
    'reject("settled") if (status | lookup(STATES)) else id',
]


@pytest.mark.parametrize("rule", CONDITIONS)
def test_a_condition_on_what_failed_is_told_of_for_the_field_and_neither_of_its_branches(rule):
    target = create_model("Chosen", key=(str, ...), note=(str, Field(max_length=3)))
    seen = {"id": "1", "status": "paid", "c": "c"}
    record = {**seen, "status": "odd", "c": "cccc"}
    assert told_by(target, {"key": rule, "note": "c"}, seen, record, maps=STATES) == [
        "expected one of 'paid', got 'odd' @ $.status, id -> key",
        TOO_LONG,
    ]


@pytest.mark.parametrize("rule", CONDITIONS)
def test_neither_branch_of_a_condition_on_what_is_wrong_is_told(rule):
    target = create_model("Chosen", key=(str, ...), note=(str, Field(max_length=3)))
    seen = {"id": "1", "status": "paid", "c": "c"}
    record = {**seen, "status": 5, "c": "cccc"}
    assert told_by(target, {"key": rule, "note": "c"}, seen, record, maps=STATES) == [
        "expected text or null, got 5 @ $.status",
        TOO_LONG,
    ]


@pytest.mark.parametrize("branches", [("a", "bbbb"), ("bbbb", "a")])
def test_whether_something_is_null_cannot_be_told_of_what_is_wrong(branches):
    target = create_model("Named", note=(str, Field(max_length=3)))
    rule = '"{}" if c is None else "{}"'.format(*branches)
    seen = [{"c": "c"}, {"c": None}]
    module = load(spec_of(source(seen), target, {"note": rule}))
    assert reasons(module, {"c": 5}) == ["expected text or null, got 5 @ $.c"]


def test_two_conditions_that_failed_for_two_reasons_are_told_without_their_fields():
    """Which field hangs on which of them is not known."""
    rules = {"a": 'x if (k | lookup(KINDS)) == "y" else z', "b": 'x if (j | lookup(KINDS)) == "y" else z'}
    target = create_model("Two", a=(str, ...), b=(str, ...))
    seen = {"x": "x", "z": "z", "k": "k", "j": "k"}
    assert told_by(target, rules, seen, {**seen, "k": "odd", "j": "odder"}, maps={"KINDS": {"k": "y"}}) == [
        "expected one of 'k', got 'odd'",
        "expected one of 'k', got 'odder'",
    ]


def test_rows_that_a_filter_can_judge_are_told_of_beside_one_that_it_cannot():
    rules = {"lines[]": "for line in lines if line.quantity != 1"}
    lines = [
        {"sku": "a", "quantity": "1", "price": "x"},
        {"sku": "b", "quantity": 1, "price": "y"},
        {"sku": "c", "quantity": 0, "price": "z"},
    ]
    assert told(changed(lines=lines), rules) == [
        "expected a whole number, got '1' @ $.lines[0].quantity",
        "expected a number like 1,234.50, got 'z' @ $.lines[].price -> lines[1].price",
        "Input should be greater than 0, got 0 @ $.lines[].quantity -> lines[1].quantity",
    ]


def test_each_element_of_a_list_is_told_of():
    target = create_model("Tagged", tags=(list[str], ...))
    rules, maps = {"tags": "[tag | lookup(KINDS) for tag in tags]"}, {"KINDS": {"k": "y"}}
    assert told_by(target, rules, {"tags": ["k"]}, {"tags": [5, "odd", "k", "odder"]}, maps=maps) == [
        "expected text, got 5 @ $.tags[0]",
        "expected one of 'k', got 'odd' @ $.tags -> tags[1]",
        "expected one of 'k', got 'odder' @ $.tags -> tags[3]",
    ]


class Spelled(BaseModel):
    word: str
    words: list[str]
    note: str = Field(max_length=3)

    @field_validator("word", "words", mode="before")
    @classmethod
    def check(cls, value: Any) -> Any:
        for each in value if isinstance(value, list) else [value]:
            assert re.match("[a-z]+", each)  # a TypeError where it is no text
        return value


@pytest.mark.parametrize("record", [{"k": "odd"}, {"k": 5}, {"j": ["odd", "k"]}, {"j": [5]}])
def test_a_validator_that_cannot_take_what_failed_hides_nothing(record):
    rules = {"word": "k | lookup(KINDS)", "words": "[each | lookup(KINDS) for each in j]", "note": "c"}
    seen, maps = {"k": "k", "j": ["k"], "c": "c"}, {"KINDS": {"k": "y"}}
    first, *others = told_by(Spelled, rules, seen, {**seen, **record, "c": "cccc"}, maps=maps)
    assert first.startswith("expected ")
    assert others == [TOO_LONG]


@pytest.mark.parametrize("cut", ["truncate(1)", "truncate(3)", 'split("-") | first', 'split("-") | last'])
def test_a_text_that_is_cut_out_of_what_failed_is_not_blamed(cut):
    target = create_model("Cut", word=(str, Field(min_length=9)), note=(str, Field(max_length=3)))
    rules = {"word": f'f"{{k | lookup(KINDS)}}-{{c}}" | {cut}', "note": "c"}
    seen, maps = {"k": "k", "c": "c"}, {"KINDS": {"k": "y"}}
    assert told_by(target, rules, seen, {"k": "odd", "c": "cccc"}, maps=maps) == [
        "expected one of 'k', got 'odd' @ $.k, c -> word",
        TOO_LONG,
    ]


def test_a_failure_that_stands_in_a_field_or_gives_way_is_told_for_the_field():
    target = create_model("Named", name=(str, ...))
    seen, maps = {"k": "k", "c": "c"}, {"KINDS": {"k": "y"}}
    for rule in (
        '(k | lookup(KINDS)) or "none"',
        'c if (k | lookup(KINDS)) == "y" else (k | lookup(KINDS))',
        '(k | lookup(KINDS)) if (k | lookup(KINDS)) == "y" else c',
    ):
        (first,) = told_by(target, {"name": rule}, seen, {"k": "odd", "c": "c"}, maps=maps)
        assert first.startswith("expected one of 'k', got 'odd' @ $.k"), rule
        assert first.endswith("-> name"), rule


def test_a_condition_that_two_fields_share_is_told_for_both():
    rule = 'x if (k | lookup(KINDS)) == "y" else z'
    target = create_model("Two", a=(str, ...), b=(str, ...))
    seen, maps = {"x": "x", "z": "z", "k": "k"}, {"KINDS": {"k": "y"}}
    assert told_by(target, {"a": rule, "b": rule}, seen, {**seen, "k": "odd"}, maps=maps) == [
        "expected one of 'k', got 'odd' @ $.k, x, z -> a",
        "expected one of 'k', got 'odd' @ $.k, x, z -> b",
    ]


def test_a_condition_that_fails_for_two_reasons_is_told_of_no_field():
    rule = "x if (k | lookup(KINDS)) == (j | lookup(KINDS)) else z"
    target = create_model("One", a=(str, ...))
    seen, maps = {"x": "x", "z": "z", "k": "k", "j": "k"}, {"KINDS": {"k": "y"}}
    record = {**seen, "k": "odd", "j": "odder"}
    assert told_by(target, {"a": rule}, seen, record, maps=maps) == [
        "expected one of 'k', got 'odd'",
        "expected one of 'k', got 'odder'",
    ]


def test_a_failed_condition_beside_a_misfit_is_told_for_its_own_field():
    rules = {"a": 'x if (k | lookup(KINDS)) == "y" else z', "b": "x if paid else z"}
    target = create_model("Two", a=(str, ...), b=(str, ...))
    seen, maps = {"x": "x", "z": "z", "k": "k", "paid": True}, {"KINDS": {"k": "y"}}
    assert told_by(target, rules, seen, {**seen, "k": "odd", "paid": "no"}, maps=maps) == [
        "expected true or false or null, got 'no' @ $.paid",
        "expected one of 'k', got 'odd' @ $.k, x, z -> a",
    ]


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("[tag | upper for tag in tags]", Annotated[list[str], Field(min_length=1)]),
        ("len(tags)", Annotated[int, Field(gt=1)]),
        ('"a" if "x" in tags else "b"', Annotated[str, Field(pattern="a")]),
        ('"a" if c in tags else "b"', Annotated[str, Field(pattern="b")]),
    ],
)
@pytest.mark.parametrize("wrong", [5, {"a": 1}])
def test_how_much_there_is_of_what_is_wrong_cannot_be_told(rule, kind, wrong):
    target = create_model("Tagged", made=(kind, ...))
    first, *others = told_by(target, {"made": rule}, {"tags": ["x"], "c": "x"}, {"tags": wrong, "c": "x"})
    assert first.startswith("expected a list")
    assert not others


def test_that_a_stand_in_is_no_text_is_not_told():
    target = create_model("Said", made=(str, ...))
    rule = '"a" if (k or "?") in (c or "?") else "b"'
    assert told_by(target, {"made": rule}, {"k": "k", "c": "c"}, {"k": 5, "c": "cccc"}) == [
        "expected text or null, got 5 @ $.k"
    ]


def test_a_character_for_private_use_in_a_record_is_no_mark():
    module = load(
        spec_of(
            source([{"k": "k", "c": "c"}]),
            create_model("Named", word=(str, ...), sum=(Decimal, ...)),
            {"word": "k | lookup(KINDS)", "sum": "c | decimal"},
            maps={"KINDS": {"k": "y"}},
        )
    )
    assert len(reasons(module, {"k": "odd", "c": "\U00100000"})) == 2


def test_what_failed_is_known_by_its_mark_however_much_failed():
    line = create_model("Line", word=(str, Field(max_length=3)))
    target = create_model("Lined", lines=(list[line], ...))
    rules = {"lines[]": "for line in lines", "lines[].word": 'f"-{line.k | lookup(KINDS)}-{line.c}"'}
    seen = {"lines": [{"k": "k", "c": "c"}]}
    module = load(spec_of(source([seen]), target, rules, maps={"KINDS": {"k": "y"}}))
    (made,) = module.map_record({"lines": [{"k": f"odd{row}", "c": "cccc"} for row in range(3_000)]})
    assert [(each.target, each.value) for each in made.problems] == [
        (f"lines[{row}].word", f"odd{row}") for row in range(3_000)
    ]


class Inner(BaseModel):
    word: str
    note: str = Field(max_length=3)

    @field_validator("word", mode="before")
    @classmethod
    def check(cls, value: Any) -> Any:
        assert re.match("[a-z]+", value)  # a TypeError where it is no text
        return value


def test_a_validator_in_an_object_or_a_row_that_cannot_take_what_failed_hides_nothing():
    target = create_model("Outer", box=(Inner, ...), rows=(list[Inner], ...))
    rules = {
        "box.word": "k | lookup(KINDS)",
        "box.note": "c",
        "rows[]": "for row in rows",
        "rows[].word": "row.k | lookup(KINDS)",
        "rows[].note": "row.c",
    }
    seen = {"k": "k", "c": "c", "rows": [{"k": "k", "c": "c"}]}
    record = {"k": "odd", "c": "cccc", "rows": [{"k": "odd", "c": "cccc"}]}
    assert told_by(target, rules, seen, record, maps={"KINDS": {"k": "y"}}) == [
        "expected one of 'k', got 'odd' @ $.k -> box.word",
        "expected one of 'k', got 'odd' @ $.rows[].k -> rows[0].word",
        TOO_LONG.replace("-> note", "-> box.note"),
        TOO_LONG.replace("$.c -> note", "$.rows[].c -> rows[0].note"),
    ]


def test_a_place_that_pydantic_names_leads_past_the_names_of_types():
    assert origin({"x": [1, 2]}, ("x", "list[int]", 1), Failures(), {}) == (["x", "list[int]", 1], 2)


MAPPED = {"KINDS": {"k": "y", "j": "z"}}


@pytest.mark.parametrize("rule", ["n", "m | number"])
def test_a_float_that_failed_hides_nothing(rule):
    target = create_model("Weighed", n=(float, ...), k=(str, ...), note=(str, Field(max_length=3)))
    rules, seen = (
        {"n": rule, "k": "k | lookup(KINDS)", "note": "c"},
        {"n": 1.5, "m": "1.5", "c": "c", "k": "k"},
    )
    first, *others = told_by(target, rules, seen, {"n": "x", "m": "x", "c": "cccc", "k": "odd"}, maps=MAPPED)
    assert first.startswith("expected a ")
    assert others[-2:] == ["expected one of 'k', 'j', got 'odd' @ $.k -> k", TOO_LONG]


class Spaced(BaseModel):
    word: str
    note: str = Field(max_length=3)

    @field_validator("word", mode="before")
    @classmethod
    def single(cls, value: str) -> str:
        while "  " in value:
            value = value.replace("  ", " ")
        return value


def test_a_validator_that_repeats_until_it_is_content_ends():
    seen = {"k": "k", "c": "c"}
    assert told_by(Spaced, {"word": "k", "note": "c"}, seen, {"k": 5, "c": "cccc"}) == [
        "expected text, got 5 @ $.k",
        TOO_LONG,
    ]


def test_an_own_transform_is_not_called_with_what_failed():
    def trimmed(values: list[str]) -> list[str]:
        """Return texts without zeros before them."""
        for each in values:
            rest = each
            while rest.startswith("0"):
                rest = rest[1:]
        return [str(int(each)) for each in values]

    target = create_model("Trimmed", tags=(list[Annotated[str, Field(min_length=2)]], ...))
    own = {"trimmed": trimmed}
    assert told_by(target, {"tags": "tags | trimmed"}, {"tags": ["01"]}, {"tags": [5, "1"]}, own=own) == [
        "expected text, got 5 @ $.tags[0]"
    ]


UNCERTAIN = [
    ('reject("no") if status != "paid" else id', {"status": 5}),
    ('"abcd" if status != other else id', {"status": 5}),
    ('id if amount > 10 and not (amount > 100) else reject("no")', {"amount": "x"}),
    ('id if paid and not refunded else reject("no")', {"paid": "x", "refunded": "y"}),
    (
        '"abcd" if (status | lookup(KINDS)) == "y" or (status | lookup(KINDS)) == "z" else id',
        {"status": "odd"},
    ),
    ('reject("no") if len(id) < 2 else id', {"id": 5}),
    ('reject("no") if len(lines) < 2 else id', {"lines": "gone"}),
    ("customer.email", {"customer": 5}),
    ('customer.email or reject("no")', {"customer": 5}),
    ('customer.email or "unknown"', {"customer": 5}),
    ('"abcd" if max(sizes) < 5 else id', {"sizes": [1, "x", 3]}),
    ('"abcd" if sum(sizes) < 5 else id', {"sizes": [1, "x", 3]}),
    ('"abcd" if sum(line.size for line in lines) < 5 else id', {"lines": [{"size": "x"}]}),
    ('"abcd" if max(line.size for line in lines) < 5 else id', {"lines": [{"size": "x"}, {"size": 1}]}),
    ('"abcd" if (day | parse_date) is not None else id', {"day": "odd"}),
    ('"abcd" if (status | lookup(KINDS)) is not None else id', {"status": "odd"}),
]
RICH = {
    "id": "1",
    "status": "k",
    "other": "j",
    "amount": 20,
    "paid": True,
    "refunded": False,
    "day": "2026-01-01",
    "customer": {"email": "e"},
    "sizes": [9],
    "lines": [{"size": 9}, {"size": 9}],
}
PLAIN = {"id": "1", "status": None, "other": "j", "customer": "c1", "sizes": [9], "lines": []}


@pytest.mark.parametrize(("rule", "wrong"), UNCERTAIN)
def test_what_hangs_on_a_guess_is_not_told(rule, wrong):
    target = create_model("Guessed", made=(Annotated[str, Field(max_length=3)], ...))
    made = load(spec_of(source([RICH, PLAIN]), target, {"made": rule}, maps=MAPPED))
    problems = [str(each) for each in problems_of(made, {**RICH, **wrong})]
    assert len(problems) == len(wrong)
    assert all(each.startswith("expected ") and "a value, got" not in each for each in problems)


@pytest.mark.parametrize("when", ['status != "k"', "not (paid and not refunded)"])
def test_a_filter_that_hangs_on_a_guess_leaves_out_the_rest(when):
    target = create_model("Guessed", note=(Annotated[str, Field(max_length=3)], ...))
    made = load(spec_of(source([RICH, PLAIN]), target, {"note": "id"}, when=when))
    record = {**RICH, "id": "cccc", "status": 5, "paid": "x", "refunded": "y"}
    assert not [each for each in problems_of(made, record) if each.target]


def test_a_list_of_objects_in_a_reject_holds_what_came():
    target = create_model("Single", word=(str, ...))
    module = load(spec_of(source([{"lines": [{"k": "k", "p": "p"}]}]), target, {"word": "(lines | only).k"}))
    lines = [{"k": 5, "p": "p"}, {"k": "k", "p": "p"}]
    (made,) = module.map_record({"lines": lines})
    misfit, several = made.problems
    assert (misfit.path, misfit.value) == ("lines[0].k", 5)
    assert several.value == [{"k": 5}, {"k": "k"}]
    assert json.loads(module.reject_line(made))["problems"][1]["value"] == [{"k": 5}, {"k": "k"}]


def test_a_condition_is_told_for_its_own_field_only():
    target = create_model("Two", a=(str, ...), b=(str, ...))
    rules = {"a": 'x if (k | lookup(KINDS)) == "y" else (j | lookup(KINDS))', "b": "m | lookup(KINDS)"}
    seen = {"x": "x", "k": "k", "j": "k", "m": "k"}
    assert told_by(target, rules, seen, {"x": "x", "k": "odd", "j": "odder", "m": "oddest"}, maps=MAPPED) == [
        "expected one of 'k', 'j', got 'oddest' @ $.m -> b",
        "expected one of 'k', 'j', got 'odd' @ $.k, x, j -> a",
    ]


def test_two_conditions_of_which_one_makes_no_difference_are_told_of_no_field():
    target = create_model("Two", a=(str, ...), b=(str, ...))
    rules = {"a": 'x if (k | lookup(KINDS)) == "y" else z', "b": 'x if (j | lookup(KINDS)) == "y" else w'}
    seen = {"x": "x", "z": "z", "w": "w", "k": "k", "j": "k"}
    assert told_by(target, rules, seen, {**seen, "w": "x", "k": "odd", "j": "odder"}, maps=MAPPED) == [
        "expected one of 'k', 'j', got 'odd'",
        "expected one of 'k', 'j', got 'odder'",
    ]


def test_a_failure_that_stands_in_one_field_and_in_the_condition_of_another_is_told_of_both():
    target = create_model("Two", a=(str, ...), b=(str, ...))
    rules = {"a": "k | lookup(KINDS)", "b": 'x if (k | lookup(KINDS)) == "y" else z'}
    seen = {"x": "x", "z": "z", "k": "k"}
    assert told_by(target, rules, seen, {**seen, "k": "odd"}, maps=MAPPED) == [
        "expected one of 'k', 'j', got 'odd' @ $.k -> a",
        "expected one of 'k', 'j', got 'odd' @ $.k, x, z -> b",
    ]


def test_rows_of_groups_by_what_failed_are_not_blamed():
    line = create_model("Grouped", q=(int, Field(ge=5)))
    target = create_model("Groups", rows=(list[line], ...))
    rules = {
        "rows[]": "for same in lines | group([line.wh | lookup(KINDS) for line in lines])",
        "rows[].q": "sum(line.q for line in same)",
    }
    seen = {"lines": [{"wh": "k", "q": 9}]}
    found = told_by(
        target,
        rules,
        seen,
        {"lines": [{"wh": "k", "q": 3}, {"wh": "odd", "q": 3}, {"wh": "j", "q": 9}]},
        maps=MAPPED,
    )
    assert [each.partition(" @")[0] for each in found] == ["expected one of 'k', 'j', got 'odd'"]


class Tags(BaseModel):
    tags: list[Annotated[str, Field(max_length=3)]]


def test_an_element_that_failed_hides_no_refusal_of_another():
    rules, seen = {"tags": "[tag | lookup(KINDS) for tag in tags]"}, {"tags": ["k"]}
    maps = {"KINDS": {"k": "y", "long": "longer"}}
    assert told_by(Tags, rules, seen, {"tags": ["odd", "k", "odd", "long"]}, maps=maps) == [
        "expected one of 'k', 'long', got 'odd' @ $.tags -> tags[0]",
        "expected one of 'k', 'long', got 'odd' @ $.tags -> tags[2]",
        "String should have at most 3 characters, got 'longer' @ $.tags -> tags[3]",
    ]


def test_a_number_that_no_float_holds_hides_nothing():
    module = load(spec_of(source([ORDER]), Order, RULES, maps=STATES, key="id"))
    record = json.dumps(changed(status="odd", extra="EXTRA")).replace('"EXTRA"', "[1e400, -2e999, 1.5]")
    (made,) = module.map_record(record.encode())
    assert [str(problem) for problem in made.problems] == [NOT_PAID]
    assert made.record["extra"] == [Decimal("1e400"), Decimal("-2e999"), 1.5]
    assert json.loads(module.reject_line(made))["record"]["extra"] == ["1E+400", "-2E+999", 1.5]


def test_a_text_that_is_not_there_where_what_is_wrong_is_null_is_not_blamed():
    target = create_model("Texted", made=(str | None, None))
    made = load(
        spec_of(source([RICH, PLAIN]), target, {"made": 'f"{status} {id | lookup(KINDS)}"'}, maps=MAPPED)
    )
    assert reasons(made, {**RICH, "status": 5}) == ["expected text or null, got 5 @ $.status"]


def test_a_failure_that_hangs_on_what_is_wrong_is_no_field_of_a_condition():
    target = create_model("Two", a=(str, ...), b=(str, ...))
    rules = {"a": 'x if (k | lookup(KINDS)) == "y" else z', "b": '("q" if paid else "k") | lookup(KINDS)'}
    seen = {"x": "x", "z": "z", "k": "k", "paid": True}
    assert told_by(target, rules, seen, {**seen, "k": "odd", "paid": "no"}, maps=MAPPED) == [
        "expected true or false or null, got 'no' @ $.paid",
        "expected one of 'k', 'j', got 'odd' @ $.k, x, z -> a",
    ]


def test_all_that_failed_in_what_a_field_is_made_of_is_told():
    target = create_model("Summed", total=(Decimal, ...))
    assert told_by(
        target, {"total": "(a | number) + (b | number)"}, {"a": "1", "b": "2"}, {"a": "x", "b": "y"}
    ) == [
        "expected a decimal number, got 'x' @ $.a, b -> total",
        "expected a decimal number, got 'y' @ $.a, b -> total",
    ]


def test_a_key_of_more_digits_than_python_writes_ends_no_explanation():
    module = load(spec_of(source([ORDER]), Order, RULES, maps=STATES, key="id"))
    (made,) = module.map_record(changed(id=10**5000, status="odd"))
    assert made.key == ""
    assert [str(problem) for problem in made.problems] == [
        "expected text, got a value of type int that is too large to show @ $.id",
        NOT_PAID,
    ]


def test_a_condition_inside_of_a_list_of_lists_names_the_path():
    grid = create_model("Grid", grid=(list[list[Annotated[int, Field(lt=5)]]], ...))
    assert told_by(grid, {"grid": "grid"}, {"grid": [[1]]}, {"grid": [[1, 9]]}) == [
        "Input should be less than 5, got 9 @ $.grid -> grid[0][1]"
    ]


@pytest.mark.parametrize("depth", [10, 900, 985, 991, 995, 5000])
def test_a_record_of_any_depth_is_written_as_a_reject(depth):
    deep: list[Any] = []
    for _ in range(depth):
        deep = [deep]
    module = load(spec_of(source([ORDER]), Order, RULES, maps=STATES, key="id"))
    (made,) = module.map_record(changed(status=deep, deep=deep))
    line = json.loads(module.reject_line(made))
    assert line["key"] == "o1"
    assert line["problems"][0]["path"] == "status"


PLACES = [
    ("title",),
    ("id",),
    ("paid",),
    ("customer",),
    ("customer", "id"),
    ("address",),
    ("lines",),
    ("lines", "data"),
]


def put(record: Any, steps: tuple[str, ...], value: Any) -> bool:
    """Put a value into a record; tell whether there is such a place."""
    *above, last = steps
    for step in above:
        record = record.get(step) if isinstance(record, dict) else None
    if not isinstance(record, dict):
        return False
    record[last] = value
    return True


@pytest.mark.parametrize("structs", [False, True])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(mappings(), records, st.sampled_from(PLACES), st.sampled_from([[{}], {"odd": []}]))
def test_beside_a_misfit_all_is_told_that_does_not_hang_on_it_and_nothing_else(
    structs: bool, made: dict[str, str], record: dict[str, Any], place: tuple[str, ...], wrong: Any
) -> None:
    more = {key: made[key] for key in ("when", "each") if key in made}
    target = WITHOUT_ENUM if structs else Out
    rules = {
        path: text
        for path, text in made.items()
        if path not in more and path.split("[")[0].split(".")[0] in target.model_fields
    }
    try:
        spec = spec_of(source([*SEEN, FULL, EMPTY]), target, rules, maps=MAPS, **more)
        module = load_structs(spec) if structs else load(spec)
    except RuleError:
        return
    spoiled = copy.deepcopy(record)
    assume(put(spoiled, place, wrong))
    problems, before = (problems_of(module, each) for each in (spoiled, record))
    of_rules = {(each.target, str(each)) for each in problems if each.target}
    if len(of_rules) == len({str(each) for each in problems}):
        return  # the place takes such a value
    known = {(each.target, str(each)) for each in before if each.target}
    assert of_rules <= known, (made, record)
    apart = {each for each in known if not hangs_on(module, each[0], ".".join(place))}
    assert apart <= of_rules, (made, record)


# an Enum with a default is no field of a Struct
WITHOUT_ENUM = create_model(
    "Bare", **{name: (each.annotation, each) for name, each in Out.model_fields.items() if name != "color"}
)


def load_structs(spec: Spec) -> ModuleType:
    """Return the compiled mapping with Structs for its models."""
    program = compile_mapping(spec, structs=True)
    definitions = struct_definitions(program, Definitions("import msgspec\n", ""))
    wraps = [each.wrap for _, each in spec.target.walk() if each.wrap]
    return execute(
        write_module(program, "A mapping.", definitions),
        "intkit_tested",
        {each.__name__: each for each in wraps},
    )


def hangs_on(module: Any, target: str, place: str) -> bool:
    """Whether a rule that says something about a target field reads a place, what is in it, or what holds it."""
    name = re.sub(r"\[\d+\]", "[]", target)
    about = {rule for rule in module.RULES if rule in ("when", "each") or f"{name}.".startswith(f"{rule}.")}
    about |= {
        rule for rule in module.RULES if rule.endswith("[]") and name.startswith(rule.removesuffix("[]"))
    }
    about |= {rule for rule in module.RULES if rule.startswith((f"{name}.", f"{name}["))}
    reads = {path for rule in about for path in module.RULES[rule][1]}
    return any(
        f"{one}.".startswith(f"{two}.") or f"{two}.".startswith(f"{one}.")
        for one in reads
        for two in (place,)
    )


def problems_of(module: Any, record: dict[str, Any]) -> list[Any]:
    """Return the problems of all the targets of a record."""
    outcomes = [each for each in module.map_record(record) if isinstance(each, module.Reject)]
    return [problem for outcome in outcomes for problem in outcome.problems]


def told_of(module: Any, record: dict[str, Any]) -> list[str]:
    """Return the problems of all the targets of a record, as a reader sees them."""
    return [str(problem) for problem in problems_of(module, record)]
