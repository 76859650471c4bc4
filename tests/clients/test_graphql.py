from __future__ import annotations

import json

import httpx
import pytest

from intkit.clients.auth import Bearer
from intkit.clients.connection import Resilience
from intkit.clients.graphql import GraphError, PartialWarning
from intkit.errors import ApiError, ConnectError, RecordsError
from tests.clients.shop import StillClock, client_of, orders

ISSUES = """
query ($after: String) {
  repository(owner: "intkit", name: "intkit") {
    issues(first: 10, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
  }
}
"""


class Forge:
    """A GraphQL API with 25 issues, or with these answers in turn."""

    def __init__(self, *answers, form="nodes"):
        self.answers = list(answers)
        self.form = form
        self.asked = []

    def __call__(self, request):
        asked = json.loads(request.content)
        self.asked.append(asked)
        if self.answers:
            answer = self.answers.pop(0)
            return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)
        begin = int(asked["variables"].get("after") or asked["variables"].get("inner") or 0)
        page = orders(min(10, 25 - begin), begin + 1)
        found = (
            {"nodes": page}
            if self.form == "nodes"
            else {"edges": [{"cursor": "c", "node": node} for node in page]}
        )
        more = begin + 10 < 25
        found["pageInfo"] = {"hasNextPage": more, "endCursor": str(begin + 10) if more else None}
        return httpx.Response(200, json={"data": {"repository": {"issues": found}}})


def forge_client(forge, clock=None, **options):
    return client_of(forge, clock, graphql="/graphql", **options)


@pytest.mark.parametrize("form", ["nodes", "edges"])
def test_a_connection_is_followed_to_its_end(form):
    forge = Forge(form=form)
    records = forge_client(forge).records(ISSUES, at="repository.issues")
    assert list(records) == orders(25)
    assert [asked["variables"] for asked in forge.asked] == [{}, {"after": "10"}, {"after": "20"}]
    assert records.origin(12).request == "POST /graphql"


def test_variables_go_along_with_every_page():
    forge = Forge()
    len(forge_client(forge).records(ISSUES, at="repository.issues", params={"state": "OPEN"}))
    assert [asked["variables"]["state"] for asked in forge.asked] == ["OPEN"] * 3


def test_the_cursor_of_the_named_connection_is_used_where_there_are_several():
    text = ISSUES.replace("after: $after", "after: $inner").replace(
        "($after: String)", "($outer: String, $inner: String)"
    )
    text = text.replace("issues(", "labels(first: 1, after: $outer) { nodes { id } }\n    issues(")
    forge = Forge()
    forge_client(forge).records(text, at="repository.issues", limit=11)[10]
    assert forge.asked[1]["variables"] == {"inner": "10"}


def test_a_query_returns_its_data():
    answer = forge_client(Forge({"data": {"viewer": {"login": "ada"}}})).query("{ viewer { login } }")
    assert answer["viewer"]["login"] == "ada"
    assert answer.errors == ()


def test_an_error_under_200_is_an_error():
    refusal = {
        "data": {"repository": None},
        "errors": [
            {"type": "NOT_FOUND", "path": ["repository"], "message": "Could not resolve to a Repository"}
        ],
    }
    with pytest.raises(ApiError, match="The query was refused: Could not resolve to a Repository") as caught:
        forge_client(Forge(refusal)).query("{ repository { id } }")
    assert (caught.value.status, caught.value.code, caught.value.field) == (200, "NOT_FOUND", "repository")


def test_a_partial_answer_is_given_with_a_warning():
    partial = {"data": {"a": 1, "b": None}, "errors": [{"message": "b is away", "path": ["b", 0, "c"]}]}
    with pytest.warns(PartialWarning, match=r"b is away @ b\.0\.c"):
        answer = forge_client(Forge(partial)).query("{ a b }")
    assert dict(answer) == {"a": 1, "b": None}
    assert answer.errors == (GraphError("b is away", "", "b.0.c"),)


def test_a_mutations_user_errors_are_an_error():
    body = {
        "data": {
            "productCreate": {
                "product": None,
                "userErrors": [{"field": ["input", "title"], "message": "is blank", "code": "BLANK"}],
            }
        }
    }
    with pytest.raises(ApiError, match="refused: is blank") as caught:
        forge_client(Forge(body)).query("mutation { productCreate { product { id } } }")
    assert (caught.value.field, caught.value.code) == ("input.title", "BLANK")
    assert "may have taken effect" in caught.value.remedy


def throttled(cost=None, **headers):
    body = {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": cost or {}},
    }
    return httpx.Response(200, json=body, headers=headers)


COST = {"requestedQueryCost": 500, "throttleStatus": {"currentlyAvailable": 200.0, "restoreRate": 100.0}}
DATA = {"data": {"a": 1}, "extensions": {"cost": {"actualQueryCost": 7}}}


@pytest.mark.parametrize(
    ("refusal", "seconds"),
    [
        (throttled(COST), 3),
        (throttled(**{"retry-after": "4"}), 4),
        (throttled(**{"x-ratelimit-reset": "1800000009"}), 9),
        (throttled(), 5),
    ],
)
def test_a_query_that_costs_too_much_waits_for_just_as_long(refusal, seconds):
    clock = StillClock()
    client = forge_client(Forge(refusal, DATA), clock)
    answer = client.query("{ a }")
    assert clock.slept == [seconds]
    assert answer.cost == {"actualQueryCost": 7}
    assert (client.stats.retries, client.stats.waited) == (1, seconds)


def test_a_throttle_without_end_stops_at_the_deadline():
    clock = StillClock()
    client = forge_client(
        Forge(*[throttled(COST) for _ in range(30)]), clock, resilience=Resilience(deadline=20)
    )
    with pytest.raises(ApiError, match="Throttled"):
        client.query("{ a }")
    assert sum(clock.slept) == 18


def test_a_query_is_tried_again_after_a_503_and_a_mutation_is_not():
    forge = Forge(httpx.Response(503), DATA, httpx.Response(503), DATA)
    client = forge_client(forge)
    assert client.query("query { a }")["a"] == 1
    with pytest.raises(ApiError, match="503"):
        client.query("mutation { a }")


@pytest.mark.parametrize("wrong", ["repository.issue", "repository", "issues", "repository.issues.nodes"])
def test_a_wrong_connection_names_the_right_one(wrong):
    with pytest.raises(RecordsError) as caught:
        forge_client(Forge()).records(ISSUES, at=wrong)
    assert caught.value.remedy == "Write at='repository.issues'."


def test_a_query_without_a_cursor_says_what_to_add():
    with pytest.raises(RecordsError, match=r"takes no cursor for 'repository\.issues'") as caught:
        forge_client(Forge()).records("{ repository { issues { nodes { id } } } }", at="repository.issues")
    assert "$after: String" in caught.value.remedy


def test_a_connection_without_page_info_says_what_to_add():
    body = {"data": {"repository": {"issues": {"nodes": orders(3)}}}}
    with pytest.raises(RecordsError, match="does not say whether there is more") as caught:
        forge_client(Forge(body)).records(ISSUES, at="repository.issues")
    assert "pageInfo { hasNextPage endCursor }" in caught.value.remedy


@pytest.mark.parametrize(
    ("at", "said"), [("", "which connection"), ("a.nodes[].b", "does not name one connection")]
)
def test_lists_within_lists_are_refused_with_the_way_on(at, said):
    with pytest.raises(RecordsError, match=said):
        forge_client(Forge()).records(ISSUES, at=at)


def test_an_api_that_is_not_known_to_speak_graphql_says_so():
    with pytest.raises(ConnectError, match="is not known to speak GraphQL"):
        client_of(Forge()).query("{ a }")


def test_a_wrong_key_is_an_error_as_ever(monkeypatch):
    monkeypatch.setenv("FORGE_KEY", "forge-secret-4711")
    forge = Forge(httpx.Response(401, json={"message": "Bad credentials"}))
    with pytest.raises(ApiError, match="Bad credentials"):
        forge_client(forge, auth=Bearer("env:FORGE_KEY")).query("{ a }")
