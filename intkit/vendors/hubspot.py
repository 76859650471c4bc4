"""HubSpot: CRM. Facts: recorded answers, and what the official SDK 12 sends and reads."""

from __future__ import annotations

from intkit.clients.auth import Bearer
from intkit.clients.connection import Connection, Environment, Resilience
from intkit.clients.paging import Cursor
from intkit.clients.rates import Rate

VENDOR = Connection(
    name="hubspot",
    base_url="https://api.hubapi.com",
    auth=Bearer("env:HUBSPOT_TOKEN"),
    environments={"live": Environment(live=True)},
    # a list takes the cursor in its query, a search in its body
    paging=Cursor(at="paging.next.after", param="after", size=100, size_param="limit"),
    at="results",
    resilience=Resilience(rate=Rate(100, 10.0)),
    check="/crm/v3/objects/contacts?limit=1",
    docs="https://developers.hubspot.com/docs/api-reference",
)
