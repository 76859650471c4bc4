"""Parts: rules written once for an object, and used wherever such an object comes."""

from __future__ import annotations

import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, create_model

import intkit
from intkit.compiler.compile import compile_mapping
from intkit.drift import contract_of_mapping, read_drift
from intkit.errors import ExportError, MappingError, RuleError
from intkit.mapping_files.definitions import load_definitions
from intkit.mapping_files.spreadsheet import read_rows, write_rows
from intkit.rules.spec import Part, Rule, ValueMap
from tests.compiler.test_compiled_equals_oracle import EMPTY, FULL, MAPS, records, rules
from tests.rules.compiled import load, source, spec_of
from tests.rules.oracle import Failure, Unclear, evaluate

ROOT = Path(__file__).parents[2]
ADDRESS = """\
intkit: 1
notes: Where somebody lives.
rules:
  street: f"{line1} {line2}"
  city:
    rule: city | upper
    note: as the post wants it
  country: country | lookup(COUNTRY)
values:
  COUNTRY:
    entries: {NL: Netherlands, DE: Germany}
"""
HOME = {"line1": "Dam", "line2": "1", "city": "Ede", "country": "NL"}
WORK = {"line1": "Zeil", "line2": None, "city": "Ulm", "country": "DE"}
ORDERS: list[dict[str, Any]] = [
    {
        "id": "a1",
        "bill": HOME,
        "ship": {"to": {**WORK, "line2": "3"}},
        "lines": [{"sku": "x", "to": HOME}],
        "who": HOME,
    },
    {"id": "a2", "bill": WORK, "ship": None, "lines": [{"sku": "y", "to": None}], "who": "cus_1"},
]


class Address(BaseModel):
    street: str | None = None
    city: str
    country: str | None = None


class Line(BaseModel):
    sku: str
    to: Address | None = None


class Order(BaseModel):
    id: str
    billing: Address
    shipping: Address | None = None
    lines: list[Line] = []
    stops: list[Address] | None = None


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "address.part.yaml").write_text(ADDRESS)
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    return tmp_path / "mappings"


def new_mapping(**more: Any) -> intkit.Mapping:
    mapping = intkit.Mapping("orders", source=intkit.profile(ORDERS), target=Order, record="order", **more)
    return mapping.set("id", "id").set("billing", "bill | part(address)")


def test_a_part_serves_several_objects_of_one_target():
    first, second = new_mapping().set("shipping", "ship.to | part(address)").apply(ORDERS).accepted
    assert first.billing == Address(street="Dam 1", city="EDE", country="Netherlands")
    assert first.shipping == Address(street="Zeil 3", city="ULM", country="Germany")
    assert (second.billing.street, second.shipping) == (None, None)


def test_a_part_serves_an_object_in_each_row():
    mapping = new_mapping().set("lines[]", "for line in lines").set("lines[].sku", "line.sku")
    mapping.set("lines[].to", "line.to | part(address)")
    first, second = mapping.apply(ORDERS).accepted
    assert first.lines[0].to.city == "EDE"
    assert second.lines == [Line(sku="y", to=None)]


def test_a_part_serves_whole_rows():
    mapping = new_mapping().set("stops[]", "[line.to | part(address) for line in lines if line.to]")
    assert [len(order.stops) for order in mapping.apply(ORDERS).accepted] == [1, 0]


def test_a_rule_of_the_mapping_stands_before_the_part_s():
    mapping = new_mapping().set("billing.city", 'f"{id} {bill.city}"')
    assert [order.billing.city for order in mapping.apply(ORDERS).accepted] == ["a1 Ede", "a2 Ulm"]


def test_text_where_an_object_can_stand_gives_no_object():
    mapping = new_mapping().set("shipping", "who | part(address)")
    assert [bool(order.shipping) for order in mapping.apply(ORDERS).accepted] == [True, False]


CHOICES: list[dict[str, Any]] = [
    {"id": "both", "kind": "bill", "bill": HOME, "ship": {"to": {**WORK, "line2": "3"}}, "who": HOME},
    {"id": "one", "kind": "bill", "bill": {**HOME, "line2": None}, "ship": None, "who": "cus_1"},
    {"id": "other", "kind": "ship", "bill": None, "ship": {"to": WORK}, "who": None},
    {"id": "none", "kind": "ship", "bill": None, "ship": {"to": None}, "who": None},
]


def chosen(rule: str) -> intkit.Mapping:
    mapping = intkit.Mapping("orders", source=intkit.profile(CHOICES), target=Order, record="order")
    return mapping.set("id", "id").set("billing", rule)


@pytest.mark.parametrize(
    ("rule", "cities", "streets"),
    [
        ("(ship.to or bill) | part(address)", ["ULM", "EDE", "ULM", None], ["Zeil 3", None, None, None]),
        ("(bill or ship.to) | part(address)", ["EDE", "EDE", "ULM", None], ["Dam 1", None, None, None]),
        (
            '(bill if kind == "bill" else ship.to) | part(address)',
            ["EDE", "EDE", "ULM", None],
            ["Dam 1", None, None, None],
        ),
        ('(ship.to if kind == "bill" else bill) | part(address)', ["ULM", None, None, None], ["Zeil 3"]),
    ],
)
def test_of_several_objects_a_part_reads_the_one_that_is_chosen_and_no_other(rule, cities, streets):
    result = chosen(rule).apply(CHOICES)
    assert [each.billing.city for each in result.accepted] == [city for city in cities if city]
    assert [each.billing.street for each in result.accepted] == streets[: len(result.accepted)]
    assert len(result.rejects) == cities.count(None)


def test_a_part_in_a_part_reads_of_the_object_that_is_chosen(folder):
    (folder / "buyer.part.yaml").write_text("intkit: 1\nrules:\n  to: to | part(address)\n  sku: '\"x\"'\n")
    orders = [
        {"id": "a", "seller": {"to": HOME}, "buyer": {"to": None}},
        {"id": "b", "seller": {"to": WORK}, "buyer": None},
        {"id": "c", "seller": {"to": WORK}, "buyer": {"to": HOME}},
    ]
    made = create_model("Made", line=(Line | None, None))
    mapping = intkit.Mapping("orders", source=intkit.profile(orders), target=made, record="order")
    mapping.set("line", "(buyer or seller) | part(buyer)")
    towns = [each.line.to and each.line.to.city for each in mapping.apply(orders).accepted]
    assert towns == [None, "ULM", "EDE"]


def test_a_check_says_what_a_required_object_of_several_places_costs():
    (gap,) = [
        each
        for each in chosen("(bill or ship.to) | part(address)").check()
        if "null or missing" in each.what and each.target == "billing"
    ]
    assert (gap.records, "ship.to was null or missing 2 times in 4" in gap.what) == (2, True)


@pytest.mark.parametrize(
    ("rule", "said", "remedy"),
    [
        ("(who or bill) | part(address)", "`who` is an object or text", "a rule of its own."),
        ("(bill or id) | part(address)", "`id` is text", "a rule of its own."),
        ("(bill or shp.to) | part(address)", "none of 4 records", "It has: "),
        ("(ship or bill) | part(address)", "ship has no field 'line1'", "in mappings/address.part.yaml: f"),
        ("(bill and ship.to) | part(address)", "different places", "Take the field of each"),
    ],
)
def test_objects_that_a_part_cannot_choose_from_are_refused(rule, said, remedy):
    with pytest.raises(RuleError) as caught:
        chosen(rule)
    assert said in str(caught.value)
    assert remedy in str(caught.value.remedy)


def test_an_object_that_was_always_there_is_not_tested_for(folder):
    with_part = compile_mapping(new_mapping()._spec)
    assert [line.code for line in with_part.functions[0].lines] == ["order.id", "to_address(order)"]
    assert not with_part.gaps


def test_a_required_object_says_how_many_records_its_null_source_costs(folder):
    mapping = new_mapping().set("billing", "ship.to | part(address)")
    (gap,) = [each for each in mapping.check() if each.severity == "warning"]
    assert (gap.target, gap.records) == ("billing", 1)


def test_a_part_calls_its_object_by_its_own_name(folder):
    (folder / "address.part.yaml").write_text('intkit: 1\nrules:\n  city: address["post-town"] | upper\n')
    orders = [{"id": "a1", "bill": {"post-town": "Ede"}}]
    mapping = intkit.Mapping("orders", source=intkit.profile(orders), target=Order, record="order")
    mapping.set("id", "id").set("billing", "bill | part(address)")
    assert mapping.apply(orders).accepted[0].billing.city == "EDE"


@pytest.mark.parametrize("base", ['bill["to-whom"]', "bill['to-whom']"])
@pytest.mark.parametrize("street", ['f"{line1} {line2}"', "f'{line1} {line2}'"])
def test_an_object_under_a_key_in_quotes_can_stand_in_text_with_holes(folder, base, street):
    (folder / "address.part.yaml").write_text(f"intkit: 1\nrules:\n  city: city\n  street: {street}\n")
    orders = [{"id": "a1", "bill": {"to-whom": HOME}}]
    mapping = intkit.Mapping("orders", source=intkit.profile(orders), target=Order, record="order")
    mapping.set("id", "id").set("billing", f"{base} | part(address)")
    assert mapping.apply(orders).accepted[0].billing.street == "Dam 1"


def test_what_the_mapping_names_in_capitals_is_seen_in_a_part(folder):
    (folder / "address.part.yaml").write_text('intkit: 1\nrules:\n  city: f"{LAND}-{city}"\n')
    mapping = intkit.Mapping("orders", source=intkit.profile(ORDERS), target=Order, record="order")
    mapping.constant("LAND", "NL").set("id", "id").set("billing", "bill | part(address)")
    assert mapping.apply(ORDERS).accepted[0].billing.city == "NL-Ede"


def test_of_two_parts_that_fill_one_field_the_nearer_one_does(folder):
    (folder / "buyer.part.yaml").write_text(
        "intkit: 1\nrules:\n  sku: sku\n  to.city: sku\n  to: to | part(address)\n"
    )
    (folder / "plain.part.yaml").write_text("intkit: 1\nrules:\n  city: city\n")
    mapping = new_mapping().set("lines[]", "[line | part(buyer) for line in lines]")
    assert mapping.apply(ORDERS).accepted[0].lines[0].to.city == "x"
    mapping.set("lines[].to", "line.to | part(plain)")
    assert mapping.apply(ORDERS).accepted[0].lines[0].to == Address(city="Ede")


def test_several_objects_of_one_name_get_classes_with_names_that_tell_them_apart():
    orders = [{"id": "a1", "bill": {"at": HOME}, "ship": {"at": HOME}, "lines": [{"sku": "x", "at": HOME}]}]
    mapping = intkit.Mapping("orders", source=intkit.profile(orders), target=Order, record="order")
    mapping.set("id", "id").set("billing", "bill.at | part(address)").set(
        "shipping", "ship.at | part(address)"
    )
    mapping.set("lines[]", "for line in lines").set("lines[].to", "line.at | part(address)")
    names = compile_mapping(mapping.set("lines[].sku", "line.sku")._spec).use.names
    assert [names[path] for path in ("bill.at", "ship.at", "lines[].at")] == ["At", "OrderAt", "LineAt"]


def test_a_part_uses_a_part(folder):
    (folder / "buyer.part.yaml").write_text(
        "intkit: 1\nrules:\n  to: to | part(address)\n  sku: '\"buyer\"'\n"
    )
    mapping = new_mapping().set("lines[]", "[line | part(buyer) for line in lines]")
    first, second = mapping.apply(ORDERS).accepted
    assert first.lines == [Line(sku="buyer", to=Address(street="Dam 1", city="EDE", country="Netherlands"))]
    assert second.lines == [Line(sku="buyer", to=None)]


def test_parts_that_use_each_other_are_refused_by_name(folder):
    class Loop(BaseModel):
        to: Order | None = None

    (folder / "here.part.yaml").write_text("intkit: 1\nrules:\n  billing: bill | part(there)\n")
    (folder / "there.part.yaml").write_text("intkit: 1\nrules:\n  city: city\n")
    made = intkit.Mapping("m", source=intkit.profile([{"o": ORDERS[0]}]), target=Loop).set("to.id", "o.id")
    made.set("to", "o | part(here)")
    (folder / "here.part.yaml").write_text("intkit: 1\nrules:\n  billing: bill | part(here)\n")
    (found,) = [each for each in made.check() if each.severity == "error"]
    assert "the part 'here' uses itself: here → here" in found.what


@pytest.mark.parametrize(
    ("target", "rule", "said"),
    [
        ("shipping", "who | part(adress)", "there is no part 'adress'. Did you mean 'address'?"),
        ("shipping", "id | part(address)", "a part takes an object, and `id` is text."),
        ("shipping", "lines | part(address)", "a part takes an object, and `lines` is a list of objects."),
        ("shipping", 'who | part("address")', "a part is called by its name alone."),
        ("shipping", "who | part(address, 1)", "a part is called by its name alone."),
        ("shipping", "who | part(address.x)", "a part is called by its name alone."),
        ("shipping", "part(address)", "behind an object an `if` or a part."),
        ("shipping", "[line.to | part(address) for line in lines]", "an object has an `if`, not a `for`."),
        ("id", "who | part(address)", "a part fills an object or the rows of a list, and this is neither."),
        ("stops[]", "bill | part(address)", "rows want a `for`."),
        ("stops[]", "[line | part(address) for line in lines]", "lines[] has no field 'line1'"),
        (
            "lines[]",
            "[line.to | part(address) for line in lines]",
            "fills 'street', which the target has not",
        ),
    ],
)
def test_what_a_part_cannot_fill_is_refused(target, rule, said):
    mapping = new_mapping()
    before = repr(mapping)
    with pytest.raises(RuleError) as caught:
        mapping.set(target, rule)
    assert said in str(caught.value)
    assert caught.value.remedy
    assert repr(mapping) == before


def test_an_error_in_a_part_names_the_part_s_file_and_rule():
    with pytest.raises(RuleError) as caught:
        new_mapping().set("shipping", "ship | part(address)")
    assert caught.value.what.startswith("shipping.street: ship has no field 'line1'")
    assert caught.value.remedy.endswith(
        "The rule is 'street' in mappings/address.part.yaml: f\"{line1} {line2}\""
    )


def test_a_check_tells_every_rule_of_a_part_that_the_source_does_not_serve(folder):
    mapping = new_mapping()
    rest = "  city: town\n  country: land\n  street: line1\n"
    (folder / "address.part.yaml").write_text(f"intkit: 1\nrules:\n{rest}")
    found = {each.target: each.what for each in mapping.check() if each.severity == "error"}
    assert list(found) == ["billing.city", "billing.country"]
    assert found["billing.city"].startswith("bill has no field 'town'")


def test_what_a_part_reads_is_used():
    said = " ".join(each.what for each in new_mapping().check())
    assert "3 of 5 source fields are not used: ship, lines, who" in said
    assert "COUNTRY" not in said


def test_a_part_s_fields_get_no_suggestions(folder):
    targets = [each.target for each in new_mapping().suggest()]
    assert not [target for target in targets if target.startswith("billing.")]


def test_the_table_shows_the_rules_of_a_part_as_they_work_here():
    rows = {row[0]: row for row in new_mapping().table().rows}
    assert rows["billing"][2] == "bill | part(address)"
    assert rows["billing.city"][2:] == ["bill.city | upper", "part address: as the post wants it"]


def test_a_mapping_without_its_part_can_still_be_shown_and_mended(folder):
    mapping = new_mapping()
    (folder / "address.part.yaml").unlink()
    assert "bill | part(address)" in repr(mapping)
    assert [each.target for each in mapping.check() if each.severity == "error"] == ["billing"]
    mapping.set("billing.city", "bill.city").set("billing", "if bill")
    assert mapping.apply(ORDERS).accepted[0].billing.city == "Ede"


def test_a_changed_part_is_read_anew(folder):
    mapping = new_mapping()
    mapping.apply(ORDERS)
    (folder / "address.part.yaml").write_text(ADDRESS.replace("city | upper", "city | lower"))
    assert mapping.apply(ORDERS).accepted[0].billing.city == "ede"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules:\n  city: city\n", "address.part.yaml: This is no part of format 1"),
        ("intkit: 1\n", "It has no rules"),
        ("intkit: 1\nrules:\n", "'rules' is None, which is no table"),
        ("intkit: 1\nrules: {}\n", "It has no rules"),
        ("intkit: 1\nrules:\n  city: 5\n", "The rule of 'city' is 5."),
        ("intkit: 1\nrules:\n  1: city\n", "address.part.yaml: 1 is no name"),
        ("intkit: 1\nrules:\n  city: city +\n", "The rule is 'city' in mappings/address.part.yaml: city +"),
        ("intkit: 1\nrules:\n  city: city\nwhen: paid\n", "A part has no 'when'"),
        ("intkit: 1\nrules:\n  city: [\n", "line 4"),
        ("intkit: 1\nrules:\n  city: city +\n", "billing.city: this does not parse"),
        ("intkit: 1\nrules:\n  town: city\n", "fills 'town', which the target has not"),
        (
            "intkit: 1\nrules:\n  city: city\nvalues:\n  low: {entries: {a: b}}\n",
            "'low' cannot name a value map",
        ),
        (
            "intkit: 1\nrules:\n  city: city\nvalues:\n  LOW: {given: true}\n",
            "The value map LOW has no entries of its own",
        ),
        ('intkit: 1\nrules:\n  city: LOW["a"]\nvalues:\n  LOW: {entries: {a: b}}\n', "map is not indexed"),
    ],
)
def test_a_part_that_is_none_says_why(folder, text, said):
    (folder / "address.part.yaml").write_text(text)
    with pytest.raises(MappingError) as caught:
        new_mapping()
    assert said in str(caught.value)


def test_a_value_map_of_another_meaning_is_refused():
    mapping = new_mapping()
    mapping.value_map("COUNTRY", {"NL": "Holland"})
    with pytest.raises(MappingError, match="both say what COUNTRY is"):
        mapping.apply(ORDERS)


def test_no_name_leads_out_of_the_folder(folder):
    (folder.parent / "secret.part.yaml").write_text(ADDRESS)
    for rule in (
        "bill | part(../secret)",
        'bill | part("../secret")',
        "bill | part(secret)",
        "bill | part(__a)",
    ):
        with pytest.raises(RuleError):
            new_mapping().set("shipping", rule)


def test_a_transform_cannot_be_called_part():
    def part(value: str) -> str:
        return value

    with pytest.raises(MappingError, match="cannot be called 'part'"):
        new_mapping().transform(part)


# the sheet and the comparison keep the use


MODELS = '''"""The target."""

from pydantic import BaseModel


class Address(BaseModel):
    """Where."""

    street: str | None = None
    city: str
    country: str | None = None


class Order(BaseModel):
    """One order."""

    id: str
    billing: Address
'''


@pytest.fixture
def saved(folder):
    (folder / "orders_models.py").write_text(MODELS)
    target = load_definitions(folder / "orders_models.py").Order
    mapping = intkit.Mapping("orders", source=intkit.profile(ORDERS), target=target, record="order")
    mapping.set("id", "id").set("billing", "bill | part(address)", note="as the shop has it").save()
    return mapping


def test_a_saved_mapping_keeps_the_use_and_not_what_it_stands_for(saved):
    text = saved.path.read_text()
    assert 'rule: "bill | part(address)"' in text
    assert "billing.city" not in text
    assert "COUNTRY" not in text
    assert repr(intkit.Mapping("orders")) == repr(saved)


def test_undo_takes_a_use_back_whole():
    mapping = new_mapping()
    before = repr(mapping)
    mapping.set("shipping", "ship.to | part(address)").undo()
    assert repr(mapping) == before


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sheet_shows_the_part_and_reads_back_to_the_use(saved, folder, ending):
    path = saved.sheet(folder / f"orders.{ending}", saved.apply(ORDERS))
    rows = read_rows(path)
    assert ["Part", "address", "Where somebody lives."] in rows
    assert ["city", "city | upper", "as the post wants it"] in rows
    assert ["billing.city", "text, required", "(part address)", "", "100 %", "'EDE'"] in rows
    assert ["COUNTRY", "NL", "Netherlands"] in rows
    read = intkit.Mapping.from_sheet(path)
    assert read._spec.rules == saved._spec.rules
    assert repr(read) == repr(saved)


@pytest.mark.parametrize(
    ("change", "cell"),
    [
        (lambda rows: rows[-5].__setitem__(1, "city | lower"), "A16"),
        (lambda rows: rows[-1].__setitem__(2, "Germania"), "A20"),
        (lambda rows: rows.pop(-5), "A13"),
    ],
)
def test_a_part_that_is_changed_in_a_sheet_is_named_by_its_cell(saved, folder, change, cell):
    path = saved.sheet(folder / "orders.csv")
    rows = read_rows(path)
    change(rows)
    write_rows(path, rows)
    with pytest.raises(MappingError) as caught:
        intkit.Mapping.from_sheet(path)
    (mistake,) = caught.value.facts
    assert mistake.startswith(f"{cell}: the part 'address' is not as mappings/address.part.yaml has it.")


def test_a_sheet_in_which_no_part_serves_a_field_any_more_names_the_cell(saved, folder):
    path = saved.sheet(folder / "orders.csv")
    write_rows(path, [row for row in read_rows(path) if row[:1] != ["billing"]])
    with pytest.raises(MappingError) as caught:
        intkit.Mapping.from_sheet(path)
    assert [mistake[:4] for mistake in caught.value.facts] == ["C8: ", "C9: ", "C10:"]
    assert "C9: (part address) has no rule for 'billing.city'." in caught.value.facts[1]


def test_a_comparison_names_the_part_s_rule_once_and_every_field_that_it_changes(saved, folder):
    older = folder.parent / "older"
    older.mkdir()
    (older / "orders.mapping.yaml").write_text(saved.path.read_text())
    (older / "address.part.yaml").write_text(ADDRESS.replace("city | upper", "city"))
    compared = saved.compare(older / "orders.mapping.yaml", ORDERS)
    assert compared.rules == {"address: city": ("city", "city | upper")}
    assert [(change.target, change.records) for change in compared.changes] == [("billing.city", 2)]


def test_a_comparison_with_what_git_has_uses_the_part_of_that_time(saved, folder):
    for words in ("init -q", "add .", "-c user.name=Ann -c user.email=ann@shop.example commit -q -m first"):
        subprocess.run(["git", "-C", str(folder), *words.split()], check=True)
    (folder / "address.part.yaml").write_text(ADDRESS.replace("city | upper", "city"))
    assert saved.compare("HEAD", ORDERS).rules == {"address: city": ("city | upper", "city")}


def test_writing_a_part_s_rules_out_is_no_change_but_of_rules(saved, folder):
    (folder / "written.mapping.yaml").write_text(saved.path.read_text().replace("orders", "written"))
    (folder / "written_models.py").write_text(MODELS)
    written = intkit.Mapping("written").value_map("COUNTRY", {"NL": "Netherlands", "DE": "Germany"})
    for row in saved.table().rows[2:]:
        written.set(row[0], row[2])
    written.unset("billing")
    compared = written.compare(saved, ORDERS)
    assert (compared.changed, compared.rules["billing"]) == (0, ("bill | part(address)", ""))


def test_lineage_tells_the_rule_as_it_works_here(saved):
    lineage = saved.apply(ORDERS).lineage("a2", "billing.city")
    assert (lineage.rule, lineage.source) == ("bill.city | upper", {"bill.city": "Ulm"})


@pytest.fixture
def shop(folder):
    shutil.copytree(ROOT / "cassettes" / "odoo", folder.parent / "cassettes" / "odoo")
    for path in [
        *(ROOT / "mappings").glob("shop_shipping*"),
        ROOT / "mappings" / "partner_address.part.yaml",
    ]:
        shutil.copy(path, folder)
    return folder


def test_an_export_is_stale_when_a_part_has_changed(shop):
    intkit.Mapping("shop_shipping").export()
    assert intkit.Mapping("shop_shipping").export(check=True)
    with (shop / "partner_address.part.yaml").open("a") as part:
        part.write("# a word more\n")
    with pytest.raises(ExportError, match=r"stale: mappings/partner_address\.part\.yaml has changed"):
        intkit.Mapping("shop_shipping").export(check=True)


def test_a_contract_and_a_drift_know_what_a_part_reads(shop):
    assert "partner_id.street" in contract_of_mapping("shop_shipping").promises
    assert ("shop_shipping", "address.street") in read_drift(
        "shop_shipping", cassette="odoo/sale_orders"
    ).rules


# the law: what a part makes of an object is what the description says of the object alone


class Inner(BaseModel):
    text: str | None = None
    number: Decimal | None = None
    texts: list[str | None] | None = None


class Row(BaseModel):
    inner: Inner | None = None


class Outer(BaseModel):
    inner: Inner | None = None
    rows: list[Row] | None = None
    inners: list[Inner] | None = None


def around(each: Any) -> dict[str, Any]:
    """Return a record with an object in places of every kind, under names that the object's own fields have."""
    held = {"box": each, "the-box": each}
    return {
        "box": each,
        "lines": {"data": [held]},
        "title": held,
        "boxes": [each] if each else [],
        "id": "no",
    }


OBJECTS = [FULL, EMPTY, {**EMPTY, "address": None, "customer": {"id": "c"}}]
ALONE = source(OBJECTS)
SEEN = source([around(each) for each in [*OBJECTS, None]])
USES = {
    "inner": ["box", "title.box", "title['the-box']", 'title["the-box"]', "boxes[0]", "boxes | first"],
    "rows[].inner": ["line.box", 'line["the-box"]'],
    "inners[]": ["box"],
}


@st.composite
def uses(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str]]:
    kinds = {"text": "text", "number": "number", "texts": "texts"}
    part = {path: draw(rules(kind, draw(st.integers(0, 3)))) for path, kind in kinds.items()}
    target = draw(st.sampled_from(list(USES)))
    used = f"{draw(st.sampled_from(USES[target]))} | part(thing)"
    if target == "inners[]":
        return part, {target: f"[{used} for box in boxes]"}
    return part, {target: used, **({"rows[]": "for line in lines.data"} if "[]" in target else {})}


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(uses(), st.lists(records, min_size=1, max_size=3))
def test_a_part_gives_what_its_rules_say_of_the_object(
    made: tuple[dict[str, str], dict[str, str]], objects: list[dict[str, Any]]
) -> None:
    texts, used = made
    maps = {name: ValueMap(name, entries) for name, entries in MAPS.items()}
    part = Part("thing", {path: Rule(path, text) for path, text in texts.items()}, maps)
    try:
        module = load(spec_of(SEEN, Outer, used, parts={"thing": part}))
    except RuleError as error:
        event(f"refused: {error.what.partition(': ')[2][:40]}")
        with pytest.raises(RuleError):  # a part is refused for what its rules are refused for
            load(spec_of(ALONE, Inner, texts, maps=MAPS))
        return
    for each in [*objects, None]:
        (outcome,) = module.map_record(around(each))
        try:
            expected = {path: evaluate(text, each, MAPS) for path, text in texts.items()} if each else None
        except Failure:
            event("rejected")
            assert isinstance(outcome, module.Reject), (made, each)
        except Unclear:
            continue
        else:
            assert not isinstance(outcome, module.Reject), (made, each, str(outcome))
            assert _inner(outcome) == expected, (made, each)


def _inner(outcome: Outer) -> Any:
    found = [outcome.inner, *(row.inner for row in outcome.rows or ()), *(outcome.inners or ())]
    (made,) = [each for each in found if each is not None] or [None]
    return made.model_dump() if made else None
