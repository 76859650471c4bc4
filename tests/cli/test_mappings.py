"""`intkit check`, `export`, `compare` and `sheet` on a small saved mapping."""

from __future__ import annotations

import csv
import shutil
import subprocess

import httpx
import pytest
from typer.testing import CliRunner

import intkit
from intkit.cli import app
from intkit.mapping_files.definitions import load_definitions

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


def test_export_without_a_name_is_of_all_mappings(mapping, project):
    mapping.set("buyer", "who").save()
    (project / "mappings" / "orders.mapping.yaml").unlink()  # that of the completion's tests is empty
    path = project / "mappings" / "shop.mapping.yaml"
    (project / "mappings" / "another.mapping.yaml").write_bytes(path.read_bytes())
    done = run("export")
    assert done.exit_code == 0, done.output
    assert {"shop.py", "another.py"} <= {each.name for each in (project / "mappings").iterdir()}
    done = run("export", "--check")
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 2)
    (project / "mappings" / "another.md").unlink()
    assert run("export", "--check").exit_code == 1


def test_an_unknown_mapping_is_said_with_the_nearest_name(mapping):
    done = run("check", "shopp")
    assert done.exit_code == 2
    assert "Did you mean 'shop'?" in done.stderr


@pytest.fixture
def committed(mapping, project):
    """The mapping with all its rules, as git has it."""
    mapping.set("buyer", "who").save()
    for words in ("init -q", "add .", "-c user.name=Ann -c user.email=ann@shop.example commit -q -m first"):
        subprocess.run([shutil.which("git"), "-C", str(project), *words.split()], check=True)
    return mapping


def test_compare_tells_what_the_rules_do_otherwise_than_those_that_are_committed(committed):
    assert run("compare", "shop").stdout == "shop: 0 of 2 records come out otherwise.\n"
    committed.set("number", "id | upper").save()
    done = run("compare", "shop")
    assert done.exit_code == 0, done.output
    assert "shop: 1 of 2 records come out otherwise" in done.stdout
    assert "number: id → id | upper" in done.stdout
    told = run("compare", "shop", "HEAD", "--markdown").stdout
    assert "| number | `id` | `id \\| upper` |" in told


def test_compare_maps_by_the_models_of_that_time(committed, project):
    models = project / "mappings" / "shop_models.py"
    models.write_text(models.read_text().replace("class Order", "class Purchase"))
    text = committed.path.read_text()
    committed.path.write_text(text.replace("shop_models:Order", "shop_models:Purchase"))
    assert "0 of 2 records come out otherwise" in run("compare", "shop").stdout
    assert intkit.Mapping("shop").export()


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("nowhere", "There is no file 'nowhere', and no such revision."),
        ("--output=stolen", "There is no file '--output=stolen', and no such revision."),
        ("HEAD", "shop.mapping.yaml is not in the revision 'HEAD'."),
    ],
)
def test_compare_with_what_is_not_there_says_what_to_name(committed, project, old, said):
    subprocess.run(
        ["git", "-C", str(project), "rm", "-q", "--cached", "mappings/shop.mapping.yaml"], check=True
    )
    commit = "-c user.name=Ann -c user.email=ann@shop.example commit -q -m second"
    subprocess.run(["git", "-C", str(project), *commit.split()], check=True)
    done = run("compare", "shop", "--", old)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "older mapping file" in done.stderr
    assert not (project / "mappings" / "stolen").exists()


def test_a_sheet_goes_out_for_sign_off_and_its_decisions_come_back(mapping, project, monkeypatch):
    monkeypatch.chdir(project)
    mapping.set("buyer", "who").save()
    assert run("sheet", "shop", "shop.csv").stdout.strip() == "shop.csv"
    rows = list(csv.reader((project / "shop.csv").read_text().splitlines()))
    assert ["number", "text, required", "id", "", "100 %", "'a1'"] in rows
    signed = (project / "shop.csv").read_text().replace('required",id,', 'required",id | upper,as on paper')
    (project / "shop.csv").write_text(signed)
    done = run("sheet", "shop", "--from", "shop.csv")
    assert done.exit_code == 0, done.output
    assert "1 of 2 records come out otherwise" in done.stdout
    assert "intkit export shop" in done.stdout
    assert "as on paper" in mapping.path.read_text()


def test_a_sheet_of_another_mapping_changes_nothing(mapping, project):
    mapping.set("buyer", "who").save()
    before = mapping.path.read_bytes()
    other = project / "mappings" / "other.mapping.yaml"
    other.write_text(mapping.path.read_text().replace('name: "shop"', 'name: "other"'))
    sheet = intkit.Mapping("other").sheet(project / "signed.csv")
    done = run("sheet", "shop", "--from", str(sheet))
    assert done.exit_code == 1
    assert "signed.csv is a sheet of the mapping 'other', not of 'shop'." in done.stderr
    assert mapping.path.read_bytes() == before
