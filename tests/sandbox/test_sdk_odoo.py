"""OdooRPC, unchanged, over JSON-RPC; httpx over /json/2, which OdooRPC does not know."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.parse import urlsplit

import httpx
import pytest

from intkit.sandbox import Sandbox
from intkit.sandbox.seeds.odoo import seed_models

odoorpc = pytest.importorskip("odoorpc")
pytestmark = pytest.mark.sdk
VENDORS = "odoo"


def open_database(sandbox):
    odoo = odoorpc.ODOO("127.0.0.1", port=urlsplit(sandbox.urls["odoo"]).port)
    odoo.login("practice", "admin", sandbox.keys["odoo"])
    return odoo


@pytest.fixture
def odoo(sandbox):
    return open_database(sandbox)


def test_the_sdk_lists_all_pages(odoo):
    partners, ids = odoo.env["res.partner"], []
    while page := partners.search([], offset=len(ids), limit=50):
        ids += page
    assert ids == [each["id"] for each in seed_models()["res.partner"] if each["active"]]
    archived = partners.search([("active", "=", False)])
    assert archived == [each["id"] for each in seed_models()["res.partner"] if not each["active"]]


def test_the_sdk_reads_pairs_lists_and_false(odoo):
    rows = odoo.env["sale.order"].search_read(
        [("order_line", "!=", False)], ["partner_id", "order_line", "note"]
    )
    first = rows[0]
    assert [type(value) for value in first["partner_id"]] == [int, str]
    assert first["note"] is False
    lines = odoo.env["sale.order.line"].read(first["order_line"], ["order_id"])
    assert {line["order_id"][0] for line in lines} == {first["id"]}


def test_the_sdk_browses_a_record_and_its_country(odoo):
    ident = odoo.env["res.partner"].search([("country_id.code", "=", "NL")], limit=1)[0]
    assert odoo.env["res.partner"].browse(ident).country_id.code == "NL"


def test_the_sdk_creates_writes_and_deletes(fresh):
    partners = open_database(fresh).env["res.partner"]
    ident = partners.create({"name": "Zoë", "email": "zoe@mail.example"})
    partners.write([ident], {"city": "Delft"})
    assert partners.read([ident], ["name", "city", "phone"]) == [
        {"name": "Zoë", "city": "Delft", "phone": False, "id": ident}
    ]
    partners.unlink([ident])
    assert partners.search([("id", "=", ident)]) == []


def test_the_sdk_raises_our_errors_that_come_with_status_200(odoo, sandbox):
    with pytest.raises(odoorpc.error.RPCError, match="Contacts require a name"):
        odoo.env["res.partner"].create({"email": "x@mail.example"})
    with pytest.raises(odoorpc.error.RPCError) as caught:
        odoo.execute("res.partner", "search", [["shoe_size", "=", 44]])
    assert caught.value.info["data"]["name"] == "builtins.ValueError"
    wrong = odoorpc.ODOO("127.0.0.1", port=urlsplit(sandbox.urls["odoo"]).port)
    with pytest.raises(odoorpc.error.RPCError, match="Wrong login"):
        wrong.login("practice", "admin", "x")


def test_the_sdk_raises_our_rate_limit():
    with Sandbox("odoo", faults="odoo 429 path=jsonrpc") as sandbox, pytest.raises(HTTPError, match="429"):
        open_database(sandbox)


def test_json_2_answers_with_named_arguments_and_true_statuses(sandbox):
    def post(path, body, key=sandbox.keys["odoo"]):
        headers = {"Authorization": f"Bearer {key}", "X-Odoo-Database": "practice"}
        return httpx.post(f"{sandbox.urls['odoo']}/json/2/{path}", json=body, headers=headers)

    asked = {"domain": [["is_company", "=", True]], "fields": ["name"], "limit": 2}
    assert len(post("res.partner/search_read", asked).json()) == 2
    denied, missing, wrong = (
        post("res.partner/search", {}, key="x"),
        post("res.partner/read", {"ids": [999999]}),
        post("res.partner/search", {"colour": "red"}),
    )
    assert [answer.status_code for answer in (denied, missing, wrong)] == [401, 404, 422]
    assert denied.json()["name"] == "werkzeug.exceptions.Unauthorized"
