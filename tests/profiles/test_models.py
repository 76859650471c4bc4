from __future__ import annotations

import keyword
import subprocess
import sys

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from intkit.errors import ProfileError
from intkit.profiles import models, profile


def run(source):
    space = {"__name__": "made"}
    exec(compile(source, "made.py", "exec"), space)
    return space


def pydantic_model(rows):
    space = run(profile(rows).model("Thing"))
    space["Thing"].model_rebuild(_types_namespace=space)
    return space["Thing"]


def struct(rows):
    import sys as modules
    from types import ModuleType

    module = ModuleType("made_struct")
    modules.modules["made_struct"] = module
    source = profile(rows).model("Thing", "struct")
    exec(compile(source, "made.py", "exec"), module.__dict__)
    return module.Thing


keys = st.sampled_from(
    ["id", "order-id", "json", "model_config", "class", "", "Contact", "contact", "list", "_links", "2x"]
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(keys, values, max_size=4), min_size=1, max_size=5))
def test_every_record_fits_the_classes_made_from_it(rows):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "format_source", str)  # formatting changes no meaning and takes a process
        model, made = pydantic_model(rows), struct(rows)
    for row in rows:
        assert isinstance(model.model_validate(row), model)
        assert isinstance(msgspec.json.decode(msgspec.json.encode(row), type=made), made)


ROWS = [
    {"id": "a", "note": None, "n": 1, "lines": [{"sku": "x"}], "order-id": "7"},
    {"id": "b", "note": "x", "n": 2, "lines": [], "coupon": "SPRING", "order-id": "8"},
]


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"coupon": None},
        {"n": "1"},
        {"n": 1.5},
        {"lines": [{"sku": 5}]},
        {"lines": None},
        {"order-id": 5},
    ],
    ids=repr,
)
def test_what_was_never_seen_does_not_fit(change):
    row = ROWS[1] | change
    with pytest.raises(ValidationError):
        pydantic_model(ROWS).model_validate(row)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(row, struct(ROWS))


@pytest.mark.parametrize("key", ["id", "note", "n", "lines"])
def test_what_was_always_there_is_required(key):
    row = {name: value for name, value in ROWS[0].items() if name != key}
    with pytest.raises(ValidationError):
        pydantic_model(ROWS).model_validate(row)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(row, struct(ROWS))


def test_optional_is_not_nullable_and_null_is_not_optional():
    source = profile(ROWS).model("Thing")
    assert "coupon: Annotated[str | None, NotNull] = None" in source
    assert "note: str | None\n" in source
    assert "coupon: str | msgspec.UnsetType = msgspec.UNSET" in profile(ROWS).model("Thing", "struct")


def test_classes_are_called_after_what_they_hold():
    rows = [
        {"lines": {"data": [{"price": {"id": 1}}]}, "addresses": [{"city": "A"}], "categories": [{"x": 1}]}
    ]
    source = profile(rows).model("Order")
    for name in ("Line", "Price", "Address", "Category", "Order"):
        assert f"class {name}(BaseModel):" in source


def test_enums_and_formats_are_proposals_beside_the_field():
    rows = [{"status": "open" if n % 2 else "paid", "at": f"2024-01-{n % 28 + 1:02d}"} for n in range(20)]
    source = profile(rows).model("Thing")
    assert "# perhaps Literal['paid', 'open'], as 20 of them showed no other\n    status: str\n" in source
    assert "# date\n    at: str\n" in source


def test_one_sample_is_labelled_low_confidence():
    assert "low confidence" in profile(ROWS[:1]).model("Thing")
    assert "low confidence" not in profile(ROWS).model("Thing")


def test_the_same_records_give_the_same_bytes():
    assert profile(ROWS).model("Thing") == profile(ROWS).model("Thing")


def test_the_source_passes_the_type_checker(tmp_path):
    hostile = [{'a"""b\\': {"x\ny": [1, "2", None]}, **dict.fromkeys(keyword.kwlist, 1)}, {}]
    for kind in ("pydantic", "struct"):
        path = tmp_path / f"{kind}_made.py"
        path.write_text(profile(hostile).model("Thing", kind), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-incremental",
        "--cache-dir",
        str(tmp_path / "cache"),
    ]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["charge", "2x", "A b", ""])
def test_a_name_must_be_one_of_a_class(name):
    with pytest.raises(ProfileError, match="no name for a class"):
        profile(ROWS).model(name)


@pytest.mark.parametrize("rows", [[], [1, 2], [{"a": 1}, None]], ids=repr)
def test_only_objects_have_a_model(rows):
    if rows and isinstance(rows[0], dict):
        assert "class Thing" in profile(rows).model("Thing")
    else:
        with pytest.raises(ProfileError, match="describes objects"):
            profile(rows).model("Thing")


def test_a_field_of_which_nothing_is_told_has_no_comment():
    lines = profile([{"note": "a b"}, {"note": "c d"}]).model("Order").splitlines()
    assert "#" not in {line.strip() for line in lines}
