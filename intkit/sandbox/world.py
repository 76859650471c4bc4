"""The fictional world behind all vendors: people, companies, products and orders.

Every vendor tells of the same world under its own ids and in its own words, and not always the same thing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

DEFAULT_SEED = 20260331

# (given name, family name, country): scripts, accents, particles, apostrophes and one-word names as in life
# ruff: noqa: RUF001 - the names are meant to be what they are
_NAMES = """Anna de Vries NL|Daan Bakker NL|Sanne van den Berg NL|Thijs 't Hart NL|Fatima El Amrani NL
Jeroen IJsselstein NL|Zoë Müller DE|Jürgen Groß DE|Mehmet Yılmaz DE|Łukasz Wójcik DE|Élise Lefèvre FR
Noël Dubois FR|Siân O'Connor GB|James Smith GB|Priya Patel GB|Zoë Smith-Jones GB|Björk Jónsdóttir GB
山田 太郎 JP|佐藤 花子 JP|Haruki Tanaka JP|Emily Johnson US|José García US|Nguyễn Thị Minh Khai US
Bob Null US|D'Angelo Brown US|Chloé Janssens BE|Wout Peeters BE|Ana María Fernández ES|Søren Ødegård DK
Ingrid Åberg SE|Ольга Иванова DE|محمد علي GB|Χρήστος Παππάς DE|Nikola Đorđević DE|Seán Ó Briain IE
Maximiliane von und zu Hohenstein-Wittgenstein DE|Lee KR|Marie-Claire d'Arc FR|Renée Zijlstra NL|Tim Q NL"""
_STREETS = ("Keizersgracht", "Dorpsstraat", "Hauptstraße", "Rue de l'Église", "High Street", "Main St")
_CITIES = {
    "NL": ("Amsterdam", "1015 CJ"),
    "DE": ("Köln", "50667"),
    "FR": ("Orléans", "45000"),
    "GB": ("Newcastle upon Tyne", "NE1 7RU"),
    "JP": ("東京", "100-0001"),
    "US": ("San José", "95113"),
    "BE": ("Liège", "4000"),
    "ES": ("A Coruña", "15001"),
    "DK": ("København Ø", "2100"),
    "SE": ("Malmö", "211 20"),
    "IE": ("Dún Laoghaire", "A96 X6V3"),
    "KR": ("서울", "04524"),
}
_CURRENCIES = {"GB": "gbp", "JP": "jpy", "US": "usd", "KR": "usd"}
_FIRMS = """Bakkerij De Zon B.V. NL|Van Dijk & Zonen NL|Müller GmbH & Co. KG DE|Café Zürich DE|L'Atelier FR
Smith, Jones & Partners GB|株式会社山田 JP|Acme Inc. US|ACME, INC US|Fietsenmaker Rijwiel NL|Ørsted Kaffe DK
Null & Void Ltd GB|"De Quote" V.O.F. NL|Ünïcode Systems DE|Blue Bottle LLC US|Zuid-As Holding N.V. NL"""
# (sku, name, price in euro cents)
_PRODUCTS = (
    ("MUG-01", "Mug, blue", 1250),
    ("MUG-02", "Mug “São Paulo”", 1475),
    ("TEE-S", "T-shirt S", 2499),
    ("TEE-XL", "T-shirt XL", 2699),
    ("BAG-09", "Bag 9″ / 23 cm", 8900),
    ("BOOK-7", "Boek: Één dag", 1999),
    ("GIFT", "Gift card", 5000),
    ("SHIP", "Shipping", 495),
    ("SUB-M", "Subscription, month", 900),
    ("CHAIR", "Chair, oak", 24900),
    ("LAMP", "Lampe 40 W", 3995),
    ("CABLE", "Cable, 2 m", 799),
)


@dataclass(frozen=True)
class Company:
    """A firm; `domain` is where its people's mail lives."""

    number: int
    name: str
    country: str
    domain: str
    vat: str


@dataclass(frozen=True)
class Person:
    """A customer as the world knows them; vendors may know them otherwise."""

    number: int
    given: str
    family: str
    country: str
    email: str
    phone: str
    street: str
    city: str
    postcode: str
    since: int
    company: Company | None

    @property
    def name(self) -> str:
        """Return the whole name."""
        return f"{self.given} {self.family}".strip()

    @property
    def currency(self) -> str:
        """Return the lower-case code of the currency they pay in."""
        return _CURRENCIES.get(self.country, "eur")


@dataclass(frozen=True)
class Product:
    """Something sold; the price is in euro cents."""

    sku: str
    name: str
    cents: int


@dataclass(frozen=True)
class Order:
    """What a person bought; unit prices are in the currency's minor units."""

    number: int
    person: Person
    currency: str
    lines: tuple[tuple[Product, int, int], ...]
    placed: int
    paid_with: str

    @property
    def reference(self) -> str:
        """Return the order's number as it is printed: `ORD-2025-00042`."""
        return f"ORD-{datetime.fromtimestamp(self.placed, UTC).year}-{self.number:05d}"

    @property
    def amount(self) -> int:
        """Return the total in minor units."""
        return sum(quantity * price for _, quantity, price in self.lines)


@dataclass(frozen=True)
class World:
    """Everything that exists, in the order in which it came to be."""

    companies: tuple[Company, ...]
    people: tuple[Person, ...]
    products: tuple[Product, ...] = field(default=tuple(Product(*each) for each in _PRODUCTS))
    orders: tuple[Order, ...] = ()


def chance(seed: int, *purpose: str) -> random.Random:
    """Return a random source of its own for each purpose, so that one vendor's draws never move another's."""
    return random.Random("/".join((str(seed), *purpose)))  # noqa: S311 - practice records, not secrets


def draw_id(rng: random.Random, length: int, alphabet: str = "") -> str:
    """Return an id of letters and digits, as most vendors spell theirs."""
    letters = alphabet or "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return "".join(rng.choice(letters) for _ in range(length))


@cache
def build_world(seed: int = DEFAULT_SEED) -> World:
    """Return the world of a seed: 16 companies, 160 people, 12 products and 640 orders."""
    companies = tuple(_company(number, text) for number, text in enumerate(_split(_FIRMS)))
    people = tuple(_person(chance(seed, "person", str(number)), number, companies) for number in range(160))
    bare = World(companies, people)
    return World(companies, people, orders=_orders(chance(seed, "orders"), bare))


def _split(text: str) -> list[str]:
    return [entry for line in text.splitlines() for entry in line.split("|")]


def _company(number: int, text: str) -> Company:
    name, country = text.rsplit(" ", 1)
    domain = "".join(c for c in name.lower() if c.isascii() and c.isalnum()) or f"company{number}"
    return Company(number, name, country, f"{domain}.example", f"{country}{810000000 + number * 7919:09d}B01")


def _person(rng: random.Random, number: int, companies: tuple[Company, ...]) -> Person:
    names = _split(_NAMES)
    words = names[number % len(names)].split(" ")
    given, family, country = words[0], " ".join(words[1:-1]), words[-1]
    company = rng.choice(companies) if rng.random() < 0.45 else None
    ascii_name = "".join(c for c in f"{given}.{family}".lower() if c.isascii() and (c.isalnum() or c == "."))
    local = f"{ascii_name.strip('.') or 'klant'}{number}"
    city, postcode = _CITIES[country]
    return Person(
        number=number,
        given=given,
        family=family,
        country=country,
        email=f"{local}@{company.domain if company else 'mail.example'}",
        phone=f"+31 6 {rng.randrange(10**8):08d}",
        street=f"{rng.choice(_STREETS)} {rng.randrange(1, 400)}",
        city=city,
        postcode=postcode,
        since=int(datetime(2023, 1, 1, tzinfo=UTC).timestamp()) + rng.randrange(730 * 86400),
        company=company,
    )


def _orders(rng: random.Random, world: World) -> tuple[Order, ...]:
    first = datetime(2025, 1, 2, 8, 0, tzinfo=UTC).timestamp()
    last = datetime(2026, 3, 30, 20, 0, tzinfo=UTC).timestamp()
    moments = sorted(int(first + rng.random() * (last - first)) for _ in range(640))
    return tuple(_order(rng, world, number, placed) for number, placed in enumerate(moments, start=1))


def _order(rng: random.Random, world: World, number: int, placed: int) -> Order:
    # Few people buy often: squaring the draw makes the first ones regulars.
    person = world.people[int(rng.random() ** 2 * len(world.people))]
    lines = tuple(
        (product, rng.choice((1, 1, 1, 2, 3, 10)), _price(product, person.currency))
        for product in rng.sample(world.products, rng.choice((1, 1, 2, 3)))
    )
    paid_with = rng.choice(("card", "card", "card", "ideal" if person.country == "NL" else "paypal", "sepa"))
    return Order(number, person, person.currency, lines, placed, paid_with)


def _price(product: Product, currency: str) -> int:
    if currency == "jpy":  # no minor unit: 1250 cents are about 2000 yen
        return product.cents * 16 // 100 * 10
    return product.cents
