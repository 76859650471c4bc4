"""The same examples at every run; `HYPOTHESIS_EXPLORE=1 pytest` looks for new ones."""

import os

from hypothesis import settings

# no deadline: how long an example takes says more about the machine
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("explore" if os.environ.get("HYPOTHESIS_EXPLORE") else "repeatable")
