"""What HubSpot accepts as a property's value, and how it says no."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypedDict

from intkit.sandbox.call import Refusal

if TYPE_CHECKING:
    from intkit.sandbox.call import Call
    from intkit.sandbox.seeds.hubspot import Record


class _Sort(TypedDict, total=False):
    propertyName: str
    direction: str


class _Filter(TypedDict, total=False):
    propertyName: str
    operator: str
    value: str | int | float | bool | None
    highValue: str | int | float | bool | None
    values: list[str | int | float] | None


class _Group(TypedDict):
    filters: list[_Filter]


class _Input(TypedDict, total=False):
    id: str | int
    idProperty: str | None
    properties: dict[str, str | int | float | bool | None] | None


class Body(TypedDict, total=False):
    """All that a JSON body may hold, whichever the operation; the other keys are ignored."""

    inputs: list[_Input]
    properties: dict[str, str | int | float | bool | None] | list[str] | None
    idProperty: str | None
    filterGroups: list[_Group] | None
    sorts: list[str | _Sort] | None
    query: str | None
    limit: int
    after: str | int | None
    primaryObjectId: str | int
    objectIdToMerge: str | int
    name: str
    label: str
    type: str
    fieldType: str
    options: list[dict[str, Any]]


def check_scopes(call: Call, granted: frozenset[str]) -> None:
    """Let a token pass that was granted what the call reads or writes, `crm.objects.contacts.read`.

    Raises:
        Refusal: it was not.
    """
    found = re.match(r"/crm/v\d/(object|propertie)s/(\w+)(.*)", call.path)
    if found is None:
        return
    reads = call.method == "GET" or found[3].endswith(("/search", "/batch/read"))
    family = "objects" if found[1] == "object" else "schemas"
    wanted = f"crm.{family}.{found[2]}.{'read' if reads else 'write'}"
    if wanted in granted:
        return
    address = "https://developers.hubspot.com/scopes"
    refusal = error(
        403,
        "This app hasn't been granted all required scopes to make this call. "
        f"Read more about required scopes here: {address}.",
        "MISSING_SCOPES",
    )
    reason = "One or more of the following scopes are required."
    refusal.answer.body["errors"] = [{"message": reason, "context": {"requiredGranularScopes": [wanted]}}]
    refusal.answer.body["links"] = {"scopes": address}
    raise refusal


def checked_values(values: Record, defined: dict[str, Record]) -> Record:
    """Return the values as text, as HubSpot keeps them.

    Raises:
        Refusal: a property does not exist, or the value does not fit its type.
    """
    for name, value in values.items():
        if name not in defined:
            raise _invalid(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
        options = {option["value"] for option in defined[name]["options"]}
        if value and options and not set(_text(value).split(";")) <= options:
            raise _invalid(name, "INVALID_OPTION", f"{value} was not one of the allowed options")
        if value and defined[name]["type"] == "number" and not re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
            raise _invalid(name, "INVALID_NUMBER", f"{value} was not a valid number.")
        if name == "email" and value and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(value)):
            raise _invalid(name, "INVALID_EMAIL", f"Email address {value} is invalid")
    return {name: None if value is None else _text(value) for name, value in values.items()}


def linked(links: set[tuple[str, str, str, str]], kind: str, ident: str, other: str) -> list[str]:
    """Return the ids of the other kind that a record is linked to, from either side."""
    there = {to for a, one, b, to in links if (a, one, b) == (kind, ident, other)}
    back = {one for a, one, b, to in links if (b, to, a) == (kind, ident, other)}
    return sorted(there | back, key=int)


def changes(record: Record, values: Record, number: int, now: int) -> list[Record]:
    """Return what HubSpot pushes: a list of changes, one each property."""
    return [
        {
            "eventId": number * 100 + place,
            "subscriptionId": 2200,
            "portalId": 620,
            "appId": 1160,
            "occurredAt": now * 1000,
            "subscriptionType": "contact.propertyChange",
            "attemptNumber": 0,
            "objectId": int(record["id"]),
            "propertyName": name,
            "propertyValue": value,
            "changeSource": "CRM",
        }
        for place, (name, value) in enumerate(values.items())
    ]


def error(status: int, message: str, category: str, errors: list[Record] | None = None) -> Refusal:
    """Return HubSpot's error body around a status."""
    body: Record = {"status": "error", "message": message, "correlationId": "", "category": category}
    return Refusal(status, body | ({"errors": errors} if errors else {}))


def _invalid(name: str, code: str, message: str) -> Refusal:
    errors = [{"message": message, "code": code, "context": {"propertyName": [name]}}]
    return error(400, f"Property values were not valid: {message}", "VALIDATION_ERROR", errors)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
