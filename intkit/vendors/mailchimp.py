"""Mailchimp Marketing: audiences and mail. Facts: recorded answers, and what the official SDK 3.0.80 sends."""

from __future__ import annotations

from intkit.clients.auth import Basic
from intkit.clients.connection import Connection, Environment
from intkit.clients.paging import Offset

VENDOR = Connection(
    name="mailchimp",
    base_url="https://{dc}.api.mailchimp.com",  # the data centre is the end of the key, `…-us19`
    auth=Basic("env:MAILCHIMP_API_KEY", user="any"),
    environments={"live": Environment(live=True)},
    paging=Offset(param="offset", total="total_items", size=1000, size_param="count"),
    # a list is named after what is asked for, and is the only one beside `_links`
    check="/3.0/ping",
    docs="https://mailchimp.com/developer/marketing/api",
)
