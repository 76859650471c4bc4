"""The files go both ways with plain vcrpy."""

import httpx
import pytest
import vcr

from intkit.cassettes import RecordingTransport, open_cassette

URL = "https://api.shop.example"
ANSWERS = {
    "/json": httpx.Response(200, json={"a": 1.5, "b": [None, True, "ü€😀"], "c": {"d": ""}}),
    "/text": httpx.Response(200, text="one\ntwo\r\nthree\x85four\u2028five \n"),
    "/spaces": httpx.Response(200, text=" leading\n  trailing  \n\n\n"),
    "/binary": httpx.Response(200, content=bytes(range(256))),
    "/empty": httpx.Response(204),
    "/missing": httpx.Response(404, json={"error": "no"}),
    "/broken": httpx.Response(500, text="boom"),
    "/moved": httpx.Response(302, headers={"Location": f"{URL}/json"}),
    "/twice": httpx.Response(200, headers=[("X-Count", "1"), ("X-Count", "2")], text="x"),
    "/utf16": httpx.Response(200, content="text".encode("utf-16")),
    "/nul": httpx.Response(200, content=b"a\x00b"),
    "/bom": httpx.Response(200, text="\ufeffid,name\n1,x\n"),
    "/name": httpx.Response(
        200, headers=[(b"Content-Disposition", "attachment; filename=René.csv".encode())]
    ),
}


def app(request):
    answer = ANSWERS[request.url.path]
    return httpx.Response(answer.status_code, headers=answer.headers.raw, content=answer.content)


def requests(client):
    for path in ANSWERS:
        yield client.get(URL + path)
    yield client.post(f"{URL}/json", json={"b": 1, "a": "x"})
    yield client.post(f"{URL}/json", data={"b": "1", "a": "ü"})
    yield client.put(f"{URL}/text", content=b"\x00\xff")


def seen(response):
    body = response.json() if "json" in response.headers.get("content-type", "") else response.content
    return (
        response.status_code,
        body,
        response.headers.get_list("x-count"),
        response.headers.get("content-disposition"),
    )


@pytest.fixture
def live():
    with httpx.Client(transport=httpx.MockTransport(app)) as client:
        return [seen(response) for response in requests(client)]


@pytest.mark.parametrize("suffix", [".yaml"])
def test_plain_vcrpy_replays_what_was_recorded_here(tmp_path, live, suffix):
    path = tmp_path / f"shop{suffix}"
    with (
        open_cassette(path, "record") as cassette,
        httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(app))) as client,
    ):
        assert [seen(response) for response in requests(client)] == live
    with vcr.use_cassette(str(path), record_mode="none"), httpx.Client() as client:
        assert [seen(response) for response in requests(client)] == live


@pytest.mark.parametrize("serializer", ["yaml"])
def test_what_plain_vcrpy_recorded_is_replayed_here(tmp_path, live, serializer):
    path = tmp_path / f"shop.{serializer}"
    with (
        vcr.use_cassette(str(path), serializer=serializer),
        httpx.Client(transport=httpx.MockTransport(app)) as client,
    ):
        list(requests(client))
    with (
        open_cassette(path) as cassette,
        httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(app))) as client,
    ):
        assert [seen(response) for response in requests(client)] == live
