"""Mapping files: what a mapping keeps beside it, read and written: rules, models, parts, what runs give."""
