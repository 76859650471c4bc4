import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intkit.redaction import Redactor, blank, find_secrets, forget_secrets, known_secrets, register_secret

ASK = ("GET", "https://api.shop.example/v1/things")


@pytest.fixture(autouse=True)
def _no_secrets():
    forget_secrets()
    yield
    forget_secrets()


def answer(body, kind="application/json", redactor=None):
    return (redactor or Redactor()).response(ASK, [("Content-Type", kind)], body.encode())[1].decode()


def test_a_registered_secret_becomes_its_name():
    register_secret("sesame-opens", "CAVE_KEY")
    assert blank("say sesame-opens, twice: sesame-opens") == "say <CAVE_KEY>, twice: <CAVE_KEY>"
    assert known_secrets() == {"sesame-opens": "CAVE_KEY"}


def test_a_short_value_is_not_searched_for_because_it_would_spoil_other_text():
    register_secret("js", "TINY")
    register_secret("", "EMPTY")
    assert blank("a json file") == "a json file"


def test_a_private_key_is_a_secret_line_by_line():
    lines = [
        "-----BEGIN PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        "BKcwggSjAgEAAoIBAQC7",
        "-----END PRIVATE KEY-----",
    ]
    register_secret("\n".join(lines), "SIGNING_KEY")
    assert blank("\n".join(lines)) == "<SIGNING_KEY>"
    assert (
        blank(f"key: |\n    {lines[0]}\n    {lines[1]}\n") == f"key: |\n    {lines[0]}\n    <SIGNING_KEY>\n"
    )
    assert find_secrets(f"a: |\n  {lines[1]}\n".encode())[0].name == "SIGNING_KEY"


def test_the_longest_secret_goes_first():
    register_secret("sesame-opens", "SHORT")
    register_secret("sesame-opens-all", "LONG")
    assert blank("sesame-opens-all") == "<LONG>"


def test_a_percent_encoded_secret_gets_a_percent_encoded_placeholder():
    register_secret("open sesame/1", "CAVE_KEY")
    assert blank("?q=open%20sesame%2F1&r=open+sesame%2f1") == "?q=%3CCAVE_KEY%3E&r=%3CCAVE_KEY%3E"


def test_base64_around_a_secret_goes_as_a_whole():
    register_secret("sesame-opens", "CAVE_KEY")
    assert blank("Basic YWxpOnNlc2FtZS1vcGVucw== now") == "Basic <CAVE_KEY> now"


@given(st.text(min_size=8, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_no_registered_secret_survives_blanking(secret, before, after):
    forget_secrets()
    register_secret(secret, "X")
    text = blank(before + secret + after)
    assert secret not in text or secret in "<X>"
    assert secret.encode("utf-8", "replace") not in blank(
        json.dumps({"a": secret}, ensure_ascii=False)
    ).encode("utf-8", "replace")


@given(st.binary(min_size=1, max_size=30), st.integers(0, 5), st.integers(0, 5))
def test_a_secret_is_found_in_base64_at_any_offset(noise, before, after):
    import base64

    content = base64.b64encode(noise[:1] * before + b"sesame-opens-the-cave" + noise[:1] * after)
    assert find_secrets(b"a: " + content + b"\n", {"sesame-opens-the-cave": "KEY"})


def test_a_leak_names_the_place_and_not_the_value():
    register_secret("sesame-opens", "CAVE_KEY")
    leak = find_secrets(b"one\ntwo sesame-opens\n")[0]
    assert str(leak) == "CAVE_KEY, plain, line 2"
    assert "sesame-opens" not in repr(leak)


def test_base64_broken_over_lines_is_searched_too():
    import base64

    content = b"body: !!binary |\n    " + b"\n    ".join(
        base64.b64encode(b"\xff" * 50 + b"sesame-opens" + b"\xff" * 50)[i : i + 20] for i in range(0, 152, 20)
    )
    assert find_secrets(content, {"sesame-opens": "KEY"})


def test_json_numbers_keep_their_spelling_beside_a_blanked_field():
    body = answer(
        '{"password": "hunter2", "price": 1.10, "huge": 123456789012345678901234567890, "tiny": 1E-7}'
    )
    assert '"price":1.10' in body
    assert '"huge":123456789012345678901234567890' in body
    assert '"tiny":1E-7' in body
    assert "hunter2" not in body


def test_a_body_without_secrets_comes_back_byte_for_byte():
    body = ' {"a" : 1.10,\n"b":"\\u00e9\\/" } '
    assert answer(body) == body


def test_the_same_secret_gets_the_same_placeholder_wherever_it_stands():
    body = json.loads(answer('{"access_token": "tok-1234567890", "note": "use tok-1234567890."}'))
    assert body["note"] == f"use {body['access_token']}."


def test_placeholders_do_not_depend_on_the_value():
    assert answer('{"access_token": "tok-1234567890"}') == answer('{"access_token": "another-0987654321"}')


def test_two_secrets_at_one_place_are_kept_apart():
    both = json.loads(answer('{"a": {"token": "aaaa1111bbbb2222c"}, "b": {"token": "dddd3333eeee4444f"}}'))
    assert both["a"]["token"] != both["b"]["token"]


def test_blanking_twice_is_blanking_once():
    once = answer('{"access_token": "tok-1234567890", "password": "x"}')
    assert answer(once) == once


@pytest.mark.parametrize(
    "name", ["password", "Client-Secret", "accessToken", "refresh_token", "api-key", "PRIVATE_KEY"]
)
def test_field_names_are_known_however_they_are_written(name):
    assert "hunter2" not in answer(json.dumps({"deep": [{name: "hunter2"}]}))


@pytest.mark.parametrize("shown", ["6787", "0042", "**** **** **** 6787", "xxxx-6787", 6787])
def test_the_last_four_digits_of_a_card_are_no_secret(shown):
    body = json.dumps({"details": {"cardNumber": shown, "card_number": shown}})
    assert answer(body) == body


@pytest.mark.parametrize(
    "body",
    [
        '{"cardNumber": "%s"}',
        '{"card": {"number": "%s", "exp_month": 12}}',
        "<card><number>%s</number></card>",
        '{"cardNumber": "no digits, %s"}',
    ],
)
@pytest.mark.parametrize("number", ["4242424242424242", "5555 5555 5555 4444", "3782-822463-10005"])
def test_a_whole_card_number_is_a_secret(body, number):
    assert number not in answer(body % number, "application/xml" if body[0] == "<" else "application/json")


@pytest.mark.parametrize("number", ["2026-0001", "4242424242424241", "1234567890123", "F4242", "424242"])
def test_other_numbers_are_none(number):
    assert answer(f'{{"number": "{number}"}}') == f'{{"number": "{number}"}}'


def test_secrets_of_any_json_type_are_blanked():
    assert json.loads(answer('{"otp": 123456, "password": 1.5, "secret": ["a1", "b2"], "pwd": null}')) == {
        "otp": "REDACTED",
        "password": "REDACTED",
        "secret": ["REDACTED", "REDACTED"],
        "pwd": None,
    }


def test_hostile_nesting_does_not_break_the_redactor():
    assert answer("[" * 100_000 + '{"password": "hunter2"}').endswith('{"password": "REDACTED"}')


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "Authorisation",
        "api_key",
        "X-Auth-Token",
        "sig",
        "access_token",
        "key",
        "X-CSRF-Token",
    ],
)
def test_parameters_that_carry_secrets_are_known(name):
    assert (
        Redactor().url(f"https://api.shop.example/?{name}=abc&a=")
        == f"https://api.shop.example/?{name}=REDACTED&a="
    )


@pytest.mark.parametrize(
    "name",
    [
        "author",
        "author_id",
        "page_token",
        "nextPageToken",
        "sort_key",
        "idempotency_key",
        "pageToken",
        "cursor",
    ],
)
def test_parameters_that_carry_none_stay(name):
    assert Redactor().url(f"https://api.shop.example/?{name}=abc") == f"https://api.shop.example/?{name}=abc"


@pytest.mark.parametrize("key", ["shop-secret-4711", "%3CSHOP_KEY%3E", "REDACTED"])
def test_the_key_of_a_request_is_one_word_so_that_a_replay_without_it_matches(key):
    register_secret("shop-secret-4711", "SHOP_KEY")
    redactor = Redactor()
    assert redactor.url(f"https://shop.example/?api_key={key}") == "https://shop.example/?api_key=REDACTED"
    body = b'{"api_key": "%s"}' % key.replace("%3C", "<").replace("%3E", ">").encode()
    _, _, sent = redactor.request(
        "POST", "https://shop.example/", [("content-type", "application/json")], body
    )
    assert b"REDACTED" in sent
    assert b"SHOP_KEY" not in sent
