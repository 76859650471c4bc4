"""Every way to authenticate, at a practice server: it opens, it is replayed without a key, and a wrong one is refused."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import httpx
import pytest

from intkit.cassettes import open_cassette
from intkit.clients.auth import Auth, Basic, Bearer, HeaderKey, NoAuth, QueryKey
from intkit.clients.client import Client
from intkit.clients.connection import Connection
from intkit.clients.oauth import ClientCredentials, JwtAssertion, RefreshToken
from intkit.clients.sign_in import AuthorizationCode
from intkit.clients.signing import HmacSigned
from intkit.connections import connect
from intkit.credentials import resolve
from intkit.errors import ApiError, CredentialError
from intkit.redaction import forget_secrets
from intkit.sandbox import Sandbox
from intkit.vendors import find_vendor
from tests.clients.shop import StillClock


@dataclass(frozen=True)
class TwoHeaders(Auth):
    """A proof of an API's own kind."""

    key: str = "env:PLAYGROUND_KEY"

    def references(self):
        return (self.key,)

    def carriers(self):
        return ("X-Account", "X-Secret")

    def stamp(self, request, secret):
        request.headers.update({"X-Account": "playground", "X-Secret": secret(self.key)})


class TwoHeadersByHttpx(httpx.Auth):
    """The same, as httpx has it."""

    def auth_flow(self, request):
        request.headers.update({"X-Account": "playground", "X-Secret": resolve("env:PLAYGROUND_KEY")})
        yield request


WAYS = {
    "none": NoAuth(),
    "bearer": Bearer("env:PLAYGROUND_KEY"),
    "basic": Basic("env:PLAYGROUND_KEY", user="playground"),
    "basic, the key as user": Basic("env:PLAYGROUND_KEY", key_is_user=True),
    "header-key": HeaderKey("env:PLAYGROUND_KEY"),
    "query-key": QueryKey("env:PLAYGROUND_KEY"),
    "hmac": HmacSigned("env:PLAYGROUND_KEY"),
    "two-headers": TwoHeaders(),
}
PATH = "/next-url/readings"
SENSOR = {"sensor": 7}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(("playground", "hubspot", "exact")) as running:
        yield running


@pytest.fixture(autouse=True)
def project(sandbox, tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    monkeypatch.setenv("PLAYGROUND_KEY", sandbox.keys["playground"])
    monkeypatch.setenv("APP_SECRET", "sandbox-client-secret")
    yield tmp_path
    forget_secrets()


def client(way, auth, **options):
    connection = Connection("playground", f"https://playground.example/{way.partition(',')[0]}", auth=auth)
    return Client(connection, clock=StillClock(), **options)


def recorded(way, auth, path):
    with open_cassette(path, mode="record") as cassette:
        return list(client(way, auth, mode="record", cassette=cassette).records(PATH, params=SENSOR))


@pytest.mark.parametrize("way", WAYS)
def test_every_page_is_proven_and_a_replay_needs_no_key(sandbox, tmp_path, monkeypatch, way):
    path = tmp_path / "readings.yaml"
    records = recorded(way, WAYS[way], path)
    assert len(records) == 250
    assert sandbox.keys["playground"] not in path.read_text()
    monkeypatch.delenv("PLAYGROUND_KEY")
    with open_cassette(path) as cassette:
        replayed = client(way, WAYS[way], mode="replay", cassette=cassette)
        assert list(replayed.records(PATH, params=SENSOR)) == records


@pytest.mark.parametrize("way", [way for way in WAYS if way != "none"])
def test_another_key_is_refused_and_never_shown(monkeypatch, way):
    monkeypatch.setenv("PLAYGROUND_KEY", "another-secret-4711")
    with pytest.raises(ApiError) as caught:
        client(way, WAYS[way]).records(PATH)
    assert (caught.value.status, caught.value.code) == (401, "unauthorized")
    assert "another-secret" not in str(caught.value)


def test_any_auth_of_httpx_will_do():
    assert len(client("two-headers", TwoHeadersByHttpx()).records(PATH, params=SENSOR)) == 250


PROOFS = [(way, auth) for way, auth in WAYS.items() if way != "none"] + [("two-headers", TwoHeadersByHttpx())]


@pytest.mark.parametrize(("way", "auth"), PROOFS, ids=[type(auth).__name__ for _, auth in PROOFS])
def test_nothing_that_proves_goes_along_to_another_host(sandbox, way, auth):
    answer = client(way, auth).get("/moved")
    assert answer.url.host == "elsewhere.example"
    seen = answer.json()
    assert not {"authorization", "x-api-key", "x-signature", "x-secret"} & set(seen["headers"])
    assert sandbox.keys["playground"] not in answer.text


def with_token(kind, host="https://playground.example", path="/tokens", **words):
    described = {"client_id": "sandbox-client", "client_secret": "env:APP_SECRET", **words}
    return kind(token_url=f"{host}{path}", **described)


TOKENS = {
    "client credentials": with_token(ClientCredentials),
    "client credentials by Basic": with_token(ClientCredentials, basic=True),
    "client credentials with a scope": with_token(ClientCredentials, scope="readings.read"),
    "signed statement": with_token(
        JwtAssertion, key="env:APP_SECRET", issuer="sandbox-client", algorithm="HS256"
    ),
}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # the sandbox's secret is short
@pytest.mark.parametrize("way", TOKENS)
def test_a_token_is_fetched_once_and_its_call_never_recorded(tmp_path, monkeypatch, way):
    path = tmp_path / "readings.yaml"
    records = recorded("token", TOKENS[way], path)
    assert len(records) == 250
    assert "tokens" not in path.read_text()
    assert "access_" not in path.read_text()
    monkeypatch.delenv("APP_SECRET")
    with open_cassette(path) as cassette:
        replayed = client("token", TOKENS[way], mode="replay", cassette=cassette)
        assert list(replayed.records(PATH, params=SENSOR)) == records


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_statement_that_another_signed_is_refused():
    auth = replace(TOKENS["signed statement"], key="env:PLAYGROUND_KEY")
    with pytest.raises(ApiError, match="not signed by the client's secret"):
        client("token", auth).records(PATH)


def test_a_wrong_application_is_refused_in_the_token_endpoints_words(monkeypatch):
    monkeypatch.setenv("APP_SECRET", "another-secret-4711")
    with pytest.raises(ApiError, match="The client's id or secret is wrong") as caught:
        client("token", TOKENS["client credentials"]).records(PATH)
    assert (caught.value.status, caught.value.code) == (401, "invalid_client")
    assert "another-secret" not in str(caught.value)


def test_a_token_that_ran_out_is_replaced_and_the_call_sent_once_more():
    with Sandbox("playground") as sandbox:
        meters = client("token", TOKENS["client credentials"])
        assert meters.get(PATH).status_code == 200
        sandbox.clock.advance(3601)  # at the server only: the client does not know
        assert meters.get(PATH).status_code == 200
        assert [call.grant for call in meters.token_calls] == ["client_credentials"] * 2
        assert dict(meters.stats.statuses) == {200: 2, 401: 1}


def test_a_token_endpoint_that_fails_for_a_while_is_asked_again_but_not_with_a_refresh_token(
    sandbox, project
):
    sandbox.faults.plan("playground 503 path=/tokens; playground 429 path=/tokens retry_after=2")
    meters = client("token", TOKENS["client credentials"])
    assert len(meters.records(PATH, params=SENSOR)) == 250
    assert meters.stats.retries >= 1
    (project / "token").write_text("refresh_of_yesterday")
    sandbox.faults.plan("playground 503 path=/tokens")
    with pytest.raises(ApiError, match="503 Service Unavailable"):
        client("token", with_token(RefreshToken, refresh_token="file:token")).get(PATH)


def test_a_write_that_is_sent_again_with_a_new_token_keeps_its_idempotency_key(monkeypatch):
    auth = with_token(ClientCredentials, "https://api.mollie.com", "/oauth2/tokens")
    with Sandbox("mollie") as sandbox:
        (vendor,) = sandbox.vendors
        mollie, keys, answer = Client(replace(find_vendor("mollie"), auth=auth)), [], vendor.answer

        def noted(endpoint, call):
            keys.append(call.headers.get("idempotency-key"))
            return answer(endpoint, call)

        assert mollie.get("/v2/customers").status_code == 200
        sandbox.clock.advance(4000)  # the token has run out, and only the server knows
        monkeypatch.setattr(vendor, "answer", noted)
        assert mollie.post("/v2/customers", json={"name": "Ada"}).status_code == 201
    refused, _, accepted = keys  # the token call stands between
    assert refused == accepted is not None


SIGN_IN = {"authorize_url": "https://playground.example/sign-in", "refresh_token": "file:token"}


def test_a_person_signs_in_by_browser_on_this_machine(sandbox, project, monkeypatch, unused_port):
    def browser(address):
        options = {"follow_redirects": True, "trust_env": False}
        threading.Thread(target=httpx.get, args=(address,), kwargs=options).start()

    monkeypatch.setattr("webbrowser.open", browser)
    page = {**SIGN_IN, "authorize_url": f"{sandbox.urls['playground']}/sign-in"}
    meters = client("token", with_token(AuthorizationCode, **page, port=unused_port))
    meters.sign_in()
    assert len(meters.records(PATH, params=SENSOR)) == 250
    assert (project / "token").read_text().startswith("refresh_")


def test_a_person_pastes_where_the_browser_ended(sandbox, monkeypatch, capsys):
    def paste(_):
        page = capsys.readouterr().out.splitlines()[-1]
        return httpx.get(page, trust_env=False).headers["location"]

    monkeypatch.setattr("builtins.input", paste)
    page = {**SIGN_IN, "authorize_url": f"{sandbox.urls['playground']}/sign-in"}
    meters = client("token", with_token(AuthorizationCode, **page))
    meters.sign_in(paste=True)
    assert len(meters.records(PATH, params=SENSOR)) == 250


def test_the_practice_server_of_a_vendor_lets_everybody_in_without_a_browser(project):
    meters = client("token", with_token(AuthorizationCode, **SIGN_IN))
    with pytest.raises(CredentialError, match="Nobody has signed in yet"):
        meters.get(PATH)
    meters.sign_in()
    assert meters.get(PATH).status_code == 200
    with pytest.raises(ApiError, match="The client is unknown"):
        client("token", with_token(AuthorizationCode, **SIGN_IN, client_id="nobody")).sign_in()


def test_a_refresh_token_is_used_once_and_the_new_one_written_back(project):
    signing_in = client("token", with_token(AuthorizationCode, **SIGN_IN))
    signing_in.sign_in()
    held = [(project / "token").read_text()]
    for _ in range(2):  # two more processes
        meters = client("token", with_token(RefreshToken, refresh_token="file:token"))
        assert meters.get(PATH).status_code == 200
        held.append((project / "token").read_text())
    assert len(set(held)) == 3
    (project / "token").write_text(held[0])
    with pytest.raises(ApiError, match="unknown or was used before"):
        client("token", with_token(RefreshToken, refresh_token="file:token")).get(PATH)


def test_the_doctor_uses_the_client_s_token_and_leaves_it_the_one_that_it_fetched(project):
    signed_in = client("token", with_token(AuthorizationCode, **SIGN_IN))
    signed_in.sign_in()
    held = (project / "token").read_text()
    card = signed_in.check()
    assert (card["token call"], (project / "token").read_text()) == ("", held)
    late = client("token", with_token(RefreshToken, refresh_token="file:token"))
    assert "refresh_token" in late.check()["token call"]
    assert late.get(PATH).status_code == 200
    assert late.token_calls == ()


def test_exact_s_own_description_signs_in_and_outlives_its_ten_minutes(project, monkeypatch):
    monkeypatch.setenv("EXACT_CLIENT_ID", "sandbox-client")
    monkeypatch.setenv("EXACT_CLIENT_SECRET", "sandbox-client-secret")
    with Sandbox("exact") as sandbox, connect("exact") as exact:
        exact.sign_in()
        assert len(exact.records("/api/v1/1234567/crm/Accounts", limit=100)) == 98
        sandbox.clock.advance(601)
        assert exact.get("/api/v1/current/Me").status_code == 200
        assert [call.grant for call in exact.token_calls] == ["authorization_code", "refresh_token"]
    assert (project / "secrets" / "exact_refresh_token").read_text().startswith("refresh_")


def test_a_token_of_a_vendor_opens_its_api_and_may_do_what_its_scopes_say():
    auth = with_token(
        ClientCredentials, "https://api.hubapi.com", "/oauth/v1/token", scope="crm.objects.deals.read"
    )
    hubspot = Client(replace(find_vendor("hubspot"), auth=auth), clock=StillClock())
    assert len(hubspot.records("/crm/v3/objects/deals", limit=5)) == 5
    assert len(hubspot.records("/crm/v3/objects/deals/search", json={}, limit=5)) == 5
    for refused in ("/crm/v3/objects/contacts", "/crm/v3/properties/deals"):
        with pytest.raises(ApiError, match="403 Forbidden") as caught:
            hubspot.records(refused)
        assert caught.value.code == "MISSING_SCOPES"
    assert hubspot.post("/crm/v3/objects/deals", json={"properties": {}}).status_code == 403
