from __future__ import annotations

import ast

import pytest

from intkit.clients.auth import Basic, Bearer, HeaderKey, NoAuth, QueryKey
from intkit.clients.curl import read_curl
from intkit.errors import ConnectError
from intkit.vendors import find_vendor

SECRET = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"


def test_a_line_from_the_documentation_becomes_a_connection_and_a_call():
    call = read_curl(f"""curl -G https://api.shop.com/v1/orders \\
      -H "Authorization: Bearer {SECRET}" -H 'Shop-Version: 7' \\
      -d limit=3 -d "status=open" """)
    assert (call.method, call.base_url, call.path) == ("GET", "https://api.shop.com", "/v1/orders")
    assert (call.params, call.headers) == ({"limit": "3", "status": "open"}, {"Shop-Version": "7"})
    assert (call.auth, call.secrets) == (Bearer("env:SHOP_KEY"), ("SHOP_KEY",))


@pytest.mark.parametrize(
    ("words", "auth"),
    [
        (f"-H 'Authorization: Bearer {SECRET}'", Bearer("env:SHOP_KEY")),
        (f"-H 'Authorization: token {SECRET}'", Bearer("env:SHOP_KEY", word="token")),
        ("-H 'Authorization: Basic YWRhOmh1bnRlcjI='", Basic("env:SHOP_KEY", user="ada")),
        (f"-H 'Authorization: {SECRET}'", HeaderKey("env:SHOP_KEY", header="Authorization")),
        (f"-H 'X-Api-Key: {SECRET}'", HeaderKey("env:SHOP_KEY", header="X-Api-Key")),
        (
            f"-H 'X-Shopify-Access-Token: {SECRET}'",
            HeaderKey("env:SHOP_KEY", header="X-Shopify-Access-Token"),
        ),
        (f"-u ada:{SECRET}", Basic("env:SHOP_KEY", user="ada")),
        (f"-u {SECRET}:", Basic("env:SHOP_KEY", key_is_user=True)),
        ("", NoAuth()),
    ],
)
def test_every_way_to_authenticate_is_read_and_no_secret_kept(words, auth):
    call = read_curl(f"curl https://api.shop.com/orders {words}")
    assert call.auth == auth
    assert SECRET not in repr(call) + call.code()
    assert "hunter2" not in call.code()


def test_a_key_in_the_query_is_taken_out_of_it():
    call = read_curl(f"curl 'https://api.shop.com/orders?api_token={SECRET}&page=2'")
    assert call.auth == QueryKey("env:SHOP_KEY", param="api_token")
    assert call.params == {"page": "2"}


@pytest.mark.parametrize(
    ("line", "method", "json", "form"),
    [
        ("""curl https://x.shop.com/a --json '{"a": 1}'""", "POST", {"a": 1}, {}),
        (
            """curl https://x.shop.com/a -H 'Content-Type: application/json' -d '{"a": 1}'""",
            "POST",
            {"a": 1},
            {},
        ),
        ("curl https://x.shop.com/a -d a=1 -d b=2", "POST", None, {"a": "1", "b": "2"}),
        ("curl -XDELETE https://x.shop.com/a", "DELETE", None, {}),
        ("curl --request=PUT --url https://x.shop.com/a --data a=1", "PUT", None, {"a": "1"}),
        ("curl -sSL https://x.shop.com/a --compressed", "GET", None, {}),
        ("curl -I https://x.shop.com/a", "HEAD", None, {}),
    ],
)
def test_methods_and_bodies_are_read(line, method, json, form):
    call = read_curl(line)
    assert (call.method, call.json, call.form) == (method, json, form)


def test_the_code_is_python_that_names_the_secret_to_set():
    code = read_curl(f"curl https://api.shop.com/v1/orders -H 'X-Api-Key: {SECRET}' -H 'X-Version: 7'").code()
    ast.parse(code)
    assert code == (
        "import intkit\n"
        "\n"
        "# set SHOP_KEY in the environment or in .env\n"
        "shop = intkit.connect(\n"
        "    'https://api.shop.com',\n"
        "    auth=intkit.HeaderKey(key='env:SHOP_KEY', header='X-Api-Key'),\n"
        "    headers={'X-Version': '7'},\n"
        ")\n"
        "records = shop.records('/v1/orders')\n"
    )


def test_the_code_for_a_known_vendor_is_short():
    code = read_curl(f"curl https://api.stripe.com/v1/charges -u {SECRET}:").code(find_vendor("stripe"))
    assert code.endswith(
        "# set STRIPE_API_KEY in the environment or in .env\nstripe = intkit.connect('stripe')\nrecords = stripe.records('/v1/charges')\n"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("wget https://x", "no curl line"),
        ("", "no curl line"),
        ("curl 'https://x", "cannot be read"),
        ("curl", "names no address"),
        ("curl ftp://x/y", "names no address"),
        ("curl https://x.com --jsn '{}'", "Did you mean '--json'"),
        ("curl https://x.com --json '{<id>}'", "no JSON"),
    ],
)
def test_what_cannot_be_read_is_said(line, said):
    with pytest.raises(ConnectError, match=said):
        read_curl(line)
