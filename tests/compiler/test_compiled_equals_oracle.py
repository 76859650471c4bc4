"""The law of the language: what is compiled gives what the description says, for any rule and any record."""

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from intkit.errors import RuleError
from tests.rules.compiled import outcome, rule_module, source
from tests.rules.oracle import Failure, Unclear, evaluate, reads_text

MAPS = {"WORDS": {"a": "first", "b": "second"}}
LINE = {"sku": "a", "quantity": 1, "price": 1.5, "note": "n", "tags": ["x"]}
FULL: dict[str, Any] = {
    "id": "ch_1",
    "title": "b",
    "amount": 5,
    "count": 2,
    "rate": 0.25,
    "paid": True,
    "open": False,
    "customer": "cus_1",
    "address": {"city": "Delft", "country": {"code": "NL"}},
    "lines": {"data": [LINE, {**LINE, "quantity": None, "note": None}]},
    "labels": ["x", "y"],
}
EMPTY: dict[str, Any] = {
    **FULL,
    "title": None,
    "count": None,
    "open": None,
    "customer": {"id": "cus_2", "email": "x"},
    "address": {"city": None, "country": None},
    "labels": None,
}
SEEN = source(
    [FULL, EMPTY, {**EMPTY, "address": None, "customer": {"id": "cus_3"}}, {**EMPTY, "customer": None}]
)

NUMBERS = {"rate", "price"}

words = st.sampled_from(["", "a", "b", "12", "x y", "Łódź", '"', "\\", "{}"])
numbers = st.integers(-20, 20)
places = st.none() | words
countries = st.none() | st.fixed_dictionaries({"code": words})


def records_of(rates: st.SearchStrategy[Any], prices: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return records with these numbers."""
    line = {
        "sku": words,
        "quantity": st.none() | numbers,
        "price": prices,
        "note": st.none() | words,
        "tags": st.lists(words, max_size=2),
    }
    return st.fixed_dictionaries(
        {"id": words, "amount": numbers, "rate": rates, "paid": st.booleans()},
        optional={
            "title": places,
            "count": st.none() | numbers,
            "open": st.none() | st.booleans(),
            "customer": st.none() | words | st.fixed_dictionaries({"id": words}, optional={"email": words}),
            "address": st.none() | st.fixed_dictionaries({}, optional={"city": places, "country": countries}),
            "lines": st.fixed_dictionaries({"data": st.lists(st.fixed_dictionaries(line), max_size=3)}),
            "labels": st.none() | st.lists(words, max_size=3),
        },
    )


rates, prices = st.sampled_from([0.5, -1.25]), st.sampled_from([0.1, 1.5, -2.25])
records = records_of(rates, prices)
# text where all the others have numbers
odd_records = records_of(rates | st.just("0.5"), prices | st.just("1.5"))


def join(template: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda texts: template.format(*texts))


@cache
def rules(kind: str, depth: int, line: bool = False) -> st.SearchStrategy[str]:
    """Return rule texts of a kind; inside a loop over lines, `line` can be read."""
    leaves = {
        "text": [
            "id",
            "title",
            "address.city",
            "address.country.code",
            "labels[0]",
            "labels[-1]",
            '"a"',
            '""',
            "lines.data[0].note",
        ],
        "whole": ["amount", "count", "0", "3", "lines.data[1].quantity"],
        "number": ["rate", "1.21", "lines.data[0].price"],
        "yes": ["paid", "open", "True", "title is None", "address.city is not None"],
        "texts": ["labels", '["a", "b"]', "lines.data[0].tags"],
    }[kind]
    if line:
        inside = {
            "text": ["line.sku", "line.note"],
            "whole": ["line.quantity"],
            "number": ["line.price"],
            "texts": ["line.tags"],
        }
        leaves = leaves + inside.get(kind, []) * 3
    leaf = st.sampled_from(leaves)
    if depth == 0:
        return leaf

    def of(wanted: str, *, loop: bool = line) -> st.SearchStrategy[str]:
        return rules(wanted, depth - 1, loop)

    forms = {
        "text": [
            join("({} | upper)", of("text")),
            join("({} or {})", of("text"), of("text")),
            join("({} if {} else {})", of("text"), of("yes"), of("text")),
            join("first_of({}, {})", of("text"), of("text")),
            join("({})[:2]", of("text")),
            join("({} | text)", of("whole")),
            join("({} | lookup(WORDS))", of("text")),
            join("({} | lookup(WORDS, default={}))", of("text"), of("text")),
            join(
                "f'{{{}}}-{{{}:.2}}'",
                st.sampled_from(["id", "amount", "count"]),
                st.sampled_from(["title", "id"]),
            ),
            join("({} + {})", of("text"), of("text")),
            join("({0} if {0} is not None else {1})", of("text"), of("text")),
            join("(({0} | upper) if {0} and {1} else {2})", of("text"), of("yes"), of("text")),
            join("({} | join(';'))", of("texts")),
            join("({} | first)", of("texts")),
            st.just("(customer | id_of)"),
            st.just("customer.email"),
        ],
        "whole": [
            join("({} + {})", of("whole"), of("whole")),
            join("({} * {})", of("whole"), of("whole")),
            join("(-{})", of("whole")),
            join("len({})", of("text")),
            join("len({})", of("texts")),
            join("first_of({}, {})", of("whole"), of("whole")),
            join("({} if {} else {})", of("whole"), of("yes"), of("whole")),
            join("sum({} for line in lines.data)", of("whole", loop=True)),
            join("sum({} for line in lines.data if {})", of("whole", loop=True), of("yes", loop=True)),
            join("max({} for line in lines.data)", of("whole", loop=True)),
            join("sum({0} for line in lines.data if {0} is not None)", of("whole", loop=True)),
            join(
                "sum({0} for line in lines.data if {0} > 0 if {1})",
                of("whole", loop=True),
                of("yes", loop=True),
            ),
        ],
        "number": [
            join("({} * {})", of("number"), of("whole")),
            join("({} / {})", of("whole"), of("whole")),
            join("({} | number)", of("text")),
            join("({} | number)", of("whole")),
            join("first_of({}, {})", of("number"), of("number")),
            join("({} if {} else {})", of("number"), of("yes"), of("number")),
            join("sum({} for line in lines.data)", of("number", loop=True)),
            join("min([{} for line in lines.data])", of("number", loop=True)),
        ],
        "yes": [
            join("(not {})", of("yes")),
            join("({} and {})", of("yes"), of("yes")),
            join("({} or {})", of("yes"), of("yes")),
            join("({} == {})", of("text"), of("text")),
            join("({} != {})", of("whole"), of("whole")),
            join("({} < {})", of("whole"), of("number")),
            join("({} >= {})", of("text"), of("text")),
            join("({} in ('a', 'x y'))", of("text")),
            join("({0} is not None and {0} >= {1})", of("text"), of("text")),
            join("({} not in {})", of("text"), of("texts")),
            join("({} is None)", of("text")),
            join("({} is not None)", of("whole")),
            join("(True if {} else False)", of("text")),
        ],
        "texts": [
            join("[{} for line in lines.data]", of("text", loop=True)),
            join("[{} for line in lines.data if {}]", of("text", loop=True), of("yes", loop=True)),
            join("[{} for label in labels]", of("text")),
            join("[{0} for line in lines.data if {0}]", of("text", loop=True)),
            join(
                "[({0} | upper) for line in lines.data if {1} and {0} is not None]",
                of("text", loop=True),
                of("yes", loop=True),
            ),
            join("unique({0} for line in lines.data if {0} in ('a', 'x y'))", of("text", loop=True)),
            join("({})[:2]", of("texts")),
            st.just("unique(line.sku for line in lines.data)"),
        ],
    }[kind]
    return st.one_of(leaf, *forms)


KINDS = {"text": str, "whole": int, "number": Decimal, "yes": bool, "texts": list[str | None]}


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Any, list[dict[str, Any]]]:
    kind = draw(st.sampled_from(list(KINDS)))
    return (
        draw(rules(kind, draw(st.integers(1, 3)))),
        KINDS[kind],
        draw(st.lists(records, min_size=1, max_size=4)),
    )


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_compiled_rules_give_what_the_oracle_gives(case: tuple[str, Any, list[dict[str, Any]]]) -> None:
    agree(*case)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rules("number", 1), st.lists(odd_records, min_size=1, max_size=4))
def test_text_where_only_numbers_stood_rejects_the_record_in_any_rule(
    rule: str, given_records: list[dict[str, Any]]
) -> None:
    agree(f"first_of({rule}, rate, sum(line.price for line in lines.data))", Decimal, given_records)


def agree(rule: str, annotation: Any, given_records: list[dict[str, Any]]) -> None:
    """Fail where the compiled rule and the oracle differ on a record."""
    try:
        module = rule_module(SEEN, rule, annotation, maps=MAPS)
    except RuleError as error:
        event(f"refused: {error.what.partition(': ')[2][:40]}")
        # a rule may be refused for what the analyst should say more clearly; every refusal has a remedy
        if not error.remedy:
            raise
        return
    for record in given_records:
        made = outcome(module, record)
        rejected = isinstance(made, module.Reject)
        if reads_text(rule, record, NUMBERS):
            event("text for a number")
            assert rejected, (rule, record, made)
            continue
        try:
            expected = evaluate(rule, record, MAPS)
        except Failure:
            event("rejected")
            assert rejected, (rule, record, made)
        except Unclear:
            continue  # null and a reject are both right, and so is what follows from either
        else:
            assert not rejected, (rule, record, str(made), expected)
            event("null" if made is None else "a value")
            assert made == expected, (rule, record, made, expected)


@pytest.mark.parametrize("rule", ["title | upper", "amount + count", "address.country.code", "len(labels)"])
def test_a_null_anywhere_gives_null_in_both(rule: str) -> None:
    nothing = {"id": "x", "amount": 1, "rate": 0.5, "paid": True}
    annotation = int if "amount" in rule or "len" in rule else str
    assert evaluate(rule, nothing) is None
    assert outcome(rule_module(SEEN, rule, annotation), nothing) is None
