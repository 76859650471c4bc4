"""What a contract's modes mean where its mapping is applied and run."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from intkit.contracts import write_contract
from intkit.drift import contract_of_mapping
from intkit.errors import ContractError, RunError
from intkit.mapping import Mapping
from intkit.runs import run

ROOT = Path(__file__).parents[2]
DEAREST = 30_000


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name in ("cassettes", "mappings", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    return tmp_path


def promise(project, mode):
    """Write the mapping's contract with one promise that its recording breaks."""
    contract = contract_of_mapping("stripe_payments")
    stricter = replace(contract.promises["amount"], at_most=DEAREST, mode=mode)
    changed = replace(contract, promises={**contract.promises, "amount": stricter})
    write_contract(changed, project / "mappings" / "stripe_payments.contract.yaml")


def dear_ones(records):
    return {each["id"] for each in records if each["amount"] > DEAREST}


def test_a_record_that_breaks_the_contract_is_a_reject_and_is_not_mapped(project):
    promise(project, "reject")
    mapping = Mapping("stripe_payments")
    records = mapping.fetch()
    result = mapping.apply(records, checked=mapping.check_contract(records))
    by_contract = {each.key for each in result.rejects if "at most" in each.problems[0].reason}
    assert by_contract == dear_ones(records) != set()
    assert not by_contract & {payment.payment_id for payment in result.accepted}
    said = str(next(each for each in result.rejects if each.key in by_contract))
    assert "expected at most 30000, got " in said
    assert "@ $.amount" in said
    assert "(stripe/charges#" in said


def test_a_corrected_record_is_mapped_whatever_was_wrong_with_it(project):
    promise(project, "reject")
    mapping = Mapping("stripe_payments")
    records = mapping.fetch()
    cured = next(each["id"] for each in records if each["amount"] > DEAREST and each["status"] == "succeeded")
    (project / "corrections.yaml").write_text(f"{cured}:\n  amount: 1250\n")
    checked = mapping.check_contract(records)
    result = mapping.apply(records, checked=checked, corrections=project / "corrections.yaml")
    assert cured in {payment.payment_id for payment in result.accepted}


def test_a_warning_keeps_the_records(project):
    promise(project, "warn")
    mapping = Mapping("stripe_payments")
    records = mapping.fetch()
    checked = mapping.check_contract(records)
    assert len(checked.violations) == len(dear_ones(records))
    assert mapping.apply(records, checked=checked).summary() == mapping.apply(records).summary()


def test_a_stop_maps_nothing(project):
    promise(project, "stop")
    mapping = Mapping("stripe_payments")
    records = mapping.fetch()
    with pytest.raises(
        ContractError, match=r"ends the run, \d+×: expected at most 30000, got \d+ @ \$\.amount"
    ):
        mapping.apply(records, checked=mapping.check_contract(records))


def test_a_part_of_the_records_is_not_too_few(project):
    write_contract(
        replace(contract_of_mapping("stripe_payments"), at_least=100),
        project / "mappings" / "stripe_payments.contract.yaml",
    )
    mapping = Mapping("stripe_payments")
    assert mapping.check_contract(mapping.fetch(limit=5)).ok
    assert not mapping.check_contract(list(mapping.fetch(limit=5))).ok


def test_without_a_contract_there_is_nothing_to_break(project):
    mapping = Mapping("stripe_payments")
    records = mapping.fetch()
    checked = mapping.check_contract(records)
    assert checked.ok
    assert checked.accepted == list(records)


def test_a_run_rejects_by_the_contract(project):
    promise(project, "reject")
    done = run("stripe_payments", max_rejects=1000)
    lines = map(json.loads, (done.folder / "rejects.jsonl").read_text().splitlines())
    broken = {each["key"] for each in lines if "at most" in each["problems"][0]["reason"]}
    assert broken == dear_ones(Mapping("stripe_payments").fetch())
    assert "expected at most 30000" in done.text()


def test_a_run_ends_at_a_promise_that_stops(project):
    promise(project, "stop")
    with pytest.raises(RunError, match=r"ContractError: The source breaks a promise that ends the run"):
        run("stripe_payments")
    (folder,) = (project / "runs" / "stripe_payments").iterdir()
    assert not (folder / "accepted.jsonl").exists()
