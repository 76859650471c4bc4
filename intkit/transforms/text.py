"""Text: case, spaces, pieces, patterns."""

import re
import unicodedata

# a rule may lengthen a text; a chain of them may not fill the memory
LONGEST_TEXT = 1_000_000

# beyond this a pattern that looks harmless may take seconds; slice the text first
LONGEST_SEARCHED = 2_000

WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")

# letters that Unicode does not take apart into a plain one and an accent; then quotes, hyphens, dashes, minus
ASCII_SPELLING = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b", "'")
    | dict.fromkeys("\u201c\u201d\u201e«»", '"')
    | dict.fromkeys("\u2010\u2011\u2013\u2014\u2212", "-")
    | {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
    | {"ẞ": "SS", "Æ": "AE", "Œ": "OE", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "\u2044": "/"}
)


def strip(value: str) -> str:
    """Take the spaces off both ends.

    >>> strip("  Ann ")
    'Ann'
    """
    return value.strip()


def lower(value: str) -> str:
    """Write the text in lower case.

    >>> lower("EUR")
    'eur'
    """
    return value.lower()


def upper(value: str) -> str:
    """Write the text in upper case.

    >>> upper("eur")
    'EUR'
    """
    return value.upper()


def title(value: str) -> str:
    """Write each word with one capital, at its start.

    >>> title("ann-marie O'NEIL")
    "Ann-Marie O'neil"
    """
    return WORD.sub(lambda word: word[0].capitalize(), value)


def collapse_spaces(value: str) -> str:
    r"""Make every run of spaces and line ends one space, and take those at the ends off.

    >>> collapse_spaces("  Main   Street\n12 ")
    'Main Street 12'
    """
    return " ".join(value.split())


def split(value: str, separator: str) -> list[str]:
    """Take a text apart; pieces are stripped, and empty ones left out.

    >>> split("red; blue;", ";")
    ['red', 'blue']
    >>> split("", ";")
    []
    """
    if not separator:
        raise ValueError("expected a separator to split at")
    return [piece.strip() for piece in value.split(separator) if piece.strip()]


def join(value: list[str], separator: str = ", ") -> str:
    """Write a list of texts as one text.

    >>> join(["red", "blue"], ";")
    'red;blue'
    """
    length = sum(len(piece) for piece in value) + len(separator) * (len(value) - 1)
    if length > LONGEST_TEXT:
        raise ValueError("expected no more than a million characters")
    return separator.join(value)


def replace(value: str, old: str, new: str) -> str:
    """Write `new` wherever `old` stands in the text.

    >>> replace("1-2-3", "-", "/")
    '1/2/3'
    """
    if not old:
        raise ValueError("expected a text to replace")
    if len(value) + value.count(old) * (len(new) - len(old)) > LONGEST_TEXT:
        raise ValueError("expected no more than a million characters")
    return value.replace(old, new)


def regex(value: str, pattern: str) -> str | None:
    r"""Find a pattern in a text: its first group, else all that it matched; null where it is not there.

    >>> regex("Invoice INV-2026-17, thanks", r"INV-([0-9-]+)")
    '2026-17'
    >>> regex("thanks", r"INV-([0-9-]+)") is None
    True
    """
    if len(value) > LONGEST_SEARCHED:
        raise ValueError("expected at most 2000 characters to search")
    found = re.search(pattern, value)
    return found and (found[1] if found.re.groups else found[0])


def regex_replace(value: str, pattern: str, new: str) -> str:
    r"""Write `new` wherever a pattern matches.

    >>> regex_replace("BE 0123.456.789", r"[^0-9]", "")
    '0123456789'
    """
    if len(value) > LONGEST_SEARCHED or len(new) > LONGEST_SEARCHED // 10:
        raise ValueError("expected at most 2000 characters to search, and 200 to write")
    return re.sub(pattern, lambda _: new, value)


def slug(value: str) -> str:
    """Write a text as a name for addresses: plain lower-case letters and digits, with hyphens between.

    >>> slug("Café Zürich, 2026!")
    'cafe-zurich-2026'
    >>> slug("!")
    Traceback (most recent call last):
    ValueError: expected text with a letter or a digit
    """
    spelt = to_ascii(re.sub(r"[\W_]+", "-", value)).lower()
    name = re.sub(r"[^a-z0-9]+", "-", spelt).strip("-")
    if not name:
        raise ValueError("expected text with a letter or a digit")
    return name


def to_ascii(value: str) -> str:
    """Spell a text with plain letters: accents go, "ß" is "ss", curly quotes are straight.

    >>> to_ascii("Søren, Café «Łódź»")
    'Soren, Cafe "Lodz"'
    >>> to_ascii("東京")
    Traceback (most recent call last):
    ValueError: expected Latin letters
    """
    apart = unicodedata.normalize("NFKD", value.translate(ASCII_SPELLING)).translate(ASCII_SPELLING)
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    if not plain.isascii():
        raise ValueError("expected Latin letters")
    return plain


def truncate(value: str, length: int, ending: str = "…") -> str:
    """Cut a text to a length, the ending that says so included.

    >>> truncate("a long description", 10)
    'a long de…'
    >>> truncate("short", 10)
    'short'
    """
    if length < len(ending):
        raise ValueError("expected a length that has room for the ending")
    return value if len(value) <= length else value[: length - len(ending)] + ending


def pad(value: str | int, width: int, fill: str = "0") -> str:
    """Fill a text up to a width, from the left.

    >>> pad(42, 6)
    '000042'
    >>> pad("1068", 8, " ")
    '    1068'
    """
    if len(fill) != 1 or width > 1000:
        raise ValueError("expected one character to fill with, and a width of at most 1000")
    return str(value).rjust(width, fill)
