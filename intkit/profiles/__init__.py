"""Profiles: what records really look like, path by path."""

from intkit.profiles.fields import Field
from intkit.profiles.overrides import Override, read_overrides
from intkit.profiles.report import Profile, profile

__all__ = ["Field", "Override", "Profile", "profile", "read_overrides"]
