from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest

from intkit.cassettes.wire import WireTransport, current_routes, routed
from intkit.errors import ConnectError


class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        said = f"{self.headers['Host']} {self.headers['X-Forwarded-Proto']} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args):
        pass


@pytest.fixture
def address():
    server = HTTPServer(("127.0.0.1", 0), Echo)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_routed_request_reaches_the_local_server_under_its_real_name(address):
    with routed({"api.stripe.com": address}), httpx.Client(transport=WireTransport()) as client:
        response = client.get("https://api.stripe.com/v1/charges?limit=2&x=a%2Fb")
    assert response.text == "api.stripe.com https /v1/charges?limit=2&x=a%2Fb"
    assert response.extensions["routed"] == address
    assert str(response.url) == "https://api.stripe.com/v1/charges?limit=2&x=a%2Fb"


def test_routes_may_come_from_the_environment(address, monkeypatch):
    monkeypatch.setenv("INTKIT_ROUTES", f"api.mollie.com={address}, api.stripe.com={address}")
    with httpx.Client(transport=WireTransport()) as client:
        assert client.get("https://api.mollie.com/v2").text == "api.mollie.com https /v2"


def test_a_request_without_a_route_goes_where_it_says(address):
    with httpx.Client(transport=WireTransport()) as client:
        response = client.get(f"{address}/here")
    assert response.text.endswith("None /here")
    assert "routed" not in response.extensions


def test_a_closed_context_takes_its_routes_away_and_leaves_the_others():
    outer = routed({"a.example": "http://127.0.0.1:1"})
    with outer:
        with routed({"a.example": "http://127.0.0.1:2", "b.example": "http://localhost:3/"}):
            assert current_routes() == {"a.example": "http://127.0.0.1:2", "b.example": "http://localhost:3"}
        assert current_routes() == {"a.example": "http://127.0.0.1:1"}
    assert current_routes() == {}


@pytest.mark.parametrize(
    "address", ["https://evil.example", "http://10.0.0.1:80", "127.0.0.1:80", "", "http://["]
)
def test_a_route_beyond_this_machine_is_refused(address):
    with pytest.raises(ConnectError, match="not an address on this machine"), routed({"a.example": address}):
        pass
