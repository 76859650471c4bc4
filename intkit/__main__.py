"""`python -m intkit` is the command line, where the command itself is not on the path."""

from __future__ import annotations

from intkit.cli import app

if __name__ == "__main__":
    app(prog_name="intkit")
