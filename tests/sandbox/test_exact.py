"""Exact Online has no official SDK for Python: httpx stands for what an integrator writes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intkit.sandbox import Sandbox
from intkit.sandbox.call import Call
from intkit.sandbox.odata import NotUnderstood, page_of
from intkit.sandbox.seeds.exact import DIVISION, seed_accounts, seed_lines, seed_orders

VENDORS = "exact"
ROOT = f"/api/v1/{DIVISION}"


def open_division(sandbox):
    headers = {"Authorization": f"Bearer {sandbox.keys['exact']}", "Accept": "application/json"}
    return httpx.Client(base_url=sandbox.urls["exact"] + ROOT, headers=headers)


@pytest.fixture
def division(sandbox):
    with open_division(sandbox) as client:
        yield client


def fetch_all(client, path, **asked):
    body = client.get(path, params=asked).json()["d"]
    records = body["results"]
    while "__next" in body:
        body = client.get(body["__next"]).json()["d"]
        records += body["results"]
    return records


@pytest.mark.parametrize(
    ("path", "seed"),
    [
        ("/crm/Accounts", seed_accounts),
        ("/salesorder/SalesOrders", seed_orders),
        ("/salesorder/SalesOrderLines", seed_lines),
    ],
)
def test_the_pages_of_sixty_together_are_the_seed(division, path, seed):
    assert len(division.get(path).json()["d"]["results"]) == 60
    records = fetch_all(division, path)
    own = [
        {name: each[name] for name in each if name not in ("__metadata", "SalesOrderLines")}
        for each in records
    ]
    assert own == seed()


def test_a_deferred_list_is_fetched_from_its_own_address(division):
    order = division.get("/salesorder/SalesOrders", params={"$top": 1}).json()["d"]["results"][0]
    lines = division.get(order["SalesOrderLines"]["__deferred"]["uri"]).json()["d"]["results"]
    assert {line["OrderID"] for line in lines} == {order["OrderID"]}
    assert sum(line["AmountFC"] for line in lines) == pytest.approx(order["AmountFC"])
    one = division.get(order["__metadata"]["uri"], params={"$select": "OrderNumber"}).json()["d"]
    assert (one["OrderNumber"], set(one)) == (order["OrderNumber"], {"__metadata", "OrderNumber"})


def test_a_filter_keeps_what_python_would_keep(division):
    since = datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000
    asked = {"$filter": "OrderDate ge datetime'2026-01-01T00:00:00' and Currency eq 'EUR' and AmountFC gt 50"}
    found = fetch_all(division, "/salesorder/SalesOrders", **asked, **{"$select": "OrderNumber"})
    expected = [
        order["OrderNumber"]
        for order in seed_orders()
        if int(re.search(r"\d+", order["OrderDate"])[0]) >= since
        and order["Currency"] == "EUR"
        and order["AmountFC"] > 50
    ]
    assert [each["OrderNumber"] for each in found] == expected != []


def test_the_code_of_an_account_is_found_with_its_leading_spaces_only(division):
    code = seed_accounts()[0]["Code"]
    assert len(code) == 18
    for text, count in ((code, 1), (code.strip(), 0)):
        found = division.get("/crm/Accounts", params={"$filter": f"Code eq '{text}'"}).json()["d"]["results"]
        assert len(found) == count


def test_who_does_not_ask_for_json_gets_xml(division):
    answer = division.get("/crm/Accounts", headers={"Accept": "*/*"})
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert answer.text.startswith("<feed")


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/crm/Accounts", {"$filter": "Name like 'x'"}, 400),
        ("/crm/Accounts", {"$filter": "Nmae eq 'x'"}, 400),
        ("/crm/Accounts", {"$select": "Nmae"}, 400),
        ("/crm/Accounts", {"$top": "many"}, 400),
        ("/crm/Accounts", {"$skiptoken": "guid'nobody'"}, 400),
        ("/crm/Accounts(guid'nobody')", {}, 404),
        ("/crm/Nothing", {}, 404),
    ],
)
def test_a_wrong_call_gets_exact_s_error_body(division, path, asked, status):
    answer = division.get(path, params=asked)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]["value"]


def test_another_division_is_forbidden_and_me_names_the_own(division, sandbox):
    assert division.get(f"{sandbox.urls['exact']}/api/v1/1/crm/Accounts").status_code == 403
    me = division.get(f"{sandbox.urls['exact']}/api/v1/current/Me").json()["d"]["results"][0]
    assert me["CurrentDivision"] == DIVISION


def test_an_account_is_made_and_changed(fresh):
    with open_division(fresh) as division:
        made = division.post("/crm/Accounts", json={"Name": "Nieuw B.V.", "City": "Delft"}).json()["d"]
        uri = made["__metadata"]["uri"]
        changed = division.put(uri, json={"City": "Gouda"})
        assert (changed.status_code, changed.content) == (204, b"")
        now = division.get(uri).json()["d"]
        refused = [division.post("/crm/Accounts", json=body) for body in ({}, {"Name": "A", "Code": "1"}, [])]
    assert (now["City"], len(made["Code"]), now["Blocked"]) == ("Gouda", 18, False)
    assert now["Modified"] > made["Modified"]
    assert [answer.status_code for answer in refused] == [400] * 3


def test_two_limits_are_told_and_the_minute_s_is_in_force():
    with Sandbox("exact", limits=True) as sandbox, open_division(sandbox) as division:
        answers = [division.get("/logistics/Items") for _ in range(61)]
        now = sandbox.clock.wall() * 1000
        sandbox.clock.advance(60)
        later = division.get("/logistics/Items")
    told = answers[-1].headers
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert told["X-RateLimit-Minutely-Remaining"] == "0"
    assert 50_000 < int(told["X-RateLimit-Minutely-Reset"]) - now <= 60_000
    assert int(told["X-RateLimit-Remaining"]) > 0
    assert "Retry-After" not in told
    assert later.status_code == 200


@given(st.integers(0, 25), st.integers(1, 9), st.none() | st.integers(0, 30))
def test_the_pages_are_the_list_up_to_the_top(count, size, top):
    records = [{"ID": f"a-{number}", "n": number} for number in range(count)]
    query, seen = f"$top={top}" if top is not None else "", []
    while True:
        page, beside = page_of(Call("GET", "/x", query, {}, b"", "https://h"), records, "ID", size)
        seen += page
        if "__next" not in beside:
            break
        query = beside["__next"].partition("?")[2]
    assert seen == records[:top]


@given(st.text(max_size=12))
def test_any_filter_is_read_or_refused(text):
    records = [{"ID": "1", "Name": "a", "Modified": "/Date(0)/", "Count": 1, "Gone": None}]
    call = Call("GET", "/x", "", {}, b"", "https://h")
    for filter_ in (text, f"Name eq '{text}'", f"Count gt {text}", f"Modified lt datetime'{text}'"):
        call.query = str(httpx.QueryParams({"$filter": filter_}))
        try:
            page, _ = page_of(call, records, "ID", 10)
        except NotUnderstood:
            continue
        assert page in ([], records)
