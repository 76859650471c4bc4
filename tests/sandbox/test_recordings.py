"""`make cassettes` records the same bytes again, and what it records is what the sandbox holds."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import intkit
from intkit.sandbox.seeds import github, hubspot, mollie, odoo, resend
from intkit.sandbox.stripe import seed_charges, seed_customers

FOLDER = Path(__file__).parents[2] / "cassettes"


@pytest.mark.slow
def test_recording_again_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    script = runpy.run_path(str(FOLDER / "record.py"))
    for vendor in script["KEYS"].values():
        monkeypatch.setenv(vendor, "")
    script["main"]()
    for name in {read.cassette for read in script["READS"]}:
        assert (tmp_path / "cassettes" / f"{name}.yaml").read_bytes() == (
            FOLDER / f"{name}.yaml"
        ).read_bytes()


def living_contacts():
    merged_away = {"100026", "100028"}
    return [
        each
        for each in hubspot.seed_objects()["contacts"]
        if not each["archived"] and each["id"] not in merged_away
    ]


SEEDS = {
    "stripe/charges": (seed_charges, "id"),
    "stripe/customers": (seed_customers, "id"),
    "mollie/payments": (mollie.seed_payments, "id"),
    "resend/contacts": (resend.seed_contacts, "id"),
    "hubspot/contacts": (living_contacts, "id"),
    "odoo/invoices": (lambda: odoo.seed_models()["account.move"], "id"),
    "github/issues": (github.seed_issues, "number"),
}


@pytest.mark.parametrize("cassette", SEEDS)
def test_a_replay_gives_the_seed_without_a_key_and_without_a_server(cassette, monkeypatch):
    script = runpy.run_path(str(FOLDER / "record.py"))
    for name in script["KEYS"].values():
        monkeypatch.delenv(name, raising=False)
    seed, key = SEEDS[cassette]
    read = next(each for each in script["READS"] if each.cassette == cassette)
    vendor = cassette.split("/")[0]
    account = script["ACCOUNTS"].get(vendor, {})
    with intkit.connect(vendor, cassette=cassette, mode="replay", **account) as client:
        records = client.records(read.path, **(read.words or {}))
        assert [record[key] for record in records] == [record[key] for record in seed()]
