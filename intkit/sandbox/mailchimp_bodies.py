"""What Mailchimp reads from a body, and the results that it packs for a batch."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from intkit.sandbox.seeds.mailchimp import Record


class _Member(TypedDict, total=False):
    email_address: str
    status: str
    status_if_new: str
    merge_fields: dict[str, Any]
    language: str
    vip: bool
    email_type: str
    location: dict[str, Any]


class _Operation(TypedDict, total=False):
    method: str
    path: str
    body: str
    operation_id: str


class Body(_Member, total=False):
    """All that a JSON body may hold, whichever the operation; the other keys are ignored."""

    members: list[_Member]
    update_existing: bool
    operations: list[_Operation]
    tags: list[Any]
    name: str
    type: str
    tag: str


def pack_results(ident: str, results: list[Record]) -> bytes:
    """Return what a batch did, as the packed archive that Mailchimp offers; the same bytes each time."""
    content, packed = json.dumps(results).encode(), io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo(f"{ident}.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)
