"""A source's own words for nothing: read away where they can stand, and nowhere else."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from intkit import Mapping, profile
from intkit.compiler.compile import compile_mapping
from intkit.compiler.render import write_module
from intkit.rules.source import apply_missing, source_of_rows, source_rows
from tests.rules.compiled import holder, rule_module, source, spec_of, value

MIXED = [{"ltv": number} for number in range(60)] + [{"ltv": ""}, {"ltv": 1.5}]


def written(rule: str, records: list[dict[str, Any]]) -> str:
    return write_module(
        compile_mapping(spec_of(source(records, ("",)), holder(str), {"value": rule})), "", None
    )


def test_an_empty_text_is_nothing_and_so_is_false_where_no_boolean_stands():
    assert value("name", {"name": ""}, {"name": "Ada"}, gives=str, missing=("",)) is None
    assert value("name", {"name": False}, {"name": "Ada"}, gives=str, missing=(False,)) is None


def test_a_place_that_always_held_another_type_knows_no_word_for_nothing():
    places = source([{"id": 7, "on": True, "parts": {"a": "x"}}], ("", False)).fields
    assert [places[name].words for name in ("id", "on", "parts")] == [(), (), ()]
    assert places["parts"].fields["a"].words == ("",)


def test_numbers_beside_empty_texts_are_numbers_however_many_there_are():
    assert source(MIXED, ("",)).fields["ltv"].kinds == {"integer", "number"}
    assert value("ltv | text", MIXED[7], *MIXED, gives=str, missing=("",)) == "7"
    assert value("ltv | text", {"ltv": ""}, *MIXED, gives=str, missing=("",)) is None


def test_another_text_is_rejected_where_only_numbers_stand():
    module = rule_module(source(MIXED, ("",)), "ltv | text")
    (reject,) = module.map_record({"ltv": "many"})
    assert "expected no text but ''" in str(reject)


def test_an_empty_text_is_read_away_under_the_name_of_its_path():
    code = written("person.name | upper", [{"person": {"name": "Ada"}}, {"person": {"name": ""}}])
    assert "name = person.name or None" in code


def test_counts_without_the_words_stay_the_same_when_they_are_read_again():
    seen = source([{"state": "on"}] * 4 + [{"state": ""}] * 2, ("",))
    again = source_of_rows(source_rows(seen), 6)
    apply_missing(again, ("",), {})
    assert source_rows(again) == source_rows(seen) == {"state": {"text": 4, "of": 6, "values": {"on": 4}}}


def test_an_object_that_may_be_false_is_named_where_its_fields_are_read():
    records: list[dict[str, Any]] = [{"depot": {"code": "A"}}, {"depot": False}]
    seen = source(records, (False,))
    code = write_module(compile_mapping(spec_of(seen, holder(str), {"value": "depot.code"})), "", None)
    assert "depot = null_if_false(record.depot) or Depot()" in code
    assert value("depot.code", records[1], records[0], missing=(False,), gives=str) is None
    assert value("depot.code", records[0], records[1], missing=(False,), gives=str) == "A"


def test_an_id_that_is_a_word_for_nothing_is_no_reference():
    seen = [{"payer": {"id": ""}}, {"payer": {"id": "cus_1"}}, {"payer": "cus_2"}]
    assert value("payer | id_of", seen[0], *seen, missing=("",)) is None
    assert value("payer | id_of", seen[1], *seen, missing=("",)) == "cus_1"
    assert value("payer | id_of", seen[2], *seen, missing=("",)) == "cus_2"


def test_a_check_counts_what_a_required_target_loses_to_them():
    class Parcel(BaseModel):
        street: str
        country: str

    people = [{"street": "Kade 1", "country": {"code": "NL"}}, {"street": False, "country": {"code": "BE"}}]
    people += [{"street": "Kai 2", "country": False}] * 2
    mapping = Mapping("parcels", source=profile(people), target=Parcel, missing=[False], record="person")
    mapping.set("street", "street").set("country", "country.code")
    lost = {each.target: each.records for each in mapping.check() if "null or missing" in each.what}
    assert lost == {"street": 1, "country": 2}


def test_it_counts_behind_a_transform_what_a_run_then_rejects():
    class Letter(BaseModel):
        email: str
        town: str

    people = [{"email": "A@X.NL", "at": {"town": "delft"}}] * 5 + [{"email": "", "at": {"town": "gent"}}] * 12
    people += [{"email": "b@x.nl", "at": {"town": ""}}, {"email": "c@x.nl", "at": False}] * 2
    mapping = Mapping("letters", source=profile(people), target=Letter, missing=["", False], record="person")
    mapping.set("email", "email | lower").set("town", 'f"Town of {at.town | title}"')
    lost = {each.target: each.records for each in mapping.check() if "null or missing" in each.what}
    rejects = mapping.apply(people).rejects
    failed = [problem.target for reject in rejects for problem in reject.problems]
    assert lost == {"email": 12, "town": 4} == {field: failed.count(field) for field in ("email", "town")}


def test_a_text_that_may_be_a_word_for_nothing_one_day_is_no_less_sure_until_then():
    seen = source([{"name": "Ada"}], ("",))
    module = rule_module(seen, "name | upper", str)
    (made,) = module.map_record({"name": ""})
    assert made.value is None
