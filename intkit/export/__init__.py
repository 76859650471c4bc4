"""A mapping as files that outlive the kit: the module, its tests, and its sheet for people."""

from intkit.export.files import Export, has_structs, write_export

__all__ = ["Export", "has_structs", "write_export"]
