"""What a recording looks like to who reads it, in an editor or in a diff."""

import difflib
import gzip
import json
from importlib.metadata import version

import httpx
import pytest

from intkit.cassettes import RecordingTransport, open_cassette
from intkit.cassettes.file import read_cassette

URL = "https://api.shop.example/orders"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.yaml"


def record(path, body, headers=JSON, method="GET", sent=None, **extensions):
    """Record one answer, and return what the caller got."""
    app = httpx.MockTransport(
        lambda _: httpx.Response(
            200, headers=headers, stream=httpx.ByteStream(body), extensions=extensions or None
        )
    )
    with open_cassette(path, "refresh") as cassette:
        http = httpx.Client(transport=RecordingTransport(cassette, app))
        return http.request(method, URL, content=sent, headers=headers if sent else None)


def test_json_stands_a_field_a_line_and_a_changed_field_changes_one_line(path):
    record(path, b'{"id":1,"lines":[{"sku":"tea","price":1.10}],"note":"caf\xc3\xa9"}')
    before = path.read_text(encoding="utf-8").splitlines()
    assert [line.strip() for line in before if '"' in line] == [
        '"id": 1,',
        '"lines": [',
        '"sku": "tea",',
        '"price": 1.10',
        '"note": "café"',
    ]
    record(path, b'{"id":1,"lines":[{"sku":"tea","price":1.20}],"note":"caf\xc3\xa9"}')
    after = path.read_text(encoding="utf-8").splitlines()
    changed = [line for line in difflib.ndiff(before, after) if line[:1] in "+-"]
    assert [line[1:].strip() for line in changed] == ['"price": 1.10', '"price": 1.20']


@pytest.mark.parametrize(
    "name",
    ["Digest", "Content-MD5", "Repr-Digest", "X-Hub-Signature-256", "Stripe-Signature", "X-Shop-Hmac-Sha256"],
)
def test_a_signed_body_stays_byte_for_byte_in_both_directions(path, name):
    body = b'{"b" : 1.0,\t"a":"\\u00e9" }'
    answer = record(path, body, {**JSON, name: "sha-256=abc"}, "POST", body)
    (exchange,) = read_cassette(path)[0]
    assert [answer.content, exchange.request.body, exchange.response.body] == [body] * 3


def test_what_was_compressed_is_readable_and_its_length_is_that_of_what_is_kept(path):
    packed = gzip.compress(b'{"client_secret": "a-very-long-secret-that-goes", "id": 1}')
    headers = {**JSON, "Content-Encoding": "gzip", "Content-Length": str(len(packed))}
    answer = record(path, packed, headers)
    assert answer.json()["id"] == 1
    assert "content-encoding" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content) != len(packed)
    assert '"id": 1' in path.read_text()


def test_the_answer_to_a_head_keeps_the_length_that_it_promised(path):
    assert record(path, b"", {"Content-Length": "4711"}, "HEAD").headers["content-length"] == "4711"


def test_the_metadata_say_when_from_where_by_what_how_many_and_what_is_missing(path):
    body = json.dumps({"access_token": "tok-1234567890", "email": "jane@shop.example"}).encode()
    record(path, body, {**JSON, "Date": "Thu, 01 Jan 2026 12:30:00 GMT", "Set-Cookie": "sid=abcdefgh1234"})
    assert read_cassette(path)[1] == {
        "recorded_at": "2026-01-01T12:30:00Z",
        "recorded_from": "api.shop.example",
        "recorded_by": f"intkit {version('intkit')}",
        "exchanges": 1,
        "redactions": {"cookie": 1, "field": 1},
        "personal_data": {"email": 1},
    }
    assert path.read_text().endswith("\n...\n")


def test_what_the_sandbox_gave_says_so(path):
    record(path, b"{}", routed="http://127.0.0.1:8123")
    assert read_cassette(path)[1]["recorded_from"] == "sandbox"
    assert read_cassette(path)[0][0].request.url == URL
