"""`intkit profile` replays every page of what was recorded."""

from __future__ import annotations

import httpx
import pytest
from typer.testing import CliRunner

import intkit
from intkit.cli import app


def two_pages(request: httpx.Request) -> httpx.Response:
    more = "starting_after" not in request.url.params
    records = [{"id": "ch_1", "amount": 5}] if more else [{"id": "ch_2", "amount": None}]
    return httpx.Response(200, json={"object": "list", "has_more": more, "data": records})


@pytest.fixture
def cassette(project, monkeypatch) -> str:
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_for_this_test_only")
    wire = httpx.MockTransport(two_pages)
    with intkit.connect("stripe", cassette="stripe/two", mode="record", transport=wire) as stripe:
        assert len(stripe.records("/v1/charges")) == 2
    return "stripe/two"


def test_every_page_of_the_recording_is_counted(cassette):
    done = CliRunner().invoke(app, ["profile", cassette])
    assert done.exit_code == 0, done.stderr
    assert "2 records" in done.stdout
    assert "amount" in done.stdout


def test_a_wrong_folder_is_told_by_what_is_looked_for(tmp_path, monkeypatch):
    monkeypatch.delenv("INTKIT_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    for command in (["profile", "stripe/two"], ["check", "payments"]):
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 2
        assert str(tmp_path) in done.stderr
        assert "The project is the nearest folder" in done.stderr


def test_a_missing_cassette_is_said(project):
    done = CliRunner().invoke(app, ["profile", "stripe/tow"])
    assert done.exit_code == 2
    assert "There is no cassette" in done.stderr
