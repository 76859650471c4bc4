"""An OpenAPI Overlay 1.0: the mends of a spec, as its own standard has them, each at its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from intkit.contracts.schema import WORDS
from intkit.paths import EACH, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intkit.contracts.spec import Spec

_JSON_WORDS = {ours: theirs for theirs, ours in WORDS.items()} | {"null": "null"}


class Overlay:
    """The mends, collected one by one.

    Args:
        spec: the document to be mended.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._actions: list[dict[str, Any]] = []
        self._is_old = str(spec.document.get("openapi", "")).startswith("3.0")

    def document(self) -> dict[str, Any]:
        """Return the overlay."""
        title = str((self._spec.document.get("info") or {}).get("title", "the spec"))
        return {
            "overlay": "1.0.0",
            "info": {"title": f"Mends of {title}", "version": "1"},
            "actions": self._actions,
        }

    def mend(self, kind: str, operation: str, path: str, seen: tuple[Any, ...]) -> None:
        """Add the mend of one finding, where there is a place for it."""
        if kind == "status":
            update = {seen[0]: {"description": "Recorded, not documented."}}
            self._add(f"{self._operation(operation)}.responses", update=update)
            return
        steps = parse_path(path)
        parted = kind in {"undocumented", "missing"}
        if (
            kind in {"operation", "fault"}
            or (found := self._find(operation, steps[:-1] if parted else steps)) is None
        ):
            return
        place, schema = found
        if kind == "undocumented":
            self._add(place, update={"properties": {steps[-1]: self._types(seen)}})
        elif kind == "missing":
            for part in self._requiring(place, schema, steps[-1]):
                self._add(f"{part}.required[?@=={_quote(steps[-1])}]", remove=True)
        elif kind == "values":
            self._add(place, update={"enum": list(seen)})
        elif kind == "null":
            self._add(place, update={"nullable": True} if self._is_old else {"type": ["null"]})
        elif kind == "type":
            self._add(place, update={"anyOf": [self._types((word,)) for word in seen]})

    def _add(self, target: str, **change: Any) -> None:
        action = {"target": target, **change}
        if action not in self._actions:
            self._actions.append(action)

    def _types(self, words: tuple[str, ...]) -> dict[str, Any]:
        types = [_JSON_WORDS[word] for word in words]
        if not self._is_old:
            return {"type": types[0] if len(types) == 1 else types}
        named = [each for each in types if each != "null"]
        nullable = {"nullable": True} if len(named) < len(types) else {}
        return {**({"type": named[0]} if len(named) == 1 else {}), **nullable}

    def _operation(self, operation: str) -> str:
        method, _, path = operation.partition(" ")
        return f"$.paths[{_quote(path)}].{method.lower()}"

    def _find(self, operation: str, steps: tuple[str, ...]) -> tuple[str, dict[str, Any]] | None:
        """Return the schema at some steps with its JSONPath, in the component that holds it."""
        method, _, path = operation.partition(" ")
        responses = self._spec.operation(method, path)[1].get("responses") or {}
        status = next((each for each in responses if str(each).startswith("2")), None)
        content = self._spec.resolve(responses.get(status)).get("content") or {}
        media = next((name for name in content if "json" in name), None)
        if status is None or media is None:
            return None
        place = (
            f"{self._operation(operation)}.responses[{_quote(str(status))}].content[{_quote(media)}].schema"
        )
        found = self._follow(place, content[media].get("schema"))
        for step in steps:
            if found is None:
                return None
            found = self._inside(*found, step)
        return found

    def _requiring(self, place: str, schema: dict[str, Any], key: str) -> Iterator[str]:
        """Yield the places of the schema and the parts of it that require a key."""
        if key in (schema.get("required") or ()):
            yield place
        for followed in self._parts(place, schema):
            yield from self._requiring(*followed, key)

    def _parts(self, place: str, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for word in ("allOf", "oneOf", "anyOf"):
            for number, part in enumerate(schema.get(word) or ()):
                if (followed := self._follow(f"{place}.{word}[{number}]", part)) is not None:
                    yield followed

    def _follow(self, place: str, schema: Any) -> tuple[str, dict[str, Any]] | None:
        if not isinstance(schema, dict):
            return None
        if isinstance(schema.get("$ref"), str):
            keys = schema["$ref"].removeprefix("#/").split("/")
            place = "$" + "".join(f"[{_quote(key)}]" for key in keys)
            return self._follow(place, self._spec.resolve({"$ref": schema["$ref"]}))
        return place, schema

    def _inside(self, place: str, schema: dict[str, Any], step: str) -> tuple[str, dict[str, Any]] | None:
        """Return the place of a key or of the elements, in the schema itself or in the first part that has it."""
        if step == EACH and "items" in schema:
            return self._follow(f"{place}.items", schema["items"])
        if step in (schema.get("properties") or {}):
            return self._follow(f"{place}.properties[{_quote(step)}]", schema["properties"][step])
        found = (self._inside(*followed, step) for followed in self._parts(place, schema))
        return next(filter(None, found), None)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
