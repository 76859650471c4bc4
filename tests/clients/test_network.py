from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from intkit.clients.connection import Network, Resilience
from intkit.connections import connect
from intkit.errors import ApiError, ConnectError

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl for certificates")


class Orders(BaseHTTPRequestHandler):
    """Answers everything with one order; says the path as it was asked, which a proxy is asked in full."""

    def do_GET(self):
        self.server.asked.append(self.path)
        body = b'[{"id": 1}]'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


@pytest.fixture
def serve():
    running = []

    def start(context=None):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Orders)
        server.asked = []
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A CA of one's own, and a certificate for localhost and for a client, signed by it."""
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(words):
        subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True)

    openssl(
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Own -days 2 -addext keyUsage=keyCertSign"
    )
    extensions = (
        "subjectAltName=DNS:localhost,IP:127.0.0.1\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n"
    )
    (folder / "names").write_text(extensions)
    for name in ("server", "client"):
        openssl(f"req -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}")
        signed = f"x509 -req -in {name}.csr -out {name}.crt -days 2 -extfile names"
        openssl(f"{signed} -CA ca.pem -CAkey ca.key -CAcreateserial")
        (folder / f"{name}.pem").write_text(
            (folder / f"{name}.crt").read_text() + (folder / f"{name}.key").read_text()
        )
    return folder


def server_context(certificates, *, ask=False):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem")
    if ask:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(certificates / "ca.pem")
    return context


def read_orders(address, network=None):
    with connect(address, **({"network": network} if network else {})) as shop:
        return len(shop.records("/orders"))


def test_an_api_behind_an_own_ca_is_reached_with_its_authority_only(serve, certificates):
    address = f"https://localhost:{serve(server_context(certificates)).server_port}"
    assert read_orders(address, Network(authority=str(certificates / "ca.pem"))) == 1
    with connect(address) as shop:
        assert "is not trusted here" in shop.check()["likely cause"]


def test_a_client_certificate_is_shown_where_it_is_asked_for(serve, certificates):
    address = f"https://localhost:{serve(server_context(certificates, ask=True)).server_port}"
    authority = str(certificates / "ca.pem")
    assert (
        read_orders(address, Network(authority=authority, certificate=str(certificates / "client.pem"))) == 1
    )
    with connect(address, network=Network(authority=authority)) as shop:
        assert not shop.check().ok


@pytest.mark.parametrize("by_system", [False, True])
def test_a_proxy_is_asked_in_the_apis_place(serve, monkeypatch, by_system):
    proxy = serve()
    address = f"http://127.0.0.1:{proxy.server_port}"
    if by_system:
        monkeypatch.setenv("http_proxy", address)
    assert read_orders("http://shop.example/api", None if by_system else Network(proxy=address)) == 1
    assert proxy.asked == ["http://shop.example/api/orders"]


def test_a_host_that_needs_no_proxy_is_asked_itself(serve, monkeypatch):
    shop = serve()
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert read_orders(f"http://127.0.0.1:{shop.server_port}") == 1
    assert shop.asked == ["/orders"]


def test_a_certificate_that_cannot_be_read_is_said():
    with pytest.raises(ConnectError, match="The certificates cannot be read"):
        connect("https://shop.example", network=Network(authority="nowhere.pem"))


def test_a_server_that_is_not_there_is_an_api_error(unused_port):
    address = f"http://127.0.0.1:{unused_port}"
    shop = connect(address, resilience=Resilience(retries=0))
    with shop, pytest.raises(ApiError, match="was not answered: ConnectError"):
        shop.records("/orders")
