from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from intkit import progress
from intkit.progress import track


def test_the_elements_come_through_unchanged(capsys):
    assert list(track([3, 1, 2], "numbers")) == [3, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_a_bar_shows_on_a_terminal_once_the_delay_is_over(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(progress, "_DELAY_SECONDS", 0)
    assert sum(track(range(4), "pages")) == 6
    assert "pages: " in capsys.readouterr().err


def test_what_is_over_within_a_second_shows_nothing(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert sum(track(range(4), "pages")) == 6
    assert "pages" not in capsys.readouterr().err


@pytest.mark.parametrize(("asks", "watched"), [(True, True), (False, False)])
def test_a_notebook_is_watched_unless_it_runs_headless(asks, watched, monkeypatch):
    kernel = SimpleNamespace(_allow_stdin=asks)
    shell = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=kernel))
    monkeypatch.setitem(sys.modules, "IPython", shell)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    assert progress._is_watched() is watched


def test_a_plain_interpreter_without_a_terminal_is_not_watched(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    assert not progress._is_watched()
