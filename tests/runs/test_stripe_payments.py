"""The main job, recounted: what a headless run accepts and rejects, against the sandbox's own seed."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from intkit.runs import Run, run
from intkit.sandbox.seeds.stripe import seed_charges

ROOT = Path(__file__).parents[2]
PAID = [charge for charge in seed_charges() if charge["paid"]]


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Run:
    project = tmp_path_factory.mktemp("stripe_payments")
    for name in ("cassettes", "mappings", "notebooks"):
        shutil.copytree(ROOT / name, project / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTKIT_PROJECT", str(project))
        patch.delenv("INTKIT_MODE", raising=False)
        return run("stripe_payments", max_rejects=10)


def lines(path: Path) -> list[dict]:
    return [json.loads(line, parse_float=Decimal) for line in path.read_text(encoding="utf-8").splitlines()]


def major(charge: dict) -> Decimal:
    """Return a charge's amount as people write it; the yen has no cents."""
    return Decimal(charge["amount"]).scaleb(0 if charge["currency"] == "jpy" else -2)


def test_the_sums_per_currency_of_accepted_and_rejected_are_those_of_the_seed(done):
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for payment in lines(done.folder / "accepted.jsonl"):
        sums[payment["currency"].lower()] += Decimal(payment["amount"])
    for reject in lines(done.folder / "rejects.jsonl"):
        sums[reject["record"]["currency"]] += major(reject["record"])
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for charge in PAID:
        expected[charge["currency"]] += major(charge)
    assert len(expected) == 4
    assert sums == expected


def test_every_paid_charge_of_the_seed_is_in_exactly_one_place(done):
    accepted = [payment["payment_id"] for payment in lines(done.folder / "accepted.jsonl")]
    rejected = [reject["key"] for reject in lines(done.folder / "rejects.jsonl")]
    assert sorted(accepted + rejected) == sorted(charge["id"] for charge in PAID)
    assert done.result["left_out"] == len(seed_charges()) - len(PAID)


def test_the_refunds_of_each_accepted_payment_are_those_of_its_charge(done):
    charges = {charge["id"]: charge for charge in PAID}
    for payment in lines(done.folder / "accepted.jsonl"):
        refunds = charges[payment["payment_id"]]["refunds"]["data"]
        assert [each["refund_id"] for each in payment["refunds"]] == [each["id"] for each in refunds]
        assert [Decimal(each["amount"]) for each in payment["refunds"]] == [major(each) for each in refunds]
        assert Decimal(payment["refunded"]) == sum(map(major, refunds))


def test_the_report_counts_what_the_files_hold(done):
    assert done.exit_code == 0
    assert done.result["accepted"] == len(lines(done.folder / "accepted.jsonl"))
    assert done.result["rejected"] == len(lines(done.folder / "rejects.jsonl")) > 0


def test_the_parquet_rows_are_the_accepted_ones(done):
    import pandas as pd

    frame = pd.read_parquet(done.folder / "accepted.parquet")
    assert list(frame["payment_id"]) == [row["payment_id"] for row in lines(done.folder / "accepted.jsonl")]
