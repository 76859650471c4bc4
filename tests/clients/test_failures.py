from __future__ import annotations

import httpx
import pytest

from intkit.clients.failures import api_error
from intkit.errors import ApiError
from intkit.redaction import register_secret
from tests.clients.shop import client_of


def refused(status, *, path="/orders", **answer):
    request = httpx.Request("GET", f"https://shop.example{path}")
    return api_error(httpx.Response(status, request=request, **answer))


MOLLIE = {
    "status": 422,
    "title": "Unprocessable Entity",
    "detail": "The amount is higher than the maximum",
    "field": "amount",
    "_links": {"documentation": {"href": "https://docs.mollie.com", "type": "text/html"}},
}
MAILCHIMP = {
    "type": "https://mailchimp.com/x",
    "title": "Invalid Resource",
    "status": 400,
    "detail": "Your merge fields were invalid.",
    "instance": "a1",
    "errors": [{"field": "LTV", "message": "Please enter a number"}],
}
MONEYBIRD_FIELDS = {
    "error": {"date": ["is invalid", "is too old"]},
    "details": {"date": [{"error": "invalid"}]},
}
ODOO = {
    "name": "werkzeug.exceptions.Unauthorized",
    "message": "Invalid apikey",
    "arguments": ["Invalid apikey"],
    "debug": "Traceback",
}
HUBSPOT = {
    "status": "error",
    "message": "You have reached your secondly limit.",
    "correlationId": "c-1",
    "category": "RATE_LIMITS",
}
XERO = {"ErrorNumber": 10, "Type": "ValidationException", "Message": "A validation exception occurred"}
EXACT = {"error": {"code": "", "message": {"lang": "", "value": "Data already exists."}}}
STRIPE = {
    "error": {
        "type": "invalid_request_error",
        "code": "resource_missing",
        "message": "No such charge: 'ch_x'",
        "param": "id",
    }
}


@pytest.mark.parametrize(
    ("status", "body", "code", "message", "field"),
    [
        (404, STRIPE, "resource_missing", "No such charge: 'ch_x'", "id"),
        (422, MOLLIE, "", "The amount is higher than the maximum", "amount"),
        (400, MAILCHIMP, "", "Please enter a number", "LTV"),
        (422, MONEYBIRD_FIELDS, "", "date is invalid, is too old", "date"),
        (400, {"error": "reason does not have a valid value"}, "", "reason does not have a valid value", ""),
        (429, "Retry later", "", "Retry later", ""),
        (401, ODOO, "werkzeug.exceptions.Unauthorized", "Invalid apikey", ""),
        (429, HUBSPOT, "RATE_LIMITS", "You have reached your secondly limit.", ""),
        (400, XERO, "10", "A validation exception occurred", ""),
        (400, EXACT, "", "Data already exists.", ""),
        (422, {"statusCode": 422, "name": "validation_error", "message": "Missing `to`."}, "validation_error", "Missing `to`.", ""),
        (401, {"error": "invalid_client", "error_description": "Unknown client"}, "invalid_client", "Unknown client", ""),
        (400, {"errors": ["first", "second"]}, "", "first", ""),
        (403, [{"message": "nope", "errorCode": "INSUFFICIENT_ACCESS"}], "INSUFFICIENT_ACCESS", "nope", ""),
    ],
)  # fmt: skip
def test_every_vendors_no_is_read(status, body, code, message, field):
    error = refused(status, json=body)
    assert (error.status, error.code, error.message, error.field) == (status, code, message, field)
    assert f"It says: {message}" in str(error)


def test_an_html_page_is_read_by_its_title():
    page = "<html><head><title>502 Bad\n Gateway</title></head><body><h1>nginx</h1></body></html>"
    error = refused(502, text=page)
    assert error.message == "502 Bad Gateway"
    assert "API's side" in error.remedy


def test_an_empty_answer_gives_no_reason():
    error = refused(500, content=b"")
    assert str(error).splitlines()[:2] == [
        "GET https://shop.example/orders was answered with 500 Internal Server Error.",
        "  It gives no reason.",
    ]


@pytest.mark.parametrize(
    "body", ["null", "[]", "{}", "7", "{", '{"error": null}', '{"error": {}}', '{"message": {"a": []}}']
)
def test_no_body_breaks_the_reading(body):
    assert isinstance(
        refused(400, content=body.encode(), headers={"content-type": "application/json"}), ApiError
    )


def test_the_request_id_is_kept_for_the_vendors_support():
    assert refused(500, headers={"request-id": "req_4711"}).request_id == "req_4711"


def test_a_secret_that_the_answer_repeats_is_blanked():
    register_secret("shop-secret-4711", "SHOP_KEY")
    error = refused(401, json={"message": "The key shop-secret-4711 is unknown"})
    assert error.message == "The key <SHOP_KEY> is unknown"


def test_control_characters_of_an_answer_do_not_reach_the_terminal():
    assert "\x1b" not in str(refused(400, text="\x1b[31mred\x07"))


def test_a_long_answer_is_cut():
    assert len(refused(400, text="x" * 5000).message) == 300


def test_records_raise_what_the_api_said_and_get_does_not():
    client = client_of(lambda _: httpx.Response(403, json={"message": "no scope"}))
    with pytest.raises(ApiError, match="403 Forbidden"):
        client.records("/orders")
    assert client.get("/orders").status_code == 403


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"ok": False, "error": "missing_scope", "needed": "channels:read"}, "", "missing_scope"),
        ({"success": False, "error": "Not found", "errorCode": 404}, "404", "Not found"),
        (
            {"jsonrpc": "2.0", "error": {"code": 200, "message": "Odoo Server Error",
             "data": {"name": "odoo.exceptions.AccessError", "message": "You may not read this."}}},
            "odoo.exceptions.AccessError", "You may not read this.",
        ),
    ],
)  # fmt: skip
def test_a_no_under_200_is_a_no(body, code, message):
    with pytest.raises(ApiError) as caught:
        client_of(lambda _: httpx.Response(200, json=body)).records("/orders")
    assert (caught.value.status, caught.value.code, caught.value.message) == (200, code, message)


def test_records_that_speak_of_success_are_no_refusal():
    body = {"success": True, "data": [{"id": 1, "ok": False, "success": False}]}
    assert len(client_of(lambda _: httpx.Response(200, json=body)).records("/orders")) == 1


def test_a_connection_that_fails_is_an_api_error_with_the_way_on():
    def app(request):
        raise httpx.UnsupportedProtocol("no such protocol")

    with pytest.raises(ApiError, match="GET /orders was not answered: UnsupportedProtocol") as caught:
        client_of(app).records("/orders")
    assert "client.check()" in caught.value.remedy


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"text": "<html>", "headers": {"content-type": "text/html"}}, r"is not JSON \(text/html\)"),
        ({"text": "[" * 300 + "]" * 300}, "nested more than 200 deep"),
    ],
)
def test_an_answer_that_cannot_be_read_is_shown(answer, said):
    with pytest.raises(Exception, match=said):
        client_of(lambda _: httpx.Response(200, **answer)).records("/orders")
