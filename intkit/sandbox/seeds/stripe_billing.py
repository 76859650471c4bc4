"""What the practice Stripe account sells and bills: products, prices and invoices with their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intkit.sandbox.seeds.stripe import customer_id, empty_list, is_deleted, stripe_orders
from intkit.sandbox.world import DEFAULT_SEED, Order, Product, build_world, chance, draw_id

if TYPE_CHECKING:
    import random

Record = dict[str, Any]

_CURRENCIES = ("eur", "gbp", "usd", "jpy")
_BORN = 1704067200  # 2024-01-01


def seed_products(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the products, newest first; the last one is archived."""
    products = [_product(seed, number, each) for number, each in enumerate(build_world(seed).products)]
    return products[::-1]


def seed_prices(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return a price per product and currency, newest first; some have no whole minor unit."""
    products = build_world(seed).products
    prices = [_price(seed, product, currency) for product in products for currency in _CURRENCIES]
    return prices[::-1]


def seed_invoices(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the invoices of business customers, newest first; one has more lines than a page shows."""
    orders = [order for order in stripe_orders(seed) if order.person.company and not is_deleted(order.person)]
    last = len(orders) - 1
    return [_invoice(seed, number, order, long=number == last) for number, order in enumerate(orders)][::-1]


def product_id(seed: int, product: Product) -> str:
    """Return the id under which a product is known at Stripe."""
    return "prod_" + draw_id(chance(seed, "stripe", "product", product.sku), 14)


def price_id(seed: int, product: Product, currency: str) -> str:
    """Return the id of a product's price in a currency."""
    return "price_1" + draw_id(chance(seed, "stripe", "price", product.sku, currency), 23)


def _product(seed: int, number: int, product: Product) -> Record:
    return {
        "id": product_id(seed, product),
        "object": "product",
        "active": product.sku != "CABLE",
        "created": _BORN + number * 3600,
        "default_price": price_id(seed, product, "eur"),
        "description": None if number % 3 else f"{product.name} (bestseller)",
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {"sku": product.sku} if number % 4 else {},
        "name": product.name,
        "package_dimensions": None,
        "shippable": None if number % 2 else True,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": _BORN + number * 7200,
        "url": None,
    }


def _price(seed: int, product: Product, currency: str) -> Record:
    cents = product.cents * 16 // 100 * 10 if currency == "jpy" else product.cents
    halved = product.sku == "CABLE"
    monthly = {"interval": "month", "interval_count": 1, "meter": None, "trial_period_days": None}
    return {
        "id": price_id(seed, product, currency),
        "object": "price",
        "active": product.sku != "CABLE",
        "billing_scheme": "per_unit",
        "created": _BORN + _CURRENCIES.index(currency) * 60,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": f"{product.sku.lower()}-{currency}" if currency == "eur" else None,
        "metadata": {},
        "nickname": None,
        "product": product_id(seed, product),
        "recurring": monthly | {"usage_type": "licensed"} if product.sku == "SUB-M" else None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if product.sku == "SUB-M" else "one_time",
        # A price of half a cent has no integer form: the decimal twin is the only truth then.
        "unit_amount": None if halved else cents,
        "unit_amount_decimal": f"{cents}.5" if halved else str(cents),
    }


def _invoice(seed: int, number: int, order: Order, *, long: bool) -> Record:
    rng = chance(seed, "stripe", "invoice", str(order.number))
    ident, person = "in_1" + draw_id(rng, 23), order.person
    # A list within an object shows ten; here is one that has more.
    bought = [(line[0], 1, line[2]) for line in order.lines for _ in range(14)] if long else order.lines
    lines = [_line(seed, rng, ident, order, line) for line in bought]
    status = rng.choice(("paid", "paid", "paid", "open", "void", "draft", "uncollectible"))
    final = order.placed + 3600 if status != "draft" else None
    named = {"id": ident, "object": "invoice", "created": order.placed, "currency": order.currency}
    said = {
        "attempt_count": int(status in {"paid", "uncollectible"}),
        "attempted": status in {"paid", "uncollectible"},
        "customer": customer_id(seed, person),
        "customer_email": person.email,
        "customer_name": person.company.name if person.company else person.name,
        "due_date": order.placed + 30 * 86400 if final else None,
        "effective_at": final,
        "ending_balance": 0 if final else None,
        "hosted_invoice_url": f"https://invoice.stripe.com/i/{draw_id(rng, 20)}" if final else None,
        "lines": empty_list(f"/v1/invoices/{ident}/lines", lines),
        "metadata": {"order-id": order.reference} if rng.random() < 0.6 else {},
        "number": f"INT-{number + 1:04d}" if final else None,
        "period_end": order.placed,
        "period_start": order.placed,
        "status": status,
        "status_transitions": {
            "finalized_at": final,
            "marked_uncollectible_at": final if status == "uncollectible" else None,
            "paid_at": order.placed + 90000 if status == "paid" else None,
            "voided_at": final if status == "void" else None,
        },
        "webhooks_delivered_at": final,
    }
    return (
        named | _blank_invoice() | _sums(sum(line["amount"] for line in lines), paid=status == "paid") | said
    )


def _blank_invoice() -> Record:
    nothing = (
        "account_tax_ids application custom_fields customer_address customer_phone customer_shipping "
        "default_payment_method default_source description discount footer from_invoice invoice_pdf "
        "last_finalization_error latest_revision next_payment_attempt on_behalf_of receipt_number "
        "shipping_cost shipping_details statement_descriptor test_clock"
    )
    lists = "customer_tax_ids default_tax_rates discounts total_discount_amounts total_taxes"
    methods = ("default_mandate", "payment_method_options", "payment_method_types")
    return {
        **dict.fromkeys(nothing.split()),
        **{name: [] for name in lists.split()},
        "account_country": "NL",
        "account_name": "intkit practice shop",
        "auto_advance": False,
        "automatic_tax": {"enabled": False, "liability": None, "status": None},
        "billing_reason": "manual",
        "collection_method": "send_invoice",
        "customer_tax_exempt": "none",
        "issuer": {"type": "self"},
        "livemode": False,
        "payment_settings": dict.fromkeys(methods),
    }


def _sums(total: int, *, paid: bool) -> Record:
    nothing = (
        "amount_overpaid amount_shipping post_payment_credit_notes_amount pre_payment_credit_notes_amount "
        "starting_balance"
    )
    whole = ("amount_due", "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax")
    return {
        **dict.fromkeys(nothing.split(), 0),
        **dict.fromkeys(whole, total),
        "amount_paid": total if paid else 0,
        "amount_remaining": 0 if paid else total,
    }


def _line(
    seed: int, rng: random.Random, invoice: str, order: Order, line: tuple[Product, int, int]
) -> Record:
    product, quantity, unit = line
    price = {"price": price_id(seed, product, order.currency), "product": product_id(seed, product)}
    return {
        "id": "il_1" + draw_id(rng, 23),
        "object": "line_item",
        "amount": quantity * unit,
        "currency": order.currency,
        "description": f"{quantity} x {product.name}",
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice,
        "livemode": False,
        "metadata": {},
        "parent": None,
        "period": {"end": order.placed, "start": order.placed},
        "pricing": {"type": "price_details", "price_details": price, "unit_amount_decimal": str(unit)},
        "quantity": quantity,
        "quantity_decimal": str(quantity),
        "subscription": None,
        "subtotal": quantity * unit,
        "taxes": [],
    }
