from __future__ import annotations

import ast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intkit.errors import PathError
from intkit.paths import EACH, format_path, parse_path

keys = st.one_of(st.sampled_from(["id", "from", "order-id", "2x", "", 'a"b', "ﬁ", "名前"]), st.text())
steps = st.lists(st.one_of(st.just(EACH), keys)).map(tuple)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id", ("id",)),
        ("lines.data[].price.id", ("lines", "data", "[]", "price", "id")),
        ('metadata["order-id"]', ("metadata", "order-id")),
        ("metadata['order-id'].x", ("metadata", "order-id", "x")),
        ('["from"].name', ("from", "name")),
        ("[].id", ("[]", "id")),
        ("matrix[][]", ("matrix", "[]", "[]")),
        (r'["a\"b\\c\u0041\n"]', ('a"b\\cA\n',)),
        ("", ()),
    ],
)
def test_a_path_is_read_into_its_steps(text, expected):
    assert parse_path(text) == expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (("lines", "data", "[]", "price"), "lines.data[].price"),
        (("metadata", "order-id"), 'metadata["order-id"]'),
        (("from",), '["from"]'),
        (("a", "class"), 'a["class"]'),
        (("ﬁ",), '["ﬁ"]'),
        (("a\u202eb",), r'["a\u202eb"]'),
        ((), ""),
    ],
)
def test_a_path_has_one_spelling(steps, expected):
    assert format_path(steps) == expected


@given(steps)
def test_every_path_is_read_back(steps):
    assert parse_path(format_path(steps)) == steps


@given(st.lists(keys, min_size=1))
def test_a_path_without_lists_is_python_to_read(steps):
    assume(EACH not in steps)
    tree = ast.parse("record" + ("" if format_path(steps).startswith("[") else ".") + format_path(steps))
    found = []
    node = tree.body[0].value
    while not isinstance(node, ast.Name):
        found.append(node.attr if isinstance(node, ast.Attribute) else node.slice.value)
        node = node.value
    assert found[::-1] == steps


@pytest.mark.parametrize(
    ("text", "character"),
    [
        (".id", 1),
        ("lines..id", 6),
        ("a b", 2),
        ("a.", 2),
        ("lines[0].id", 6),
        ("a[", 2),
        ('a["b]', 2),
        (r'a["b\q"]', 5),
        (r'a["\Uffffffff"]', 4),
        ("order-id", 6),
    ],
)
def test_a_broken_path_is_refused_with_the_place(text, character):
    with pytest.raises(PathError) as refused:
        parse_path(text)
    assert f"at character {character}." in str(refused.value)


@given(st.text(alphabet="ab.[]\"\\'u0 -"))
def test_any_text_is_a_path_or_an_error(text):
    try:
        steps = parse_path(text)
    except PathError:
        return
    assert parse_path(format_path(steps)) == steps


def test_a_key_spelt_like_a_list_is_refused():
    with pytest.raises(PathError, match="cannot be told from a list"):
        parse_path('a["[]"]')
