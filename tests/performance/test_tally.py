"""Counting runs: rates, durations, and what is kept of them."""

from datetime import date, timedelta

import pytest

from app.engine.states import RunStatus
from app.performance.book import Book
from app.performance.tally import (
    DETAILED_DAYS,
    KEPT_DAYS,
    Ended,
    Tally,
    bucket_of,
    days_up_to,
    length_ms,
    summed,
)

TODAY = date(2026, 11, 22)


def ended(
    number: int,
    status: RunStatus = RunStatus.SUCCESS,
    *,
    took_ms: int | None = 2_000,
    day: date = TODAY,
    failed_at: str | None = None,
) -> Ended:
    """One run, with a number for an id."""
    run_id = f"00000000-0000-7000-8000-{number:012d}"
    return Ended(
        run_id=run_id, day=day, status=status, took_ms=took_ms, cost=10, failed_at=failed_at
    )


def test_cancelled_runs_do_not_count_against_an_agent() -> None:
    tally = Tally()
    assert tally.success_rate is None
    for status in (RunStatus.SUCCESS, RunStatus.SUCCESS, RunStatus.FAILED, RunStatus.CANCELLED):
        tally.add(ended(1, status))
    assert tally.runs == 4
    assert tally.success_rate == pytest.approx(2 / 3)


@pytest.mark.parametrize("took_ms", [0, 1, 7, 130, 2_000, 61_000, 5_400_000])
def test_durations_are_kept_to_about_a_seventh(took_ms: int) -> None:
    assert length_ms(bucket_of(took_ms)) == pytest.approx(max(took_ms, 1), rel=0.15)


def test_half_and_most_of_the_runs() -> None:
    tally = Tally()
    for seconds in range(1, 101):
        tally.add(ended(seconds, took_ms=seconds * 1_000))
    half, most = tally.took_s(0.5), tally.took_s(0.95)
    assert half == pytest.approx(50, rel=0.15)
    assert most == pytest.approx(95, rel=0.15)
    assert Tally().took_s(0.5) is None


def test_what_is_kept_is_read_back_as_it_was() -> None:
    book = Book()
    book.count([ended(1), ended(2, RunStatus.FAILED, failed_at="abcd1234"), ended(3, took_ms=None)])
    again = Book.of_json(book.to_json())
    assert again == book
    assert again.last_failed == {"abcd1234": ended(2).run_id}
    assert Book.of_json({}) == Book()
    assert Book.of_json({"schema": 99}) == Book()


def test_days_and_steps_long_past_are_let_go_but_not_the_whole() -> None:
    book = Book()
    long_ago = TODAY - timedelta(days=KEPT_DAYS)
    book.count([ended(1, RunStatus.FAILED, day=long_ago, failed_at="abcd1234"), ended(2)])
    book.forget_old(TODAY)
    assert list(book.days) == [TODAY]
    assert book.last_failed == {}
    assert book.ever.runs == 2


def test_thirty_days_have_no_gap() -> None:
    days = Book().last_days(TODAY, many=30)
    assert [day for day, _ in days] == days_up_to(TODAY, many=30)
    assert summed(tally for _, tally in days).runs == 0


def test_how_long_runs_took_is_kept_as_long_as_it_is_shown() -> None:
    book = Book()
    first_shown = TODAY - timedelta(days=29)
    for number, day in enumerate((TODAY - timedelta(days=DETAILED_DAYS), first_shown, TODAY)):
        book.count([ended(number, day=day)])
    book.forget_old(TODAY)
    assert [tally.runs for tally in book.days.values()] == [1, 1, 1]
    assert [bool(tally.took) for tally in book.days.values()] == [False, True, True]


def test_a_book_that_is_only_looked_at_says_the_same_of_thirty_days() -> None:
    book = Book()
    for back in range(60):
        day = TODAY - timedelta(days=back)
        book.count([ended(back, took_ms=900 * back, day=day), ended(100 + back, RunStatus.FAILED)])
    kept, first = book.to_json(), TODAY - timedelta(days=29)
    whole, part = Book.of_json(kept), Book.of_json(kept, since=first)
    assert part.last_days(TODAY, many=30) == whole.last_days(TODAY, many=30)
    assert min(part.days) == first
    assert (part.ever.runs, part.ever.cost) == (whole.ever.runs, whole.ever.cost)
