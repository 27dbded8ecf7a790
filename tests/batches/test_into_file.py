"""The results of a batch as a workbook that a worker makes."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.audit.models import AuditEvent
from app.batch_results import asking, source
from app.batches import keeping, work
from app.batches.models import Batch
from app.files import sweeping
from app.files.models import File
from app.handovers import into_file
from app.handovers.models import Handover, HandoverKind, HandoverStatus
from app.handovers.tools import Tools
from app.lib import clock
from app.lib.office import Effort, SheetWish, read_sheet
from tests.batches.conftest import MakeBatch, PutOn
from tests.batches.handed import (
    MANY,
    Ask,
    Killed,
    Meanwhile,
    Scored,
    Stopped,
    as_it_is,
    handed_over,
    with_answers,
)
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.flows import greeting
from tests.runs.house import House, until

WISH = {"zone": "Europe/Oslo", "runs": "https://lamps.example.org/w/harbour-pine/runs"}


def rows_in(tools: Tools, held: Handover) -> list[dict[str, Any]]:
    """What stands in the workbook."""
    assert held.file_id is not None
    content = io.BytesIO(tools.files.path(held.file_id).read_bytes())
    wish = SheetWish(header_row=1, max_rows=100_000, max_cells=10**7, max_chars=10**8)
    return [dict(row) for row in read_sheet(content, Effort("results.xlsx"), wish).rows]


def files_of(session: Session) -> list[File]:
    """Every file there is."""
    session.rollback()
    return list(session.scalars(select(File)))


@on_both
def test_every_row_is_in_the_file(session: Session, tools: Tools, scored: Scored, ask: Ask) -> None:
    held = handed_over(session, tools, ask(scored(), WISH))
    assert (held.status, held.rows, held.share) == (HandoverStatus.DONE, MANY, 100)
    assert held.sentence == "“results.xlsx” is ready: 1,200 rows."
    found = rows_in(tools, held)
    assert list(found[0]) == ["Name", "Points", "State", "What went wrong", "Run"]
    assert [row["Points"] for row in found] == list(range(1, MANY + 1))
    assert {row["State"] for row in found} == {"Done"}
    (file,) = files_of(session)
    assert (file.name, file.run_id) == ("results.xlsx", None)
    made = session.scalars(select(AuditEvent).where(AuditEvent.action == "batch_file_made")).one()
    assert made.details["rows"] == MANY


@on_both
def test_every_row_is_in_the_csv_file(
    session: Session, tools: Tools, scored: Scored, ask: Ask
) -> None:
    held = handed_over(session, tools, ask(scored(), WISH, kind=HandoverKind.CSV))
    assert held.sentence == "“results.csv” is ready: 1,200 rows."
    assert held.file_id is not None
    content = tools.files.path(held.file_id).read_bytes()
    assert content.startswith(b"\xef\xbb\xbfName,Points,State,What went wrong,Run\r\n")
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [line["Points"] for line in lines] == [str(number) for number in range(1, MANY + 1)]
    (file,) = files_of(session)
    assert (file.name, file.media_type) == ("results.csv", "text/csv")


@on_both
@pytest.mark.parametrize("transactions", [1, 2, 3, 4, 5])
def test_a_worker_that_dies_is_followed_by_another(
    session: Session, tools: Tools, killed: Killed, scored: Scored, ask: Ask, transactions: int
) -> None:
    held = ask(scored(), WISH)
    with pytest.raises(Stopped):
        handed_over(session, killed(transactions), held)
    assert as_it_is(session, held).is_working
    handed_over(session, tools, held)
    assert [row["Points"] for row in rows_in(tools, held)] == list(range(1, MANY + 1))
    assert [file.id for file in files_of(session)] == [held.file_id]


def test_real_workers_make_it(session: Session, house: House, scored: Scored, ask: Ask) -> None:
    held = ask(scored(3), WISH)
    house.open_worker()
    until(lambda: not as_it_is(session, held).is_working, within_s=60)
    assert held.sentence == "“results.xlsx” is ready: 3 rows."


def test_nothing_is_left_of_one_that_is_stopped(
    session: Session, cast: Cast, tools: Tools, scored: Scored, ask: Ask
) -> None:
    batch = scored()
    held = ask(batch, WISH)

    def stop() -> None:
        with database.writing(session):
            asking.stop(session, batch, HandoverKind.WORKBOOK, by=cast.ben)

    handed_over(session, replace(tools, turn=Meanwhile(5, stop)), held)
    assert (held.status, held.sentence) == (HandoverStatus.STOPPED, "Making the file was stopped.")
    assert files_of(session) == []
    assert not any(one.is_file() for one in tools.files.path(held.id).parents[1].rglob("*"))


def test_a_text_that_no_cell_holds_says_so(
    session: Session, put_on: PutOn, make_batch: MakeBatch, tools: Tools, ask: Ask
) -> None:
    batch = make_batch(put_on(greeting()), "Name", "Ana")
    with_answers(session, batch, lambda _: {"Text": "x" * 40_000})
    held = handed_over(session, tools, ask(batch, WISH))
    assert held.status is HandoverStatus.FAILED
    assert held.sentence.endswith("a cell holds 32,767 at most. Take them as CSV.")
    assert files_of(session) == []


@pytest.mark.parametrize(
    ("kind", "most", "instead"),
    [
        (HandoverKind.WORKBOOK, "MAX_FILE_BYTES", "Take them as CSV."),
        (HandoverKind.CSV, "MAX_CSV_BYTES", source.IN_PARTS),
    ],
)
def test_a_file_above_the_cap_is_refused(
    session: Session,
    scored: Scored,
    tools: Tools,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    kind: HandoverKind,
    most: str,
    instead: str,
) -> None:
    monkeypatch.setattr(into_file, most, 1_000)
    held = handed_over(session, tools, ask(scored(), WISH, kind=kind))
    told = f"This makes a file of more than 0 MB. {instead}"
    assert (held.status, held.sentence) == (HandoverStatus.FAILED, told)
    assert files_of(session) == []


def test_a_file_goes_after_a_day_and_with_its_batch(
    session: Session, cast: Cast, scored: Scored, tools: Tools, ask: Ask
) -> None:
    batch = scored(3)
    held = handed_over(session, tools, ask(batch, WISH))
    assert held.kept_until is not None
    assert [one.id for one in asking.of_batch(session, batch)] == [held.id]
    with database.writing(session):
        held.finished_at = clock.now() - (held.kept_until - clock.now()) * 2
    assert asking.of_batch(session, batch) == []
    first = held.file_id
    held = handed_over(session, tools, ask(batch, WISH))
    assert [file.id for file in files_of(session)] == [held.file_id] != [first]
    with database.writing(session):
        work.remove(session, batch, by=cast.ben)
    assert files_of(session) == []
    sessions = database.session_factory(session.get_bind())
    assert sweeping.sweep(sessions, tools.files, young_s=-1) == 2
    assert session.scalars(select(Handover)).all() == []


@on_both
def test_a_batch_that_is_kept_no_longer_takes_its_file_along(
    session: Session, scored: Scored, tools: Tools, ask: Ask
) -> None:
    batch: Batch = scored(3)
    handed_over(session, tools, ask(batch, WISH))
    with database.writing(session):
        batch.created_at = clock.now() - 100 * keeping.BEGUN_WITHIN
    assert keeping.let_go(database.session_factory(session.get_bind())) == 1
    assert files_of(session) == []
