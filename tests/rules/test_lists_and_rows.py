"""Comprehensions, aggregates, and nested lists of models to any depth."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, create_model

import intkit
from intkit.compiler.compile import compile_mapping
from intkit.errors import MappingError
from tests.rules.compiled import REJECTED, load, reasons, source, spec_of, value

ITEMS: list[dict[str, Any]] = [
    {"sku": "a", "quantity": 2, "price": "1.10", "warehouse": "X", "tags": ["p"], "display": "line"},
    {"sku": "b", "quantity": 1, "price": "2.20", "warehouse": "Y", "tags": [], "display": "section"},
    {"sku": "c", "quantity": 0, "price": "3.30", "warehouse": "X", "tags": ["p", "q"], "display": None},
]
ORDER: dict[str, Any] = {"number": "o1", "amount": 9, "items": ITEMS, "shipping": {"city": "Delft"}}


@pytest.mark.parametrize(
    ("rule", "gives"),
    [
        ("[item.sku for item in items]", ["a", "b", "c"]),
        ("[item.sku for item in items if item.quantity > 0]", ["a", "b"]),
        ("[item.sku for item in items if item.quantity > 0 if item.tags]", ["a"]),
        ('[item.sku for item in items if item.display not in ("section", "note")]', ["a", "c"]),
        ("[f'{number}-{item.sku}' for item in items]", ["o1-a", "o1-b", "o1-c"]),
        ("sum((item.price | number) * item.quantity for item in items)", Decimal("4.40")),
        ("sum(item.quantity for item in items if item.quantity > 9)", 0),
        ("min(item.quantity for item in items)", 0),
        ("max(item.price | number for item in items)", Decimal("3.30")),
        ("max(item.sku for item in items)", "c"),
        ("len([item for item in items if item.tags])", 2),
        ("unique(item.warehouse for item in items)", ["X", "Y"]),
        ("[item.tags for item in items] | flatten | unique", ["p", "q"]),
        ("[len(item.tags) for item in items]", [1, 0, 2]),
        ("[[tag | upper for tag in item.tags] for item in items]", [["P"], [], ["P", "Q"]]),
        (
            "[sum(other.quantity for other in items if other.warehouse == item.warehouse) for item in items]",
            [2, 1, 2],
        ),
        ("[item for item in items if item.quantity == 1][0].sku", "b"),
        ("first(item.sku for item in items if item.sku == 'c')", "c"),
        ("[item.sku for item in items] | last", "c"),
        ("items[-1].tags[0]", "p"),
        ("[x for x in items[:2]][1].sku", "b"),
        ('"p" in items[0].tags', True),
        ('[item.sku for item in items if "q" in item.tags] | only', "c"),
        ("[amount for amount in [1, 2]] | total", Decimal(3)),
    ],
)
def test_lists(rule: str, gives: Any) -> None:
    assert value(rule, ORDER) == gives


def test_a_loop_name_stands_before_a_field_and_ends_with_its_loop() -> None:
    """Only the loop's own name is its element: a bare name is always a field of the record."""
    assert value("[amount for item in items]", ORDER) == [9, 9, 9]
    assert value("[number.sku for number in items][0] + number", ORDER) == "ao1"


@pytest.mark.parametrize(
    "name", ["order", "id", "list", "upper", "type", "match", "items", "Reject", "to_order", "é"]
)
def test_a_loop_can_have_any_name(name: str) -> None:
    rule = f"[{name}.sku | upper for {name} in record.items]"
    assert value(rule, ORDER) == ["A", "B", "C"]


# rows of models


class Row(BaseModel):
    sku: str
    value: Decimal | None = None


class Package(BaseModel):
    reference: str
    rows: list[Row]


class Address(BaseModel):
    city: str


class Shipment(BaseModel):
    order_ref: str
    packages: list[Package] | None = None
    address: Address | None = None


RULES = {
    "order_ref": "number",
    "packages[]": "for warehouse in unique(item.warehouse for item in items)",
    "packages[].reference": 'f"{number}-{warehouse}"',
    "packages[].rows[]": "for item in items if item.warehouse == warehouse and item.quantity > 0",
    "packages[].rows[].sku": "item.sku",
    "packages[].rows[].value": "(item.price | number) * item.quantity * 1.21",
    "address": "if shipping",
    "address.city": "shipping.city",
}
SEEN = [ORDER, {**ORDER, "items": None, "shipping": None}]


def test_rows_are_grouped_and_nested_and_see_every_name_around_them() -> None:
    module = load(spec_of(source(SEEN), Shipment, RULES))
    (made,) = module.map_record(ORDER)
    assert [(p.reference, [(r.sku, r.value) for r in p.rows]) for p in made.packages] == [
        ("o1-X", [("a", Decimal("2.6620"))]),
        ("o1-Y", [("b", Decimal("2.6620"))]),
    ]
    assert made.address.city == "Delft"


def test_rows_with_one_key_are_handed_on_together() -> None:
    class Package(BaseModel):
        warehouse: str
        skus: list[str]
        pieces: int

    class Order(BaseModel):
        packages: list[Package]

    rules = {
        "packages[]": "for same in items | group([item.warehouse for item in items])",
        "packages[].warehouse": "(same | first).warehouse",
        "packages[].skus": "[item.sku for item in same]",
        "packages[].pieces": "sum(item.quantity for item in same)",
    }
    items = [("b", "X", 1), ("a", "Y", 2), ("c", "X", 3)]
    order = {"items": [{"sku": sku, "warehouse": at, "quantity": n} for sku, at, n in items]}
    (made,) = load(spec_of(source([order]), Order, rules)).map_record(order)
    assert [each.model_dump() for each in made.packages] == [
        {"warehouse": "X", "skus": ["b", "c"], "pieces": 4},
        {"warehouse": "Y", "skus": ["a"], "pieces": 2},
    ]


def test_null_lists_and_objects_are_null_and_an_empty_list_is_empty() -> None:
    module = load(spec_of(source(SEEN), Shipment, RULES))
    (none,), (empty,) = module.map_record(SEEN[1]), module.map_record({**ORDER, "items": []})
    assert (none.packages, none.address) == (None, None)
    assert empty.packages == []


def test_a_null_list_under_a_required_target_is_rejected_and_not_taken_for_none() -> None:
    """API versions that leave refunds out unless asked must not make them zero."""

    class Strict(BaseModel):
        rows: list[Row]

    module = load(spec_of(source(SEEN), Strict, {"rows[]": "for item in items", "rows[].sku": "item.sku"}))
    assert reasons(module, {"number": "o1"}) == ["expected a value @ $.items -> rows"] or reasons(module, {})
    assert reasons(module, {"items": []}) == []


def test_every_failing_row_is_named() -> None:
    rules = {**RULES, "packages[].rows[].value": "item.price | number"}
    wrong = {**ORDER, "items": [{**ITEMS[0], "price": "x"}, {**ITEMS[1], "price": "y"}]}
    said = " ".join(reasons(load(spec_of(source(SEEN), Shipment, rules)), wrong))
    assert "packages[0].rows[0].value" in said
    assert "packages[1].rows[0].value" in said


def test_one_model_is_filled_twice_by_rules_of_their_own() -> None:
    class Two(BaseModel):
        home: Address
        work: Address | None = None

    seen = source([{"a": {"c": "Delft"}, "b": {"c": "Breda"}}, {"a": {"c": "Delft"}, "b": None}])
    rules = {"home.city": "a.c", "work": "if b", "work.city": "b.c | upper"}
    module = load(spec_of(seen, Two, rules))
    (made,) = module.map_record({"a": {"c": "Delft"}, "b": {"c": "Breda"}})
    assert (made.home.city, made.work.city) == ("Delft", "BREDA")
    assert module.map_record({"a": {"c": "Delft"}, "b": None})[0].work is None


@pytest.mark.parametrize(
    "condition", ["k if y else k", "k or y", "k and y", "not k", "(k or y) and (y or k)"]
)
def test_any_condition_stands_behind_an_object(condition: str) -> None:
    class Boxed(BaseModel):
        box: Address | None = None

    seen = source([{"k": "x", "y": True}, {"k": None, "y": None}])
    module = load(spec_of(seen, Boxed, {"box": f"if {condition}", "box.city": "k or 'none'"}))
    for record in ({"k": "x", "y": True}, {"k": "", "y": True}, {"k": "x", "y": False}):
        (made,) = module.map_record(record)
        assert (made.box is not None) is bool(eval(condition, {}, record))


def test_three_levels_of_rows() -> None:
    class C(BaseModel):
        name: str

    class B(BaseModel):
        cs: list[C]

    class A(BaseModel):
        bs: list[B]

    class Top(BaseModel):
        rows: list[A]

    record = {"k": "k", "a": [{"n": "1", "b": [{"n": "2", "c": [{"n": "3"}, {"n": "4"}]}]}]}
    rules = {
        "rows[]": "for a in record.a",
        "rows[].bs[]": "for b in a.b",
        "rows[].bs[].cs[]": "for c in b.c",
        "rows[].bs[].cs[].name": 'f"{k}{a.n}{b.n}{c.n}"',
    }
    (made,) = load(spec_of(source([record]), Top, rules)).map_record(record)
    assert [c.name for c in made.rows[0].bs[0].cs] == ["k123", "k124"]


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"packages[].reference": "number"}, "what its rows are made from is not said"),
        ({"packages[]": "items", "packages[].reference": "number"}, "what stands behind a list is a `for`"),
        ({"packages[]": "if items", "packages[].reference": "number"}, "rows want a `for`"),
        ({"address": "for item in items", "address.city": "number"}, "an object has an `if`, not a `for`"),
        ({"address": "if shipping"}, "none of its fields has a rule"),
        ({"packages[]": "for item in number"}, "not a list"),
        ({"packages[]": "for item in items"}, "'packages[].reference' is required and has no rule"),
        ({"package[]": "for item in items"}, "Did you mean 'packages[]'"),
        ({"adress.city": "number"}, "Did you mean 'address.city'"),
        ({"gone": "number"}, "has no field 'gone'"),
    ],
)
def test_rows_and_objects_that_cannot_be_built_are_refused(rules: dict[str, str], says: str) -> None:
    with pytest.raises(MappingError) as caught:
        load(spec_of(source(SEEN), Shipment, {"order_ref": "number", **rules}))
    assert says in str(caught.value)
    assert caught.value.remedy


def test_a_null_row_rejects_where_its_fields_are_needed() -> None:
    assert value("[r.q for r in rows]", {"rows": [{"q": 1}, None]}, gives=list[int]) == REJECTED
    assert value("[r.q for r in rows]", {"rows": [{"q": 1}, None]}, gives=list[int | None]) == [1, None]


LINES: list[dict[str, Any]] = [
    {"sku": "a", "pieces": 2, "stock": {"code": "X"}, "tags": ["p"]},
    {"sku": None, "pieces": None, "stock": None, "tags": None},
]


@pytest.mark.parametrize("missing", [(), (False,)])
@pytest.mark.parametrize(
    ("rule", "gives"),
    [
        ("unique(line.sku for line in lines if line.sku is not None)", ["a"]),
        ("[line.sku for line in lines if line.sku]", ["a"]),
        ("[line.sku | upper for line in lines if line.pieces > 1 and line.sku]", ["A"]),
        ("[line.sku[:1] for line in lines if line.sku is not None if line.pieces is not None]", ["a"]),
        ("[line.stock.code for line in lines if line.stock]", ["X"]),
        ("unique(line.stock.code for line in lines if line.stock is not None)", ["X"]),
        ("[(line.sku if line.sku else 'none') for line in lines]", ["a", "none"]),
        ("[tag for tag in [line.stock.code for line in lines if line.stock]]", ["X"]),
    ],
)
def test_what_a_condition_lets_through_is_there(rule: str, gives: Any, missing: tuple[Any, ...]) -> None:
    """No element can be null any more, so nothing is asked of them, and no record is at risk."""
    record = {"lines": LINES}
    unsaid = [{**LINES[1], "stock": False, "sku": False}] if missing else []
    seen = source([record, {"lines": [*LINES, *unsaid]}], missing)
    target = create_model("Strict", value=(list[str], ...))
    program = compile_mapping(spec_of(seen, target, {"value": rule}))
    assert (program.gaps, program.calls & {"all_present", "all_or_none", "required"}) == ([], set())
    (made,) = load(program.spec).map_record(record)
    assert made.value[: len(gives)] == gives


def test_a_number_that_a_condition_lets_through_is_added_up() -> None:
    seen = source([{"lines": LINES}])
    for condition in (
        "line.pieces is not None",
        "line.pieces > 0",
        "line.pieces == 2",
        "line.pieces in (1, 2)",
    ):
        rule = f"sum(line.pieces for line in lines if {condition})"
        program = compile_mapping(spec_of(seen, create_model("Strict", value=(int, ...)), {"value": rule}))
        assert (program.gaps, program.calls & {"all_or_none", "required"}) == ([], set())
        assert value(rule, {"lines": LINES}) == 2


def test_a_first_element_that_a_condition_lets_through_is_there() -> None:
    rule = "[line.tags[0] for line in lines if line.tags[0]]"
    target = create_model("Strict", value=(list[str], ...))
    assert (
        "all_present"
        not in compile_mapping(spec_of(source([{"lines": LINES}]), target, {"value": rule})).calls
    )
    assert value(rule, {"lines": LINES}) == ["p"]


def test_what_is_not_proved_stays_in_doubt() -> None:
    seen = source([{"lines": LINES}])
    for condition in ("line.sku is None or line.tags", "not line.sku", "line.sku != 'a'", "line.pieces != 7"):
        rule = f"[line.sku for line in lines if {condition}]"
        program = compile_mapping(
            spec_of(seen, create_model("Strict", value=(list[str], ...)), {"value": rule})
        )
        assert "all_present" in program.calls


def test_an_object_s_condition_can_be_set_before_the_rules_of_its_fields() -> None:
    mapping = intkit.Mapping("boxed", source=intkit.profile([ORDER]), target=Shipment, record="order")
    mapping.set("order_ref", "number").set("address", "if shipping")
    (error,) = [each for each in mapping.check() if each.severity == "error"]
    assert (error.target, "mapping.set('address.city', …)" in error.remedy) == ("address.city", True)
    with pytest.raises(MappingError, match="none of its fields has a rule"):
        mapping.apply([ORDER])
    mapping.set("address.city", "shipping.city")
    assert mapping.apply([ORDER]).accepted[0].address.city == "Delft"
    with pytest.raises(MappingError, match="Did you mean 'shipping'"):
        mapping.set("address", "if shiping")


@pytest.mark.parametrize("missing", [(), ("",)])
@pytest.mark.parametrize(
    ("rule", "full", "empty"),
    [
        ("lines[0].note if 1 < lines[0].price else id", "n", "b"),
        ("lines[0].note if 1 < lines[0].pieces else id", "n", "b"),
        ("(id or lines[0].note) if 1 < lines[0].pieces else id", "a", "b"),
        ("(lines[0].note | upper) if lines[0].note else id", "N", "b"),
        ("first_of(lines[0].note[:1], id) if lines[0].note is not None else id", "n", "b"),
        ("f\"{lines[0].note | replace('n', 'm')}!\" if lines[0].note else id", "m!", "b"),
        ("lines[0].note + '!' if lines[0].pieces > 1 and lines[0].note else id", "n!", "b"),
    ],
)
def test_what_a_condition_proves_is_not_asked_before_it(
    rule: str, full: str, empty: str, missing: Any
) -> None:
    """Nothing that leans on a condition may be computed in a line above it."""
    seen = {"id": "a", "lines": [{"note": "n", "pieces": 2, "price": 2}]}
    bare = {"id": "b", "lines": [{"note": None, "pieces": None, "price": 0}]}
    for record, gives in ((seen, full), (bare, empty), ({"id": "b", "lines": []}, empty)):
        assert value(rule, record, seen, bare, missing=missing) == gives
