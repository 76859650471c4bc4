"""Bills at random: a Struct holds what a model holds, and the same fields of the same records are refused."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, Field

from intkit.compiler import compile as compiler
from intkit.rules.source import SourceField
from tests.export.test_structs import struct_mapping
from tests.rules.compiled import load, source, spec_of

Code = Annotated[str, Field(min_length=3, max_length=4)]


class Tax(BaseModel):
    """A row of a row."""

    share: Annotated[Decimal, Field(ge=0)]
    code: Code | None = None


class Line(BaseModel):
    """A row."""

    price: Decimal = Field(gt=-1, lt=100)
    vat: Annotated[Decimal, Field(le=5)] | None = None
    code: str | None = Field(default=None, min_length=1)
    taxes: list[Tax] | None = None


class Payer(BaseModel):
    """An object."""

    name: Code
    owes: Decimal | None = None


class Bill(BaseModel):
    """Money, conditions, rows of rows, and an object that may be null."""

    total: Decimal
    fee: Decimal | None = Field(default=None, ge=0)
    code: Annotated[str, Field(max_length=3)] | None = None
    pieces: int = Field(default=1, le=4)
    shares: list[Decimal] = Field(default=[], min_length=1)
    sent: AwareDatetime | None = None
    due: date | None = None
    state: Literal["open", "paid"] | None = None
    payer: Payer | None = None
    lines: list[Line] = []


TAX = {"part": 1.5, "code": "EUR"}
LINE = {"price": 250, "vat": 2, "code": "EUR", "text": "ab", "taxes": [TAX, {**TAX, "code": "JPY"}]}
FULL: dict[str, Any] = {
    "id": "abc", "amount": 1250, "fee": 50, "currency": "EUR", "second": "JPY", "pieces": 2, "state": "open",
    "sent": "2026-03-01T10:00:00Z", "payer": {"name": "Anna", "owes": 3, "code": "KWD"}, "lines": [LINE, LINE],
}  # fmt: skip
BARE = {**FULL, "fee": None, "second": None, "pieces": None, "state": None, "sent": None, "payer": None}
BARE["lines"] = [{**LINE, "vat": None, "code": None, "text": None, "taxes": None}]
SOURCES = [
    source([FULL]),
    source([FULL, {**FULL, "amount": 1}]),
    source([FULL, BARE]),
    source([FULL, {**BARE, "currency": None, "amount": None}]),
]

CURRENCIES = [
    "currency",
    "second",
    "currency or second",
    'second or "EUR"',
    "second if second else currency",
    "id",
]
CURRENCIES += [
    "currency | upper",
    "payer.code",
    "first_of(second, currency)",
    "currency | lookup(CODES, default=currency)",
]
IN_LINE = [*CURRENCIES, *["line.code", "line.code or currency", "line.code | lookup(CODES)"] * 2]
IN_TAX = [*IN_LINE, "tax.code", "tax.code", "line.taxes[0].code"]


@st.composite
def bills(draw: st.DrawFn) -> dict[str, str]:
    """Return the rules of a bill; optional fields are left out at times."""

    usual = draw(st.sampled_from(["currency", "second", "id", "payer.code"]))

    def money(amounts: list[str], units: list[str]) -> str:
        amount = draw(st.sampled_from([*amounts, *amounts[:1] * len(amounts)]))
        unit, other = (draw(st.sampled_from([*units, *[usual] * 3 * len(units)])) for _ in range(2))
        forms = ["({0}) | minor_units({1})"] * 9 + [
            "({0}) | stripe_amount({1})",
            "(({0}) | minor_units({1})) * 2",
        ]
        forms += [
            "(({0}) | minor_units({1})) - (1 | minor_units({2}))",
            "(({0}) | minor_units({1})) if fee is not None else (3 | minor_units({2}))",
        ]
        forms += [
            "first_of(fee | minor_units({1}), ({0}) | minor_units({2}))",
            "sum(each.price | minor_units({1}) for each in lines)",
        ]
        forms += [
            "(({0}) | minor_units({1})) if payer is not None else None",
            "({0}) / 10 * (1 | minor_units({1}))",
        ]
        return draw(st.sampled_from(forms)).format(amount, unit, other)

    def text(others: list[str]) -> str:
        return draw(
            st.sampled_from(
                [
                    "id",
                    "second",
                    "currency",
                    "id",
                    "second",
                    "currency",
                    'id + "x"',
                    'f"{amount}{id}"',
                    "payer.name",
                    *others,
                ]
            )
        )

    amounts = ["amount", "fee", "pieces", "payer.owes", "-amount", "amount + first_of(fee, 0)"]
    made = {
        "total": money(amounts, CURRENCIES),
        "fee": money(amounts, CURRENCIES),
        "code": text(["id | truncate(2)"]),
        "pieces": draw(st.sampled_from(["pieces", "amount", "len(lines)", "pieces + 1"])),
        "shares": draw(st.sampled_from(["[line.price / 10 for line in lines]", "[amount / 100, pieces / 10]", "[each.price | minor_units(currency) for each in lines if each.vat is not None]"])),
        "sent": "sent | parse_datetime",
        "due": draw(st.sampled_from(['sent | parse_datetime | date_in("UTC")', "sent | parse_date"])),
        "state": draw(st.sampled_from(["state", 'state | lookup(STATES, default="paid")', "state | lookup(STATES)"])),
        "payer": draw(st.sampled_from(["if payer", "if fee is not None and payer.name", "if second"])),
        "payer.name": text(["payer.name or id"]),
        "payer.owes": money(amounts, CURRENCIES),
        "lines[]": draw(st.sampled_from(["for line in lines", "for line in lines if line.vat is not None", "for line in lines if currency == line.code"])),
        "lines[].price": money(["line.price", "line.vat", "amount"], IN_LINE),
        "lines[].vat": money(["line.vat", "line.price"], IN_LINE),
        "lines[].code": text(["line.code", "line.text"]),
        "lines[].taxes[]": draw(st.sampled_from(["for tax in line.taxes", "for tax in line.taxes if tax.code == line.code"])),
        "lines[].taxes[].share": draw(st.sampled_from(["tax.part", money(["line.price", "line.vat"], IN_TAX)])),
        "lines[].taxes[].code": text(["tax.code"]),
    }  # fmt: skip
    optional = ["fee", "code", "pieces", "shares", "sent", "due", "state", "payer", "lines"]
    for name in draw(st.sets(st.sampled_from(optional))):
        made = {path: rule for path, rule in made.items() if path.split(".")[0].removesuffix("[]") != name}
    for way in draw(st.sets(st.sampled_from(["when", "each"]), max_size=1)):
        made[way] = {
            "when": "payer is not None",
            "each": draw(st.sampled_from(["for row in lines", "for row in lines if row.vat is not None"])),
        }[way]
    if "each" in made:
        made["total"] = money(["row.price", "row.vat"], [*CURRENCIES, "row.code", "row.code"])
    return made


codes = st.sampled_from(["EUR", "EUR", "JPY", "eur", "KWD", "EURO", "", "é"])
numbers = st.integers(-500, 20_000) | st.sampled_from([0, 100, 400])
wrong = st.sampled_from([None, "x", 1.5, [], {}, True])


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, values, values, st.none())


taxes = st.fixed_dictionaries({"part": st.sampled_from([0.5, -1.5, 2]), "code": codes})
lines = st.fixed_dictionaries(
    {"price": numbers, "vat": maybe(numbers), "code": maybe(codes), "text": maybe(codes)},
    optional={"taxes": maybe(st.lists(taxes, max_size=3))},
)
payers = st.fixed_dictionaries(
    {"name": st.sampled_from(["Anna", "Bo", "Annabel"]), "owes": numbers}, optional={"code": codes}
)
records = st.fixed_dictionaries(
    {"id": st.sampled_from(["abc", "EUR", "", "abcdef"]), "amount": numbers, "currency": codes, "lines": st.lists(lines, max_size=2)},
    optional={
        "fee": maybe(numbers), "second": maybe(codes), "pieces": maybe(st.integers(-1, 6)), "payer": maybe(payers),
        "state": st.sampled_from(["open", "paid", "new", None]), "sent": st.sampled_from(["2026-03-01T10:00:00Z", "2026-03-01", "x", None]),
    },
)  # fmt: skip
good_codes, few = st.sampled_from(["EUR", "KWD", "eur"]), st.integers(1, 4)
good_lines = st.fixed_dictionaries(
    {
        "price": few,
        "vat": few,
        "code": good_codes,
        "text": good_codes,
        "taxes": st.lists(st.just(TAX), max_size=2),
    }
)
good = st.fixed_dictionaries(
    {
        **dict.fromkeys(("id", "currency", "second"), good_codes), **dict.fromkeys(("amount", "fee", "pieces"), few), "state": st.just("open"),
        "sent": st.just("2026-03-01T10:00:00Z"), "payer": st.just({"name": "Anna", "owes": 3, "code": "KWD"}), "lines": st.lists(good_lines, min_size=1, max_size=2),
    }
)  # fmt: skip
spoilt = st.tuples(records, st.sampled_from(list(FULL)), wrong).map(
    lambda drawn: {**drawn[0], drawn[1]: drawn[2]}
)
PHASES = set(Phase) - {Phase.explain}  # which takes minutes
MAPS = {"CODES": {"EUR": "JPY", "x": "KWD", "euro": "EUR"}, "STATES": {"open": "open", "new": "open"}}


def results_of(module: Any, record: Any) -> list[Any]:
    """Return targets as JSON, and of rejects which fields are refused."""
    return [
        sorted(problem.target for problem in made.problems)
        if isinstance(made, module.Reject)
        else json.loads(module.target_line(made))
        for made in module.map_record(record)
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(st.sampled_from(SOURCES), bills(), st.lists(good | records | spoilt, min_size=3, max_size=8))
def test_models_and_structs_with_shared_units_or_without_hold_the_same(
    seen: SourceField, made: dict[str, str], given_records: list[dict[str, Any]]
) -> None:
    more = {key: made.pop(key) for key in ("when", "each") if key in made}
    spec = spec_of(seen, Bill, made, maps=MAPS, **more)
    models, structs = load(spec), struct_mapping(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiler, "share_factors", lambda _: None)
        plain = load(spec)
    builders = [models.to_bill, getattr(models, "to_line", None), getattr(models, "to_payer", None)]
    event(f"a unit is shared: {any('unit' in each.__code__.co_varnames for each in builders if each)}")
    for record in given_records:
        results = results_of(models, record)
        event(f"accepted: {any(isinstance(each, dict) for each in results)}")
        assert results_of(structs, record) == results
        assert results_of(models, json.dumps(record)) == results
        assert list(map(str, plain.map_record(record))) == list(map(str, models.map_record(record)))
