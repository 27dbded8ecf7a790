"""Which runs may read each other's files, and a whole run that works with files."""

import io
from typing import Any

import openpyxl
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, drafts
from app.engine.states import RunStatus, TriggerType
from app.files import uploads
from app.files.models import File
from app.files.store import FileStore
from app.lib.office import NewSheet, write_workbook
from app.runs import starting
from app.runs.kin import are_kin
from app.runs.starting import Start
from app.settings import Settings
from app.vault.keys import Keyring
from app.web.words import UTC
from tests.cast import Cast
from tests.databases import on_both
from tests.files.conftest import StartRun
from tests.files.test_uploads import id_of
from tests.runs.flows import answer, in_a_row, step
from tests.runs.house import House, has_ended, until


@on_both
def test_runs_that_go_back_to_the_same_one_are_kin(
    cast: Cast, start_run: StartRun, session: Session
) -> None:
    first, stranger = start_run(cast), start_run(cast)
    child = start_run(cast, parent=first.id)
    sibling = start_run(cast, parent=first.id)
    grandchild = start_run(cast, parent=child.id)
    repeat = start_run(cast, replay_of=first.id)
    of_repeat = start_run(cast, parent=repeat.id)
    family = [first, child, sibling, grandchild, repeat, of_repeat]
    here = cast.harbour.id
    for one in family:
        assert all(are_kin(session, here, one.id, other.id) for other in family)
        assert not are_kin(session, here, one.id, stranger.id)
    assert not are_kin(session, cast.elsewhere.id, first.id, child.id)


def flow() -> Any:
    """Reads a list, and makes another one of it."""
    inputs: list[Any] = [{"key": "list", "label": "List", "kind": "file", "required": True}]
    return in_a_row(
        step("start", "start_form", {"inputs": inputs}),
        step("read", "read_spreadsheet", {"file": "{{ trigger.list }}"}),
        step("make", "make_spreadsheet", {"rows": "{{ steps.read.rows }}", "name": "Copy"}),
        answer("{{ steps.make.file.name }}"),
    )


@on_both
def test_a_run_works_with_files(
    cast: Cast, session: Session, settings: Settings, store: FileStore, house: House
) -> None:
    house.open_worker()
    rows = [{"Lamp": "Skagen", "Price": 89}]
    sheet = write_workbook(NewSheet(rows=rows, columns=["Lamp", "Price"], zone=UTC))
    value = uploads.keep(session, store, cast.harbour.id, "June.xlsx", sheet, cast.ben.id)
    keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ben, name="Copier", graph=flow())
        begin = Start(
            payload={"list": value}, trigger_type=TriggerType.MANUAL, files=[id_of(value)]
        )
        version = drafts.draft_of(session, agent)
        run = starting.start(session, keyring, agent=agent, version=version, begin=begin)
    until(lambda: has_ended(session, run))
    assert (run.status, run.error_message) == (RunStatus.SUCCESS, None)
    assert run.answer == "Copy.xlsx"
    made = session.scalars(select(File).where(File.run_id == run.id, File.name == "Copy.xlsx"))
    content = io.BytesIO(store.path(made.one().id).read_bytes())
    found = [[one.value for one in row] for row in openpyxl.load_workbook(content).worksheets[0]]
    assert found == [["Lamp", "Price"], ["Skagen", 89]]


def test_a_value_in_the_payload_opens_nothing_of_others(
    cast: Cast, session: Session, settings: Settings, store: FileStore, house: House
) -> None:
    house.open_worker()
    value = uploads.keep(session, store, cast.harbour.id, "June.xlsx", b"x", cast.ben.id)
    keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ben, name="Copier", graph=flow())
        begin = Start(payload={"list": value}, trigger_type=TriggerType.MANUAL)
        version = drafts.draft_of(session, agent)
        run = starting.start(session, keyring, agent=agent, version=version, begin=begin)
    until(lambda: has_ended(session, run))
    assert run.status is RunStatus.FAILED
    assert (run.error_message or "").startswith("This file does not belong to this run")
