"""Words of the wrong kind are said where they are given, with the right one."""

from __future__ import annotations

import re

import httpx
import numpy as np
import pytest

from intkit.clients.connection import Resilience
from intkit.clients.rates import Rate
from intkit.errors import ConnectError, RecordsError
from tests.clients.shop import client_of, orders


def shop():
    return client_of(lambda _: httpx.Response(200, json=orders(3)))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"path": 5}, "path= is 5"),
        ({"params": "api_key=secret-4711"}, "params= is of the type str"),
        ({"json": [1]}, "json= is of the type list"),
        ({"limit": "5"}, "limit= is '5'"),
        ({"limit": 2.5}, "limit= is 2.5"),
        ({"limit": 0}, "limit=0 asks for no records"),
        ({"limit": -3}, "limit=-3 asks for no records"),
        ({"limit": np.int64(0)}, "asks for no records"),
        ({"at": ["data"]}, "at= is ['data']"),
    ],
)
def test_a_call_for_records_says_which_word_cannot_be_used(words, said):
    with pytest.raises(RecordsError, match=re.escape(said)) as caught:
        shop().records(**{"path": "/orders", **words})
    assert caught.value.remedy


def test_a_limit_may_be_any_whole_number():
    assert len(shop().records("/orders", limit=np.int64(2))) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"retries": -1}, "Resilience.retries is -1"),
        ({"timeout": "5"}, "Resilience.timeout is '5'"),
        ({"timeout": 0}, "Resilience.timeout is 0"),
        ({"deadline": None}, "Resilience.deadline is None"),
        ({"deadline": float("nan")}, "Resilience.deadline is nan"),
        ({"longest_body": True}, "Resilience.longest_body is True"),
        ({"rate": 5}, "Resilience.rate is 5"),
    ],
)
def test_patience_is_told_in_numbers(words, said):
    with pytest.raises(ConnectError, match=re.escape(said)):
        Resilience(**words)


@pytest.mark.parametrize("words", [(0, 1.0), ("5",), (5, 0), (True,)])
def test_a_rate_is_so_many_in_so_many_seconds(words):
    with pytest.raises(ConnectError, match="Rate"):
        Rate(*words)
