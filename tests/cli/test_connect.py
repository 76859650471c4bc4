from __future__ import annotations

import pytest
from typer.testing import CliRunner

from intkit.cli import app
from intkit.sandbox import Sandbox


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    return tmp_path


def run(*words, **options):
    return CliRunner().invoke(app, list(words), **options)


def test_the_doctor_ends_with_0_where_all_is_well_and_1_where_not(monkeypatch):
    with Sandbox("stripe") as sandbox:
        monkeypatch.setenv("STRIPE_API_KEY", sandbox.keys["stripe"])
        well = run("doctor", "stripe")
        monkeypatch.setenv("STRIPE_API_KEY", "sk_test_wrong")
        ill = run("doctor", "stripe")
    assert (well.exit_code, well.output.splitlines()[0]) == (0, "stripe: well")
    assert (ill.exit_code, "likely cause" in ill.output) == (1, True)


def test_the_doctor_fills_the_address_of_an_account(monkeypatch):
    with Sandbox("mailchimp") as sandbox:
        monkeypatch.setenv("MAILCHIMP_API_KEY", sandbox.keys["mailchimp"])
        assert run("doctor", "mailchimp", "--set", "dc=us19").exit_code == 0


def test_the_doctor_names_what_is_missing(monkeypatch):
    monkeypatch.delenv("STRIPE_API_KEY", raising=False)
    found = run("doctor", "stripe")
    assert (found.exit_code, "STRIPE_API_KEY is not set" in found.output) == (1, True)


@pytest.mark.parametrize("by_stdin", [False, True])
def test_a_curl_line_becomes_code_for_the_known_vendor(by_stdin):
    line = "curl https://us7.api.mailchimp.com/3.0/lists -u any:0123456789abcdef-us7"
    found = run("curl", "-", input=line) if by_stdin else run("curl", line)
    assert found.exit_code == 0
    assert "mailchimp = intkit.connect('mailchimp', dc='us7')" in found.output
    assert "0123456789abcdef" not in found.output


def test_an_openapi_file_becomes_an_entry_and_a_list(project):
    spec = project / "shop.yaml"
    spec.write_text("""
        openapi: 3.0.0
        servers: [{url: https://api.shop.com}]
        paths: {/orders: {get: {responses: {'200': {content: {application/json: {schema: {type: array}}}}}}}}
    """)  # fmt: skip
    found = run("openapi", str(spec))
    assert found.exit_code == 0
    assert '[connections.shop]\nbase_url = "https://api.shop.com"' in found.output
    assert "/orders" in found.output
