from __future__ import annotations

import gzip
import random
import socket
import ssl
from email.utils import formatdate

import httpx
import pytest

from intkit.cassettes import open_cassette
from intkit.clients.client import Client
from intkit.clients.connection import Connection, Resilience
from intkit.clients.paging import HasMore
from intkit.clients.rates import Rate, read_left
from intkit.clients.retries import seconds_until
from intkit.errors import ApiError
from tests.clients.shop import BASE, Shop, StillClock, client_of, orders

NOW = 1_800_000_000.0


def answering(*answers):
    """An app that gives these answers in turn, the last one for ever; it notes the requests."""
    left = list(answers)
    asked = []

    def app(request):
        asked.append(request)
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        return httpx.Response(status, headers=headers, json=orders(1))

    app.asked = asked
    return app


@pytest.mark.parametrize(
    "trouble", [408, 429, 500, 502, 503, 504, httpx.ConnectError("x"), httpx.ReadTimeout("x")]
)
def test_a_read_is_tried_again_until_it_is_answered(trouble):
    app = answering(trouble, trouble, 200)
    client = client_of(app)
    assert client.get("/orders").status_code == 200
    assert len(app.asked) == 3
    assert client.stats.retries == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 501])
def test_what_will_not_get_better_is_not_tried_again(status):
    app = answering(status)
    assert client_of(app).get("/orders").status_code == status
    assert len(app.asked) == 1


def hopeless(root):
    error = httpx.ConnectError("no")
    error.__cause__ = root
    return error


@pytest.mark.parametrize(
    "root", [ssl.SSLCertVerificationError("untrusted"), socket.gaierror(socket.EAI_NONAME, "unknown")]
)
def test_a_wrong_name_or_certificate_is_said_at_once(root):
    app = answering(hopeless(root))
    with pytest.raises(httpx.ConnectError):
        client_of(app).get("/orders")
    assert len(app.asked) == 1


def test_a_name_server_that_is_busy_is_asked_again():
    app = answering(hopeless(socket.gaierror(socket.EAI_AGAIN, "try again")), 200)
    assert client_of(app).get("/orders").status_code == 200


def test_a_long_wait_is_told(caplog):
    client_of(answering((429, {"retry-after": "9"}), (429, {"retry-after": "1"}), 200)).get("/orders")
    assert caplog.messages == [
        "GET /api/orders was answered with 429 Too Many Requests; waiting 9 s before attempt 2"
    ]


def test_an_unsafe_call_is_sent_once():
    app = answering(503, 200)
    assert client_of(app).post("/orders", json={}).status_code == 503
    assert len(app.asked) == 1


def test_an_unsafe_call_with_an_idempotency_key_is_tried_again_under_the_same_key():
    app = answering(503, httpx.ReadTimeout("x"), 200)
    client = client_of(app, idempotency="Idempotency-Key")
    assert client.post("/orders", json={}).status_code == 200
    keys = [request.headers["idempotency-key"] for request in app.asked]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    client.post("/orders", json={})
    assert app.asked[-1].headers["idempotency-key"] not in keys


def test_the_callers_own_idempotency_key_is_kept():
    app = answering(200)
    client_of(app, idempotency="Idempotency-Key").post("/orders", headers={"Idempotency-Key": "order-17"})
    assert app.asked[0].headers["idempotency-key"] == "order-17"


def test_a_read_needs_no_idempotency_key():
    app = answering(200)
    client_of(app, idempotency="Idempotency-Key").get("/orders")
    assert "idempotency-key" not in app.asked[0].headers


def test_all_attempts_of_a_call_carry_one_correlation_id():
    app = answering(503, 200)
    client_of(app).get("/orders")
    assert len({request.headers["x-correlation-id"] for request in app.asked}) == 1


def test_waits_grow_and_are_jittered(monkeypatch):
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    clock = StillClock()
    client_of(answering(*[503] * 8, 200), clock, resilience=Resilience(deadline=1000)).get("/orders")
    assert clock.slept[:7] == [0.5, 1, 2, 4, 8, 16, 20]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("7.28", 7.28),
        ("0", 0),
        ("-5", 0),
        (str(int(NOW) + 30), 30),
        (str(int(NOW * 1000) + 30_500), 30.5),
        (formatdate(NOW + 45, usegmt=True), 45),
        (formatdate(NOW - 45, usegmt=True), 0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
    ],
)
def test_every_spelling_of_a_time_is_read(text, seconds):
    assert seconds_until(text, NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ["3", str(int(NOW) + 3), str(int(NOW * 1000) + 3000), formatdate(NOW + 3, usegmt=True)]
)
def test_a_wait_that_the_api_names_is_kept(text):
    clock = StillClock()
    client_of(answering((429, {"retry-after": text}), 200), clock).get("/orders")
    assert sum(clock.slept) == pytest.approx(3)


def test_a_call_is_given_up_at_its_deadline_with_what_the_api_said():
    clock = StillClock()
    client = client_of(answering((429, {"retry-after": "90"})), clock, resilience=Resilience(deadline=120))
    with pytest.raises(ApiError, match="Given up after 2 attempt") as caught:
        client.get("/orders")
    assert "429 Too Many Requests" in str(caught.value)
    assert caught.value.status == 429
    assert clock.time - NOW <= 120


def test_the_timeout_of_an_attempt_never_passes_the_deadline():
    app = answering(200)
    client_of(app, resilience=Resilience(timeout=30, deadline=5)).get("/orders")
    assert app.asked[0].extensions["timeout"]["read"] == 5


class Drip(httpx.SyncByteStream):
    """A body that comes in drops, each a second after the other."""

    def __init__(self, clock):
        self.clock = clock

    def __iter__(self):
        while True:
            self.clock.sleep(1)
            yield b"x"


def test_a_body_that_never_ends_is_cut_at_the_deadline():
    clock = StillClock()
    client = client_of(
        lambda _: httpx.Response(200, stream=Drip(clock)),
        clock,
        resilience=Resilience(deadline=20, retries=0),
    )
    with pytest.raises(httpx.ReadTimeout):
        client.get("/orders")
    assert clock.time - NOW < 30


def test_a_body_that_is_too_long_is_refused():
    client = client_of(
        lambda _: httpx.Response(200, content=b"x" * 2000), resilience=Resilience(longest_body=1000)
    )
    with pytest.raises(ApiError, match="longer than 1,000 bytes"):
        client.get("/orders")


class Breaking(httpx.SyncByteStream):
    """A body that breaks off in the middle."""

    def __iter__(self):
        yield b"["
        raise httpx.ReadError("reset")


def test_a_body_that_breaks_off_is_fetched_again():
    answers = iter([httpx.Response(200, stream=Breaking()), httpx.Response(200, json=orders(2))])
    assert client_of(lambda _: next(answers)).get("/orders").json() == orders(2)


def test_a_declared_rate_is_kept_across_calls():
    clock = StillClock()
    client = client_of(answering(200), clock, resilience=Resilience(rate=Rate(5, 1.0)))
    for _ in range(20):
        client.get("/orders")
    assert clock.time - NOW == pytest.approx(3, abs=0.1)


def test_what_a_cassette_answers_does_not_use_up_the_declared_rate(tmp_path):
    def fetch(mode, clock, count):
        with open_cassette(tmp_path / "orders.yaml", mode=mode) as cassette:
            connection = Connection("shop", BASE, resilience=Resilience(rate=Rate(5, 1.0)))
            network = httpx.MockTransport(answering(*[200] * count))
            client = Client(connection, mode=mode, cassette=cassette, transport=network, clock=clock)
            for number in range(count):
                client.get(f"/orders/{number}")

    clock = StillClock()
    fetch("record", clock, 20)
    assert sum(clock.slept) == pytest.approx(3, abs=0.1)
    clock = StillClock()
    fetch("record", clock, 25)  # twenty are recorded, five are asked for
    assert clock.slept == []


@pytest.mark.parametrize(
    ("headers", "limit", "remaining", "reset"),
    [
        ({"ratelimit-limit": "2", "ratelimit-remaining": "0", "ratelimit-reset": "1"}, 2, 0, 1),
        ({"RateLimit-Limit": "150", "RateLimit-Remaining": "3", "RateLimit-Reset": str(int(NOW) + 60)}, 150, 3, 60),
        ({"x-rate-limit-limit": "240", "x-rate-limit-remaining": "239", "x-rate-limit-reset": "7.279562"}, 240, 239, 7.279562),
        ({"x-ratelimit-limit": "20", "x-ratelimit-remaining": "19", "x-ratelimit-reset": "2"}, 20, 19, 2),
        ({"X-RateLimit-Minutely-Limit": "60", "X-RateLimit-Minutely-Remaining": "0",
          "X-RateLimit-Minutely-Reset": str(int(NOW * 1000) + 9000)}, 60, 0, 9),
        ({"X-HubSpot-RateLimit-Max": "100", "X-HubSpot-RateLimit-Remaining": "0",
          "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}, 100, 0, 10),
        ({}, None, None, None),
    ],
)  # fmt: skip
def test_every_vendors_rate_headers_are_read(headers, limit, remaining, reset):
    left = read_left(httpx.Headers(headers), NOW)
    assert (left.limit, left.remaining) == (limit, remaining)
    assert left.reset == pytest.approx(reset)


def test_an_exhausted_limit_holds_the_next_call_back():
    clock = StillClock()
    client = client_of(answering((200, {"ratelimit-remaining": "0", "ratelimit-reset": "9"}), 200), clock)
    client.get("/orders")
    assert clock.slept == []
    client.get("/orders")
    assert sum(clock.slept) == pytest.approx(9)
    assert client.stats.waited == pytest.approx(9)


def test_a_host_that_is_down_is_left_alone_and_tried_again_later():
    clock = StillClock()
    app = answering(*[500] * 8, 200)
    client = client_of(app, clock, resilience=Resilience(retries=0))
    assert [client.get("/orders").status_code for _ in range(8)] == [500] * 8
    assert client.stats.trips == 1
    with pytest.raises(httpx.TransportError, match=r"shop\.example failed 8 times in a row \(500\)"):
        client.get("/orders")
    assert len(app.asked) == 8
    clock.sleep(30)
    assert client.get("/orders").status_code == 200
    assert client.get("/orders").status_code == 200


def test_a_good_answer_between_failures_keeps_the_circuit_closed():
    app = answering(*[500] * 7, 200, *[500] * 7, 200)
    client = client_of(app, resilience=Resilience(retries=0))
    assert [client.get("/orders").status_code for _ in range(16)] == [500] * 7 + [200] + [500] * 7 + [200]


def test_the_last_good_answer_stands_in_when_the_origin_is_down_and_says_so():
    clock = StillClock()
    app = answering(200, 503)
    client = client_of(app, clock, resilience=Resilience(retries=0, stale_for=60))
    fresh = client.get("/orders")
    clock.sleep(20)
    stale = client.get("/orders")
    assert stale.json() == fresh.json()
    assert (stale.extensions["stale"], stale.headers["age"], client.stats.stale) == (20, "20", 1)
    assert "stale" not in fresh.extensions
    assert "The origin is down: an answer of 20 s ago." in client.records("/orders").note
    clock.sleep(60)
    assert client.get("/orders").status_code == 503


def test_a_compressed_answer_stands_in_as_well():
    body = gzip.compress(b'[{"id": 1}]')
    answers = iter(
        [httpx.Response(200, content=body, headers={"content-encoding": "gzip"}), httpx.Response(503)]
    )
    client = client_of(lambda _: next(answers), resilience=Resilience(retries=0, stale_for=60))
    assert client.get("/orders").json() == client.get("/orders").json() == [{"id": 1}]


def test_no_answer_is_taken_from_the_past_unless_asked():
    client = client_of(answering(200, 503), resilience=Resilience(retries=0))
    client.get("/orders")
    assert client.get("/orders").status_code == 503


def test_the_last_good_answer_stands_in_where_there_is_no_answer_at_all_but_not_for_a_write():
    app = answering(200, httpx.ConnectError("x"))
    client = client_of(app, resilience=Resilience(retries=0, stale_for=60))
    client.get("/orders")
    assert "stale" in client.get("/orders").extensions
    with pytest.raises(httpx.ConnectError):
        client.post("/orders", json={})


def test_another_address_has_no_last_good_answer():
    client = client_of(
        answering(200, httpx.ConnectError("x")), resilience=Resilience(retries=0, stale_for=60)
    )
    client.get("/orders")
    with pytest.raises(httpx.ConnectError):
        client.get("/orders", params={"page": 2})


def test_the_client_counts_what_it_did():
    client = client_of(answering(503, httpx.ConnectError("x"), 200))
    client.get("/orders")
    stats = client.stats
    assert (stats.requests, stats.retries, stats.received) == (3, 2, 2 * len(b'[{"id":1}]'))
    assert (dict(stats.statuses), dict(stats.failures)) == ({503: 1, 200: 1}, {"ConnectError": 1})
    assert stats.p95 >= stats.p50 >= 0
    assert "status 503" in stats.table().text()


def test_through_a_storm_every_record_arrives_once_within_the_deadline():
    weather = random.Random(4711)
    shop = Shop("flag", total=20_000, size=10)
    attempts = []

    def stormy(request):
        attempts.append(request)
        if weather.random() < 0.3:
            trouble = weather.choice([429, 503, httpx.ReadTimeout("x"), httpx.ConnectError("reset")])
            if isinstance(trouble, Exception):
                raise trouble
            return httpx.Response(trouble, headers={"retry-after": "1"} if trouble == 429 else {})
        return shop(request)

    clock = StillClock()
    client = client_of(stormy, clock, paging=HasMore(param="after", size=None))
    longest = 0.0
    records = client.records("/orders")
    for index in range(0, 20_000, 10):
        before = clock.time
        assert records[index]["id"] == index + 1
        longest = max(longest, clock.time - before)
    assert [record["id"] for record in records] == list(range(1, 20_001))
    assert len(shop.asked) == 2_000
    assert 2_700 < len(attempts) == client.stats.requests < 3_000
    assert 0 < longest <= 120


class NoSleep(StillClock):
    """Nobody may wait."""

    def sleep(self, seconds):
        raise AssertionError(f"waited {seconds} s in replay")


def test_a_recorded_storm_replays_without_a_wait(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    slow = {"retry-after": "20", "ratelimit-remaining": "0", "ratelimit-reset": "20"}
    connection = Connection("shop", "https://shop.example/api", resilience=Resilience(rate=Rate(1, 10.0)))
    clock = StillClock()
    wire = httpx.MockTransport(answering((429, slow), (429, slow), (503, {}), 200))
    with Client(
        connection, mode="record", cassette=open_cassette("shop/storm", "record"), transport=wire, clock=clock
    ) as client:
        assert client.get("/orders").status_code == 200
    assert sum(clock.slept) >= 40
    with Client(connection, mode="replay", cassette=open_cassette("shop/storm"), clock=NoSleep()) as client:
        assert client.get("/orders").json() == orders(1)
        assert (client.stats.replayed, client.stats.retries, client.stats.waited) == (4, 3, 0)


def test_a_replay_gives_up_where_the_recording_did(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    connection = Connection("shop", "https://shop.example/api", resilience=Resilience(deadline=50))
    app = answering((429, {"retry-after": "20"}))
    for mode, clock in (("record", StillClock()), ("replay", NoSleep())):
        cassette, wire = open_cassette("shop/late", mode), httpx.MockTransport(app)
        client = Client(connection, mode=mode, cassette=cassette, transport=wire, clock=clock)
        with client, pytest.raises(ApiError, match="Given up after 3 attempt"):
            client.get("/orders")
    assert len(app.asked) == 3
