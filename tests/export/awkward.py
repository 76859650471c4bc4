"""Six mappings made to be awkward: their rules here, their targets and records in tests/golden."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intkit.compiler.compile import compile_mapping
from intkit.decisions.findings import check_mapping
from intkit.export import Export
from intkit.mapping_files.definitions import load_definitions
from intkit.mapping_files.models_file import ModelsFile
from intkit.profiles import profile
from intkit.results.apply import apply_program, load_module
from intkit.rules.source import apply_missing, source_of_profile
from intkit.rules.spec import Rule, Spec, ValueMap
from intkit.rules.targets import read_target

GOLDEN = Path(__file__).parents[1] / "golden"
HEADER = ["Change the rules in tests/export/awkward.py; this file is not edited by hand."]


@dataclass(frozen=True)
class Awkward:
    """A mapping of the tests."""

    target: str
    record: str
    rules: dict[str, str | tuple[str, str]]
    key: str = "id"
    when: str = ""
    each: str = ""
    maps: dict[str, dict[Any, Any]] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str | bool, ...] = ()


AWKWARD = {
    "keywords": Awkward(
        "Transfer",
        "transfer",
        {
            "sender": 'transfer["from"]',
            "class_": ('transfer["class"] | upper', 'a "note"\nwith a line; import os'),
            "order": 'transfer["order-id"]',
            "value": "json",
            "second": 'transfer["2nd"]',
            "street": "Straße",
            "quote": """transfer["it's x]; import os #"] + Path.Decimal""",
        },
        key="from",
    ),
    "unions": Awkward(
        "Invoice",
        "invoice",
        {
            "invoice_id": "id",
            "customer_id": "customer | id_of",
            "customer_email": "customer.email | clean_email",
            "first_tag": "tags | first",
            "tags": "[tag | upper for tag in tags]",
        },
    ),
    "rows": Awkward(
        "Order",
        "order",
        {
            "order_id": "id | text",
            "total": "sum(line.quantity * line.price for line in lines.data)",
            "lines[]": "for line in lines.data",
            "lines[].sku": "line.sku",
            "lines[].quantity": "line.quantity",
            "lines[].shop": ("shop", "the order's, on every line"),
            "lines[].taxes[]": "for tax in line.taxes if tax.percent > 0",
            "lines[].taxes[].code": "tax.code",
            "lines[].taxes[].share": "tax.percent / 100 * line.price",
            "address": "if shipping",
            "address.city": "shipping.city",
            "address.country": "shipping.country.code | upper",
        },
    ),
    "each_when": Awkward(
        "Refund",
        "charge",
        {
            "refund_id": "refund.id",
            "charge_id": "id",
            "amount": "refund.amount | minor_units(currency)",
            "at": "refund.created | from_epoch",
        },
        when="paid",
        each='for refund in refunds.data if refund.status != "failed"',
    ),
    "choices": Awkward(
        "Deal",
        "deal",
        {
            "deal_id": "guid",
            "stage": "phase | lookup(STAGES)",
            "size": '"large" if amount > LIMIT else "small"',
            "source": "channel | lookup(CHANNELS)",
            "closes": "close | parse_date",
            "probability": "chance",
        },
        key="guid",
        maps={"STAGES": {"1": "open", "2": "won"}, "CHANNELS": {"web": "web", "shop": "shop"}},
        constants={"LIMIT": 1000},
    ),
    "nothing": Awkward(
        "Member",
        "member",
        {
            "email": ('email if id != "m9" else reject("a test account")', "m9 is ours"),
            "name": "merge.name",
            "country": "merge.country",
            "fax": "fax",
            "tags": "tags",
        },
        missing=("", False),
    ),
}


def records_of(name: str) -> list[dict[str, Any]]:
    """Return a mapping's records."""
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def awkward_spec(name: str) -> Spec:
    """Return a mapping as the compiler takes it."""
    made = AWKWARD[name]
    seen = source_of_profile(profile(records_of(name)))
    apply_missing(seen, made.missing, {})
    models = load_definitions(GOLDEN / f"{name}_models.py")
    rules = {
        path: Rule(path, *([text] if isinstance(text, str) else text)) for path, text in made.rules.items()
    }
    return Spec(
        name,
        made.record,
        seen,
        read_target(getattr(models, made.target)),
        records=len(records_of(name)),
        rules=rules,
        when=made.when,
        each=made.each,
        maps={key: ValueMap(key, entries) for key, entries in made.maps.items()},
        constants=made.constants,
        key=made.key,
    )


def awkward_export(name: str) -> Export:
    """Return all that an export's files are made from."""
    spec, records = awkward_spec(name), records_of(name)
    program = compile_mapping(spec)
    definitions = ModelsFile(GOLDEN / f"{name}.mapping.yaml").read(spec)
    result = apply_program(program, records)
    return Export(
        program, definitions, load_module(program), result, check_mapping(spec), records, list(HEADER)
    )


def load_golden(name: str) -> Any:
    """Return an exported module, imported from its file."""
    module = load_definitions(GOLDEN / f"{name}.py")
    sys.modules[name] = module
    return module


if __name__ == "__main__":
    from intkit.export import write_export

    for each in AWKWARD:
        for path in (f"{each}.py", f"test_{each}.py", f"{each}.md"):
            (GOLDEN / path).unlink(missing_ok=True)
        write_export(awkward_export(each), GOLDEN, check=False)
