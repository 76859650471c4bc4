"""Paths: null, missing and out of range give null; a type that the source never showed rejects."""

from decimal import Decimal
from typing import Any

import pytest

from tests.rules.compiled import (
    REJECTED,
    holder,
    load,
    outcome,
    reasons,
    refusal,
    rule_module,
    source,
    spec_of,
    value,
)

FULL: dict[str, Any] = {
    "title": "a long title",
    "address": {"city": "Delft", "order-id": "7"},
    "tags": ["p", "q"],
    "lines": {"data": [{"sku": "A"}, {"sku": None}]},
    "paid": True,
}
NULL: dict[str, Any] = dict.fromkeys(FULL)


@pytest.mark.parametrize(
    ("rule", "full"),
    [
        ("title", "a long title"),
        ("address.city", "Delft"),
        ('address["city"]', "Delft"),
        ('address["order-id"]', "7"),
        ("tags[0]", "p"),
        ("tags[-1]", "q"),
        ("tags[2]", None),
        ("tags[-3]", None),
        ("title[:6]", "a long"),
        ("title[-5:]", "title"),
        ("title[0]", "a"),
        ("tags[1:]", ["q"]),
        ("lines.data[0].sku", "A"),
        ("lines.data[1].sku", None),
        ("lines.data[9].sku", None),
        ("record.title", "a long title"),
        ('record["title"]', "a long title"),
        ("paid", True),
    ],
)
def test_a_path_gives_what_stands_there_and_null_where_nothing_does(rule: str, full: Any) -> None:
    assert value(rule, FULL, NULL, {}) == full
    assert value(rule, NULL, FULL, {}) is None
    assert value(rule, {}, FULL, NULL) is None


@pytest.mark.parametrize("wrong", [5, ["a"], {"a": 1}, True])
def test_a_type_that_the_source_never_showed_is_rejected(wrong: Any) -> None:
    module = rule_module(source([FULL, NULL]), "title")
    assert "expected text" in str(outcome(module, {"title": wrong}))


def test_an_object_that_was_always_there_rejects_a_record_without_it() -> None:
    module = rule_module(source([FULL]), "address.city")
    assert isinstance(outcome(module, {**FULL, "address": "Delft"}), module.Reject)


@pytest.mark.parametrize(
    "key",
    [
        *(
            "from",
            "class",
            "None",
            "order-id",
            "1st",
            "$",
            "_",
            "__typename",
            "é",
            "ｘ",
            "upper",
            "list",
        ),
        *(
            "to_holder",
            "Decimal",
            "msgspec",
            "Reject",
            "FACTS",
            "map_record",
            "self",
            "😀",
            "\u202e",
            "{x}",
            "required",
        ),
    ],
)
def test_any_key_is_reached_under_the_records_name(key: str) -> None:
    record = {key: {key: [{"z": "found"}]}, "x": {}}
    assert value(f"[e.z for e in record[{key!r}][{key!r}]][0] | upper", record, {}) == "FOUND"
    assert value(f"[e.z for e in record[{key!r}][{key!r}]][0] | upper", {}, record) is None


def test_a_bare_name_is_a_field_of_the_record_and_no_builtin_or_transform() -> None:
    record = {"count": 3, "type": "a", "id": "b", "title": "c", "first": "d", "min": "e", "lookup": "f"}
    for key, there in record.items():
        assert value(key, record) == there


def test_the_record_goes_by_its_own_name() -> None:
    seen = source([{"from": "x", "id": "y"}])
    module = rule_module(seen, 'charge.id + charge["from"]', record="charge")
    assert outcome(module, {"from": "x", "id": "y"}) == "yx"


def test_a_field_called_like_the_record_is_asked_about() -> None:
    assert "is both the record and its field 'record'" in refusal(
        "record.id", {"record": {"id": "x"}, "id": "y"}
    )


def test_two_keys_that_look_alike_stay_two() -> None:
    record = {"order-id": "a", "order_id": "b", "orderId": "c", "ORDER_ID": "d", "x": "e", "ｘ": "f"}
    rule = 'record["order-id"] + order_id + orderId + record["ORDER_ID"] + x + record["ｘ"]'
    assert value(rule, record) == "abcdef"


def test_one_of_ten_thousand_keys_is_found() -> None:
    record = {f"key_{index}": index for index in range(10_000)}
    assert value("key_9999 + key_0", record) == 9999


def test_capital_keys_are_fields_unless_declared() -> None:
    assert value("FNAME", {"FNAME": "Ann"}) == "Ann"
    assert value("Customer.Name", {"Customer": {"Name": "Ann"}}) == "Ann"
    assert value("FNAME", {"FNAME": "Ann"}, constants={"FNAME": "Bob"}) == "Bob"


@pytest.mark.parametrize("key", ['"', "\\", "a\nb", "\x00"])
def test_a_key_that_no_export_can_read_is_refused(key: str) -> None:
    assert "Rename it" in refusal(f"record[{key!r}]", {key: 1, "a": 2})


def test_mixed_values_are_taken_by_what_takes_both() -> None:
    assert value("a | text", {"a": 1}, {"a": "x"}) == "1"
    assert value("a | number | text", {"a": "0.10"}, {"a": 1.5}) == "0.10"
    assert "Write `a | text`" in refusal("a", {"a": 1}, {"a": "x"}, gives=str)


def test_numbers_among_other_types_stay_exact() -> None:
    assert value("a == 0.1", {"a": 0.1}, {"a": "x"}) is True
    assert str(value("a | number", {"a": 0.1}, {"a": "x"})) == "0.1"
    assert [str(each) for each in value("[x | number for x in a]", {"a": [0.1, "0.20"]})] == ["0.1", "0.20"]


def test_a_list_of_an_id_and_a_name_is_taken_apart_by_position() -> None:
    many2one = {"partner": [7, "Ann"]}
    nothing = {"partner": False}
    assert value("partner[0]", many2one, nothing, missing=(False,), gives=int) == 7
    assert value("partner[1]", many2one, nothing, missing=(False,), gives=str) == "Ann"
    assert value("partner[1]", nothing, many2one, missing=(False,), gives=str) is None
    assert (
        value("partner[0] | lookup(IDS)", many2one, nothing, missing=(False,), maps={"IDS": {7: "c"}}) == "c"
    )
    assert value("partner[0] + 1", many2one, nothing, missing=(False,)) == 8
    assert value('f"{partner[1]} #{partner[0]}"', many2one, nothing, missing=(False,)) == "Ann #7"
    assert value("partner[1] | upper", {"partner": [7, 8]}, many2one) == REJECTED


def test_a_reference_is_text_or_an_object_and_the_other_arm_is_null() -> None:
    short, long_, none = {"c": "cus_1"}, {"c": {"id": "cus_2", "email": "e"}}, {"c": None}
    seen = source([short, long_, none])
    for rule, gives in (("c | id_of", ["cus_1", "cus_2", None]), ("c.email", [None, "e", None])):
        module = rule_module(seen, rule)
        assert [outcome(module, each) for each in (short, long_, none)] == gives
        assert isinstance(outcome(module, {"c": 5}), module.Reject)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("adress.city", "Did you mean 'address'"),
        ("address.cty", "Did you mean 'city'"),
        ("title.x", "title is text, so it has no field 'x'"),
        ("tags.x", "tags is a list of text"),
        ("tags.x", "Write `tags[0]`"),
        ("lines.data.sku", "`[each.sku for each in lines.data]`, or `lines.data[0].sku`"),
        ("address", 'Write one of its fields: address.city, address["order-id"].'),
        ("lines.data", "`[each.sku for each in lines.data]`"),
        ("address[0]", "takes one element of an object"),
        ("title[paid]", "whole number"),
        ("title[::2]", "Write `title[:40]`"),
        ("paid[0]", "takes one element of yes or no"),
        ("title | upper.x", "what stands behind `|` is a transform"),
        ("upper", "'upper' is a transform, not a field"),
        ("__class__", "has a field '__class__'"),
        ("title.__class__", "has no field '__class__'"),
        ("__import__", "has a field '__import__'"),
    ],
)
def test_a_path_that_the_source_has_not_is_refused(rule: str, says: str) -> None:
    assert says in refusal(rule, FULL)


def test_a_reject_spells_odd_keys_as_rules_do() -> None:
    record: dict[str, Any] = {"the lines": [{"q-ty": "1", "from": "x"}], "order-id": {"a b": "7"}}
    rules = {
        '[line["q-ty"] for line in record["the lines"]]': (list[str], {"the lines": [{"q-ty": 5}]}),
        '[line["from"] for line in record["the lines"]]': (list[str], {"the lines": [{"from": None}]}),
        'record["order-id"]["a b"] | number': (Decimal, {"order-id": {"a b": "x"}}),
    }
    said = [
        reasons(rule_module(source([record]), rule, gives), {**record, **bad})
        for rule, (gives, bad) in rules.items()
    ]
    assert said == [
        ['expected text, got 5 @ $["the lines"][0]["q-ty"]'],
        ['expected text, got None @ $["the lines"][0]["from"]'],
        ['expected a decimal number, got \'x\' @ $["order-id"]["a b"] -> value'],
    ]


@pytest.mark.parametrize("key", ["id", 'order["order id"]', "order.from"])
def test_a_record_is_known_by_a_key_however_it_is_spelt(key: str) -> None:
    record = {"id": "k", "order": {"order id": "k", "from": "k"}, "n": "x"}
    spec = spec_of(source([record]), holder(Decimal), {"value": "n | number"}, key=key)
    (reject,) = load(spec).map_record(record)
    assert reject.key == "k"
