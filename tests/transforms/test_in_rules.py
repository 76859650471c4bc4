"""What a transform does in Python, it does in a rule: compiled, applied, rejected with the same words."""

from __future__ import annotations

import json

import pydantic
import pytest

from intkit.mapping import Mapping
from intkit.profiles import profile


class Target(pydantic.BaseModel):
    out: str | int | bool | list[str] | None = None


def mapped(tmp_path, monkeypatch, value, rule):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    record = {"id": "r1", "value": value}
    mapping = Mapping("tried", source=profile([record, record]), target=Target, record="row")
    return mapping.set("out", rule).apply([json.dumps(record).encode()])


@pytest.mark.parametrize(
    ("value", "rule", "expected"),
    [
        (1050, 'value | minor_units("jpy") | text', "1050"),
        ("12.50", "value | number | round_half_up(1) | text", "12.5"),
        ("1.234,50", 'value | decimal("nl") | to_minor_units("EUR")', 123450),
        ("3.0", "value | whole", 3),
        (0.21, "value | to_percent | text", "21"),
        (1700000000, 'value | from_epoch | in_zone("Europe/Amsterdam") | text', "2023-11-14T23:13:20+01:00"),
        (
            "2026-07-01 09:30:00",
            'value | local_datetime("Europe/Amsterdam") | text',
            "2026-07-01T09:30:00+02:00",
        ),
        ("31-12-2026", 'value | parse_day_first | format_date("YYYY/MM/DD")', "2026/12/31"),
        ("a; b", 'value | split(";") | join("-")', "a-b"),
        (["NL", "BE", "NL"], "value | unique | sort", ["BE", "NL"]),
        ([["a"], ["b"]], "value | flatten | count", 2),
        ("INV-17", r'value | regex(r"INV-(\d+)") | whole', 17),
        ("none", r'value | regex(r"INV-(\d+)")', None),
        ("nl91 abna 0417 1643 00", "value | iban", "NL91ABNA0417164300"),
        ("06-1234 5678", 'value | phone("NL")', "+31612345678"),
        ("Netherlands", "value | country_code", "NL"),
        ("Yes", "value | yes_no", True),
        (" ", "value | empty_as_null", None),
        ("order-17", 'value | uuid5("example.com")', "d3efd13b-415d-575f-910f-bf7d80b62a1a"),
    ],
)
def test_a_rule_gives_what_the_function_gives(tmp_path, monkeypatch, value, rule, expected):
    assert [each.out for each in mapped(tmp_path, monkeypatch, value, rule).accepted] == [expected]


@pytest.mark.parametrize(
    ("value", "rule", "reason"),
    [
        ("x", "value | number | text", "expected a decimal number"),
        (
            "2026-03-29 02:30:00",
            'value | local_datetime("Europe/Amsterdam") | text',
            "expected a time that exists",
        ),
        ("ann at example.com", "value | clean_email", "expected an e-mail address"),
        (10**17, "value | from_epoch | text", "expected seconds since 1970"),
    ],
)
def test_a_reject_says_what_the_transform_expected(tmp_path, monkeypatch, value, rule, reason):
    result = mapped(tmp_path, monkeypatch, value, rule)
    assert list(result.accepted) == []
    assert reason in str(result.rejects[0])
