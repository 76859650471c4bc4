"""The files go both ways with plain vcrpy."""

import gzip
import zlib

import httpx
import pytest
import vcr
from hypothesis import given
from hypothesis import strategies as st
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from intkit.cassettes import RecordingTransport, open_cassette
from intkit.cassettes.exchange import Exchange, RecordedRequest, RecordedResponse
from intkit.cassettes.vcr_format import read_yaml, write_yaml

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


NOT_TEXT = ("/binary", "/utf16", "/name")


def app(request):
    answer = ANSWERS[request.url.path]
    return httpx.Response(answer.status_code, headers=answer.headers.raw, content=answer.content)


def requests(client, paths):
    for path in paths:
        yield client.get(URL + path)
    yield client.get(f"{URL}/moved", follow_redirects=True)
    yield client.head(f"{URL}/text")
    yield client.post(f"{URL}/json", json={"b": 1, "a": "x"})
    yield client.post(f"{URL}/json", data={"b": "1", "a": "ü"})
    if "/binary" in paths:
        yield client.put(f"{URL}/text", content=b"\x00\xff")


def seen(response):
    body = response.json() if "json" in response.headers.get("content-type", "") else response.content
    headers = response.headers
    return (
        response.status_code,
        body,
        headers.get_list("x-count"),
        headers.get("content-disposition"),
        str(response.url),
    )


def paths_for(suffix):
    return [path for path in ANSWERS if suffix == "yaml" or path not in NOT_TEXT]


def live(suffix):
    with httpx.Client(transport=httpx.MockTransport(app)) as client:
        return [seen(response) for response in requests(client, paths_for(suffix))]


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_plain_vcrpy_replays_what_was_recorded_here(tmp_path, suffix):
    path, paths, expected = tmp_path / f"shop.{suffix}", paths_for(suffix), live(suffix)
    with open_cassette(path, "record") as cassette:
        client = httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(app)))
        assert [seen(response) for response in requests(client, paths)] == expected
    with vcr.use_cassette(str(path), record_mode="none", serializer=suffix), httpx.Client() as client:
        assert [seen(response) for response in requests(client, paths)] == expected


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_what_plain_vcrpy_recorded_is_replayed_here(tmp_path, suffix):
    path, paths = tmp_path / f"shop.{suffix}", paths_for(suffix)
    with (
        vcr.use_cassette(str(path), serializer=suffix),
        httpx.Client(transport=httpx.MockTransport(app)) as client,
    ):
        list(requests(client, paths))
    client = httpx.Client(transport=RecordingTransport(open_cassette(path), None))
    assert [seen(response) for response in requests(client, paths)] == live(suffix)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_compressed_bodies_go_both_ways(tmp_path, encoding):
    packed = gzip.compress(b'{"a": 1}') if encoding == "gzip" else zlib.compress(b'{"a": 1}')
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    wire = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=packed))
    with open_cassette(tmp_path / "ours.yaml", "record") as cassette:
        httpx.Client(transport=RecordingTransport(cassette, wire)).get(URL)
    with vcr.use_cassette(str(tmp_path / "theirs.yaml")), httpx.Client(transport=wire) as client:
        client.get(URL)
    with vcr.use_cassette(str(tmp_path / "ours.yaml"), record_mode="none"), httpx.Client() as client:
        assert client.get(URL).json() == {"a": 1}
    player = httpx.Client(transport=RecordingTransport(open_cassette(tmp_path / "theirs.yaml"), None))
    assert player.get(URL).json() == {"a": 1}


def test_repeats_go_both_ways(tmp_path):
    answers = iter(range(100))
    wire = httpx.MockTransport(lambda _: httpx.Response(200, text=str(next(answers))))
    with open_cassette(tmp_path / "ours.yaml", "record") as cassette:
        client = httpx.Client(transport=RecordingTransport(cassette, wire))
        ours = [client.get(URL).text for _ in range(3)]
    with vcr.use_cassette(str(tmp_path / "theirs.yaml")), httpx.Client(transport=wire) as client:
        theirs = [client.get(URL).text for _ in range(3)]
    with vcr.use_cassette(str(tmp_path / "ours.yaml"), record_mode="none"), httpx.Client() as client:
        assert [client.get(URL).text for _ in range(3)] == ours
    player = httpx.Client(transport=RecordingTransport(open_cassette(tmp_path / "theirs.yaml"), None))
    assert [player.get(URL).text for _ in range(3)] == theirs


HEADER_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
EXCHANGES = st.builds(
    Exchange,
    st.builds(
        RecordedRequest,
        st.sampled_from(["GET", "POST"]),
        st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20).map(
            lambda path: f"{URL}/{path}"
        ),
        st.tuples(st.tuples(st.sampled_from(["Accept", "X-A"]), HEADER_TEXT)),
        st.binary(max_size=40),
    ),
    st.builds(
        RecordedResponse,
        st.integers(200, 599),
        st.text(max_size=10).filter(lambda text: text.isprintable()),
        st.lists(st.tuples(st.sampled_from(["Date", "Link"]), HEADER_TEXT), max_size=3)
        .map(sorted)
        .map(tuple),
        st.binary(max_size=40) | st.text(max_size=80).map(str.encode),
    ),
)


@given(st.lists(EXCHANGES, max_size=3))
def test_what_is_written_is_read_again_exactly(exchanges):
    assert read_yaml(write_yaml(exchanges, {"exchanges": len(exchanges)}))[0] == exchanges


@given(st.text(max_size=200))
def test_plain_vcrpy_reads_every_text_as_it_was(text):
    exchange = Exchange(RecordedRequest("GET", URL), RecordedResponse(200, body=text.encode()))
    _, responses, *_ = deserialize(write_yaml([exchange], {}), yamlserializer)
    assert responses[0]["body"]["string"] == text.encode()
