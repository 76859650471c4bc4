"""The same examples at every run; `HYPOTHESIS_EXPLORE=1 pytest` looks for new ones."""

import os

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
if not os.environ.get("HYPOTHESIS_EXPLORE"):
    settings.load_profile("repeatable")
