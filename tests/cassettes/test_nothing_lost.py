"""Every exchange is on disk when its call returns, and stays there whatever happens next."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import httpx
import pytest

from intkit.cassettes import RecordingTransport, open_cassette
from intkit.cassettes.cassette import close_all
from intkit.errors import CassetteDamaged, CassetteError, ExchangeMissing

URL = "https://api.shop.example"
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.yaml"


def client(path, mode="record", text="answer"):
    app = httpx.MockTransport(lambda request: httpx.Response(200, text=text))
    return httpx.Client(transport=RecordingTransport(open_cassette(path, mode), app), base_url=URL)


def close(client):
    client._transport.cassette.close()


def paths(path):
    return [each.request.url.removeprefix(URL) for each in open_cassette(path).exchanges]


@needs_fork
@pytest.mark.slow
def test_kills_at_random_points_lose_nothing(path):
    program = [sys.executable, str(Path(__file__).with_name("killed.py")), str(path.parent), "200"]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    completed, *lost_doubled_damaged = map(int, done.stdout.split())
    assert completed > 400
    assert lost_doubled_damaged == [0, 0, 0]


def test_an_exchange_is_replayed_before_the_recording_is_closed(path):
    recorder = client(path)
    recorder.get("/a")
    assert not path.exists()
    assert client(path, "replay").get("/a").text == "answer"
    close(recorder)


def test_a_forgotten_recording_is_written_when_the_process_ends(path):
    client(path).get("/a")
    close_all()
    assert path.exists()
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_one_that_cannot_be_written_at_the_end_does_not_keep_back_the_others(tmp_path, caplog):
    one, two = tmp_path / "one" / "shop.yaml", tmp_path / "two" / "shop.yaml"
    client(one).get("/a"), client(two).get("/b")
    one.write_text("not a cassette")
    close_all()
    assert "one/shop.yaml cannot be used" in caplog.text.replace(os.sep, "/")
    assert paths(two) == ["/b"]


def test_a_journal_that_was_left_is_folded_in_by_the_next_recording(path):
    recorder = client(path)
    recorder.get("/a")
    left = next(path.parent.glob("*.journal")).read_bytes()
    close(recorder)
    path.unlink()
    path.with_name("shop.yaml.1-left.journal").write_bytes(left)
    close(client(path))
    assert paths(path) == ["/a"]
    assert not list(path.parent.glob("*.journal"))


def test_a_process_killed_between_writing_and_tidying_up_doubles_nothing(path):
    recorder = client(path)
    recorder.get("/a"), recorder.get("/b")
    left = next(path.parent.glob("*.journal")).read_bytes()
    close(recorder)
    path.with_name("shop.yaml.1-left.journal").write_bytes(left)
    assert paths(path) == ["/a", "/b"]
    close(client(path))
    assert paths(path) == ["/a", "/b"]


def test_half_a_line_at_the_end_of_a_journal_was_never_completed(path):
    recorder = client(path)
    recorder.get("/a"), recorder.get("/b")
    left = next(path.parent.glob("*.journal")).read_bytes()
    close(recorder)
    path.unlink()
    path.with_name("shop.yaml.1-left.journal").write_bytes(left[:-10])
    assert paths(path) == ["/a"]


def test_a_journal_that_was_altered_is_an_error(path):
    recorder = client(path)
    recorder.get("/a"), recorder.get("/b")
    left = next(path.parent.glob("*.journal")).read_bytes()
    close(recorder)
    path.with_name("shop.yaml.1-left.journal").write_bytes(left.replace(b"/a", b"/c"))
    with pytest.raises(CassetteDamaged, match="line 2 is not what was written"):
        open_cassette(path)


def test_a_full_disk_keeps_what_was_recorded_before(path, monkeypatch):
    recorder = client(path)
    recorder.get("/a")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no_space)
        with pytest.raises(CassetteError, match="No space left"):
            recorder.get("/b")
    recorder.get("/c")
    close(recorder)
    assert paths(path) == ["/a", "/c"]


def test_a_full_disk_at_the_end_leaves_the_old_file_and_the_journal(path, monkeypatch):
    first = client(path)
    first.get("/a")
    close(first)
    before = path.read_bytes()
    second = client(path)
    second.get("/b")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no_space)
        with pytest.raises(Exception, match="No space left"):
            close(second)
    assert path.read_bytes() == before
    assert paths(path) == ["/a", "/b"]


def no_space(_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_that_cannot_be_written_is_an_error_before_anything_is_sent(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CassetteError, match="cannot be recorded"):
        open_cassette(tmp_path / "file" / "shop.yaml", "record")


def test_two_recordings_of_one_cassette_at_once_both_stay(path):
    one, two = client(path), client(path)
    one.get("/a"), two.get("/b"), one.get("/c")
    close(two), close(one)
    assert sorted(paths(path)) == ["/a", "/b", "/c"]


@needs_fork
def test_two_processes_on_one_cassette_both_stay(path):
    code = (
        "import sys, httpx; from pathlib import Path; from intkit.cassettes import *\n"
        "c = open_cassette(Path(sys.argv[1]), 'record')\n"
        "app = httpx.MockTransport(lambda r: httpx.Response(200))\n"
        "http = httpx.Client(transport=RecordingTransport(c, app))\n"
        "[http.get(f'https://api.shop.example/{sys.argv[2]}/{n}') for n in range(20)]\n"
        "c.close()"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in "ab"]
    assert [each.wait() for each in both] == [0, 0]
    assert sorted(paths(path)) == sorted(f"/{name}/{n}" for name in "ab" for n in range(20))


def test_concurrent_calls_get_their_own_answers_and_the_file_does_not_depend_on_timing(tmp_path):
    def record(path, order):
        turns = {number: order.index(number) for number in range(8)}
        done = []

        def app(request):
            number = int(request.url.params["page"])
            while len(done) < turns[number]:
                pass
            done.append(number)
            return httpx.Response(
                200, text=f"page {number}", headers={"Date": "Thu, 01 Jan 2026 00:00:00 GMT"}
            )

        with open_cassette(path, "record") as cassette:
            http = httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(app)))
            answers = {}
            threads = [
                Thread(target=lambda n=n: answers.update({n: http.get(f"{URL}/?page={n}").text}))
                for n in range(8)
            ]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
        return answers

    assert record(tmp_path / "one.yaml", list(range(8))) == {n: f"page {n}" for n in range(8)}
    record(tmp_path / "two.yaml", [7, 3, 5, 1, 0, 2, 4, 6])
    assert (tmp_path / "one.yaml").read_bytes() == (tmp_path / "two.yaml").read_bytes()
    assert paths(tmp_path / "one.yaml") == [f"/?page={n}" for n in range(8)]


def test_many_threads_replay_each_answer_once(path):
    answers = iter(range(10_000))
    app = httpx.MockTransport(lambda _: httpx.Response(200, text=str(next(answers))))
    with open_cassette(path, "record") as cassette:
        http = httpx.Client(transport=RecordingTransport(cassette, app))
        for _ in range(200):
            http.get(URL)
    with open_cassette(path) as cassette:
        http, seen = httpx.Client(transport=RecordingTransport(cassette, app)), []
        threads = [
            Thread(target=lambda: seen.extend(http.get(URL).text for _ in range(20))) for _ in range(10)
        ]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert sorted(map(int, seen)) == list(range(200))


def test_a_connection_that_fails_is_not_recorded(path):
    def fail(request):
        raise httpx.ConnectError("down")

    with open_cassette(path, "record") as cassette, pytest.raises(httpx.ConnectError):
        httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(fail))).get(URL)
    with pytest.raises(ExchangeMissing):
        client(path, "record").get("/") and client(path, "replay").get("/other")


def test_a_cell_run_twice_replays_what_it_recorded(path):
    first = client(path, "record", "once")
    first.get("/a")
    again = client(path, "record", "twice")
    assert again.get("/a").text == "once"
    close(first), close(again)
    assert paths(path) == ["/a"]


def test_a_refreshing_cell_run_twice_replaces_what_it_recorded(path):
    old = client(path, "record", "old")
    old.get("/a"), old.get("/b")
    close(old)
    first = client(path, "refresh", "once")
    first.get("/a")
    again = client(path, "refresh", "twice")
    again.get("/a")
    with pytest.raises(CassetteError, match="opened anew"):
        first.get("/b")
    close(again), close(first)
    assert paths(path) == ["/a"]
    assert client(path, "replay").get("/a").text == "twice"
