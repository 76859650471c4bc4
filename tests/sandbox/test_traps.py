"""The traps that integrators fall into, vendor by vendor: each is here to fall into."""

from __future__ import annotations

import re
from datetime import datetime

import httpx
import pytest

from intkit.sandbox.seeds.hubspot import seed_objects
from intkit.sandbox.seeds.mailchimp import NEWSLETTER
from intkit.sandbox.seeds.mollie import seed_payments
from intkit.sandbox.stripe import seed_charges


@pytest.fixture(scope="module")
def ask(sandbox):
    """Return a function that calls a vendor and returns the response."""
    with httpx.Client() as client:

        def run(vendor, path, method="GET", **options):
            auth = ("any", sandbox.keys[vendor]) if vendor == "mailchimp" else None
            headers = {} if auth else {"Authorization": f"Bearer {sandbox.keys[vendor]}"}
            headers |= options.pop("headers", {})
            url = path if "://" in path else sandbox.urls[vendor] + path
            return client.request(method, url, headers=headers, auth=auth, **options)

        yield run


# Stripe


def test_stripe_takes_forms_with_brackets_and_keeps_metadata_as_text(ask):
    form = {"metadata[count]": "7", "address[line1]": "q", "name": ""}
    made = ask("stripe", "/v1/customers", "POST", data=form).json()
    assert made["metadata"] == {"count": "7"}
    assert made["address"] == {"line1": "q"}


def test_stripe_lists_the_newest_first(ask):
    times = [each["created"] for each in ask("stripe", "/v1/charges?limit=50").json()["data"]]
    assert times == sorted(times, reverse=True)


def test_stripe_yen_have_no_minor_unit():
    yen = [each["amount"] for each in seed_charges() if each["currency"] == "jpy"]
    assert yen
    assert all(amount % 10 == 0 for amount in yen if amount not in {50, 9999900})


def test_stripe_a_price_of_half_a_cent_has_a_decimal_twin_only(ask):
    prices = ask("stripe", "/v1/prices?limit=100").json()["data"]
    halves = [each["unit_amount_decimal"] for each in prices if each["unit_amount"] is None]
    assert halves
    assert all(text.endswith(".5") for text in halves)


def test_stripe_a_payment_method_may_still_be_called_card():
    assert {each["payment_method"].split("_")[0] for each in seed_charges()} == {"pm", "card"}


def test_stripe_a_nested_list_shows_ten_and_has_more(ask):
    invoices = ask("stripe", "/v1/invoices?limit=100").json()["data"]
    [long] = [each for each in invoices if each["lines"]["has_more"]]
    lines = ask("stripe", f"/v1/invoices/{long['id']}/lines?limit=100").json()["data"]
    assert len(long["lines"]["data"]) == 10 < len(lines)
    assert sum(line["amount"] for line in lines) == long["total"]


def test_stripe_versions_move_the_price_of_an_invoice_line(ask):
    lines = [
        ask("stripe", "/v1/invoices?limit=1", headers={"Stripe-Version": version}).json()["data"][0]["lines"][
            "data"
        ]
        for version in ("2022-08-01", "2026-10-28.endive")
    ]
    assert lines[0][0]["price"]["id"] == lines[1][0]["pricing"]["price_details"]["price"]
    assert "price" not in lines[1][0]


def test_stripe_events_are_kept_for_thirty_days_only(ask):
    events = ask("stripe", "/v1/events?limit=100&type=charge.succeeded").json()["data"]
    newest = seed_charges()[0]["created"]
    assert events
    assert all(event["created"] > newest - 32 * 86400 for event in events)


def test_stripe_a_429_names_the_limit_and_not_the_wait(sandbox, ask):
    sandbox.faults.plan("stripe 429")
    answer = ask("stripe", "/v1/charges")
    assert answer.headers["Stripe-Rate-Limited-Reason"] == "global-rate"
    assert "Retry-After" not in answer.headers


# Mollie


def test_mollie_from_is_inclusive(ask):
    first = ask("mollie", "/v2/payments?limit=2").json()["_embedded"]["payments"]
    again = ask("mollie", f"/v2/payments?limit=2&from={first[1]['id']}").json()["_embedded"]["payments"]
    assert again[0]["id"] == first[1]["id"]


def test_mollie_next_is_a_whole_address_of_the_host_that_was_asked(sandbox, ask):
    own = ask("mollie", "/v2/payments?limit=2").json()["_links"]["next"]["href"]
    routed = {"Host": "api.mollie.com", "X-Forwarded-Proto": "https"}
    real = ask("mollie", "/v2/payments?limit=2", headers=routed).json()["_links"]["next"]["href"]
    assert own.startswith(f"{sandbox.urls['mollie']}/v2/payments?from=tr_")
    assert real.startswith("https://api.mollie.com/v2/payments?from=tr_")


def test_mollie_errors_are_hal_json_too(ask):
    answer = ask("mollie", "/v2/payments/tr_none")
    assert answer.headers["Content-Type"] == "application/hal+json"
    assert answer.json()["_links"]["documentation"]["type"] == "text/html"


def test_mollie_fields_are_missing_or_null_and_amounts_are_text():
    payments = seed_payments()
    assert all(("paidAt" in each) == (each["status"] == "paid") for each in payments)
    assert any(each["method"] is None for each in payments)
    assert {type(each["metadata"]) for each in payments} == {dict, str, list, type(None)}
    yen = [each["amount"]["value"] for each in payments if each["amount"]["currency"] == "JPY"]
    assert yen
    assert not any("." in value for value in yen)


def test_mollie_writes_times_in_two_ways(ask):
    times = [
        each["createdAt"] for each in ask("mollie", "/v2/refunds?limit=250").json()["_embedded"]["refunds"]
    ]
    assert {re.sub(r".*:\d\d", "", text, count=1) if text.endswith("Z") else "+" for text in times} == {
        ".0Z",
        "+",
    }


# Resend


def test_resend_writes_times_in_three_ways(ask):
    made = {"from": "a@b.example", "to": "c@d.example", "subject": "x", "text": "y"}
    ident = ask("resend", "/emails", "POST", json=made | {"scheduled_at": "2026-05-01T09:00:00.000Z"}).json()[
        "id"
    ]
    email = ask("resend", f"/emails/{ident}").json()
    contact = ask("resend", "/contacts?limit=1").json()["data"][0]
    assert re.fullmatch(r"[-\d]+ [:\d]+\.\d{6}\+00", email["created_at"])
    assert re.fullmatch(r"[-\d]+ [:\d]+\.\d{3}\+00", contact["created_at"])
    assert email["scheduled_at"].endswith(".000Z")
    assert datetime.fromisoformat(email["created_at"]).utcoffset().total_seconds() == 0


def test_resend_to_goes_in_as_text_and_comes_out_as_a_list(ask):
    made = {"from": "a@b.example", "to": "c@d.example", "subject": "x", "text": "y"}
    ident = ask("resend", "/emails", "POST", json=made).json()["id"]
    assert ask("resend", f"/emails/{ident}").json()["to"] == ["c@d.example"]


def test_resend_no_key_and_a_wrong_key_are_different_errors(ask):
    errors = [ask("resend", "/emails", headers={"Authorization": word}).json() for word in ("", "Bearer x")]
    assert [(each["statusCode"], each["name"]) for each in errors] == [
        (401, "missing_api_key"),
        (403, "invalid_api_key"),
    ]


def test_resend_says_its_limit_in_headers_and_refuses_a_long_key(ask):
    answer = ask("resend", "/emails", "POST", json={}, headers={"Idempotency-Key": "k" * 257})
    assert answer.json()["name"] == "invalid_idempotency_key"
    assert answer.headers["ratelimit-limit"] == "2"


# Mailchimp


def test_mailchimp_has_empty_text_where_others_have_null(ask):
    members = ask("mailchimp", f"/3.0/lists/{NEWSLETTER}/members?count=200").json()["members"]
    assert None not in [
        value for each in members for value in (*each.values(), *each["merge_fields"].values())
    ]
    assert {type(each["merge_fields"]["LTV"]) for each in members} == {int, float, str}
    assert {type(each["merge_fields"]["ADDRESS"]) for each in members} == {dict, str}


def test_mailchimp_a_member_is_the_md5_of_the_address_in_lower_case(ask):
    member = ask("mailchimp", f"/3.0/lists/{NEWSLETTER}/members?count=1").json()["members"][0]
    path = f"/3.0/lists/{NEWSLETTER}/members/{member['email_address'].upper()}"
    assert ask("mailchimp", path).json()["id"] == member["id"]


def test_mailchimp_fields_cut_an_answer_down(ask):
    path = f"/3.0/lists/{NEWSLETTER}/members?count=2&fields=members.email_address,total_items"
    answer = ask("mailchimp", path).json()
    assert set(answer) == {"members", "total_items"}
    assert all(set(each) == {"email_address"} for each in answer["members"])


def test_mailchimp_errors_are_problem_json_with_an_instance(ask):
    answer = ask("mailchimp", "/3.0/lists/none/members")
    assert answer.headers["Content-Type"] == "application/problem+json; charset=utf-8"
    assert answer.json()["instance"] == answer.headers["X-Request-Id"]
    assert ask("mailchimp", "/3.0/ping", "POST").status_code == 405


# HubSpot


def test_hubspot_every_property_is_text_or_null(ask):
    path = "/crm/v3/objects/contacts?limit=100&properties=ltv,hs_email_optout,interests"
    found = [each["properties"] for each in ask("hubspot", path).json()["results"]]
    values = [value for each in found for value in each.values()]
    assert {type(value) for value in values} == {str, type(None)}
    assert any(";" in (each["interests"] or "") for each in found)
    assert {each["hs_email_optout"] for each in found} == {"true", "false", None}


def test_hubspot_paging_is_missing_on_the_last_page(ask):
    assert "paging" in ask("hubspot", "/crm/v3/objects/companies?limit=15").json()
    assert "paging" not in ask("hubspot", "/crm/v3/objects/companies?limit=16").json()


def test_hubspot_a_merged_contact_answers_under_its_old_id(ask):
    path = "/crm/v3/objects/contacts/100026?properties=hs_merged_object_ids"
    record = ask("hubspot", path).json()
    assert (record["id"], record["properties"]["hs_merged_object_ids"]) == ("100003", "100026")


def test_hubspot_archived_records_show_when_asked_for(ask):
    archived = ask("hubspot", "/crm/v3/objects/contacts?limit=100&archived=true").json()["results"]
    assert {each["id"] for each in archived} == {
        each["id"] for each in seed_objects()["contacts"] if each["archived"]
    }
    assert all("archivedAt" in each for each in archived)


def test_hubspot_a_search_says_less_about_limits(ask):
    plain = ask("hubspot", "/crm/v3/objects/contacts")
    search = ask("hubspot", "/crm/v3/objects/contacts/search", "POST", json={})
    assert plain.headers["X-HubSpot-RateLimit-Max"] == "100"
    assert "X-HubSpot-RateLimit-Max" not in search.headers
    assert search.headers["X-HubSpot-RateLimit-Daily"] == "250000"


# Odoo and GitHub


def test_odoo_an_error_comes_with_status_200(ask):
    params = {
        "service": "object",
        "method": "execute",
        "args": ["practice", 2, "wrong", "res.partner", "search", []],
    }
    answer = ask("odoo", "/jsonrpc", "POST", json={"jsonrpc": "2.0", "id": 5, "params": params})
    assert (answer.status_code, answer.json()["id"]) == (200, 5)
    assert answer.json()["error"]["data"]["name"] == "odoo.exceptions.AccessDenied"


def test_odoo_missing_is_false_links_are_pairs_and_money_is_a_float(ask):
    body = {"fields": ["name", "email", "phone", "parent_id", "country_id", "write_date"]}
    partners = ask("odoo", "/json/2/res.partner/search_read", "POST", json=body).json()
    lines = ask(
        "odoo", "/json/2/sale.order.line/search_read", "POST", json={"fields": ["price_subtotal"]}
    ).json()
    assert None not in [value for each in partners for value in each.values()]
    assert any(each["parent_id"] is False for each in partners)
    assert any(len(str(each["price_subtotal"])) > 10 for each in lines)
    assert all(re.fullmatch(r"[-\d]{10} [:\d]{8}", each["write_date"]) for each in partners)


def test_github_reports_cost_in_headers_and_data(ask):
    query = "{ rateLimit { cost remaining } viewer { login email databaseId } }"
    answer = ask("github", "/graphql", "POST", json={"query": query})
    assert answer.headers["X-RateLimit-Resource"] == "graphql"
    assert answer.json()["data"]["rateLimit"]["cost"] == 1


# The related worlds


def test_the_same_people_and_orders_are_known_everywhere_under_other_ids(ask):
    charges = {each["metadata"].get("order-id") for each in seed_charges()}
    payments = {
        (each["metadata"] or {}).get("order_id")
        for each in seed_payments()
        if isinstance(each["metadata"], dict)
    }
    deals = {each["properties"]["order_reference"] for each in seed_objects()["deals"]}
    books = ask("moneybird", "/api/v2/123456789012345/sales_invoices.json?per_page=100").json()
    invoices = {each["reference"] for each in books}
    assert len(charges & deals) > 30
    assert len(payments & deals) > 30
    assert len(payments & invoices) > 5
    # some were paid at both: work for a reconciliation
    assert 0 < len(charges & payments - {None}) < 40


def test_systems_disagree_about_the_same_person(ask):
    people = {each["id"]: each["properties"] for each in seed_objects()["contacts"]}
    partners = ask(
        "odoo", "/json/2/res.partner/search_read", "POST", json={"domain": [["ref", "!=", False]]}
    ).json()
    pairs = [(people[each["ref"]]["email"], each["email"]) for each in partners if each["ref"] in people]
    assert 10 < sum(crm == erp for crm, erp in pairs) < len(pairs)
