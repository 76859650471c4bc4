"""Compiler: a mapping to the one Python module that is previewed, applied and exported."""
