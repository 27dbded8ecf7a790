"""Workers that make files of tables: whole or not at all, whatever happens to them."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import database
from app.audit.models import AuditEvent
from app.data_tables import rows, tables
from app.data_tables.models import DataTable
from app.files import sweeping, uploads
from app.handovers import handing_over, into_file
from app.handovers.asking import HandoverRefused
from app.handovers.models import Handover, HandoverKind, HandoverStatus
from app.handovers.tools import Tools
from app.lib import clock
from app.lib.office import Effort, SheetWish, read_sheet
from app.table_exports import asking, source
from app.timetable import SOURCES
from app.workspaces.models import Member
from tests.batches.handed import Killed, Meanwhile, Stopped, as_it_is, handed_over
from tests.cast import Cast
from tests.data_tables.conftest import Fill, in_order
from tests.databases import on_both
from tests.runs.house import House, until
from tests.table_exports.conftest import MANY, Export, files_there

PRICES = [str(number) for number in range(1, MANY + 1)]


def lines_of(tools: Tools, held: Handover) -> list[dict[str, str]]:
    """What stands in the CSV file."""
    assert held.file_id is not None
    text = tools.files.path(held.file_id).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@on_both
def test_every_row_is_in_the_csv_file(
    session: Session, tools: Tools, many: DataTable, export: Export
) -> None:
    held = handed_over(session, tools, export(many))
    assert (held.status, held.rows, held.share) == (HandoverStatus.DONE, MANY, 100)
    assert held.sentence == "“orders.csv” is ready: 1,200 rows."
    assert [line["Price"] for line in lines_of(tools, held)] == PRICES
    assert list(files_there(session)) == [held.file_id]
    made = session.scalars(select(AuditEvent).where(AuditEvent.action == "table_file_made")).one()
    assert (made.details["name"], made.details["rows"]) == ("orders.csv", MANY)


@on_both
def test_every_row_is_in_the_workbook(
    session: Session, tools: Tools, many: DataTable, export: Export
) -> None:
    held = handed_over(session, tools, export(many, HandoverKind.WORKBOOK))
    assert held.file_id is not None
    content = io.BytesIO(tools.files.path(held.file_id).read_bytes())
    wish = SheetWish(header_row=1, max_rows=2_000, max_cells=10**6, max_chars=10**7)
    found: list[dict[str, Any]] = [
        dict(row) for row in read_sheet(content, Effort("orders.xlsx"), wish).rows
    ]
    assert [row["Price"] for row in found] == list(range(1, MANY + 1))


@on_both
def test_the_file_is_as_the_table_was_at_one_moment(
    session: Session, tools: Tools, many: DataTable, export: Export, fill: Fill
) -> None:
    last = in_order(session)[-1].id

    def change() -> None:
        fill({"customer": "Somebody who came late"})
        with database.writing(session):
            rows.to_bin(session, tables.locked(session, many), [last])

    held = export(many)
    handed_over(session, replace(tools, turn=Meanwhile(3, change)), held)
    assert [line["Price"] for line in lines_of(tools, held)] == PRICES


@on_both
@pytest.mark.parametrize("transactions", [1, 2, 3, 4, 5])
def test_a_worker_that_dies_is_followed_by_another(
    session: Session,
    tools: Tools,
    killed: Killed,
    many: DataTable,
    export: Export,
    transactions: int,
) -> None:
    held = export(many)
    with pytest.raises(Stopped):
        handed_over(session, killed(transactions), held)
    assert as_it_is(session, held).is_working
    assert list(files_there(session)) == []
    handed_over(session, tools, held)
    assert [line["Price"] for line in lines_of(tools, held)] == PRICES
    assert list(files_there(session)) == [held.file_id]


@on_both
def test_a_worker_is_killed_while_it_makes_one(
    session: Session, house: House, tools: Tools, many: DataTable, fill: Fill, export: Export
) -> None:
    whole = 20 * MANY
    for _ in range(19):
        fill(*({"customer": "One of very many", "price": number} for number in range(MANY)))
    session.refresh(many)
    held = export(many)
    worker = house.open_worker()
    until(lambda: as_it_is(session, held).rows > 0)
    house.kill(worker)
    was_cut = as_it_is(session, held).is_working
    house.open_worker()
    until(lambda: not as_it_is(session, held).is_working)
    assert (held.status, held.rows) == (HandoverStatus.DONE, whole), was_cut
    assert len(lines_of(tools, held)) == whole
    assert list(files_there(session)) == [held.file_id]
    before = sum(one.is_file() for one in tools.files.path(held.id).parents[1].rglob("*"))
    sessions = database.session_factory(session.get_bind())
    sweeping.sweep(sessions, tools.files, young_s=-1)
    after = [one for one in tools.files.path(held.id).parents[1].rglob("*") if one.is_file()]
    assert after == [tools.files.path(held.file_id or held.id)], before


@on_both
def test_nothing_is_left_of_one_that_is_stopped(
    session: Session, cast: Cast, tools: Tools, many: DataTable, export: Export
) -> None:
    held = export(many)
    key = held.id

    def stop() -> None:
        with database.writing(session):
            assert asking.remove(session, many, HandoverKind.CSV, by=cast.ben.id)

    interrupted = replace(tools, turn=Meanwhile(5, stop))
    handing_over.hand_over(interrupted, SOURCES, many.workspace_id, key)
    session.rollback()
    assert session.get(Handover, key) is None
    assert list(files_there(session)) == []
    assert not any(one.is_file() for one in tools.files.path(key).parents[1].rglob("*"))
    last = select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(1)
    assert session.scalars(last).one() == "table_file_stopped"


@on_both
def test_a_table_that_is_deleted_takes_its_files_along(
    session: Session, cast: Cast, tools: Tools, many: DataTable, export: Export
) -> None:
    handed_over(session, tools, export(many))
    export(many, HandoverKind.WORKBOOK)
    with database.writing(session):
        tables.delete(session, tables.locked(session, many), by=cast.ben.id)
    assert session.scalars(select(Handover)).all() == []
    assert list(files_there(session)) == []


def test_each_person_has_their_own_and_one_of_a_kind_at_a_time(
    session: Session, cast: Cast, tools: Tools, many: DataTable, export: Export
) -> None:
    held = export(many)
    export(many, by=cast.olga.id)
    with pytest.raises(HandoverRefused, match="being made already"):
        export(many)
    first = handed_over(session, tools, held).file_id
    again = handed_over(session, tools, export(many))
    mine = asking.of_person(session, many, cast.ben.id).handovers
    assert [one.id for one in mine] == [again.id]
    assert first != again.file_id
    assert list(files_there(session)) == [again.file_id]


def test_who_may_not_read_any_more_gets_no_file(
    session: Session, cast: Cast, tools: Tools, many: DataTable, export: Export
) -> None:
    held = export(many, by=cast.cleo.id)
    with database.writing(session):
        session.execute(delete(Member).where(Member.user_id == cast.cleo.id))
    handed_over(session, tools, held)
    assert (held.status, held.sentence) == (HandoverStatus.FAILED, source.NO_ROLE)
    assert list(files_there(session)) == []


def test_large_files_that_wait_leave_room_for_those_that_people_send(
    session: Session, tools: Tools, many: DataTable, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads.keep(session, tools.files, many.workspace_id, "plan.txt", b"x" * 100)
    monkeypatch.setattr(into_file, "MAX_WAITING_BYTES", 99)
    held = handed_over(session, tools, export(many))
    assert (held.status, held.sentence) == (HandoverStatus.FAILED, into_file.FULL)


def test_it_is_kept_for_a_day(
    session: Session, cast: Cast, tools: Tools, many: DataTable, export: Export
) -> None:
    held = handed_over(session, tools, export(many))
    now = clock.now()
    with database.writing(session):
        asking.forget_old(session, older_than=now - uploads.KEPT)
    assert len(asking.of_person(session, many, cast.ben.id).handovers) == 1
    as_it_is(session, held)
    with database.writing(session):
        held.finished_at = now - uploads.KEPT
    assert list(asking.of_person(session, many, cast.ben.id).handovers) == []
    with database.writing(session):
        asking.forget_old(session, older_than=now)
    assert session.scalars(select(Handover)).all() == []
