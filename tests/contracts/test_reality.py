from __future__ import annotations

import json
import os
import re
from copy import deepcopy
from pathlib import Path

import pytest

from intkit.cassettes.exchange import Exchange, RecordedRequest, RecordedResponse
from intkit.contracts import Spec, check_exchanges, check_spec, contract_of_schema, read_spec
from intkit.errors import ContractError
from intkit.profiles import profile

SPEC = """
openapi: {version}
info: {{title: Shop, version: "1"}}
servers: [{{url: "https://api.shop.test/v2"}}]
paths:
  /orders:
    get:
      responses:
        "200":
          content:
            application/json:
              schema:
                type: object
                required: [data]
                properties:
                  data: {{type: array, items: {{$ref: "#/components/schemas/Order"}}}}
  /orders/{{id}}:
    get:
      responses:
        2XX: {{content: {{application/json: {{schema: {{$ref: "#/components/schemas/Order"}}}}}}}}
        "404": {{description: none}}
components:
  schemas:
    Named: {{type: object, required: [name], properties: {{name: {{type: string}}}}}}
    Order:
      allOf:
        - $ref: "#/components/schemas/Named"
        - type: object
          required: [id, total, placed]
          properties:
            id: {{type: string, format: uuid}}
            total: {{type: integer}}
            status: {{type: string, enum: [open, paid]}}
            placed: {{type: string, format: date-time, example: 2023-02-30}}
            note: {note}
            customer:
              anyOf: [{{type: string}}, {{$ref: "#/components/schemas/Customer"}}]
            extra: {{type: object, additionalProperties: {{type: string}}}}
            gone: {{$ref: "#/components/schemas/Nowhere"}}
    Customer: {{type: object, properties: {{email: {{type: string}}, orders: {{type: array, items: {{$ref: "#/components/schemas/Order"}}}}}}}}
"""
NOTES = {"3.0.3": "{type: string, nullable: true}", "3.1.0": "{type: [string, 'null']}"}


@pytest.fixture(params=sorted(NOTES))
def spec(request, tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(SPEC.format(version=request.param, note=NOTES[request.param]), encoding="utf-8")
    return read_spec(path)


def order(**change):
    return {
        "id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "name": "x",
        "total": 5,
        "status": "open",
        "placed": "2024-01-01T00:00:00Z",
        "note": None,
        "customer": {"email": "a@b.io"},
        "extra": {"any": "thing"},
        **change,
    }


def check(spec, *orders):
    return check_spec(spec, "GET", "/orders", profile([{"data": list(orders)}]))


def exchange(url, status, body):
    return Exchange(RecordedRequest("GET", url), RecordedResponse(status, body=json.dumps(body).encode()))


def without(row, key):
    return {name: value for name, value in row.items() if name != key}


PARTINGS = [
    (order(color="red"), ("undocumented", "data[].color")),
    (order(customer={"email": "x", "vip": True}), ("undocumented", "data[].customer.vip")),
    (without(order(), "total"), ("missing", "data[].total")),
    (without(order(), "name"), ("missing", "data[].name")),
    (order(total="5"), ("type", "data[].total")),
    (order(customer=7), ("type", "data[].customer")),
    (order(total=None), ("null", "data[].total")),
    (order(status="void"), ("values", "data[].status")),
]


def test_answers_that_fit_the_spec_give_no_findings(spec):
    assert check(spec, order(), order(customer="c1", note="x", gone=[1])).findings == []


@pytest.mark.parametrize(
    ("row", "expected"), PARTINGS, ids=[f"{kind} {path}" for _, (kind, path) in PARTINGS]
)
def test_each_parting_of_spec_and_recording_is_found(spec, row, expected):
    assert [(each.kind, each.path) for each in check(spec, order(), row).findings] == [expected]


@pytest.mark.parametrize(
    ("row", "expected"), PARTINGS, ids=[f"{kind} {path}" for _, (kind, path) in PARTINGS]
)
def test_the_overlay_mends_what_was_found(spec, row, expected):
    reality = check(spec, order(), row)
    mended = Spec(apply(reality.overlay(), spec.document))
    assert check(mended, order(), row).findings == []


def apply(overlay, document):
    """Apply an overlay of the few kinds of target that the kit writes."""
    document = deepcopy(document)
    for action in overlay["actions"]:
        *_, last = keys = re.findall(r'\["([^"]*)"\]|\[(\d+)\]|\.(\w+)|\[\?@=="([^"]*)"\]', action["target"])
        place = document
        for name, number, word, condition in keys:
            if condition:
                break
            place = place[int(number)] if number else place[name or word]
        if action.get("remove"):
            place.remove(last[3])
        else:
            merge(place, action["update"])
    return document


def merge(place, update):
    for key, value in update.items():
        if isinstance(value, dict) and isinstance(place.get(key), dict):
            merge(place[key], value)
        elif isinstance(value, list) and isinstance(place.get(key), list):
            place[key] += value
        elif isinstance(value, list) and key == "type" and key in place:
            place[key] = [place[key], *value]
        elif key == "anyOf" and "type" in place:
            place[key] = [{"type": place.pop("type")}, *value]
        else:
            place[key] = value


def test_statuses_and_operations_that_are_not_documented_are_found(spec):
    base = "https://api.shop.test/v2"
    reality = check_exchanges(
        spec,
        [
            exchange(f"{base}/orders?page=2", 200, {"data": [order()]}),
            exchange(f"{base}/orders", 429, {"error": "slow down"}),
            exchange(f"{base}/orders/7", 201, order(color="red")),
            exchange(f"{base}/orders/8", 404, {}),
            exchange(f"{base}/refunds", 200, []),
        ],
    )
    found = [(each.kind, each.operation) for each in reality.findings if each.kind != "fault"]
    assert found == [
        ("status", "GET /orders"),
        ("operation", "GET /refunds"),
        ("undocumented", "GET /orders/{id}"),
    ]


def test_a_broken_document_is_survived_and_its_faults_are_named(spec):
    reality = check_exchanges(
        spec, [exchange("https://api.shop.test/v2/orders", 200, {"data": [order(gone=1)]})]
    )
    faults = [each.text for each in reality.findings if each.kind == "fault"]
    assert any("'2023-02-30' in line" in fault for fault in faults)
    assert "'#/components/schemas/Nowhere' leads nowhere" in faults


def test_an_endless_schema_makes_a_contract_of_some_depth(spec):
    schema = spec.response("GET", "/orders")
    contract = contract_of_schema(spec, schema, "orders")
    assert contract.promises["data[].id"].format == "uuid"
    assert contract.promises["data[].status"].values == ("open", "paid")
    assert contract.promises["data[].note"].nullable
    assert contract.promises["data[].customer"].types == ("object", "text")
    assert not contract.promises["data[].total"].optional
    assert contract.promises["data[].status"].optional
    assert "data[].customer.orders" in contract.promises
    assert "data[].customer.orders[].id" not in contract.promises
    assert contract.check([{"data": [order()]}]).ok
    assert [each.path for each in contract.check([{"data": [order(total="x")]}]).violations] == [
        "data[].total"
    ]


def test_a_contract_of_the_records_in_an_answer(spec):
    contract = contract_of_schema(spec, spec.response("GET", "/orders"), "orders", at="data[]")
    assert contract.check([order()]).ok
    assert "customer.email" in contract.promises
    with pytest.raises(ContractError, match=r"has no 'rows\[\]'"):
        contract_of_schema(spec, spec.response("GET", "/orders"), "orders", at="rows[]")


def test_a_json_schema_alone_makes_a_contract():
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"enum": [1, 2]}, "b": {"$ref": "#/$defs/b"}},
    }
    schema["$defs"] = {"b": {"type": ["array", "null"], "items": {"type": "number"}}}
    contract = contract_of_schema(Spec(schema), schema, "x")
    assert contract.check([{"a": 1, "b": [1, 2.5]}, {"a": 2, "b": None}, {"a": 1}]).ok
    assert len(contract.check([{"a": 3}, {"b": []}, {"a": 1, "b": ["x"]}]).violations) == 3


def test_an_unknown_operation_names_the_nearest(spec):
    with pytest.raises(ContractError, match=r"Did you mean '/orders'\?"):
        check_spec(spec, "GET", "/order", profile([]))


@pytest.mark.parametrize(
    "text", ["openapi: [", '{"swagger": "2.0"}', "just words", '{"openapi": "3.0", ', ""]
)
def test_what_is_no_openapi_document_is_refused(tmp_path, text):
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError):
        read_spec(path)


@pytest.mark.skipif("INTKIT_FIELD" not in os.environ, reason="the vendors' specs are not here")
@pytest.mark.parametrize(
    "name", ["stripe/spec3.reduced.json", "resend/resend.yaml", "xero/xero_accounting.yaml"]
)
def test_every_operation_of_real_specs_makes_a_contract(name):
    spec = read_spec(Path(os.environ["INTKIT_FIELD"]) / "specs" / name)
    for path, operations in spec.document["paths"].items():
        if "get" in operations and (schema := spec.response("GET", path)):
            assert contract_of_schema(spec, schema, path, deepest=2).promises or spec.faults
