"""The formats of text, one after the other: the most telling first."""

from intkit.profiles.patterns import keys, numbers, people, times
from intkit.profiles.patterns.pattern import Pattern

# phones stand before numbers, as most of them could be one
PATTERNS: tuple[Pattern, ...] = (
    *times.PATTERNS,
    *people.PHONES,
    *numbers.PATTERNS,
    *people.PATTERNS,
    *keys.PATTERNS,
)
