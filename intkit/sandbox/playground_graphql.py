"""The playground's GraphQL: Relay connections at depth, `userErrors`, and costs in a bucket that fills again.

Facts: the shapes are those of Shopify's Admin API (`extensions.cost`, THROTTLED under HTTP 200); the numbers are ours.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLSchema, build_schema, graphql_sync, parse

from intkit.sandbox.call import Answer, Call
from intkit.sandbox.github_connections import connect, count_nodes
from intkit.sandbox.playground_paging import asked_body, refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from intkit.sandbox.clock import Clock

Record = dict[str, Any]

MOST, PER_SECOND = 1000.0, 100.0
BROKEN = 13
_SCHEMA = """
type Query { warehouse: Warehouse! }
type Warehouse {
  sensor(number: Int!): Sensor
  sensors(first: Int, after: String): SensorConnection!
}
type SensorConnection { nodes: [Sensor]! pageInfo: PageInfo! }
type Sensor {
  id: ID!
  name: String!
  readings(first: Int, after: String): ReadingConnection
}
type ReadingConnection { nodes: [Reading]! edges: [ReadingEdge]! pageInfo: PageInfo! totalCount: Int! }
type ReadingEdge { cursor: String! node: Reading }
type Reading { id: ID! at: String! celsius: Float! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type Mutation { sensorRename(id: ID!, name: String!): SensorRenamePayload! }
type SensorRenamePayload { sensor: Sensor userErrors: [UserError!]! }
type UserError { field: [String!] message: String! code: String }
"""


class Bucket:
    """The points that may be spent: 1,000, of which 100 come back each second.

    Args:
        clock: measures the seconds.
        enforced: whether points are counted; if not, the bucket is always full.
    """

    def __init__(self, clock: Clock, *, enforced: bool) -> None:
        self._clock = clock
        self._enforced = enforced
        self._points = MOST
        self._at = clock.wall()

    def spend(self, points: int) -> bool:
        """Take the points, where there are so many."""
        now = self._clock.wall()
        self._points = min(MOST, self._points + (now - self._at) * PER_SECOND)
        self._at = now
        enough = not self._enforced or points <= self._points
        if enough and self._enforced:
            self._points -= points
        return enough

    def told(self, asked: int, *, spent: bool) -> Record:
        """Return the cost of a query as it stands beside the answer."""
        status = {
            "maximumAvailable": MOST,
            "currentlyAvailable": float(int(self._points)),
            "restoreRate": PER_SECOND,
        }
        actual = asked if spent else None
        return {
            "cost": {"requestedQueryCost": asked, "actualQueryCost": actual, "throttleStatus": status},
        }


class Graph:
    """The sensors and their readings as a graph.

    Args:
        readings: gives the readings of a sensor by its number.
        sensors: how many there are.
        bucket: what may be spent.
    """

    def __init__(self, readings: Callable[[int], list[Record]], sensors: int, bucket: Bucket) -> None:
        self._readings = readings
        self._names = {number: f"Shelf {number}" for number in range(sensors)}
        self._bucket = bucket

    def execute(self, call: Call) -> Answer:
        """Answer a query or a mutation."""
        body = asked_body(call)
        query, variables = body.get("query"), body.get("variables") or {}
        if not isinstance(query, str) or not isinstance(variables, dict):
            raise refuse(400, "bad_request", "Send {query, variables}.")
        try:
            points = max(1, count_nodes(parse(query), variables)[0])
        except GraphQLError as error:
            return Answer({"errors": [_told(error)]})
        if not self._bucket.spend(points):
            throttled = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return Answer({"errors": [throttled], "extensions": self._bucket.told(points, spent=False)})
        result = graphql_sync(_schema(), query, self._root(), variable_values=variables)
        errors = [_told(error) for error in result.errors or []]
        answer: Record = {"errors": errors} if errors else {}
        return Answer({"data": result.data} | answer | {"extensions": self._bucket.told(points, spent=True)})

    def _root(self) -> Record:
        return {
            "warehouse": {
                "sensor": lambda _, number: self._sensor(number),
                "sensors": lambda _, **asked: connect(
                    "sensors", [self._sensor(number) or {} for number in self._names], asked
                ),
            },
            "sensorRename": self._rename,
        }

    def _sensor(self, number: int) -> Record | None:
        if number not in self._names:
            return None
        return {
            "id": str(number),
            "name": self._names[number],
            "readings": lambda _, **asked: self._connection(number, asked),
        }

    def _connection(self, number: int, asked: Record) -> Record:
        if number == BROKEN:
            raise GraphQLError("The sensor does not answer.", extensions={"code": "UNAVAILABLE"})
        return connect("readings", self._readings(number), asked)

    def _rename(self, _: Any, id: str, name: str) -> Record:  # noqa: A002 - the schema's own word
        number = int(id) if id.isdecimal() else -1
        if number not in self._names:
            return _user_error("id", "There is no such sensor.", "NOT_FOUND")
        if not name.strip():
            return _user_error("name", "A name cannot be blank.", "BLANK")
        self._names[number] = name
        return {"sensor": self._sensor(number), "userErrors": []}


@cache
def _schema() -> GraphQLSchema:
    return build_schema(_SCHEMA)


def _user_error(field: str, message: str, code: str) -> Record:
    return {"sensor": None, "userErrors": [{"field": [field], "message": message, "code": code}]}


def _told(error: GraphQLError) -> Record:
    told: Record = dict(error.formatted)
    kind = told.pop("extensions", {})
    return told | {
        "extensions": {"code": kind.get("code") or kind.get("type") or "GRAPHQL_VALIDATION_FAILED"}
    }
