"""What an export copies works, and is clean, without the kit."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from intkit.transforms import TRANSFORMS, amounts, find_transform, source_of
from intkit.transforms.definitions import MODULES, read_module


def pasted(names) -> str:
    source = source_of(names)
    foreign = [line for line in source.imports if line.split()[1] in {"phonenumbers", "pycountry"}]
    own = source.imports[: len(source.imports) - len(foreign)]
    head = ['"""A module with copied transforms."""', "", *own, "", *foreign, *([""] if foreign else [])]
    return "\n".join([*head, source.code, ""])


def standing_alone(name):
    namespace: dict = {"__name__": "exported"}
    exec(compile(pasted([name]), f"<{name}>", "exec"), namespace)
    return namespace[name]


@pytest.mark.parametrize("name", TRANSFORMS)
def test_each_copy_stands_alone(name):
    function = standing_alone(name)
    assert function.__doc__ == TRANSFORMS[name].summary


def test_a_copy_does_what_the_original_does():
    assert standing_alone("minor_units")(1050, "kwd") == TRANSFORMS["minor_units"].function(1050, "KWD")


def test_the_order_of_names_does_not_matter():
    names = list(TRANSFORMS)
    assert source_of(names) == source_of(reversed(names))


def test_what_two_transforms_share_is_copied_once():
    code = source_of(["minor_units", "to_minor_units"]).code
    assert code.count("class Units(") == 1
    assert code.count("MINOR_UNIT =") == 1


def test_a_comment_above_a_constant_comes_along():
    assert "# ISO 4217" in source_of(["minor_units"]).code


def test_examples_stay_behind():
    assert ">>>" not in source_of(TRANSFORMS).code


def test_nothing_of_the_kit_is_imported():
    source = source_of(TRANSFORMS)
    assert "intkit" not in source.code + "".join(source.imports)


def test_names_are_unique_across_the_files():
    names = [name for module in MODULES for name in read_module(module).definitions if len(name) > 1]
    assert len(names) == len(set(names))


def test_the_copy_is_clean_for_ruff_and_mypy(tmp_path):
    (tmp_path / "exported.py").write_text(pasted(TRANSFORMS), encoding="utf-8")
    checks = [
        ["ruff", "format", "--check", "--line-length", "110"],
        [
            "ruff",
            "check",
            "--isolated",
            "--select",
            "E,F,W,I,UP,B,SIM,RUF,D,ANN,DTZ,S,PT,TC",
            "--line-length",
            "110",
            "--ignore",
            "D203,D213,D105,D107,ANN401,RUF001,RUF002,RUF003",
            "--target-version",
            "py311",
        ],
        ["mypy", "--strict", "--no-incremental", "--python-version", "3.11"],
    ]
    for check in checks:
        done = subprocess.run(
            [sys.executable, "-m", *check, "exported.py"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_needs_are_the_names_that_the_source_uses():
    assert TRANSFORMS["minor_units"].needs == ("Decimal", "MINOR_UNIT")
    assert TRANSFORMS["to_percent"].needs == ("Decimal", "LARGEST")


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(LookupError, match="Did you mean 'upper'"):
        find_transform("uper")


def test_listing_transforms_loads_no_library():
    code = "import sys; from intkit.transforms import TRANSFORMS; list(TRANSFORMS); print('hashlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ast.literal_eval(done.stdout.strip()) is False


def test_what_must_be_installed_is_listed():
    assert source_of(["phone", "country_code"]).requires == ["phonenumbers", "pycountry"]
    assert source_of(["date_in"]).requires == ['tzdata; sys_platform == "win32"']
    assert source_of(["minor_units"]).requires == []


@pytest.mark.parametrize("name", [name for name, each in TRANSFORMS.items() if each.written])
def test_a_transform_that_is_written_out_is_the_same_expression(name):
    code = TRANSFORMS[name].written.format(value="value", currency='"jpy"')
    value, others = (" Ab ", ()) if "(" in code else (1050, ("jpy",))
    assert eval(code, {"value": value, **vars(amounts)}) == TRANSFORMS[name].function(value, *others)
