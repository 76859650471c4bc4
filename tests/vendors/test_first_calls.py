"""The line that a practice server prints for a start becomes Python that runs."""

from __future__ import annotations

import pytest

from intkit.clients.curl import read_curl
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
