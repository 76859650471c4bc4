"""One declarative file a vendor: base URL, auth, paging, version header, where to read more."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from intkit.clients.connection import match_address
from intkit.errors import ConnectError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intkit.clients.connection import Connection


def vendor_names() -> list[str]:
    """Return the names of the vendors that the kit knows, sorted."""
    return sorted(module.name for module in iter_modules(__path__))


def find_vendor(name: str, also: Iterable[str] = ()) -> Connection:
    """Return what the kit knows about a vendor.

    Args:
        name: the vendor's name.
        also: other names that would have done, for the error's `did you mean`.

    Raises:
        ConnectError: it knows no vendor of this name; the message names the nearest.
    """
    known = vendor_names()
    if name not in known:
        raise ConnectError(
            f"The kit knows no vendor {name!r}.{nearest(name, [*known, *also])}",
            f"Known: {', '.join(known)}.",
            remedy=f"Add [connections.{name}] to intkit.toml, or connect to a base URL: connect('https://…').",
        )
    vendor: Connection = import_module(f"{__name__}.{name}").VENDOR
    return vendor


def vendor_at(url: str) -> tuple[str, dict[str, str]] | None:
    """Return the vendor that a URL belongs to and what its base URL leaves open; None where it is nobody's."""
    for name in vendor_names():
        places = match_address(find_vendor(name).base_url, url)
        if places is not None:
            return name, places
    return None
