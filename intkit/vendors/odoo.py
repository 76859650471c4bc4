"""Odoo 19 and later: ERP, by /json/2. Facts: odoo.com/documentation, and what OdooRPC 0.10 sends.

Lists are searches: `records("/json/2/res.partner/search_read", json={"fields": ["name"]})`.
"""

from __future__ import annotations

from intkit.clients.auth import Bearer
from intkit.clients.connection import Connection, Environment
from intkit.clients.paging import Offset

VENDOR = Connection(
    name="odoo",
    base_url="https://{database}.odoo.com",  # an own server: connect("odoo", base_url="https://erp.example.com")
    auth=Bearer("env:ODOO_API_KEY"),
    environments={"live": Environment(live=True)},
    paging=Offset(param="offset", size=100, size_param="limit"),
    at="[]",
    check="POST /json/2/res.partner/search_count",
    docs="https://www.odoo.com/documentation/19.0/developer/reference/external_api.html",
)
