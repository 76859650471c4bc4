"""Profiles: what records really look like, path by path."""

from intkit.profiles.fields import Field
from intkit.profiles.report import Profile, profile

__all__ = ["Field", "Profile", "profile"]
