from __future__ import annotations

import hashlib
import sys
import threading
from base64 import b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from intkit.clients.connection import Resilience
from intkit.clients.oauth import ClientCredentials, JwtAssertion, RefreshToken
from intkit.clients.sign_in import AuthorizationCode, SignIn
from intkit.errors import ApiError, ConnectError, CredentialError, ExtraMissing
from tests.clients.shop import StillClock, client_of, orders

TOKEN_URL = "https://login.shop.example/token"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.setenv("CLIENT_SECRET", "application-secret-4711")
    return tmp_path


class Issuer:
    """A token endpoint and the API behind it. Tokens are `token-1`, `token-2` …; each is one it gave last."""

    def __init__(self, lifetime=600, rotating=False):
        self.forms = []
        self.headers = []
        self.lifetime = lifetime
        self.rotating = rotating
        self.valid = None
        self.refused = 0
        self.answered = []

    def __call__(self, request):
        if request.url.host == "login.shop.example":
            return self.give(request)
        if request.headers.get("authorization") != f"Bearer {self.valid}":
            self.refused += 1
            return httpx.Response(401, json={"error": {"message": "expired"}})
        self.answered.append(request)
        return httpx.Response(200, json=orders(1))

    def give(self, request):
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        self.forms.append(form)
        self.headers.append(request.headers)
        if (
            self.rotating
            and len(self.forms) > 1
            and form.get("refresh_token") != f"refresh-token-{len(self.forms) - 1}"
        ):
            return httpx.Response(400, json={"error": "invalid_grant", "error_description": "Token was used"})
        self.valid = f"access-token-{len(self.forms)}"
        answer = {
            "access_token": self.valid,
            "expires_in": self.lifetime,
            "token_type": "Bearer",
            "scope": "read",
        }
        if self.rotating:
            answer["refresh_token"] = f"refresh-token-{len(self.forms)}"
        return httpx.Response(200, json=answer)


def credentials(**options):
    return ClientCredentials(
        token_url=TOKEN_URL, client_id="app", client_secret="env:CLIENT_SECRET", **options
    )


def test_client_credentials_fetch_one_token_for_many_calls():
    issuer = Issuer()
    client = client_of(issuer, auth=credentials(scope="read"))
    for _ in range(3):
        assert client.get("/orders").status_code == 200
    assert issuer.forms == [
        {
            "grant_type": "client_credentials",
            "client_id": "app",
            "client_secret": "application-secret-4711",
            "scope": "read",
        }
    ]


def test_id_and_secret_can_go_as_basic_authentication():
    issuer = Issuer()
    client_of(issuer, auth=credentials(basic=True)).get("/orders")
    assert issuer.forms == [{"grant_type": "client_credentials"}]
    assert (
        b64decode(issuer.headers[0]["authorization"].removeprefix("Basic ")) == b"app:application-secret-4711"
    )


def test_a_token_call_has_the_connection_s_patience():
    issuer, asked = Issuer(), []
    client = client_of(
        lambda request: asked.append(request) or issuer(request),
        auth=credentials(),
        resilience=Resilience(timeout=7, deadline=60),
    )
    client.get("/orders")
    assert [request.extensions["timeout"]["read"] for request in asked] == [7, 7]


def test_a_token_is_fetched_anew_before_it_expires():
    issuer, clock = Issuer(lifetime=600), StillClock()
    client = client_of(issuer, clock, auth=credentials())
    for seconds in (0, 500, 80, 0):
        clock.sleep(seconds)
        client.get("/orders")
    assert len(issuer.forms) == 2
    assert issuer.refused == 0


def test_a_refused_token_is_replaced_and_the_call_sent_once_more():
    issuer = Issuer()
    client = client_of(issuer, auth=credentials(), idempotency="Idempotency-Key")
    client.get("/orders")
    issuer.valid = "revoked"
    assert client.post("/orders", json={"a": 1}).status_code == 200
    assert issuer.refused == 1
    assert issuer.answered[-1].content == b'{"a":1}'


def test_a_call_that_stays_refused_is_sent_only_twice():
    issuer = Issuer()
    issuer.give = lambda request: httpx.Response(200, json={"access_token": "never-valid"})
    with pytest.raises(ApiError, match="401"):
        client_of(issuer, auth=credentials()).records("/orders")
    assert issuer.refused == 2


def test_many_threads_fetch_one_token():
    issuer = Issuer()
    client = client_of(issuer, auth=credentials())
    with ThreadPoolExecutor(8) as pool:
        assert {each.status_code for each in pool.map(lambda _: client.get("/orders"), range(32))} == {200}
    assert len(issuer.forms) == 1


def rotating(project, **options):
    (project / "token").write_text("refresh-token-0")
    return RefreshToken(token_url=TOKEN_URL, client_id="app", refresh_token="file:token", **options)


def test_a_rotated_refresh_token_is_written_back_and_used_next(project):
    issuer, clock = Issuer(rotating=True), StillClock()
    client = client_of(issuer, clock, auth=rotating(project))
    client.get("/orders")
    assert (project / "token").read_text() == "refresh-token-1"
    clock.sleep(3600)
    client.get("/orders")
    assert [form["refresh_token"] for form in issuer.forms] == ["refresh-token-0", "refresh-token-1"]
    assert (project / "token").read_text() == "refresh-token-2"


def test_another_process_finds_the_rotated_token(project):
    issuer = Issuer(rotating=True)
    auth = rotating(project)
    client_of(issuer, auth=auth).get("/orders")
    assert client_of(issuer, auth=auth).get("/orders").status_code == 200


def test_a_token_endpoint_that_says_no_is_quoted(project):
    issuer = Issuer(rotating=True)
    client_of(issuer, auth=rotating(project)).get("/orders")
    with pytest.raises(ApiError, match="Token was used") as caught:
        client_of(issuer, auth=rotating(project)).get("/orders")
    assert caught.value.code == "invalid_grant"


def test_a_refresh_token_that_cannot_be_written_back_is_refused():
    with pytest.raises(CredentialError, match="cannot be kept in the environment"):
        RefreshToken(token_url=TOKEN_URL, refresh_token="env:TOKEN")


def test_a_client_secret_written_out_is_refused():
    with pytest.raises(CredentialError, match="never written out"):
        ClientCredentials(token_url=TOKEN_URL, client_secret="application-secret-4711")


def test_a_signed_statement_is_exchanged_for_a_token(monkeypatch):
    monkeypatch.setenv("SIGNING_KEY", "0123456789abcdef0123456789abcdef")
    issuer, clock = Issuer(), StillClock()
    auth = JwtAssertion(
        token_url=TOKEN_URL, key="env:SIGNING_KEY", issuer="robot", algorithm="HS256", key_id="k1"
    )
    client_of(issuer, clock, auth=auth).get("/orders")
    statement = issuer.forms[0]["assertion"]
    claims = jwt.decode(statement, "0123456789abcdef0123456789abcdef", algorithms=["HS256"], audience=TOKEN_URL,
                        options={"verify_exp": False, "verify_iat": False})  # fmt: skip
    assert claims == {
        "iss": "robot",
        "sub": "robot",
        "aud": TOKEN_URL,
        "iat": clock.time,
        "exp": clock.time + 300,
    }
    assert jwt.get_unverified_header(statement)["kid"] == "k1"
    assert issuer.forms[0]["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(200, json={"token": "x"}), "holds no access_token"),
        (httpx.Response(200, text="<html>"), "holds no access_token"),
        (httpx.Response(503, text="<title>Down</title>"), "503 Service Unavailable"),
    ],
)
def test_a_token_endpoint_that_gives_none_is_said(answer, said):
    issuer = Issuer()
    issuer.give = lambda request: answer
    with pytest.raises(ApiError, match=said):
        client_of(issuer, auth=credentials()).get("/orders")


def test_a_no_of_the_token_endpoint_under_200_is_quoted():
    issuer = Issuer()
    refusal = {"error": "bad_verification_code", "error_description": "The code is over"}
    issuer.give = lambda request: httpx.Response(200, json=refusal)
    client = client_of(issuer, auth=credentials())
    with pytest.raises(ApiError, match="It says: The code is over") as caught:
        client.get("/orders")
    assert caught.value.code == "bad_verification_code"
    assert "The code is over" in client.token_calls[0].said


@pytest.mark.parametrize(("lifetime", "fetched"), [("600", 2), ("soon", 1), (None, 1)])
def test_a_lifetime_may_be_a_text_or_not_be_said(lifetime, fetched):
    issuer, clock = Issuer(lifetime), StillClock()
    client = client_of(issuer, clock, auth=credentials())
    client.get("/orders")
    clock.sleep(590)
    client.get("/orders")
    assert len(issuer.forms) == fetched


def test_a_token_endpoint_that_is_not_there_is_said():
    issuer = Issuer()

    def nobody(request):
        raise httpx.ConnectError("refused")

    issuer.give = nobody
    with pytest.raises(
        ApiError, match=r"POST https://login\.shop\.example/token was not answered: ConnectError"
    ):
        client_of(issuer, auth=credentials()).get("/orders")


def test_signing_a_statement_without_its_package_names_the_extra(monkeypatch):
    monkeypatch.setenv("SIGNING_KEY", "0123456789abcdef0123456789abcdef")
    monkeypatch.setitem(sys.modules, "jwt", None)
    auth = JwtAssertion(token_url=TOKEN_URL, key="env:SIGNING_KEY", issuer="robot")
    with pytest.raises(ExtraMissing, match="needs the PyJWT package"):
        client_of(Issuer(), auth=auth).get("/orders")


def test_the_refresh_token_can_be_kept_elsewhere(project):
    (project / "other").write_text("refresh-token-0")
    auth = rotating(project).with_key("file:other")
    client_of(Issuer(rotating=True), auth=auth).get("/orders")
    assert (project / "other").read_text() == "refresh-token-1"
    assert (project / "token").read_text() == "refresh-token-0"


def test_replay_fetches_no_token(monkeypatch):
    monkeypatch.delenv("CLIENT_SECRET")
    asked = []

    def app(request):
        asked.append(request)
        return httpx.Response(200, json=orders(1))

    client_of(app, auth=credentials(), mode="replay").get("/orders")
    assert [request.headers["authorization"] for request in asked] == ["Bearer <ACCESS_TOKEN>"]


def test_token_calls_are_noted_without_their_secrets():
    client = client_of(Issuer(), auth=credentials())
    client.get("/orders")
    (call,) = client.token_calls
    assert (call.url, call.grant, call.status, call.said) == (TOKEN_URL, "client_credentials", 200, "a token")
    assert "access-token" not in repr(client.token_calls)


def signing_in(**options):
    return AuthorizationCode(
        token_url=TOKEN_URL, authorize_url="https://login.shop.example/authorize", client_id="app",
        refresh_token="file:token", **options,
    )  # fmt: skip


def test_before_the_first_sign_in_the_way_on_is_named():
    with pytest.raises(CredentialError, match="Nobody has signed in yet") as caught:
        client_of(Issuer(), auth=signing_in()).get("/orders")
    assert "client.sign_in()" in caught.value.remedy


def test_a_person_signs_in_by_browser_on_this_machine(project, monkeypatch, unused_port):
    issuer = Issuer(rotating=True)

    def browser(address):
        query = parse_qs(urlsplit(address).query)
        back = f"{query['redirect_uri'][0]}?code=the-code&state={query['state'][0]}"
        threading.Thread(target=httpx.get, args=(back,), kwargs={"trust_env": False}).start()
        browser.challenge = query["code_challenge"][0]

    monkeypatch.setattr("webbrowser.open", browser)
    monkeypatch.setattr("intkit.clients.sign_in._WAIT_SECONDS", 10)
    client = client_of(issuer, auth=signing_in(port=unused_port))
    client.sign_in()
    form = issuer.forms[0]
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert urlsafe_b64encode(digest).rstrip(b"=").decode() == browser.challenge
    assert (form["grant_type"], form["code"]) == ("authorization_code", "the-code")
    assert (project / "token").read_text() == "refresh-token-1"
    assert client.get("/orders").status_code == 200
    assert len(issuer.forms) == 1


def test_the_address_can_be_pasted_by_hand(project, monkeypatch, capsys):
    issuer = Issuer(rotating=True)
    monkeypatch.setattr("builtins.input", lambda _: "the-code ")
    client_of(issuer, auth=signing_in()).sign_in(paste=True)
    assert issuer.forms[0]["code"] == "the-code"
    assert "https://login.shop.example/authorize?response_type=code" in capsys.readouterr().out


def test_pasting_where_nobody_is_says_so(monkeypatch):
    def nobody(_):
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(ConnectError, match="Nobody is here to paste"):
        client_of(Issuer(), auth=signing_in()).sign_in(paste=True)


@pytest.mark.parametrize(
    ("back", "said"),
    [
        ("/?error=access_denied&error_description=No+thanks", "refused: 'No thanks'"),
        ("/?code=x&state=forged", "does not belong"),
    ],
)
def test_what_comes_back_wrong_is_refused(back, said):
    attempt = SignIn(signing_in(), "app")
    with pytest.raises(ConnectError, match=said):
        attempt.finish(back, lambda *_: {}, 0.0)


def test_a_browser_that_does_not_come_back_is_not_waited_for_for_ever(unused_port, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    with pytest.raises(ConnectError, match="did not come back"):
        SignIn(signing_in(port=unused_port), "app").wait(0.01)


def test_an_api_without_sign_in_says_so():
    with pytest.raises(ConnectError, match="has no sign-in by browser"):
        client_of(Issuer(), auth=credentials()).sign_in()
