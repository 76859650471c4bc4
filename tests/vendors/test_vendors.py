"""Every vendor file against its practice server: all records, wrong selectors, faults, refusals, OAuth."""

from __future__ import annotations

import threading
import warnings
from dataclasses import replace

import httpx
import pytest

from intkit.clients.auth import Bearer
from intkit.clients.client import Client
from intkit.clients.connection import Resilience
from intkit.clients.oauth import ClientCredentials, RefreshToken
from intkit.clients.paging import PageNumber
from intkit.clients.selection import SelectionWarning
from intkit.clients.sign_in import AuthorizationCode
from intkit.connections import connect
from intkit.errors import ApiError, ConnectError, RecordsError
from intkit.redaction import forget_secrets
from intkit.sandbox import Sandbox
from intkit.vendors import find_vendor, vendor_at, vendor_names
from tests.clients.shop import StillClock

# what a connection needs beside the vendor's name; Exact's own sign-in is shown further down
WORDS = {
    "mailchimp": {"dc": "us19"},
    "odoo": {"database": "practice"},
    "exact": {"auth": Bearer("env:EXACT_TOKEN")},
}
ALL_INVOICES = {"filter": "period:20200101..20301231"}
# vendor, path, what to ask with, where the records are, and the parameter that sets the size of a page
LISTS = [
    ("stripe", "/v1/charges", {}, "data", "limit"),
    ("stripe", "/v1/customers", {}, "data", "limit"),
    ("mollie", "/v2/payments", {}, "_embedded.payments", "limit"),
    ("mollie", "/v2/customers", {}, "_embedded.customers", "limit"),
    ("resend", "/emails", {}, "data", "limit"),
    ("mailchimp", "/3.0/lists/a36b032126/members", {}, "members", "count"),
    ("hubspot", "/crm/v3/objects/contacts", {}, "results", "limit"),
    ("hubspot", "/crm/v3/objects/deals/search", {"json": {"filterGroups": []}}, "results", "limit"),
    ("moneybird", "/api/v2/123456789012345/contacts.json", {}, "[]", "per_page"),
    ("moneybird", "/api/v2/123456789012345/sales_invoices.json", {"params": ALL_INVOICES}, "[]", "per_page"),
    ("odoo", "/json/2/res.partner/search_read", {"json": {"domain": [], "fields": ["name"]}}, "[]", "limit"),
    ("exact", "/api/v1/1234567/crm/Accounts", {}, "d.results", None),
    ("exact", "/api/v1/1234567/salesorder/SalesOrders", {}, "d.results", None),
]
NAMES = [f"{vendor} {path.rpartition('/')[2]}" for vendor, path, *_ in LISTS]


def variable(vendor):
    """Where the kit looks for the vendor's key; for a stranger any place will do."""
    if vendor not in vendor_names():
        return "STRANGERS_KEY"
    auth = WORDS.get(vendor, {}).get("auth", find_vendor(vendor).auth)
    return auth.references()[0].partition(":")[2]


def key_of(record):
    """Return what a record of any vendor is called by."""
    return str(next(record[name] for name in ("id", "ID", "OrderID") if name in record))


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture(autouse=True)
def keys(sandbox, tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    for name, key in sandbox.keys.items():
        monkeypatch.setenv(variable(name), key)
    sandbox.faults.clear()
    yield
    sandbox.faults.clear()
    forget_secrets()


def client(vendor, **described):
    """A client of the practice server that never really waits."""
    with connect(vendor, **WORDS.get(vendor, {}) | described) as found:
        return Client(found.connection, clock=StillClock())


def fetch(vendor, path, options, **described):
    with client(vendor, **described) as found, warnings.catch_warnings():
        warnings.simplefilter("ignore", SelectionWarning)
        return list(found.records(path, **options))


def with_size(options, param, size):
    place = "json" if "json" in options else "params"
    return {**options, place: {**options.get(place, {}), param: size}}


def test_there_is_a_practice_server_for_every_vendor(sandbox):
    assert {*vendor_names(), "playground"} == set(sandbox.keys)


@pytest.mark.parametrize(("vendor", "path", "options", "at", "size"), LISTS, ids=NAMES)
def test_every_record_comes_once_whatever_the_size_of_a_page(vendor, path, options, at, size):
    records = fetch(vendor, path, options)
    assert len(records) > 60
    assert len({key_of(record) for record in records}) == len(records)
    if size:
        assert fetch(vendor, path, with_size(options, size, 37)) == records


@pytest.mark.parametrize(("vendor", "path", "options", "at", "size"), LISTS, ids=NAMES)
def test_how_a_vendor_pages_is_found_out_from_its_first_answer(vendor, path, options, at, size):
    with client(vendor) as found:
        stranger = replace(found.connection, paging=None, at="")
    with Client(stranger, clock=StillClock()) as unknown:
        records = unknown.records(path, **options)
        assert list(records) == fetch(vendor, path, options)
        assert "Found out: " in records.note


def test_a_list_comes_by_the_number_of_its_page_as_well():
    _, path, options, *_ = next(each for each in LISTS if each[0] == "moneybird")
    assert fetch("moneybird", path, options, paging=PageNumber(size=37)) == fetch("moneybird", path, options)


def mistakes(at):
    """Selectors that people write by mistake for this one."""
    name = at.rpartition(".")[2]
    return [name[:-1], f"{name}s", f"x.{name}", f"{at}.x", name.upper(), "objects", "_links", "has_more"]


@pytest.mark.parametrize(("vendor", "path", "options", "at", "size"), LISTS, ids=NAMES)
def test_every_wrong_selector_is_flagged_with_the_right_one(vendor, path, options, at, size):
    with client(vendor) as found:
        for wrong in mistakes(at) if at != "[]" else ["data", "x.y", "contacts"]:
            with pytest.raises(RecordsError) as caught:
                found.records(path, **options, at=wrong)
            assert caught.value.remedy == f"Write at={at!r}."
            assert f"{at!r}: " in caught.value.facts[0]


FAULTS = ["429 times=2", "429 retry_after=3", "500", "502", "503 times=3", "504", "html", "reset times=2", "truncated",
          "timeout seconds=0.05", "trickle seconds=0", "latency seconds=0.01"]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_every_passing_fault_is_ridden_out(sandbox, fault):
    expected = fetch("stripe", "/v1/charges", {})
    sandbox.faults.plan(f"stripe {fault} skip=1")
    assert fetch("stripe", "/v1/charges", {}) == expected


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("expired", "Expired API Key"),
        ("garbled", "is not JSON"),
        ("repeat skip=1", "leads back to a page|same records as the one before"),
    ],
)
def test_every_lasting_fault_is_said(sandbox, fault, said):
    sandbox.faults.plan(f"stripe {fault} times=0")
    with client("stripe") as stripe, pytest.raises((ApiError, RecordsError), match=said):
        len(stripe.records("/v1/charges"))


@pytest.mark.parametrize("vendor", sorted(set(vendor_names()) - {"github"}))
def test_every_vendor_s_no_to_a_wrong_key_is_read(vendor, monkeypatch):
    monkeypatch.setenv(variable(vendor), "wrong-secret-4711")
    _, path, options, *_ = next(each for each in LISTS if each[0] == vendor)
    with client(vendor) as found, pytest.raises(ApiError) as caught:
        found.records(path, **options)
    # Resend says 400 or 401 by the kind of wrong
    assert caught.value.status in (400, 401, 403)
    assert caught.value.message
    assert "wrong-secret-4711" not in str(caught.value)


@pytest.mark.parametrize("vendor", vendor_names())
def test_the_doctor_finds_every_vendor_well(vendor):
    with client(vendor) as found:
        card = found.check()
    assert card.ok, card.text()


ISSUES = """
query ($after: String) {
  repository(owner: "%s", name: "webshop") {
    issues(first: %d, after: $after) { nodes { number title } pageInfo { hasNextPage endCursor } }
  }
}
"""


@pytest.mark.parametrize("wrong", ["repository.issue", "repository.pulls", "issues", "repository"])
def test_every_wrong_connection_is_flagged_with_the_right_one(wrong):
    from intkit.sandbox.seeds.github import OWNER

    with client("github") as github, pytest.raises(RecordsError) as caught:
        github.records(ISSUES % (OWNER, 50), at=wrong)
    assert caught.value.remedy == "Write at='repository.issues'."


def test_github_s_connections_are_followed():
    from intkit.sandbox.seeds.github import OWNER

    with client("github") as github:
        few, many = (
            list(github.records(ISSUES % (OWNER, size), at="repository.issues")) for size in (7, 100)
        )
        assert few == many
        assert len({issue["number"] for issue in many}) == len(many) > 60
        with pytest.raises(ApiError, match="Could not resolve to a Repository"):
            github.query('{ repository(owner: "nobody", name: "nothing") { id } }')


def test_children_of_every_charge_are_those_within_it():
    with client("stripe") as stripe:
        charges = list(stripe.records("/v1/charges", limit=40))
        refunds = stripe.children("/v1/charges/{id}/refunds", charges)
        within = [refund["id"] for charge in charges for refund in charge["refunds"]["data"]]
        assert [refund["id"] for refund in refunds] == within
        assert within


def test_a_jsonrpc_no_under_200_is_an_error():
    body = {
        "jsonrpc": "2.0",
        "method": "call",
        "params": {"service": "object", "method": "execute_kw", "args": []},
        "id": 1,
    }
    with client("odoo") as odoo, pytest.raises(ApiError, match="was answered with 200"):
        odoo.records("/jsonrpc", json=body)


HUBSPOT = {
    "token_url": "https://api.hubapi.com/oauth/v1/token",
    "client_id": "sandbox-client",
    "client_secret": "env:APP_SECRET",
}


@pytest.fixture
def hubspot(monkeypatch):
    monkeypatch.setenv("APP_SECRET", "sandbox-client-secret")
    return find_vendor("hubspot")


def contacts(connection):
    with Client(connection, clock=StillClock()) as found:
        return len(found.records("/crm/v3/objects/contacts", limit=5))


def test_client_credentials_open_the_api(hubspot):
    assert contacts(replace(hubspot, auth=ClientCredentials(**HUBSPOT))) == 5


def test_a_sign_in_lasts_through_rotation_and_expiry(hubspot, sandbox, tmp_path, monkeypatch, unused_port):
    def browser(address):
        options = {"follow_redirects": True, "trust_env": False}
        threading.Thread(target=httpx.get, args=(address,), kwargs=options).start()

    monkeypatch.setattr("webbrowser.open", browser)
    authorize = f"{sandbox.urls['hubspot']}/oauth/authorize"
    auth = AuthorizationCode(**HUBSPOT, authorize_url=authorize, refresh_token="file:token", port=unused_port)
    with Client(replace(hubspot, auth=auth)) as found:
        found.sign_in()
        assert found.get("/crm/v3/objects/contacts").status_code == 200
        sandbox.clock.advance(7 * 3600)
        assert found.get("/crm/v3/objects/contacts").status_code == 200
        assert [call.grant for call in found.token_calls] == ["authorization_code", "refresh_token"]
    before = (tmp_path / "token").read_text()
    assert contacts(replace(hubspot, auth=RefreshToken(**HUBSPOT, refresh_token="file:token"))) == 5
    assert (tmp_path / "token").read_text() != before


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://api.stripe.com/v1/charges", ("stripe", {})),
        ("https://us7.api.mailchimp.com", ("mailchimp", {"dc": "us7"})),
        ("https://api.stripe.com.evil.example", None),
        ("https://example.com", None),
    ],
)
def test_a_vendor_is_known_by_its_address(url, found):
    assert vendor_at(url) == found


def test_a_live_vendor_needs_the_word_outside_the_practice_server():
    assert find_vendor("hubspot").environments["live"].live


@pytest.mark.parametrize("name", vendor_names())
def test_every_vendor_file_says_where_its_facts_come_from(name):
    assert find_vendor(name).docs.startswith("https://")
    assert find_vendor(name).name == name


def test_without_the_practice_server_a_live_host_is_not_reached_by_accident(monkeypatch):
    monkeypatch.setattr("intkit.connections.current_routes", dict)
    with pytest.raises(ConnectError, match="would reach the live environment"):
        connect("hubspot")


def test_a_vendor_s_limit_is_learned_from_its_headers_and_no_call_refused(monkeypatch):
    undeclared = replace(find_vendor("resend"), resilience=Resilience())
    with Sandbox("resend", limits=True) as strict, Client(undeclared) as resend:
        monkeypatch.setenv("RESEND_API_KEY", strict.keys["resend"])
        assert len(resend.records("/emails", limit=250)) == 250
        assert dict(resend.stats.statuses) == {200: 3}
        assert resend.stats.waited > 0.5
