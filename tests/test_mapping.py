"""The mapping in an analyst's hand: rules in, targets and rejects out, and one clear error for each mistake."""

from __future__ import annotations

from decimal import Decimal

import pytest

import intkit
from intkit.errors import MappingError, RuleError
from tests.rules.shop import ORDERS, make_mapping, new_mapping


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    return tmp_path


def test_every_record_is_accepted_rejected_or_left_out():
    result = make_mapping().apply(ORDERS)
    assert [sale.number for sale in result.accepted] == ["a1", "a2"]
    assert [reject.key for reject in result.rejects] == ["a3"]
    assert (result.records, result.left_out) == (4, 1)


def test_an_accepted_target_holds_what_the_rules_say():
    sale = make_mapping().apply(ORDERS).accepted[0]
    assert sale.model_dump() == {
        "number": "a1",
        "total": Decimal("12.50"),
        "state": "open",
        "rows": [{"sku": "x", "pieces": 1}, {"sku": "y", "pieces": 2}],
    }


def test_each_makes_a_target_of_every_row():
    mapping = (
        new_mapping().each("for line in lines.data").set("number", "line.sku").set("total", "line.pieces")
    )
    assert [sale.number for sale in mapping.apply(ORDERS).accepted] == ["x", "y", "z"]


def test_a_rule_taken_away_leaves_the_field_to_its_default():
    mapping = make_mapping().unset("state")
    assert {sale.state for sale in mapping.apply(ORDERS).accepted} == {None}


def test_a_transform_of_my_own_serves_rules():
    mapping = new_mapping()

    @mapping.transform
    def shout(value: str) -> str:
        return f"{value}!"

    mapping.set("number", "id | shout").set("total", "1")
    assert mapping.apply(ORDERS[:1]).accepted[0].number == "a1!"


def test_a_constant_is_a_word_in_rules():
    mapping = new_mapping().set("total", "1")
    mapping.constant("BOOK", "sales").set("number", 'f"{BOOK}-{id}"')
    assert mapping.apply(ORDERS[:1]).accepted[0].number == "sales-a1"


def test_a_refused_rule_changes_nothing():
    mapping = make_mapping()
    before = repr(mapping)
    for attempt in (
        lambda: mapping.set("total", "total | numbr"),
        lambda: mapping.set("totl", "total"),
        lambda: mapping.when("stat == 'new'"),
        lambda: mapping.each("for line in lines.dat"),
    ):
        with pytest.raises(MappingError):
            attempt()
    assert repr(mapping) == before


@pytest.mark.parametrize(
    ("target", "rule", "said"),
    [
        ("totl", "total", "Did you mean 'total'?"),
        ("total", "total | numbr", "Did you mean 'number'?"),
        ("total", "totl | number", "Did you mean 'total'?"),
        ("total", "state", "Write `state | number`."),
        ("rows[].sku", "line.sku", "for line in"),
        ("number", None, "mapping.unset('number')"),
    ],
)
def test_a_rule_that_cannot_work_says_what_to_write(target, rule, said):
    with pytest.raises(MappingError) as refused:
        new_mapping().set(target, rule)
    assert said in str(refused.value)


def test_a_filter_that_cannot_work_is_refused_when_it_is_written():
    with pytest.raises(RuleError, match="Did you mean 'state'"):
        new_mapping().when("stat == 'new'")
    with pytest.raises(RuleError):
        new_mapping().each("for line in lines.dat")


def test_a_target_field_may_be_called_when():
    from pydantic import create_model

    target = create_model("Timed", when=(str, ...))
    mapping = new_mapping(target=target).when("state is None").set("when", "id")
    assert [each.when for each in mapping.apply(ORDERS).accepted] == ["a2"]


@pytest.mark.parametrize("value", [1.5, Decimal("1.5"), [1], object()])
def test_a_constant_that_no_file_can_hold_is_refused(value):
    with pytest.raises(MappingError, match="is no text"):
        new_mapping().constant("RATE", value)
    with pytest.raises(MappingError, match="is no text"):
        new_mapping().value_map("RATES", {"a": value})


def test_names_of_maps_are_in_capitals():
    with pytest.raises(MappingError, match="STATES"):
        new_mapping().value_map("states", {})


def test_taking_away_a_rule_that_is_not_there_names_the_nearest():
    with pytest.raises(MappingError, match="Did you mean 'total'"):
        make_mapping().unset("totl")


@pytest.mark.parametrize("name", ["Shop", "shop orders", "../shop", "", "class"])
def test_a_mapping_that_cannot_be_a_module_is_refused(name):
    with pytest.raises(intkit.IntkitError):
        new_mapping(name)


def test_what_is_no_pydantic_model_is_no_target():
    with pytest.raises(MappingError, match="not a pydantic model"):
        new_mapping(target=dict)


def test_records_from_code_cannot_be_fetched_again():
    with pytest.raises(MappingError, match="does not know where its records come from"):
        make_mapping().fetch()


def test_the_table_shows_every_target_field_and_escapes_its_rule():
    mapping = new_mapping().set("number", "'<b>'")
    assert "&lt;b&gt;" in mapping._repr_html_()
    assert "<b>" not in mapping._repr_html_()
    assert all(path in repr(mapping) for path in ("number", "total", "state", "rows[].sku"))


def test_a_note_stays_with_its_field_until_another_is_given():
    mapping = make_mapping().set("total", "1")
    assert mapping.table().rows[1] == ["total", "a decimal number", "1", "euros"]
    assert mapping.set("total", "1", note="").table().rows[1][3] == ""


def test_each_change_can_be_undone_the_last_first():
    mapping = make_mapping()
    shown = []
    for change in (
        lambda: mapping.set("number", "state"),
        lambda: mapping.unset("total"),
        lambda: mapping.when(""),
        lambda: mapping.value_map("STATES", {"new": "x"}),
        lambda: mapping.constant("BOOK", 1),
        lambda: mapping.transform(shout),
    ):
        shown.append((repr(mapping), mapping._spec))
        change()
    last = mapping._spec
    for each in reversed(shown):
        mapping.undo()
        assert (repr(mapping), mapping._spec) == each
    for _ in shown:
        mapping.redo()
    assert mapping._spec == last


def test_there_is_an_end_to_undoing():
    with pytest.raises(MappingError, match="nothing to undo"):
        new_mapping().undo()


def test_a_change_ends_what_could_be_redone():
    mapping = make_mapping().unset("state").undo().set("total", "1")
    with pytest.raises(MappingError, match="nothing to redo"):
        mapping.redo()


def shout(value: str) -> str:
    return f"{value}!"


def test_a_name_that_an_export_needs_is_refused_when_it_is_given():
    mapping = new_mapping()
    with pytest.raises(MappingError, match="'EPOCH'"):
        mapping.constant("EPOCH", 1)
    with pytest.raises(MappingError, match="nothing to undo"):
        mapping.undo()
