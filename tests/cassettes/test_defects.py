"""The 28 known defects of recording with vcrpy 9.4 and httpx, D1 to D28: each is tested here or where it says.

* D1 a save that is not atomic: test_nothing_lost, kills at random points and full disks
* D2 a failing save leaves the patches: test_sdk, the patches are gone even when the recording fails
* D4 contexts left in the order they were entered: test_sdk, a second recording is refused while one is open
* D6 threads that replay get the same answer twice: test_nothing_lost, many threads replay each answer once
* D7 the file's order is that of completion: test_nothing_lost, the file does not depend on timing
* D10 a kill, a forgotten stop or a stopped run leave no file: test_nothing_lost
* D11 of two processes the last writer wins: test_nothing_lost, two processes on one cassette both stay
* D12 a cut file loads short: test_damage, a cassette cut at any byte never loads short. What plain vcrpy wrote
  must still end with its `version: 1`, and every exchange in it must be whole.
* D13 a file that cannot be decoded is overwritten, the locale decides: test_damage
* D14 pointers, conflict markers and wrong types end in odd errors: test_damage
* D23 a missing file and unused exchanges are silent: test_damage, test_unused
* D26 global tracing dies with the patches: cannot occur, because nothing is patched for the kit's clients; tracing
  is a transport of its own above the recorder
"""

import gc
import logging
import zlib
from threading import Thread

import httpx
import pytest
import requests

import intkit
from intkit.cassettes import RecordingTransport, open_cassette, recorded
from intkit.cassettes.matching import match_key
from intkit.errors import CassetteError, ExchangeMissing

URL = "https://api.shop.example"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.yaml"


def client(cassette, app=None):
    return httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(app) if app else None))


def echo(request):
    return httpx.Response(200, text=f"{request.url} {request.content.decode('latin-1')}")


def test_d3_an_abandoned_context_never_goes_live(path, monkeypatch):
    with open_cassette(path, "record") as cassette:
        client(cassette, echo).get(URL)
    recorded(path, "replay").__enter__()
    gc.collect()
    try:
        with pytest.raises(ExchangeMissing):
            requests.get("http://127.0.0.1:9/", timeout=1)
    finally:
        recorded(path, "replay").__enter__().close()


def test_d5_two_cassettes_in_two_threads_keep_their_own_calls(tmp_path):
    def record(name):
        with open_cassette(tmp_path / f"{name}.yaml", "record") as cassette:
            http = client(cassette, echo)
            for number in range(20):
                http.get(f"{URL}/{name}/{number}")

    threads = [Thread(target=record, args=(name,)) for name in "ab"]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    for name in "ab":
        urls = [each.request.url for each in open_cassette(tmp_path / f"{name}.yaml").exchanges]
        assert urls == [f"{URL}/{name}/{number}" for number in range(20)]


def test_d8_a_replayed_request_is_looked_up_and_not_searched_for(path, monkeypatch):
    with open_cassette(path, "record") as cassette:
        http = client(cassette, echo)
        for number in range(50):
            http.get(f"{URL}/{number}")
    player, looked = client(open_cassette(path)), []
    monkeypatch.setattr(
        "intkit.cassettes.answers.match_key", lambda *call: looked.append(1) or match_key(*call)
    )
    for number in range(50):
        player.get(f"{URL}/{number}")
    assert len(looked) == 50


def test_d9_a_recording_that_broke_off_is_resumed(path):
    calls = []

    def app(request):
        calls.append(request.url.path)
        if calls == ["/a", "/b"]:
            raise httpx.ReadTimeout("slow")
        return httpx.Response(200)

    def both():
        with open_cassette(path, "record") as cassette:
            http = client(cassette, app)
            return [http.get(f"{URL}/{name}").status_code for name in "ab"]

    with pytest.raises(httpx.ReadTimeout):
        both()
    assert both() == [200, 200]
    assert calls == ["/a", "/b", "/b"]


def test_d15_headers_and_reasons_beyond_ascii_replay(path):
    def app(request):
        headers = [
            (b"Content-Disposition", "attachment; filename=René.csv".encode()),
            (b"X-Count", b"caf\xe9"),
        ]
        return httpx.Response(200, headers=headers, extensions={"reason_phrase": "Schön".encode()})

    with open_cassette(path, "record") as cassette:
        client(cassette, app).get(URL)
    response = client(open_cassette(path)).get(URL)
    assert response.headers.raw[0][1] == "attachment; filename=René.csv".encode()
    assert response.headers.raw[1][1] == b"caf\xe9"
    assert response.extensions["reason_phrase"] == "Schön".encode()


def test_d16_bodies_are_asked_for_and_kept_in_a_form_that_every_installation_reads(path):
    asked = []

    def app(request):
        asked.append(request.headers["accept-encoding"])
        return httpx.Response(200, headers={"Content-Encoding": "deflate"}, content=zlib.compress(b"plain"))

    with open_cassette(path, "record") as cassette:
        assert client(cassette, app).get(URL, headers={"Accept-Encoding": "br, zstd"}).text == "plain"
    assert asked == ["gzip, deflate"]
    assert open_cassette(path).exchanges[0].response.body == b"plain"


def test_d16_what_cannot_be_unpacked_is_refused(path):
    packed = httpx.MockTransport(
        lambda _: httpx.Response(200, headers={"Content-Encoding": "lzma"}, content=b"x" * 9)
    )
    with open_cassette(path, "record") as cassette, pytest.raises(CassetteError, match="'lzma'"):
        httpx.Client(transport=RecordingTransport(cassette, packed)).get(URL)


class Endless(httpx.SyncByteStream):
    def __iter__(self):
        number = 0
        while True:
            yield f"data: {number}\n\n".encode()
            number += 1


def test_d17_an_endless_stream_of_events_is_passed_on_as_it_comes(path):
    def app(request):
        return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, stream=Endless())

    with open_cassette(path, "record") as cassette, client(cassette, app).stream("GET", URL) as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(3)] == ["data: 0", "", "data: 1"]
    assert client(open_cassette(path)).get(URL).text.startswith("data: 0\n\ndata: 1")


def test_d18_a_failure_is_not_recorded_and_what_follows_is_right(path):
    answers = iter([httpx.ConnectError("down"), httpx.Response(200, text="up")])

    def app(request):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with open_cassette(path, "record") as cassette:
        http = client(cassette, app)
        with pytest.raises(httpx.ConnectError):
            http.get(URL)
        assert http.get(URL).text == "up"
    assert client(open_cassette(path)).get(URL).text == "up"


def test_d19_bodies_decide_and_json_is_compared_by_value(path):
    with open_cassette(path, "record") as cassette:
        http = client(cassette, echo)
        first = http.post(URL, json={"a": 1, "b": 2}).text
        second = http.post(URL, json={"a": 2}).text
    player = client(open_cassette(path))
    assert player.post(URL, json={"a": 2}).text == second
    assert (
        player.post(
            URL, content=b'{"b":2,   "a":1}', headers={"Content-Type": "application/vnd.api+json"}
        ).text
        == first
    )
    with pytest.raises(ExchangeMissing, match="body differs"):
        player.post(URL, json={"a": 3})


def test_d19_forms_are_compared_by_field(path):
    with open_cassette(path, "record") as cassette:
        client(cassette, echo).post(URL, data={"a": "1", "b": ""})
    player = client(open_cassette(path))
    assert player.post(URL, data={"b": "", "a": "1"}).status_code == 200
    with pytest.raises(ExchangeMissing):
        player.post(URL, data={"a": "1"})


def test_d20_multipart_is_compared_without_its_boundary(path):
    with open_cassette(path, "record") as cassette:
        client(cassette, echo).post(URL, files={"f": b"content"}, data={"a": "1"})
    player = client(open_cassette(path))
    assert player.post(URL, files={"f": b"content"}, data={"a": "1"}).status_code == 200
    with pytest.raises(ExchangeMissing):
        player.post(URL, files={"f": b"other"}, data={"a": "1"})


def test_d21_blank_values_of_a_query_count(path):
    with open_cassette(path, "record") as cassette:
        client(cassette, echo).get(f"{URL}/?cursor=&x=1")
    player = client(open_cassette(path))
    assert player.get(f"{URL}/?x=1&cursor=").status_code == 200
    with pytest.raises(ExchangeMissing, match="cursor is absent, recorded ''"):
        player.get(f"{URL}/?x=1")


def test_d22_a_recorded_call_returns_what_its_replay_returns(path):
    def app(request):
        answer = {"access_token": "tok-1234567890", "n": 1.10}
        return httpx.Response(200, json=answer, headers={"Set-Cookie": "sid=abcdefgh1234; Path=/"})

    with open_cassette(path, "record") as cassette:
        now = client(cassette, app).get(URL)
    then = client(open_cassette(path)).get(URL)
    assert (now.content, now.headers.raw, now.status_code) == (
        then.content,
        then.headers.raw,
        then.status_code,
    )
    assert "tok-1234567890" not in now.text


def test_d24_a_miss_is_no_error_of_the_network_that_a_retry_would_take(path):
    with open_cassette(path, "record") as cassette:
        client(cassette, echo).get(URL)
    with pytest.raises(ExchangeMissing) as miss:
        client(open_cassette(path)).get(f"{URL}/other")
    assert not isinstance(miss.value, httpx.HTTPError | OSError)
    assert len(str(miss.value).splitlines()) <= 8


def test_d24_no_retry_breaker_or_fallback_of_a_client_takes_a_miss(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    words = {"cassette": "shop/orders", "resilience": intkit.Resilience(retries=5, stale_for=3600)}
    app = httpx.MockTransport(lambda request: httpx.Response(200, text=request.content.decode()))
    with intkit.connect(URL, mode="record", transport=app, **words) as shop:
        shop.get("/a")
    with intkit.connect(URL, **words) as shop:
        shop.get("/a")
        for _ in range(10):  # a breaker would open at the fifth failure
            with pytest.raises(ExchangeMissing):
                shop.get("/b")
        assert (shop.stats.retries, shop.stats.trips, shop.stats.stale) == (0, 0, 0)
        assert shop.get("/a").status_code == 200


def test_d25_a_library_installed_after_the_recorder_is_said(path, monkeypatch):
    def fail(self):
        raise NameError("name '_Late' is not defined")

    monkeypatch.setattr("vcr.patch.CassettePatcherBuilder.build", fail)
    with pytest.raises(CassetteError, match="installed after"), recorded(path, "record"):
        pass


def test_d27_closing_twice_is_closing_once(path):
    with open_cassette(path, "record") as cassette:
        client(cassette, echo).get(URL)
    cassette.close()
    context = recorded(path)
    with context:
        pass
    context.close()
    assert len(open_cassette(path).exchanges) == 1


def test_d28_answers_are_not_logged(path, caplog):
    with open_cassette(path, "record") as cassette:
        client(cassette, lambda _: httpx.Response(200, text="the answer")).get(
            "http://api.shop.example/?api_key=sesame"
        )
    with caplog.at_level(logging.DEBUG), recorded(path):
        requests.get("http://api.shop.example/?api_key=sesame", timeout=1)
    logged = [each.getMessage() for each in caplog.records if each.name.startswith(("vcr", "intkit"))]
    assert "the answer" not in str(logged)
    assert "sesame" not in str(logged)
