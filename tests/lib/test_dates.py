"""Dates are read as people write them, and sums are right on the days when clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib.date_reading import DateRefused, Order, moment, read, text_of
from app.lib.date_sums import add, between, edge, in_words

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
DAYS = st.dates(date(1990, 1, 1), date(2050, 12, 31))


def said(value: object, *, zone: ZoneInfo = BERLIN, order: Order = "dmy") -> str:
    """The date in one form."""
    return text_of(read(value, zone=zone, now=NOW, order=order))


def at(text: str, zone: ZoneInfo = BERLIN) -> date:
    """A date by its text."""
    return read(text, zone=zone, now=NOW)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-12-24", "2026-12-24"),
        ("20261224", "2026-12-24"),
        ("2026-W52-4", "2026-12-24"),
        ("2026-12-24T18:30", "2026-12-24T18:30:00+01:00"),
        ("2026-12-24 18:30:15.5", "2026-12-24T18:30:15+01:00"),
        ("2026-07-24T18:30Z", "2026-07-24T20:30:00+02:00"),
        ("2026-12-24T18:30:00-05:00", "2026-12-25T00:30:00+01:00"),
        ("24.12.2026", "2026-12-24"),
        ("24. 12. 2026", "2026-12-24"),
        ("4.1.26", "2026-01-04"),
        ("4.1.85", "1985-01-04"),
        ("24.12.2026 18:30", "2026-12-24T18:30:00+01:00"),
        ("24.12.2026 um 18:30 Uhr", "2026-12-24T18:30:00+01:00"),
        ("3/4/2026", "2026-04-03"),
        ("24-12-2026", "2026-12-24"),
        ("2026/12/24", "2026-12-24"),
        ("24 December 2026", "2026-12-24"),
        ("24. Dezember 2026", "2026-12-24"),
        ("3. März 2026", "2026-03-03"),
        ("1st of May 2026", "2026-05-01"),
        ("Thursday, 24 Dec 2026", "2026-12-24"),
        ("Dec 24, 2026", "2026-12-24"),
        ("December 24, 2026 6:30 pm", "2026-12-24T18:30:00+01:00"),
        ("Dec. 24 2026, at 12 am", "2026-12-24T00:00:00+01:00"),
        ("Thu, 24 Dec 2026 18:30:00 +0100", "2026-12-24T18:30:00+01:00"),
        ("Thu, 24 Dec 2026 18:30:00 GMT", "2026-12-24T19:30:00+01:00"),
        (1798137000, "2026-12-24T19:30:00+01:00"),
        ("1798137000", "2026-12-24T19:30:00+01:00"),
        (1798137000000, "2026-12-24T19:30:00+01:00"),
        (0, "1970-01-01T01:00:00+01:00"),
        ("now", "2026-11-23T00:30:00+01:00"),
        ("Today", "2026-11-23"),
        ("tomorrow", "2026-11-24"),
        ("yesterday", "2026-11-22"),
    ],
)
def test_dates_are_read(value: object, text: str) -> None:
    assert said(value) == text


def test_the_order_is_chosen() -> None:
    assert said("3/4/2026", order="mdy") == "2026-03-04"
    assert said("12/24/2026", order="mdy") == "2026-12-24"
    assert said("3.4.2026", order="mdy") == "2026-04-03"
    assert said("today", zone=NEW_YORK) == "2026-11-22"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "There is no date: the value is empty."),
        (None, "There is no date"),
        ("soon", "“soon” cannot be read as a date. Write it like 2026-12-24"),
        ("31.02.2026", "“31.02.2026” is not a date that exists."),
        ("12/24/2026", "“12/24/2026” is not a date that exists."),
        ("2026-13-01", "is not a date that exists."),
        ("24.12.2026 25:00", "is not a date that exists."),
        ("24.12.2026 13:00 pm", "is not a date that exists."),
        ("24.12.2026 later", "cannot be read as a date"),
        ("24 Foo 2026", "cannot be read as a date"),
        ("24.12.2026 18", "cannot be read as a date"),
        (True, "cannot be read as a date"),
        ([1], "cannot be read as a date"),
        ("x" * 101, "cannot be read as a date"),
        (10**20, "is not a date that exists."),
    ],
)
def test_what_is_no_date_is_told(value: object, sentence: str) -> None:
    with pytest.raises(DateRefused) as refused:
        said(value)
    assert sentence in refused.value.sentence


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-01-31", 1, "months", "2026-02-28"),
        ("2028-01-31", 1, "months", "2028-02-29"),
        ("2026-03-31", -1, "months", "2026-02-28"),
        ("2028-02-29", 1, "years", "2029-02-28"),
        ("2026-11-30", 1, "quarters", "2027-02-28"),
        ("2026-12-24", 10, "days", "2027-01-03"),
        ("2026-12-24", -1, "weeks", "2026-12-17"),
        ("2026-12-24", 5, "hours", "2026-12-24T05:00:00+01:00"),
        ("2026-12-24T18:30", 1.5, "hours", "2026-12-24T20:00:00+01:00"),
        # The night of 29 March has no 02:30 and lasts 23 hours.
        ("2026-03-28T02:30", 1, "days", "2026-03-29T03:30:00+02:00"),
        ("2026-03-28T12:00", 1, "days", "2026-03-29T12:00:00+02:00"),
        ("2026-03-28T12:00", 24, "hours", "2026-03-29T13:00:00+02:00"),
        ("2026-03-29T01:59", 1, "minutes", "2026-03-29T03:00:00+02:00"),
        # The night of 25 October has 02:30 twice and lasts 25 hours.
        ("2026-10-24T02:30", 1, "days", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:30:00+02:00", 1, "hours", "2026-10-25T02:30:00+01:00"),
        ("2026-10-24T12:00", 24, "hours", "2026-10-25T11:00:00+01:00"),
        ("2026-09-25T02:30", 1, "months", "2026-10-25T02:30:00+02:00"),
        # Friday to Monday
        ("2026-11-20", 1, "working_days", "2026-11-23"),
        ("2026-11-23", -1, "working_days", "2026-11-20"),
        ("2026-11-21", 1, "working_days", "2026-11-23"),
        ("2026-11-20T17:00", 3, "working_days", "2026-11-25T17:00:00+01:00"),
        ("2026-11-20", 0, "working_days", "2026-11-20"),
    ],
)
def test_sums_with_dates(start: str, amount: float, unit: str, end: str) -> None:
    assert text_of(add(at(start), amount, unit, zone=BERLIN)) == end


def test_days_off_are_passed_over() -> None:
    off = {date(2026, 12, 25), date(2026, 12, 26)}
    found = add(date(2026, 12, 24), 1, "working_days", zone=BERLIN, days_off=off)
    assert found == date(2026, 12, 28)
    assert between(date(2026, 12, 24), found, "working_days", zone=BERLIN, days_off=off) == 1


@pytest.mark.parametrize(
    ("amount", "unit", "sentence"),
    [
        (1.5, "months", "1.5 months cannot be added: use whole months."),
        (0.5, "working_days", "use whole working days"),
        (10**6, "years", "cannot be written down"),
        (1e300, "days", "cannot be written down"),
        (1e300, "hours", "cannot be written down"),
        (20_001, "working_days", "At most 20,000 working days"),
    ],
)
def test_sums_that_lead_nowhere_are_told(amount: float, unit: str, sentence: str) -> None:
    with pytest.raises(DateRefused) as refused:
        add(at("2026-12-24T10:00"), amount, unit, zone=BERLIN)
    assert sentence in refused.value.sentence


@pytest.mark.parametrize(
    ("value", "unit", "first", "last"),
    [
        ("2026-02-11", "month", "2026-02-01", "2026-02-28"),
        ("2026-11-22", "week", "2026-11-16", "2026-11-22"),
        ("2026-11-22", "quarter", "2026-10-01", "2026-12-31"),
        ("2026-11-22", "year", "2026-01-01", "2026-12-31"),
        ("2026-11-22", "day", "2026-11-22", "2026-11-22"),
        (
            "2026-10-25T18:00",
            "day",
            "2026-10-25T00:00:00+02:00",
            "2026-10-25T23:59:59+01:00",
        ),
        ("2026-11-22T18:50:07", "hour", "2026-11-22T18:00:00+01:00", "2026-11-22T18:59:59+01:00"),
        (
            "2026-10-25T02:50:00+01:00",
            "quarter_hour",
            "2026-10-25T02:45:00+01:00",
            "2026-10-25T02:59:59+01:00",
        ),
    ],
)
def test_starts_and_ends(value: str, unit: str, first: str, last: str) -> None:
    for is_end, expected in ((False, first), (True, last)):
        assert text_of(edge(at(value), unit, is_end=is_end, zone=BERLIN)) == expected


@pytest.mark.parametrize(
    ("first", "second", "unit", "number"),
    [
        ("2026-12-24", "2027-01-03", "days", 10),
        ("2026-12-24", "2026-12-20", "days", -4),
        ("2026-12-24T18:00", "2026-12-25T06:00", "days", 0.5),
        ("2026-03-28T12:00", "2026-03-29T12:00", "days", 1),
        ("2026-03-28T12:00", "2026-03-29T12:00", "hours", 23),
        ("2026-10-24T12:00", "2026-10-25T12:00", "hours", 25),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "minutes", 60),
        ("2026-01-31", "2026-02-28", "months", 1),
        ("2026-01-15", "2026-02-01", "months", 17 / 31),
        ("1985-01-04", "2026-11-22", "years", 41.882353),
        ("2026-11-22", "1985-11-22", "years", -41),
        ("2026-11-22", "2026-11-22", "weeks", 0),
        ("2026-11-20", "2026-11-23", "working_days", 1),
        ("2026-11-23", "2026-11-20", "working_days", -1),
    ],
)
def test_the_time_between(first: str, second: str, unit: str, number: float) -> None:
    found = between(at(first), at(second), unit, zone=BERLIN)
    assert found == pytest.approx(number, abs=1e-3)


def test_the_time_between_in_words() -> None:
    for first, second, words in (
        ("2026-12-24", "2026-12-26", "2 days"),
        ("2026-12-25", "2026-12-24", "1 day"),
        ("2026-12-24T10:00", "2026-12-26T11:00:30", "2 days 1 hour"),
        ("2026-12-24T10:00", "2026-12-24T10:02:01", "2 minutes 1 second"),
        ("2026-12-24T10:00", "2026-12-24T10:00", "no time"),
    ):
        assert in_words(at(first), at(second), zone=BERLIN) == words


@given(start=DAYS, number=st.integers(-300, 300), off=st.frozensets(DAYS, max_size=4))
def test_working_days_there_and_back(start: date, number: int, off: frozenset[date]) -> None:
    end = add(start, number, "working_days", zone=BERLIN, days_off=off)
    assert between(start, end, "working_days", zone=BERLIN, days_off=off) == number


@given(start=DAYS, end=DAYS)
def test_whole_months_between_lead_back(start: date, end: date) -> None:
    low, high = min(start, end), max(start, end)
    months = between(low, high, "months", zone=BERLIN)
    assert add(low, int(months + 1e-6), "months", zone=BERLIN) <= high
    assert add(low, int(months + 1e-6) + 1, "months", zone=BERLIN) >= high - timedelta(1)


@given(at_seconds=st.integers(0, 2_500_000_000), hours=st.integers(-99, 99))
def test_hours_are_hours_in_every_zone(at_seconds: int, hours: int) -> None:
    for zone in (BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe")):
        start = datetime.fromtimestamp(at_seconds, UTC).astimezone(zone)
        end = add(start, hours, "hours", zone=zone)
        assert between(start, end, "hours", zone=zone) == hours
        assert moment(read(text_of(end), zone=zone, now=NOW), zone) == end
