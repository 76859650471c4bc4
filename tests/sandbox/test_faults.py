"""What goes wrong on demand, as a client sees it."""

from __future__ import annotations

import time

import httpx
import pytest

from intkit.sandbox import Sandbox
from intkit.sandbox.stripe import seed_charges

PATH = "/v1/charges?limit=2"


@pytest.fixture
def call():
    """Return a function that makes a plan and calls Stripe's charges."""
    with Sandbox("stripe") as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.keys['stripe']}"}
        with httpx.Client(base_url=sandbox.urls["stripe"], headers=headers, timeout=5) as client:

            def run(plan="", path=PATH, **options):
                sandbox.faults.plan(plan)
                return client.get(path, **options)

            yield run


def test_a_storm_lasts_as_long_as_planned_and_says_when_to_come_back(call):
    answers = [call("stripe 429 times=2 retry_after=7"), call(), call()]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert answers[0].json()["error"]["code"] == "rate_limit"
    assert "Retry-After" not in call("stripe 429").headers


def test_skip_lets_calls_pass_and_path_chooses_which(call):
    first = call("stripe 500 skip=1 path=customers", "/v1/customers")
    other = call()
    struck = call("", "/v1/customers")
    assert [each.status_code for each in (first, other, struck)] == [200, 200, 500]


def test_an_html_page_comes_where_json_was_expected(call):
    answer = call("stripe html")
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")


def test_a_reset_connection_is_an_error_without_an_answer(call):
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        call("stripe reset")


def test_a_truncated_body_ends_too_early(call):
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        call("stripe truncated")


def test_a_timeout_gives_no_answer_in_time(call):
    with pytest.raises(httpx.ReadTimeout):
        call("stripe timeout seconds=2", timeout=0.1)


def test_latency_makes_an_answer_late(call):
    begin = time.monotonic()
    assert call("stripe latency seconds=0.2").status_code == 200
    assert time.monotonic() - begin >= 0.2


def test_a_trickle_comes_whole_but_slowly(call):
    begin = time.monotonic()
    assert call("stripe trickle seconds=0.2").json() == call().json()
    assert time.monotonic() - begin >= 0.2


def test_garbled_json_has_the_right_length_and_cannot_be_read(call):
    answer = call("stripe garbled")
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    with pytest.raises(ValueError, match="line 1"):
        answer.json()


def test_an_expired_token_is_the_vendors_own_401(call):
    answer = call("stripe expired")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "api_key_expired")


def test_a_repeated_page_makes_a_loop(call):
    first = call()
    second = call("stripe repeat", f"{PATH}&starting_after={first.json()['data'][-1]['id']}")
    third = call("", f"{PATH}&starting_after={first.json()['data'][-1]['id']}")
    assert second.json() == first.json() != third.json()


@pytest.mark.parametrize(
    ("plan", "check"),
    [
        (
            "renamed field=amount to=total",
            lambda old, new: new["total"] == old["amount"] and "amount" not in new,
        ),
        ("new_value field=status to=blocked", lambda _, new: new["status"] == "blocked"),
        ("retyped field=amount", lambda old, new: new["amount"] == str(old["amount"])),
    ],
)
def test_the_schema_changes_for_drift_practice(call, plan, check):
    new = call(f"stripe {plan} times=0").json()["data"][0]
    assert check(seed_charges()[0], new)
    assert check(seed_charges()[0], call().json()["data"][0])


def test_a_key_whose_first_request_is_at_work_is_refused():
    from concurrent.futures import ThreadPoolExecutor

    with Sandbox("mollie", faults="mollie latency seconds=0.5") as sandbox, ThreadPoolExecutor(2) as pool:
        headers = {"Authorization": f"Bearer {sandbox.keys['mollie']}", "Idempotency-Key": "k"}
        url = f"{sandbox.urls['mollie']}/v2/customers"
        both = [pool.submit(httpx.post, url, json={"name": "A"}, headers=headers) for _ in range(2)]
        statuses = sorted(each.result().status_code for each in both)
        again = httpx.post(url, json={"name": "A"}, headers=headers)
    assert statuses == [201, 409]
    assert again.headers["Idempotent-Replayed"] == "true"
