"""Targets whose JSON leaves out what is null, for calls that change only what they name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

import intkit
from intkit.compiler.compile import compile_mapping
from intkit.compiler.render import Definitions
from intkit.errors import ExportError, MappingError
from intkit.export.structs import struct_definitions
from tests.rules.compiled import load


class Address(BaseModel):
    """A part of a person."""

    city: str | None
    zip: str


class Person(BaseModel):
    """What a call changes."""

    name: str | None
    phones: list[str | None]
    address: Address


PEOPLE = [
    {"name": "Ann", "phones": ["1", None], "address": {"city": "Delft", "zip": "2611"}},
    {"name": None, "phones": [], "address": {"city": None, "zip": "2612"}},
]
KEPT = {"phones": [], "address": {"zip": "2612"}}


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> intkit.Mapping:
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    made = intkit.Mapping("people", source=intkit.profile(PEOPLE), target=Person, record="person")
    made.set("name", "name").set("phones", "phones")
    return made.set("address.city", "address.city").set("address.zip", "address.zip")


def written(mapping: intkit.Mapping, folder: Path) -> list[object]:
    mapping.apply(PEOPLE).save(folder)
    return [json.loads(line) for line in (folder / "accepted.jsonl").read_text().splitlines()]


def test_nulls_stay_unless_they_are_omitted(people: intkit.Mapping, tmp_path: Path) -> None:
    assert written(people, tmp_path)[1] == {**KEPT, "name": None, "address": {"city": None, "zip": "2612"}}
    first, second = written(people.omit_null(), tmp_path)
    assert (first, second) == (PEOPLE[0], KEPT)
    people.undo()
    assert "name" in written(people, tmp_path)[1]


def test_the_export_omits_the_same(people: intkit.Mapping) -> None:
    module = load(people.omit_null()._spec)
    assert [json.loads(module.target_line(each)) for each in module.map_records(PEOPLE)] == [PEOPLE[0], KEPT]


def test_the_mapping_file_says_it(people: intkit.Mapping, tmp_path: Path) -> None:
    path = people.omit_null().save()
    assert 'nulls: "omit"' in path.read_text()
    assert written(intkit.Mapping("people", target=Person), tmp_path)[1] == KEPT
    path.write_text(path.read_text().replace("omit", "keep"))
    with pytest.raises(MappingError, match="nulls is 'keep'"):
        intkit.Mapping("people", target=Person)


def test_structs_refuse_it(people: intkit.Mapping) -> None:
    program = compile_mapping(people.omit_null()._spec, structs=True)
    with pytest.raises(ExportError, match="leaving out what is null"):
        struct_definitions(program, Definitions("", ""))
