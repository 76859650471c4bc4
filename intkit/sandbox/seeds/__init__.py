"""The records each practice vendor starts with, told from the one fictional world."""
