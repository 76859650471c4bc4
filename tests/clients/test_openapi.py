from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from intkit.clients.auth import Basic, Bearer, HeaderKey, NoAuth, QueryKey
from intkit.clients.oauth import ClientCredentials
from intkit.clients.openapi import read_openapi
from intkit.clients.paging import Cursor, HasMore, Offset, PageNumber
from intkit.clients.sign_in import AuthorizationCode
from intkit.errors import ConnectError, ProjectError

SHOP = """
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: 'https://{region}.shop.com/v1/', variables: {region: {default: eu}}}]
security: [{key: []}]
paths:
  /orders/{id}:
    get: {responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}}
  /orders/{id}/lines:
    get: {responses: {'200': {content: {application/json: {schema: {type: array, items: {type: object}}}}}}}
  /orders:
    get:
      summary: All orders
      parameters: [{name: limit, in: query}, {name: cursor, in: query}, {$ref: '#/components/parameters/status'}]
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Orders'}}}}}
components:
  parameters: {status: {name: status, in: query}}
  securitySchemes: {key: {type: apiKey, in: header, name: X-Shop-Key}}
  schemas:
    Order: {type: object, properties: {id: {type: string}, createdAt: {type: string, example: 2024-04-31T12:50:14+00:00}}}
    Orders: {type: object, properties: {page: {type: object, properties: {orders: {type: array, items: {$ref: '#/components/schemas/Order'}}}}}}
"""


def described(tmp_path, text, name="shop.yaml"):
    path = tmp_path / name
    path.write_text(text)
    return read_openapi(path)


def test_a_description_becomes_a_connection_and_its_lists(tmp_path):
    found = described(tmp_path, SHOP)
    assert found.title == "Shop"
    assert found.connection.base_url == "https://eu.shop.com/v1"
    assert found.connection.auth == HeaderKey("env:SHOP_KEY", header="X-Shop-Key")
    assert found.connection.paging == Cursor(at="next_cursor", param="cursor", size_param="limit")
    assert [(each.path, each.at, each.summary) for each in found.lists] == [
        ("/orders", "page.orders", "All orders"),
        ("/orders/{id}/lines", "[]", ""),
    ]
    assert found.lists[0].params == ("limit", "cursor", "status")
    assert "/orders" in found.table().text()


def minimal(schemes=None, params=()):
    parameters = [{"name": name, "in": "query"} for name in params]
    array = {"200": {"content": {"application/json": {"schema": {"type": "array"}}}}}
    return json.dumps({
        "openapi": "3.1.0", "servers": [{"url": "https://shop.com"}],
        "components": {"securitySchemes": schemes or {}},
        "paths": {"/orders": {"get": {"parameters": parameters, "responses": array}}},
    })  # fmt: skip


FLOW = {"tokenUrl": "https://t", "authorizationUrl": "https://a", "scopes": {"read": "", "write": ""}}
SECRETS = {
    "client_id": "env:SHOP_CLIENT_ID",
    "client_secret": "env:SHOP_CLIENT_SECRET",
    "scope": "read write",
}


@pytest.mark.parametrize(
    ("scheme", "auth"),
    [
        ({"type": "http", "scheme": "bearer"}, Bearer("env:SHOP_KEY")),
        ({"type": "http", "scheme": "basic"}, Basic("env:SHOP_KEY", user="env:SHOP_USER")),
        ({"type": "apiKey", "in": "query", "name": "token"}, QueryKey("env:SHOP_KEY", param="token")),
        (
            {"type": "oauth2", "flows": {"clientCredentials": FLOW}},
            ClientCredentials(token_url="https://t", **SECRETS),
        ),
        (
            {"type": "oauth2", "flows": {"authorizationCode": FLOW}},
            AuthorizationCode(
                token_url="https://t",
                authorize_url="https://a",
                refresh_token="file:secrets/shop_token",
                **SECRETS,
            ),
        ),
        ({"type": "mutualTLS"}, NoAuth()),
    ],
)
def test_every_security_scheme_is_read(tmp_path, scheme, auth):
    assert described(tmp_path, minimal({"it": scheme}), "shop.json").connection.auth == auth


@pytest.mark.parametrize(
    ("params", "paging"),
    [
        (("starting_after", "limit"), HasMore(param="starting_after", size_param="limit")),
        (("page", "per_page"), PageNumber(size=100, size_param="per_page")),
        (("offset", "count"), Offset(size=100, size_param="count")),
        (("page_token",), Cursor(at="next_page_token", param="page_token")),
        (("q",), None),
    ],
)
def test_paging_is_told_from_the_parameters(tmp_path, params, paging):
    assert described(tmp_path, minimal(params=params), "shop.json").connection.paging == paging


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('swagger: "2.0"', "no OpenAPI 3 description"),
        ("openapi: 3.0.0\npaths: {}", "names no address"),
        ("- a", "holds no description"),
        ("a: [", "cannot be read"),
        ("{", "cannot be read"),
        ("", "holds no description"),
    ],
)
def test_what_is_no_description_is_said(tmp_path, text, said):
    with pytest.raises(ConnectError, match=said):
        described(tmp_path, text)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ProjectError, match="There is no file"):
        read_openapi(tmp_path / "none.yaml")


FIELD = os.environ.get("INTKIT_FIELD")


@pytest.mark.skipif(not FIELD, reason="needs the folder of real descriptions")
@pytest.mark.parametrize(
    ("name", "base_url", "lists"),
    [
        ("resend/resend.yaml", "https://api.resend.com", "/emails"),
        ("stripe/spec3.reduced.json", "https://api.stripe.com", "/v1/charges"),
    ],
)
def test_real_descriptions_are_read(name, base_url, lists):
    found = read_openapi(Path(FIELD or "") / "specs" / name)
    assert found.connection.base_url == base_url
    assert isinstance(found.connection.auth, Bearer)
    assert {each.path: each.at for each in found.lists}[lists] == "data"
