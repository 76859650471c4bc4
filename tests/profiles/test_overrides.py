from __future__ import annotations

from decimal import Decimal

import pytest

from intkit.errors import ProfileError, ProjectError
from intkit.profiles import Override, profile, read_overrides

from .test_models import run

ROWS = [
    {
        "amount": f"{number}.50",
        "status": ["open", "paid"][number % 2],
        "nickname": "Annie",
        "rates": {"eur": 1, "usd": 2},
        "note": None if number else "x",
        "at": "2024-01-01T00:00:00Z",
    }
    for number in range(20)
]


def names(found, path):
    return [role.name for role in found.roles.get(path, ())]


def test_overrides_are_read_from_a_file(tmp_path):
    path = tmp_path / "x.overrides.yaml"
    path.write_text("amount: {type: decimal, reason: major units}\n'rates': {map: true}\n", encoding="utf-8")
    assert read_overrides(path) == {
        "amount": Override(type="decimal", reason="major units"),
        "rates": Override(map=True),
    }
    assert profile(ROWS).override(path).field("rates").is_map


def test_an_enum_is_turned_off_and_a_private_field_is_masked():
    found = profile(ROWS).override({"status": Override(enum=False), "nickname": Override(private=True)})
    assert names(found, "status") == []
    assert "personal" in names(found, "nickname")
    assert "Annie" not in found.table().text(300)
    assert "enum" in names(profile(ROWS), "status")


def test_a_map_has_values_for_all_its_keys_and_the_profile_before_stays():
    before = profile(ROWS)
    found = before.override({"rates": Override(map=True)})
    assert found.field("rates[]").types == {"integer": 40}
    assert "rates: dict[str, int]" in found.model("Thing")
    assert before.field("rates.eur").count == 20


@pytest.mark.parametrize("kind", ["pydantic", "struct"])
def test_types_and_nulls_that_people_know_go_into_the_models(kind):
    known = {
        "amount": Override(type="decimal", nullable=True),
        "at": Override(type="datetime"),
        "note": Override(nullable=True),
    }
    source = profile(ROWS).override(known).model("Thing", kind)
    assert "Decimal" in source
    assert "dt.datetime" in source
    if kind == "pydantic":
        space = run(source)
        space["Thing"].model_rebuild(_types_namespace=space)
        made = space["Thing"].model_validate(ROWS[0])
        assert made.amount == Decimal("0.50")
        assert made.at.year == 2024
        assert space["Thing"].model_validate(ROWS[0] | {"amount": None}).amount is None


def test_overrides_survive_a_merge():
    found = profile(ROWS).override({"status": Override(enum=False)}).merge(profile(ROWS))
    assert names(found, "status") == []


@pytest.mark.parametrize(
    ("path", "override", "said"),
    [
        (
            "status",
            Override(type="integer"),
            "status: integer was said, text was seen 20×, first in record 0",
        ),
        ("note", Override(nullable=False), "note: never null was said, null was seen 19×, first in record 1"),
        ("amount", Override(map=True), "amount: a map was said, text was seen"),
        ("amuont", Override(enum=False), "amuont: no record has anything there. Did you mean 'amount'?"),
        ("amount", Override(type="decimall"), "there is no type 'decimall'. Did you mean 'decimal'?"),
    ],
)
def test_what_the_records_speak_against_is_said_aloud(path, override, said):
    with pytest.raises(ProfileError) as refused:
        profile(ROWS).override({path: override})
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["a: [", "a: {typ: text}", "a: 5", "- a"])
def test_a_damaged_file_is_refused(tmp_path, text):
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError):
        read_overrides(path)
    with pytest.raises(ProjectError):
        read_overrides(tmp_path / "none.yaml")
