"""Headless runs: a notebook, its typed parameters, a folder with everything that came out, an exit code."""

from intkit.runs.headless import run
from intkit.runs.report import Run

__all__ = ["Run", "run"]
