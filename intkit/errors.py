"""Every exception of the kit.

* IntkitError
  * ProjectError         the project's folder, a name in it, or one of its files
  * PathError            a text that is no record path
  * ConnectError         a connection cannot be described or opened
    * CredentialError    a credential is missing, unreadable or written out in full
  * CassetteError        a recording
    * CassetteMissing    replay is asked for and there is no file
    * CassetteDamaged    the file is empty, cut, conflicted or not a cassette
    * ExchangeMissing    the cassette holds no answer to this request
    * SecretFound        the recording would hold a secret; nothing was written
  * NetworkBlocked       a socket beyond loopback while offline
  * ApiError             the API said no
  * RecordsError         an answer holds no records where they are expected
  * ProfileError         records that cannot be profiled
  * ContractError        a contract, or the spec that it is made from
  * MappingError         a mapping, a rule or a target that cannot work
    * MappingMissing     there is no mapping of that name
    * RuleError          one rule: what is wrong, where in its text, what to write instead
  * ExportError          a module that cannot be written
  * RunError             a headless run that cannot start or did not end
    * ParameterError     a run parameter: unknown, or not of its type
  * SandboxError         the practice server
  * ExtraMissing         an optional part is not installed

The message of each reads: what happened, then indented facts, then what to do next.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class IntkitError(Exception):
    """The root of all errors that the kit raises on purpose.

    Args:
        what: what happened, one sentence.
        facts: what a reader wants to know next, one line each.
        remedy: the next step, one sentence.
    """

    def __init__(self, what: str, *facts: str, remedy: str = "") -> None:
        self.what = what
        self.facts = facts
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        lines = [self.what, *(f"  {line}" for fact in self.facts for line in fact.splitlines())]
        return "\n".join([*lines, self.remedy] if self.remedy else lines)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.__dict__)


def _rebuild(kind: type[IntkitError], state: dict[str, Any]) -> IntkitError:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    error.args = (state["what"],)
    return error


class ProjectError(IntkitError):
    """The project's folder, a name in it, or one of its files."""


class PathError(IntkitError):
    """A text that is no record path."""


class ConnectError(IntkitError):
    """A connection cannot be described or opened."""


class CredentialError(ConnectError):
    """A credential is missing, unreadable, or written out in full."""


class CassetteError(IntkitError):
    """A recording cannot be used."""


class CassetteMissing(CassetteError):  # noqa: N818 - says what is the case
    """Replay is asked for and there is no file."""


class CassetteDamaged(CassetteError):  # noqa: N818
    """The file is empty, cut, conflicted or not a cassette."""


class ExchangeMissing(CassetteError):  # noqa: N818
    """The cassette holds no answer to this request."""


class SecretFound(CassetteError):  # noqa: N818
    """The recording would hold a secret; nothing was written."""


class NetworkBlocked(IntkitError):  # noqa: N818
    """A socket beyond loopback was asked for while offline."""


class ApiError(IntkitError):
    """The API said no.

    Attributes:
        status: the HTTP status; 200 where an API says no under it.
        code: the API's own word for the failure.
        message: what the API said, in its own words.
        field: the field that it objects to.
        request_id: the id to quote to the API's support.
    """

    def __init__(
        self,
        what: str,
        *facts: str,
        remedy: str = "",
        status: int = 0,
        code: str = "",
        message: str = "",
        field: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(what, *facts, remedy=remedy)
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.request_id = request_id


class RecordsError(IntkitError):
    """An answer holds no records where they are expected."""


class ProfileError(IntkitError):
    """Records that cannot be profiled."""


class ContractError(IntkitError):
    """A contract, or the spec that it is made from."""


class MappingError(IntkitError):
    """A mapping, a rule or a target that cannot work."""


class MappingMissing(MappingError):  # noqa: N818
    """There is no mapping of that name."""


class RuleError(MappingError):
    """One rule: what is wrong, where in its text, what to write instead."""


class ExportError(IntkitError):
    """A module that cannot be written."""


class RunError(IntkitError):
    """A headless run that cannot start or did not end."""


class ParameterError(RunError):
    """A run parameter: unknown, or not of its type."""


class SandboxError(IntkitError):
    """The practice server cannot do this."""


class ExtraMissing(IntkitError):  # noqa: N818
    """An optional part of the kit is not installed."""


def nearest(word: str, words: Iterable[str]) -> str:
    """Return ` Did you mean 'x'?` for the word closest to this one, or nothing.

    The leading space lets the text follow a sentence directly.
    """
    known = {str(each).lower(): str(each) for each in words}
    close = get_close_matches(word.lower(), known, n=1, cutoff=0.55)
    return f" Did you mean {known[close[0]]!r}?" if close else ""


def shorten(value: object, width: int = 60) -> str:
    """Return the value's `repr`, cut to `width` characters."""
    text = repr(value)
    return text if len(text) <= width else text[: width - 1] + "…"
