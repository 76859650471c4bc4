"""What an API's documentation offers, a curl line or a description, becomes a connection and first calls that run."""

from __future__ import annotations

import re

import pytest

from intkit.clients.curl import read_curl
from intkit.clients.entries import write_entry
from intkit.clients.openapi import read_openapi
from intkit.connections import connect
from intkit.records import Records
from intkit.redaction import forget_secrets
from intkit.sandbox import Sandbox
from intkit.sandbox.server import VENDORS
from intkit.vendors import find_vendor, vendor_at


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as running:
        yield running


@pytest.mark.parametrize("name", [name for name in VENDORS if name != "exact"])
def test_a_vendor_s_first_line_becomes_code_that_runs_with_the_key_it_names(
    sandbox, name, tmp_path, monkeypatch
):
    (vendor,) = (each for each in sandbox.vendors if each.name == name)
    call = read_curl(vendor.curl(f"https://{vendor.hosts[0]}"))
    known, places = vendor_at(call.base_url) or ("", {})
    code = call.code(find_vendor(known) if known else None, places)
    assert vendor.key not in code
    variable = code.split("# set ")[1].split(" in ")[0]
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    monkeypatch.setenv(variable, vendor.key)
    ran = {}
    exec(code, ran)
    forget_secrets()
    if "records" in ran:
        assert isinstance(ran["records"], Records)
        assert len(ran["records"]) > 2
    else:
        answer = ran.get("answer") or ran["response"].json()
        assert answer


def test_exact_s_first_line_names_what_its_sign_in_needs(sandbox):
    (vendor,) = (each for each in sandbox.vendors if each.name == "exact")
    code = read_curl(vendor.curl("https://start.exactonline.nl")).code(find_vendor("exact"))
    assert "# set EXACT_CLIENT_ID, EXACT_CLIENT_SECRET in the environment" in code
    assert "exact.records('/api/v1/1234567/crm/Accounts', params=" in code


SPEC = """
openapi: 3.0.3
info: {title: Meters, version: "1"}
servers: [{url: "https://playground.example/%(way)s"}]
components:
  securitySchemes: {own: %(scheme)s}
security: [{own: []}]
paths:
  /cursor/readings:
    get:
      summary: All readings
      parameters:
        - {name: cursor, in: query, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer}}
        - {name: sensor, in: query, schema: {type: integer}}
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties:
                  readings: {type: array, items: {type: object}}
                  next_cursor: {type: string, nullable: true}
"""
SCHEMES = {
    "bearer": "{type: http, scheme: bearer}",
    "header-key": "{type: apiKey, in: header, name: X-Api-Key}",
    "query-key": "{type: apiKey, in: query, name: api_key}",
    "token": "{type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://playground.example/tokens', scopes: {}}}}",
}


@pytest.mark.parametrize("way", SCHEMES)
def test_a_description_becomes_an_entry_that_connects_and_pages(sandbox, way, tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    (tmp_path / "meters.yaml").write_text(SPEC % {"way": way, "scheme": SCHEMES[way]})
    found = read_openapi(tmp_path / "meters.yaml")
    entry = write_entry("meters", found.connection)
    (tmp_path / "intkit.toml").write_text(entry)
    for name in re.findall(r"env:(\w+)", entry):
        held = {"ID": "sandbox-client", "SECRET": "sandbox-client-secret"}
        monkeypatch.setenv(name, held.get(name.rpartition("_")[2], sandbox.keys["playground"]))
    with connect("meters") as meters:
        records = meters.records(found.lists[0].path, params={"sensor": 7}, at=found.lists[0].at)
        assert len(records) == 250
        assert "Found out" not in records.note
    forget_secrets()
