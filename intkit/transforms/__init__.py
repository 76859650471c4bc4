"""Pure field functions: what a rule pipes a value through, and what an export copies.

A transform never sees None: null in, null out is the compiler's work. It fails with a `ValueError` of the
form "expected a decimal number", which never holds the value.
"""

from intkit.transforms.arguments import LITERAL_ONLY, check_argument
from intkit.transforms.catalogue import TABLES, TRANSFORMS, Transform, find_transform
from intkit.transforms.examples import Example
from intkit.transforms.source import TransformSource, source_of

__all__ = [
    "LITERAL_ONLY",
    "TABLES",
    "TRANSFORMS",
    "Example",
    "Transform",
    "TransformSource",
    "check_argument",
    "find_transform",
    "source_of",
]
