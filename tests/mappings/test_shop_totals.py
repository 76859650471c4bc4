"""One source, three messages: what confirmed Odoo orders ask of stock, carrier and accounting, recounted."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from intkit.sandbox.seeds.odoo import seed_models
from tests.mappings.applied import applied, filled

MODELS = seed_models()
PARTNERS = {each["id"]: each for each in MODELS["res.partner"]}
SKUS = {each["id"]: each["default_code"] for each in MODELS["product.product"]}
PLACES = {each["id"]: each["code"] for each in MODELS["stock.warehouse"]}
CURRENCIES = {each["id"]: each["name"] for each in MODELS["res.currency"]}
COUNTRIES = {each["id"]: each["code"] for each in MODELS["res.country"]}
ORDERS = MODELS["sale.order"]
SOLD = [order for order in ORDERS if order["state"] == "sale"]
LINES: dict[int, list[dict]] = defaultdict(list)
for each in MODELS["sale.order.line"]:
    if not each["display_type"]:
        LINES[each["order_id"]].append(each)


def exact(number: float) -> Decimal:
    return Decimal(str(number))


def at(order: dict) -> datetime:
    return datetime.fromisoformat(order["date_order"]).replace(tzinfo=UTC)


def goods(order: dict) -> list[dict]:
    """Return the lines that a warehouse has to do with."""
    return [line for line in LINES[order["id"]] if line["warehouse_id"]]


@pytest.fixture(scope="module")
def inventory():
    return applied("shop_inventory")


@pytest.fixture(scope="module")
def shipping():
    return applied("shop_shipping")


@pytest.fixture(scope="module")
def invoices():
    return applied("shop_invoices")


def test_every_line_of_goods_moves_stock(inventory):
    expected = [
        {
            "order": order["name"],
            "sku": SKUS[line["product_id"]],
            "warehouse": PLACES[line["warehouse_id"]],
            "change": -exact(line["product_uom_qty"]),
            "at": at(order),
        }
        for order in SOLD
        for line in goods(order)
    ]
    assert [change.model_dump() for change in inventory.accepted] == expected
    assert set(filled(inventory).values()) == {len(expected)}
    assert inventory.reasons() == {}
    assert inventory.left_out == sum(order not in SOLD or not goods(order) for order in ORDERS)


def package(order: dict, place: str) -> dict:
    lines = [line for line in goods(order) if PLACES[line["warehouse_id"]] == place]
    rows = [
        {
            "sku": SKUS[line["product_id"]],
            "quantity": exact(line["product_uom_qty"]),
            "value": exact(line["price_unit"]) * exact(line["product_uom_qty"]) * 121 / 100,
        }
        for line in lines
    ]
    return {"reference": f"{order['name']}-{place}", "warehouse": place, "rows": rows}


def test_each_order_is_shipped_in_one_package_a_warehouse(shipping):
    orders = {order["name"]: order for order in SOLD}
    for shipment in shipping.accepted:
        order = orders[shipment.order]
        places = list(dict.fromkeys(PLACES[line["warehouse_id"]] for line in goods(order)))
        told = [each.model_dump() for each in shipment.packages]
        assert told == [package(order, place) for place in places]
    assert Counter(len(shipment.packages) for shipment in shipping.accepted).keys() == {1, 2}


def test_an_address_without_street_or_country_is_rejected_with_both_reasons(shipping):
    shipped = [order for order in SOLD if goods(order)]
    partners = [PARTNERS[order["partner_id"]] for order in shipped]
    reasons = {
        "address.street: expected a value": sum(not each["street"] for each in partners),
        "address.country: expected a value": sum(not each["country_id"] for each in partners),
    }
    assert shipping.reasons() == reasons
    assert min(reasons.values()) > 0
    bad = [each for each in partners if not each["street"] or not each["country_id"]]
    assert (len(shipping.rejects), len(shipping.accepted)) == (len(bad), len(shipped) - len(bad))
    assert shipping.left_out == len(ORDERS) - len(shipped)


def customer(partner: dict) -> dict:
    return {
        "name": partner["display_name"],
        "street": partner["street"] or None,
        "postcode": partner["zip"],
        "city": partner["city"],
        "country": COUNTRIES.get(partner["country_id"]),
    }


def test_every_confirmed_order_is_invoiced_to_the_cent(invoices):
    expected = [
        {
            "reference": order["client_order_ref"] or order["name"],
            "customer": customer(PARTNERS[order["partner_id"]]),
            "ordered_at": at(order),
            "currency": CURRENCIES[order["currency_id"]],
            "net": exact(order["amount_untaxed"]),
            "lines": [
                {
                    "description": line["name"],
                    "quantity": exact(line["product_uom_qty"]),
                    "price": exact(line["price_unit"]),
                }
                for line in LINES[order["id"]]
            ],
        }
        for order in SOLD
    ]
    assert [each.model_dump() for each in invoices.accepted] == expected
    assert invoices.reasons() == {}
    assert invoices.left_out == len(ORDERS) - len(SOLD)
    assert filled(invoices)["lines[].price"] == sum(len(each["lines"]) for each in expected)
