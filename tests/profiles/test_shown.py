from __future__ import annotations

import re
from html.parser import HTMLParser

from intkit.profiles import profile
from intkit.redaction import forget_secrets, register_secret

VOID = {"input", "br"}


class Tags(HTMLParser):
    """Check that tags nest, and collect them."""

    def __init__(self, html):
        super().__init__()
        self.open, self.seen, self.attributes = [], [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_notebook_shows_a_row_a_path_and_the_questions():
    html = profile([{"id": n, "lines": [{"sku": "a"}]} for n in range(3)])._repr_html_()
    tags = Tags(html)
    paths = [value for name, value in tags.attributes if name == "data-path"]
    assert paths == ["id", "lines", "lines[]", "lines[].sku"]
    assert "Five questions" in html
    assert tags.seen.count("script") == 1


def test_the_notebook_needs_no_network():
    html = profile([{"url": "x"}])._repr_html_()
    assert re.findall(r"https?:|src=|@import|url\(", html) == []


def test_names_and_values_are_escaped_everywhere():
    hostile = "\"><img src=x onerror='alert(1)'>\x1b[2J"
    html = profile([{hostile: hostile, "b": [hostile, 1]}] * 12)._repr_html_()
    assert "img" not in Tags(html).seen
    assert "\x1b" not in html


def test_few_values_unfold_with_their_counts():
    html = profile([{"status": "open"}] * 3 + [{"status": "paid"}])._repr_html_()
    assert "<details>" in html
    assert "&#x27;open&#x27; × 3<br>&#x27;paid&#x27; × 1" in html


def test_of_personal_values_only_the_shape_is_shown():
    rows = [
        {"email": f"jan{n}@corp.nl", "phone": f"+31 6 1234567{n}", "customer": {"name": "Jan Smit"}}
        for n in range(3)
    ]
    found = profile(rows)
    for shown in (found.text(300), found._repr_html_()):
        assert "jan1" not in shown
        assert "1234567" not in shown
        assert "Smit" not in shown
        assert "+00 0 00000000" in shown
    assert "jan1@corp.nl" in found.field("email").examples


def test_a_registered_secret_is_never_shown():
    register_secret("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "STRIPE_KEY")
    try:
        found = profile([{"echo": "sk_live_4eC39HqLyjWDarjtT1zdp7dc"}])
        assert "4eC39" not in found.text(300) + found._repr_html_()
    finally:
        forget_secrets()


def test_an_estimate_is_marked():
    assert "≈" in profile([{"x": n} for n in range(6000)]).text(300)
    assert "≈" not in profile([{"x": n} for n in range(600)]).text(300)


def test_lists_tell_their_longest():
    assert "list (≤ 3)" in profile([{"tags": ["a"]}, {"tags": ["a", "b", "c"]}]).text(300)
