"""Record every cassette again from the sandbox: `make cassettes`. The same seed gives the same bytes."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import intkit

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


if __name__ == "__main__":
    main()
