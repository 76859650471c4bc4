from __future__ import annotations

import httpx
import pytest

from intkit.clients.auth import Bearer, HeaderKey
from intkit.clients.connection import Resilience
from intkit.clients.oauth import ClientCredentials
from intkit.clients.paging import Cursor, LinkHeader, Paginator
from intkit.clients.rates import Rate
from intkit.connections import connect, save_connection
from intkit.errors import ConnectError, CredentialError
from intkit.redaction import forget_secrets
from tests.clients.shop import Shop


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.setenv("SHOP_KEY", "shop-secret-4711")
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    yield tmp_path
    forget_secrets()


def entry(project, text):
    (project / "intkit.toml").write_text(text)


def test_an_entry_describes_an_api_of_ones_own(project):
    entry(project, """
        [connections.shop]
        base_url = "https://shop.example/api"
        auth = { kind = "header-key", key = "env:SHOP_KEY", header = "X-Shop" }
        paging = { kind = "cursor", at = "next_cursor", param = "cursor", size = 50 }
        at = "items"
        headers = { "X-Version" = "7" }
        hosts = ["files.shop.example"]
        resilience = { retries = 3, rate = { requests = 5, seconds = 2.0 } }
    """)  # fmt: skip
    found = connect("shop").connection
    assert found.auth == HeaderKey("env:SHOP_KEY", header="X-Shop")
    assert found.paging == Cursor(at="next_cursor", param="cursor", size=50)
    assert found.resilience == Resilience(retries=3, rate=Rate(5, 2.0))
    assert (found.name, found.at, found.headers, found.hosts) == (
        "shop",
        "items",
        {"X-Version": "7"},
        ("files.shop.example",),
    )


def test_an_entry_can_start_from_a_vendor(project, monkeypatch):
    monkeypatch.setenv("OTHER_KEY", "key-of-the-shop-us19")
    entry(project, """
        [connections.newsletter]
        vendor = "mailchimp"
        dc = "us19"
        key = "env:OTHER_KEY"
    """)  # fmt: skip
    found = connect("newsletter", environment="live").connection
    assert found.base_url == "https://us19.api.mailchimp.com"
    assert found.auth.references() == ("env:OTHER_KEY",)
    assert found.paging.param == "offset"


def test_an_entry_of_a_vendors_name_adds_to_the_vendor(project):
    entry(project, '[connections.mailchimp]\ndc = "us7"\n')
    with pytest.raises(CredentialError, match="MAILCHIMP_API_KEY is not set"):
        connect("mailchimp", environment="live")


def test_the_three_ways_to_connect_make_one_description(project):
    entry(project, '[connections.shop]\nbase_url = "https://shop.example"\npaging = "link-header"\n'
                   'auth = { kind = "bearer", key = "env:SHOP_KEY" }\n')  # fmt: skip
    by_entry = connect("shop").connection
    by_url = connect(
        "https://shop.example", paging=LinkHeader(), auth=Bearer("env:SHOP_KEY"), name="shop"
    ).connection
    assert by_entry == by_url


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('bsae_url = "https://x"', r"line that means nothing: 'bsae_url'\. Did you mean 'base_url'"),
        ('paging = "link-heder"', r"paging has no kind 'link-heder'\. Did you mean 'link-header'"),
        ('paging = { kind = "cursor", parm = "x" }', r"'parm'\. Did you mean 'param'"),
        ("paging = 7", "is 7, not a table"),
        ('auth = { kind = "bearer" }', "auth needs 'key'"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_the_nearest(project, line, said):
    entry(project, f'[connections.shop]\nbase_url = "https://shop.example"\n{line}\n')
    with pytest.raises(ConnectError, match=said) as caught:
        connect("shop")
    assert "[connections.shop]" in str(caught.value)


def test_a_secret_in_the_file_is_refused_unseen(project):
    entry(
        project,
        '[connections.shop]\nbase_url = "https://shop.example"\nauth = { kind = "bearer", key = "sk_live_4711" }\n',
    )
    with pytest.raises(CredentialError) as caught:
        connect("shop")
    assert "sk_live" not in str(caught.value)


def test_an_entrys_environments_are_chosen_by_name(project):
    entry(project, """
        [connections.shop]
        base_url = "https://test.shop.example"
        auth = { kind = "bearer", key = "env:SHOP_KEY" }
        [connections.shop.environments]
        test = {}
        live = { base_url = "https://shop.example", key = "env:LIVE_KEY", live = true }
    """)  # fmt: skip
    assert connect("shop").connection.host == "test.shop.example"
    with pytest.raises(CredentialError, match="LIVE_KEY is not set"):
        connect("shop", environment="live")


def test_a_live_host_by_default_needs_the_explicit_word(project):
    entry(
        project,
        '[connections.shop]\nbase_url = "https://shop.example"\nenvironments = { live = { live = true } }\n',
    )
    with pytest.raises(ConnectError, match="This would reach the live environment of 'shop'"):
        connect("shop")
    assert connect("shop", environment="live").name == "shop"


def test_a_vendor_with_an_address_for_each_account_asks_for_it():
    with pytest.raises(ConnectError, match="has its own address for each account") as caught:
        connect("mailchimp")
    assert "dc='…'" in caught.value.remedy
    with pytest.raises(ConnectError, match="Say which"):
        connect("mailchimp", dc="evil.example/#")


def test_found_paging_is_pinned_in_the_saved_connection(project):
    shop = Shop("cursor")
    client = connect(
        "https://shop.example/api", auth=Bearer("env:SHOP_KEY"), transport=httpx.MockTransport(shop)
    )
    records = client.records("/orders")
    assert "Found out" in records.note
    text = save_connection(client, "shop").read_text()
    assert "shop-secret-4711" not in text
    again = connect("shop", transport=httpx.MockTransport(shop))
    assert again.connection.paging == Cursor(at="next_cursor", param="cursor")
    assert len(again.records("/orders")) == 25
    assert "Found out" not in again.records("/orders").note


def test_saving_keeps_what_the_file_holds_and_never_replaces_an_entry(project):
    entry(project, '# mine\n[connections.shop]\nbase_url = "https://shop.example"\n')
    auth = ClientCredentials(
        token_url="https://login.shop.example", client_id="app", client_secret="env:SHOP_KEY"
    )
    client = connect("https://two.example", auth=auth, resilience=Resilience(rate=Rate(5)))
    assert save_connection(client, "two").read_text().startswith("# mine\n[connections.shop]")
    assert connect("two").connection.auth == auth
    assert connect("two").connection.resilience == Resilience(rate=Rate(5))
    with pytest.raises(ConnectError, match="has a connection 'shop' already"):
        save_connection(client, "shop")


def test_code_of_ones_own_cannot_be_saved(project):
    class Mine(Paginator):
        pass

    with pytest.raises(ConnectError, match="Mine is your own"):
        save_connection(connect("https://two.example", paging=Mine()), "two")
    assert not (project / "intkit.toml").exists()


def test_an_entry_is_offered_when_a_name_is_misspelt(project):
    entry(project, '[connections.webshop]\nbase_url = "https://shop.example"\n')
    with pytest.raises(ConnectError, match="Did you mean 'webshop'"):
        connect("webshp")
