"""A transform can be tried on typed values."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from intkit.transforms import TRANSFORMS, check_argument
from intkit.transforms.trial import try_transform


@pytest.mark.parametrize(
    ("name", "texts", "expected"),
    [
        ("decimal", ["1.234,50", "nl"], Decimal("1234.50")),
        ("minor_units", ["1050", "EUR"], Decimal("10.50")),
        ("from_epoch", ["0"], datetime(1970, 1, 1, tzinfo=UTC)),
        ("yes_no", ["1"], True),
        ("clamp", ["3.5", "0", "2"], Decimal(2)),
        ("join", ['["a", "b"]', "-"], "a-b"),
        ("total", ["[0.1, 0.2]"], Decimal("0.3")),
        ("lookup", ["a", '{"a": "b"}'], "b"),
        ("first_of", ["a", "b"], "a"),
        ("date_in", ["2026-02-28T23:30:00Z", "Europe/Amsterdam"], datetime(2026, 3, 1).date()),
    ],
)
def test_typed_values_are_read_by_the_annotations(name, texts, expected):
    assert try_transform(TRANSFORMS[name], texts) == expected


@pytest.mark.parametrize(
    ("name", "texts", "said"),
    [
        ("from_epoch", ["soon"], "'value' must be int"),
        ("join", ["a"], "written in JSON"),
        ("pad", ["1"], "`pad` takes value, width, fill"),
        ("decimal", ["1", "tlh"], "no locale 'tlh'"),
        ("local_datetime", ["2026-01-01 00:00", "Europe/Amsterdm"], "Did you mean 'Europe/Amsterdam'"),
        ("regex", ["a", "(a+)+"], "can take forever"),
    ],
)
def test_misuse_says_what_the_transform_takes(name, texts, said):
    with pytest.raises(TypeError) as caught:
        try_transform(TRANSFORMS[name], texts)
    assert said in str(caught.value)


def test_a_refused_value_is_an_ordinary_failure():
    with pytest.raises(ValueError, match="expected a decimal number"):
        try_transform(TRANSFORMS["number"], ["x"])


def test_only_arguments_that_can_be_wrong_are_checked():
    assert check_argument("value", "(a+)+") == ""
    assert check_argument("currency", "EURO").startswith("'EURO' is no currency code")
    assert check_argument("locale", "nl_NL") == ""
