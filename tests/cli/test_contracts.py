"""`intkit contract` and `intkit spec`, on the project's own mapping and recording."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from intkit.cli import app
from intkit.contracts import read_contract, write_contract

ROOT = Path(__file__).parents[2]


@pytest.fixture
def payments(tmp_path, monkeypatch):
    """A project with the main mapping and its recording."""
    for name in ("stripe_payments.mapping.yaml", "ledger_models.py"):
        target = tmp_path / "mappings" / name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "mappings" / name, target)
    (tmp_path / "cassettes" / "stripe").mkdir(parents=True)
    shutil.copy(ROOT / "cassettes" / "stripe" / "charges.yaml", tmp_path / "cassettes" / "stripe")
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    return tmp_path


def run(*words):
    return CliRunner().invoke(app, list(words))


def test_the_contract_holds_what_the_rules_read_and_nothing_else(payments):
    done = run("contract", "stripe_payments")
    assert (done.exit_code, done.stdout.strip()) == (0, "mappings/stripe_payments.contract.yaml")
    contract = read_contract(payments / "mappings" / "stripe_payments.contract.yaml")
    assert contract.key == "id"
    assert {
        "amount",
        "currency",
        "refunds.data[].amount",
        "billing_details.email",
    } <= contract.promises.keys()
    assert "livemode" not in contract.promises
    assert "succeeded" in contract.promises["status"].values


def test_the_recording_keeps_its_own_contract_and_a_stricter_one_not(payments):
    run("contract", "stripe_payments")
    assert run("contract", "stripe_payments", "--check").exit_code == 0
    path = payments / "mappings" / "stripe_payments.contract.yaml"
    write_contract(read_contract(path).on(["id"]), path)
    path.write_text(path.read_text().replace('- "text"', '- "integer"'))
    done = run("contract", "stripe_payments", "--check")
    assert done.exit_code == 1
    assert "expected integer, got" in done.stdout
    assert "0 records accepted, 304 rejected" in done.stdout


def test_what_is_only_warned_of_is_told_and_no_failure(payments):
    assert run("contract", "stripe_payments", "--fresh-days", "7").exit_code == 0
    done = run("contract", "stripe_payments", "--check")
    assert (done.exit_code, "expected a record of the last 7 days by created" in done.stdout) == (0, True)


def test_a_contract_that_is_not_written_yet_is_said(payments):
    done = run("contract", "stripe_payments", "--check")
    assert done.exit_code == 2
    assert "There is no file" in done.stderr
    assert "Write it first: `intkit contract stripe_payments`." in done.stderr


def test_a_spec_is_compared_with_the_recording_and_mended(payments):
    schema = {
        "type": "object",
        "properties": {
            "data": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}}}}
        },
    }
    answer = {"200": {"content": {"application/json": {"schema": schema}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "x"},
        "paths": {"/v1/charges": {"get": {"responses": answer}}},
    }
    path = payments / "spec.json"
    path.write_text(json.dumps(document))
    done = run("spec", str(path), "stripe/charges", "--overlay", str(payments / "mends.json"))
    assert done.exit_code == 1
    assert "documented as integer, recorded as text" in " ".join(done.stdout.split())
    targets = [each["target"] for each in json.loads((payments / "mends.json").read_text())["actions"]]
    assert any("properties" in target for target in targets)
