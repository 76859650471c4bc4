"""The mapping file: nothing is lost between saving and opening, and damage is told with its line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import intkit
from intkit.errors import MappingError
from intkit.mapping_files.definitions import load_definitions
from intkit.mapping_files.mapping_file import MappingFile, read_mapping_file, write_mapping_file
from tests.rules.shop import ORDERS, new_mapping

TEXT = st.text(max_size=30)
SCALAR = TEXT | st.integers() | st.booleans() | st.none()
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)
RULE = TEXT | st.fixed_dictionaries({"rule": TEXT, "note": TEXT})
FILES = st.builds(
    MappingFile,
    name=st.text(min_size=1, max_size=30),
    notes=TEXT,
    source=st.fixed_dictionaries(
        {"record": TEXT}, optional={"params": st.dictionaries(TEXT, JSON, max_size=2)}
    ),
    target=st.text(min_size=1, max_size=30),
    when=TEXT,
    each=TEXT,
    nulls=st.sampled_from(["", "omit"]),
    rules=st.dictionaries(TEXT, RULE, max_size=4),
    values=st.dictionaries(
        TEXT, st.fixed_dictionaries({"entries": st.dictionaries(SCALAR, SCALAR, max_size=4)}), max_size=2
    ),
    constants=st.dictionaries(TEXT, SCALAR, max_size=3),
    transforms=st.dictionaries(TEXT, TEXT, max_size=2),
    fields=st.dictionaries(
        TEXT, st.dictionaries(TEXT, st.integers() | st.lists(TEXT, max_size=2), max_size=3)
    ),
)

MODELS = '''"""The target."""

from decimal import Decimal

from pydantic import BaseModel


class Sale(BaseModel):
    """One sale."""

    number: str
    total: Decimal
'''


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / "cassettes").mkdir()
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    return tmp_path


@pytest.fixture
def saved(project):
    models = project / "mappings" / "shop_models.py"
    models.parent.mkdir()
    models.write_text(MODELS)
    mapping = new_mapping(target=load_definitions(models).Sale)
    mapping.set("number", "id", note="ours").set("total", "total | number")
    mapping.value_map("STATES", {"new": 1, True: "x", 7: None, "7": "text"}, note="why")
    mapping.constant("BOOK", "on").when('state == "new"').save()
    return mapping


@settings(deadline=None, max_examples=40)  # three files are written and read each time
@given(FILES)
def test_saving_and_reading_a_mapping_file_loses_nothing(tmp_path_factory, wanted):
    path = tmp_path_factory.mktemp("files") / "shop.mapping.yaml"
    write_mapping_file(path, wanted)
    assert repr(read_mapping_file(path)) == repr(wanted)  # 1 is not True
    written = path.read_bytes()
    write_mapping_file(path, wanted)
    assert path.read_bytes() == written
    path.write_bytes(b"# of the whole\n" + written.replace(b"\nrules:", b"\n# of the rules\nrules:"))
    write_mapping_file(path, wanted)
    assert repr(read_mapping_file(path)) == repr(wanted)
    assert path.read_text(encoding="utf-8").startswith("# of the whole\n")
    assert "\n# of the rules\n" in path.read_text(encoding="utf-8")


def test_an_opened_mapping_is_the_saved_one(saved):
    opened = intkit.Mapping("shop")
    assert opened.path.read_bytes() == saved.path.read_bytes()
    assert repr(opened) == repr(saved)
    assert opened.apply(ORDERS).summary() == saved.apply(ORDERS).summary()
    opened.save()
    assert opened.path.read_bytes() == saved.path.read_bytes()


def test_a_comment_outlives_a_change_of_rules(saved):
    text = saved.path.read_text()
    saved.path.write_text(
        text.replace("rules:\n", "rules:  # agreed in March\n").replace("  total:", "  # gross\n  total:")
    )
    intkit.Mapping("shop").set("total", "1").save()
    assert "rules:  # agreed in March\n" in saved.path.read_text()
    assert '  # gross\n  total: "1"\n' in saved.path.read_text()


def test_a_rule_whose_target_field_is_gone_is_kept_and_told(saved, project):
    models = project / "mappings" / "shop_models.py"
    models.write_text(MODELS.replace("number: str", "no: str"))
    opened = intkit.Mapping("shop")
    assert any("no field 'number'" in finding.what for finding in opened.check())
    opened.save()
    assert 'number:\n    rule: "id"' in opened.path.read_text()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("rules:", "rules", r"shop.mapping.yaml, line \d+"),
        ('"id"', '"id', r"shop.mapping.yaml, line \d+"),
        ("rules:\n", 'rules:\n  total: "1"\n  total: "2"\n', "line .*duplicate key"),
        ("rules:", "ruls:", "no part 'ruls'.*Did you mean 'rules'"),
        ("intkit: 1", "intkit: 2", "no mapping file of format 1"),
        ("  record:", "  recrd:", "no part 'recrd'.*Did you mean 'record'"),
        (
            '"shop_models:Sale"',
            '"shop_models:Sal"',
            "'shop_models:Sal', which cannot be found. Did you mean 'Sale'?",
        ),
        ("entries:", "entres:", "STATES"),
        ("id: {text: 4}", "id: {txt: 4}", "'id' cannot be read"),
    ],
)
def test_a_damaged_file_is_told_with_its_place(saved, before, after, said):
    text = saved.path.read_text()
    assert before in text
    saved.path.write_text(text.replace(before, after, 1))
    with pytest.raises(MappingError, match=f"(?s){said}"):
        intkit.Mapping("shop")


def test_an_unknown_mapping_names_the_nearest(saved):
    with pytest.raises(MappingError, match="Did you mean 'shop'"):
        intkit.Mapping("shopp")


@pytest.mark.parametrize("call", ["fsync", "fdopen"])
def test_a_write_that_is_cut_short_leaves_the_old_file(saved, monkeypatch, call):
    before = saved.path.read_bytes()

    def fail(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"intkit.files.os.{call}", fail)
    with pytest.raises(KeyboardInterrupt):
        saved.set("number", "state").save()
    assert saved.path.read_bytes() == before
    assert [path.name for path in saved.path.parent.iterdir() if path.suffix == ".part"] == []
