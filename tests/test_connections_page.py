"""Every block of docs/connections.md runs, against the practice server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import intkit
from intkit.clients.paging import PAGINATORS
from intkit.redaction import forget_secrets

PAGE = Path(__file__).parents[1] / "docs" / "connections.md"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def names(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    for name in ("SHOP_KEY", "EXAMPLE_KEY"):
        monkeypatch.setenv(name, f"secret-of-{name}")
    (tmp_path / "intkit.toml").write_text("\n".join(blocks("toml")))
    with intkit.Sandbox("stripe") as sandbox:
        monkeypatch.setenv("STRIPE_API_KEY", sandbox.keys["stripe"])
        yield {}
    forget_secrets()


def test_the_page_s_code_runs_from_top_to_bottom(names, capsys):
    for block in blocks("python"):
        exec(block, names)
    assert "page(s) read" in capsys.readouterr().out
    assert len(names["charges"]) == 250
    assert len(names["refunds"]) == sum(len(each["refunds"]["data"]) for each in names["charges"][:20])
    assert names["shop"].connection.resilience.rate.requests == 10
    for client in (names["stripe"], names["shop"], names["other"]):
        client.close()


def test_the_page_s_second_entry_starts_from_a_vendor(names, monkeypatch):
    monkeypatch.setenv("MAILCHIMP_API_KEY", "key-of-mailchimp-us19")
    with intkit.connect("newsletter", environment="live") as newsletter:
        assert newsletter.connection.host == "us19.api.mailchimp.com"


def test_every_public_way_to_authenticate_stands_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    ways = {
        name
        for name, home in intkit._HOMES.items()
        if home in ("clients.auth", "clients.oauth", "clients.signing", "clients.sign_in")
    }
    assert {name for name in ways if name not in text} == set()


def test_every_way_to_page_stands_on_the_page_under_both_names_and_its_own_kind_pages(names):
    text = PAGE.read_text(encoding="utf-8")
    for kind, paginator in PAGINATORS.items():
        assert re.search(rf"`{paginator.__name__}\(.*\| `{kind}` \|", text), kind
    own = next(block for block in blocks("python") if "class ByRange" in block)
    ran = {"intkit": intkit}
    exec(own, ran)
    with intkit.Sandbox("playground"):
        meters = intkit.connect("https://playground.example/none", paging=ran["ByRange"]())
        assert len(meters.records("/range/readings", params={"sensor": 7})) == 250
