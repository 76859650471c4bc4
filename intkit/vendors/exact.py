"""Exact Online: ERP and bookkeeping, by OData 2. Facts: start.exactonline.nl/docs, and what public clients send.

Paths name the division: `records("/api/v1/1234567/crm/Accounts")`; `/api/v1/current/Me` says which one it is.
A new access token is given every nine and a half minutes at most, so let one client live rather than many.
"""

from __future__ import annotations

from intkit.clients.connection import Connection, Environment, Resilience
from intkit.clients.paging import NextUrl
from intkit.clients.rates import Rate
from intkit.clients.sign_in import AuthorizationCode

VENDOR = Connection(
    name="exact",
    base_url="https://start.exactonline.nl",  # of the Netherlands; other countries have servers of their own
    auth=AuthorizationCode(
        authorize_url="https://start.exactonline.nl/api/oauth2/auth",
        token_url="https://start.exactonline.nl/api/oauth2/token",  # noqa: S106 - an address
        client_id="env:EXACT_CLIENT_ID",
        client_secret="env:EXACT_CLIENT_SECRET",  # noqa: S106 - a reference
        refresh_token="file:secrets/exact_refresh_token",  # noqa: S106 - a reference
    ),
    environments={"live": Environment(live=True)},
    paging=NextUrl(at="d.__next"),
    at="d",  # holds the list itself, or `results`
    resilience=Resilience(rate=Rate(60, 60.0)),
    check="/api/v1/current/Me",
    docs="https://start.exactonline.nl/docs",
)
