"""One record to many targets, and records that are left out."""

from typing import Any

import pytest
from pydantic import BaseModel

from intkit.errors import MappingError
from tests.rules.compiled import load, reasons, source, spec_of


class Entry(BaseModel):
    entry_id: str
    payment_id: str
    amount: int | None = None


CHARGE: dict[str, Any] = {
    "id": "ch_1",
    "amount": 100,
    "paid": True,
    "status": "succeeded",
    "refunds": {"data": [{"id": "re_1", "amount": 40}, {"id": "re_2", "amount": 0}]},
}
SEEN = [CHARGE, {**CHARGE, "refunds": None, "paid": None}]
RULES = {"entry_id": "refund.id", "payment_id": "id", "amount": "refund.amount"}


def mapped(record: dict[str, Any], rules: dict[str, str] = RULES, **more: Any) -> list[Any]:
    module = load(spec_of(source(SEEN), Entry, rules, **more))
    return list(module.map_record(record))


def test_one_record_gives_a_target_for_each_row() -> None:
    made = mapped(CHARGE, each="for refund in refunds.data")
    assert [(each.entry_id, each.payment_id, each.amount) for each in made] == [
        ("re_1", "ch_1", 40),
        ("re_2", "ch_1", 0),
    ]


def test_a_row_and_the_record_have_fields_of_one_name() -> None:
    """`amount` is the charge's, wherever it stands; the refund's is `refund.amount`."""
    rules = {**RULES, "amount": "amount - refund.amount"}
    assert [each.amount for each in mapped(CHARGE, rules, each="for refund in refunds.data")] == [60, 100]


def test_rows_are_filtered() -> None:
    assert [e.entry_id for e in mapped(CHARGE, each="for refund in refunds.data if refund.amount > 0")] == [
        "re_1"
    ]
    assert [
        e.entry_id
        for e in mapped(CHARGE, each="for refund in refunds.data if refund.amount < amount if paid")
    ] == [
        "re_1",
        "re_2",
    ]


@pytest.mark.parametrize("refunds", [None, {"data": []}, {"data": None}, {}])
def test_no_rows_give_no_target(refunds: Any) -> None:
    module = load(
        spec_of(source([*SEEN, {**CHARGE, "refunds": {}}]), Entry, RULES, each="for refund in refunds.data")
    )
    assert module.map_record({**CHARGE, "refunds": refunds}) == []


def test_rows_that_were_always_there_are_missed() -> None:
    """A vendor that stops sending refunds must not make them none."""
    module = load(spec_of(source([CHARGE]), Entry, RULES, each="for refund in refunds.data"))
    assert module.map_record({**CHARGE, "refunds": {"data": []}}) == []
    assert reasons(module, {**CHARGE, "refunds": {}}) == [
        "expected a list, and the field is missing, got None @ $.refunds.data"
    ]


def test_each_row_fails_on_its_own_and_is_known_by_its_place() -> None:
    module = load(
        spec_of(
            source(SEEN),
            Entry,
            {**RULES, "amount": "amount / refund.amount | whole"},
            key="id",
            each="for refund in refunds.data",
        )
    )
    bad, worse = module.map_record(CHARGE)
    assert isinstance(bad, module.Reject)
    assert bad.key == "ch_1[0]"
    assert isinstance(worse, module.Reject)
    assert worse.key == "ch_1[1]"


def test_rows_of_plain_values() -> None:
    rules = {"entry_id": "word | upper", "payment_id": "id"}
    module = load(
        spec_of(source([{"id": "x", "words": ["a", "b"]}]), Entry, rules, each="for word in unique(words)")
    )
    assert [each.entry_id for each in module.map_record({"id": "x", "words": ["a", "b", "a"]})] == ["A", "B"]


def test_a_mapping_that_does_not_read_its_row_still_gives_one_target_a_row() -> None:
    rules = {"entry_id": "id", "payment_id": "id"}
    assert len(mapped(CHARGE, rules, each="for refund in refunds.data")) == 2


@pytest.mark.parametrize(
    ("when", "kept"),
    [
        ("paid", True),
        ('status == "succeeded"', True),
        ('status != "succeeded"', False),
        ('paid and status in ("succeeded", "pending")', True),
        ("refunds", True),
        ("refunds.data", True),
        ("amount > 100", False),
        ("not paid", False),
        ("sum(refund.amount for refund in refunds.data) > 0", True),
    ],
)
def test_only_what_is_wanted_is_mapped(when: str, kept: bool) -> None:
    rules = {"entry_id": "id", "payment_id": "id"}
    assert len(mapped(CHARGE, rules, when=when)) == kept


@pytest.mark.parametrize("when", ["paid", "refunds", "refunds.data", "len(refunds.data) > 0"])
def test_a_condition_that_is_null_leaves_the_record_out(when: str) -> None:
    assert mapped(SEEN[1], {"entry_id": "id", "payment_id": "id"}, when=when) == []


def test_what_is_left_out_cannot_fail() -> None:
    rules = {"entry_id": "status | lookup(MAP)", "payment_id": "id"}
    assert (
        mapped(
            {**CHARGE, "status": "failed"},
            rules,
            when='status != "failed"',
            maps={"MAP": {"succeeded": "ok"}},
        )
        == []
    )


def test_when_and_each_go_together() -> None:
    assert mapped(CHARGE, when="not paid", each="for refund in refunds.data") == []
    assert len(mapped(CHARGE, when="paid", each="for refund in refunds.data")) == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"when": "amount"}, "0 would count as no value"),
        ({"when": "pad"}, "'pad' is a transform, not a field. Did you mean 'paid'"),
        ({"when": "paid | yes_no or paid"}, "read in two ways"),
        ({"each": "refunds.data"}, "what stands behind a list is a `for`"),
        ({"each": "if paid"}, "rows want a `for`"),
        ({"each": "for refund in refund.data"}, "Did you mean 'refunds'"),
        ({"each": "for refund in refunds"}, "Write `refunds.data`."),
        ({"each": "for refund in id"}, "not a list"),
        ({"each": "for a, b in refunds.data"}, "a loop has one name"),
        ({"each": "for refund in refunds.data for x in refund"}, "one `for` is the most"),
    ],
)
def test_what_cannot_filter_or_multiply_is_refused(more: dict[str, str], says: str) -> None:
    with pytest.raises(MappingError) as caught:
        load(
            spec_of(
                source(SEEN),
                Entry,
                RULES if "each" in more else {"entry_id": "id", "payment_id": "id"},
                **more,
            )
        )
    assert says in str(caught.value)


def test_a_filter_that_fails_rejects_the_record() -> None:
    module = load(
        spec_of(source(SEEN), Entry, {"entry_id": "id", "payment_id": "id"}, when="(status | number) > 1")
    )
    assert "expected a decimal number" in reasons(module, CHARGE)[0]
