import asyncio
import http.client
import socket
import subprocess
import sys
import urllib.request

import httpx
import pytest

from intkit.cassettes.offline import offline
from intkit.errors import NetworkBlocked

HOST = "api.unreachable.example"


def by_httpx():
    httpx.get(f"https://{HOST}/")


def by_urllib():
    urllib.request.urlopen(f"https://{HOST}/")


def by_http_client():
    http.client.HTTPSConnection(HOST).request("GET", "/")


def by_asyncio():
    asyncio.run(asyncio.open_connection(HOST, 443))


def by_name_lookup():
    socket.gethostbyname(HOST)


@pytest.mark.parametrize("reach", [by_httpx, by_urllib, by_http_client, by_asyncio, by_name_lookup])
def test_no_library_leaves_the_machine_and_the_host_is_named(reach):
    with offline(), pytest.raises(NetworkBlocked, match=HOST):
        reach()


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80, 0, 0)])
def test_an_address_without_a_name_is_refused_too(address):
    family = socket.AF_INET6 if len(address) == 4 else socket.AF_INET
    with offline(), socket.socket(family) as one, pytest.raises(NetworkBlocked, match=address[0]):
        one.connect(address)
    with offline(), socket.socket(family, socket.SOCK_DGRAM) as one, pytest.raises(NetworkBlocked):
        one.sendto(b"x", address)


def test_this_machine_may_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, offline():
        one = socket.create_connection(("localhost", server.getsockname()[1]))
        assert one.getpeername()[0] == "127.0.0.1"
        one.close()


def test_the_guard_ends_with_its_context():
    with offline():
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.connect(("192.0.2.1", 9))  # a datagram socket sends nothing on connect
        assert one.getpeername() == ("192.0.2.1", 9)


def test_block_network_holds_until_the_process_ends():
    code = f"from intkit.cassettes.offline import block_network; block_network(); import socket; socket.gethostbyname('{HOST}')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "NetworkBlocked" in done.stderr
    assert HOST in done.stderr
