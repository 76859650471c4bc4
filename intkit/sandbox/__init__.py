"""Practice servers of real vendors, on loopback, with the same records for the same seed."""

from intkit.sandbox.server import Sandbox, serve

__all__ = ["Sandbox", "serve"]
