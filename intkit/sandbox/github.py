"""Practice GitHub: its GraphQL API, executed by graphql-core from the schema's own words.

Facts: GitHub's public schema (`github.graphql` here is the part that is served) and docs.github.com/graphql.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLSchema, build_schema, graphql_sync, parse

from intkit.sandbox.call import Answer, Call, Refusal
from intkit.sandbox.github_connections import connect, count_nodes, refuse
from intkit.sandbox.seeds import github as seeds
from intkit.sandbox.seeds.github import OWNER, node_id
from intkit.sandbox.times import iso
from intkit.sandbox.vendor import Endpoint, Vendor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intkit.sandbox.limits import Use
    from intkit.sandbox.seeds.github import Record

SCHEMA = Path(__file__).with_name("github.graphql")
_ORDERS = {
    "CREATED_AT": "createdAt",
    "UPDATED_AT": "updatedAt",
    "NAME": "name",
    "PUSHED_AT": "pushedAt",
    "STARGAZERS": "stargazerCount",
}
_BROKEN = 13


class GitHub(Vendor):
    """The repositories of the practice shop."""

    name = "github"
    hosts = ("api.github.com",)
    key = "ghp_sandbox0000000000"
    example = "/graphql"
    traits = seeds.TRAITS
    media_type = "application/json; charset=utf-8"
    limit = (5000, 3600.0)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.users = {user["login"]: user for user in seeds.seed_users(self.seed)}
        self.repositories = {each["name"]: each for each in seeds.seed_repositories()}
        self.issues = seeds.seed_issues(self.seed)
        self.pull_requests = seeds.seed_pull_requests(self.seed)
        self.labels = {label["name"]: label for label in seeds.seed_labels()}

    def endpoints(self) -> Iterable[Endpoint]:
        """Return the one endpoint there is."""
        return [Endpoint("POST", "/graphql", self._execute)]

    # Its own way to say no

    def check_key(self, call: Call) -> None:
        """Accept the token as `bearer` or, as GitHub does, `token`."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in {"bearer", "token"} or token != self.key:
            raise self.expired()

    def no_such_path(self, call: Call) -> Refusal:  # noqa: ARG002 - the answer is the same for all
        """Return the 404 of the REST API around."""
        return Refusal(404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"})

    def too_many(self, use: Use) -> Refusal:
        """Return RATE_LIMITED, under HTTP 200."""
        error = {"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1000."}
        return Refusal(200, {"errors": [error]}, self._rate(use))

    def failure(self, status: int) -> Refusal:
        """Return the answer when something broke on its side."""
        return Refusal(status, {"message": "Something went wrong while executing your query."})

    def expired(self) -> Refusal:
        """Return the 401 for a token that is not (or no longer) good."""
        return Refusal(
            401, {"message": "Bad credentials", "documentation_url": "https://docs.github.com/graphql"}
        )

    def weigh(self, call: Call) -> int:
        """Return the query's cost in points."""
        try:
            query, variables = _asked(call)
            return count_nodes(parse(query), variables)[1]
        except (Refusal, GraphQLError):
            return 1

    def rate_headers(self, call: Call, use: Use) -> dict[str, str]:  # noqa: ARG002 - the same everywhere
        """Return where the client stands."""
        return self._rate(use)

    def _rate(self, use: Use) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(use.limit),
            "X-RateLimit-Remaining": str(use.remaining),
            "X-RateLimit-Used": str(use.limit - use.remaining),
            "X-RateLimit-Reset": str(self._reset(use)),
            "X-RateLimit-Resource": "graphql",
        }

    def _reset(self, use: Use) -> int:
        return int(self.told_time() + use.reset)

    def curl(self, url: str) -> str:
        """Return a first query."""
        query = '{"query": "{ viewer { login } }"}'
        return f"curl -H 'Authorization: Bearer {self.key}' '{url}/graphql' -d '{query}'"

    # Execution

    def _execute(self, call: Call) -> Answer:
        query, variables = _asked(call)
        try:
            nodes, cost = count_nodes(parse(query), variables)
        except GraphQLError as error:
            return Answer({"errors": [_told(error)]})
        result = graphql_sync(_schema(), query, self._root(nodes, cost), variable_values=variables)
        errors = [_told(error) for error in result.errors or []]
        if result.data is None and errors:
            return Answer({"errors": errors} | ({"data": None} if "path" in errors[0] else {}))
        return Answer({"data": result.data} | ({"errors": errors} if errors else {}))

    def _root(self, nodes: int, cost: int) -> Record:
        return {
            "viewer": self._user(next(iter(self.users))),
            "node": lambda _, id: self._node(id),  # noqa: A006 - the schema's own word
            # graphql-core takes an error that is returned as one that is raised
            "user": lambda _, login: self._user(login) or _no("User", f"login of '{login}'"),
            "organization": lambda _, login: (
                self._owner() if login == OWNER else _no("Organization", f"login of '{login}'")
            ),
            "repository": self._repository_named,
            "rateLimit": lambda _, **__: self._rate_limit(nodes, cost),
            "createIssue": self._create_issue,
            "updateIssue": self._update_issue,
            "closeIssue": self._close_issue,
            "addComment": self._add_comment,
        }

    def _rate_limit(self, nodes: int, cost: int) -> Record:
        use = self.window.peek(self.clock.wall())
        limits = {"limit": use.limit, "remaining": use.remaining, "used": use.limit - use.remaining}
        return limits | {"cost": cost, "nodeCount": nodes, "resetAt": iso(self._reset(use))}

    # Objects as the schema sees them: lists of names become connections

    def _owner(self) -> Record:
        return {
            "__typename": "Organization",
            "id": node_id("O", OWNER),
            "databaseId": 1,
            "login": OWNER,
            "name": "Praktijkwinkel B.V.",
            "description": None,
            "email": None,
            "location": "Amsterdam",
            "createdAt": "2024-06-01T09:00:00Z",
            "url": f"https://github.com/{OWNER}",
            "repositories": self._connection(
                "repositories", lambda: map(self._repository, self.repositories)
            ),
        }

    def _user(self, login: str | None) -> Record | None:
        user = self.users.get(login or "")
        return user and user | {"repositories": self._connection("repositories", list)}

    def _repository_named(self, _: Any, owner: str, name: str) -> Record:
        if owner != OWNER or name not in self.repositories:
            raise _no("Repository", f"name '{owner}/{name}'")
        return self._repository(name)

    def _repository(self, name: str) -> Record:
        full = name == "webshop"
        issues, pulls = (self.issues, self.pull_requests) if full else ([], [])
        return self.repositories[name] | {
            "owner": lambda _: self._owner(),
            "issue": lambda _, number: self._issue_numbered(issues, number),
            "issues": self._connection("issues", lambda: map(self._issue, issues)),
            "pullRequests": self._connection("pullRequests", lambda: map(self._pull_request, pulls)),
            "labels": self._connection("labels", self.labels.values),
        }

    def _issue_numbered(self, issues: list[Record], number: int) -> Record:
        found = next((each for each in issues if each["number"] == number), None)
        if found is None:
            raise _no("Issue", f"number of {number}")
        return self._issue(found)

    def _issue(self, issue: Record) -> Record:
        milestone = issue["milestone"]
        return self._discussed(issue) | {
            "assignees": self._connection(
                "assignees", lambda: filter(None, map(self._user, issue["assignees"]))
            ),
            "milestone": milestone and _milestone(milestone),
            "repository": lambda _: self._repository("webshop"),
        }

    def _pull_request(self, pull: Record) -> Record:
        broken = {"number": _unreadable} if pull["number"] == _BROKEN else {}
        return self._discussed(pull) | broken

    def _discussed(self, record: Record) -> Record:
        names = record["labels"]
        return record | {
            "author": self._user(record["author"]),
            "labels": self._connection("labels", lambda: (self.labels[name] for name in names)),
            "labelNames": names,
            "comments": self._connection("comments", lambda: map(self._comment, record["comments"])),
            "commentCount": len(record["comments"]),
        }

    def _comment(self, comment: Record) -> Record:
        return comment | {"author": self._user(comment["author"])}

    def _connection(self, name: str, records: Any) -> Any:
        def resolve(_: Any, **asked: Any) -> Record:
            found = list(records())
            if asked.get("states"):
                found = [each for each in found if each["state"] in asked["states"]]
            if asked.get("labels"):
                found = [each for each in found if set(asked["labels"]) & set(each["labelNames"])]
            order = asked.get("orderBy")
            if order:
                key = partial(_order_key, _ORDERS.get(order["field"], "commentCount"))
                found.sort(key=key, reverse=order["direction"] == "DESC")
            return connect(name, found, asked)

        return resolve

    def _node(self, ident: str) -> Record:
        for issue in self.issues:
            if issue["id"] == ident:
                return self._issue(issue)
        for kind in ({each["id"]: each for each in group.values()} for group in (self.users, self.labels)):
            if ident in kind:
                return kind[ident]
        for name, repository in self.repositories.items():
            if repository["id"] == ident:
                return self._repository(name)
        raise _no("node", f"the global id of '{ident}'")

    # Mutations

    def _create_issue(self, _: Any, input: Record) -> Record:  # noqa: A002 - the schema's own word
        if input["repositoryId"] != self.repositories["webshop"]["id"]:
            raise _no("node", f"the global id of '{input['repositoryId']}'")
        if not input["title"].strip():
            raise refuse("UNPROCESSABLE", "Title can't be blank")
        number = max(each["number"] for each in (*self.issues, *self.pull_requests)) + 1
        known = {label["id"]: name for name, label in self.labels.items()}
        now = iso(self.clock.tick())
        self.issues.append(
            self.issues[0]
            | {
                "id": node_id("I", number),
                "databaseId": 500_000 + number,
                "number": number,
                "title": input["title"],
                "body": input.get("body") or "",
                "author": next(iter(self.users)),
                "assignees": [],
                "labels": [known[ident] for ident in input.get("labelIds") or [] if ident in known],
                "comments": [],
                "milestone": None,
                "state": "OPEN",
                "stateReason": None,
                "createdAt": now,
                "updatedAt": now,
                "closedAt": None,
                "url": f"https://github.com/{OWNER}/webshop/issues/{number}",
            }
        )
        for ident in set(input.get("labelIds") or []) - set(known):
            raise _no("node", f"the global id of '{ident}'")  # the issue stays
        return self._done(input, self.issues[-1])

    def _update_issue(self, _: Any, input: Record) -> Record:  # noqa: A002
        issue = self._issue_of(input["id"])
        issue |= {name: input[name] for name in ("title", "body") if input.get(name) is not None}
        if input.get("state"):
            self._set_state(issue, input["state"], None)
        issue["updatedAt"] = iso(self.clock.tick())
        return self._done(input, issue)

    def _close_issue(self, _: Any, input: Record) -> Record:  # noqa: A002
        issue = self._issue_of(input["issueId"])
        self._set_state(issue, "CLOSED", input.get("stateReason") or "COMPLETED")
        issue["updatedAt"] = iso(self.clock.tick())
        return self._done(input, issue)

    def _add_comment(self, _: Any, input: Record) -> Record:  # noqa: A002
        issue = self._issue_of(input["subjectId"])
        now, number = iso(self.clock.tick()), len(issue["comments"])
        comment = {
            "__typename": "IssueComment",
            "id": node_id("IC", f"issues/{issue['number']}", number),
            "author": next(iter(self.users)),
            "body": input["body"],
            "createdAt": now,
            "updatedAt": now,
            "url": f"{issue['url']}#issuecomment-{number}",
        }
        issue["comments"] = [*issue["comments"], comment]
        return {"subject": self._issue(issue), "clientMutationId": input.get("clientMutationId")}

    def _issue_of(self, ident: str) -> Record:
        for issue in self.issues:
            if issue["id"] == ident:
                return issue
        raise _no("node", f"the global id of '{ident}'")

    def _set_state(self, issue: Record, state: str, reason: str | None) -> None:
        closed = iso(self.clock.now()) if state == "CLOSED" else None
        issue |= {"state": state, "stateReason": reason, "closedAt": closed}

    def _done(self, asked: Record, issue: Record) -> Record:
        return {"issue": self._issue(issue), "clientMutationId": asked.get("clientMutationId")}


@cache
def _schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text(encoding="utf-8"))


def _asked(call: Call) -> tuple[str, Record]:
    """Return the query and its variables."""
    try:
        body = call.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise Refusal(400, {"message": "A query attribute must be specified and must be a string."})
    return body["query"], body.get("variables") or {}


def _told(error: GraphQLError) -> Record:
    """Return the error as GitHub writes it: its kind stands beside the message."""
    told: Record = dict(error.formatted)
    extensions = told.pop("extensions", {})
    return ({"type": extensions["type"]} if "type" in extensions else {}) | told


def _no(kind: str, name: str) -> GraphQLError:
    return refuse("NOT_FOUND", f"Could not resolve to a {kind} with the {name}.")


def _unreadable(_: Any) -> int:
    raise refuse("SERVICE_UNAVAILABLE", "The pull request could not be read.")


def _order_key(field: str, record: Record) -> tuple[bool, Any]:
    return record[field] is None, record[field] or 0


def _milestone(number: int) -> Record:
    return {
        "__typename": "Milestone",
        "id": node_id("MI", number),
        "number": number,
        "title": f"Q{number} 2026",
        "state": "OPEN",
        "createdAt": "2025-12-01T09:00:00Z",
        "dueOn": None if number == 2 else "2026-03-31T22:00:00Z",
    }
