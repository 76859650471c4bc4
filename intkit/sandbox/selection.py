"""`fields` and `exclude_fields`: an answer cut down to dotted paths, which run through lists unsaid."""

from __future__ import annotations

from typing import Any


def keep(body: Any, paths: list[list[str]]) -> Any:
    """Return the body with only what the paths name."""
    if isinstance(body, list):
        return [keep(each, paths) for each in body]
    if not isinstance(body, dict) or any(not path for path in paths):
        return body
    heads: dict[str, list[list[str]]] = {}
    for head, *rest in paths:
        heads.setdefault(head, []).append(rest)
    return {name: keep(value, heads[name]) for name, value in body.items() if name in heads}


def drop(body: Any, paths: list[list[str]]) -> Any:
    """Return the body without what the paths name."""
    if isinstance(body, list):
        return [drop(each, paths) for each in body]
    if not isinstance(body, dict):
        return body
    gone = {path[0] for path in paths if len(path) == 1}
    inner = {name: [path[1:] for path in paths if len(path) > 1 and path[0] == name] for name in body}
    return {name: drop(value, inner[name]) for name, value in body.items() if name not in gone}


def parse_paths(text: str) -> list[list[str]]:
    """Return `members.id,total_items` as lists of steps."""
    return [path.strip().split(".") for path in text.split(",") if path.strip()]
