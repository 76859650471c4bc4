"""What a replay did not ask for is told, and fails in a pipeline."""

import httpx
import pytest

import intkit
from intkit.cassettes.unused import unused_exchanges
from intkit.errors import CassetteError, ExchangeMissing

URL = "https://api.shop.example"


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    record("/a", "/b")
    return tmp_path


def record(*paths, mode="record"):
    app = httpx.MockTransport(lambda _: httpx.Response(200, json={"data": [{"id": 1}, {"id": 2}]}))
    with intkit.connect(URL, cassette="shop/orders", mode=mode, transport=app) as shop:
        for path in paths:
            shop.get(path)


def replay(*paths, **words):
    with intkit.connect(URL, cassette="shop/orders") as shop:
        for path in paths:
            shop.records(path, at="data", **words)


def test_what_was_not_asked_for_is_logged_at_close(project, caplog):
    with caplog.at_level("INFO", "intkit.cassettes"):
        replay("/a")
    assert (
        "shop/orders holds exchanges that were not asked for: 1. #1 GET https://api.shop.example/b"
        in caplog.text
    )


@pytest.mark.parametrize("pipeline", [{"CI": "true"}, {"CI": "1"}, {"INTKIT_UNUSED": "fail"}])
def test_it_fails_in_a_pipeline_and_says_what_to_do(project, monkeypatch, pipeline):
    for name, value in pipeline.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(
        CassetteError, match=r"not asked for: 1\.\n  #1 GET https://api\.shop\.example/b\n"
    ) as failed:
        replay("/a")
    assert "intkit cassettes prune" in str(failed.value)


@pytest.mark.parametrize("here", [{"CI": ""}, {"CI": "false"}, {"CI": "true", "INTKIT_UNUSED": "log"}])
def test_elsewhere_it_is_only_said(project, monkeypatch, caplog, here):
    for name, value in here.items():
        monkeypatch.setenv(name, value)
    with caplog.at_level("INFO", "intkit.cassettes"):
        replay("/a")
    assert "not asked for: 1" in caplog.text


def test_nothing_unused_is_nothing_to_say(project, monkeypatch, caplog):
    monkeypatch.setenv("CI", "true")
    with caplog.at_level("INFO", "intkit.cassettes"):
        replay("/a", "/b")
    assert "not asked for" not in caplog.text


def test_a_list_that_is_read_up_to_a_limit_leaves_the_rest_on_purpose(project, monkeypatch, caplog):
    monkeypatch.setenv("CI", "true")
    with caplog.at_level("INFO", "intkit.cassettes"):
        replay("/a", limit=1)
    assert "not asked for: 1" in caplog.text


def test_an_error_that_passes_is_not_hidden_by_what_it_left_unused(project, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(ExchangeMissing):
        replay("/a", "/nowhere")


def test_another_word_is_refused(project, monkeypatch):
    monkeypatch.setenv("INTKIT_UNUSED", "fial")
    with pytest.raises(CassetteError, match="Did you mean 'fail'"):
        replay("/a")


def test_a_process_has_asked_for_what_any_of_its_clients_asked_for(project):
    replay("/a")
    assert unused_exchanges()["shop/orders"] == {1: "GET https://api.shop.example/b"}
    replay("/b")
    assert unused_exchanges()["shop/orders"] == {}


def test_a_recording_that_is_made_anew_starts_anew(project):
    replay("/a", "/b")
    record("/b", "/c", mode="refresh")
    replay("/c")
    assert unused_exchanges()["shop/orders"] == {0: "GET https://api.shop.example/b"}
