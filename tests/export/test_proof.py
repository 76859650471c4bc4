"""The fixtures of an export show every outcome and tell nothing of anybody."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from intkit import Mapping, redaction
from intkit.compiler.compile import compile_mapping
from intkit.errors import ExportError
from intkit.export import write_export
from intkit.export.branches import Branches
from intkit.export.proof import prove
from intkit.export.pseudonyms import Pseudonyms
from intkit.results.loading import load_module
from tests.export.awkward import AWKWARD, awkward_export, load_golden
from tests.rules.compiled import source, spec_of

ROOT = Path(__file__).parents[2]
PERSON = {
    "id": "cus_Nk3xR81",
    "account_id": 8812345,
    "name": "Anna de Vries",
    "email": "Anna.Vries@mail.example.com ",
    "note": "Called Anna on Monday",
    "phone": "+31 6 12345678",
    "birth_date": "1980-02-29",
    "country": "nl",
    "city": "Ede",
    "amount": "12.50",
    "due": "2026-03-01",
    "tags": ["vip", "Annas friend"],
    "deep": [{"iban": "NL91ABNA0417164300"}],
}


def texts(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [
            text for each in (value.values() if isinstance(value, dict) else value) for text in texts(each)
        ]
    return [str(value)]


def test_nothing_of_a_person_is_left_but_what_rules_must_tell_apart():
    made = Pseudonyms(frozenset({"vip"})).of(PERSON)
    kept = set(texts(made)) & set(texts(PERSON))
    assert kept == {"nl", "12.50", "2026-03-01", "vip"}
    assert "Anna" not in json.dumps(made)
    assert made["email"].endswith(".com ")
    assert made["phone"][:1] + made["phone"][3:4] == "+ "


@given(st.text(max_size=30))
def test_a_stand_in_has_the_shape_of_what_it_stands_for(text):
    made = Pseudonyms().text(text)
    assert len(made) == len(text)
    assert [each.isspace() for each in made] == [each.isspace() for each in text]
    assert [each.isalpha() for each in made] == [each.isalpha() for each in text]


def test_the_same_value_has_the_same_stand_in_and_it_is_not_made_from_the_value():
    one, other = Pseudonyms(), Pseudonyms()
    assert one.text("cus_1") == one.text("cus_1") != one.text("cus_2")
    assert other.text("abc_7") == Pseudonyms().text("cus_1")


@pytest.mark.parametrize("name", list(AWKWARD))
def test_every_target_field_and_every_reason_is_shown(name):
    made = awkward_export(name)
    cases = prove(made.module, made.records, made.program.spec)
    gives = json.dumps([case.gives for case in cases], ensure_ascii=False)
    outcomes = [made.module.map_record(case.record) for case in cases]
    targets = {
        p.target for each in outcomes for o in each if isinstance(o, made.module.Reject) for p in o.problems
    }
    for reason in made.result.reasons():
        assert any(reason.startswith(target.partition("[")[0]) for target in targets if target), (
            reason,
            gives,
        )
    assert len(cases) <= len(made.records)


RULES = {
    "email": "receipt_email or billing.email or customer.email",
    "size": "'big' if amount > 9 else 'small'",
}


class Mail(BaseModel):
    """What comes of a charge."""

    email: str | None
    size: str


def charge(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": name,
        "amount": 1,
        "receipt_email": None,
        "billing": {"email": None},
        "customer": {"email": None},
        **fields,
    }


class TestCases:
    def cases(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        spec = spec_of(source(records), Mail, RULES)
        return [case.record for case in prove(load_module(compile_mapping(spec)), records, spec)]

    def test_each_operand_of_or_and_each_arm_of_if_is_taken(self):
        address = "a@b.example"
        records = [
            charge("1", receipt_email=address),
            charge("2", billing={"email": address}),
            charge("3", customer={"email": address}),
            charge("4"),
            charge("5", receipt_email=address, amount=10),
        ]
        cases = self.cases([*records, *records])
        assert [bool(case["receipt_email"]) for case in cases] == [False, False, False, True]
        assert [case["amount"] > 9 for case in cases] == [False, False, False, True]

    @pytest.mark.parametrize("name", list(AWKWARD))
    def test_the_cases_take_every_branch_that_the_records_take(self, name):
        made = awkward_export(name)
        branches = Branches(made.module)

        def taken(records: list[dict[str, Any]]) -> set[str]:
            return {branch for each in records for branch in branches.of(json.dumps(each).encode())}

        cases = prove(made.module, made.records, made.program.spec)
        assert taken([case.record for case in cases]) == taken(made.records)


def test_the_cases_of_the_main_mapping_hold_no_recorded_text_of_a_person():
    mapping = Mapping("stripe_payments")
    recorded = {text for record in mapping.fetch() for text in texts(record)}
    source = (ROOT / "mappings" / "test_stripe_payments.py").read_text(encoding="utf-8")
    held = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    sheet = (ROOT / "mappings" / "stripe_payments.md").read_text(encoding="utf-8")
    shared = {text for text in recorded & {each for each in held if isinstance(each, str)} if len(text) > 4}
    assert shared <= {"succeeded", "pending", "failed", "visa", "amex", "mastercard", "paypal"}
    assert not [text for text in recorded if "@" in text and (text in source or text in sheet)]


def test_a_secret_in_a_note_keeps_the_export_from_being_written(tmp_path):
    made = awkward_export("unions")
    redaction.register_secret("tok_9f8a7b6c5d4e3f2a", "SHOP_KEY")
    made.header[:] = ["Asked with tok_9f8a7b6c5d4e3f2a."]
    with pytest.raises(ExportError, match="SHOP_KEY") as caught:
        write_export(made, tmp_path, check=False)
    assert "tok_9f8a" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


class TestContract:
    def test_a_record_as_it_was_seen_breaks_nothing(self):
        module = load_golden("choices")
        assert (
            module.check_contract({"guid": "x", "phase": "1", "amount": 1, "channel": None, "chance": 1})
            == []
        )

    @pytest.mark.parametrize(
        ("change", "path", "reason"),
        [
            ({"phase": 1}, "phase", "expected text"),
            ({"phase": None}, "phase", "expected text"),
            ({"guid": None}, "guid", "expected text"),
            ({"channel": "fax"}, "channel", "expected one of 'shop', 'web'"),
        ],
    )
    def test_a_broken_promise_is_named(self, change, path, reason):
        record = {"guid": "x", "phase": "1", "amount": 1, "channel": "web", "chance": 1, **change}
        (problem,) = load_golden("choices").check_contract(json.dumps(record))
        assert (problem.path, problem.reason) == (path, reason)

    def test_what_is_no_record_is_named_too(self):
        (problem,) = load_golden("choices").check_contract(b"[]")
        assert problem.reason == "expected one JSON object"

    def test_the_contract_is_data(self):
        contract = load_golden("choices").CONTRACT
        assert json.loads(json.dumps(contract)) == contract
        assert contract["channel"] == {"types": ["text"], "null": True, "values": ["shop", "web"]}
