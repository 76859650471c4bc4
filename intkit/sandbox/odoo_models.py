"""Odoo's models as a client sees them: search, read, create, write, unlink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intkit.sandbox.odoo_domain import compile_domain, names_of
from intkit.sandbox.seeds.odoo import FIELDS, seed_models
from intkit.sandbox.times import naive

if TYPE_CHECKING:
    from collections.abc import Callable

    from intkit.sandbox.clock import Clock
    from intkit.sandbox.seeds.odoo import Record

# one2many field: the field of the related model that points back
_BACK = {
    "child_ids": "parent_id",
    "order_line": "order_id",
    "invoice_line_ids": "move_id",
}
_EMPTY: dict[str, Any] = {"integer": 0, "float": 0.0, "monetary": 0.0, "boolean": False, "many2many": []}
METHODS = (
    "search",
    "search_count",
    "search_read",
    "web_search_read",
    "read",
    "create",
    "write",
    "unlink",
    "fields_get",
    "name_get",
)


class OdooError(Exception):
    """An exception of the server's; `name` is its Python class there."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Models:
    """All models of one database. Each public method is one that a client may call on a model."""

    def __init__(self, seed: int, clock: Clock) -> None:
        self._clock = clock
        self._records = seed_models(seed)

    def search(
        self,
        model: str,
        domain: list[Any] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        context: Record | None = None,
    ) -> list[int]:
        """Return the ids of the records that the domain allows; archived ones only when it says so."""
        found = self._found(model, domain or [], context or {})
        for part in reversed((order or "id").split(",")):
            name, _, direction = part.strip().partition(" ")
            self._check_fields(model, [name])
            # Nothing sorts as text does in the database: last when rising, first when falling.
            found.sort(key=_sorter(name), reverse=direction.lower() == "desc")
        return [record["id"] for record in found[offset : offset + limit if limit else None]]

    def search_count(self, model: str, domain: list[Any] | None = None, context: Record | None = None) -> int:
        """Return how many records the domain allows."""
        return len(self._found(model, domain or [], context or {}))

    def search_read(
        self,
        model: str,
        domain: list[Any] | None = None,
        fields: list[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        context: Record | None = None,
    ) -> list[Record]:
        """Return the records that the domain allows, with the asked fields."""
        return self.read(model, self.search(model, domain, offset, limit, order, context), fields)

    def read(
        self,
        model: str,
        ids: list[int] | int,
        fields: list[str] | None = None,
        load: str = "_classic_read",
        context: Record | None = None,
    ) -> list[Record]:
        """Return the records with these ids, with the asked fields or all."""
        del context
        names = fields or list(FIELDS[model])
        self._check_fields(model, names)
        wanted = dict.fromkeys([*names, "id"])
        records = self._by_ids(model, ids)
        return [
            {name: self._shown(model, each, name, pairs=load == "_classic_read") for name in wanted}
            for each in records
        ]

    def web_search_read(
        self,
        model: str,
        domain: list[Any] | None = None,
        specification: Record | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        context: Record | None = None,
    ) -> Record:
        """Return the records that the domain allows, with what they link to as far as the specification says."""
        found = self.search(model, domain, offset, limit, order, context)
        records = [self._specified(model, each, specification or {}) for each in found]
        return {"length": self.search_count(model, domain, context), "records": records}

    def create(self, model: str, vals_list: Any, context: Record | None = None) -> int | list[int]:
        """Make one record, or many from a list; return the id or ids."""
        del context
        if isinstance(vals_list, list):
            return [self._make(model, each) for each in vals_list]
        return self._make(model, vals_list)

    def write(self, model: str, ids: list[int] | int, vals: Record, context: Record | None = None) -> bool:
        """Change records."""
        del context
        self._check_fields(model, vals)
        now = naive(self._clock.tick())
        for record in self._by_ids(model, ids):
            record.update(vals, write_date=now)
            record["display_name"] = record.get("name") or record["display_name"]
        return True

    def unlink(self, model: str, ids: list[int] | int, context: Record | None = None) -> bool:
        """Delete records, unless something still points to them."""
        del context
        gone = self._by_ids(model, ids)
        numbers = {record["id"] for record in gone}
        if model == "res.partner" and any(
            each["partner_id"] in numbers for each in self._records["sale.order"]
        ):
            raise OdooError(
                "odoo.exceptions.UserError", "The operation cannot be completed: a sale refers to it."
            )
        self._records[model] = [record for record in self._records[model] if record["id"] not in numbers]
        self._clock.tick()
        return True

    def fields_get(
        self,
        model: str,
        allfields: list[str] | None = None,
        attributes: list[str] | None = None,
        context: Record | None = None,
    ) -> dict[str, Record]:
        """Return what the fields are."""
        del context
        names = [name for name in FIELDS[model] if not allfields or name in allfields]
        described = {name: self._field(model, name) for name in names}
        return {
            name: {word: value for word, value in field.items() if not attributes or word in attributes}
            for name, field in described.items()
        }

    def name_get(self, model: str, ids: list[int] | int, context: Record | None = None) -> list[list[Any]]:
        """Return id and name of records."""
        del context
        return [[record["id"], record["display_name"]] for record in self._by_ids(model, ids)]

    def _found(self, model: str, domain: list[Any], context: Record) -> list[Record]:
        self._check_fields(model, names_of(domain))
        try:
            test = compile_domain(domain, lambda record, path: self._at(model, record, path.split(".")))
        except (ValueError, IndexError) as error:
            raise OdooError("builtins.ValueError", str(error)) from None
        everything = "active" in names_of(domain) or context.get("active_test") is False
        return [
            each for each in self._records[model] if (everything or each.get("active", True)) and test(each)
        ]

    def _at(self, model: str, record: Record, path: list[str]) -> Any:
        value = self._value(model, record, path[0])
        if len(path) == 1 or not value:
            return value
        related = FIELDS[model][path[0]].split()[1]
        return self._at(related, self._by_ids(related, value)[0], path[1:])

    def _value(self, model: str, record: Record, name: str) -> Any:
        kind, _, related = FIELDS[model][name].partition(" ")
        if kind == "one2many":
            back = _BACK[name]
            return [each["id"] for each in self._records[related] if each[back] == record["id"]]
        return record.get(name, _EMPTY.get(kind, False))

    def _shown(self, model: str, record: Record, name: str, *, pairs: bool) -> Any:
        value, (kind, _, related) = self._value(model, record, name), FIELDS[model][name].partition(" ")
        if kind == "many2one" and value and pairs:
            return [value, self._by_ids(related, value)[0]["display_name"]]
        return value

    def _specified(self, model: str, ident: int, specification: Record) -> Record:
        self._check_fields(model, specification)
        record = self._by_ids(model, ident)[0]
        shown: Record = {"id": ident}
        for name, asked in specification.items():
            value, (kind, _, related) = self._value(model, record, name), FIELDS[model][name].partition(" ")
            inner = asked.get("fields")
            if inner is not None and value and kind == "many2one":
                value = self._specified(related, value, inner)
            elif inner is not None and kind in ("one2many", "many2many"):
                value = [self._specified(related, each, inner) for each in value]
            shown[name] = value
        return shown

    def _make(self, model: str, values: Record) -> int:
        self._check_fields(model, values)
        if "name" in FIELDS[model] and model == "res.partner" and not values.get("name"):
            raise OdooError("odoo.exceptions.ValidationError", "Contacts require a name")
        ident = max((record["id"] for record in self._records[model]), default=0) + 1
        now = naive(self._clock.tick())
        made = {"id": ident, "active": True, "create_date": now, "write_date": now} | values
        self._records[model].append(made | {"display_name": values.get("name") or f"#{ident}"})
        return ident

    def _by_ids(self, model: str, ids: list[int] | int) -> list[Record]:
        known = {record["id"]: record for record in self._records[model]}
        wanted = [ids] if isinstance(ids, int) else ids
        missing = [ident for ident in wanted if ident not in known]
        if missing:
            text = f"Record does not exist or has been deleted. (Record: {model}({missing[0]},), User: 2)"
            raise OdooError("odoo.exceptions.MissingError", text)
        return [known[ident] for ident in wanted]

    def _check_fields(self, model: str, names: Any) -> None:
        for name in names:
            if name not in FIELDS[model]:
                raise OdooError("builtins.ValueError", f"Invalid field {name!r} on model {model!r}")

    def _field(self, model: str, name: str) -> Record:
        kind, _, related = FIELDS[model][name].partition(" ")
        field: Record = {"type": kind, "string": name.replace("_", " ").title(), "readonly": name == "id"}
        field |= {
            "required": name == "name",
            "store": kind != "one2many",
            "searchable": True,
            "sortable": True,
        }
        if kind == "selection":
            values = {str(record[name]) for record in self._records[model] if record.get(name)}
            field["selection"] = [[value, value.replace("_", " ").title()] for value in sorted(values)]
        return field | ({"relation": related} if related else {})


def _sorter(name: str) -> Callable[[Record], tuple[bool, Any]]:
    def key(record: Record) -> tuple[bool, Any]:
        value = record.get(name, False)
        return (True, "") if value is False else (False, value)

    return key
