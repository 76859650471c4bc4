"""Odoo invoices for Moneybird, recounted from what the practice database holds."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from intkit.errors import MappingError
from intkit.sandbox.seeds.moneybird import TAX_HIGH
from intkit.sandbox.seeds.odoo import seed_models
from tests.mappings.applied import ROOT, applied, filled

MODELS = seed_models()
MOVES = MODELS["account.move"]
WANTED = [move for move in MOVES if move["move_type"] == "out_invoice" and move["state"] == "posted"]
CURRENCIES = {each["id"]: each["name"] for each in MODELS["res.currency"]}
GIVEN = json.loads((ROOT / "mappings" / "odoo_invoices.given.json").read_text(encoding="utf-8"))
CONTACTS = {int(partner): contact for partner, contact in GIVEN["CONTACTS"].items()}
LINES = defaultdict(list)
for each in MODELS["account.move.line"]:
    if each["display_type"] == "product":
        LINES[each["move_id"]].append(each)


def invoice(move: dict) -> dict:
    """Return what Moneybird has to book."""
    return {
        "reference": move["ref"] or move["name"],
        "contact_id": CONTACTS[move["partner_id"]],
        "invoice_date": date.fromisoformat(move["invoice_date"]),
        "currency": CURRENCIES[move["currency_id"]],
        "details_attributes": [
            {
                "description": line["name"],
                "amount": f"{line['quantity']} x",
                "price": Decimal(str(line["price_unit"])),
                "tax_rate_id": TAX_HIGH,
            }
            for line in LINES[move["id"]]
        ],
    }


@pytest.fixture(scope="module")
def result():
    return applied("odoo_invoices", **GIVEN)


def test_every_posted_invoice_of_a_known_contact_is_booked(result):
    expected = [invoice(move) for move in WANTED if move["partner_id"] in CONTACTS]
    assert len(expected) > 20
    assert [each.model_dump() for each in result.accepted] == expected
    assert filled(result)["details_attributes[].price"] == sum(
        len(each["details_attributes"]) for each in expected
    )


def test_drafts_credit_notes_and_cancelled_invoices_are_left_out(result):
    assert result.left_out == len(MOVES) - len(WANTED) > 0


def test_an_unknown_contact_is_the_only_reason_to_reject(result):
    unknown = [move["id"] for move in WANTED if move["partner_id"] not in CONTACTS]
    assert [int(each.key) for each in result.rejects] == unknown
    assert [reason.partition(":")[0] for reason in result.reasons()] == ["contact_id"]
    assert sum(result.reasons().values()) == len(unknown) > 0


def test_the_lines_of_each_invoice_add_up_to_its_net_amount(result):
    nets = {move["ref"] or move["name"]: Decimal(str(move["amount_untaxed"])) for move in WANTED}
    for each in result.accepted:
        lines = [Decimal(line.amount.removesuffix(" x")) * line.price for line in each.details_attributes]
        assert sum(lines) == nets[each.reference]


def test_what_a_run_gives_is_found_beside_the_mapping(result):
    found = applied("odoo_invoices")
    assert [each.model_dump() for each in found.accepted] == [each.model_dump() for each in result.accepted]


def test_a_mapping_without_its_contacts_says_what_it_asks_for_and_where_to_write_it():
    with pytest.raises(MappingError, match="asks each run for CONTACTS") as caught:
        applied("odoo_invoices", CONTACTS=None)
    assert caught.value.remedy == (
        'Write {"CONTACTS": …} into mappings/odoo_invoices.given.json, or call mapping.give(CONTACTS=…).'
    )
