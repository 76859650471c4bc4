"""What the practice Exact Online division holds: field names of the REST reference at start.exactonline.nl/docs."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from intkit.sandbox.times import ticks
from intkit.sandbox.world import DEFAULT_SEED, build_world, chance

if TYPE_CHECKING:
    from intkit.sandbox.world import Order, Person, Product

Record = dict[str, Any]

DIVISION = 1234567
TRAITS = (
    "Lists come 60 at a time under `d.results`; `d.__next` is the whole address of the next page.",
    "Without `Accept: application/json` an answer is Atom XML.",
    "Times are milliseconds in a text, `/Date(1774747800000)/`, in `$filter` `datetime'2026-03-29T01:30:00'`.",
    "`Code` of an account is a number padded to 18 characters with leading spaces, also in `$filter`.",
    "Money and quantities are floats: `AmountFC` 37.5, `Quantity` 1.",
    "`IsMailing` is 0 or 1, `Blocked` true or false, in the same record.",
    "`SalesOrderLines` is `{__deferred: {uri}}`: the lines come from an address of their own.",
    "A missing value is null; `Status` is C, P, S, A or null.",
    "`AmountDC` is in euros, `AmountFC` in the order's currency; for orders in euros they agree.",
    "Access tokens last ten minutes, and each refresh token is good once.",
    "Two limits at once, by the minute and by the day; the times at which they begin anew are epoch milliseconds.",
)

_RATES = {"EUR": 1.0, "USD": 0.92, "GBP": 1.17, "JPY": 0.0061}  # made up, as everything here
_STATUSES = {12: "Open", 20: "Partial", 21: "Complete", 45: "Cancelled"}


def guid(seed: int, *purpose: str) -> str:
    """Return the id of something, as Exact spells them."""
    return str(uuid.UUID(int=chance(seed, "exact", *purpose).getrandbits(128), version=4))


def account_code(number: int) -> str:
    """Return an account's code: a number, padded to 18 characters."""
    return f"{number:>18}"


def seed_accounts(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the accounts, one for each person of the world who is no company's, and one for each company."""
    people = build_world(seed).people
    private = [_account(seed, person) for person in people if not person.company]
    firms = {person.company.number: person for person in people if person.company}
    return [*(_account(seed, person) for _, person in sorted(firms.items())), *private]


def seed_items(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the items."""
    return [_item(seed, product) for product in build_world(seed).products]


def seed_orders(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the sales orders, without the addresses of their lines."""
    return [_order(seed, order) for order in build_world(seed).orders]


def seed_lines(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the lines of all sales orders."""
    return [line for order in build_world(seed).orders for line in _lines(seed, order)]


def account_id(seed: int, person: Person) -> str:
    """Return the account under which a person orders: their company's, where they have one."""
    if person.company:
        return guid(seed, "company", str(person.company.number))
    return guid(seed, "account", str(person.number))


def _account(seed: int, person: Person) -> Record:
    rng = chance(seed, "exact", "account fields", str(person.number))
    number = 1000 + person.company.number if person.company else 2000 + person.number
    name = person.company.name if person.company else person.name
    return {
        "ID": account_id(seed, person),
        "AddressLine1": person.street,
        "AddressLine2": None,
        "Blocked": rng.random() < 0.05,
        "City": person.city,
        "Code": account_code(number),
        "Country": person.country,
        "Created": ticks(person.since),
        "Division": DIVISION,
        "Email": person.email if rng.random() < 0.9 else None,
        "EndDate": None,
        "IsMailing": int(rng.random() < 0.3),
        "IsSales": True,
        "IsSupplier": rng.random() < 0.1,
        "Language": "NL" if person.country == "NL" else "EN",
        "Modified": ticks(person.since + rng.randrange(40_000_000)),
        "Name": name,
        "Phone": person.phone if rng.random() < 0.6 else None,
        "Postcode": person.postcode,
        "SalesCurrency": person.currency.upper(),
        "SearchCode": name.split(" ")[0].upper()[:10],
        "Status": rng.choice(("C", "C", "C", "C", "P", "S", "A", None)),
        "VATNumber": person.company.vat if person.company else None,
    }


def _item(seed: int, product: Product) -> Record:
    return {
        "ID": guid(seed, "item", product.sku),
        "Code": product.sku,
        "Description": product.name,
        "Division": DIVISION,
        "EndDate": None,
        "IsSalesItem": True,
        "IsStockItem": product.sku not in {"GIFT", "SHIP", "SUB-M"},
        "IsWebshopItem": int(product.sku != "SHIP"),
        "Modified": ticks(1_735_700_000 + product.cents),
        "StandardSalesPrice": product.cents / 100,
        "Stock": float(chance(seed, "exact", "stock", product.sku).randrange(200)),
        "Unit": "pc",
    }


def _order(seed: int, order: Order) -> Record:
    rng = chance(seed, "exact", "order", str(order.number))
    currency = order.currency.upper()
    amount = order.amount / (1 if currency == "JPY" else 100)
    status = rng.choice((12, 20, 21, 21, 21, 21, 45))
    return {
        "OrderID": guid(seed, "order", str(order.number)),
        "AmountDC": round(amount * _RATES[currency], 2),
        "AmountFC": amount,
        "Created": ticks(order.placed),
        "Currency": currency,
        "DeliveryDate": ticks(order.placed + 3 * 86400) if rng.random() < 0.8 else None,
        "Description": f"Webshop {order.reference}",
        "Division": DIVISION,
        "Modified": ticks(order.placed + rng.randrange(600_000)),
        "OrderDate": ticks(order.placed // 86400 * 86400),
        "OrderedBy": account_id(seed, order.person),
        "OrderedByName": order.person.company.name if order.person.company else order.person.name,
        "OrderNumber": order.number,
        "Status": status,
        "StatusDescription": _STATUSES[status],
        "YourRef": order.reference if rng.random() < 0.85 else None,
    }


def _lines(seed: int, order: Order) -> list[Record]:
    unit = 1 if order.currency == "jpy" else 100
    return [
        {
            "ID": guid(seed, "line", str(order.number), str(place)),
            "AmountFC": quantity * price / unit,
            "Description": product.name,
            "Division": DIVISION,
            "Item": guid(seed, "item", product.sku),
            "ItemCode": product.sku,
            "LineNumber": place,
            "OrderID": guid(seed, "order", str(order.number)),
            "OrderNumber": order.number,
            "Quantity": float(quantity),
            "UnitPrice": price / unit,
            "VATPercentage": 0.09 if product.sku == "BOOK-7" else 0.21,
        }
        for place, (product, quantity, price) in enumerate(order.lines, start=1)
    ]
