"""What the practice Odoo database holds: the models of sales and accounting, with the types of their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intkit.sandbox.times import day, naive
from intkit.sandbox.world import DEFAULT_SEED, build_world, chance

if TYPE_CHECKING:
    from intkit.sandbox.world import Company, Order, Person

Record = dict[str, Any]

TRAITS = (
    "Every missing value is `false`, also where a text, a number, a date or a link is expected.",
    'A link to one record is `[id, "Name"]`, a link to many a list of ids: lines come from a second read.',
    "Times are UTC without saying so (`2026-03-29 01:30:00`); dates are `2026-03-29`.",
    "Money is a float, and `price_subtotal` shows it: 74.97000000000001.",
    "Archived partners (`active` false) are hidden unless the domain names `active` or the context says so.",
    "Sections and notes stand between the lines, with `display_type` and without product or price.",
    "A line's `warehouse_id` is `false` where nothing is shipped: gift cards, subscriptions, shipping itself.",
    'A draft invoice is called "/" and has no date; credit notes are `out_refund` with positive amounts.',
    "Over JSON-RPC an error comes with HTTP 200; over /json/2 with a status of its own.",
    "Partners' names and addresses differ from those of the CRM; `ref` is the CRM's id where it was kept.",
)

# field: type, or type and related model
_STAMPS = {"create_date": "datetime", "write_date": "datetime", "display_name": "char"}
FIELDS: dict[str, dict[str, str]] = {
    "res.partner": {
        "name": "char",
        "email": "char",
        "phone": "char",
        "is_company": "boolean",
        "parent_id": "many2one res.partner",
        "child_ids": "one2many res.partner",
        "street": "char",
        "zip": "char",
        "city": "char",
        "country_id": "many2one res.country",
        "vat": "char",
        "ref": "char",
        "comment": "html",
        "customer_rank": "integer",
        "active": "boolean",
    },
    "res.country": {"name": "char", "code": "char"},
    "res.currency": {"name": "char", "symbol": "char"},
    "res.users": {"name": "char", "login": "char", "partner_id": "many2one res.partner"},
    "stock.warehouse": {"name": "char", "code": "char"},
    "product.product": {"name": "char", "default_code": "char", "list_price": "float", "active": "boolean"},
    "account.tax": {"name": "char", "amount": "float"},
    "sale.order": {
        "name": "char",
        "partner_id": "many2one res.partner",
        "date_order": "datetime",
        "state": "selection",
        "client_order_ref": "char",
        "currency_id": "many2one res.currency",
        "amount_untaxed": "monetary",
        "amount_tax": "monetary",
        "amount_total": "monetary",
        "order_line": "one2many sale.order.line",
        "note": "html",
    },
    "sale.order.line": {
        "order_id": "many2one sale.order",
        "product_id": "many2one product.product",
        "warehouse_id": "many2one stock.warehouse",
        "name": "text",
        "product_uom_qty": "float",
        "price_unit": "float",
        "price_subtotal": "monetary",
        "display_type": "selection",
    },
    "account.move": {
        "name": "char",
        "ref": "char",
        "move_type": "selection",
        "state": "selection",
        "payment_state": "selection",
        "partner_id": "many2one res.partner",
        "invoice_date": "date",
        "invoice_date_due": "date",
        "invoice_origin": "char",
        "currency_id": "many2one res.currency",
        "amount_untaxed": "monetary",
        "amount_tax": "monetary",
        "amount_total": "monetary",
        "amount_residual": "monetary",
        "invoice_line_ids": "one2many account.move.line",
    },
    "account.move.line": {
        "move_id": "many2one account.move",
        "product_id": "many2one product.product",
        "name": "text",
        "quantity": "float",
        "price_unit": "float",
        "price_subtotal": "monetary",
        "tax_ids": "many2many account.tax",
        "display_type": "selection",
    },
}
FIELDS = {model: {"id": "integer"} | fields | _STAMPS for model, fields in FIELDS.items()}

_CODES = ("NL", "DE", "FR", "GB", "JP", "US", "BE", "ES", "DK", "SE", "IE", "KR")
# what no warehouse keeps, and what the large one does
_NOT_GOODS, _BULKY = {"GIFT", "SHIP", "SUB-M"}, {"CHAIR", "LAMP", "BAG-09"}
_MONEY = {"eur": (125, "EUR", "€"), "usd": (1, "USD", "$"), "gbp": (141, "GBP", "£"), "jpy": (25, "JPY", "¥")}


def seed_models(seed: int = DEFAULT_SEED) -> dict[str, list[Record]]:
    """Return the records per model, by ascending id; links are ids here."""
    world, models = build_world(seed), _constants()
    models["res.partner"] = [_company(each) for each in world.companies]
    models["res.partner"] += [_person(seed, each) for each in world.people]
    models["product.product"] = [
        {"id": 50 + number, "name": each.name, "default_code": each.sku, "list_price": each.cents / 100}
        | {"active": each.sku != "CABLE"}
        for number, each in enumerate(world.products)
    ]
    for order in world.orders:
        if order.number % 4 in {1, 2}:
            _add_sale(seed, models, order)
        if order.number % 4 == 1:
            _add_invoice(seed, models, order)
    for records in models.values():
        for record in records:
            record.setdefault("create_date", "2025-01-01 08:00:00")
            record.setdefault("write_date", record["create_date"])
            record["display_name"] = record.get("name") or f"#{record['id']}"
    return models


def partner_id(person: Person) -> int:
    """Return the id under which a person is known at Odoo."""
    return 100 + person.number


def company_id(company: Company) -> int:
    """Return the id under which a company is known at Odoo."""
    return 10 + company.number


def _constants() -> dict[str, list[Record]]:
    return {
        **{model: [] for model in FIELDS},
        "res.country": [{"id": 100 + n, "name": code, "code": code} for n, code in enumerate(_CODES)],
        "res.currency": [{"id": n, "name": name, "symbol": sign} for n, name, sign in _MONEY.values()],
        "res.users": [{"id": 2, "name": "Mitchell Practice", "login": "admin", "partner_id": 10}],
        "stock.warehouse": [
            {"id": 1, "name": "Amsterdam", "code": "AMS"},
            {"id": 2, "name": "Tilburg", "code": "TIL"},
        ],
        "account.tax": [
            {"id": 1, "name": "21% BTW", "amount": 21.0},
            {"id": 2, "name": "9% BTW", "amount": 9.0},
        ],
    }


def _company(company: Company) -> Record:
    return {
        "id": company_id(company),
        "name": company.name,
        "email": f"info@{company.domain}",
        "phone": False,
        "is_company": True,
        "parent_id": False,
        "street": False,
        "zip": False,
        "city": False,
        "country_id": 100 + _CODES.index(company.country),
        "vat": company.vat if company.number % 3 else False,
        "ref": False,
        "comment": False,
        "customer_rank": 1,
        "active": company.number != 8,
    }


def _person(seed: int, person: Person) -> Record:
    rng = chance(seed, "odoo", "partner", str(person.number))
    changed = person.since + rng.randrange(40_000_000)
    return {
        "id": partner_id(person),
        "name": person.name if rng.random() < 0.85 else f"{person.family}, {person.given}",
        "email": person.email if rng.random() < 0.85 else rng.choice((False, person.email.upper())),
        "phone": person.phone if rng.random() < 0.5 else False,
        "is_company": False,
        "parent_id": company_id(person.company) if person.company and rng.random() < 0.8 else False,
        "street": person.street if rng.random() < 0.9 else False,
        "zip": person.postcode,
        "city": person.city,
        "country_id": 100 + _CODES.index(person.country) if rng.random() < 0.9 else False,
        "vat": False,
        "ref": str(100000 + person.number) if rng.random() < 0.6 else False,
        "comment": "<p>Belt &amp; mailt</p>" if rng.random() < 0.1 else False,
        "customer_rank": rng.randrange(4),
        "active": person.number % 13 != 6,
        "create_date": naive(person.since + 100),
        "write_date": naive(changed),
    }


def _add_sale(seed: int, models: dict[str, list[Record]], order: Order) -> None:
    rng = chance(seed, "odoo", "sale", str(order.number))
    ident = 1000 + order.number
    lines = _lines(models, order, "sale.order.line", "order_id", ident)
    net = sum(line["price_subtotal"] for line in lines)
    models["sale.order"].append(
        {
            "id": ident,
            "name": f"S{order.number:05d}",
            "partner_id": partner_id(order.person),
            "date_order": naive(order.placed),
            "state": rng.choice(("sale", "sale", "sale", "draft", "sent", "cancel")),
            "client_order_ref": order.reference if rng.random() < 0.7 else False,
            "currency_id": _MONEY[order.currency][0],
            **_sums(net),
            "note": False,
            "create_date": naive(order.placed),
            "write_date": naive(order.placed + 5000),
        }
    )


def _add_invoice(seed: int, models: dict[str, list[Record]], order: Order) -> None:
    rng = chance(seed, "odoo", "move", str(order.number))
    ident, refund = 5000 + order.number, rng.random() < 0.07
    draft = rng.random() < 0.1
    lines = _lines(models, order, "account.move.line", "move_id", ident)
    sums = _sums(sum(line["price_subtotal"] for line in lines))
    paid = not draft and rng.random() < 0.7
    year = day(order.placed)[:4]
    models["account.move"].append(
        {
            "id": ident,
            "name": "/" if draft else f"{'RINV' if refund else 'INV'}/{year}/{order.number:05d}",
            "ref": order.reference if rng.random() < 0.8 else False,
            "move_type": "out_refund" if refund else "out_invoice",
            "state": "draft" if draft else rng.choice(("posted", "posted", "posted", "cancel")),
            "payment_state": "paid" if paid else "not_paid",
            "partner_id": partner_id(order.person),
            "invoice_date": False if draft else day(order.placed),
            "invoice_date_due": False if draft else day(order.placed + 30 * 86400),
            "invoice_origin": f"S{order.number:05d}",
            "currency_id": _MONEY[order.currency][0],
            **sums,
            "amount_residual": 0.0 if paid else sums["amount_total"],
            "create_date": naive(order.placed + 60),
            "write_date": naive(order.placed + 9000),
        }
    )


def _lines(models: dict[str, list[Record]], order: Order, model: str, link: str, ident: int) -> list[Record]:
    products = {record["default_code"]: record["id"] for record in models["product.product"]}
    quantity_name = "quantity" if model == "account.move.line" else "product_uom_qty"
    plain = "product" if model == "account.move.line" else False
    blank = {link: ident, "product_id": False, quantity_name: 0.0, "price_unit": 0.0, "price_subtotal": 0.0}
    tax: Record = {"tax_ids": []} if model == "account.move.line" else {"warehouse_id": False}
    rows = (
        [blank | tax | {"name": "Geleverd", "display_type": "line_section"}] if order.number % 5 == 0 else []
    )
    for product, quantity, cents in order.lines:
        unit = cents if order.currency == "jpy" else cents / 100
        sold = {
            "product_id": products[product.sku],
            quantity_name: float(quantity),
            "price_unit": float(unit),
        }
        named = {"name": product.name, "display_type": plain, "price_subtotal": quantity * unit}
        place = False if product.sku in _NOT_GOODS else 2 if product.sku in _BULKY else 1
        own: Record = {"tax_ids": [1]} if "tax_ids" in tax else {"warehouse_id": place}
        rows.append(blank | sold | named | own)
    if order.number % 7 == 0:
        rows.append(blank | tax | {"name": "Graag achterom bezorgen.", "display_type": "line_note"})
    start = len(models[model]) + 1
    lines = [{"id": start + place} | row for place, row in enumerate(rows)]
    models[model] += lines
    return lines


def _sums(net: float) -> dict[str, float]:
    tax = round(net * 0.21, 2)
    return {"amount_untaxed": round(net, 2), "amount_tax": tax, "amount_total": round(net + tax, 2)}
