"""The playground says no as clearly as it pages."""

from __future__ import annotations

import hmac

import httpx
import pytest

VENDORS = "playground"


@pytest.fixture
def meters(sandbox):
    with httpx.Client(base_url=sandbox.urls["playground"]) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        ("/none/cursor/readings?limit=0", {}, 400, "bad_request"),
        ("/none/cursor/readings?limit=101", {}, 400, "bad_request"),
        ("/none/cursor/readings?limit=many", {}, 400, "bad_request"),
        ("/none/cursor/readings?sensor=80", {}, 400, "bad_request"),
        ("/none/cursor/readings?cursor=7", {}, 400, "bad_cursor"),
        ("/none/offset/readings?offset=-1", {}, 400, "bad_request"),
        ("/none/range/readings", {"Range": "bytes=0-9"}, 416, "bad_range"),
        ("/none/sideways/readings", {}, 404, "not_found"),
        ("/magic/cursor/readings", {}, 404, "not_found"),
        ("/bearer/cursor/readings", {}, 401, "unauthorized"),
        ("/token/cursor/readings", {"Authorization": "Bearer sandbox-playground-key"}, 401, "unauthorized"),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(meters, path, headers, status, code):
    answer = meters.get(path, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"cursor": "x"}', b'{"limit": null}'])
def test_a_search_wants_an_object_that_makes_sense(meters, body):
    assert meters.post("/none/cursor-in-body/readings", content=body).status_code == 400


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (-200, 200), (-400, 401), (400, 401)])
def test_a_signature_is_stale_after_five_minutes(sandbox, meters, seconds, status):
    stamp = str(int(sandbox.clock.wall() + seconds))
    signed = f"{stamp}.GET./hmac/ping.".encode()
    signature = hmac.digest(sandbox.keys["playground"].encode(), signed, "sha256").hex()
    headers = {"X-Timestamp": stamp, "X-Signature": signature}
    assert meters.get("/hmac/ping", headers=headers).status_code == status


def test_a_page_past_the_end_is_empty_and_the_same_seed_gives_the_same_readings(meters):
    assert meters.get("/none/unsaid/readings?sensor=7&page=4").json() == []
    first, again = (meters.get("/none/has-more/readings?limit=3").json()["data"] for _ in range(2))
    assert first == again
    assert [set(each) for each in first] == [{"id", "sensor", "at", "celsius"}] * 3
