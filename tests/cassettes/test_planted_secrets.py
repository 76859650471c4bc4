"""A corpus of planted secrets: none of them may reach a file, an error, a log or the caller."""

import gzip
import json
import zlib
from urllib.parse import quote
from xml.sax.saxutils import escape

import httpx
import pytest

from intkit.cassettes import RecordingTransport, open_cassette
from intkit.errors import CassetteError, ExchangeMissing, SecretFound
from intkit.redaction import forget_secrets, register_secret
from tests.cassettes.planted import KINDS, SPELLINGS, holds

HOST = "https://api.shop.example"
JSON = {"Content-Type": "application/json"}
XML = {"Content-Type": "application/xml"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=cut"}


def ascii_only(text):
    return text if text.isascii() else quote(text, safe=" /")


PLACES = {
    "auth header": lambda s: ({"Authorization": f"Bearer {ascii_only(s)}"}, b""),
    "key header": lambda s: ({"X-Api-Key": ascii_only(s)}, b""),
    "unknown header": lambda s: ({"X-Shop-Thing": ascii_only(s)}, b""),
    "known header": lambda s: ({"Content-Language": ascii_only(s)}, b""),
    "link header": lambda s: ({"Link": f'<{HOST}/next?cursor={quote(s)}>; rel="next"'}, b""),
    "location header": lambda s: ({"Location": f"{HOST}/to?token={quote(s)}"}, b""),
    "cookie": lambda s: ({"Set-Cookie": f"sid={quote(s)}; Path=/", "Cookie": f"sid={quote(s)}"}, b""),
    "json": lambda s: (JSON, json.dumps({"note": [{"text": f"see {s}!"}]}).encode()),
    "form": lambda s: (FORM, f"a=1&comment={quote(s)}&b=2".encode()),
    "multipart": lambda s: (
        PARTS,
        f'--cut\r\nContent-Disposition: form-data; name="x"\r\n\r\n{s}\r\n--cut--\r\n'.encode(),
    ),
    "xml": lambda s: (XML, f"<a><b>{escape(s)}</b></a>".encode()),
    "text": lambda s: ({"Content-Type": "text/plain"}, f"the key is {s}.".encode()),
    "binary": lambda s: ({"Content-Type": "application/octet-stream"}, b"\xff\x00" + s.encode() + b"\xfe"),
    "gzip": lambda s: ({**JSON, "Content-Encoding": "gzip"}, gzip.compress(json.dumps({"a": s}).encode())),
    "deflate": lambda s: (
        {**JSON, "Content-Encoding": "deflate"},
        zlib.compress(json.dumps({"a": s}).encode()),
    ),
}


@pytest.fixture(autouse=True)
def _no_secrets():
    forget_secrets()
    yield
    forget_secrets()


def record(path, exchanges, mode="record"):
    """Record (request headers, request body, response headers, response body) and give back what was seen."""
    answers = iter(exchanges)
    seen = []

    def app(request):
        _, _, headers, body = next(answers)
        return httpx.Response(200, headers=headers, content=body)

    with open_cassette(path, mode) as cassette:
        http = httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(app)))
        for number, (headers, body, _, _) in enumerate(exchanges):
            response = http.post(f"{HOST}/{number}", headers=headers, content=body)
            http.cookies.clear()
            seen += [repr(response.headers.raw).encode(), response.content]
    return b"\n".join(seen)


@pytest.mark.parametrize("kind", KINDS)
def test_a_registered_secret_is_found_in_every_place_and_spelling(tmp_path, kind, caplog):
    secret, path = KINDS[kind], tmp_path / "shop.yaml"
    register_secret(secret, "SHOP_KEY")
    spelt = [place(spell(secret)) for place in PLACES.values() for spell in SPELLINGS.values()]
    with caplog.at_level("DEBUG"):
        seen = record(path, [({}, b"", *each) for each in spelt] + [(*each, {}, b"") for each in spelt])
    assert not holds(path.read_bytes(), secret)
    assert not holds(seen, secret)
    assert not holds(caplog.text.encode(), secret)
    assert path.read_text().count("uri:") == 2 * len(spelt)


TELLING = {
    "authorization": lambda s: ({"Authorization": f"Token {ascii_only(s)}"}, b""),
    "api key header": lambda s: ({"X-Shop-Api-Key": ascii_only(s)}, b""),
    "unknown header": lambda s: ({"X-Whatever": ascii_only(s)}, b""),
    "cookie": lambda s: ({"Set-Cookie": f"sid={quote(s)}; Path=/", "Cookie": f"sid={quote(s)}"}, b""),
    "location": lambda s: ({"Location": f"{HOST}/to?access_token={quote(s)}&a=1"}, b""),
    "link": lambda s: ({"Link": f'<{HOST}/next?page=2&api_key={quote(s)}>; rel="next"'}, b""),
    "token endpoint": lambda s: (JSON, json.dumps({"access_token": s, "expires_in": 3600}).encode()),
    "nested json": lambda s: (
        {"Content-Type": "application/vnd.api+json; charset=utf-8"},
        json.dumps({"data": [{"attributes": {"Client-Secret": s}}]}).encode(),
    ),
    "event stream": lambda s: (
        {"Content-Type": "text/event-stream"},
        f'data: {{"password": {json.dumps(s)}}}\n\n'.encode(),
    ),
    "form": lambda s: (FORM, f"user=u&password={quote(s)}".encode()),
    "nested form": lambda s: (FORM, f"card[cvc]={quote(s)}".encode()),
    "multipart": lambda s: (
        PARTS,
        f'--cut\r\nContent-Disposition: form-data; name="api_key"\r\n\r\n{s}\r\n--cut--\r\n'.encode(),
    ),
    "xml": lambda s: (XML, f"<a><ns:password x='1'>{escape(s)}</ns:password></a>".encode()),
    "json in json": lambda s: (JSON, json.dumps({"payload": json.dumps({"user": {"password": s}})}).encode()),
    "json in a form": lambda s: (FORM, f"payload={quote(json.dumps({'api_key': s}))}".encode()),
    "cdata": lambda s: (XML, f"<a><Password><![CDATA[{s.replace('<', '')}]]></Password></a>".encode()),
    "attribute": lambda s: (
        XML,
        f'<login password="{escape(s)}" user="u"/>'.encode().replace(b'"ss', b"&quot;ss"),
    ),
    "fragment": lambda s: ({"Location": f"{HOST}/back#access_token={quote(s)}&state=1"}, b""),
    "broken json": lambda s: (JSON, f'{{"secret": {json.dumps(s)}, "cut'.encode()),
    "gzip": lambda s: (
        {**JSON, "Content-Encoding": "gzip"},
        gzip.compress(json.dumps({"token": "x", "api_key": s}).encode()),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_secret_is_told_by_its_place(tmp_path, kind):
    secret, path = KINDS[kind], tmp_path / "shop.yaml"
    places = [place(secret) for place in TELLING.values()]
    record(path, [({}, b"", *each) for each in places] + [(*each, {}, b"") for each in places])
    assert not holds(path.read_bytes(), secret)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"password", "phrase", "hex", "session", "aws_secret"}))
def test_an_unknown_secret_is_told_by_its_form(tmp_path, kind):
    secret, path = KINDS[kind], tmp_path / "shop.yaml"
    bodies = [f"log: {secret}, and so on", json.dumps({"note": secret}), f"<a>{secret}</a>"]
    record(path, [({}, body.encode(), {}, body.encode()) for body in bodies])
    assert not holds(path.read_bytes(), secret)


def test_user_and_password_of_an_address_are_not_kept(tmp_path):
    path = tmp_path / "shop.yaml"
    with open_cassette(path, "record") as cassette:
        app = httpx.MockTransport(lambda _: httpx.Response(200, text="see https://bob:hunter22@db.example/x"))
        httpx.Client(transport=RecordingTransport(cassette, app)).get("https://bob:hunter22@shop.example/")
    assert b"hunter22" not in path.read_bytes()
    assert b"Basic" not in path.read_bytes()


def test_a_token_that_an_answer_gives_is_sent_to_its_own_site_and_to_no_other(tmp_path):
    sent = []

    def app(request):
        sent.append(f"{request.url} {request.headers.get('authorization')} {request.content.decode()}")
        return httpx.Response(200, json={"access_token": "tok-1234567890abcdef"})

    with open_cassette(tmp_path / "shop.yaml", "record") as cassette:
        http = httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(app)))
        token = http.post("https://auth.shop.example/token").json()["access_token"]
        http.get("https://api.shop.example/me", headers={"Authorization": f"Bearer {token}"})
        http.post("https://api.shop.example/me", json={"token": token})
        http.get("https://evil.example/", headers={"Authorization": f"Bearer {token}"})
    assert token.startswith("REDACTED-access_token-")
    assert "Bearer tok-1234567890abcdef" in sent[1]
    assert '"tok-1234567890abcdef"' in sent[2]
    assert "tok-1234567890abcdef" not in sent[3]


def test_a_token_chain_replays(tmp_path):
    def app(request):
        return httpx.Response(
            200,
            json={"download_url": f"{HOST}/file?token=abcdefgh12345678", "done": request.url.query.decode()},
        )

    def calls(http):
        first = http.get(f"{HOST}/start").json()
        return [first, http.get(first["download_url"]).json()]

    with open_cassette(tmp_path / "shop.yaml", "record") as cassette:
        recorded = calls(httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(app))))
    with open_cassette(tmp_path / "shop.yaml") as cassette:
        assert calls(httpx.Client(transport=RecordingTransport(cassette, None))) == recorded
    assert "abcdefgh12345678" not in str(recorded)


def test_a_miss_says_no_secret(tmp_path):
    register_secret("correct horse battery", "SHOP_KEY")
    record(tmp_path / "shop.yaml", [({}, b"", {}, b"")])
    http = httpx.Client(transport=RecordingTransport(open_cassette(tmp_path / "shop.yaml"), None))
    with pytest.raises(ExchangeMissing) as miss:
        http.post(f"{HOST}/x?api_key=abc&q=correct%20horse%20battery", json={"password": "hunter2"})
    assert "horse" not in str(miss.value)
    assert "hunter2" not in str(miss.value)
    assert "api_key=abc" not in str(miss.value)


@pytest.mark.parametrize("kind", KINDS)
def test_no_error_text_says_a_planted_secret(tmp_path, kind):
    secret, path = KINDS[kind], tmp_path / "shop.yaml"
    register_secret(secret, "SHOP_KEY")
    spelt = [place(spell(secret)) for place in PLACES.values() for spell in SPELLINGS.values()]
    record(path, [(*spelt[0], {}, b"")])
    http = httpx.Client(transport=RecordingTransport(open_cassette(path), None))
    said = []
    for headers, body in spelt:
        with pytest.raises(ExchangeMissing) as miss:
            http.post(f"{HOST}/{quote(secret)}?q={quote(secret)}", headers=headers, content=body)
        said.append(f"{miss.value!r} {miss.value}")
    assert len(set(said)) > 1
    assert not holds("\n".join(said).encode(), secret)


@pytest.mark.parametrize("broken", [gzip.compress(b"x" * 100)[:20], b"not gzip"], ids=["cut off", "not gzip"])
def test_a_body_that_cannot_be_unpacked_is_refused_without_showing_it(tmp_path, broken):
    register_secret("open-sesame-now", "SHOP_KEY")
    packed = {
        "headers": {"Content-Encoding": "gzip"},
        "stream": httpx.ByteStream(b"open-sesame-now" + broken),
    }
    app = httpx.MockTransport(lambda _: httpx.Response(200, **packed))
    with open_cassette(tmp_path / "shop.yaml", "record") as cassette:
        http = httpx.Client(transport=RecordingTransport(cassette, app))
        with pytest.raises(CassetteError, match="cannot be recorded") as refused:
            http.get(HOST)
    assert "open-sesame-now" not in str(refused.value)
    assert not (tmp_path / "shop.yaml").exists()


@pytest.mark.parametrize("place", [{"X-open-sesame-now": "1"}, "host"])
def test_what_cannot_be_blanked_refuses_the_recording_and_names_the_place(tmp_path, place):
    register_secret("open-sesame-now", "SHOP_KEY")
    url = "https://open-sesame-now.example/" if place == "host" else HOST
    with open_cassette(tmp_path / "shop.yaml", "record") as cassette:
        app = httpx.MockTransport(lambda _: httpx.Response(200))
        http = httpx.Client(transport=RecordingTransport(cassette, app))
        with pytest.raises(SecretFound, match="SHOP_KEY, plain, line 1") as refused:
            http.get(url, headers={} if place == "host" else place)
    assert "open-sesame-now" not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_another_key_at_replay_still_matches(tmp_path):
    def call(cassette, key):
        http = httpx.Client(
            transport=RecordingTransport(
                cassette, httpx.MockTransport(lambda _: httpx.Response(200, text="ok"))
            )
        )
        return http.post(
            f"{HOST}/x?api_key={key}", json={"password": key, "a": 1}, headers={"Authorization": key}
        ).text

    with open_cassette(tmp_path / "shop.yaml", "record") as cassette:
        call(cassette, "sesame-12345678")
    with open_cassette(tmp_path / "shop.yaml") as cassette:
        assert call(cassette, "another-87654321") == "ok"
