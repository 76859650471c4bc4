"""Joined records: each with the record of another source beside it, lazily, with both origins, again after saving."""

from __future__ import annotations

import hashlib
from pathlib import Path

import httpx
import pytest
from pydantic import BaseModel

import intkit
from intkit.errors import RecordsError
from intkit.records import Batch, Origin, Records

ORDERS = [{"id": "o1", "buyer": "b1"}, {"id": "o2", "buyer": "b9"}, {"id": "o3", "buyer": None}, {"id": "o4"}]
BUYERS = [{"id": "b1", "name": "Ann"}, {"id": "b2", "name": "Bob"}]
BILLS = [{"no": 1, "order": "o1"}, {"no": 2, "order": "o1"}, {"no": 3, "order": "o2"}]


def records(rows, exchange="shop/orders#0"):
    return Records.of(rows, origin=Origin(exchange, "GET /orders"))


def test_a_record_has_the_other_beside_it_or_null():
    joined = records(ORDERS).joined(records(BUYERS), "buyer", name="who")
    assert [each["who"] for each in joined] == [BUYERS[0], None, None, None]
    assert [each["id"] for each in joined] == ["o1", "o2", "o3", "o4"]
    assert joined.note.endswith(
        "1 of 4 records found their who by buyer = id. 2 have no buyer. "
        "1 have one that nothing has as id, first 'b9'."
    )
    assert "who" not in ORDERS[0], "the records themselves stay as they are"


def test_many_gives_all_that_fit_as_a_list():
    joined = records(ORDERS).joined(records(BILLS), "id", key="order", name="bills", many=True)
    assert [[bill["no"] for bill in each["bills"]] for each in joined] == [[1, 2], [3], [], []]


def test_several_that_fit_are_refused_unless_they_are_asked_for():
    with pytest.raises(RecordsError, match=r"2 records have the order 'o1'.*record 0 names") as refused:
        list(records(ORDERS).joined(records(BILLS), "id", key="order", name="bill"))
    assert "many=True" in refused.value.remedy


def test_a_joined_record_knows_both_exchanges():
    joined = records(ORDERS).joined(records(BUYERS, "shop/buyers#3"), "buyer", name="who")
    assert joined.origin(0).exchange == "shop/orders#0 + shop/buyers#3"
    assert joined.origin(1).exchange == "shop/orders#0"


def test_a_pair_of_number_and_name_is_joined_by_its_number():
    orders = records([{"partner_id": [7, "Ann"]}, {"partner_id": False}, {"partner_id": []}])
    lines = records([{"order_id": [1, "S1"], "sku": "x"}])
    joined = orders.joined(records([{"id": 7, "vat": "NL1"}]), "partner_id[0]", name="partner")
    assert [each["partner"] for each in joined] == [{"id": 7, "vat": "NL1"}, None, None]
    back = records([{"id": 1}]).joined(lines, "id", key="order_id[0]", name="lines", many=True)
    assert back[0]["lines"][0]["sku"] == "x"


def test_each_element_of_a_list_is_no_key():
    with pytest.raises(RecordsError, match=r"tags\[\] is each element of a list"):
        records(ORDERS).joined(records(BUYERS), "tags[]", name="who")


def test_the_first_joined_record_does_not_wait_for_the_last():
    read = []

    def fetch():
        read.append(len(read))
        return Batch([{"id": len(read), "buyer": "b1"}], Origin(), last=len(read) == 9)

    joined = Records(fetch).joined(records(BUYERS), "buyer", name="who")
    assert joined[0]["who"]["name"] == "Ann"
    assert len(read) <= 2


def test_what_broke_off_goes_on_where_it_broke():
    pages, asked = [[{"id": 1, "buyer": "b1"}], [{"id": 2, "buyer": "b2"}]], []

    def fetch():
        asked.append(len(asked))
        if len(asked) == 2:
            raise RecordsError("The line is dead.")
        return Batch(pages.pop(0), Origin(), last=not pages)

    joined = Records(fetch).joined(records(BUYERS), "buyer", name="who")
    with pytest.raises(RecordsError, match="dead"):
        list(joined)
    assert [each["who"]["name"] for each in joined] == ["Ann", "Bob"]
    assert joined.note == "2 of 2 records found their who by buyer = id."


@pytest.mark.parametrize("nothing", ["", False, None])
def test_what_names_nothing_finds_nothing(nothing):
    joined = records([{"buyer": nothing}]).joined(records([{"id": nothing}, {"id": 0}]), "buyer", name="who")
    assert joined[0]["who"] is None
    assert list(joined)
    assert joined.note.endswith("1 have no buyer.")


def test_a_text_is_not_taken_for_a_number():
    joined = records([{"buyer": "1"}]).joined(records([{"id": 1}]), "buyer", name="who")
    assert joined[0]["who"] is None


@pytest.mark.parametrize(
    ("rows", "on", "said"),
    [
        ([{"buyer": {"id": "b1"}}], "buyer", "buyer.id"),
        ([{"buyer": "b1", "who": 1}], "buyer", "another name"),
    ],
)
def test_what_cannot_be_joined_is_told(rows, on, said):
    with pytest.raises(RecordsError) as refused:
        list(records(rows).joined(records(BUYERS), on, name="who"))
    assert said in refused.value.remedy


class Sale(BaseModel):
    """A sale."""

    no: str
    name: str | None


def shop(request: httpx.Request) -> httpx.Response:
    rows = {"/v1/orders": ORDERS[:3], "/v1/buyers": BUYERS}[request.url.path]
    return httpx.Response(200, json={"object": "list", "has_more": False, "data": rows})


def test_a_saved_mapping_joins_again_when_it_fetches(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_for_this_test_only")
    both = []
    for name in ("orders", "buyers"):
        wire = httpx.MockTransport(shop)
        with intkit.connect("stripe", cassette=f"stripe/{name}", mode="record", transport=wire) as stripe:
            both.append(stripe.records(f"/v1/{name}"))
            list(both[-1])
    joined = both[0].joined(both[1], "buyer", name="who")
    (tmp_path / "mappings").mkdir()
    models = tmp_path / "mappings" / "shop_models.py"
    models.write_text(
        "from pydantic import BaseModel\n\n\nclass Sale(BaseModel):\n    no: str\n    name: str | None\n"
    )
    from intkit.mapping_files.definitions import load_definitions

    mapping = intkit.Mapping("shop", source=joined, target=load_definitions(models).Sale, record="order")
    mapping.set("no", "id").set("name", "who.name").save()
    monkeypatch.delenv("STRIPE_API_KEY")
    opened = intkit.Mapping("shop")
    assert [each.name for each in opened.apply(opened.fetch()).accepted] == ["Ann", None, None]
    opened.save()
    assert opened._origin == mapping._origin
    assert opened.apply(opened.fetch()).lineage("o1", "name").exchange == "stripe/orders#0 + stripe/buyers#0"


def test_a_mapping_of_a_part_that_was_recorded_asks_its_recording_for_no_more(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_for_this_test_only")
    pages = httpx.MockTransport(lambda _: httpx.Response(200, json={"has_more": True, "data": ORDERS}))
    with intkit.connect("stripe", cassette="stripe/orders", mode="record", transport=pages) as stripe:
        records = stripe.records("/v1/orders", limit=3)
        joined = records.joined(stripe.records("/v1/orders", limit=4), "id", name="again")
        saved = (
            intkit.Mapping("shop", source=joined, target=Sale).set("no", "id").set("name", "again.id").save()
        )
    assert saved.read_text().count("limit: ") == 2
    opened = intkit.Mapping("shop")
    assert [each.name for each in opened.apply(opened.fetch()).accepted] == ["o1", "o2", "o3"]
    assert len(opened.fetch(limit=2)) == 2


def test_a_limit_that_left_nothing_out_is_not_saved(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_for_this_test_only")
    with intkit.connect(
        "stripe", cassette="stripe/orders", mode="record", transport=httpx.MockTransport(shop)
    ) as stripe:
        orders = stripe.records("/v1/orders", limit=100)
        saved = intkit.Mapping("shop", source=orders, target=Sale).set("no", "id").set("name", "id").save()
    assert "limit" not in saved.read_text()


def test_a_join_that_the_file_spells_wrong_is_told():
    from intkit.errors import MappingError
    from intkit.mapping_files.written import _read_join

    with pytest.raises(MappingError, match="cannot be read"):
        _read_join({"on": "buyer"})


def test_an_export_names_every_recording_behind_it():
    from intkit.mapping_files.written import header_facts
    from intkit.records import Join, Source
    from tests.rules.shop import new_mapping

    join = Join(Source("shop", "shop/buyers", "/v1/buyers"), "buyer", "id", "who")
    origin = Source("shop", "shop/orders", "/v1/orders", joins=(join,))
    facts = header_facts(Path(__file__), new_mapping()._spec, origin, [{}] * 7)
    lines = b"{}\n" * 7
    recorded = f"cassettes/shop/orders.yaml (/v1/orders), sha256 {hashlib.sha256(lines).hexdigest()}"
    assert f"Tried on: 7 records of {recorded}" in facts
    assert "Joined with: who, of cassettes/shop/buyers.yaml (/v1/buyers)" in facts
