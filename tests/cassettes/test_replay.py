import httpx
import pytest

from intkit.cassettes import RecordingTransport, open_cassette
from intkit.errors import ExchangeMissing


class Untouched(httpx.BaseTransport):
    def handle_request(self, request):
        raise AssertionError(f"{request.url} went to the wire")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cassettes" / "shop.yaml"


def client(path, mode, app=None):
    wire = httpx.MockTransport(app) if app else Untouched()
    return httpx.Client(
        transport=RecordingTransport(open_cassette(path, mode), wire), base_url="https://api.shop.example"
    )


def close(client):
    client._transport.cassette.close()


def counting():
    calls = []

    def app(request):
        calls.append(request)
        return httpx.Response(200, json={"call": len(calls), "path": request.url.path})

    return app


def test_what_was_recorded_is_replayed_without_the_wire(path):
    recorder = client(path, "record", counting())
    recorded = [recorder.get("/a").text, recorder.get("/b", params={"page": 2}).text]
    close(recorder)
    player = client(path, "replay")
    assert [player.get("/a").text, player.get("/b?page=2").text] == recorded


def test_each_response_says_which_exchange_it_is(path):
    recorder = client(path, "record", counting())
    name = str(path.with_suffix(""))
    assert recorder.get("/a").extensions["intkit"] == {"exchange": f"{name}#0", "replayed": False}
    assert recorder.get("/b").extensions["intkit"] == {"exchange": f"{name}#1", "replayed": False}
    close(recorder)
    assert client(path, "replay").get("/b").extensions["intkit"] == {
        "exchange": f"{name}#1",
        "replayed": True,
    }


def test_repeated_requests_replay_in_order_and_then_the_last_again(path):
    recorder = client(path, "record", counting())
    for _ in range(3):
        recorder.get("/status")
    close(recorder)
    player = client(path, "replay")
    assert [player.get("/status").json()["call"] for _ in range(5)] == [1, 2, 3, 3, 3]


def test_record_replays_what_is_there_and_records_the_rest(path):
    first = client(path, "record", counting())
    first.get("/a")
    close(first)
    second = client(path, "record", lambda request: httpx.Response(200, text="new"))
    assert second.get("/a").json()["call"] == 1
    assert second.get("/b").text == "new"
    close(second)
    player = client(path, "replay")
    assert (player.get("/a").json()["call"], player.get("/b").text) == (1, "new")


def test_refresh_records_all_anew_and_drops_the_unused(path):
    first = client(path, "record", counting())
    first.get("/a"), first.get("/b")
    close(first)
    second = client(path, "refresh", lambda request: httpx.Response(200, text="new"))
    assert second.get("/a").text == "new"
    close(second)
    player = client(path, "replay")
    assert player.get("/a").text == "new"
    with pytest.raises(ExchangeMissing):
        player.get("/b")


def test_a_refresh_that_ends_early_keeps_what_it_did_not_reach(path):
    first = client(path, "record", counting())
    first.get("/a"), first.get("/b")
    close(first)
    second = client(path, "refresh", lambda request: httpx.Response(200, text="new"))

    def fail_half_way():
        with second._transport.cassette:
            second.get("/a").json()

    with pytest.raises(ValueError):
        fail_half_way()
    player = client(path, "replay")
    assert (player.get("/a").text, player.get("/b").json()["call"]) == ("new", 2)


def test_live_leaves_the_cassette_alone(path):
    recorder = client(path, "record", counting())
    recorder.get("/a")
    close(recorder)
    before = path.read_bytes()
    live = client(path, "live", lambda request: httpx.Response(200, text="live"))
    assert live.get("/a").text == "live"
    close(live)
    assert path.read_bytes() == before


def test_two_recordings_of_the_same_answers_are_the_same_bytes(tmp_path):
    def app(request):
        return httpx.Response(200, json={"id": 1}, headers={"Date": "Thu, 01 Jan 2026 00:00:00 GMT"})

    for name in ("one.yaml", "two.yaml"):
        recorder = client(tmp_path / name, "refresh", app)
        recorder.get("/a")
        close(recorder)
    assert (tmp_path / "one.yaml").read_bytes() == (tmp_path / "two.yaml").read_bytes()
    assert "recorded_at: '2026-01-01T00:00:00Z'" in (tmp_path / "one.yaml").read_text()


def test_a_miss_names_the_closest_exchange_and_what_differs(path):
    recorder = client(path, "record", counting())
    recorder.get("/v1/charges", params={"limit": 100})
    recorder.get("/v1/customers", params={"limit": 100})
    close(recorder)
    with pytest.raises(ExchangeMissing) as miss:
        client(path, "replay").get("/v1/charges", params={"limit": 10, "after": ""})
    text = str(miss.value)
    assert "no recorded answer to GET https://api.shop.example/v1/charges?limit=10&after=" in text
    assert "closest recorded request: GET https://api.shop.example/v1/charges?limit=100" in text
    assert "limit is '10', recorded '100'" in text
    assert "after is '', recorded absent" in text
    assert "mode='record'" in text
