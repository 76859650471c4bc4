"""The same invoice mapping by hand and in other tools; each maps JSON lines to validated models, or None."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import duckdb
import glom
import jmespath
import jsonata
import orjson
import pandas as pd
import polars as pl
from adaptix import Retort, name_mapping
from adaptix.load_error import LoadError
from convtools import conversion as c
from invoice_mapping import STATUS
from pydantic import AliasPath, BaseModel, BeforeValidator, Field, ValidationError, model_validator

FAILURES = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
Run = Callable[[list[bytes]], list[Any]]


def money(value: int, currency: str) -> Decimal:
    """Turn minor units into an amount, as an experienced author writes it."""
    if type(value) is not int:
        raise TypeError("expected minor units")
    return Decimal(value).scaleb(0 if currency == "jpy" else -2)


def hand_line(line: dict[str, Any], currency: str) -> dict[str, Any]:
    """Map one line by hand."""
    price = line["price"] or {}
    return {
        "line_id": line["id"],
        "product": price.get("product"),
        "price_id": price.get("id"),
        "kind": line["type"],
        "quantity": line["quantity"],
        "unit_price": money(line["unit_amount"], currency),
        "amount": money(line["unit_amount"] * line["quantity"], currency),
        "text": line["description"],
    }


def hand(record: dict[str, Any]) -> dict[str, Any]:
    """Map one invoice by hand, as an expert does."""
    metadata, shipping = record.get("metadata") or {}, record.get("shipping_address")
    customer, address, currency = record["customer"], record["billing_address"] or {}, record["currency"]
    channel = metadata.get("channel")
    return {
        "invoice_id": record["id"],
        "number": record["number"],
        "status": STATUS[record["status"]],
        "currency": currency.upper(),
        "created_at": datetime.fromtimestamp(record["created"], tz=UTC),
        "issued_on": date.fromisoformat(record["issued_on"]),
        "total": money(record["total"], currency),
        "order_id": metadata.get("order-id"),
        "channel": channel.upper() if channel is not None else None,
        "customer_id": customer["id"],
        "customer_name": customer["name"],
        "email": customer["email"].lower(),
        "phone": customer["phone"],
        "vat_id": customer.get("vat_id"),
        "city": address.get("city"),
        "country": address.get("country"),
        "ship_to": f"{shipping['postal_code']} {shipping['city']}" if shipping else None,
        "description": record.get("description") or None,
        "is_live": record["livemode"],
        "line_count": len(record["lines"]["data"]),
        "lines": [hand_line(line, currency) for line in record["lines"]["data"]],
    }


def each(loads: Callable[[bytes], Any], build: Callable[[Any], Any], model: type[BaseModel]) -> Run:
    """Return a run that decodes, builds and validates record by record."""

    def run(lines: list[bytes]) -> list[Any]:
        out: list[Any] = []
        for line in lines:
            try:
                out.append(model.model_validate(build(loads(line))))
            except (ValidationError, *FAILURES):
                out.append(None)
        return out

    return run


def convtools_build() -> Callable[[Any], Any]:
    """Return convtools' generated converter."""
    currency, customer = c.item("currency"), c.item("customer")
    line = {
        "line_id": c.item("id"),
        "product": c.item("price", "product", default=None),
        "price_id": c.item("price", "id", default=None),
        "kind": c.item("type"),
        "quantity": c.item("quantity"),
        "unit_price": c.call_func(money, c.item("unit_amount"), c.label("currency")),
        "amount": c.call_func(money, c.item("unit_amount") * c.item("quantity"), c.label("currency")),
        "text": c.item("description"),
    }
    channel, shipping = c.item("metadata", "channel", default=None), c.item("shipping_address")
    fields = {
        "invoice_id": c.item("id"),
        "number": c.item("number"),
        "status": c.naive(STATUS).item(c.item("status")),
        "currency": currency.call_method("upper"),
        "created_at": c.call_func(datetime.fromtimestamp, c.item("created"), UTC),
        "issued_on": c.call_func(date.fromisoformat, c.item("issued_on")),
        "total": c.call_func(money, c.item("total"), currency),
        "order_id": c.item("metadata", "order-id", default=None),
        "channel": c.if_(channel.is_(None), None, channel.call_method("upper")),
        "customer_id": customer.item("id"),
        "customer_name": customer.item("name"),
        "email": customer.item("email").call_method("lower"),
        "phone": customer.item("phone"),
        "vat_id": customer.item("vat_id"),
        "city": c.item("billing_address", "city", default=None),
        "country": c.item("billing_address", "country", default=None),
        "ship_to": c.if_(shipping, shipping.item("postal_code") + " " + shipping.item("city"), None),
        "description": c.or_(c.item("description"), None),
        "is_live": c.item("livemode"),
        "line_count": c.call_func(len, c.item("lines", "data")),
        "lines": c.item("lines", "data").iter(line).as_type(list),
    }
    return (
        c.input_arg("record")
        .pipe(c.this, label_input={"currency": currency})
        .pipe(fields)
        .gen_converter(signature="record")
    )


def glom_build() -> Callable[[Any], Any]:
    """Return a glom of the whole record."""
    spec = {
        "invoice_id": "id",
        "number": "number",
        "status": ("status", STATUS.__getitem__),
        "currency": ("currency", str.upper),
        "created_at": ("created", lambda value: datetime.fromtimestamp(value, tz=UTC)),
        "issued_on": ("issued_on", date.fromisoformat),
        "total": lambda record: money(record["total"], record["currency"]),
        "order_id": glom.Coalesce("metadata.order-id", default=None),
        "channel": glom.Coalesce(("metadata.channel", str.upper), default=None),
        "customer_id": "customer.id",
        "customer_name": "customer.name",
        "email": ("customer.email", str.lower),
        "phone": "customer.phone",
        "vat_id": "customer.vat_id",
        "city": glom.Coalesce("billing_address.city", default=None),
        "country": glom.Coalesce("billing_address.country", default=None),
        "ship_to": glom.Coalesce(
            ("shipping_address", lambda at: f"{at['postal_code']} {at['city']}"),
            default=None,
            skip_exc=TypeError,
        ),
        "description": ("description", lambda text: text or None),
        "is_live": "livemode",
        "line_count": ("lines.data", len),
        "lines": lambda record: glom.glom(record, ("lines.data", [glom_line(record["currency"])])),
    }
    return lambda record: glom.glom(record, spec)


def glom_line(currency: str) -> dict[str, Any]:
    """Return the glom of a line."""
    return {
        "line_id": "id",
        "product": glom.Coalesce("price.product", default=None),
        "price_id": glom.Coalesce("price.id", default=None),
        "kind": "type",
        "quantity": "quantity",
        "unit_price": ("unit_amount", lambda value: money(value, currency)),
        "amount": lambda line: money(line["unit_amount"] * line["quantity"], currency),
        "text": "description",
    }


_SELECT = """{invoice_id: id, number: number, status: status, currency: currency, created_at: created,
issued_on: issued_on, total: total, order_id: metadata."order-id", channel: metadata.channel,
customer_id: customer.id, customer_name: customer.name, email: customer.email, phone: customer.phone,
vat_id: customer.vat_id, city: billing_address.city, country: billing_address.country,
postal_code: shipping_address.postal_code, ship_city: shipping_address.city, description: description,
is_live: livemode, line_count: length(lines.data), lines: lines.data[*].{line_id: id, product: price.product,
price_id: price.id, kind: type, quantity: quantity, unit_amount: unit_amount, text: description}}"""


def finish(row: dict[str, Any]) -> dict[str, Any]:
    """Convert in Python what a path language has selected."""
    currency, channel, place = row["currency"], row["channel"], (row.pop("postal_code"), row.pop("ship_city"))
    return row | {
        "status": STATUS[row["status"]],
        "currency": currency.upper(),
        "created_at": datetime.fromtimestamp(row["created_at"], tz=UTC),
        "issued_on": date.fromisoformat(row["issued_on"]),
        "total": money(row["total"], currency),
        "channel": channel and channel.upper(),
        "email": row["email"].lower(),
        "ship_to": " ".join(place) if None not in place else None,
        "description": row["description"] or None,
        "lines": [finish_line(line, currency) for line in row["lines"]],
    }


_NO_PRICE = {"product": None, "price_id": None}


def finish_line(line: dict[str, Any], currency: str) -> dict[str, Any]:
    """Convert one line."""
    amount = line.pop("unit_amount")
    return (
        _NO_PRICE
        | line
        | {
            "unit_price": money(amount, currency),
            "amount": money(amount * line["quantity"], currency),
        }
    )


def jmespath_build() -> Callable[[Any], Any]:
    """Return jmespath's selection, converted in Python."""
    select = jmespath.compile(_SELECT)
    return lambda record: finish(select.search(record))


def jsonata_build() -> Callable[[Any], Any]:
    """Return jsonata's selection, converted in Python."""
    text = _SELECT.replace('metadata."order-id"', "metadata.`order-id`").replace(
        "length(lines.data)", "$count(lines.data)"
    )
    text = (
        text.replace("lines.data[*].{", "lines.data.{")
        .replace("lines: lines.data.{", "lines: [lines.data.{")
        .replace("text: description}}", "text: description}]}")
    )
    keys = [part.split(":")[0].strip() for part in text.strip("{}").split("lines: [")[0].split(",")]
    quoted = text
    for key in [
        "line_id",
        "product",
        "price_id",
        "kind",
        "quantity",
        "unit_amount",
        "text",
        "lines",
        *filter(None, keys),
    ]:
        quoted = quoted.replace(f"{key}: ", f'"{key}": ', 1) if f'"{key}": ' not in quoted else quoted
    select = jsonata.Jsonata(quoted)
    blank = dict.fromkeys(filter(None, keys))
    return lambda record: finish(blank | select.evaluate(record))


def at(*path: str, **more: Any) -> Any:
    """Return a field that pydantic fills from a path."""
    return Field(validation_alias=AliasPath(*path), **more)


Upper = BeforeValidator(lambda value: value and value.upper())


def minor(value: Any) -> Any:
    """Refuse what is no whole number, as `money` does."""
    if type(value) is not int:
        raise TypeError("expected minor units")
    return value


Minor = Annotated[Decimal, BeforeValidator(minor)]


class AliasLine(BaseModel):
    """A line, read by pydantic itself; amounts are in minor units until the invoice's currency is known."""

    line_id: str = at("id")
    product: str | None = at("price", "product", default=None)
    price_id: str | None = at("price", "id", default=None)
    kind: Literal["product", "shipping"] = at("type")
    quantity: int = Field(ge=0)
    unit_price: Minor = at("unit_amount")
    amount: Decimal = Decimal(0)
    text: str = at("description")


class AliasInvoice(BaseModel):
    """An invoice, read by pydantic itself: aliases for paths, validators for what a field alone does not say."""

    invoice_id: str = at("id")
    number: str
    status: Annotated[str, BeforeValidator(STATUS.__getitem__)]
    currency: Annotated[str, Upper]
    created_at: datetime = at("created")
    issued_on: date
    total: Minor
    order_id: str | None = at("metadata", "order-id", default=None)
    channel: Annotated[str | None, Upper] = at("metadata", "channel", default=None)
    customer_id: str = at("customer", "id")
    customer_name: str = at("customer", "name")
    email: Annotated[str, BeforeValidator(str.lower)] = at("customer", "email")
    phone: str = at("customer", "phone")
    vat_id: str | None = at("customer", "vat_id", default=None)
    city: str | None = at("billing_address", "city", default=None)
    country: str | None = at("billing_address", "country", default=None)
    ship_code: str | None = at("shipping_address", "postal_code", default=None, exclude=True)
    ship_city: str | None = at("shipping_address", "city", default=None, exclude=True)
    ship_to: str | None = None
    description: str | None = None
    is_live: bool = at("livemode")
    line_count: int = 0
    lines: list[AliasLine] = at("lines", "data")

    @model_validator(mode="after")
    def finish(self) -> AliasInvoice:
        """Fill in what needs more than one field."""
        unit = Decimal(1) if self.currency == "JPY" else Decimal("0.01")
        self.total = self.total * unit
        for line in self.lines:
            line.amount = line.unit_price * line.quantity * unit
            line.unit_price = line.unit_price * unit
        if self.ship_code is not None and self.ship_city is not None:
            self.ship_to = f"{self.ship_code} {self.ship_city}"
        self.description = self.description or None
        self.line_count = len(self.lines)
        return self


def run_adaptix(module: Any) -> Run:
    """Return adaptix loading the typed source, and the export's own function behind it."""
    metadata = next(kind for kind in vars(module).values() if getattr(kind, "__name__", "") == "Metadata")
    retort = Retort(
        recipe=[name_mapping(metadata, map={"order_id": "order-id"}), name_mapping(omit_default=False)]
    )
    load = retort.get_loader(module.FACTS.source)

    def run(lines: list[bytes]) -> list[Any]:
        out: list[Any] = []
        for line in lines:
            try:
                out.append(module.FACTS.validate(module.to_invoice(load(orjson.loads(line)))))
            except (ValidationError, LoadError, *FAILURES):
                out.append(None)
        return out

    return run


def run_pandas(lines: list[bytes]) -> list[Any]:
    """Map with a flattened frame; the lines stay objects."""
    frame = pd.json_normalize([orjson.loads(line) for line in lines])
    frame["issued_on"] = pd.to_datetime(frame["issued_on"], errors="coerce")
    frame["created_at"] = pd.to_datetime(frame["created"], unit="s", utc=True)
    frame["total"] = pd.to_numeric(frame["total"], errors="coerce") / 100
    frame["status"] = frame["status"].map(STATUS)
    frame["currency"] = frame["currency"].str.upper()
    frame["channel"] = frame["metadata.channel"].str.upper()
    frame["email"] = frame["customer.email"].str.lower()
    frame["line_count"] = frame["lines.data"].str.len()
    nested = pd.json_normalize(frame["lines.data"].explode().dropna().tolist())
    nested["unit_price"] = nested["unit_amount"] / 100
    nested["amount"] = nested["unit_price"] * nested["quantity"]
    return [frame, nested]


def run_polars(lines: list[bytes]) -> list[Any]:
    """Map in columns, from the inferred schema; dirty rows become null."""
    frame = pl.read_ndjson(io.BytesIO(b"\n".join(lines)), infer_schema_length=1000, ignore_errors=True)
    price = pl.element().struct
    return [
        frame.select(
            "id",
            "number",
            pl.col("status").replace_strict(STATUS, default=None),
            pl.col("currency").str.to_uppercase(),
            created_at=pl.from_epoch("created"),
            issued_on=pl.col("issued_on").str.to_date(strict=False),
            total=pl.col("total").cast(pl.Float64, strict=False) / 100,
            channel=pl.col("metadata").struct.field("channel").str.to_uppercase(),
            city=pl.col("billing_address").struct.field("city"),
            line_count=pl.col("lines").struct.field("data").list.len(),
            unit_prices=pl.col("lines").struct.field("data").list.eval(price.field("unit_amount") / 100),
            products=pl.col("lines")
            .struct.field("data")
            .list.eval(price.field("price").struct.field("product")),
        )
    ]


def run_duckdb(path: str) -> Callable[[list[bytes]], list[Any]]:
    """Return DuckDB on one thread, from the file into Arrow."""

    def run(_: list[bytes]) -> list[Any]:
        with duckdb.connect() as database:
            database.execute("SET threads = 1")
            rows = database.sql(
                f"""SELECT id, number, status, upper(currency) currency, to_timestamp(created) created_at,
                try_cast(issued_on AS DATE) issued_on, try_cast(total AS BIGINT)::DECIMAL(18, 2) / 100 total,
                metadata."order-id" order_id, upper(metadata.channel) channel, customer, billing_address.city city,
                billing_address.country country, shipping_address.postal_code || ' ' || shipping_address.city ship_to,
                nullif(description, '') description, livemode, len(lines.data) line_count,
                list_transform(lines.data, lambda line: {{'line_id': line.id, 'product': line.price.product,
                'price_id': line.price.id, 'kind': line.type, 'quantity': line.quantity,
                'unit_price': line.unit_amount::DECIMAL(18, 2) / 100, 'text': line.description,
                'amount': (line.unit_amount * line.quantity)::DECIMAL(18, 2) / 100}}) AS mapped
                FROM read_json_auto('{path}')"""
            )
            return [rows.to_arrow_table()]

    return run


def peers(module: Any) -> dict[str, Run]:
    """Return the peers that map record by record, by their names."""
    invoice = module.Invoice
    return {
        "json + by hand + model_validate": each(json.loads, hand, invoice),
        "orjson + by hand + model_validate": each(orjson.loads, hand, invoice),
        "orjson + convtools + model_validate": each(orjson.loads, convtools_build(), invoice),
        "orjson + AliasPath, model_validate": each(orjson.loads, lambda record: record, AliasInvoice),
        "orjson + glom + model_validate": each(orjson.loads, glom_build(), invoice),
        "orjson + jmespath + model_validate": each(orjson.loads, jmespath_build(), invoice),
        "orjson + jsonata + model_validate": each(orjson.loads, jsonata_build(), invoice),
        "orjson + adaptix, typed source": run_adaptix(module),
    }


def column_peers(path: str) -> dict[str, Run]:
    """Return the peers that map all records at once, in columns."""
    return {
        "pandas (floats)": run_pandas,
        "polars (floats)": run_polars,
        "DuckDB, one thread, to Arrow": run_duckdb(path),
    }
