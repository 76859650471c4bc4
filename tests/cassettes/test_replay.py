import sys
from types import SimpleNamespace

import httpx
import pytest

from intkit.cassettes import RecordingTransport, open_cassette
from intkit.cassettes.cells import current_cell
from intkit.errors import CassetteError, ExchangeMissing


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


def test_a_secret_that_only_a_later_answer_gives_away_is_blanked_in_the_earlier_ones(path):
    answers = iter([{"note": "use tok-1234567890abc"}, {"access_token": "tok-1234567890abc"}])
    recorder = client(path, "record", lambda _: httpx.Response(200, json=next(answers)))
    recorder.get("/a"), recorder.get("/b")
    close(recorder)
    assert "tok-1234567890abc" not in path.read_text()
    assert path.read_text().count("REDACTED-access_token-") == 2


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    return tmp_path / "intkit.toml"


def old_recording(path, host="api.shop.example"):
    with open_cassette(path, "record") as cassette:
        answer = httpx.Response(200, headers={"Date": "Thu, 01 Jan 2020 00:00:00 GMT"})
        wire = httpx.MockTransport(lambda _: answer)
        httpx.Client(transport=RecordingTransport(cassette, wire)).get(f"https://{host}/")


def test_an_old_recording_warns_or_fails_as_the_project_says(path, project):
    old_recording(path)
    open_cassette(path)
    project.write_text("[cassettes]\nwarn_after_days = 90\n")
    with pytest.warns(UserWarning, match="recorded .* days ago"):
        open_cassette(path)
    project.write_text("[cassettes]\nfail_after_days = 365\n")
    with pytest.raises(CassetteError, match="the limit is 365 days"):
        open_cassette(path)


def test_personal_data_is_reported_and_replaced_where_the_project_says(path, project, caplog):
    person = {"name": "Jane Dijk", "email": "jane@shop.example", "phone": "+31 20 1234567"}
    recorder = client(path, "record", lambda _: httpx.Response(200, json=person))
    assert recorder.get("/a").json() == person
    close(recorder)
    assert "personal_data:\n    email: 1\n    name: 1\n    phone: 1\n" in path.read_text()
    assert "now holds personal data: email 1, name 1, phone 1." in caplog.text
    caplog.clear()
    project.write_text('[cassettes]\npseudonymise = ["email", "name", "phone"]\n')
    sent = []

    def app(request):
        sent.append(str(request.url))
        return httpx.Response(200, json=person)

    recorder = client(path, "refresh", app)
    email = recorder.get("/a").json()["email"]
    recorder.get("/people", params={"email": email})
    close(recorder)
    assert "jane" not in path.read_text().lower()
    assert "1234567" not in path.read_text()
    assert "personal_data: {}\n" in path.read_text()
    assert caplog.text == ""
    assert sent[1].endswith("?email=jane%40shop.example")
    player = client(path, "replay")
    assert player.get("/people", params={"email": "jane@shop.example"}).json()["email"] == email


def test_what_the_sandbox_made_up_is_nobody_s(path, caplog):
    answer = httpx.Response(
        200, json={"email": "jane@shop.example"}, extensions={"routed": "http://127.0.0.1:1"}
    )
    recorder = client(path, "record", lambda _: answer)
    recorder.get("/a")
    close(recorder)
    assert caplog.text == ""


def test_an_unknown_kind_of_personal_data_is_an_error(path, project):
    project.write_text('[cassettes]\npseudonymise = ["emial"]\n')
    with pytest.raises(CassetteError, match="Did you mean 'email'"):
        open_cassette(path, "record")


def test_a_recording_in_json_form_replays_alike(tmp_path):
    for name in ("shop.yaml", "shop.json"):
        recorder = client(tmp_path / name, "record", counting())
        recorder.get("/a")
        close(recorder)
    players = [client(tmp_path / name, "replay") for name in ("shop.yaml", "shop.json")]
    assert len({player.get("/a").text for player in players}) == 1


def test_json_form_refuses_what_it_cannot_hold(tmp_path):
    path = tmp_path / "shop.json"
    recorder = client(path, "record", lambda _: httpx.Response(200, content=b"\xff\xfe\x00"))
    with pytest.raises(CassetteError, match="/a is not text"):
        recorder.get("/a")
    close(recorder)
    assert not path.exists()


def test_what_changes_on_every_call_can_be_left_out_and_a_miss_says_so(path, project):
    project.write_text('[cassettes]\nignore = ["nonce", "sent_at"]\n')
    recorder = client(path, "record", counting())
    recorder.post("/a?nonce=1", json={"id": 1, "meta": {"sent_at": "10:00"}})
    close(recorder)
    player = client(path, "replay")
    assert player.post("/a?nonce=2", json={"id": 1, "meta": {"sent_at": "11:00"}}).json()["call"] == 1
    with pytest.raises(ExchangeMissing, match="not compared: nonce, sent_at") as miss:
        player.post("/a?nonce=3&x=1", json={"id": 1, "meta": {}})
    assert "x is '1', recorded absent" in str(miss.value)
    assert "nonce is" not in str(miss.value)


@pytest.mark.parametrize("mode", ["record", "replay"])
def test_a_notebook_cell_that_runs_again_gets_its_own_answers_again(path, mode, monkeypatch):
    cells = [("poll", 1)]
    monkeypatch.setattr("intkit.cassettes.cells.current_cell", lambda: cells[-1])

    def run(cell, times):
        cells.append(cell)
        return [notebook.get("/status").json()["call"] for _ in range(times)]

    notebook = client(path, "record", counting())
    assert run(("poll", 1), 3) + run(("other", 2), 1) == [1, 2, 3, 4]
    if mode == "replay":
        close(notebook)
        notebook = client(path, "replay")
        assert run(("poll", 1), 3) + run(("other", 2), 1) == [1, 2, 3, 4]
    assert run(("poll", 3), 3) == [1, 2, 3]
    assert run(("other", 4), 1) + run(("poll", 5), 2) == [4, 1, 2]
    assert len(notebook._transport.cassette.exchanges) == 4


def test_the_running_cell_is_known_by_its_id_or_its_source(monkeypatch):
    parents = [{"metadata": {"cellId": "c-1"}}]

    class Kernel:
        def get_parent(self, channel):
            return parents[-1]

    shell = SimpleNamespace(kernel=Kernel(), user_ns={"In": ["", "x = 1"]}, execution_count=7)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert current_cell() == ("c-1", 7)
    parents.append({"metadata": {}})
    assert current_cell() == ("x = 1", 7)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert current_cell() is None
