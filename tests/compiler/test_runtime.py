"""Why a record failed: named by the right field, whatever the record holds."""

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, Field, RootModel, create_model, field_validator, model_validator

from intkit.errors import MappingError
from intkit.rules.targets import read_target
from tests.rules.compiled import load, outcome, reasons, rule_module, source, spec_of


class Line(BaseModel):
    """A target of two fields."""

    price: Decimal
    sku: str


ORDERS = [
    {"id": "a", "currency": "EUR", "items": [{"sku": "s", "price": "1", "day": "2024-01-01"}]},
    {"id": "b", "currency": "JPY", "items": []},
]
ITEM = {"sku": "s", "price": "x", "day": "never"}
MAPS = {"SINCE": {"EUR": "2020-01-01", "JPY": "2022-01-01"}}


def test_a_failing_each_is_named_and_said_once_for_one_value():
    condition = "for item in items if (item.day | parse_date) > (currency | lookup(SINCE) | parse_date)"
    rules = {"sku": "item.sku", "price": "item.price | number"}
    module = load(spec_of(source(ORDERS), Line, rules, maps=MAPS, each=condition))
    assert reasons(module, {**ORDERS[0], "items": [ITEM, ITEM]}) == [
        "expected a date like 2026-03-01, got 'never' @ $.items[].day, currency -> each"
    ]
    assert reasons(module, {**ORDERS[0], "currency": "XXX"}) == [
        "expected one of 'EUR', 'JPY', got 'XXX' @ $.items[].day, currency -> each"
    ]


def test_a_failing_when_is_named_and_comes_before_all_fields():
    class Order(BaseModel):
        name: Decimal

    wanted = '(currency | lookup(SINCE)) != "2020-01-01"'
    module = load(
        spec_of(source([{**ORDERS[0], "id": "1"}]), Order, {"name": "id | number"}, maps=MAPS, when=wanted)
    )
    assert reasons(module, {"id": "x", "currency": "XXX"}) == [
        "expected one of 'EUR', 'JPY', got 'XXX' @ $.currency -> when"
    ]


def flat(record: dict[str, Any]) -> Any:
    return load(spec_of(source([record]), Line, {"price": "price | number", "sku": "sku"}, key="sku"))


@pytest.mark.parametrize("text", ["\0000\0", "\0001\0", "\0"])
def test_text_of_a_record_is_never_taken_for_a_failure(text):
    module = flat({"sku": "s", "price": "1"})
    assert reasons(module, {"sku": text, "price": "x"}) == [
        "expected a decimal number, got 'x' @ $.price -> price"
    ]


def test_records_nested_too_deeply_are_rejects():
    deep = '{"sku": "s", "price": "1", "more": ' + "[" * 100_000 + "]" * 100_000 + "}"
    (reason,) = reasons(flat({"sku": "s", "price": "1"}), deep)
    assert "expected one JSON object (maximum recursion depth" in reason


def test_a_record_that_is_no_json_has_no_key_and_is_a_reject():
    made = outcome(flat({"sku": "s", "price": "1"}), {1: 2, "sku": None, "price": "1"})
    assert made.key == ""
    assert made.problems


def test_bytes_of_any_make_are_explained():
    assert reasons(flat({"sku": "s", "price": "1"}), bytearray(b'{"sku": "s", "price": "x"}')) == [
        "expected a decimal number, got 'x' @ $.price -> price"
    ]


def test_an_element_of_a_list_is_named_by_the_lists_rule():
    target = create_model("Tagged", tags=(list[Decimal], ...))
    module = load(spec_of(source([{"tags": ["1"]}]), target, {"tags": "[tag | number for tag in tags]"}))
    assert reasons(module, {"tags": ["1", "x"]}) == ["expected a decimal number, got 'x' @ $.tags -> tags[1]"]


def test_what_fails_in_a_condition_too_is_said_of_both_fields():
    rules = {"price": "price | number", "sku": "sku if (price | number) > 1 else price"}
    module = load(spec_of(source([{"sku": "s", "price": "1"}]), Line, rules))
    assert reasons(module, json.dumps({"sku": "s", "price": "x"})) == [
        "expected a decimal number, got 'x' @ $.price -> price",
        "expected a decimal number, got 'x' @ $.price, sku -> sku",
    ]


def test_a_models_own_validator_may_fail_as_it_likes():
    class Odd(BaseModel):
        sku: str

        @model_validator(mode="after")
        def look_up(self) -> "Odd":
            return {"s": self}[self.sku]

    module = load(spec_of(source([{"sku": "s"}]), Odd, {"sku": "sku"}))
    assert reasons(module, {"sku": "x"}) == ["KeyError: 'x', got None"]


def test_an_assertion_of_an_own_transform_is_a_reject():
    def small(value: str) -> str:
        if len(value) > 2:
            raise AssertionError("expected a short text")
        return value

    rules = {"price": "price | number", "sku": "sku | small"}
    module = load(spec_of(source([{"sku": "s", "price": "1"}]), Line, rules, own={"small": small}))
    (reason,) = reasons(module, {"sku": "long", "price": "1"})
    assert "expected a short text, got 'long' @ $.sku -> sku" in reason


def test_a_root_model_is_refused_as_it_has_no_fields():
    target = create_model("Holds", tags=(RootModel[list[str]], ...))
    with pytest.raises(MappingError, match="RootModel, which has no fields") as caught:
        read_target(target)
    assert "list[str]" in str(caught.value)


def test_rejects_of_several_threads_at_once_keep_apart():
    module = load(
        spec_of(
            source(ORDERS),
            Line,
            {"sku": "item.sku", "price": "item.price | number"},
            each="for item in items",
        )
    )
    records = [{**ORDERS[0], "items": [{**ITEM, "price": f"x{index}"}]} for index in range(200)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda record: reasons(module, record), records))
    assert found == [
        [f"expected a decimal number, got 'x{index}' @ $.items[].price -> price"] for index in range(200)
    ]


def test_a_models_own_validator_that_meets_what_failed_before_it_ends_no_explanation():
    class Priced(BaseModel):
        price: Decimal

        @field_validator("price", mode="before")
        @classmethod
        def check(cls, value: object) -> object:
            if type(value) is not Decimal:
                raise RuntimeError("no price")
            return value

    module = load(spec_of(source([{"price": "1"}]), Priced, {"price": "price | number"}))
    assert reasons(module, {"price": "x"}) == ["expected a decimal number, got 'x' @ $.price -> price"]


def test_what_the_target_refuses_is_told_beside_what_a_rule_refuses():
    class Order(BaseModel):
        since: str
        price: Decimal = Field(gt=0)
        name: str = Field(max_length=2)

    since = "currency | lookup(SINCE)"
    rules = {"since": since, "price": "price | number", "name": f'f"{{{since}}} {{id}}"'}
    seen = source([{"id": "a", "currency": "EUR", "price": "1"}])
    module = load(spec_of(seen, Order, rules, maps=MAPS))
    assert reasons(module, {"id": "b", "currency": "XXX", "price": "-1"}) == [
        "expected one of 'EUR', 'JPY', got 'XXX' @ $.currency -> since",
        "expected one of 'EUR', 'JPY', got 'XXX' @ $.currency, id -> name",
        "Input should be greater than 0, got Decimal('-1') @ $.price -> price",
    ]


def test_what_an_own_transforms_model_refuses_is_told_of_the_field_that_it_fills():
    class Amount(BaseModel):
        cents: int

    def cents(value: str) -> int:
        """Return what an amount says."""
        return Amount.model_validate_json(value).cents

    class Order(BaseModel):
        price: int
        since: str

    rules = {"price": "price | cents", "since": "currency | lookup(SINCE)"}
    seen = source([{"currency": "EUR", "price": '{"cents": 5}'}])
    module = load(spec_of(seen, Order, rules, maps=MAPS, own={"cents": cents}))
    told = reasons(module, {"currency": "XXX", "price": '{"cents": null}'})
    assert [each.partition(" @ ")[2] for each in told] == ["$.price -> price", "$.currency -> since"]
    assert told[0].startswith("1 validation error for Amount cents Input should be a valid integer")


def test_a_reject_on_purpose_says_its_reason_once():
    seen = source([{"id": "a", "t": "x"}])
    module = rule_module(seen, 't if id == "a" else reject("not ours")')
    assert reasons(module, {"id": "b", "t": "x"}) == ["not ours @ $.id, t -> value"]


@pytest.mark.parametrize("rule", ['[{}] | join(",")', "[{}] | only"])
def test_what_is_made_of_a_list_fails_for_what_failed_in_the_list(rule):
    target = create_model("Tagged", tags=(str, ...))
    rules = {"tags": rule.format("tag | lookup(SINCE) for tag in tags")}
    module = load(spec_of(source([{"tags": ["EUR"]}]), target, rules, maps=MAPS))
    assert reasons(module, {"tags": ["JPY", "XXX", "EUR"]}) == [
        "expected one of 'EUR', 'JPY', got 'XXX' @ $.tags -> tags"
    ]


def test_a_record_is_explained_alike_as_json_and_as_a_dict_that_holds_one_text_twice():
    target = create_model("Two", one=(str, ...))
    rules = {"one": "(a | lookup(SINCE)) + (b | lookup(SINCE))"}
    module = load(spec_of(source([{"a": "EUR", "b": "EUR"}]), target, rules, maps=MAPS))
    record = dict.fromkeys("ab", "XXX")
    assert reasons(module, json.dumps(record)) == reasons(module, record)


def test_an_older_mapping_of_the_same_name_explains_as_before():
    target = create_model("Priced", price=(Decimal, ...), name=(str, ...))
    spec = spec_of(source([{"price": 1.5, "name": "a"}]), target, {"price": "price", "name": "name"})
    older, _ = load(spec), load(spec)
    assert reasons(older, {"price": 2.5, "name": 1}) == ["expected text, got 1 @ $.name"]
