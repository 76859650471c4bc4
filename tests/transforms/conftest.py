from __future__ import annotations

from hypothesis import settings

# a busy machine is no failure; that texts are answered in time has tests of its own
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
