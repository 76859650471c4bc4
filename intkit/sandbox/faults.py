"""Faults on demand: one line of text each, `stripe 429 times=3 retry_after=2 path=/v1/charges`.

| kind | what happens | words |
|---|---|---|
| `429` `500` `502` `503` `504` | the vendor's own answer with that status | `retry_after` `spelt` |
| `expired` | the vendor's 401 for a token that was good once | |
| `html` | a 502 whose body is an HTML page | |
| `latency` | the answer comes late | `seconds` |
| `timeout` | no answer for that long, then a closed connection | `seconds` |
| `reset` | the connection is reset before an answer | |
| `truncated` | half of the body, then a closed connection | |
| `trickle` | the body comes in ten pieces | `seconds` |
| `garbled` | a whole answer whose JSON is broken | |
| `repeat` | the last page of this path once more, whatever was asked: a paging loop | |
| `renamed` | a field has a new name | `field` `to` |
| `new_value` | a field holds a value not seen before | `field` `to` |
| `retyped` | a number comes as text, anything else as a list of itself | `field` |
| `webhook_lost` `webhook_twice` `webhook_late` | an event is not pushed, pushed twice, or overtaken | |

Every fault takes `path` (a part of the address), `skip` (that many calls pass first), `times` (1, or 0 for as
long as the sandbox runs) and `share` (0.3 strikes three calls in ten, by the sandbox's seed). `spelt` is how
`Retry-After` is written: `seconds`, `date`, `epoch` or `milliseconds` since 1970.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from intkit.errors import SandboxError, nearest
from intkit.sandbox.world import DEFAULT_SEED, chance

if TYPE_CHECKING:
    from collections.abc import Iterable

STATUSES = ("429", "500", "502", "503", "504")
WEBHOOKS = ("webhook_lost", "webhook_twice", "webhook_late")
RECORDS = ("renamed", "new_value", "retyped")
SPELLINGS = ("seconds", "date", "epoch", "milliseconds")
KINDS = (
    *STATUSES,
    *RECORDS,
    *WEBHOOKS,
    "expired",
    "html",
    "latency",
    "timeout",
    "reset",
    "truncated",
    "trickle",
    "garbled",
    "repeat",
)


@dataclass
class Fault:
    """One planned fault; `times` counts down, 0 stays; `share` is the part of the calls that it strikes."""

    vendor: str
    kind: str
    path: str = ""
    skip: int = 0
    times: int = 1
    share: float = 1.0
    seconds: float = 2.0
    retry_after: float | None = None
    spelt: str = "seconds"
    field: str = ""
    to: str = ""


class Faults:
    """The plan of what goes wrong next, for all vendors.

    Args:
        vendors: whose faults can be planned.
        plan: the first ones.
        seed: decides which calls a share strikes.
    """

    def __init__(self, vendors: Iterable[str], plan: str = "", seed: int = DEFAULT_SEED) -> None:
        self._vendors = list(vendors)
        self._chance = chance(seed, "faults")
        self._planned: list[Fault] = []
        self.plan(plan)

    def plan(self, text: str) -> None:
        """Put faults in force, separated by `;` or line ends, beside those that are.

        Raises:
            SandboxError: a vendor, kind or word is unknown, or a number is none; nothing is planned then.
        """
        lines = [line.strip() for line in text.replace(";", "\n").splitlines()]
        self._planned += [parse_fault(line, self._vendors) for line in lines if line]

    def clear(self) -> None:
        """Let everything go right again."""
        self._planned.clear()

    def listed(self) -> list[dict[str, Any]]:
        """Return what is planned, as JSON objects."""
        return [asdict(fault) for fault in self._planned]

    def due(self, vendor: str, path: str) -> list[Fault]:
        """Return the faults that strike this call, and count them down."""
        return [
            fault
            for fault in list(self._planned)
            if fault.kind not in WEBHOOKS and self._strikes(fault, vendor, path)
        ]

    def due_webhooks(self, vendor: str) -> list[Fault]:
        """Return the faults that strike this push, and count them down."""
        return [
            fault
            for fault in list(self._planned)
            if fault.kind in WEBHOOKS and self._strikes(fault, vendor, fault.path)
        ]

    def _strikes(self, fault: Fault, vendor: str, path: str) -> bool:
        if fault.vendor != vendor or fault.path not in path:
            return False
        if fault.skip:
            fault.skip -= 1
            return False
        if fault.share < 1 and self._chance.random() >= fault.share:
            return False
        if fault.times == 1:
            self._planned.remove(fault)
        fault.times = max(0, fault.times - 1)
        return True


def parse_fault(line: str, vendors: Iterable[str]) -> Fault:
    """Return the fault that one line describes.

    Raises:
        SandboxError: the vendor, the kind or a word is unknown, or a number is none.
    """
    known = list(vendors)
    words = line.split()
    vendor, kind = (*words, "", "")[:2]
    for word, good in ((vendor, known), (kind, KINDS)):
        if word not in good:
            raise _not_a_fault(line, f"{word!r} is none of: {', '.join(good)}.{nearest(word, good)}")
    fault = Fault(vendor, kind, **_words(line, words[2:]))
    if fault.spelt not in SPELLINGS:
        raise _not_a_fault(
            line, f"{fault.spelt!r} is none of: {', '.join(SPELLINGS)}.{nearest(fault.spelt, SPELLINGS)}"
        )
    return fault


def spell_wait(seconds: float, spelt: str, now: float) -> str:
    """Return the value of a `Retry-After`.

    Args:
        seconds: how long to wait.
        spelt: one of the four ways in which vendors write it.
        now: the time that the answer's `Date` tells, seconds since 1970.
    """
    if spelt == "date":
        return formatdate(now + seconds, usegmt=True)
    if spelt == "seconds":
        return f"{seconds:g}"
    return f"{(now + seconds) * (1000 if spelt == 'milliseconds' else 1):.0f}"


def change_records(body: Any, fault: Fault) -> Any:
    """Return JSON with every field of that name renamed, given a new value or another type."""
    if isinstance(body, list):
        return [change_records(each, fault) for each in body]
    if not isinstance(body, dict):
        return body
    return dict(_changed(name, change_records(value, fault), fault) for name, value in body.items())


def _changed(name: str, value: Any, fault: Fault) -> tuple[str, Any]:
    if name != fault.field:
        return name, value
    if fault.kind == "renamed":
        return fault.to, value
    if fault.kind == "new_value":
        return name, fault.to
    return name, str(value) if isinstance(value, int | float) else [value]


def _words(line: str, words: list[str]) -> dict[str, Any]:
    types = {each.name: each.type for each in fields(Fault)[2:]}
    found: dict[str, Any] = {}
    for word in words:
        name, _, text = word.partition("=")
        if name not in types:
            raise _not_a_fault(line, f"{name!r} is none of: {', '.join(types)}.{nearest(name, types)}")
        try:
            found[name] = text if types[name] == "str" else int(text) if types[name] == "int" else float(text)
        except ValueError:
            raise _not_a_fault(line, f"{name}={text!r} is not a number.") from None
    return found


def _not_a_fault(line: str, fact: str) -> SandboxError:
    return SandboxError(
        f"{line!r} is not a fault.", fact, remedy="Write it like 'stripe 429 times=3 retry_after=2'."
    )
