from __future__ import annotations

import math
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intkit.tables import Bar, Table, clean, percent

cells = st.one_of(st.none(), st.text(max_size=80), st.integers(), st.floats(), st.builds(Bar, st.floats()))


class Cells(HTMLParser):
    """Collect the text of every body cell, as a browser would show it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.inside = tag == "td"
        if self.inside:
            self.found.append("")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, text):
        if self.inside:
            self.found[-1] += text


def test_columns_line_up_and_numbers_stand_to_the_right():
    table = Table(["name", "count"], [["amount", 7], ["id", 1200]], title="Charges", note="2 paths")
    assert table.text(80).splitlines() == [
        "Charges",
        "name    count",
        "──────  ─────",
        "amount      7",
        "id       1200",
        "2 paths",
    ]


def test_east_asian_letters_and_accents_line_up():
    lines = Table(["a", "b"], [["名前", "x"], ["éa", "y"]]).text(80).splitlines()
    assert lines[2] == "名前  x"
    assert lines[3] == "éa    y"


def test_long_text_is_cut_to_the_width_but_numbers_are_not():
    table = Table(["text", "number"], [["x" * 100, 123456789012345]])
    lines = table.text(40).splitlines()
    assert max(map(len, lines)) == 40
    assert lines[2] == "x" * 7 + "…" + "x" * 15 + "  123456789012345"


def test_a_bar_is_drawn_to_its_share():
    lines = Table(["present"], [[Bar(1.0)], [Bar(0.5)], [Bar(0.001)], [Bar(0)]]).text(80).splitlines()
    assert lines[2:] == ["100 % ████████", " 50 % ████", " <1 % ▏", "  0 %"]
    assert 'style="--share:50.00%">50 %<' in Table(["present"], [[Bar(0.5)]]).html()


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.004, "<1 %"), (0.5, "50 %"), (0.9999, ">99 %"), (1, "100 %"), (math.nan, "")],
)
def test_all_and_none_are_never_rounded_to(share, text):
    assert percent(share) == text


def test_control_and_direction_characters_never_reach_the_screen():
    table = Table(["a\x1b[2J"], [["b\u202ec\r\n"]], title="t\x07", note="n\x9b")
    for shown in (table.text(80), table.html()):
        assert all(letter.isprintable() or letter == "\n" for letter in shown)
    assert r"b\u202ec\r\n" in table.text(80)


def test_values_are_escaped_in_html():
    table = Table(["<b>"], [["<script>alert(1)</script>"]], title="<i>", note="</div><u>")
    found = Cells(table.html())
    assert found.found == ["<script>alert(1)</script>"]
    assert found.tags.isdisjoint({"script", "b", "i", "u"})


def test_the_html_needs_no_network_and_no_script():
    html = Table(["a"], [[1]], title="t").html()
    assert "http" not in html
    assert "<script" not in html
    assert "url(" not in html


@given(st.lists(st.tuples(cells, cells), max_size=5), st.integers(10, 120))
def test_every_table_can_be_shown(rows, width):
    table = Table(["first", "second"], rows, title="t")
    assert len(table.text(width).split("\n")) == len(rows) + 3
    assert len(Cells(table.html()).found) == 2 * len(rows)


@given(st.text())
def test_printable_text_is_left_as_it_is(text):
    assert clean(text).isprintable()
    assert clean(clean(text)) == clean(text)


def test_objects_and_lists_are_shown_as_json():
    assert Table(["a"], [[{"id": [1, None]}]]).text(80).splitlines()[2] == '{"id": [1, null]}'


def test_a_frame_has_the_same_cells():
    frame = Table(["name", "share"], [["a", Bar(0.25)], [None, Bar(1.0)]]).frame()
    assert list(frame.columns) == ["name", "share"]
    assert frame["share"].tolist() == [0.25, 1.0]


def test_a_table_without_rows_shows_its_columns():
    assert Table(["a", "b"], []).text(80) == "a  b\n─  ─"
    assert str(Table(["a"], [])) == repr(Table(["a"], []))


def test_sentences_are_wrapped_where_a_table_asks_for_it():
    table = Table(["count", "what"], [[7, "one two three four five six"], [8, "x"]], wraps=True)
    assert table.text(22).splitlines() == [
        "count  what",
        "─────  ───────────────",
        "    7  one two three",
        "       four five six",
        "    8  x",
    ]


def test_the_column_that_names_the_row_is_cut_last():
    lines = Table(["path", "examples"], [["billing_details.address.city", "x" * 80]]).text(50).splitlines()
    assert lines[2].startswith("billing_details.address.city  xxxx")
    assert max(map(len, lines)) == 50


def test_paths_that_begin_alike_are_told_apart_where_the_screen_is_narrow():
    paths = [f"payment_method_details.card.{name}_check" for name in ("cvc", "line1", "postal")]
    table = Table(["path", *"abcde"], [[path, *["x" * 40] * 5] for path in paths])
    lines = table.text(80).splitlines()
    assert max(map(len, lines)) == 80
    for line, end in zip(lines[-3:], ("cvc_check  ", "line1_check  ", "postal_check  "), strict=True):
        assert line.startswith("payment_")
        assert end in line


def test_sentences_are_shown_whole():
    text = " ".join(f"word{n}" for n in range(100))
    table = Table(["what"], [[text]], wraps=True)
    assert "word99" in table.text(60)
    assert "word99" in table.html()
