"""Parameters are read from the notebook and checked before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from intkit.errors import ParameterError, RunError
from intkit.runs.parameters import Parameter, check_parameters, read_parameters
from tests.runs.small_project import write_notebook


def declared(type_text: str, default: str = "1") -> dict[str, Parameter]:
    return {"x": Parameter("x", type_text, default)}


def test_parameters_come_from_the_tagged_cell_with_their_types(project):
    found = read_parameters(project / "notebooks" / "run_mapping.ipynb")
    assert [str(each) for each in found.values()] == [
        "mapping_name: str = 'orders'",
        "folder: str = 'runs/preview'",
        "limit: int | None = None",
        "fail: bool = False",
        "level: Literal['all', 'some'] = 'all'",
    ]


def test_a_plain_assignment_takes_the_type_of_its_default(project):
    path = write_notebook(
        project / "plain.ipynb", parameters="n = 3\nname = 'a'\nrows = [1]\nfrom_code = len('abc')"
    )
    assert [each.type_text for each in read_parameters(path).values()] == ["int", "str", "list"]


@pytest.mark.parametrize(
    ("type_text", "given", "taken"),
    [
        ("int", "20", 20),
        ("int | None", "20", 20),
        ("int | None", None, None),
        ("float", "1.5", 1.5),
        ("float", 2, 2.0),
        ("bool", "false", False),
        ("str", "20", "20"),
        ("Literal['all', 'some']", "some", "some"),
        ("list[str]", ["a"], ["a"]),
    ],
)
def test_a_value_arrives_in_the_declared_type(type_text, given, taken):
    value = check_parameters({"x": given}, declared(type_text))["x"]
    assert value == taken
    assert type(value) is type(taken)


@pytest.mark.parametrize(
    ("type_text", "given"),
    [
        ("int", "abc"),
        ("int", True),
        ("int", 1.5),
        ("str", 5),
        ("bool", 1),
        ("list", "a,b"),
        ("Literal['all']", "none"),
        ("int", None),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(type_text, given):
    with pytest.raises(ParameterError, match="'x' takes "):
        check_parameters({"x": given}, declared(type_text))


def test_a_path_is_of_a_file_that_is_there_from_the_project_on(project):
    (project / "april.json").write_text("{}")
    for given in ("april.json", Path("april.json"), project / "april.json"):
        assert check_parameters({"x": given}, declared("Path | None")) == {"x": str(given)}
    with pytest.raises(ParameterError, match=r"'x' names 'aprl\.json', and there is no such file") as caught:
        check_parameters({"x": "aprl.json"}, declared("Path | None"))
    assert "Did you mean 'april.json'?" in str(caught.value)
    assert str(project / "aprl.json") in str(caught.value)


def test_an_unknown_name_names_the_nearest_and_all():
    with pytest.raises(ParameterError) as caught:
        check_parameters({"limti": 5}, {"limit": Parameter("limit", "int | None", "None")})
    assert "Did you mean 'limit'?" in str(caught.value)
    assert "limit: int | None = None" in str(caught.value)


@pytest.mark.parametrize("name", ["api_key", "STRIPE_SECRET", "token", "accessKey_token", "password"])
def test_a_secret_is_no_parameter_and_its_value_is_not_repeated(name):
    with pytest.raises(ParameterError, match="looks like a secret") as caught:
        check_parameters({name: "hunter2hunter2"}, {name: Parameter(name, "str", "''")})
    assert "hunter2" not in str(caught.value)


def test_a_value_that_looks_like_a_key_is_no_parameter_either():
    key = "sk_test_" + "abcdefghij0123456789"
    with pytest.raises(ParameterError, match="looks like a secret") as caught:
        check_parameters({"x": key}, declared("str"))
    assert key not in str(caught.value)


@pytest.mark.parametrize("name", ["key", "tokens_per_page", "secretary"])
def test_an_innocent_name_is_not_taken_for_a_secret(name):
    assert check_parameters({name: "a"}, {name: Parameter(name, "str", "''")}) == {name: "a"}


@pytest.mark.parametrize("type_text", ["Decimal", "__import__('os')", "dict[str, open]"])
def test_a_type_that_cannot_be_checked_is_said_and_never_evaluated(type_text):
    with pytest.raises(RunError, match="cannot check"):
        check_parameters({"x": "1"}, declared(type_text))


def test_a_parameters_cell_that_does_not_parse_is_said_with_its_line(project):
    path = write_notebook(project / "bad.ipynb", parameters="a = 1\nlimit: = 3")
    with pytest.raises(RunError, match="line 2"):
        read_parameters(path)


@pytest.mark.parametrize("content", ["", "[]", '{"cells": [3]}', "<html>"])
def test_a_file_that_is_no_notebook_is_said(project, content):
    (project / "bad.ipynb").write_text(content)
    with pytest.raises(RunError, match="is not a notebook"):
        read_parameters(project / "bad.ipynb")
