"""The invoice mapping that exports are measured with: target, rules, and the modules that the kit makes of them."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from invoices import lines_of_invoices

from intkit.compiler.compile import compile_mapping
from intkit.compiler.render import Definitions
from intkit.export.module import export_source
from intkit.export.structs import struct_definitions
from intkit.profiles import profile
from intkit.rules.source import source_of_profile
from intkit.rules.spec import Rule, Spec, ValueMap
from intkit.rules.targets import read_target

STATUS = {"draft": "new", "open": "due", "paid": "settled", "void": "cancelled"}
MODELS = '''\
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field


class Line(BaseModel):
    """A line."""

    line_id: str
    product: str | None
    price_id: str | None
    kind: Literal["product", "shipping"]
    quantity: int = Field(ge=0)
    unit_price: Decimal
    amount: Decimal
    text: str


class Invoice(BaseModel):
    """An invoice."""

    invoice_id: str
    number: str
    status: Literal["new", "due", "settled", "cancelled"]
    currency: str
    created_at: datetime
    issued_on: date
    total: Decimal
    order_id: str | None
    channel: str | None
    customer_id: str
    customer_name: str
    email: str
    phone: str
    vat_id: str | None
    city: str | None
    country: str | None
    ship_to: str | None
    description: str | None
    is_live: bool
    line_count: int
    lines: list[Line]
'''
RULES = {
    "invoice_id": "id",
    "number": "number",
    "status": "status | lookup(STATUS)",
    "currency": "currency | upper",
    "created_at": "created | from_epoch",
    "issued_on": "issued_on | parse_date",
    "total": "total | minor_units(currency)",
    "order_id": 'metadata["order-id"]',
    "channel": "metadata.channel | upper",
    "customer_id": "customer.id",
    "customer_name": "customer.name",
    "email": "customer.email | lower",
    "phone": "customer.phone",
    "vat_id": "customer.vat_id",
    "city": "billing_address.city",
    "country": "billing_address.country",
    "ship_to": 'f"{shipping_address.postal_code} {shipping_address.city}"',
    "description": "description or None",
    "is_live": "livemode",
    "line_count": "len(lines.data)",
    "lines[]": "for line in lines.data",
    "lines[].line_id": "line.id",
    "lines[].product": "line.price.product",
    "lines[].price_id": "line.price.id",
    "lines[].kind": "line.type",
    "lines[].quantity": "line.quantity",
    "lines[].unit_price": "line.unit_amount | minor_units(currency)",
    "lines[].amount": "line.unit_amount * line.quantity | minor_units(currency)",
    "lines[].text": "line.description",
}


def is_clean(record: dict[str, Any]) -> bool:
    """Whether a record shows what the source promises; the mapping is made from these."""
    return record["customer"]["id"] is not None


def load(name: str, source: str, folder: Path) -> ModuleType:
    """Write a module and import it."""
    path = folder / f"{name}.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def invoice_spec(folder: Path) -> Spec:
    """Return the mapping as the compiler takes it."""
    records = filter(is_clean, map(json.loads, lines_of_invoices(1000).splitlines()))
    models = load("invoice_models", MODELS, folder)
    return Spec(
        "invoices",
        "invoice",
        source_of_profile(profile(list(records))),
        read_target(models.Invoice),
        records=1000,
        rules={path: Rule(path, text) for path, text in RULES.items()},
        maps={"STATUS": ValueMap("STATUS", STATUS)},
        key="id",
    )


def exported(folder: Path, *, structs: bool = False) -> ModuleType:
    """Return the exported module, imported from its file."""
    definitions = Definitions(*MODELS.split("\n\n\n", 1))
    program = compile_mapping(invoice_spec(folder), structs=structs)
    if structs:
        source = export_source(program, struct_definitions(program, definitions), [])
        return load("invoices_structs", source, folder)
    return load("invoices_export", export_source(program, definitions, []), folder)
