"""`make cassettes` records the same bytes again, and what it records is what the sandbox holds."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import intkit
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


@pytest.mark.parametrize(
    ("cassette", "path", "seed"),
    [
        ("stripe/charges", "/v1/charges", seed_charges),
        ("stripe/customers", "/v1/customers", seed_customers),
    ],
)
def test_a_replay_gives_the_seed(cassette, path, seed):
    with intkit.connect("stripe", cassette=cassette, mode="replay") as client:
        assert list(client.records(path)) == seed()
