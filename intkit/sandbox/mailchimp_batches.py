"""The results of Mailchimp's batches."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intkit.sandbox.seeds.mailchimp import Record


def pack_results(ident: str, results: list[Record]) -> bytes:
    """Return what a batch did, as the packed archive that Mailchimp offers; the same bytes each time."""
    content, packed = json.dumps(results).encode(), io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo(f"{ident}.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)
