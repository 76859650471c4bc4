"""What goes wrong at a practice server, and what a client makes of it. Nobody really waits: the clocks stand still."""

from __future__ import annotations

import time
from dataclasses import replace

import httpx
import pytest

from intkit.cassettes import open_cassette
from intkit.clients.client import Client
from intkit.clients.clock import Clock
from intkit.clients.connection import Connection, Resilience
from intkit.clients.graphql import PartialWarning
from intkit.clients.paging import Cursor
from intkit.clients.rates import Rate
from intkit.errors import ApiError
from intkit.redaction import forget_secrets
from intkit.sandbox import Sandbox
from intkit.sandbox.playground import READINGS
from intkit.vendors import find_vendor
from tests.clients.shop import ServersClock, StillClock

PATH = "/cursor/readings"
SENSOR = {"sensor": 7}


class NoSleep(Clock):
    """Nobody may wait."""

    def sleep(self, seconds):
        raise AssertionError(f"waited {seconds} s in replay")


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(("playground", "stripe", "mailchimp", "github")) as running:
        yield running


@pytest.fixture(autouse=True)
def project(sandbox, tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    for vendor in ("stripe", "mailchimp", "github"):
        monkeypatch.setenv(find_vendor(vendor).references()[0].partition(":")[2], sandbox.keys[vendor])
    yield tmp_path
    sandbox.faults.clear()
    forget_secrets()


def client(clock=None, mode="live", cassette=None, **patience):
    connection = Connection(
        "playground", "https://playground.example/none", paging=Cursor(), resilience=Resilience(**patience)
    )
    return Client(connection, clock=clock or StillClock(), mode=mode, cassette=cassette)


def known(vendor, clock=None, **patience):
    connection = find_vendor(vendor)
    if vendor == "mailchimp":
        connection = replace(connection, base_url="https://us19.api.mailchimp.com")
    return Client(replace(connection, resilience=Resilience(**patience)), clock=clock or StillClock())


@pytest.mark.slow
def test_through_a_storm_over_two_thousand_pages_every_record_arrives_once_within_the_deadline(sandbox):
    sandbox.faults.plan("""
        playground 429 share=0.1 times=0 retry_after=1
        playground 503 share=0.1 times=0
        playground reset share=0.1 times=0
        playground truncated share=0.03 times=0
        playground timeout share=0.004 times=0 seconds=0.6
    """)
    clock = StillClock()
    meters = client(clock, timeout=0.5)
    records = meters.records(PATH, params={"limit": 10})
    longest = 0.0
    for index in range(0, READINGS, 10):
        before = clock.time
        assert records[index]["id"] == index + 1
        longest = max(longest, clock.time - before)
    assert [record["id"] for record in records] == list(range(1, READINGS + 1))
    assert "2000 page(s) read." in records.note
    stats = meters.stats
    struck = stats.requests - 2000
    assert 0.27 < struck / stats.requests < 0.33
    assert min(stats.statuses[429], stats.statuses[503]) > 150
    assert stats.failures["ReadError"] + stats.failures["RemoteProtocolError"] > 200
    assert stats.failures["ReadTimeout"] > 3
    assert 0 < longest <= 120


@pytest.mark.parametrize("share", ["0.3", "0"])
def test_the_same_seed_is_the_same_weather(share):
    counts = []
    for seed in (1, 1, 2):
        with Sandbox("playground", seed=seed, faults=f"playground 503 share={share} times=0"):
            meters = client()
            assert len(meters.records("/cursor/readings", params={"limit": 25, **SENSOR})) == 250
            counts.append(meters.stats.statuses[503])
    assert counts[0] == counts[1]
    assert all(counts) == (share != "0")


@pytest.mark.parametrize("spelt", ["seconds", "date", "epoch", "milliseconds"])
def test_a_wait_that_the_server_names_is_kept_however_it_is_spelt(sandbox, spelt):
    clock = StillClock()
    sandbox.faults.plan(f"playground 429 retry_after=3 spelt={spelt}")
    assert len(client(clock).records(PATH, params=SENSOR)) == 250
    assert sum(clock.slept) == pytest.approx(3)


def test_a_wait_may_be_a_part_of_a_second(sandbox):
    clock = StillClock()
    sandbox.faults.plan("playground 503 retry_after=0.25")
    assert client(clock).get("/ping").status_code == 200
    assert sum(clock.slept) == pytest.approx(0.25)


# the vendor, a list, how many calls its limit allows, and what tells when it begins anew
LIMITS = [
    ("playground", "/none/ping", 100, "RateLimit-Reset, a number that is not whole"),
    (
        "exact",
        "/api/v1/current/Me",
        60,
        "X-RateLimit-Minutely-Reset, epoch milliseconds, beside one by the day",
    ),
    ("moneybird", "/api/v2/administrations.json", 150, "RateLimit-Reset, epoch seconds"),
    ("resend", "/domains", 2, "ratelimit-reset, whole seconds"),
]


@pytest.mark.parametrize(("vendor", "path", "allowed", "told"), LIMITS, ids=[each[0] for each in LIMITS])
def test_a_limit_is_learned_from_the_headers_and_no_call_refused(vendor, path, allowed, told):
    with Sandbox(vendor, limits=True) as strict:
        clock = ServersClock(strict)
        host = strict.vendors[0].hosts[0]
        connection = Connection(
            vendor,
            f"https://{host}",
            headers={"Accept": "application/json"},
            resilience=Resilience(deadline=400),
        )
        with Client(connection, clock=clock) as fast:
            answers = [
                fast.get(path, headers={"Authorization": f"Bearer {strict.keys[vendor]}"})
                for _ in range(allowed + 1)
            ]
        assert {answer.status_code for answer in answers} == {200}, told
        seconds = strict.vendors[0].window.seconds
        assert sum(clock.slept) == pytest.approx(seconds, abs=1.1)  # Moneybird rounds up


@pytest.mark.parametrize(("vendor", "path", "allowed", "told"), LIMITS, ids=[each[0] for each in LIMITS])
def test_a_limit_that_another_has_used_up_is_waited_for(vendor, path, allowed, told):
    with Sandbox(vendor, limits=True) as strict:
        headers = {"Authorization": f"Bearer {strict.keys[vendor]}", "Accept": "application/json"}
        clock = ServersClock(strict)
        with httpx.Client(base_url=strict.urls[vendor], headers=headers) as another:
            for _ in range(allowed):
                another.get(path)
        connection = Connection(
            vendor, f"https://{strict.vendors[0].hosts[0]}", resilience=Resilience(deadline=400)
        )
        with Client(connection, clock=clock) as late:
            assert late.get(path, headers=headers).status_code == 200, told
        assert late.stats.statuses[429] >= 1
        assert sum(clock.slept) == pytest.approx(strict.vendors[0].window.seconds, abs=1.6)


def test_a_limit_that_ends_after_the_deadline_is_said_and_not_slept_through():
    with Sandbox("moneybird", limits=True) as strict:
        clock = ServersClock(strict)
        headers = {"Authorization": f"Bearer {strict.keys['moneybird']}"}
        hasty = Client(Connection("books", "https://moneybird.com"), clock=clock)
        for _ in range(150):
            hasty.get("/api/v2/administrations.json", headers=headers)
        with pytest.raises(ApiError, match=r"rate limit of moneybird\.com is used up for 30[01] s") as caught:
            hasty.get("/api/v2/administrations.json", headers=headers)
    assert caught.value.status == 429
    assert "Resilience(deadline=…)" in caught.value.remedy
    assert clock.slept == []


def test_a_declared_rate_keeps_every_call_within_the_vendor_s_limit():
    with Sandbox("playground", limits=True) as strict:
        clock = ServersClock(strict)
        meters = client(clock, rate=Rate(90, 10.0))
        assert len(meters.records(PATH, params={"limit": 1, **SENSOR})) == 250
        assert dict(meters.stats.statuses) == {200: 250}
        assert meters.stats.waited > 15


def test_a_write_whose_answer_was_lost_takes_effect_once(sandbox):
    stripe = known("stripe")
    before = len(stripe.records("/v1/customers"))
    sandbox.faults.plan("stripe truncated path=/v1/customers")
    made = stripe.post("/v1/customers", data={"email": "once@example.com"})
    assert made.headers["idempotent-replayed"] == "true"
    after = list(stripe.records("/v1/customers"))
    assert [each["id"] for each in after if each["email"] == "once@example.com"] == [made.json()["id"]]
    assert len(after) == before + 1


def test_a_write_without_an_idempotency_key_is_sent_once(sandbox):
    mailchimp = known("mailchimp")
    sandbox.faults.plan("mailchimp 503 times=0")
    assert mailchimp.post("/3.0/batches", json={"operations": []}).status_code == 503
    assert mailchimp.stats.requests == 1


def test_a_server_that_stays_down_is_given_up_at_the_deadline(sandbox):
    clock = StillClock()
    sandbox.faults.plan("stripe 503 times=0 retry_after=25")
    begun = clock.time
    with pytest.raises(ApiError, match="Given up after 5 attempt") as caught:
        known("stripe", clock).records("/v1/charges")
    assert caught.value.status == 503
    assert clock.time - begun <= 120


def test_a_server_that_does_not_answer_is_given_up_by_the_timeout_and_asked_again(sandbox):
    sandbox.faults.plan("playground timeout seconds=0.3")
    meters = client(timeout=0.1)
    assert len(meters.records(PATH, params=SENSOR)) == 250
    assert dict(meters.stats.failures) == {"ReadTimeout": 1}


def test_a_host_that_is_down_is_left_alone_and_asked_again_later(sandbox):
    clock = StillClock()
    meters = client(clock, retries=0)
    sandbox.faults.plan("playground 500 times=8")
    assert {meters.get("/ping").status_code for _ in range(8)} == {500}
    with pytest.raises(httpx.TransportError, match="failed 8 times in a row"):
        meters.get("/ping")
    clock.sleep(30)
    assert meters.get("/ping").status_code == 200
    assert (meters.stats.trips, meters.stats.requests) == (1, 9)


@pytest.mark.parametrize("fault", ["503", "reset", "html"])
def test_the_last_good_answer_stands_in_while_the_origin_is_down(sandbox, fault):
    meters = client(retries=0, stale_for=60)
    fresh = meters.get(PATH, params=SENSOR).json()
    sandbox.faults.plan(f"playground {fault}")
    stale = meters.get(PATH, params=SENSOR)
    assert stale.json() == fresh
    assert ("stale" in stale.extensions, meters.stats.stale) == (True, 1)


def test_a_body_that_is_too_long_is_refused_after_so_many_bytes():
    with pytest.raises(ApiError, match="longer than 500 bytes"):
        client(longest_body=500).get(PATH)


def test_a_recorded_storm_replays_in_under_a_tenth_of_its_time(sandbox, tmp_path):
    path, clock = tmp_path / "storm.yaml", StillClock()
    sandbox.faults.plan("playground 429 times=4 retry_after=5; playground 503 skip=6")
    with open_cassette(path, mode="record") as cassette:
        recorded = list(client(clock, "record", cassette).records(PATH, params=SENSOR))
    begun = time.monotonic()
    with open_cassette(path) as cassette:
        replaying = client(NoSleep(), "replay", cassette)
        assert list(replaying.records(PATH, params=SENSOR)) == recorded
    assert sum(clock.slept) >= 20
    assert time.monotonic() - begun < sum(clock.slept) / 10
    assert replaying.stats.statuses[429] == 4
    assert replaying.stats.replayed == replaying.stats.requests == 8


PULLS = """{ repository(owner: "praktijkwinkel", name: "webshop") {
  pullRequests(first: 30) { nodes { number title } } } }"""


def test_a_part_that_github_could_not_read_is_missing_with_a_warning():
    with pytest.warns(PartialWarning, match="could not be read"):
        answer = known("github").query(PULLS)
    nodes = answer["repository"]["pullRequests"]["nodes"]
    assert nodes.count(None) == len(answer.errors) == 1
    assert len(nodes) > 10


def test_a_query_beyond_github_s_limit_waits_for_its_reset_or_says_when_that_is(sandbox):
    clock = StillClock()
    sandbox.faults.plan("github 429")
    assert known("github", clock, deadline=4000).query("{ viewer { login } }")["viewer"]
    assert sum(clock.slept) == pytest.approx(3600, abs=1)
    sandbox.faults.plan("github 429")
    with pytest.raises(ApiError, match="rate limit exceeded") as caught:
        known("github").query("{ viewer { login } }")
    assert caught.value.facts[-1] == "The next place is 3600 s away, beyond the deadline."


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ("playground 429 spelt=dat", "Did you mean 'date'"),
        ("playground 429 share=some", "share='some' is not a number"),
    ],
)
def test_a_word_of_a_fault_that_means_nothing_is_said(sandbox, plan, words):
    with pytest.raises(Exception, match=words):
        sandbox.faults.plan(plan)
    assert sandbox.faults.listed() == []
