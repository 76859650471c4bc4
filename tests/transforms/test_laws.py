"""What must hold for every text and every number, not only for the examples."""

from __future__ import annotations

import typing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intkit.transforms import TRANSFORMS
from intkit.transforms.amounts import (
    MINOR_UNIT,
    SEPARATORS,
    decimal,
    from_percent,
    minor_units,
    number,
    round_half_even,
    round_half_up,
    stripe_amount,
    to_minor_units,
    to_percent,
    to_stripe_amount,
    whole,
)
from intkit.transforms.contacts import iban
from intkit.transforms.lists import flatten, group, sort, unique
from intkit.transforms.text import join, pad, replace, slug, split, truncate
from intkit.transforms.times import (
    date_in,
    format_date,
    from_epoch,
    from_epoch_ms,
    from_epoch_us,
    from_microsoft_date,
    in_zone,
    local_datetime,
    parse_date,
    parse_datetime,
    parse_day_first,
    parse_month_first,
    to_epoch,
    to_epoch_ms,
    to_utc,
)
from intkit.transforms.values import text

REST = {
    "lookup": [{"a": "b"}],
    "default": ["x"],
    "uuid5": ["example.com"],
    "split": [","],
    "replace": ["a", "b"],
    "regex": ["(a+)b"],
    "regex_replace": ["a+b", "c"],
    "truncate": [10],
    "pad": [10],
    "local_datetime": ["Europe/Amsterdam"],
}
"""The further arguments of the transforms that need some."""


def takes_text(name: str) -> bool:
    hints = typing.get_type_hints(TRANSFORMS[name].function)
    first = hints[next(iter(hints))]
    return first is str or str in typing.get_args(first)


TEXT_TRANSFORMS = [name for name in TRANSFORMS if takes_text(name)]
HOSTILE = [
    "", " ", "\x00", "\ud800", "nan", "inf", "1e999999999", "1_000", "１２", "٣", "-", "+", ".", "--1", "0x10", "/Date()/",
    "2026-02-30", "0000-00-00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-W01-1", "24:00", "@", "a@b",
    "<>", "+", "+1", "\u202e", "NL00", "ﬁ", "İ", "ß", "'; DROP TABLE", "{0}", "%s", "🇳🇱", "e\u0301" * 50,
]  # fmt: skip


def outcome(name: str, value: str) -> str:
    """Return what a transform says about a text it refuses, "" where it takes it."""
    try:
        TRANSFORMS[name].function(value, *REST.get(name, []))
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", TEXT_TRANSFORMS)
@given(value=st.text() | st.sampled_from(HOSTILE) | st.from_regex(r"\A[-+0-9.,:TZ/ eE()]{0,30}\Z"))
def test_any_text_is_taken_or_refused_with_what_was_expected(name, value):
    said = outcome(name, value)
    assert said == "" or said.startswith("expected ")


@pytest.mark.parametrize("name", TEXT_TRANSFORMS)
def test_a_refusal_never_holds_the_value(name):
    value = "s3cr3t-🔑-value"
    assert "s3cr3t" not in outcome(name, value)


@pytest.mark.parametrize("name", TEXT_TRANSFORMS)
def test_a_very_long_text_is_answered(name):
    for unit in ("1", "a", " ", ".", "1.", "a@", "<", "-a", ",", "\u00e9", "1 "):
        said = outcome(name, unit * (100_000 // len(unit)) + "!")
        assert said == "" or said.startswith("expected ")


latin = st.text(st.sampled_from("abcXYZ éÉøß'-_.,;:!?0123 \t\n@<>€"), max_size=30)
TWICE = ["strip", "lower", "upper", "collapse_spaces", "title", "to_ascii", "slug", "clean_email"]


@pytest.mark.parametrize("name", TWICE)
@given(value=latin | st.from_regex(r"\A[a-zA-Z.]{1,8}@[a-z]{1,5}\.[a-z]{2,3}\Z"))
def test_cleaning_twice_changes_nothing_more(name, value):
    function = TRANSFORMS[name].function
    assume(outcome(name, value) == "")
    assert function(function(value)) == function(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("phone", "+31 6 1234 5678"),
        ("iban", "nl91 abna 0417 1643 00"),
        ("country_code", "nld"),
        ("currency_code", "eur"),
    ],
)
def test_a_code_is_its_own_code(name, value):
    function = TRANSFORMS[name].function
    assert function(function(value)) == function(value) != value


amounts = st.integers(-(10**27), 10**27)
currencies = st.sampled_from(["EUR", "usd", "XYZ", *MINOR_UNIT])


@given(amounts, currencies)
def test_minor_units_there_and_back_lose_nothing(units, currency):
    assert to_minor_units(minor_units(units, currency), currency) == units


@given(amounts, st.sampled_from(["isk", "UGX", "mga", "eur", "jpy", "kwd"]))
def test_stripe_amounts_there_and_back_lose_nothing(units, currency):
    assert to_stripe_amount(stripe_amount(units, currency), currency) == units


@pytest.mark.parametrize(
    ("currency", "expected"),
    [("JPY", "1050"), ("EUR", "10.50"), ("BHD", "1.050"), ("CLF", "0.1050"), ("MGA", "10.50")],
)
def test_a_currency_has_the_decimals_of_iso_4217(currency, expected):
    assert str(minor_units(1050, currency)) == expected


@pytest.mark.parametrize("currency", ["", "EU", "EURO", "€", "12A", "ΕUR"])
def test_what_is_no_currency_code_is_refused(currency):
    with pytest.raises(ValueError, match="expected a currency code of three letters"):
        minor_units(1, currency)


@pytest.mark.parametrize("units", [10**28, -(10**28), 10**400])
def test_an_amount_that_decimals_would_round_is_refused(units):
    with pytest.raises(ValueError, match="at most 28 digits"):
        to_minor_units(units, "EUR")


plain_numbers = st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**15), max_value=10**15
)


@given(plain_numbers)
def test_a_number_written_as_text_is_read_back(value):
    assert number(text(value)) == value


@given(plain_numbers, st.sampled_from(sorted(SEPARATORS)))
def test_a_number_written_in_a_locale_is_read_back(value, locale):
    group, point = SEPARATORS[locale]
    written = f"{value:,.3f}".replace(",", "G").replace(".", point).replace("G", group)
    assert decimal(written, locale) == value


@pytest.mark.parametrize("locale", ["nl", "en", "fr", "de-CH"])
@pytest.mark.parametrize(
    "written", ["1.2.3", "1,2,3", "12.34.567", "1,23,456.0", "1.5,", "€ 5", "1e5.", "", "1'23"]
)
def test_wrong_groups_are_refused_rather_than_guessed(locale, written):
    with pytest.raises(ValueError, match="expected a number like"):
        decimal(written, locale)


@pytest.mark.parametrize("written", ["1\u00a0234,5", "1\u202f234,5", "1 234,5", "\u22121 234,5"])
def test_every_space_and_minus_of_a_typesetter_is_read(written):
    assert abs(decimal(written, "fr")) == Decimal("1234.5")


@given(st.integers(-(10**27), 10**27))
def test_whole_numbers_are_exact_at_any_length(value):
    assert whole(str(value)) == value == whole(Decimal(value))


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9),
    st.integers(0, 6),
)
def test_rounding_moves_at_most_half_a_unit_and_twice_is_once(value, places):
    for rounded in (round_half_even, round_half_up):
        result = rounded(value, places)
        assert abs(result - value) * 2 <= Decimal(1).scaleb(-places)
        assert rounded(result, places) == result
        assert -result.as_tuple().exponent == places


def test_halves_go_to_the_even_neighbour_or_away_from_zero():
    halves = [Decimal("-1.5"), Decimal("-0.5"), Decimal("0.5"), Decimal("1.5"), Decimal("2.5")]
    assert [int(round_half_even(half, 0)) for half in halves] == [-2, 0, 0, 2, 2]
    assert [int(round_half_up(half, 0)) for half in halves] == [-2, -1, 1, 2, 3]


@given(plain_numbers)
def test_a_percentage_there_and_back_is_the_same(value):
    assert to_percent(from_percent(value)) == value == from_percent(to_percent(value))


moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))


@given(moments)
def test_epochs_in_every_unit_there_and_back(moment):
    second = moment.replace(microsecond=0)
    assert from_epoch(to_epoch(moment)) == second
    assert from_epoch_ms(to_epoch_ms(moment)) == moment - timedelta(microseconds=moment.microsecond % 1000)
    assert from_epoch_us((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)) == moment


@given(st.integers())
def test_no_whole_number_is_too_much_for_an_epoch(value):
    for name in ("from_epoch", "from_epoch_ms", "from_epoch_us"):
        said = outcome(name, value)
        assert said == "" or said.startswith("expected ")


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("2023-04-03 22:13:42.674981+00", "2023-04-03T22:13:42.674981+00:00"),
        ("2026-03-01T09:30:00.000Z", "2026-03-01T09:30:00+00:00"),
        ("2026-03-01T09:30:35.0Z", "2026-03-01T09:30:35+00:00"),
        ("2017-08-30T21:54:36.000+0000", "2017-08-30T21:54:36+00:00"),
        ("2015-07-15T19:28:00+00:00", "2015-07-15T19:28:00+00:00"),
        ("2026-03-01T10:30:00+01:00", "2026-03-01T10:30:00+01:00"),
        ("2020-01-06T16:26:08.5871234Z", "2020-01-06T16:26:08.587123+00:00"),
        ("20260301T093000Z", "2026-03-01T09:30:00+00:00"),
        ("2026-03-01T09:30Z", "2026-03-01T09:30:00+00:00"),
    ],
)
def test_the_time_styles_of_the_vendors_are_read(style, expected):
    assert parse_datetime(style).isoformat() == expected


@pytest.mark.parametrize("naive", ["2009-03-26 21:35:57", "2020-01-06T16:26:08.587", "2026-03-01"])
def test_a_time_without_an_offset_is_never_guessed(naive):
    with pytest.raises(ValueError, match="expected an offset from UTC"):
        parse_datetime(naive)
    assert local_datetime(naive, "UTC") == datetime.fromisoformat(naive).replace(tzinfo=UTC)


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2037, 1, 1)),
    st.sampled_from(["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe"]),
)
def test_a_clock_time_is_read_as_the_clocks_of_the_zone_show_it(clock, zone):
    said = ""
    try:
        moment = local_datetime(clock.isoformat(), zone)
    except ValueError as error:
        said = str(error)
    if "skips" in said:
        around = {clock.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1)}
        assert len(around) == 2
    elif "once" in said:
        earlier, later = (local_datetime(clock.isoformat(), zone, twice) for twice in ("earlier", "later"))
        assert to_utc(earlier) < to_utc(later)
    else:
        assert moment.replace(tzinfo=None) == clock == in_zone(to_utc(moment), zone).replace(tzinfo=None)


def test_gaps_and_folds_are_said():
    with pytest.raises(ValueError, match="the clock skips it"):
        local_datetime("2026-03-08T02:30:00", "America/New_York")
    with pytest.raises(ValueError, match="the clock is put back over it"):
        local_datetime("2026-11-01T01:30:00", "America/New_York")


@pytest.mark.parametrize(
    "zone", ["", "Amsterdam", "../etc/passwd", "Europe", "/etc/localtime", "\x00", "\ud800"]
)
def test_what_is_no_zone_is_refused(zone):
    with pytest.raises(ValueError, match="expected a time zone like Europe/Amsterdam"):
        date_in(datetime(2026, 1, 1, tzinfo=UTC), zone)


@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_moment_beyond_the_calendar_is_refused(edge):
    with pytest.raises(ValueError, match="from the year 1 to 9999"):
        to_utc(parse_datetime(edge))


@given(st.dates())
def test_a_day_there_and_back(day):
    assert parse_date(format_date(day, "YYYY-MM-DD")) == day
    assert parse_day_first(format_date(day, "DD-MM-YYYY")) == day
    assert parse_month_first(format_date(day, "MM/DD/YYYY")) == day
    assert parse_date(text(day)) == day


@pytest.mark.parametrize("written", ["1-2-26", "31-02-2026", "1-2/2026", "1.2.20261", "aa-bb-cccc"])
def test_an_unclear_day_is_refused(written):
    with pytest.raises(ValueError, match="expected a date like 31-12-2026"):
        parse_day_first(written)


def test_a_date_of_exact_and_of_xero_is_the_same_moment():
    assert from_microsoft_date("/Date(1393936434280)/") == from_microsoft_date("/Date(1393936434280+0200)/")
    assert from_microsoft_date("/Date(-1000)/") == datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(
    st.text(st.sampled_from("0123456789"), min_size=18, max_size=18), st.integers(1, 9), st.integers(0, 17)
)
def test_a_single_wrong_digit_of_an_iban_is_found(digits, change, at):
    letters = "".join(str(int(sign, 36)) for sign in digits + "NL")
    account = f"NL{98 - int(letters + '00') % 97:02}{digits}"
    assert iban(account) == account
    wrong = account[: 4 + at] + str((int(account[4 + at]) + change) % 10) + account[5 + at :]
    with pytest.raises(ValueError, match="check digits"):
        iban(wrong)


@given(st.lists(st.text(st.sampled_from("ab1"), min_size=1)))
def test_split_undoes_join(pieces):
    assert split(join(pieces, ";"), ";") == pieces


@given(st.lists(st.integers()))
def test_lists_keep_their_elements(elements):
    assert sorted(set(elements)) == sort(unique(elements))
    assert flatten([elements, elements]) == elements * 2


@given(st.lists(st.tuples(st.integers(), st.sampled_from("abc"))))
def test_groups_hold_all_elements_in_order_and_each_key_once(pairs):
    groups = group(pairs, [key for _, key in pairs])
    assert [{key for _, key in each} for each in groups] == [
        {key} for key in dict.fromkeys("".join(k for _, k in pairs))
    ]
    assert all(each == [pair for pair in pairs if pair[1] == each[0][1]] for each in groups)


@given(st.text(), st.integers(1, 20))
def test_a_cut_text_keeps_to_its_length(value, length):
    cut = truncate(value, length)
    assert len(cut) <= length
    assert truncate(cut, length) == cut
    assert len(pad(value, length)) == max(length, len(value))


def test_a_short_rule_cannot_write_a_long_text():
    for grow in (
        lambda value: replace(value, "a", "a" * 1000),
        lambda value: join(split(value.replace("a", "a,"), ","), "a" * 1000),
    ):
        with pytest.raises(ValueError, match="no more than a million characters"):
            grow(grow(grow("aa")))
    with pytest.raises(ValueError, match="a width of at most 1000"):
        pad("a", 10**9)


def test_a_number_of_a_billion_digits_is_not_written_out():
    with pytest.raises(ValueError, match="at most 100 digits"):
        text(Decimal("1E+999999999"))
    with pytest.raises(ValueError, match="expected a whole number"):
        whole(Decimal("1E+999999999"))
    with pytest.raises(ValueError, match="expected at most 15 digits"):
        round_half_up(Decimal("1E+999999999"))
    with pytest.raises(ValueError, match="at most 28 digits"):
        to_percent(Decimal("1E+999999999"))


def test_the_day_of_a_moment_depends_on_the_zone():
    moment = parse_datetime("2026-02-28T23:30:00Z")
    assert (date_in(moment, "UTC"), date_in(moment, "Europe/Amsterdam")) == (
        date(2026, 2, 28),
        date(2026, 3, 1),
    )


@given(latin)
def test_a_slug_is_fit_for_an_address(value):
    assume(outcome("slug", value) == "")
    assert set(slug(value)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug(value).startswith("-")
    assert "--" not in slug(value)
