from __future__ import annotations

import signal
import socket
import subprocess
import sys

import httpx
import pytest

from intkit.cassettes.wire import WireTransport, current_routes
from intkit.errors import SandboxError
from intkit.sandbox import Sandbox


def get(sandbox, path="/v1/charges?limit=2", **headers):
    headers = {"Authorization": f"Bearer {sandbox.keys['stripe']}"} | headers
    return httpx.get(sandbox.urls["stripe"] + path, headers=headers)


def test_the_wire_reaches_the_sandbox_under_the_real_address(sandbox):
    with httpx.Client(transport=WireTransport()) as client:
        headers = {"Authorization": f"Bearer {sandbox.keys['stripe']}"}
        answer = client.get("https://api.stripe.com/v1/charges?limit=1", headers=headers)
    assert answer.json()["url"] == "/v1/charges"


def test_the_routes_end_with_the_sandbox():
    with Sandbox("stripe") as sandbox:
        assert current_routes()["api.stripe.com"] == sandbox.url
    assert sandbox.url not in current_routes().values()
    with pytest.raises(httpx.ConnectError):
        httpx.get(sandbox.url)


def test_the_same_seed_gives_the_same_bytes_and_headers_and_another_does_not():
    answers = []
    for seed in (1, 1, 2):
        with Sandbox("stripe", seed=seed) as sandbox:
            answers.append(get(sandbox))
    assert answers[0].content == answers[1].content != answers[2].content
    assert answers[0].headers == answers[1].headers


def test_an_unknown_host_on_the_shared_port_is_told_whom_to_ask_for(sandbox):
    answer = httpx.get(sandbox.url, headers={"Host": "api.example.com"})
    assert answer.status_code == 421
    assert "api.stripe.com" in answer.text


def test_an_unknown_vendor_gets_the_nearest_name():
    with pytest.raises(SandboxError, match="Did you mean 'stripe'"):
        Sandbox("strip")


def test_a_taken_port_is_one_clear_error_and_leaves_no_port_behind():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(SandboxError, match=f"Port {port}"):
            Sandbox("stripe", port=port).__enter__()


@pytest.mark.skipif(sys.platform == "win32", reason="a process there is interrupted otherwise")
def test_serve_prints_where_it_is_and_stops_when_interrupted():
    code = "from intkit.sandbox import serve; serve('stripe', port=0)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as server:
        try:
            lines = [server.stdout.readline() for _ in range(3)]
            url = lines[2].split()[1]
            assert httpx.get(f"{url}/v1/charges").status_code == 401
            server.send_signal(signal.SIGINT)
            assert server.wait(10) != 0
        finally:
            server.kill()


def test_a_call_between_the_address_and_the_server_waits_and_is_not_refused():
    sandbox = Sandbox("stripe")
    sockets = sandbox.bind()
    try:
        with socket.create_connection(sockets[1].getsockname(), timeout=5):
            pass
    finally:
        for each in sockets:
            each.close()
