"""GraphQL at the playground: connections at depth, errors under 200, errors of the user, costs."""

from __future__ import annotations

import pytest

from intkit.cassettes import open_cassette
from intkit.clients.client import Client
from intkit.clients.connection import Connection, Resilience
from intkit.clients.graphql import PartialWarning
from intkit.errors import ApiError, RecordsError
from intkit.redaction import forget_secrets
from intkit.sandbox import Sandbox
from tests.clients.shop import ServersClock, StillClock

READINGS = """
query ($sensor: Int!, $after: String) {
  warehouse { sensor(number: $sensor) { readings(first: 100, after: $after) {
    nodes { id celsius } pageInfo { hasNextPage endCursor } } } }
}"""
AT = "warehouse.sensor.readings"
RENAME = "mutation ($id: ID!, $name: String!) { sensorRename(id: $id, name: $name) { sensor { name } userErrors { field message code } } }"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox("playground") as running:
        yield running


@pytest.fixture(autouse=True)
def project(sandbox, tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    monkeypatch.delenv("INTKIT_MODE", raising=False)
    yield tmp_path
    sandbox.faults.clear()
    forget_secrets()


def client(clock=None, mode="live", cassette=None, **patience):
    connection = Connection(
        "meters", "https://playground.example/none", graphql="/graphql", resilience=Resilience(**patience)
    )
    return Client(connection, clock=clock or StillClock(), mode=mode, cassette=cassette)


@pytest.mark.parametrize("form", ["nodes { id celsius }", "edges { node { id celsius } }"])
def test_a_connection_deep_in_the_answer_is_followed_to_its_end_and_replayed(tmp_path, form):
    text, path = READINGS.replace("nodes { id celsius }", form), tmp_path / "readings.yaml"
    fetched = []
    for mode in ("record", "replay"):
        with open_cassette(path, mode=mode) as cassette:
            records = client(mode=mode, cassette=cassette).records(text, at=AT, params={"sensor": 7})
            fetched.append(list(records))
    assert [each["id"] for each in fetched[0]] == [str(number) for number in range(7, 20_001, 80)]
    assert fetched[0] == fetched[1]
    assert "3 page(s) read." in records.note


def test_a_wrong_connection_is_flagged_with_the_right_one():
    for wrong in ("warehouse.sensor.reading", "sensor.readings", "warehouse"):
        with pytest.raises(RecordsError) as caught:
            client().records(READINGS, at=wrong, params={"sensor": 7})
        assert caught.value.remedy == f"Write at={AT!r}."


def test_an_error_under_200_is_an_error():
    with pytest.raises(ApiError, match="Cannot query field 'nothing'") as caught:
        client().query("{ nothing }")
    assert (caught.value.status, caught.value.code) == (200, "GRAPHQL_VALIDATION_FAILED")


def test_what_could_be_read_is_given_with_a_warning_about_the_rest():
    both = """{ warehouse {
        good: sensor(number: 7) { readings(first: 1) { totalCount } }
        bad: sensor(number: 13) { readings(first: 1) { totalCount } } } }"""
    with pytest.warns(PartialWarning, match="The sensor does not answer"):
        answer = client().query(both)
    assert answer["warehouse"]["good"]["readings"] == {"totalCount": 250}
    assert answer["warehouse"]["bad"]["readings"] is None
    assert [(error.code, error.path) for error in answer.errors] == [
        ("UNAVAILABLE", "warehouse.bad.readings")
    ]


@pytest.mark.parametrize(
    ("variables", "field", "code"),
    [({"id": "7", "name": " "}, "name", "BLANK"), ({"id": "99", "name": "x"}, "id", "NOT_FOUND")],
)
def test_an_error_of_the_user_s_is_an_error(variables, field, code):
    with pytest.raises(ApiError) as caught:
        client().query(RENAME, variables)
    assert (caught.value.field, caught.value.code) == (field, code)
    assert "may have taken effect" in caught.value.remedy


def test_a_mutation_takes_effect_and_is_never_sent_twice(sandbox):
    assert client().query(RENAME, {"id": "7", "name": "Door"})["sensorRename"]["sensor"] == {"name": "Door"}
    sandbox.faults.plan("playground 503")
    meters = client()
    with pytest.raises(ApiError, match="503"):
        meters.query(RENAME, {"id": "7", "name": "Gate"})
    assert meters.stats.requests == 1


def test_a_query_that_costs_too_much_waits_until_just_so_much_is_there():
    with Sandbox("playground", limits=True) as strict:
        clock = ServersClock(strict)
        meters = client(clock)
        records = meters.records(READINGS.replace("first: 100", "first: 50"), at=AT, params={"sensor": 7})
        assert len(records) == 250  # 250 of 1,000 points
        costs = [
            meters.query(READINGS, {"sensor": number}).cost for number in range(20, 32)
        ]  # 100 points each
        assert clock.slept
    spent = 250 + 12 * 100
    assert sum(clock.slept) == pytest.approx((spent - 1000) / 100)
    assert costs[-1]["requestedQueryCost"] == costs[-1]["actualQueryCost"] == 100
    assert meters.stats.retries == len(clock.slept)


def test_a_wait_beyond_the_deadline_is_said():
    with Sandbox("playground", limits=True) as strict:
        hasty = client(ServersClock(strict), deadline=0.5)
        for number in range(20, 30):
            hasty.query(READINGS, {"sensor": number})
        with pytest.raises(ApiError, match="Throttled") as caught:
            hasty.query(READINGS, {"sensor": 30})
    assert "beyond the deadline" in caught.value.facts[-1]
