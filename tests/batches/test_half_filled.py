"""A new table that did not come to its end: gone on with, or removed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.audit.models import AuditEvent
from app.batch_results import asking, half_filled
from app.batches.models import Batch, BatchRow, RowStatus
from app.batches.refused import BatchRefused
from app.data_tables import directory, rows, tables
from app.data_tables.models import DataTable
from app.handovers.models import Handover, HandoverKind, HandoverStatus
from app.handovers.tools import Tools
from tests.batches.conftest import HERE, Open, rows_of
from tests.batches.handed import (
    MANY,
    Ask,
    Killed,
    Meanwhile,
    Scored,
    Stopped,
    handed_over,
    points_of,
    written_events,
)
from tests.cast import Cast
from tests.databases import on_both

StopHalfWay = Callable[[], tuple[Batch, Handover]]


@pytest.fixture
def stopped(session: Session, cast: Cast, tools: Tools, scored: Scored, ask: Ask) -> StopHalfWay:
    """A batch whose results fill half of a new table."""

    def stop_half_way() -> tuple[Batch, Handover]:
        batch = scored()
        held = ask(batch, {"new": "Greeted"})

        def stop() -> None:
            with database.writing(session):
                asking.stop(session, batch, HandoverKind.TABLE, by=cast.ben)

        handed_over(session, replace(tools, turn=Meanwhile(5, stop)), held)
        assert (held.status, held.rows) == (HandoverStatus.STOPPED, 500)
        return batch, held

    return stop_half_way


def _table(session: Session, batch: Batch) -> DataTable | None:
    session.rollback()
    return directory.by_slug(session, batch.workspace_id, slug="greeted")


@on_both
def test_it_goes_on_where_it_stopped(
    session: Session, cast: Cast, tools: Tools, stopped: StopHalfWay
) -> None:
    batch, held = stopped()
    with database.writing(session):
        half_filled.go_on(session, batch, by=cast.olga)
    assert (held.is_working, held.asked_by) == (True, cast.olga.id)
    handed_over(session, tools, held)
    assert held.sentence == "1,200 rows written into “Greeted”."
    assert points_of(session, "Greeted") == list(range(1, MANY + 1))
    assert written_events(session) == [MANY]
    assert asking.handed(session, batch).half_filled is None


@on_both
@pytest.mark.parametrize("transactions", [1, 2, 3, 4, 5])
def test_no_row_is_written_twice_when_that_dies_too(
    session: Session,
    cast: Cast,
    tools: Tools,
    killed: Killed,
    stopped: StopHalfWay,
    transactions: int,
) -> None:
    batch, held = stopped()
    with database.writing(session):
        half_filled.go_on(session, batch, by=cast.ben)
    with pytest.raises(Stopped):
        handed_over(session, killed(transactions), held)
    session.rollback()
    handed_over(session, tools, held)
    assert points_of(session, "Greeted") == list(range(1, MANY + 1))


@on_both
def test_it_is_removed(session: Session, cast: Cast, stopped: StopHalfWay, ask: Ask) -> None:
    batch, _ = stopped()
    with database.writing(session):
        assert half_filled.remove(session, batch, by=cast.ben) == "Greeted"
    assert _table(session, batch) is None
    assert asking.of_batch(session, batch) == []
    acts = select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(1)
    assert session.scalars(acts).one() == "table_deleted"
    assert len(rows_of(session, batch)) == MANY
    ask(batch, {"new": "Greeted"})  # the name is free again
    with pytest.raises(BatchRefused, match="no half-filled table"), database.writing(session):
        half_filled.remove(session, batch, by=cast.ben)


def _edit(session: Session, table: DataTable) -> None:
    row = rows.with_value(session, table, table.columns[0], "Person 1")
    assert row is not None
    rows.change(session, table, row, {table.columns[0].key: "Ana"})


def _add(session: Session, table: DataTable) -> None:
    rows.add(session, table, [{table.columns[0].key: "Ana"}])


@pytest.mark.parametrize("change", [_edit, _add])
def test_what_somebody_wrote_there_is_not_removed(
    session: Session,
    cast: Cast,
    stopped: StopHalfWay,
    change: Callable[[Session, DataTable], None],
) -> None:
    batch, _ = stopped()
    table = _table(session, batch)
    assert table is not None
    with database.writing(session):
        change(session, tables.locked(session, table))
    with (
        pytest.raises(BatchRefused, match="has changed “Greeted” since"),
        database.writing(session),
    ):
        half_filled.remove(session, batch, by=cast.ben)
    assert _table(session, batch) is not None


def test_rows_that_ran_again_meanwhile_are_not_left_out_silently(
    session: Session, cast: Cast, stopped: StopHalfWay
) -> None:
    batch, _ = stopped()
    with database.writing(session):
        row = session.get_one(BatchRow, (batch.id, 7))
        row.status = RowStatus.FAILED
    with pytest.raises(BatchRefused, match="have run since"), database.writing(session):
        half_filled.go_on(session, batch, by=cast.ben)


def test_one_that_was_given_up_goes_on_too(
    session: Session,
    cast: Cast,
    tools: Tools,
    killed: Killed,
    scored: Scored,
    ask: Ask,
    visitor: Open,
) -> None:
    batch = scored()
    held = ask(batch, {"new": "Greeted"})
    for dies_before in (4, 3, 3):  # each time when it is about to write the first rows
        with pytest.raises(Stopped):
            handed_over(session, killed(dies_before), held)
    handed_over(session, tools, held)
    ben, here = visitor(cast.ben), f"{HERE}/batches/{batch.id}"
    page = ben.get(here).text
    assert "Writing into “Greeted” could not go on" in page
    assert "Go on writing" in page
    page = ben.post(f"{here}/table/continuation", follow_redirects=True).text
    assert "Stop writing" in page
    handed_over(session, tools, held)
    assert points_of(session, "Greeted") == list(range(1, MANY + 1))


def test_the_page_offers_both_to_whoever_may(
    session: Session, cast: Cast, visitor: Open, stopped: StopHalfWay
) -> None:
    batch, _ = stopped()
    here = f"{HERE}/batches/{batch.id}"
    olga, ben = visitor(cast.olga), visitor(cast.ben)
    page = olga.get(here).text
    assert "500 of 1,200 rows are written." in page
    assert "Go on writing" in page
    assert "Remove the table" not in page
    assert olga.post(f"{here}/table/deletion").status_code == 403
    assert "Remove the table" in ben.get(here).text
    page = ben.post(f"{here}/table/deletion", follow_redirects=True).text
    assert "“Greeted” is removed. The results stand here as before." in page
    assert "Go on writing" not in page
    page = ben.post(f"{here}/table/continuation", follow_redirects=True).text
    assert half_filled.NOTHING in page


def test_a_table_that_was_filled_whole_offers_neither(
    session: Session, cast: Cast, visitor: Open, scored: Scored, ask: Ask, tools: Tools
) -> None:
    batch = scored(3)
    handed_over(session, tools, ask(batch, {"new": "Greeted"}))
    page = visitor(cast.ben).get(f"{HERE}/batches/{batch.id}").text
    assert "3 rows written into “Greeted”." in page
    assert "Go on writing" not in page


@pytest.mark.parametrize("goes_on", [False, True])
def test_the_page_says_that_rows_have_run_since(
    session: Session,
    cast: Cast,
    visitor: Open,
    tools: Tools,
    stopped: StopHalfWay,
    goes_on: bool,
) -> None:
    batch, held = stopped()
    ben, here = visitor(cast.ben), f"{HERE}/batches/{batch.id}"
    assert "Rows have run since" not in ben.get(here).text
    ben.post(f"{here}/retries", data={"row": 7})
    with database.writing(session):
        row = session.get_one(BatchRow, (batch.id, 7), populate_existing=True)
        row.status, row.answer = RowStatus.DONE, {"Points": 7}
        session.get_one(Batch, batch.id, populate_existing=True).done += 1
    if goes_on:
        with database.writing(session):
            half_filled.go_on(session, batch, by=cast.ben)
        handed_over(session, tools, held)
    page = ben.get(here).text
    assert "the table may lack their answers, or hold earlier ones" in page
    assert ("Write the results once more" in page) is goes_on
