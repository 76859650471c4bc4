"""Text with holes: a null in any hole makes the text null; formats are few and checked."""

from typing import Any

import pytest

from tests.rules.compiled import refusal, value

FULL: dict[str, Any] = {
    "t": "Ann",
    "n": 1234567,
    "f": 2.5,
    "d": "2026-03-01",
    "w": "2026-03-01T09:30:00Z",
    "o": {"order-id": "7", "k": "v"},
    "xs": ["x", "y"],
}
NULL: dict[str, Any] = dict.fromkeys(FULL)


@pytest.mark.parametrize(
    ("rule", "gives"),
    [
        ('f"{t}"', "Ann"),
        ('f"{t} {n}"', "Ann 1234567"),
        ("f'{t}'", "Ann"),
        ('f"{t:.2}"', "An"),
        ('f"{t:>5}|{t:<5}|{t:^5}"', "  Ann|Ann  | Ann "),
        ('f"{n:,}"', "1,234,567"),
        ('f"{n:010d}"', "0001234567"),
        ('f"{f:.2f}"', "2.50"),
        ('f"{f:,.1f}"', "2.5"),
        ('f"{d | parse_date:%d-%m-%Y}"', "01-03-2026"),
        ('f"{w | parse_datetime:%Y-%m-%d %H:%M}"', "2026-03-01 09:30"),
        ("f\"{o['order-id']}/{o.k}\"", "7/v"),
        ('f"{xs[0]}-{xs[-1]}"', "x-y"),
        ('f"{t | upper}"', "ANN"),
        ("f\"{t or 'nobody'}\"", "Ann"),
        ('f"{(t if n > 1 else o.k) | lower}"', "ann"),
        ('f"{n + 1} {n * f:.1f}"', "1234568 3086417.5"),
        ("f\"{xs | join(', ')}\"", "x, y"),
        ('f"{len(xs)} of {sum([1, 2])}"', "2 of 3"),
        ('f"{{{t}}}"', "{Ann}"),
        ('f"a\\n{t}\\t\\"é…"', 'a\nAnn\t"é…'),
        ('f"{t}" + "x"', "Annx"),
        ('f"a" "b" f"{t}"', "abAnn"),
    ],
)
def test_text_with_holes(rule: str, gives: str) -> None:
    assert value(rule, FULL, NULL) == gives


@pytest.mark.parametrize(
    "rule", ['f"{t} {n}"', 'f"x{f:.2f}"', 'f"{o.k}"', 'f"{d | parse_date:%Y}"', 'f"{xs[0]}"']
)
def test_a_hole_that_is_null_makes_the_text_null(rule: str) -> None:
    assert value(rule, NULL, FULL) is None
    assert value(f'{rule[:-1]}{{t}}"', {**FULL, "t": None}, FULL, NULL) is None


def test_text_without_holes_is_text() -> None:
    assert value('f"plain {{}}"', FULL) == "plain {}"


@pytest.mark.parametrize(
    "rule", ['f"{n:d}{n:x}"', 'f"{t:>999}"', 'f"{f:e}"', 'f"{d | parse_date:%c}"', 'f"{t:{n}}"', 'f"{t:%s}"']
)
def test_other_formats_are_refused(rule: str) -> None:
    assert "is no format for" in refusal(rule, FULL)


def test_values_cannot_reach_the_format() -> None:
    """A value with braces is a value."""
    assert value('f"{t}"', {"t": "{0.__class__} %s {t}"}) == "{0.__class__} %s {t}"
