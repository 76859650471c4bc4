"""`intkit check` and `intkit export` on a small saved mapping."""

from __future__ import annotations

import httpx
import pytest
from typer.testing import CliRunner

import intkit
from intkit.cli import app
from intkit.rules.definitions import load_definitions

MODELS = '''"""The target."""

from pydantic import BaseModel


class Order(BaseModel):
    """One order."""

    number: str
    buyer: str
'''


def orders(request: httpx.Request) -> httpx.Response:
    rows = [{"id": "a1", "who": "Ann"}, {"id": "a2", "who": None}]
    return httpx.Response(200, json={"object": "list", "has_more": False, "data": rows})


def run(*words: str):
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def mapping(project, monkeypatch) -> intkit.Mapping:
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_for_this_test_only")
    models = project / "mappings" / "shop_models.py"
    models.write_text(MODELS)
    wire = httpx.MockTransport(orders)
    with intkit.connect("stripe", cassette="stripe/orders", mode="record", transport=wire) as stripe:
        records = stripe.records("/v1/orders")
        made = intkit.Mapping("shop", source=records, target=load_definitions(models).Order, record="order")
        made.set("number", "id").save()
    return made


def test_a_mapping_that_cannot_work_is_told_with_the_next_step(mapping):
    done = run("check", "shop")
    assert done.exit_code == 1
    assert "error: buyer: " in done.stdout
    assert "mapping.set('buyer'" in done.stdout


def test_a_warning_says_what_it_costs_and_is_no_failure(mapping):
    mapping.set("buyer", "who").save()
    done = run("check", "shop")
    assert done.exit_code == 0, done.output
    assert "warning: buyer: " in done.stdout
    assert "1 times in 2" in done.stdout


def test_export_names_what_it_wrote_and_check_says_when_it_is_stale(mapping, project):
    mapping.set("buyer", "who").save()
    done = run("export", "shop")
    assert done.stdout.splitlines() == ["mappings/shop.py", "mappings/test_shop.py", "mappings/shop.md"]
    assert run("export", "shop", "--check").exit_code == 0
    mapping.set("number", "id | upper").save()
    stale = run("export", "shop", "--check")
    assert stale.exit_code == 1
    assert "stale" in stale.stderr
    assert "upper" not in (project / "mappings" / "shop.py").read_text().split("def to_order")[1][:300]


def test_an_unknown_mapping_is_said_with_the_nearest_name(mapping):
    done = run("check", "shopp")
    assert done.exit_code == 2
    assert "Did you mean 'shop'?" in done.stderr
