"""Fetches from parents to children: the ids of one list into the path of another, in parallel, in order."""

from __future__ import annotations

import re
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from intkit.clients.selection import value_at
from intkit.errors import RecordsError, nearest, shorten
from intkit.records import Batch, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from intkit.clients.fetch import Fetch

_THREADS = 8  # Mailchimp allows ten connections at once, others more
_PLACE = re.compile(r"{([^{}]+)}")


class ChildFetch:
    """Reads the children of each parent, some parents ahead; one batch is one parent's children.

    A fetch that fails raises when its turn comes; the next `read` tries that parent again.

    Args:
        paths: the parents' paths, in order.
        fetch: makes the fetch of one path.
        limit: the most children; None is all.
    """

    def __init__(self, paths: Iterable[str], fetch: Callable[[str], Fetch], limit: int | None) -> None:
        self._paths = iter(paths)
        self._fetch = fetch
        self._limit = limit
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="intkit-children")
        self._ahead: deque[tuple[str, Future[list[Batch]]]] = deque()
        self._parents = 0
        self._children = 0

    def read(self) -> Batch:
        """Return the children of the next parent.

        Raises:
            ApiError: the API said no to one of its pages.
            RecordsError: an answer holds no records where they are expected.
        """
        self._look_ahead()
        if not self._ahead:
            return self._done(Batch([], Origin(), self._note(), last=True))
        path, coming = self._ahead[0]
        try:
            batches = coming.result()
        except Exception:
            self._ahead[0] = (path, self._pool.submit(self._read_all, path))
            raise
        self._ahead.popleft()
        return self._batch(batches)

    def _look_ahead(self) -> None:
        while len(self._ahead) < _THREADS and (path := next(self._paths, None)) is not None:
            self._ahead.append((path, self._pool.submit(self._read_all, path)))

    def _read_all(self, path: str) -> list[Batch]:
        fetch = self._fetch(path)
        batches = [fetch.read()]
        while not batches[-1].last:
            batches.append(fetch.read())
        return batches

    def _batch(self, batches: list[Batch]) -> Batch:
        children = [child for batch in batches for child in batch.records]
        if self._limit is not None:
            children = children[: self._limit - self._children]
        self._parents += 1
        self._children += len(children)
        last = self._limit is not None and self._children >= self._limit
        batch = Batch(children, batches[0].origin, self._note(stopped=last), last=last)
        return self._done(batch) if last else batch

    def _done(self, batch: Batch) -> Batch:
        self._pool.shutdown(wait=False, cancel_futures=True)
        return batch

    def _note(self, *, stopped: bool = False) -> str:
        stop = f" Stopped at the limit of {self._limit}." if stopped else ""
        return f"Fetched for each of {self._parents} parent(s), {_THREADS} at a time.{stop}"


def child_paths(template: str, parents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the template filled from each parent, `/v1/charges/{id}/refunds`; values are quoted for a path.

    Raises:
        RecordsError: the template has no place to fill, or a parent has no text or number for one.
    """
    places = _PLACE.findall(template)
    if not places:
        raise RecordsError(
            f"{template!r} has no place for the parent's id.",
            remedy="Write it like '/v1/charges/{id}/refunds'.",
        )
    return (_filled(template, places, number, parent) for number, parent in enumerate(parents))


def _filled(template: str, places: list[str], number: int, parent: Mapping[str, Any]) -> str:
    path = template
    for place in places:
        value = value_at(parent, place)
        if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
            raise RecordsError(
                f"Parent {number} has {shorten(value)} at {place!r}.{nearest(place, parent)}",
                remedy="Leave such parents out, or fill the path from another field.",
            )
        path = path.replace(f"{{{place}}}", quote(str(value), safe=""))
    return path
