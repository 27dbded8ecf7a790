"""The steps for dates, in the workspace's time zone."""

from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.nodes.change_date import ChangeDate
from app.nodes.date_difference import DateDifference
from app.nodes.format_date import FormatDate
from app.nodes.read_date import ReadDate
from tests.nodes.trying import BERLIN, tried


def test_a_date_is_read_with_its_parts() -> None:
    assert tried(ReadDate(), BERLIN, date="24.12.2026 18:30") == {
        "date": "2026-12-24T18:30:00+01:00",
        "day": 24,
        "month": 12,
        "year": 2026,
        "hour": 18,
        "minute": 30,
        "weekday": "Thursday",
        "weekday_number": 4,
        "is_weekend": False,
        "week": 52,
        "month_end": "2026-12-31",
        "seconds": 1798133400,
    }
    assert tried(ReadDate(), BERLIN, date="2/3/2026", order="mdy")["month_end"] == "2026-02-28"
    assert tried(ReadDate(), BERLIN, date="now")["hour"] == 14


@pytest.mark.parametrize(
    ("settings", "date"),
    [
        ({"amount": 2, "unit": "weeks"}, "2027-01-07"),
        ({"what": "subtract", "amount": 1, "unit": "months"}, "2026-11-24"),
        ({"what": "end", "span": "month"}, "2026-12-31"),
        ({"what": "start", "span": "week"}, "2026-12-21"),
        ({"amount": 1, "unit": "working_days", "days_off": "25.12.2026, 26.12.2026"}, "2026-12-28"),
        ({"amount": 1, "unit": "working_days", "days_off": ["2026-12-25"]}, "2026-12-28"),
        ({"amount": 1, "unit": "days", "days_off": "left over"}, "2026-12-25"),
    ],
)
def test_a_date_is_changed(settings: dict[str, Any], date: str) -> None:
    assert tried(ChangeDate(), BERLIN, date="2026-12-24", **settings) == {"date": date}


def test_the_time_between_two_dates() -> None:
    found = tried(DateDifference(), BERLIN, first="1985-12-24", second="now", unit="years")
    assert (found["whole"], found["is_past"]) == (40, False)
    found = tried(DateDifference(), BERLIN, first="2026-11-23", second="2026-11-22")
    assert found == {"value": -1, "whole": -1, "words": "1 day", "is_past": True}


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({}, "24 December 2026"),
        ({"form": "DDDD, D MMMM YYYY"}, "Thursday, 24 December 2026"),
        ({"form": "MM/DD/YYYY"}, "12/24/2026"),
        ({"form": "iso"}, "2026-12-24T18:30:00+01:00"),
        ({"form": "mail"}, "Thu, 24 Dec 2026 18:30:00 +0100"),
        ({"form": "own", "own": "YYYY/MM at HH.mm"}, "2026/12 at 18.30"),
    ],
)
def test_a_date_is_written(settings: dict[str, Any], text: str) -> None:
    found = tried(FormatDate(), BERLIN, date="2026-12-24T17:30:00Z", **settings)
    assert found == {"text": text}


@pytest.mark.parametrize("kind", [ReadDate(), ChangeDate(), FormatDate()])
def test_what_is_no_date_is_told(kind: Any) -> None:
    with pytest.raises(StepFailed, match=r"^“Date”: “soon” cannot be read as a date\.") as failed:
        tried(kind, BERLIN, date="soon")
    assert not failed.value.can_retry
    with pytest.raises(StepFailed, match=r"^“Days off”: “x” cannot be read"):
        tried(ChangeDate(), BERLIN, date="today", unit="working_days", days_off="x")
    with pytest.raises(StepFailed, match="cannot be written down"):
        tried(ChangeDate(), BERLIN, date="today", unit="years", amount=9_999)
