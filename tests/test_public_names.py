"""What `import intkit` gives, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from pkgutil import iter_modules

import pytest

import intkit

HEAVY = {
    "pandas",
    "httpx",
    "vcr",
    "tqdm",
    "papermill",
    "starlette",
    "IPython",
    "pydantic",
    "msgspec",
    "uvicorn",
}


@pytest.mark.parametrize("name", intkit.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name):
    assert getattr(intkit, name).__doc__


def test_no_public_name_is_a_module_too():
    """Else `import intkit.sandbox` would put the module where the name was."""
    assert set(intkit.__all__) & {each.name for each in iter_modules(intkit.__path__)} == set()


def test_dir_lists_the_public_names():
    assert set(intkit.__all__) <= set(dir(intkit))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="conect"):
        _ = intkit.conect


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, intkit; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert set(loaded.split()) & HEAVY == set()
