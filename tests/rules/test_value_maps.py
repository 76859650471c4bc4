"""Value maps and constants, fixed and given by each run; run parameters."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from pydantic import BaseModel, create_model

import intkit
from intkit.errors import IntkitError, MappingError
from intkit.rules.spec import ValueMap
from tests.rules.compiled import (
    REJECTED,
    load,
    outcome,
    reasons,
    refusal,
    rule_module,
    source,
    spec_of,
    value,
)

MAPS: dict[str, dict[Any, Any]] = {
    "STATUS": {"paid": "settled", "open": "pending"},
    "CODES": {1: "one", 2: "two"},
    "FLAGS": {True: "yes", False: "no"},
    "NULLS": {"x": None, "y": "why"},
    "MIXED": {"a": 1, "b": "two"},
}


@pytest.mark.parametrize(
    ("rule", "gives"),
    [
        ("s | lookup(STATUS)", "settled"),
        ("lookup(s, STATUS)", "settled"),
        ("s | lookup(STATUS) | upper", "SETTLED"),
        ("t | lookup(STATUS)", REJECTED),
        ('t | lookup(STATUS, default="other")', "other"),
        ("t | lookup(STATUS, default=None)", None),
        ("t | lookup(STATUS, default=t)", "refunded"),
        ('none | lookup(STATUS, default="other")', None),
        ("n | lookup(CODES)", "one"),
        ("y | lookup(FLAGS)", "yes"),
        ("x | lookup(NULLS)", None),
        ('(x | lookup(NULLS)) or "nothing"', "nothing"),
        ("s in STATUS", True),
        ("t not in STATUS", True),
        ('"b" | lookup(MIXED) | text', "two"),
        ("[each | lookup(STATUS, default=each) for each in list]", ["settled", "z"]),
        ("NAME + s", "kitpaid"),
        ("LIMIT + n", 11),
        ("[LIMIT, n]", [10, 1]),
    ],
)
def test_a_value_map_says_what_each_value_becomes(rule: str, gives: Any) -> None:
    record = {"s": "paid", "t": "refunded", "none": None, "n": 1, "y": True, "x": "x", "list": ["paid", "z"]}
    other = {**record, "none": "paid"}
    assert value(rule, record, other, maps=MAPS, constants={"NAME": "kit", "LIMIT": 10}) == gives


@pytest.mark.parametrize("key", ["NO", "on", "yes", "null", "1", "0x10", "1e3", "é", '"', "\n"])
def test_keys_that_look_like_something_else_stay_text(key: str) -> None:
    assert value("s | lookup(M)", {"s": key}, maps={"M": {key: "found"}}) == "found"


def test_true_is_not_one() -> None:
    """Python's dict takes True for 1: a map of booleans is not asked with numbers."""
    assert "keys are yes or no" in refusal("n | lookup(FLAGS)", {"n": 1}, maps=MAPS)
    assert "keys are a whole number" in refusal("y | lookup(CODES)", {"y": True}, maps=MAPS)


@pytest.mark.parametrize("name", ["YES", "NO", "CENT", "REQUIRED", "FACTS", "T"])
def test_a_map_cannot_hide_a_name_of_the_export(name: str) -> None:
    assert "every export uses already" in refusal("s", {"s": "x"}, maps={name: {"x": "y"}})


# given by each run


class Invoice(BaseModel):
    contact: str
    booked: date | None = None


RECORDS = [{"partner": [7, "Ann"], "ref": "r1"}, {"partner": [8, "Bob"], "ref": "r2"}]


@pytest.fixture
def mapping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> intkit.Mapping:
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    made = intkit.Mapping("invoices", source=intkit.Records.of(RECORDS), target=Invoice)
    made.value_map("CONTACTS").parameter("BOOKED", date)
    made.set("contact", "partner[0] | whole | lookup(CONTACTS)").set("booked", "BOOKED")
    return made


def test_a_run_gives_a_value_map_and_a_parameter(mapping: intkit.Mapping) -> None:
    result = mapping.give(CONTACTS={7: "c_7", "8": "c_8"}, BOOKED="2026-03-01").apply(RECORDS)
    assert [each.contact for each in result.accepted] == ["c_7", "c_8"]
    assert result.accepted[0].booked == date(2026, 3, 1)


def test_a_value_that_the_given_map_lacks_is_rejected(mapping: intkit.Mapping) -> None:
    result = mapping.give(CONTACTS={7: "c_7"}, BOOKED=date(2026, 3, 1)).apply(RECORDS)
    assert (len(result.accepted), len(result.rejects)) == (1, 1)
    assert "expected one of 7" in str(result.rejects[0])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "missing required field `CONTACTS`"),
        ({"CONTACTS": {7: "c"}}, "missing required field `BOOKED`"),
        ({"CONTACTS": {"x": "c"}, "BOOKED": "2026-03-01"}, "Expected `int`"),
        ({"CONTACTS": {7: "c"}, "BOOKED": "yesterday"}, "Invalid RFC3339"),
    ],
)
def test_a_run_that_does_not_give_what_is_asked_stops(
    mapping: intkit.Mapping, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(MappingError, match="asks each run for CONTACTS, BOOKED") as caught:
        mapping.give(**given).apply(RECORDS)
    assert says in str(caught.value)


def test_what_a_run_gives_may_stand_in_a_file_under_what_code_gives(mapping: intkit.Mapping) -> None:
    path = mapping.save().with_name("invoices.given.json")
    path.write_text('{"CONTACTS": {"7": "c_7", "8": "c_8"}, "BOOKED": "2026-03-01"}')
    again = intkit.Mapping("invoices", target=Invoice)
    assert [each.contact for each in again.apply(RECORDS).accepted] == ["c_7", "c_8"]
    again.give(BOOKED="2026-04-01")
    assert again.apply(RECORDS).accepted[0].booked == date(2026, 4, 1)


def test_a_run_may_be_given_a_file(mapping: intkit.Mapping, tmp_path: Path) -> None:
    path = tmp_path / "march.json"
    path.write_text('{"CONTACTS": {"7": "c_7", "8": "c_8"}, "BOOKED": "2026-03-01"}')
    result = mapping.give(path, BOOKED="2026-04-01").apply(RECORDS)
    assert [each.contact for each in result.accepted] == ["c_7", "c_8"]
    assert result.accepted[0].booked == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "There is no file"),
        ('{"CONTACTS": ', "march.json, line 1"),
        ("[]", "march.json holds list, not an object"),
        ('{"CONTACT": {}}', "Did you mean 'CONTACTS'"),
    ],
)
def test_a_given_file_that_cannot_be_used_is_told(
    mapping: intkit.Mapping, tmp_path: Path, text: str | None, says: str
) -> None:
    path = tmp_path / "march.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(IntkitError) as refused:
        mapping.give(path)
    assert says in str(refused.value)


def test_an_export_proves_itself_with_what_runs_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    wire = httpx.MockTransport(lambda _: httpx.Response(200, json={"has_more": False, "data": RECORDS}))
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_for_this_test_only")
    with intkit.connect("stripe", cassette="shop/invoices", mode="record", transport=wire) as shop:
        made = intkit.Mapping("books", source=shop.records("/v1/invoices"), target=Invoice)
    made.value_map("CONTACTS").set("contact", "ref | lookup(CONTACTS)").save()
    with pytest.raises(MappingError, match=re.escape("books.given.json")):
        intkit.Mapping("books").export()
    made.path.with_name("books.given.json").write_text('{"CONTACTS": {"r1": "c_1", "r2": "c_2"}}')
    _, tests, _ = intkit.Mapping("books").export()
    assert "give(CONTACTS=" in tests.read_text()
    assert "expected one of" not in tests.read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "invoices.given.json, line 1"),
        ("[]", "holds list, not an object"),
        ('{"CONTACT": {}, "BOOKED": "2026-03-01"}', "CONTACT"),
    ],
)
def test_a_damaged_file_of_what_a_run_gives_is_told(mapping: intkit.Mapping, text: str, says: str) -> None:
    mapping.save().with_name("invoices.given.json").write_text(text)
    opened = intkit.Mapping("invoices", target=Invoice)
    with pytest.raises(MappingError, match=re.escape(says)):
        opened.apply(RECORDS)


def test_a_check_says_what_a_run_lacks_and_how_to_give_it(mapping: intkit.Mapping) -> None:
    (lacking,) = [each for each in mapping.check() if each.severity == "warning"]
    assert lacking.what == "Each run has to give CONTACTS, BOOKED, and nothing gives it yet."
    assert "invoices.given.json" in lacking.remedy
    mapping.give(CONTACTS={7: "c_7"}, BOOKED="2026-03-01")
    assert not [each for each in mapping.check() if each.severity == "warning"]
    mapping.save().with_name("invoices.given.json").write_text("[")
    assert any(each.what.startswith("invoices.given.json, line 1") for each in mapping.check())


def test_a_name_that_is_not_asked_for_is_misuse(mapping: intkit.Mapping) -> None:
    with pytest.raises(MappingError, match="Did you mean 'CONTACTS'"):
        mapping.give(CONTACT={})
    with pytest.raises(MappingError, match="cannot be"):
        mapping.parameter("WHEN", list)


def test_what_is_asked_for_is_saved_and_what_is_given_is_not(mapping: intkit.Mapping) -> None:
    mapping.give(CONTACTS={7: "c_7"}, BOOKED=date(2026, 3, 1))
    text = mapping.save().read_text()
    assert "c_7" not in text
    assert "2026" not in text
    again = intkit.Mapping("invoices", target=Invoice)
    with pytest.raises(MappingError, match="asks each run for CONTACTS, BOOKED"):
        again.apply(RECORDS)


def test_the_keys_of_a_given_map_are_of_one_type() -> None:
    spec = spec_of(source(RECORDS), Invoice, {"contact": "partner[0] | lookup(CONTACTS)"})
    spec.maps["CONTACTS"] = intkit.rules.spec.ValueMap("CONTACTS", {}, given=True)  # type: ignore[attr-defined]
    with pytest.raises(MappingError, match="its keys are of one type") as caught:
        load(spec)
    assert "partner[0] | whole | lookup(CONTACTS)" in str(caught.value)


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_the_command_line_takes_maps_from_files(mapping: intkit.Mapping, tmp_path: Path, ending: str) -> None:
    from intkit.compiler.compile import compile_mapping
    from intkit.results.loading import load_module
    from intkit.rules.spec import Spec

    spec: Spec = mapping.give(CONTACTS={7: "x"}, BOOKED=date(2026, 3, 1))._spec
    module = load_module(compile_mapping(spec))
    text = {"csv": "odoo,moneybird\n7,c_7\n8,c_8\n", "json": '{"7": "c_7", "8": "c_8"}'}[ending]
    (tmp_path / f"contacts.{ending}").write_text(text)
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, RECORDS)))
    given = ["--give", f"CONTACTS={tmp_path}/contacts.{ending}", "--give", "BOOKED=2026-04-01"]
    files = [str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "out.jsonl")]

    def run(words: list[str]) -> int:
        return module.run_given(module.command_line("x"), module.give, module.map_record, module.FACTS, words)

    assert run([*files, *given]) == 0
    assert json.loads((tmp_path / "out.jsonl").read_text().splitlines()[1]) == {
        "contact": "c_8",
        "booked": "2026-04-01",
    }
    assert run(files) == 2


def test_a_default_of_a_row_stays_in_the_rows_loop() -> None:
    rows = {"rows": [{"k": "b", "n": "nn"}, {"k": "z", "n": "oo"}, {"k": "z", "n": None}]}
    rule = "[(row.k | lookup(MAP, default=row.n))[:1] for row in rows]"
    assert value(rule, rows, maps={"MAP": {"b": "B"}}) == ["B", "o", None]


def test_a_default_that_can_fail_is_only_asked_on_a_miss() -> None:
    records = [{"s": "b", "n": "x"}, {"s": "z", "n": "7"}, {"s": "z", "n": "x"}, {"s": None, "n": "x"}]
    for rule, gives in (
        ("s | lookup(MAP, default=n | whole | text)", ["B", "7", REJECTED, None]),
        ('s | lookup(MAP, default=reject("new"))', ["B", REJECTED, REJECTED, None]),
        ("(s | upper | lower) | lookup(MAP, default=n | whole | text)", ["B", "7", REJECTED, None]),
        ("[each | lookup(MAP, default=n | whole | text) for each in [s]][0]", ["B", "7", REJECTED, None]),
    ):
        assert [value(rule, each, *records, maps={"MAP": {"b": "B"}}) for each in records] == gives


def test_a_record_is_explained_where_a_rule_asks_whether_a_map_has_a_value() -> None:
    rule = '(n | whole | text) if s in MAP else "none"'
    module = rule_module(source([{"s": "b", "n": "1"}]), rule, maps={"MAP": {"b": "B"}})
    assert reasons(module, {"s": "b", "n": "x"}) == ["expected a decimal number, got 'x' @ $.s, n -> value"]
    assert outcome(module, {"s": "c", "n": "x"}) == "none"


def test_a_reject_is_explained_with_what_the_latest_run_gave(mapping: intkit.Mapping) -> None:
    module = load(mapping._spec)
    for known, other in ((7, RECORDS[1]), (8, RECORDS[0])):
        module.give(CONTACTS={known: "c"}, BOOKED=date(2026, 3, 1))
        assert f"expected one of {known}" in str(module.map_record(other)[0])


def test_what_is_given_again_takes_the_place_of_all_that_was_given_and_half_of_it_of_nothing():
    spec = spec_of(
        source([{"s": "a"}]), create_model("Made", s=(str, ...)), {"s": "s | lookup(BOOKS, default=REST)"}
    )
    spec.maps["BOOKS"], spec.constants["REST"] = ValueMap("BOOKS", {}, given=True), str
    module = load(spec)
    module.give(BOOKS={"a": "one"}, REST="rest")
    module.give(BOOKS={"b": "two"}, REST="other")
    assert module.map_record({"s": "a"})[0].s == "other"
    with pytest.raises(msgspec.ValidationError, match="missing required field `BOOKS`"):
        module.give(REST="third")
    assert [module.map_record({"s": each})[0].s for each in "ab"] == ["other", "two"]
