"""Decisions: what a person says of a mapping, with what can be suggested, checked and signed off."""
