"""Results: a mapping at work on records, and what came of each."""
