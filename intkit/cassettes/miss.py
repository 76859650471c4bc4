"""Why a request has no recorded answer: the closest one, what differs, and how to record it."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from intkit.cassettes.matching import body_digest, query_pairs
from intkit.errors import ExchangeMissing, shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from intkit.cassettes.exchange import Exchange, RecordedRequest

_CLOSE_ENOUGH = 2000  # exchanges that are compared; a miss should not take seconds


def exchange_missing(
    request: RecordedRequest,
    exchanges: Sequence[Exchange],
    name: str,
    where: str,
    ignored: Collection[str] = (),
) -> ExchangeMissing:
    """Return the error for a request, already redacted, that the cassette does not answer."""
    facts = [f"cassette: {where}, {len(exchanges)} exchanges, mode 'replay'"]
    if ignored:
        facts.append(f"not compared: {', '.join(sorted(ignored))}")
    if exchanges:
        number = max(
            range(min(len(exchanges), _CLOSE_ENOUGH)), key=lambda n: _nearness(request, exchanges[n])
        )
        closest = exchanges[number].request
        facts.append(f"closest recorded request: {closest.method} {_cut(closest.url)} ({name}#{number})")
        facts += differences(request, closest, ignored)
    return ExchangeMissing(
        f"There is no recorded answer to {request.method} {_cut(request.url)}.",
        *facts,
        remedy=f"Record what is missing: connect(…, cassette={name!r}, mode='record') or INTKIT_MODE=record.",
    )


def differences(
    asked: RecordedRequest, recorded: RecordedRequest, ignored: Collection[str] = ()
) -> list[str]:
    """Return what keeps a request from being the recorded one, a line each."""
    one, other = urlsplit(asked.url), urlsplit(recorded.url)
    pairs = [
        ("method", asked.method, recorded.method),
        ("host", f"{one.scheme}://{one.netloc}", f"{other.scheme}://{other.netloc}"),
        ("path", one.path or "/", other.path or "/"),
    ]
    lines = [f"{part} differs: {now!r}, recorded {then!r}" for part, now, then in pairs if now != then]
    lines += _query_differences(asked.url, recorded.url, ignored)
    if body_digest(asked, ignored) != body_digest(recorded, ignored):
        lines.append(f"body differs: {_body(asked)}, recorded {_body(recorded)}")
    return lines


def _query_differences(asked: str, recorded: str, ignored: Collection[str]) -> list[str]:
    now, then = query_pairs(asked, ignored), query_pairs(recorded, ignored)
    names = dict.fromkeys(name for name, _ in [*now, *then])
    return [
        f"query differs: {name} is {_values(now, name)}, recorded {_values(then, name)}"
        for name in names
        if _values(now, name) != _values(then, name)
    ]


def _values(pairs: list[tuple[str, str]], name: str) -> str:
    return ", ".join(shorten(value) for key, value in pairs if key == name) or "absent"


def _nearness(request: RecordedRequest, exchange: Exchange) -> tuple[float, ...]:
    one, other = urlsplit(request.url), urlsplit(exchange.request.url)
    same = len(set(query_pairs(request.url)) & set(query_pairs(exchange.request.url)))
    return (
        one.netloc == other.netloc,
        SequenceMatcher(None, one.path, other.path).ratio(),
        request.method == exchange.request.method,
        same,
    )


def _body(request: RecordedRequest) -> str:
    return shorten(request.body.decode("utf-8", "replace")) if request.body else "none"


def _cut(url: str) -> str:
    return url if len(url) <= 200 else url[:199] + "…"
