"""The official mailchimp-marketing, unchanged."""

from __future__ import annotations

import json

import httpx
import pytest

from intkit.sandbox import Sandbox
from intkit.sandbox.seeds.mailchimp import NEWSLETTER, seed_members, subscriber_hash

mailchimp = pytest.importorskip("mailchimp_marketing")
from mailchimp_marketing.api_client import ApiClientError  # noqa: E402

pytestmark = pytest.mark.sdk
VENDORS = "mailchimp"


def open_account(sandbox):
    client = mailchimp.Client({"api_key": sandbox.keys["mailchimp"], "server": "us19"})
    client.api_client.host = sandbox.urls["mailchimp"] + "/3.0"
    return client


@pytest.fixture
def account(sandbox):
    return open_account(sandbox)


def test_the_sdk_lists_all_pages(account):
    first = account.lists.get_list_members_info(NEWSLETTER, count=100)
    rest = account.lists.get_list_members_info(NEWSLETTER, count=100, offset=100)
    wanted = [each for each in seed_members()[NEWSLETTER] if each["status"] != "archived"]
    assert first["members"] + rest["members"] == wanted
    assert first["total_items"] == len(wanted)
    assert account.ping.get()["health_status"]


def test_the_sdk_reads_one_member_and_the_merge_fields(account):
    member = seed_members()[NEWSLETTER][0]
    assert account.lists.get_list_member(NEWSLETTER, member["id"])["email_address"] == member["email_address"]
    fields = account.lists.get_list_merge_fields(NEWSLETTER)
    assert [each["tag"] for each in fields["merge_fields"]] == [
        "FNAME",
        "LNAME",
        "ADDRESS",
        "PHONE",
        "USERID",
        "LTV",
    ]


def test_the_sdk_upserts_by_the_hash_of_the_address(fresh):
    account, email = open_account(fresh), "New.One@Mail.example"
    wanted = {"email_address": email, "status_if_new": "subscribed", "merge_fields": {"FNAME": "N"}}
    made = account.lists.set_list_member(NEWSLETTER, subscriber_hash(email), wanted)
    again = account.lists.set_list_member(NEWSLETTER, subscriber_hash(email), {"merge_fields": {"LTV": 3.5}})
    assert made["id"] == again["id"] == subscriber_hash(email.lower())
    assert (again["merge_fields"]["FNAME"], again["merge_fields"]["LTV"]) == ("N", 3.5)


def test_the_sdk_raises_our_validation_error_as_text(account):
    wanted = {"email_address": "a@b.example", "status": "subscribed", "merge_fields": {"LTV": "much"}}
    with pytest.raises(ApiClientError) as caught:
        account.lists.add_list_member(NEWSLETTER, wanted)
    # problem+json is not JSON to this SDK: a trap of its own
    problem = json.loads(caught.value.text)
    assert problem["errors"] == [{"field": "LTV", "message": "Please enter a number"}]


def test_the_sdk_raises_our_rate_limit():
    with Sandbox("mailchimp", faults="mailchimp 429") as sandbox, pytest.raises(ApiClientError) as caught:
        open_account(sandbox).ping.get()
    assert caught.value.status_code == 429


def test_a_batch_runs_its_operations_and_packs_their_answers(fresh):
    account = open_account(fresh)
    body = json.dumps({"email_address": "b@c.example", "status": "subscribed"})
    path = f"/lists/{NEWSLETTER}/members"
    operations = [{"method": "POST", "path": path, "body": body, "operation_id": "one"}] * 2
    batch = account.batches.start({"operations": operations})
    done = account.batches.status(batch["id"])
    assert (batch["status"], done["status"]) == ("pending", "finished")
    assert (done["finished_operations"], done["errored_operations"]) == (2, 1)
    assert httpx.get(done["response_body_url"]).content[:2] == b"\x1f\x8b"


def test_many_are_subscribed_at_once_and_the_bad_ones_are_listed(fresh):
    members = [{"email_address": "b@c.example", "status": "subscribed"}, {"email_address": "nobody"}]
    answer = open_account(fresh).lists.batch_list_members(NEWSLETTER, {"members": members})
    assert (answer["total_created"], answer["error_count"]) == (1, 1)
