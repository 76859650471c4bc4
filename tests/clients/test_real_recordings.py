"""Real traffic of real vendors pages through; needs the folder that INTKIT_FIELD names."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from intkit.cassettes import open_cassette
from intkit.clients.client import Client
from intkit.clients.connection import Connection
from intkit.clients.paging import Cursor
from intkit.vendors import find_vendor

FIELD = os.environ.get("INTKIT_FIELD")
pytestmark = pytest.mark.skipif(not FIELD, reason="needs the folder of real recordings")

GITLAB = Connection(
    "gitlab", "https://gitlab.com/api/v4", paging=Cursor(at="x-next-page", param="page", header=True)
)
MAILCHIMP = replace(find_vendor("mailchimp"), base_url="https://us3.api.mailchimp.com")
COMMITS = {"order_by": "created_at", "since": "2022-01-01T00:00:00Z", "sort": "asc", "with_stats": "true"}
MEMBERS = {"sort_field": "last_changed", "sort_dir": "ASC", "count": 4, "offset": 0, "exclude_fields": "email_address",
           "since_last_changed": "2022-02-23T16:25:56.999Z"}  # fmt: skip


def replayed(name, connection):
    return Client(connection, mode="replay", cassette=open_cassette(Path(FIELD, "recordings", name)))


def bodies(client, part):
    """The recorded answers to requests whose address holds a text, decoded."""
    return [json.loads(each.response.body) for each in client._cassette.exchanges if part in each.request.url]


def test_gitlab_s_seven_pages():
    with replayed("gitlab_commits.yaml", GITLAB) as gitlab:
        commits = gitlab.records("/projects/meltano%2Fsdk/repository/commits", params=COMMITS)
        expected = {commit["id"] for page in bodies(gitlab, "commits") for commit in page}
        assert {commit["id"] for commit in commits} == expected
        assert len(commits) == len(expected) == 134
        assert "7 page(s) read." in commits.note


def test_mailchimp_s_members_by_four():
    with replayed("mailchimp-import_importRecords.yaml", MAILCHIMP) as mailchimp:
        members = mailchimp.records("/3.0/lists/a36b032126/members", params=MEMBERS)
        pages = bodies(mailchimp, "count=4")
        assert len({member["id"] for member in members}) == len(members) == pages[-1]["total_items"] == 10
        assert "3 page(s) read." in members.note


@pytest.mark.parametrize(
    ("name", "base_url", "path", "params", "at", "count"),
    [
        ("closeio-export-contacts_destination-mapping-options.yaml", "https://api.close.com", "/api/v1/custom_field/contact/", {}, "data", 3),
        ("pipedrive-export-persons_destination-mapping-options.yaml", "https://api.pipedrive.com", "/v1/personFields",
         {"api_token": "REDACTED"}, "data", None),
        ("intercom-integration_lead-quirks.yaml", "https://api.intercom.io", "/contacts", {"per_page": 150}, "data", 3),
    ],
)  # fmt: skip
def test_lists_of_strangers_are_found_without_being_named(name, base_url, path, params, at, count):
    with replayed(name, Connection("stranger", base_url)) as client:
        records = client.records(path, params=params)
        expected = bodies(client, path)[0][at]
        assert list(records) == expected
        assert count in (None, len(expected))
