"""What is not a rule: each form with the place in the text and what to write instead; nothing is executed."""

from typing import Any

import pytest

from intkit.errors import RuleError
from intkit.rules.parse import LONGEST_RULE, parse_expression
from tests.rules.compiled import REJECTED, refusal, value

FULL: dict[str, Any] = {
    "t": "b",
    "n": 5,
    "f": 1.5,
    "y": True,
    "tb": "true",
    "xs": ["x"],
    "o": {"k": "v"},
    "p": {"k": "w"},
    "rows": [{"q": 1}],
}

REFUSED = [
    # rule, what is said, what to write instead
    ("t.upper()", "methods are not called: `.upper()`", "Write `t | upper`."),
    ('t.replace("a", "b")', "methods are not called", 'Write `t | replace("a", "b")`.'),
    ("lambda: 1", "functions are not defined", "Write a transform of your own"),
    ('{"a": 1}', "an object is not written", "Give each of its fields a rule"),
    ("{k: 1 for k in xs}", "an object is not built", "Give each of its fields a rule"),
    ("{1, 2}", "sets are not part", 'Write a tuple: `status in ("paid", "open")`.'),
    ("{x for x in xs}", "sets are not part", "unique(line.sku"),
    ("(a := 1)", "names are not given", "Write the expression where it is used."),
    ("a := 1", "does not parse", "names are not given in a rule"),
    ("[*xs]", "`*` does not unpack", "Name each value."),
    ("await t", "a rule does not wait", "Fetch before the mapping"),
    ("(yield t)", "a rule gives one value", "`each`"),
    ("n ** 2", "`**` is not part", "Write the product"),
    ("9**9**9", "`**` is not part", "Write the product"),
    ('"a" * 10**9', "`**` is not part", "Write the product"),
    ('"a" * 1000000000', "`*` takes numbers", "number"),
    ("t * 3", "`*` takes numbers, and `t` is text", "Write `(t | number)`."),
    ("n % 2", "`%` is not part", "a transform of your own"),
    ("n // 2", "`//` is not part", "| whole"),
    ("n @ n", "`@` is not part", "+ - * /"),
    ("n << 3", "`<<` is not part", "+ - * /"),
    ("n & 1", "`&` is not part", "Write `and`."),
    ("n ^ 1", "`^` is not part", "Write `!=`."),
    ("~n", "`~` is not part", "Write `not`."),
    ("+n", "`+x` says nothing", "Write `x`."),
    ("1 < n < 9", "not chained", "Write `1 < n and n < 9`."),
    ('t is "b"', "`is` is only for None", 'Write `t == "b"`.'),
    ("n or 1", "0 would count as no value", "Write `first_of(n, 1)`"),
    ("n and t", "stands before `and`", "Write `n != 0`"),
    ("not n", "0 would count as no value", "n != 0"),
    ('"a" if n else "b"', "0 would count as no value", "n is not None"),
    ("n and t", "0 would count as no value", "n != 0"),
    ('"a" if tb else "b"', "any text is yes", "Write `(tb | yes_no)`."),
    ("t == n", "never equal", "Bring both to one type"),
    ("t == y", "never equal", "yes_no"),
    ("n < t", "they have no order", "Bring both to one type"),
    ("0 != 3", "`0` and `3` are never equal", "Compare a path"),
    ('"a" == "a"', "are always equal", "Compare a path"),
    ("-3 == 3", "`-3` and `3` are never equal", "Compare a path"),
    ('(t | lookup(MAP)) == "b"', '`t | lookup(MAP)` is "B" or "C"', "a value that the other side can have"),
    (
        '"A" == ("a" if y else "b")',
        '`"a" if y else "b"` is "a" or "b"',
        "a value that the other side can have",
    ),
    ("[x for x in xs if t is None and t]", "`t` never holds where a condition before it holds", "or"),
    ("[x for x in xs if t is not None][0] if t is None else t", "`t is not None` never holds", "Leave one"),
    ("[x for x in xs if o.k is None if o.k == 'v']", "which asks for null", "Leave one of the two out"),
    ("y < y", "yes or no has no order", "Compare numbers, dates, times or text."),
    ("n in t", "never equal", "Bring both to one type"),
    ("t in n", "looks into a list or a text", 'Write `status in ("a", "b")`.'),
    ('t | upper or "x"', "read in two ways", 'Write `(t | upper) or "x"` or `(t or "x") | upper`.'),
    ("t | upper if y else t", "read in two ways", "Write `(t | upper) if y else t`"),
    ('t | upper == "B"', "read in two ways", 'Write `(t | upper) == "B"`'),
    ("not t | yes_no", "read in two ways", "Write `not (t | yes_no)`"),
    ("t | n", "there is no transform 'n'", "`intkit transforms` lists them all"),
    ("t | uper", "Did you mean 'upper'", "`intkit transforms` lists them all"),
    ("t | (n + 1)", "what stands behind `|` is a transform", "parentheses around arithmetic"),
    ("n | upper", "`upper` takes text, and `n` is a whole number", "Write `n | text | upper`."),
    ("t | minor_units", "takes value, currency", "value | minor_units(currency)"),
    ("t | upper(1, 2)", "takes value", "value | upper"),
    ("t | truncate(width=3)", "takes value", "truncate"),
    ("str(n)", "`str()` is not part", "Write `x | text`."),
    ("round(f)", "`round()` is not part", "round_half_up(2)"),
    ("rows | group(t)", "`group` takes a list", "t | split"),
    ("now()", "differs from run to run", "run parameter"),
    ("today()", "differs from run to run", "run parameter"),
    ("uuid4()", "differs from run to run", "run parameter"),
    ('eval("1")', "there is no transform 'eval'", "`intkit transforms`"),
    ('open("x")', "there is no transform 'open'", "`intkit transforms`"),
    ('__import__("os").system("ls")', "methods are not called", "Write"),
    ('getattr(t, "x")', "there is no transform", "`intkit transforms`"),
    ("(lambda: t)()", "only a transform can be called", "Write `x | transform`."),
    ("xs[0]()", "only a transform can be called", "Write `x | transform`."),
    ("upper(**o)", "`**` does not unpack", "Name each value."),
    ("reject(t)", "`reject` takes a reason", 'reject("why")'),
    ("t | lookup(NONE)", "'NONE'", "mapping.value_map("),
    ("t | lookup(o)", "is no value map", "mapping.value_map("),
    ("t | lookup", "takes a value map", "lookup(STATUS, default=None)"),
    ("n | lookup(MAP)", "keys are text, and `n` is a whole number", "Bring the value to the keys' type"),
    ("MAP[t]", "takes one element of a value map", "Write"),
    ('MAP["b"]', "a value map is not indexed", "lookup(MAP)"),
    ("[x for x in xs for z in xs]", "one `for` is the most", "flatten"),
    ("[x for x, z in rows]", "a loop has one name", "Write `for line in lines`."),
    ("[x for x in t]", "t is text, not a list", "Loop over a list."),
    ("[x for x in o]", "o is an object, not a list", "Loop over a list."),
    ("sum(xs)", "not of text", "Write `sum(each | number for each in xs)`."),
    ("sum(x for x in xs)", "not of text", "Write `sum(x | number for x in xs)`."),
    ("sum([x or t for x in xs if x])", "not of text", "Write `sum((x or t) | number for x in xs if x)`."),
    ("sum(t)", "takes a list, not text", "Write `sum("),
    ("len(n)", "takes one list or text", "Write `len(lines)`."),
    ("unique(rows)", "`unique` works on", "`[each.id for each in rows] | unique`"),
    ("rows | sort", "`sort` works on", "each.id"),
    ("(o or p).k", "objects from different places", "`o.… or p.…`"),
    ("t if y else n", "the alternatives are", "Give all the same type"),
    ("(t and y) or y", "the alternatives are", "`True if t and y else False`"),
    ("[t, n]", "the alternatives are", "Give all the same type"),
    ("xs or rows", "the alternatives are", "Give"),
    ("first_of(t)", "`first_of` takes two values or more", "Write `first_of(a, b)`."),
    ('f"{o}"', "`o` is an object, which is not written into text", "one of its fields"),
    ('f"{xs}"', "not written into text", "join"),
    ('f"{y}"', "not written into text", '"yes" if y else "no"'),
    ('f"{t!r}"', "`!r`, `!s` and `!a`", "Leave it out."),
    ('f"{n:>10000}"', "is no format", "{number:05d}"),
    ('f"{t:{n}}"', "is no format", "{name:.10}"),
    ('f"{t | parse_date}"', "needs a format", "{day:%d-%m-%Y}"),
    ("f\"{t | replace('b', '\\n')}\"", "backslash", "`mapping.constant(…)`"),
    ('f"{o["k"]}"', "", "Use ' inside of"),
    ("b'x'", "is not a value of rules", "Write text, a number"),
    ("1j", "is not a value of rules", "Write text, a number"),
    ("...", "is not a value of rules", "Write text, a number"),
    ("10000000000000000000000000000000000", "too large", "10^30"),
    ("1e999", "out of range", "1e-30 to 1e30"),
    ("t,", "a comma makes a list", "Leave the comma out"),
    ("t # the name", "a comment does not stand in a rule", "mapping.set(target, rule, note)"),
    ('"""t"""', "single quotes", 'Write "text"'),
    ('"a" if y', "does not parse", "`x if condition else None`"),
    ("a = b", "does not parse", "To compare, write `==`."),
    ("rows[].q", "does not parse", "`[line.sku for line in lines]`"),
    ("x?.y", "does not parse", "Write `a if condition else b`"),
    ("t && n", "does not parse", "`and`, `or`"),
    ("order-id or else", "does not parse", 'metadata["order-id"]'),
    ("\u201cpaid\u201d", "does not parse", "Quotes are straight"),
    ("import os", "does not parse", ""),
    ("", "the rule is empty", "Write a path"),
    ("   \r\n ", "the rule is empty", "Write a path"),
    ("t\x00", "does not parse", "without control characters"),
    ('t | regex("(a+)+$")', "A repeated group can take forever", "`intkit transforms regex`"),
    ("t | regex(t)", "takes its pattern as text", 'Write `x | regex("…")`.'),
    ('t | regex("(")', "", "`intkit transforms regex`"),
    (
        't | local_datetime("Europe/Amsterdm")',
        "Did you mean 'Europe/Amsterdam'",
        "`intkit transforms local_datetime`",
    ),
    ('t | decimal("xx")', "There is no locale 'xx'", "`intkit transforms decimal`"),
]


@pytest.mark.parametrize(("rule", "says", "remedy"), REFUSED, ids=[rule for rule, _, _ in REFUSED])
def test_what_is_no_rule_is_refused_with_what_to_write_instead(rule: str, says: str, remedy: str) -> None:
    text = refusal(rule, FULL, maps={"MAP": {"b": "B", "c": "C"}})
    assert says in text
    assert remedy in text.splitlines()[-1]


@pytest.mark.parametrize(
    ("rule", "marked"),
    [("t | uper", "uper"), ("(é or t) | uper", "uper"), ('"é" + n', '"é"'), ("t + n ** 2", "n ** 2")],
)
def test_the_place_in_the_text_is_shown(rule: str, marked: str) -> None:
    shown, carets = refusal(rule, {**FULL, "é": "x"}).splitlines()[1:3]
    place = carets.index("^")
    assert shown[place : place + carets.count("^")].startswith(marked[:3])


@pytest.mark.parametrize(
    ("rule", "better", "gives"),
    [
        ("t.upper()", "t | upper", "B"),
        ('t | upper or "x"', '(t | upper) or "x"', "B"),
        ('t | upper or "x"', '(t or "x") | upper', "B"),
        ("n | upper", "n | text | upper", "5"),
        ('"a" if tb else "b"', "(tb | yes_no)", True),
        ('t | upper == "B"', '(t | upper) == "B"', True),
        ("n or 1", "first_of(n, 1)", 5),
        ("t + n", "(t | number)", REJECTED),
    ],
)
def test_a_remedy_can_be_pasted(rule: str, better: str, gives: Any) -> None:
    assert f"`{better}`" in refusal(rule, FULL)
    assert value(better, FULL) == gives


def test_a_rule_is_long_or_deep_to_a_limit() -> None:
    with pytest.raises(RuleError, match=f"{LONGEST_RULE} are the most"):
        parse_expression("a", "t + " * 1000 + "t")
    for deep in (
        "(" * 500 + "t" + ")" * 500,
        "not " * 200 + "y",
        "a" + ".b" * 100,
        "-" * 300 + "n",
        "[" * 90 + "]" * 90,
    ):
        with pytest.raises(RuleError):
            parse_expression("a", deep)


def test_line_ends_are_spaces_and_spaces_in_quotes_stay() -> None:
    assert value('t\r\n  | replace("b", "x  y")\r\n  | upper\n', FULL) == "X  Y"
    assert value("\tt", FULL) == "b"


def test_a_quote_inside_an_f_string_is_refused_on_every_python() -> None:
    """Python 3.12 reads it, 3.11 does not: the same rule must have the same verdict."""
    with pytest.raises(RuleError):
        parse_expression("a", 'f"{o["k"]}"')
    assert value("f\"{o['k']}\"", FULL) == "v"


def test_values_that_can_be_equal_are_compared() -> None:
    assert value('(t | lookup(MAP)) == "B"', FULL, maps={"MAP": {"b": "B"}}) is True
    assert value('(None if y else "b") == "b"', FULL) is False
    assert value('("a" if y else "b") != ("b" if y else "c")', FULL) is True
