"""The line writer: whatever text goes in, what comes out is the value, the name or the prose that was meant."""

import ast
import keyword
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intkit.codegen import Writer, camel, docstring, format_source, identifier, literal, prose, snake
from intkit.errors import IntkitError

HOSTILE = [
    '"',
    "'''",
    '"""',
    '"""\nimport os\n"""',
    "\\",
    '\\"',
    "a\nb",
    "a\rb",
    "a\x0bb\x0cc\x1cd\x85e",
    "\u2028",
    "\u2029",
    "\ud800",
    "\0",
    "\x7f",
    "\u202egnp",
    "ﬁ",
    "# noqa",
    "{x}",
    "\N{NO-BREAK SPACE}",
    '__import__("os").system("true")',
]
# any text at all, lone surrogates included
texts = st.text(st.characters(codec=None)) | st.sampled_from(HOSTILE)
plain = st.none() | st.booleans() | st.integers() | texts | st.dates() | st.decimals(allow_nan=False)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3) | st.tuples(inner, inner)
    ),
    max_leaves=6,
)
NAMES = {"Decimal": Decimal, "date": date, "datetime": datetime}


def read(source: str) -> object:
    return eval(source, dict(NAMES))


@settings(max_examples=300, deadline=None)
@given(values)
def test_a_literal_reads_back_as_its_value(value):
    back = read(literal(value))
    assert back == value
    assert repr(back) == repr(value)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_text_stays_on_one_line_that_a_reader_sees_whole(text):
    source = literal(text)
    assert len(source.splitlines()) == 1
    unseen = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"}
    assert all(each == " " or unicodedata.category(each) not in unseen for each in source)
    assert source.encode("utf-8")


def test_a_moment_and_a_tuple_of_one_read_back():
    moment = datetime(2026, 1, 31, 12, 0, 1, 5, UTC)
    assert read(literal(moment)) == moment
    assert read(literal((1,))) == (1,)
    assert read(literal(())) == ()


@pytest.mark.parametrize("value", [float("inf"), 1j, {1, 2}, b"x"])
def test_a_value_without_a_literal_is_refused(value):
    with pytest.raises(TypeError, match="has no literal form"):
        literal(value)


@settings(max_examples=300, deadline=None)
@given(texts, st.sets(st.sampled_from(["a", "a_2", "field", "class_", "nfc"])))
def test_an_identifier_is_a_free_name_as_python_reads_it(text, taken):
    name = identifier(text, taken)
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert name not in taken
    assert name == unicodedata.normalize("NFKC", name)
    assert ast.parse(f"{name} = 1").body[0].targets[0].id == name  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("order-id", "order_id"),
        ("class", "class_"),
        ("2nd", "n2nd"),
        ("", "field"),
        ("ﬁrst", "first"),
        ("match", "match"),
        ("__class__", "class_"),
    ],
)
def test_names_are_what_a_reader_expects(text, name):
    assert identifier(text) == name


def test_case_is_changed_both_ways():
    assert [snake("RefundLine"), snake("refund-line"), snake("VATNumber")] == [
        "refund_line",
        "refund_line",
        "vat_number",
    ]
    assert camel("refund_line") == "RefundLine"


@settings(max_examples=300, deadline=None)
@given(texts)
def test_a_comment_stays_a_comment(text):
    writer = Writer()
    with writer.block("def f():"):
        writer.comment(text)
        writer.line("return 1")
    tree = ast.parse(writer.source())
    assert ast.dump(tree) == ast.dump(ast.parse("def f():\n    return 1"))


@settings(max_examples=300, deadline=None)
@given(texts)
@example('ends with a quote"')
@example("ends with a backslash\\")
def test_a_docstring_is_one_string_that_says_the_prose(text):
    writer = Writer()
    with writer.block("def f():"):
        writer.lines(docstring(text))
        writer.line("return 1")
    (function,) = ast.parse(writer.source()).body
    assert isinstance(function, ast.FunctionDef)
    assert len(function.body) == 2
    said = ast.get_docstring(function) or ""
    assert "".join(said.split()) == "".join("\n".join(prose(text)).split())


def test_a_line_holds_no_line_break():
    with pytest.raises(ValueError, match="no line break"):
        Writer().line("a\nb")


def test_blocks_indent_and_end():
    writer = Writer()
    with writer.block("if x:"), writer.block("if y:"):
        writer.line("z = 1")
    writer.line("w = 2")
    assert writer.source() == "if x:\n    if y:\n        z = 1\nw = 2\n"


def test_the_formatter_drops_imports_that_nothing_needs():
    assert format_source("import os\nimport sys\nprint( sys.path )\n") == "import sys\n\nprint(sys.path)\n"


def test_source_that_does_not_parse_is_a_defect():
    with pytest.raises(IntkitError, match="does not parse"):
        format_source("def f(:\n")
