"""GitHub's connections: pages of a list by opaque cursors, and what a query of them costs."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
)

if TYPE_CHECKING:
    from graphql import DocumentNode, SelectionSetNode

Record = dict[str, Any]

_MOST_NODES = 500_000


def refuse(kind: str, message: str) -> GraphQLError:
    """Return an error with GitHub's word for its kind."""
    return GraphQLError(message, extensions={"type": kind})


def connect(name: str, records: list[Record], asked: Record) -> Record:
    """Return a connection over the records, cut as `first`, `last`, `after` and `before` ask.

    Raises:
        GraphQLError: neither `first` nor `last`, a number beyond 1 to 100, or a cursor of another connection.
    """
    first, last = asked.get("first"), asked.get("last")
    if first is None and last is None:
        text = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
        raise refuse("MISSING_PAGINATION_BOUNDARIES", text)
    number = first or last or 0
    if not 1 <= number <= 100:
        text = f"Requesting {number} records on the `{name}` connection exceeds the `first` limit of 100 records."
        raise refuse("EXCESSIVE_PAGINATION" if number > 100 else "ARGUMENT_LIMIT", text)
    cursors = [cursor_of(name, record) for record in records]
    start = _place(cursors, asked.get("after"), -1) + 1
    end = _place(cursors, asked.get("before"), len(records))
    span = (start, min(end, start + number)) if first else (max(start, end - number), end)
    return _page(records, cursors, *span)


def cursor_of(name: str, record: Record) -> str:
    """Return the cursor that stands for a record in a connection."""
    return base64.b64encode(f"cursor:v2:{name}:{record['id']}".encode()).decode()


def count_nodes(document: DocumentNode, variables: Record) -> tuple[int, int]:
    """Return how many nodes a query may yield, and its cost in points of the rate limit.

    Both are computed from the query alone: nested pages multiply, and 100 lists cost a point.

    Raises:
        GraphQLError: more nodes than GitHub allows.
    """
    fragments = {
        each.name.value: each.selection_set
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    counted = [0, 0]
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            _count(each.selection_set, 1, variables, fragments, counted)
    nodes, lists = counted
    if nodes > _MOST_NODES:
        text = (
            f"This query requests up to {nodes:,} possible nodes which exceeds the maximum limit of 500,000."
        )
        raise refuse("MAX_NODE_LIMIT_EXCEEDED", text)
    return nodes, max(1, round(lists / 100))


def _count(
    selected: SelectionSetNode, parents: int, variables: Record, fragments: Record, counted: list[int]
) -> None:
    for each in selected.selections:
        below = parents
        if isinstance(each, FieldNode):
            page = _page_size(each, variables)
            if page:
                counted[0] += parents * page
                counted[1] += parents
                below = parents * page
        inner = fragments.get(each.name.value) if isinstance(each, FragmentSpreadNode) else None
        if isinstance(each, FieldNode | InlineFragmentNode):
            inner = each.selection_set
        if inner:
            _count(inner, below, variables, fragments, counted)


def _page_size(field: FieldNode, variables: Record) -> int:
    for argument in field.arguments or ():
        if argument.name.value in {"first", "last"}:
            value = argument.value
            if isinstance(value, VariableNode):
                given = variables.get(value.name.value)
                return given if isinstance(given, int) else 0
            return int(value.value) if isinstance(value, IntValueNode) else 0
    return 0


def _place(cursors: list[str], cursor: str | None, default: int) -> int:
    if cursor is None:
        return default
    if cursor not in cursors:
        raise refuse("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.")
    return cursors.index(cursor)


def _page(records: list[Record], cursors: list[str], start: int, end: int) -> Record:
    shown = list(zip(cursors, records, strict=True))[start:end]
    return {
        "totalCount": len(records),
        "totalDiskUsage": sum(record.get("diskUsage") or 0 for record in records),
        "nodes": [record for _, record in shown],
        "edges": [{"cursor": cursor, "node": record} for cursor, record in shown],
        "pageInfo": {
            "startCursor": shown[0][0] if shown else None,
            "endCursor": shown[-1][0] if shown else None,
            "hasNextPage": end < len(records),
            "hasPreviousPage": start > 0,
        },
    }
