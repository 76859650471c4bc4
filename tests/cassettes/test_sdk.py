"""A vendor's own SDK is recorded through vcrpy's patches, whatever library it uses."""

import gzip
import http.client
import json
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest
import requests
import urllib3

from intkit.cassettes import open_cassette, recorded
from intkit.cassettes.offline import offline
from intkit.errors import CassetteError, ExchangeMissing


class Shop(BaseHTTPRequestHandler):
    calls = 0

    def do_GET(self):
        type(self).calls += 1
        body = gzip.compress(json.dumps({"call": self.calls, "access_token": "tok-1234567890"}).encode())
        self.send_response(200)
        for header in (
            ("Content-Type", "application/json"),
            ("Content-Encoding", "gzip"),
            ("Content-Length", str(len(body))),
        ):
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = HTTPServer(("127.0.0.1", 0), Shop)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def url(server):
    return f"http://127.0.0.1:{server.server_port}"


def by_requests(url):
    return [
        requests.get(f"{url}/a", timeout=5).json()["call"],
        requests.post(f"{url}/b", json={"x": 1}, timeout=5).json()["call"],
    ]


def by_httpx(url):
    return [httpx.get(f"{url}/a").json()["call"], httpx.post(f"{url}/b", json={"x": 1}).json()["call"]]


def by_urllib3(url):
    with urllib3.PoolManager() as pool:
        return [
            pool.request("GET", f"{url}/a").json()["call"],
            pool.request("POST", f"{url}/b", json={"x": 1}).json()["call"],
        ]


def by_urllib(url):
    with urllib.request.urlopen(f"{url}/a", timeout=5) as answer:
        content = answer.read()
    return [json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)["call"]]


def by_http_client(url):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    connection.request("POST", "/b", body=b'{"x": 1}', headers={"Accept": "application/json"})
    content = connection.getresponse().read()
    connection.close()
    return [json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)["call"]]


ALL = [by_requests, by_httpx, by_urllib3, by_urllib, by_http_client]


@pytest.mark.parametrize("call", ALL)
def test_an_sdk_is_recorded_and_replayed_without_its_server(tmp_path, url, call):
    path = tmp_path / "sdk.yaml"
    with recorded(path, "record"):
        seen = call(url)
    with recorded(path), offline():
        assert call(url) == seen
    assert "tok-1234567890" not in path.read_text()
    assert '"access_token": "REDACTED-access_token-' in path.read_text()


def test_each_exchange_is_on_disk_when_its_call_returns(tmp_path, url):
    with recorded(tmp_path / "sdk.yaml", "record"):
        by_requests(url)
        assert len(open_cassette(tmp_path / "sdk.yaml").exchanges) == 2


@pytest.mark.parametrize("call", ALL)
def test_a_call_that_was_not_recorded_is_a_miss_and_no_library_hides_it(tmp_path, url, call):
    with recorded(tmp_path / "sdk.yaml", "record"):
        requests.get(f"{url}/other", timeout=5)
    before = Shop.calls
    with recorded(tmp_path / "sdk.yaml"), pytest.raises(ExchangeMissing, match="closest recorded request"):
        call(url)
    assert Shop.calls == before


def test_the_patches_are_gone_afterwards_even_when_the_recording_fails(tmp_path, url, monkeypatch):
    def fail_at_the_end():
        with recorded(tmp_path / "sdk.yaml", "record"):
            by_requests(url)
            monkeypatch.setattr("intkit.cassettes.compaction.write_cassette", lambda *_: 1 / 0)

    real = http.client.HTTPConnection, httpx.HTTPTransport.handle_request
    with pytest.raises(ZeroDivisionError):
        fail_at_the_end()
    assert (http.client.HTTPConnection, httpx.HTTPTransport.handle_request) == real


def test_one_that_a_cell_left_open_is_closed_when_the_cell_runs_again(tmp_path, url):
    real = http.client.HTTPConnection
    recorded(tmp_path / "sdk.yaml", "record").__enter__()
    by_requests(url)
    again = recorded(tmp_path / "sdk.yaml", "record").__enter__()
    with pytest.raises(CassetteError, match="still open"), recorded(tmp_path / "other.yaml", "record"):
        pass
    again.close()
    assert http.client.HTTPConnection is real
    assert len(open_cassette(tmp_path / "sdk.yaml").exchanges) == 2


def test_the_environment_decides_the_mode(tmp_path, url, monkeypatch):
    monkeypatch.setenv("INTKIT_MODE", "record")
    with recorded(tmp_path / "sdk.yaml", "replay"):
        by_httpx(url)
    assert len(open_cassette(tmp_path / "sdk.yaml").exchanges) == 2
