"""Regular expressions: the harmless pass, the endless are refused before they run."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intkit.transforms.patterns import check_pattern

HARMLESS = [
    "",
    r"INV-([0-9-]+)",
    r"INV-(\d+)(?:/(\d+))?",
    r"(\d+)-(\d+)-(\d+)",
    r"^.*-(\d+)$",
    r"^([^@]+)@(.+)$",
    r"<(.+?)>",
    r"^\s+|\s+$",
    r"(\w+)\s*:\s*(\w+)",
    r"order (?P<id>[A-Z]{2}\d{4,6})",
    r"[]a]x{2}",
    "(" * 60 + "a" + ")" * 60,
]
ENDLESS = [
    r"(a+)+b",
    r"(a|aa)+$",
    r"([a-z]+)*\d",
    r"a*a*a*b",
    r".*.*x",
    r".*-(\d+)",
    r"(?:a?){30}a{30}",
    "a?" * 30 + "a" * 30,
    "(a|a)" * 30 + "b",
    r"(.*)(.*)(.*)(.*)x",
    r"\s*(а|[б-я])*[в-э]+[г-ю]+x",
]
NOT_UNDERSTOOD = [r"(x)\1", r"(?=x)y", r"(?<!x)y", r"(?i)x", r"\x41+", r"(?P<a>x)(?P=a)", r"(?>a)"]
NO_PATTERNS = ["[", "(", "*", "a**", "(?P<1>a)", "a{99999999999}", r"\q", "[[a]"]


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_harmless_pattern_passes(pattern):
    assert check_pattern(pattern) == ""


@pytest.mark.parametrize("pattern", ENDLESS)
def test_a_pattern_that_could_take_forever_is_refused(pattern):
    assert re.search("forever|too many", check_pattern(pattern))


@pytest.mark.parametrize("pattern", NOT_UNDERSTOOD)
def test_what_cannot_be_judged_is_refused_with_the_place(pattern):
    assert "is not understood here" in check_pattern(pattern)


@pytest.mark.parametrize("pattern", NO_PATTERNS)
def test_what_is_no_pattern_is_refused_with_the_reason(pattern):
    assert check_pattern(pattern).startswith("This is not a regular expression: ")


def test_a_refusal_says_what_to_write_instead():
    assert "`[^-]*-`, not `.*-`" in check_pattern(r".*-(\d+)")
    assert check_pattern(r"[^-]*-(\d+)") == ""


def test_a_long_pattern_is_refused_before_it_is_compiled():
    assert "longer than 200" in check_pattern("(" * 100_000)


@given(st.text(st.sampled_from(r"ab-.()[]?*+{}1,|^$\dw:P<>="), max_size=25))
def test_any_text_is_answered_and_what_passes_compiles(pattern):
    if check_pattern(pattern) == "":
        re.compile(pattern)


@given(st.text(max_size=300))
def test_no_text_makes_the_check_itself_fail(pattern):
    assert isinstance(check_pattern(pattern), str)
