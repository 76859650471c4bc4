"""Columns with their right format: what a person says who sees the name and the values.

Every row of the two tables below is told in three variants: many values, a handful, and many with a few that are
not of the kind (`n/a`, empty, cut). Negatives are near misses: what looks like a format and is none, or another.
"""

# ruff: noqa: SIM905, PLW0108 - tables of words and makers read best so
from __future__ import annotations

import base64
import hashlib
import json
import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime


@dataclass(frozen=True)
class Labelled:
    name: str
    values: list
    format: str | None


rng = random.Random(20)
START = datetime(2019, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)
WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa".split()
NAMES = "Anna Bob Chloé Dmitri Esra Femke Łukasz Noor Zoë Ali Mei José".split()
SURNAMES = "Jansen Smith García Kowalski O'Neil Müller Rossi Nguyen Okafor Silva".split()
CITIES = "Amsterdam Berlin Kraków Madrid Utrecht Paris Porto Oslo Gent Lyon".split()
CURRENCIES = "EUR USD GBP JPY CHF SEK PLN CZK AUD CAD".split()
COUNTRIES = "NL DE FR BE GB US PL ES IT SE NO DK".split()
THREE = "NLD DEU FRA BEL GBR USA POL ESP ITA SWE".split()
LANGUAGES = "en nl de fr es it pl sv pt da".split()
IBANS = [
    "NL91ABNA0417164300", "DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606",
    "BE68539007547034", "ES9121000418450200051332", "CH9300762011623852957", "AT611904300234573201",
    "SE4550000000058398257466", "PL61109010140000071219812874", "IT60X0542811101000000123456", "DK5000400440116243",
]  # fmt: skip


def moment():
    return START + timedelta(seconds=rng.randrange(150_000_000), microseconds=rng.randrange(10**6))


def letters(count, alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"):
    return "".join(rng.choices(alphabet, k=count))


def digits(count):
    return letters(count, "0123456789")


def hexadecimal(count):
    return letters(count, "0123456789abcdef")


def word():
    return rng.choice(WORDS)


def epoch(per_second=1):
    return int(moment().timestamp() * per_second)


def iban():
    return rng.choice(IBANS)


def in_fours(text):
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def base(count):
    return base64.b64encode(rng.randbytes(count)).decode()


def sentence():
    return " ".join(rng.choices(WORDS, k=rng.randrange(3, 9))).capitalize() + rng.choice(".!?")


POSITIVE = [
    ("date", "due_date", lambda: f"{moment():%Y-%m-%d}"),
    ("date", "x", lambda: f"{moment():%Y-%m-%d}"),
    ("date", "birthday", lambda: f"19{rng.randrange(40, 99)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"),
    ("datetime", "created", lambda: f"{moment():%Y-%m-%dT%H:%M:%SZ}"),
    ("datetime", "createdAt", lambda: f"{moment():%Y-%m-%dT%H:%M:%S.%f}"[:23] + "Z"),
    ("datetime", "x", lambda: f"{moment():%Y-%m-%dT%H:%M:%S}+02:00"),
    ("datetime", "updated", lambda: f"{moment():%Y-%m-%dT%H:%M:%S.%f}+0000"),
    ("datetime", "created", lambda: f"{moment():%Y-%m-%d %H:%M:%S}.{rng.randrange(10, 99)}+00"),
    ("datetime", "ts", lambda: f"{moment():%Y-%m-%d %H:%M:%S} UTC"),
    ("datetime", "last_seen", lambda: f"{moment():%Y-%m-%dT%H:%M}-05:00"),
    ("datetime", "nanos", lambda: f"{moment():%Y-%m-%dT%H:%M:%S.%f}123Z"),
    ("datetime without offset", "write_date", lambda: f"{moment():%Y-%m-%d %H:%M:%S}"),
    ("datetime without offset", "modified", lambda: f"{moment():%Y-%m-%dT%H:%M:%S}"),
    ("datetime without offset", "x", lambda: f"{moment():%Y-%m-%dT%H:%M:%S.%f}"),
    ("mail datetime", "Date", lambda: format_datetime(moment())),
    ("mail datetime", "last_modified", lambda: format_datetime(moment().replace(microsecond=0), usegmt=True)),
    ("json date", "UpdatedDateUTC", lambda: f"/Date({epoch(1000)}+0000)/"),
    ("json date", "Created", lambda: f"/Date({epoch(1000)})/"),
    ("written date", "InvoiceDate", lambda: f"{moment():%d/%m/%Y}"),
    ("written date", "date", lambda: f"{moment():%m/%d/%Y}"),
    ("written date", "Datum", lambda: f"{moment():%d.%m.%Y}"),
    ("written date", "datum", lambda: f"{moment():%d-%m-%Y}"),
    ("written date", "day", lambda: f"{moment():%Y/%m/%d}"),
    ("compact date", "date", lambda: f"{moment():%Y%m%d}"),
    ("compact date", "value_date", lambda: int(f"{moment():%Y%m%d}")),
    ("time", "opens", lambda: f"{moment():%H:%M}"),
    ("time", "starts", lambda: f"{moment():%H:%M:%S}"),
    ("duration", "length", lambda: f"PT{rng.randrange(60)}M{rng.randrange(60)}S"),
    ("duration", "trial", lambda: f"P{rng.randrange(1, 90)}D"),
    ("epoch seconds", "created", lambda: epoch()),
    ("epoch seconds", "expires_at", lambda: epoch()),
    ("epoch seconds", "x", lambda: epoch()),
    ("epoch seconds", "paidAt", lambda: str(epoch())),
    ("epoch seconds", "timestamp", lambda: epoch() + rng.random()),
    ("epoch milliseconds", "createdAt", lambda: epoch(1000)),
    ("epoch milliseconds", "lastmodifieddate", lambda: epoch(1000)),
    ("epoch milliseconds", "created_date", lambda: str(epoch(1000))),
    ("epoch microseconds", "ts", lambda: epoch(1_000_000)),
    ("boolean text", "active", lambda: rng.choice(["true", "false"])),
    ("boolean text", "Enabled", lambda: rng.choice(["True", "False"])),
    ("boolean text", "opted_in", lambda: rng.choice(["yes", "no"])),
    ("boolean text", "IsVatExempt", lambda: rng.choice(["Y", "N"])),
    ("integer text", "quantity", lambda: str(rng.randrange(1, 4000))),
    ("integer text", "hs_object_id", lambda: str(rng.randrange(10**9, 9 * 10**9))),
    ("integer text", "points", lambda: str(rng.randrange(-500, 500))),
    ("integer text", "zip", lambda: str(rng.randrange(10000, 99999))),
    ("decimal text", "amount", lambda: f"{rng.randrange(10**6) / 100:.2f}"),
    ("decimal text", "price", lambda: f"{rng.randrange(10**5)},{rng.randrange(100):02}"),
    ("decimal text", "total", lambda: f"{rng.randrange(10**3, 10**8) / 100:,.2f}"),
    ("decimal text", "balance", lambda: f"-{rng.randrange(10**5) / 1000:.3f}"),
    ("decimal text", "latitude", lambda: f"{rng.uniform(-90, 90):.6f}"),
    ("padded code", "gl_account", lambda: f"{rng.randrange(9999):06}"),
    ("padded code", "postal_code", lambda: f"0{digits(4)}"),
    ("padded code", "ean", lambda: f"0{digits(12)}"),
    ("e-mail", "email", lambda: f"{word()}.{word()}{rng.randrange(99)}@{word()}.com"),
    ("e-mail", "x", lambda: f"{word()}+{digits(3)}@{word()}.co.uk"),
    ("e-mail", "reporter", lambda: f"{rng.choice(NAMES)}@exämple.org"),
    ("phone", "phone", lambda: f"+31 6 {digits(8)}"),
    ("phone", "x", lambda: f"+1{digits(10)}"),
    ("phone", "telephone", lambda: f"0{digits(2)}-{digits(7)}"),
    ("phone", "mobile", lambda: f"06{digits(8)}"),
    ("phone", "contact", lambda: f"({rng.randrange(200, 999)}) {digits(3)}-{digits(4)}"),
    ("phone", "fax", lambda: f"+49 (0)30 {digits(6)}"),
    ("url", "url", lambda: f"https://{word()}.example.com/{word()}/{digits(4)}"),
    ("url", "receipt", lambda: f"http://example.org/?q={word()}&n={digits(3)}"),
    ("url", "link", lambda: f"ftp://{word()}.example.com/{word()}.zip"),
    ("uuid", "id", lambda: str(uuid.UUID(int=rng.getrandbits(128), version=4))),
    ("uuid", "ContactID", lambda: str(uuid.UUID(int=rng.getrandbits(128), version=4)).upper()),
    ("uuid", "guid", lambda: uuid.UUID(int=rng.getrandbits(128), version=4).hex),
    ("IBAN", "iban", iban),
    ("IBAN", "account", lambda: in_fours(iban())),
    ("currency code", "currency", lambda: rng.choice(CURRENCIES)),
    ("currency code", "x", lambda: rng.choice(CURRENCIES).lower()),
    ("currency code", "CurrencyCode", lambda: rng.choice(["TRY", "ALL", "CUP"])),
    ("country code", "country", lambda: rng.choice(COUNTRIES)),
    ("country code", "billingCountry", lambda: rng.choice(COUNTRIES).lower()),
    ("country code", "country_iso", lambda: rng.choice(THREE)),
    ("country code", "ship_to", lambda: rng.choice(COUNTRIES)),
    ("language code", "language", lambda: rng.choice(LANGUAGES)),
    ("language code", "locale", lambda: f"{rng.choice(LANGUAGES)}_{rng.choice(COUNTRIES)}"),
    ("language code", "x", lambda: f"{rng.choice(LANGUAGES)}-{rng.choice(COUNTRIES)}"),
    ("hash", "etag", lambda: hashlib.sha1(rng.randbytes(9)).hexdigest()),
    ("hash", "subscriber", lambda: hashlib.md5(rng.randbytes(9)).hexdigest()),
    ("hash", "checksum", lambda: hashlib.sha256(rng.randbytes(9)).hexdigest().upper()),
    ("base64", "content", lambda: base(rng.randrange(31, 90))),
    ("base64", "cursor", lambda: base(16)),
    ("base64", "x", lambda: base(13)),
    ("JSON text", "payload", lambda: json.dumps({word(): rng.randrange(99), "x": [word()]})),
    ("JSON text", "options", lambda: json.dumps([word(), word()])),
    ("HTML", "body", lambda: f"<p>{sentence()} <b>{word()}</b></p>"),
    ("HTML", "description", lambda: f"{sentence()}<br />{sentence()}"),
    ("HTML", "bodyHtml", lambda: f'<div class="x"><a href="https://example.com">{word()}</a></div>'),
    ("prefixed id", "customer", lambda: f"cus_{letters(14)}"),
    ("prefixed id", "id", lambda: f"{rng.choice(['ch', 'py'])}_{hexadecimal(24)}"),
    ("prefixed id", "x", lambda: f"sub_sched_{letters(16)}"),
    ("prefixed id", "invoice", lambda: f"INV-{digits(5)}"),
    ("prefixed id", "order", lambda: f"SO{digits(6)}"),
    ("prefixed id", "number", lambda: f"INV/{rng.randrange(2019, 2026)}/{digits(5)}"),
    ("mime type", "content_type", lambda: rng.choice(["text/html", "image/png", "application/json", "video/mp4"])),
    ("time zone", "tz", lambda: rng.choice(["Europe/Amsterdam", "America/New_York", "Asia/Tokyo", "Africa/Lagos"])),
    ("joined list", "category", lambda: "/".join([rng.choice(CITIES), word().title(), word().title()])),
    ("joined list", "interests", lambda: ";".join(rng.sample(WORDS, 3))),
    ("joined list", "labels", lambda: "|".join(rng.sample(WORDS, 2))),
    ("integer beyond 2^53", "snowflake", lambda: 10**18 + rng.getrandbits(60)),
]  # fmt: skip

OTHER = [
    (None, "name", lambda: f"{rng.choice(NAMES)} {rng.choice(SURNAMES)}"),
    (None, "city", lambda: rng.choice(CITIES)),
    (None, "title", sentence),
    (None, "status", lambda: rng.choice(["open", "paid", "void", "draft"])),
    (None, "event", lambda: f"{word()}_{word()}_{rng.choice(['created', 'updated'])}"),
    (None, "type", lambda: f"{word()}.{word()}.created"),
    (None, "version", lambda: f"{rng.randrange(9)}.{rng.randrange(20)}.{rng.randrange(9)}"),
    (None, "version", lambda: f"{rng.randrange(1, 9)}.{rng.randrange(20)}"),
    (None, "ip", lambda: ".".join(str(rng.randrange(256)) for _ in range(4))),
    (None, "month", lambda: f"{moment():%Y-%m}"),
    (None, "quarter", lambda: f"{rng.randrange(2019, 2025)}-Q{rng.randrange(1, 5)}"),
    (None, "week", lambda: f"{rng.randrange(2019, 2025)}-W{rng.randrange(1, 53):02}"),
    (None, "period", lambda: f"{moment():%Y-%m-%d} - {moment():%Y-%m-%d}"),
    (None, "impossible", lambda: f"2023-{rng.randrange(13, 60)}-{rng.randrange(32, 99)}"),
    (None, "season", lambda: f"{rng.randrange(20, 25)}/{rng.randrange(26, 30)}"),
    (None, "isbn", lambda: f"978-{digits(1)}-{digits(2)}-{digits(6)}-{digits(1)}"),
    (None, "ssn", lambda: f"{digits(3)}-{digits(2)}-{digits(4)}"),
    (None, "card", lambda: f"**** **** **** {digits(4)}"),
    (None, "score", lambda: f"{rng.randrange(5)}:{rng.randrange(5)}"),
    (None, "size", lambda: f"{rng.randrange(10, 99)}x{rng.randrange(10, 99)}"),
    (None, "weight", lambda: f"{rng.randrange(1, 90)} kg"),
    (None, "price", lambda: f"€ {rng.randrange(1, 90)}.00"),
    (None, "discount", lambda: f"{rng.randrange(1, 90)}%"),
    (None, "handle", lambda: f"@{word()}{digits(2)}"),
    (None, "mailbox", lambda: f"{rng.choice(NAMES)} <{word()}@example.com>"),
    (None, "recipients", lambda: f"{word()}@example.com, {word()}@example.com"),
    (None, "host", lambda: f"{word()}.example.com"),
    (None, "site", lambda: f"www.{word()}.com"),
    (None, "package", lambda: f"{word()}@{rng.randrange(9)}.{rng.randrange(9)}.{rng.randrange(9)}"),
    (None, "uuidish", lambda: f"{hexadecimal(8)}-{hexadecimal(4)}-{hexadecimal(4)}"),
    (None, "short_sha", lambda: hexadecimal(8)),
    (None, "object_id", lambda: f"6{letters(1, 'abcdef')}{hexadecimal(22)}"),
    (None, "iban_broken", lambda: f"NL{rng.choice(['00', '01', '99'])}ABNA{digits(10)}"),
    (None, "vat", lambda: f"NL{digits(9)}B0{rng.randrange(1, 9)}"),
    (None, "state", lambda: rng.choice(["NY", "TX", "WA", "OH", "FL", "NJ"])),
    (None, "airport", lambda: rng.choice(["AMS", "JFK", "LHR", "CDG", "FRA", "OSL", "BRU"])),
    (None, "direction", lambda: rng.choice(["in", "out"])),
    (None, "side", lambda: rng.choice(["TOP", "END", "MID", "ALL"])),
    (None, "scope", lambda: rng.choice(["all", "top", "try"])),
    (None, "answer", lambda: rng.choice(["yes", "no", "maybe", "later"])),
    (None, "grade", lambda: rng.choice(["A", "B", "C", "D"])),
    (None, "pronoun", lambda: rng.choice(["he", "she", "they", "it"])),
    (None, "country_name", lambda: rng.choice(["Netherlands", "Germany", "France", "Spain"])),
    (None, "postcode", lambda: f"{rng.randrange(1000, 9999)} {letters(2, 'ABCDEFGHKLM')}"),
    (None, "camel", lambda: "".join(each.title() for each in rng.choices(WORDS, k=4))),
    (None, "slug", lambda: "-".join(rng.choices(WORDS, k=3))),
    (None, "path", lambda: f"/v1/{word()}/{word()}"),
    (None, "token", lambda: letters(rng.randrange(20, 31))),
    (None, "formula", lambda: f"a < {rng.randrange(9)} and b > {rng.randrange(9)}"),
    (None, "greeting", lambda: f"Hi <{rng.choice(NAMES)}@home>, {word()}"),
    (None, "braces", lambda: f"{{{word()}}}"),
    (None, "ticket", lambda: f"[{word()}] {sentence()}"),
    (None, "standard", lambda: rng.choice(["utf-8", "sha-256", "iso-8859-1", "ascii"])),
    (None, "either", lambda: f"{word()} and/or {word()}" if rng.random() < 0.3 else sentence()),
    (None, "model", lambda: rng.choice(["X1", "X2-b", "T800", "Mk4"])),
    (None, "initials", lambda: letters(2, "QWXZJKV")),
    (None, "measure", lambda: rng.choice(["1/2", "n/a", "3/4", "w/o"])),
    ("integer text", "account_number", lambda: str(rng.randrange(1_500_000_000, 1_900_000_000))),
    ("integer text", "order_id", lambda: str(rng.randrange(1_600_000_000_000, 1_700_000_000_000))),
    ("integer text", "flag", lambda: rng.choice(["0", "1"])),
    ("decimal text", "rate", lambda: f"0.{digits(3)}"),
    (None, "id", lambda: rng.randrange(1_500_000_000, 1_900_000_000)),
    (None, "phone", lambda: rng.randrange(1_500_000_000, 1_900_000_000)),
    (None, "total_cents", lambda: rng.randrange(100, 900_000)),
    (None, "amount", lambda: rng.randrange(1_000_000_000, 2_000_000_000)),
    (None, "population", lambda: rng.randrange(1_000_000_000, 1_500_000_000)),
    (None, "count", lambda: rng.randrange(50)),
    (None, "year", lambda: rng.randrange(1990, 2026)),
    (None, "owner_id", lambda: rng.randrange(19_000_000, 21_000_000)),
    (None, "bytes", lambda: rng.randrange(10**12, 2 * 10**12)),
    (None, "ratio", lambda: rng.random()),
    (None, "value", lambda: rng.uniform(10**9, 2 * 10**9)),
    (None, "price", lambda: rng.randrange(10**5) / 100),
]  # fmt: skip


def labelled() -> list[Labelled]:
    """Return the columns, the same at every call."""
    rng.seed(20)
    columns = []
    for expected, name, make in [*POSITIVE, *OTHER]:
        many = [make() for _ in range(200)]
        few = [make() for _ in range(8)]
        junk = ["n/a", "", "-", "?"] if isinstance(many[0], str) else []
        columns.append(Labelled(name, many, expected))
        columns.append(Labelled(name, few, expected))
        if junk:
            columns.append(Labelled(name, many + [junk[n % 4] for n in range(12)], expected))
    return columns


def check_formats(find) -> tuple[float, float, list[tuple[Labelled, str | None]]]:
    """Return precision and recall of a detector, and the columns that it gets wrong.

    Args:
        find: gives the format of a column from its name and values.
    """
    columns = labelled()
    found = [find(column.name, column.values) for column in columns]
    right = sum(each == column.format is not None for column, each in zip(columns, found, strict=True))
    precision = right / sum(each is not None for each in found)
    recall = right / sum(column.format is not None for column in columns)
    wrong = [(column, each) for column, each in zip(columns, found, strict=True) if column.format != each]
    return precision, recall, wrong
