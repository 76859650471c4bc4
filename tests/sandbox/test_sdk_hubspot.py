"""The official hubspot-api-client, unchanged."""

from __future__ import annotations

import json

import pytest

from intkit.sandbox import Sandbox
from intkit.sandbox.seeds.hubspot import seed_objects

hubspot = pytest.importorskip("hubspot")
from hubspot.crm.contacts.exceptions import ApiException  # noqa: E402

pytestmark = pytest.mark.sdk
VENDORS = "hubspot"


def open_portal(sandbox):
    return hubspot.HubSpot(access_token=sandbox.keys["hubspot"], host=sandbox.urls["hubspot"])


@pytest.fixture
def portal(sandbox):
    return open_portal(sandbox)


def living(kind):
    return [each["id"] for each in seed_objects()[kind] if not each["archived"]]


@pytest.mark.parametrize("kind", ["contacts", "companies", "deals"])
def test_the_sdk_lists_all_pages(portal, kind):
    merged_away = {"100026", "100028"}
    listed = [each.id for each in getattr(portal.crm, kind).get_all()]
    assert listed == [ident for ident in living(kind) if ident not in merged_away]


def test_the_sdk_reads_one_with_its_associations(portal):
    contact = next(each for each in seed_objects()["contacts"] if each["properties"]["company"])
    api = portal.crm.contacts.basic_api
    read = api.get_by_id(contact["id"], properties=["company"], associations=["companies"])
    assert read.properties["company"] == contact["properties"]["company"]
    assert len(read.associations["companies"].results) == 1


def test_the_sdk_searches_by_page(portal):
    condition = {"propertyName": "lifecyclestage", "operator": "EQ", "value": "customer"}
    wanted = {"filterGroups": [{"filters": [condition]}], "limit": 20, "properties": ["lifecyclestage"]}
    page = portal.crm.contacts.search_api.do_search(wanted)
    following = portal.crm.contacts.search_api.do_search(wanted | {"after": page.paging.next.after})
    assert page.total > 40
    assert {each.properties["lifecyclestage"] for each in page.results} == {"customer"}
    assert not {each.id for each in page.results} & {each.id for each in following.results}


def test_the_sdk_creates_and_is_told_of_a_conflict(fresh):
    api = open_portal(fresh).crm.contacts.basic_api
    values = {"properties": {"email": "new@mail.example", "firstname": "Zoë", "ltv": 12}}
    made = api.create(values)
    assert (made.properties["ltv"], made.properties["firstname"]) == ("12", "Zoë")
    with pytest.raises(ApiException) as caught:
        api.create(values)
    assert (caught.value.status, json.loads(caught.value.body)["category"]) == (409, "CONFLICT")


def test_the_sdk_raises_our_validation_error(portal):
    with pytest.raises(ApiException) as caught:
        portal.crm.contacts.basic_api.create({"properties": {"shoe_size": "44"}})
    problem = json.loads(caught.value.body)
    assert (caught.value.status, problem["category"]) == (400, "VALIDATION_ERROR")
    assert problem["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST"


def test_the_sdk_raises_our_rate_limit():
    with Sandbox("hubspot", faults="hubspot 429") as sandbox, pytest.raises(ApiException) as caught:
        open_portal(sandbox).crm.contacts.basic_api.get_page()
    assert (caught.value.status, json.loads(caught.value.body)["category"]) == (429, "RATE_LIMITS")


def test_the_sdk_upserts_and_reads_in_batches(fresh):
    api = open_portal(fresh).crm.contacts.batch_api
    inputs = [{"id": "up@mail.example", "idProperty": "email", "properties": {"firstname": "A"}}]
    first, second = (api.upsert({"inputs": inputs}).results[0] for _ in range(2))
    assert (first.id, first.new, second.new) == (second.id, True, False)
    found = api.read(
        {"inputs": [{"id": first.id}, {"id": "1"}], "properties": [], "propertiesWithHistory": []}
    )
    assert (found.num_errors, len(found.results)) == (1, 1)
