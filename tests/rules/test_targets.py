"""Targets: what a field of a pydantic model takes, and what happens where the rule gives something else."""

import enum
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from intkit.errors import MappingError
from intkit.rules.targets import read_target
from tests.rules.compiled import load, reasons, source, spec_of


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    ONE = 1


class Everything(BaseModel):
    color: Color | None = None
    level: Level | None = None
    word: Literal["a", "b"] = "a"
    words: list[Literal["a", "b"]] = Field(default_factory=list)
    colors: list[Color] = []
    key: uuid.UUID | None = None
    real: float = 1.5
    exact: Decimal = Decimal("2.5")
    count: Annotated[int, Field(gt=0)] = 1
    flag: bool = False
    tags: list[str] = []
    at: AwareDatetime | None = None
    day: date | None = None
    table: dict[str, str] = Field(default_factory=dict)
    named: str = Field(default="z", alias="otherName")
    odd: str = Field(default="z", alias="odd-name")
    keyword: str = Field(default="z", alias="from")


RECORD: dict[str, Any] = {
    "c": "red",
    "n": 1,
    "l": "b",
    "ls": ["a", "b"],
    "u": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "f": 0.5,
    "y": True,
    "w": "2026-03-01T09:30:00Z",
    "o": {"k": "v"},
}
NULL: dict[str, Any] = dict.fromkeys(RECORD)


def made(
    rules: dict[str, str], record: dict[str, Any] = RECORD, target: Any = Everything, **more: Any
) -> Any:
    module = load(spec_of(source([RECORD, NULL]), target, rules, record=more.pop("called", "record"), **more))
    (given,) = module.map_record(record)
    return str(given) if isinstance(given, module.Reject) else given


@pytest.mark.parametrize(
    ("field", "rule", "gives"),
    [
        ("color", "c", Color.RED),
        ("color", '"blue"', Color.BLUE),
        ("color", "c | lookup(COLORS)", Color.BLUE),
        ("level", "n", Level.ONE),
        ("word", "l", "b"),
        ("word", '"a" if y else "b"', "a"),
        ("word", 'c | lookup(WORDS, default="b")', "a"),
        ("words", "ls", ["a", "b"]),
        ("colors", "[c]", [Color.RED]),
        ("key", "u", uuid.UUID(RECORD["u"])),
        ("real", "f", 0.5),
        ("real", "n", 1.0),
        ("exact", "n", Decimal(1)),
        ("exact", "f", Decimal("0.5")),
        ("exact", "n / 4", Decimal("0.25")),
        ("count", "n", 1),
        ("flag", "n == 1", True),
        ("tags", "ls", ["a", "b"]),
        ("tags", "ls or []", ["a", "b"]),
        ("at", "w | parse_datetime", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("day", 'w | parse_datetime | date_in("UTC")', date(2026, 3, 1)),
        ("named", "l", "b"),
        ("odd", "l", "b"),
        ("keyword", "l", "b"),
    ],
)
def test_a_field_takes_what_fits(field: str, rule: str, gives: Any) -> None:
    maps: dict[str, Any] = {"COLORS": {"red": "blue"}, "WORDS": {"red": "a"}}
    value = getattr(made({field: rule}, maps=maps), field)
    assert value == gives
    assert type(value) is type(gives)


@pytest.mark.parametrize(
    ("field", "rule", "default"),
    [
        ("word", "l", "a"),
        ("real", "f", 1.5),
        ("exact", "f", Decimal("2.5")),
        ("count", "n", 1),
        ("tags", "ls", []),
    ],
)
def test_null_leaves_a_field_that_takes_none_to_its_default(field: str, rule: str, default: Any) -> None:
    assert getattr(made({field: rule}, NULL), field) == default


def test_a_field_without_a_rule_keeps_its_default() -> None:
    assert made({}).model_dump()["exact"] == Decimal("2.5")


def test_a_required_field_rejects_null_and_a_nullable_one_takes_it() -> None:
    class Needy(BaseModel):
        must: str
        may: str | None

    assert "expected a value" in made({"must": "c", "may": "l"}, NULL, Needy)
    assert made({"must": "'x'", "may": "l"}, NULL, Needy).may is None


@pytest.mark.parametrize(
    ("field", "rule", "record", "says"),
    [
        ("color", "c", {"c": "green"}, "'green'"),
        ("level", "n", {"n": 7}, "7"),
        ("word", "l", {"l": "z"}, "Input should be 'a' or 'b'"),
        ("colors", "[c]", {"c": "green"}, "'green'"),
        ("key", "u", {"u": "x"}, "badly formed"),
        ("count", "n", {"n": 0}, "greater than 0"),
    ],
)
def test_what_the_model_does_not_take_is_rejected_with_its_value(
    field: str, rule: str, record: dict[str, Any], says: str
) -> None:
    assert says in made({field: rule}, {**RECORD, **record})


def test_a_validator_of_the_model_speaks_and_names_the_source() -> None:
    class Checked(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def known(cls, value: str) -> str:
            if value != "x":
                raise ValueError("expected x")
            return value

    module = load(spec_of(source([RECORD]), Checked, {"name": "c"}))
    (said,) = reasons(module, RECORD)
    assert "expected x" in said
    assert "$.c -> name" in said


@pytest.mark.parametrize(
    ("field", "rule", "says", "remedy"),
    [
        ("count", "c", "the rule gives text, and the target takes a whole number", "`c | whole`"),
        ("count", "f", "gives a decimal number", "`f | whole`"),
        ("exact", "c", "gives text", "`c | number`"),
        ("named", "n", "gives a whole number", "`n | text`"),
        ("named", "c if y else l if n == 1 else u", "", ""),
        ("flag", "c", "gives text", "`c | yes_no`"),
        ("flag", "n", "gives a whole number", "`n | yes_no`"),
        ("at", "w", "gives text", "`w | parse_datetime`"),
        ("at", "n", "gives a whole number", "`n | from_epoch`"),
        ("day", "w", "gives text", '`w | parse_datetime | date_in("UTC")`'),
        ("day", "w | parse_datetime", "gives a time", 'date_in("UTC")'),
        ("tags", "c", "gives text", ""),
        ("tags", "[n]", "a list of whole numbers", ""),
        ("named", "ls", "gives a list of text", ""),
        ("named", "o", "gives an object", "one of its fields: o.k"),
        ("table", "o", "gives an object", "one of its fields: o.k"),
        ("table", "ls", "gives a list of text", ""),
        ("color", '"rde"', "can give 'rde'", "Change the value"),
        ("word", '"a" if y else "z"', "can give 'z'", "Change the value"),
        ("word", "c | lookup(WORDS)", "can give 'q'", "Change the value"),
        ("word", "None", "the rule is None", "Give it a value."),
    ],
)
def test_what_can_never_fit_is_refused(field: str, rule: str, says: str, remedy: str) -> None:
    if not says:
        made({field: rule})
        return
    with pytest.raises(MappingError) as caught:
        made({field: rule}, maps={"WORDS": {"red": "q"}})
    assert says in str(caught.value)
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("name", ["Problem", "Reject", "Facts", "T", "Decimal", "BaseModel"])
def test_a_model_whose_name_every_export_has_is_refused(name: str) -> None:
    with pytest.raises(MappingError, match="every export uses already"):
        made(
            {"x": "c"},
            target=type(name, (BaseModel,), {"__annotations__": {"x": str}, "__module__": __name__}),
        )


@pytest.mark.parametrize("name", ["Record", "Holder", "Source", "str_", "Utc", "List"])
def test_a_model_may_be_called_what_the_source_is(name: str) -> None:
    target = type(name, (BaseModel,), {"__annotations__": {"x": str}, "__module__": __name__})
    if name == "Record":
        with pytest.raises(MappingError):
            made({"x": "c"}, target=target)
    else:
        assert made({"x": "c"}, target=target, called=name.lower()).x == "red"


def test_a_rule_whose_field_is_gone_from_the_model_is_named() -> None:
    with pytest.raises(MappingError, match=r"has no field 'colour'\. Did you mean 'color'"):
        made({"colour": "c"})


def test_an_unknown_field_is_answered_with_those_beside_it() -> None:
    class Street(BaseModel):
        name: str
        number: int

    class House(BaseModel):
        street: Street
        owner: str

    target = read_target(House)
    for path, known in {"street.nam": "street.name, street.number", "onwer": "street, owner"}.items():
        with pytest.raises(MappingError) as refused:
            target.find(path)
        assert refused.value.facts == (f"It has: {known}.",)


def test_models_are_filled_by_name_or_by_alias() -> None:
    class ByName(BaseModel):
        model_config = ConfigDict(populate_by_name=True)
        total: str = Field(alias="totalAmount")

    class ByAlias(BaseModel):
        total: str = Field(alias="totalAmount")

    for target in (ByName, ByAlias):
        assert made({"total": "c"}, target=target).total == "red"


def test_a_reject_names_the_field_and_not_its_alias() -> None:
    class Aliased(BaseModel):
        total: str = Field(alias="totalAmount", max_length=2)

    reject = made({"total": "c"}, target=Aliased)
    assert reject.endswith("got 'red' @ $.c -> total")
