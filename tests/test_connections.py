from __future__ import annotations

import os
import re
from base64 import b64encode
from urllib.parse import quote, unquote

import httpx
import pytest

from intkit.clients.auth import Basic, Bearer, HeaderKey, QueryKey
from intkit.clients.oauth import ClientCredentials
from intkit.clients.paging import Cursor
from intkit.clients.signing import HmacSigned
from intkit.connections import connect
from intkit.errors import CassetteMissing, ConnectError, CredentialError, ExchangeMissing
from intkit.redaction import forget_secrets
from intkit.sandbox import Sandbox


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_4711abcd")
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    yield tmp_path
    forget_secrets()


CHARGES = [{"id": f"ch_{number}", "amount": number} for number in range(250)]


class Stripe:
    """A Stripe of 250 charges that notes what it is asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, request):
        self.asked.append(request)
        after = request.url.params.get("starting_after")
        begin = next((n + 1 for n, each in enumerate(CHARGES) if each["id"] == after), 0)
        size = int(request.url.params["limit"])
        more = begin + size < len(CHARGES)
        return httpx.Response(
            200, json={"object": "list", "has_more": more, "data": CHARGES[begin : begin + size]}
        )


def record(limit=None):
    app = Stripe()
    with connect(
        "stripe", cassette="stripe/charges", mode="record", transport=httpx.MockTransport(app)
    ) as stripe:
        records = list(stripe.records("/v1/charges", limit=limit))
    return records, app


def test_a_fetch_follows_the_pages_with_key_and_version():
    records, app = record()
    assert records == CHARGES
    assert [request.url.params.get("starting_after") for request in app.asked] == [None, "ch_99", "ch_199"]
    assert {request.headers["authorization"] for request in app.asked} == {"Bearer sk_test_4711abcd"}
    assert {request.headers["stripe-version"] for request in app.asked} == {"2022-08-01"}


def test_replay_needs_no_key_and_no_network(monkeypatch):
    record()
    monkeypatch.delenv("STRIPE_API_KEY")
    charges = connect("stripe", cassette="stripe/charges").records("/v1/charges")
    assert list(charges) == CHARGES
    assert charges.origin(120).exchange == "stripe/charges#1"


def test_a_smaller_limit_replays_the_first_of_the_same_requests():
    record()
    charges = connect("stripe", cassette="stripe/charges").records("/v1/charges", limit=120)
    assert list(charges) == CHARGES[:120]
    assert "2 page(s) read. Stopped at the limit of 120; there are more." in charges.note


def test_a_broken_fetch_goes_on_from_the_cassette():
    record(limit=100)
    records, app = record()
    assert records == CHARGES
    assert [request.url.params["starting_after"] for request in app.asked] == ["ch_99", "ch_199"]


def test_a_miss_in_replay_is_an_error_that_names_the_closest():
    record()
    with pytest.raises(ExchangeMissing, match="/v1/refunds"):
        connect("stripe", cassette="stripe/charges").records("/v1/refunds")


def test_replay_is_the_default_and_needs_the_file():
    with pytest.raises(CassetteMissing):
        connect("stripe", cassette="stripe/charges")


def test_the_environment_wins_over_the_call(monkeypatch):
    record()
    monkeypatch.setenv("INTKIT_MODE", "replay")
    assert connect("stripe", cassette="stripe/charges", mode="refresh").mode == "replay"
    with pytest.raises(ConnectError, match="Mode 'replay' needs a cassette"):
        connect("stripe")


def test_an_unknown_mode_names_the_nearest():
    with pytest.raises(ConnectError, match=r"no mode 'replai'\. Did you mean 'replay'"):
        connect("stripe", cassette="stripe/charges", mode="replai")


def test_an_unknown_vendor_names_the_nearest():
    with pytest.raises(ConnectError, match=r"no vendor 'strip'\. Did you mean 'stripe'"):
        connect("strip")


@pytest.mark.parametrize("mode", ["record", "refresh", "live"])
def test_a_missing_key_says_what_to_set_before_anything_is_sent(mode, monkeypatch, project):
    monkeypatch.delenv("STRIPE_API_KEY")
    with pytest.raises(CredentialError, match="STRIPE_API_KEY is not set"):
        connect("stripe", cassette="stripe/charges", mode=mode)
    assert not (project / "cassettes").exists()


def test_a_key_written_out_is_refused_in_every_mode():
    record()
    with pytest.raises(CredentialError) as caught:
        connect("stripe", cassette="stripe/charges", key="sk_test_4711abcd")
    assert "sk_test" not in str(caught.value)
    assert "'env:STRIPE_API_KEY'" in caught.value.remedy


@pytest.mark.parametrize(
    "header", ["Authorization", "X-Api-Key", "apikey", "X-Shopify-Access-Token", "App-Secret"]
)
def test_a_key_written_out_in_a_header_is_refused_with_the_line_to_write(header):
    with pytest.raises(CredentialError, match=header) as caught:
        connect("https://shop.example", headers={header: "shop-secret-4711"})
    assert "shop-secret" not in str(caught.value)
    assert f"header={header!r}" in caught.value.remedy


def test_a_header_that_is_no_key_is_taken():
    headers = {"Shop-Version": "7", "Accept": "text/csv", "Idempotency-Mode": "strict"}
    with connect("https://shop.example", headers=headers) as shop:
        assert shop.connection.headers == headers


def test_another_reference_takes_the_usual_ones_place(monkeypatch):
    monkeypatch.setenv("OTHER_KEY", "sk_test_other_account")
    app = Stripe()
    connect("stripe", key="env:OTHER_KEY", transport=httpx.MockTransport(app)).records("/v1/charges")
    assert app.asked[0].headers["authorization"] == "Bearer sk_test_other_account"


def test_a_live_key_needs_the_explicit_word(monkeypatch):
    monkeypatch.setenv("STRIPE_API_KEY", "sk_live_4711abcd")
    with pytest.raises(ConnectError, match="would reach the live environment of 'stripe'") as caught:
        connect("stripe")
    assert "environment='live'" in caught.value.remedy
    assert connect("stripe", environment="live").mode == "live"


def test_a_test_key_is_not_taken_for_the_live_environment():
    with pytest.raises(ConnectError, match="The key is one of the environment 'test'"):
        connect("stripe", environment="live")


def test_an_unknown_environment_names_the_nearest():
    with pytest.raises(ConnectError, match=r"no environment 'lives'\. Did you mean 'live'"):
        connect("stripe", environment="lives")


@pytest.mark.parametrize("address", ["ftp://example.com", "https://", "://x"])
def test_what_is_no_base_url_is_refused(address):
    with pytest.raises(ConnectError, match="is not a base URL"):
        connect(address)


def test_a_user_name_in_the_base_url_is_refused_unseen():
    with pytest.raises(ConnectError) as caught:
        connect("https://ada:hunter2@example.com")
    assert "hunter2" not in str(caught.value)


def test_an_unknown_word_about_the_api_names_the_nearest():
    with pytest.raises(ConnectError, match=r"knows no 'pagin'\. Did you mean 'paging'"):
        connect("https://api.example.com", pagin=None)
    with pytest.raises(ConnectError, match=r"knows no 'casette'\. Did you mean 'cassette'"):
        connect("stripe", casette="stripe/charges")


def test_no_secret_in_repr():
    client = connect("stripe")
    assert os.environ["STRIPE_API_KEY"] not in f"{client!r} {client.connection!r}"


def test_replay_knows_the_account_from_the_recording(monkeypatch):
    monkeypatch.setenv("MAILCHIMP_API_KEY", "mailchimp-secret-4711-us19")
    members = {"members": [{"id": 1}], "total_items": 1, "_links": []}
    wire = httpx.MockTransport(lambda _: httpx.Response(200, json=members))
    with connect(
        "mailchimp", dc="us19", cassette="m/members", mode="record", environment="live", transport=wire
    ) as client:
        assert len(client.records("/3.0/lists/a1/members")) == 1
    monkeypatch.delenv("MAILCHIMP_API_KEY")
    again = connect("mailchimp", cassette="m/members")
    assert again.connection.base_url == "https://us19.api.mailchimp.com"
    assert len(again.records("/3.0/lists/a1/members")) == 1


def test_a_source_says_enough_to_ask_again():
    record()
    source = connect("stripe", cassette="stripe/charges").records("/v1/charges", limit=7).source
    again = connect(source.connection, cassette=source.cassette)
    assert list(again.records(source.path, params=source.params, limit=source.limit)) == CHARGES[:7]


class Locked:
    """An API that lets nobody in without the right proof, by whatever way; tokens are given at /token."""

    def __init__(self, secret):
        self.secret = secret

    def __call__(self, request):
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": "access-token-4711", "expires_in": 60})
        pair = b64encode(f"ada:{self.secret}".encode()).decode()
        shown = f"{unquote(str(request.url))} {dict(request.headers)}"
        known = any(proof in shown for proof in (self.secret, pair, "access-token-4711", "x-signature"))
        return httpx.Response(200 if known else 401, json=[{"id": 1}])


@pytest.mark.parametrize(
    "auth",
    [
        Bearer("env:SHOP_KEY"),
        Basic("env:SHOP_KEY", user="ada"),
        HeaderKey("env:SHOP_KEY", header="X-Shop"),
        QueryKey("env:SHOP_KEY", param="shop"),
        QueryKey("env:SHOP_KEY", param="api_key"),
        HmacSigned("env:SHOP_KEY"),
        ClientCredentials(
            token_url="https://shop.example/token", client_id="app", client_secret="env:SHOP_KEY"
        ),
    ],
    ids=lambda auth: type(auth).__name__,
)
def test_every_way_to_authenticate_replays_without_its_secret_and_leaves_none(auth, project, monkeypatch):
    secret = "shop-secret/4711+x"
    monkeypatch.setenv("SHOP_KEY", secret)
    wire = httpx.MockTransport(Locked(secret))
    with connect("https://shop.example", cassette="shop/a", mode="record", auth=auth, transport=wire) as shop:
        assert len(shop.records("/orders")) == 1
    monkeypatch.delenv("SHOP_KEY")
    forget_secrets()
    with connect("https://shop.example", cassette="shop/a", auth=auth) as shop:
        assert len(shop.records("/orders")) == 1
    text = (project / "cassettes" / "shop" / "a.yaml").read_text()
    spelt = [
        secret,
        quote(secret, safe=""),
        b64encode(f"ada:{secret}".encode()).decode(),
        "access-token-4711",
        "/token",
    ]
    assert [each for each in spelt if each in text] == []


def test_the_sandbox_environment_reaches_the_practice_server_and_nothing_else(monkeypatch):
    with pytest.raises(ConnectError, match="The practice server of 'stripe' is not running") as caught:
        connect("stripe", environment="sandbox")
    assert "with intkit.Sandbox('stripe')" in caught.value.remedy
    with Sandbox("stripe") as sandbox:
        monkeypatch.setenv("STRIPE_API_KEY", sandbox.keys["stripe"])
        with connect("stripe", environment="sandbox") as stripe:
            assert len(stripe.records("/v1/charges", limit=3)) == 3


def test_a_vendor_s_live_world_has_to_be_named_by_its_address_too(monkeypatch):
    monkeypatch.setenv("RESEND_API_KEY", "re_4711_4711")
    auth = Bearer("env:RESEND_API_KEY")
    with pytest.raises(ConnectError, match="would reach the live environment"):
        connect("https://api.resend.com", auth=auth)
    assert connect("https://api.resend.com", auth=auth, environment="live").mode == "live"
    monkeypatch.setenv("STRIPE_API_KEY", "sk_live_4711471147114711")
    with pytest.raises(ConnectError, match="would reach the live environment"):
        connect("https://api.stripe.com/v1", auth=Bearer("env:STRIPE_API_KEY"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"auth": "shop-secret-4711"}, "auth= of 'https://shop.example' is of the type str"),
        ({"auth": ("ada", "shop-secret-4711")}, "auth= of 'https://shop.example' is of the type tuple"),
        ({"paging": "link-header"}, "paging="),
        ({"paging": Cursor}, "is the class Cursor itself"),
        ({"hosts": "files.shop.example"}, "hosts="),
        ({"headers": [("A", "shop-secret-4711")]}, "headers="),
        ({"resilience": {"retries": 3}}, "resilience="),
        ({"at": 7}, "at="),
    ],
)
def test_a_word_of_the_wrong_kind_is_said_at_once_with_the_right_one(words, said):
    with pytest.raises(ConnectError, match=re.escape(said)) as caught:
        connect("https://shop.example", **words)
    assert caught.value.remedy.startswith(f"Write it like {next(iter(words))}=")
    assert "shop-secret" not in str(caught.value)


def test_a_number_for_a_base_url_in_the_file_is_said_too(project):
    (project / "intkit.toml").write_text("[connections.shop]\nbase_url = 5\n")
    with pytest.raises(ConnectError, match="base_url= of 'shop' is 5"):
        connect("shop")


@pytest.mark.parametrize(
    "target", ["https://[::1", "https://shop example", " https://shop.example", "ftp://shop.example"]
)
def test_what_is_no_address_is_said(target):
    with pytest.raises(ConnectError, match="is not a base URL"):
        connect(target)


@pytest.mark.parametrize("target", [None, 5, ["stripe"]])
def test_what_is_not_even_a_text_is_said(target):
    with pytest.raises(ConnectError, match=r"connect\(\) needs a name or an address"):
        connect(target)


@pytest.mark.parametrize(
    ("address", "extra"),
    [
        ("https://shop.example/v1?api_key=shop-secret-4711", "a query"),
        ("https://ada:shop-secret-4711@shop.example", "a user name"),
        ("https://shop.example/#shop-secret-4711", "a fragment"),
    ],
)
@pytest.mark.parametrize("by_file", [False, True])
def test_a_key_in_a_base_url_is_refused_unseen(project, address, extra, by_file):
    (project / "intkit.toml").write_text(f'[connections.shop]\nbase_url = "{address}"\n')
    with pytest.raises(ConnectError, match=f"The base URL holds {extra}") as caught:
        connect("shop" if by_file else address)
    assert "shop-secret" not in str(caught.value)
