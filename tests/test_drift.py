from __future__ import annotations

import json
import shutil
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

import intkit
from intkit.cli import app
from intkit.contracts import write_contract
from intkit.drift import contract_of_mapping, find_drift, read_drift
from intkit.errors import MappingError
from intkit.mapping_files.mapping_file import read_mapping_file
from intkit.mapping_files.models_file import ModelsFile
from intkit.mapping_files.written import spec_of_file

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def project(monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(ROOT))
    monkeypatch.delenv("INTKIT_MODE", raising=False)


@pytest.fixture(scope="module")
def spec():
    path = ROOT / "mappings" / "stripe_payments.mapping.yaml"
    return spec_of_file("stripe_payments", read_mapping_file(path), ModelsFile(path).load, None)


@pytest.fixture(scope="module")
def charges():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTKIT_PROJECT", str(ROOT))
        patch.delenv("INTKIT_MODE", raising=False)
        return list(intkit.Mapping("stripe_payments").fetch())


def drift(spec, charges, change):
    changed = deepcopy(charges)
    for number, charge in enumerate(changed):
        change(number, charge)
    return find_drift("stripe/charges", charges, changed, [spec])


def touched(found):
    return [target for _, target in found.touched]


def test_a_joined_recording_is_watched_by_its_mapping():
    with pytest.raises(MappingError, match="joined with the records of mollie_payments") as told:
        read_drift("mollie/customers")
    assert told.value.remedy.endswith("intkit drift mollie_payments.")
    assert read_drift("mollie_payments", cassette="mollie/payments").findings == []


def test_the_same_records_have_no_drift(spec, charges):
    found = find_drift("stripe/charges", charges, deepcopy(charges), [spec])
    assert found.findings == []
    assert str(found) == "stripe/charges: no drift."
    assert not found.reaches("low")


def test_a_new_value_without_an_entry_names_the_value_map_and_counts_the_rejects(spec, charges):
    def change(number, charge):
        if number % 30 == 0 and charge["status"] == "succeeded":
            charge["status"] = "refunded"

    found = drift(spec, charges, change)
    count = sum(n % 30 == 0 and each["status"] == "succeeded" for n, each in enumerate(charges))
    (finding,) = found.findings
    effects = {rule.target: rule.effect for rule in finding.rules}
    assert effects == {"when": "", "status": f"PAYMENT_STATUS has no entry for 'refunded' ({count}×)"}
    assert finding.severity == "high"
    before, now, total = found.rejects["stripe_payments"]
    assert (now - before, total) == (count, len(charges))
    assert f"2 of {len(found.rules)} rules touched" in found.headline()


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (lambda _, each: each.update(amount_total=each.pop("amount")), ["amount"]),
        (lambda _, each: each.pop("payment_method_details"), ["card", "account"]),
        (
            lambda _, each: each.update(currency=[each["currency"]]),
            ["amount", "currency", "refunded", "refunds[].amount"],
        ),
        (
            lambda _, each: each["refunds"].update(data={}),
            ["refunded", "refunds[]", "refunds[].refund_id", "refunds[].amount"],
        ),
        (lambda _, each: each["metadata"].pop("order-id", None), ["reference"]),
        (lambda _, each: each.update(shop="nl"), []),
        (lambda _, each: each.pop("livemode"), []),
        (lambda number, each: each.update(description="other" if number else None), []),
    ],
)
def test_a_change_touches_exactly_the_rules_that_read_it(spec, charges, change, rules):
    found = drift(spec, charges, change)
    assert [target for target in touched(found) if target != "when"] == rules
    if not rules:
        assert not found.reaches("medium")


def test_a_silent_source_is_grave(spec, charges):
    found = find_drift("stripe/charges", charges, [], [spec])
    assert [(each.change.kind, each.severity) for each in found.findings] == [("silence", "high")]


@pytest.fixture(scope="module")
def practice():
    with intkit.Sandbox("stripe") as sandbox:
        yield sandbox


def fetched(practice, faults=""):
    practice.faults.clear()
    practice.faults.plan(faults)
    with intkit.connect("stripe", mode="live") as stripe:
        return list(stripe.records("/v1/charges", limit=120))


@pytest.mark.parametrize(
    ("fault", "kind", "rules"),
    [
        ("renamed field=currency to=ccy", "renamed", ["amount", "currency", "refunded", "refunds[].amount"]),
        ("renamed field=receipt_email to=mail", "renamed", ["email"]),
        ("new_value field=status to=refunded", "values", ["when", "status"]),
        ("retyped field=created", "type", ["paid_at"]),
        ("retyped field=receipt_url", "type", []),
        ("renamed field=livemode to=live", "renamed", []),
    ],
)
def test_each_change_of_the_sandbox_is_reported_with_its_rules(
    spec, practice, monkeypatch, fault, kind, rules
):
    monkeypatch.setenv("STRIPE_API_KEY", practice.keys["stripe"])
    before = fetched(practice)
    after = fetched(practice, f"stripe {fault} times=0 path=/v1/charges")
    found = find_drift("stripe/charges", before, after, [spec])
    assert kind in {each.change.kind for each in found.findings}
    assert touched(found) == rules


def test_two_fetches_of_the_unchanged_sandbox_report_nothing(spec, practice, monkeypatch):
    monkeypatch.setenv("STRIPE_API_KEY", practice.keys["stripe"])
    assert find_drift("stripe/charges", fetched(practice), fetched(practice), [spec]).findings == []


@pytest.fixture
def drifted(spec, charges):
    return drift(spec, charges, lambda _, each: each.update(amount_total=each.pop("amount")))


def test_the_junit_report_has_a_case_a_rule_and_fails_those_touched(drifted):
    suite = ET.fromstring(drifted.junit("medium"))
    assert [case.get("name") for case in suite] == [target for _, target in drifted.rules]
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failed == ["amount"]
    assert suite.get("failures") == "1"


def test_the_json_report_holds_everything(drifted):
    found = json.loads(drifted.json())
    assert found["severity"] == "high"
    assert found["findings"][0]["change"]["path"] == "amount"
    assert found["findings"][0]["rules"][0]["target"] == "amount"


def test_the_html_report_is_escaped(spec, charges):
    found = drift(spec, charges, lambda _, each: each.update({"<b>": 1}))
    assert "<b>" not in found.html().split("</style>")[-1]


@pytest.mark.parametrize(
    ("form", "start"), [("text", "stripe"), ("html", "<div"), ("json", "{"), ("junit", "<?xml")]
)
def test_the_command_compares_two_recordings(form, start):
    done = CliRunner().invoke(app, ["drift", "stripe/charges", "--against", "stripe/charges", "--as", form])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(start)


def test_drift_ends_with_its_own_exit_code_and_a_report(monkeypatch, tmp_path, drifted):
    monkeypatch.setattr("intkit.drift.read_drift", lambda *_, **__: drifted)
    out = tmp_path / "drift.json"
    done = CliRunner().invoke(app, ["drift", "stripe_payments", "--as", "json", "--out", str(out)])
    assert done.exit_code == 4
    assert json.loads(out.read_text())["severity"] == "high"


def test_an_unknown_name_names_the_nearest():
    with pytest.raises(MappingError, match=r"Did you mean 'stripe/charges'\?"):
        read_drift("stripe/charge")


@pytest.fixture
def payments(tmp_path, monkeypatch, practice):
    """A project with the mapping and its recording, whose source is the practice server."""
    for name in ("cassettes", "mappings"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.setenv("STRIPE_API_KEY", practice.keys["stripe"])
    practice.faults.clear()
    yield tmp_path
    practice.faults.clear()


def command(*words):
    return CliRunner().invoke(app, ["drift", *words])


def test_without_a_key_the_command_names_the_way_that_needs_none(payments, monkeypatch):
    monkeypatch.delenv("STRIPE_API_KEY")
    done = command("stripe/charges")
    assert done.exit_code == 1
    assert "STRIPE_API_KEY is not set." in done.stderr
    assert "--against CASSETTE" in done.stderr


def test_the_command_asks_the_source_itself_where_no_recording_is_named(payments, practice):
    done = command("stripe/charges")
    assert (done.exit_code, done.stdout.strip()) == (0, "stripe/charges: no drift.")
    practice.faults.plan("stripe renamed field=receipt_email to=mail times=0 path=/v1/charges")
    done = command("stripe_payments")
    assert done.exit_code == 4
    assert "1 of 15 rules touched" in done.stdout
    assert "is called mail now" in done.stdout


def test_the_recording_is_never_compared_with_itself(payments, monkeypatch):
    monkeypatch.setenv("INTKIT_MODE", "replay")
    done = command("stripe/charges")
    assert done.exit_code == 1
    assert "a recording compared with itself has no drift" in done.output
    assert "--against" in done.output


def write_changed(folder, **changes):
    path = folder / "mappings" / "stripe_payments.contract.yaml"
    write_contract(replace(contract_of_mapping("stripe_payments"), **changes), path)


def test_a_promise_that_the_source_breaks_is_told_beside_the_changes(payments, practice):
    promises = contract_of_mapping("stripe_payments").promises
    stricter = replace(promises["amount"], at_most=30_000)
    write_changed(payments, promises={**promises, "amount": stricter})
    (finding,) = read_drift("stripe_payments").findings
    assert (finding.change.kind, finding.change.path, finding.severity) == ("contract", "amount", "high")
    assert finding.change.text.startswith("breaks the contract: expected at most 30000, got ")
    assert [rule.target for rule in finding.rules] == ["amount"]
    practice.faults.plan("stripe renamed field=amount to=total times=0 path=/v1/charges")
    assert {each.change.kind for each in read_drift("stripe_payments").findings} == {"renamed"}


def test_records_that_are_too_old_are_told_and_no_more(payments):
    done = CliRunner().invoke(app, ["contract", "stripe_payments", "--fresh-days", "7"])
    assert done.exit_code == 0, done.output
    (finding,) = read_drift("stripe_payments").findings
    assert (finding.change.path, finding.severity) == ("created", "low")
    assert "expected a record of the last 7 days by created, got 20" in finding.change.text
    assert command("stripe_payments").exit_code == 0
