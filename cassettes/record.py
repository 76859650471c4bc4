"""Record every cassette again from the sandbox: `make cassettes`. The same seed gives the same bytes."""

from __future__ import annotations

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NamedTuple

import intkit
from intkit.cassettes.wire import routed

# vendor: where the kit looks for its key
KEYS = {
    "stripe": "STRIPE_API_KEY",
    "mollie": "MOLLIE_API_KEY",
    "resend": "RESEND_API_KEY",
    "mailchimp": "MAILCHIMP_API_KEY",
    "hubspot": "HUBSPOT_TOKEN",
    "moneybird": "MONEYBIRD_TOKEN",
    "odoo": "ODOO_API_KEY",
    "github": "GITHUB_TOKEN",
}
# vendor: what its address leaves open
ACCOUNTS = {"mailchimp": {"dc": "us19"}, "odoo": {"database": "practice"}}
BOOKS = "/api/v2/123456789012345"
ISSUES = """
query ($after: String) {
  repository(owner: "praktijkwinkel", name: "webshop") {
    issues(first: 100, after: $after) {
      nodes {
        number title state stateReason createdAt closedAt
        author { login } labels(first: 10) { nodes { name } } milestone { title dueOn }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


class Read(NamedTuple):
    """One list read into one cassette, by its path or GraphQL text; `limit` where a part shows enough."""

    cassette: str
    path: str
    words: dict[str, Any] | None = None
    limit: int | None = None


def properties(names: str) -> dict[str, Any]:
    return {"params": {"properties": names.replace(" ", ",")}}


def fields(names: str) -> dict[str, Any]:
    return {"json": {"fields": names.split()}}


def linked(**specification: Any) -> dict[str, Any]:
    """Return Odoo's words for records together with what they link to; text names plain fields."""

    def spelt(asked: dict[str, Any]) -> dict[str, Any]:
        plain = {name: {} for name in asked.pop("plain", "").split()}
        return plain | {name: {"fields": spelt(dict(inner))} for name, inner in asked.items()}

    return {"json": {"specification": spelt(specification)}, "at": "records"}


READS = [
    Read("stripe/charges", "/v1/charges"),
    Read("stripe/charges_expanded", "/v1/charges", {"params": {"expand[]": "data.customer"}}, limit=100),
    Read("stripe/customers", "/v1/customers"),
    Read("stripe/invoices", "/v1/invoices", limit=100),
    Read("mollie/payments", "/v2/payments"),
    Read("mollie/customers", "/v2/customers"),
    Read("resend/emails", "/emails", limit=200),
    Read("resend/contacts", "/contacts"),
    Read("mailchimp/members", "/3.0/lists/a36b032126/members"),
    Read(
        "hubspot/contacts",
        "/crm/v3/objects/contacts",
        properties(
            "email firstname lastname phone company country lifecyclestage hs_email_optout ltv interests"
        ),
    ),
    Read(
        "hubspot/deals",
        "/crm/v3/objects/deals",
        properties("dealname amount deal_currency_code dealstage closedate order_reference"),
    ),
    Read("moneybird/contacts", f"{BOOKS}/contacts.json"),
    Read(
        "moneybird/sales_invoices",
        f"{BOOKS}/sales_invoices.json",
        {"params": {"filter": "period:202501..202612"}},
        limit=100,
    ),
    Read(
        "odoo/partners",
        "/json/2/res.partner/search_read",
        fields("name email phone is_company parent_id street zip city country_id vat ref active write_date"),
    ),
    Read(
        "odoo/invoices",
        "/json/2/account.move/search_read",
        fields(
            "name ref move_type state payment_state partner_id invoice_date invoice_date_due currency_id "
            "amount_untaxed amount_total amount_residual invoice_line_ids"
        ),
    ),
    Read(
        "odoo/invoice_lines",
        "/json/2/account.move.line/search_read",
        fields("move_id product_id name quantity price_unit price_subtotal tax_ids display_type"),
    ),
    Read(
        "odoo/invoices_with_lines",
        "/json/2/account.move/web_search_read",
        linked(
            plain="name ref move_type state invoice_date invoice_date_due amount_untaxed",
            partner_id={"plain": "display_name"},
            currency_id={"plain": "name"},
            invoice_line_ids={"plain": "name quantity price_unit tax_ids display_type"},
        ),
    ),
    Read(
        "odoo/sale_orders",
        "/json/2/sale.order/web_search_read",
        linked(
            plain="name state date_order client_order_ref amount_untaxed",
            partner_id={"plain": "display_name street zip city", "country_id": {"plain": "code"}},
            currency_id={"plain": "name"},
            order_line={
                "plain": "name product_uom_qty price_unit display_type",
                "product_id": {"plain": "default_code"},
                "warehouse_id": {"plain": "code"},
            },
        ),
    ),
    Read("github/issues", ISSUES, {"at": "repository.issues"}),
]


class Inbox(BaseHTTPRequestHandler):
    """The shop's own receiver of webhooks: keeps what is pushed, and lists it in the order of the events."""

    events: list[dict[str, Any]] = []  # noqa: RUF012 - the server makes a handler for each request

    server_version, sys_version = "inbox", ""

    def do_POST(self) -> None:
        """Keep an event."""
        self.events.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer({})

    def do_GET(self) -> None:
        """List the events."""
        self._answer({"data": sorted(self.events, key=lambda event: (event["created_at"], event["type"]))})

    def _answer(self, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 - the same at each recording
        """Return one moment."""
        return "Tue, 31 Mar 2026 12:00:00 GMT"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def record_events(sandbox: intkit.Sandbox) -> None:
    """Let twelve e-mails be sent and arrive, some be opened, and record the inbox that was told of it."""
    people = [
        each["email"] for each in intkit.connect("resend", cassette="resend/contacts").records("/contacts")
    ]
    inbox = HTTPServer(("127.0.0.1", 0), Inbox)
    threading.Thread(target=inbox.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{inbox.server_port}"
    sandbox.webhooks.subscribe("resend", f"{url}/resend", "whsec_cHJhY3RpY2U=")
    with intkit.connect("resend") as client:
        sender = {"from": "Shop <orders@shop.example>", "text": "Thank you."}
        emails = [{**sender, "to": to, "subject": f"Order {n}"} for n, to in enumerate(people[:12], start=1)]
        client.post("/emails/batch", json=emails)
    for _ in range(16):
        sandbox.happen("resend")
    sandbox.webhooks.flush()
    with (
        routed({"hooks.shop.example": url}),
        intkit.connect("https://hooks.shop.example", cassette="resend/events", mode="refresh") as client,
    ):
        print(f"cassettes/resend/events.yaml: {len(client.records('/resend/events', at='data'))} records")
    inbox.shutdown()
    inbox.server_close()


def main() -> None:
    with intkit.Sandbox(KEYS) as sandbox:
        for vendor, name in KEYS.items():
            os.environ[name] = sandbox.keys[vendor]
        for read in READS:
            vendor = read.cassette.split("/")[0]
            account = ACCOUNTS.get(vendor, {})
            with intkit.connect(vendor, cassette=read.cassette, mode="refresh", **account) as client:
                records = client.records(read.path, limit=read.limit, **(read.words or {}))
                print(f"cassettes/{read.cassette}.yaml: {len(records)} records")
        record_events(sandbox)


if __name__ == "__main__":
    main()
