"""gql, unchanged, against the practice GitHub; its schema against the real one."""

from __future__ import annotations

import gzip

import httpx
import pytest
from graphql import build_schema, validate_schema

from intkit.sandbox import Sandbox
from intkit.sandbox.github import SCHEMA
from intkit.sandbox.seeds.github import node_id, seed_issues

gql = pytest.importorskip("gql")
from gql.transport.exceptions import TransportQueryError  # noqa: E402
from gql.transport.requests import RequestsHTTPTransport  # noqa: E402

pytestmark = pytest.mark.sdk
VENDORS = "github"

ISSUES = """
query($first: Int, $after: String, $states: [IssueState!]) {
  repository(owner: "praktijkwinkel", name: "webshop") {
    issues(first: $first, after: $after, states: $states) {
      totalCount nodes { number title author { login } labels(first: 5) { nodes { name } } }
      pageInfo { hasNextPage endCursor }
    }
  }
  rateLimit { cost nodeCount remaining }
}
"""


def open_github(sandbox):
    headers = {"Authorization": f"bearer {sandbox.keys['github']}"}
    transport = RequestsHTTPTransport(f"{sandbox.urls['github']}/graphql", headers=headers)
    return gql.Client(transport=transport)


@pytest.fixture
def github(sandbox):
    return open_github(sandbox)


def ask(client, query, **variables):
    document = gql.gql(query)
    document.variable_values = variables
    return client.execute(document)


def test_the_sdk_follows_the_cursors_to_the_end(github):
    numbers, after = [], None
    while True:
        answer = ask(github, ISSUES, first=50, after=after)
        page = answer["repository"]["issues"]
        numbers += [node["number"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert numbers == [issue["number"] for issue in seed_issues()]
    assert answer["rateLimit"]["nodeCount"] == 50 + 50 * 5


def test_the_sdk_reads_one_issue_by_number_and_by_id(github):
    issue = seed_issues()[5]
    query = """query($n: Int!, $id: ID!) {
        repository(owner: "praktijkwinkel", name: "webshop") { issue(number: $n) { id title } }
        node(id: $id) { ... on Issue { title number } } }"""
    answer = ask(github, query, n=issue["number"], id=issue["id"])
    assert answer["repository"]["issue"] == {"id": issue["id"], "title": issue["title"]}
    assert answer["node"] == {"title": issue["title"], "number": issue["number"]}


def test_the_sdk_creates_closes_and_comments(fresh):
    client = open_github(fresh)
    wanted = {"repositoryId": node_id("R", "webshop"), "title": "Order lost"}
    create = "mutation($i: CreateIssueInput!) { createIssue(input: $i) { issue { id number state } } }"
    issue = ask(client, create, i=wanted)["createIssue"]["issue"]
    close = "mutation($i: CloseIssueInput!) { closeIssue(input: $i) { issue { state stateReason } } }"
    closed = ask(client, close, i={"issueId": issue["id"]})["closeIssue"]["issue"]
    comment = "mutation($i: AddCommentInput!) { addComment(input: $i) { subject { id } } }"
    commented = ask(client, comment, i={"subjectId": issue["id"], "body": "Found"})
    assert (issue["state"], closed["state"], closed["stateReason"]) == ("OPEN", "CLOSED", "COMPLETED")
    assert commented["addComment"]["subject"]["id"] == issue["id"]


def test_the_sdk_raises_our_validation_errors(github):
    query = "mutation($i: CreateIssueInput!) { createIssue(input: $i) { issue { id } } }"
    with pytest.raises(TransportQueryError, match="Title can't be blank"):
        ask(github, query, i={"repositoryId": node_id("R", "webshop"), "title": " "})
    with pytest.raises(TransportQueryError, match="Cannot query field 'colour'"):
        ask(github, "{ viewer { colour } }")


MANY = """{ repository(owner: "praktijkwinkel", name: "webshop") { issues(first: 100) { nodes {
  assignees(first: 100) { nodes { repositories(first: 100) { totalCount } } } } } } }"""


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ('{ repository(owner: "x", name: "y") { id } }', "NOT_FOUND"),
        ("{ viewer { repositories { totalCount } } }", "MISSING_PAGINATION_BOUNDARIES"),
        ("{ viewer { repositories(first: 101) { totalCount } } }", "EXCESSIVE_PAGINATION"),
        (MANY, "MAX_NODE_LIMIT_EXCEEDED"),
    ],
)
def test_an_error_comes_with_status_200_and_its_kind(sandbox, query, kind):
    headers = {"Authorization": f"bearer {sandbox.keys['github']}"}
    answer = httpx.post(f"{sandbox.urls['github']}/graphql", json={"query": query}, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["type"] == kind


def test_a_mutation_takes_effect_although_its_answer_is_an_error(fresh):
    client = open_github(fresh)
    wanted = {"repositoryId": node_id("R", "webshop"), "title": "Half done", "labelIds": ["LA_none"]}
    with pytest.raises(TransportQueryError) as caught:
        ask(client, "mutation($i: CreateIssueInput!) { createIssue(input: $i) { issue { id } } }", i=wanted)
    newest = """{ repository(owner: "praktijkwinkel", name: "webshop") {
        issues(last: 1) { nodes { title } } } }"""
    assert caught.value.data == {"createIssue": None}
    assert ask(client, newest)["repository"]["issues"]["nodes"] == [{"title": "Half done"}]


def test_one_unreadable_pull_request_leaves_the_others(github):
    query = """{ repository(owner: "praktijkwinkel", name: "webshop") {
        pullRequests(first: 10) { nodes { number } } } }"""
    with pytest.raises(TransportQueryError) as caught:
        ask(github, query)
    nodes = caught.value.data["repository"]["pullRequests"]["nodes"]
    assert nodes[:6] == [{"number": 1}, {"number": 4}, {"number": 7}, {"number": 10}, None, {"number": 16}]
    assert caught.value.errors[0]["path"] == ["repository", "pullRequests", "nodes", 4, "number"]


def test_the_sdk_raises_our_rate_limit():
    with Sandbox("github", faults="github 429") as sandbox, pytest.raises(TransportQueryError) as caught:
        ask(open_github(sandbox), "{ viewer { login } }")
    assert caught.value.errors[0]["type"] == "RATE_LIMITED"


def test_every_type_field_and_argument_is_githubs_own(specs):
    ours = build_schema(SCHEMA.read_text())
    # the whole file defines two fields twice
    text = gzip.decompress((specs / "github" / "schema.graphql.gz").read_bytes()).decode()
    real = build_schema(text, assume_valid_sdl=True)
    assert validate_schema(ours) == []
    for name, kind in ours.type_map.items():
        for field, declared in getattr(kind, "fields", {}).items():
            known = real.type_map[name].fields[field]
            assert str(declared.type) == str(known.type), f"{name}.{field}"
            for argument, given in getattr(declared, "args", {}).items():
                assert str(given.type) == str(known.args[argument].type), f"{name}.{field}({argument})"
        for value in getattr(kind, "values", {}):
            assert value in real.type_map[name].values, f"{name}.{value}"
