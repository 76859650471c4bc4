"""Comments in a mapping file go where the line goes that they are about."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from intkit.mapping_files.comments import keep_comments

BEFORE = """\
# Ask finance before you change anything.

intkit: 1  # the format
source:  # here
  query: |
    # no comment
    query {
    # nor this
    }
  joins:
    # the first
    - name: "customer"
      # by this
      "on": "customerId"  # the key
  missing:
    words:
      # nothing
      - ""   # empty
rules:
  # the id
  a: "id"   # why
  gone: "x"  # goes with it
  b:
    rule: "x # y"
    note: "n"  # as told
# what the ledger calls it
values:
  M:
    entries:
      paid: "settled" # said
fields:
  id: {text: 3}  # seen
# last words
"""
AFTER = """\
intkit: 1
source:
  query: "# no comment"
  joins:
    - name: "customer"
      "on": "customerId"
  missing:
    words:
      - ""
rules:
  c: "new"
  a:
    rule: "id"
    note: "so"
  b: "x # y"
values:
  M:
    entries:
      paid: "settled"
fields:
  id: {text: 3}
"""
EXPECTED = """\
# Ask finance before you change anything.

intkit: 1  # the format
source:  # here
  query: "# no comment"
  joins:
    # the first
    - name: "customer"
      # by this
      "on": "customerId"  # the key
  missing:
    words:
      # nothing
      - ""  # empty
rules:
  c: "new"
  # the id
  a:  # why
    rule: "id"
    note: "so"
  b: "x # y"
# what the ledger calls it
values:
  M:
    entries:
      paid: "settled"  # said
fields:
  id: {text: 3}  # seen
# last words
"""


def test_a_comment_stays_above_or_behind_its_line_and_goes_with_it():
    assert keep_comments(BEFORE, AFTER) == EXPECTED


def test_what_is_kept_once_is_kept_again():
    assert keep_comments(EXPECTED, AFTER) == EXPECTED
    assert keep_comments(AFTER, AFTER) == AFTER
    assert keep_comments("", AFTER) == AFTER


def test_comments_say_nothing_to_a_machine():
    read = YAML(typ="safe").load
    assert read(keep_comments(BEFORE, AFTER)) == read(AFTER)


@pytest.mark.parametrize("before", ["rules: [  # open", "# alone\n", "a: 1\n\ta: 2 # tab"])
def test_a_file_that_cannot_be_read_or_says_nothing_is_written_over(before):
    assert YAML(typ="safe").load(keep_comments(before, AFTER)) == YAML(typ="safe").load(AFTER)
