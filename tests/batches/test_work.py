"""What becomes of a batch: tried, paused, gone on with, stopped, run again, in the way of trouble.

Workers are left out here: a round is what they would do, and runs end as the test says.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app import database
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.audit.models import AuditEvent
from app.batches import into_table, keeping, making, rounds, source, work
from app.batches.models import Batch, BatchStatus, RowStatus, Why
from app.batches.refused import BatchRefused
from app.batches.sentences import sentence
from app.data_tables import tables
from app.data_tables.grid import read_view
from app.data_tables.models import DataRow, DataTable
from app.engine.states import Reason, RunMode, RunStatus
from app.engine.values import Json
from app.lib import clock
from app.notices.models import Notice
from app.runs.models import Run
from app.settings import Settings
from app.vault.keys import Keyring
from app.workspaces.models import Member
from app.workspaces.roles import Role
from tests.batches.conftest import MakeBatch, PutOn, again, begin, publish, rows_of
from tests.cast import Cast
from tests.data_tables.conftest import OSLO, Fill
from tests.databases import on_both
from tests.runs.flows import answer, form, greeting, in_a_row

Round = Callable[..., int]
End = Callable[..., None]
NAMES = ("Ana", "Bo", "Cy", "Di", "Ed", "Flo", "Gil", "Hal")


@pytest.fixture
def go_round(session: Session, settings: Settings) -> Round:
    """Does a round as the timetable would; how many rows began."""

    def go(batch: Batch) -> int:
        keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
        with database.writing(session):
            return rounds.advance(session, keyring, batch.workspace_id, batch.id)

    return go


@pytest.fixture
def end_runs(session: Session) -> End:
    """Ends every open run of a batch in this way, in the order of its rows."""

    def end(
        batch: Batch,
        status: RunStatus = RunStatus.SUCCESS,
        *,
        said: Json = "Hello",
        reason: Reason | None = None,
    ) -> None:
        for row in rows_of(session, batch):
            if row.status is RowStatus.RUNNING:
                with database.writing(session):
                    run = session.get_one(Run, row.run_id)
                    run.status, run.finished_at, run.reason = status, clock.now(), reason
                    run.started_at, run.cost, run.tokens = run.finished_at, 100, 7
                    run.answer = said if status is RunStatus.SUCCESS else None
                    run.error_message = "The service is away." if status is RunStatus.FAILED else ""

    return end


@pytest.fixture
def batch(put_on: PutOn, make_batch: MakeBatch, session: Session) -> Batch:
    """Eight names for the greeter, two at a time."""
    made = make_batch(put_on(greeting()), "Name", *NAMES)
    with database.writing(session):
        made.parallel = 2
    return made


def _statuses(session: Session, batch: Batch) -> str:
    return "".join(row.status.value[0] for row in rows_of(session, batch))


@on_both
def test_so_many_rows_are_open_at_once(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    assert go_round(batch) == 2
    assert go_round(batch) == 0
    assert _statuses(session, batch) == "rrwwwwww"
    end_runs(batch)
    assert go_round(batch) == 2
    assert _statuses(session, batch) == "ddrrwwww"
    assert (batch.done, batch.open_rows, batch.waiting, batch.cost) == (2, 2, 4, 200)


def test_a_pause_begins_nothing_and_goes_on(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    go_round(batch)
    with database.writing(session):
        work.pause(session, batch, by=cast.olga)
    end_runs(batch)
    assert go_round(batch) == 0
    assert _statuses(session, batch) == "ddwwwwww"
    assert again(session, batch).status is BatchStatus.PAUSED
    with database.writing(session):
        work.go_on(session, batch, by=cast.olga)
    assert go_round(batch) == 2
    assert batch.run_by == cast.olga.id
    runs = session.scalars(select(Run.started_by).order_by(Run.id)).all()
    assert runs == [cast.ben.id] * 2 + [cast.olga.id] * 2


def test_stopping_cancels_what_is_under_way(
    session: Session, cast: Cast, batch: Batch, go_round: Round
) -> None:
    begin(session, cast, batch)
    go_round(batch)
    with database.writing(session):
        work.stop(session, batch, by=cast.ben)
    go_round(batch)
    assert _statuses(session, batch) == "ccwwwwww"
    assert again(session, batch).status is BatchStatus.STOPPED
    assert sentence(batch) == "8 rows did not run. What was done is kept below."
    assert set(session.scalars(select(Run.status))) == {RunStatus.CANCELLED}


def test_failures_in_a_row_pause_it(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    with database.writing(session):
        batch.stop_after = 4
    begin(session, cast, batch)
    for status in (RunStatus.FAILED, RunStatus.SUCCESS, RunStatus.FAILED):
        go_round(batch)
        end_runs(batch, status)
    go_round(batch)
    assert batch.status is BatchStatus.RUNNING
    end_runs(batch, RunStatus.FAILED)
    assert go_round(batch) == 0
    assert (batch.status, batch.why, batch.failed) == (BatchStatus.DONE, None, 6)


def test_a_broken_agent_does_not_burn_every_row(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    with database.writing(session):
        batch.stop_after = 4
    begin(session, cast, batch)
    for _ in range(2):
        go_round(batch)
        end_runs(batch, RunStatus.FAILED)
    assert go_round(batch) == 0
    assert (batch.status, batch.why) == (BatchStatus.PAUSED, Why.FAILURES)
    assert _statuses(session, batch) == "ffffwwww"
    assert sentence(batch).startswith("4 rows in a row failed, so the batch paused")
    assert "The batch is paused" not in sentence(batch)
    subject = session.scalars(select(Notice.subject)).one()
    assert subject == "leads.csv: the batch is paused"


def test_failed_rows_run_again_and_the_others_wait(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    go_round(batch)
    with database.writing(session):
        work.pause(session, batch, by=cast.ben)
    end_runs(batch, RunStatus.FAILED)
    go_round(batch)
    with database.writing(session):
        assert work.retry(session, batch, by=cast.ben, number=2) == 1
    assert go_round(batch) == 1
    assert _statuses(session, batch) == "frwwwwww"
    end_runs(batch)
    go_round(batch)
    assert _statuses(session, batch) == "fdwwwwww"
    assert (batch.status, batch.why) == (BatchStatus.PAUSED, Why.PERSON)
    with database.writing(session):
        assert work.retry(session, batch, by=cast.ben) == 1
    keys = [f"batch:{batch.id.hex}:{row}" for row in ("1:1", "2:1", "2:2")]
    assert sorted(session.scalars(select(Run.idempotency_key))) == keys


def test_the_first_rows_are_tried_and_count(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch, first=3)
    for _ in range(3):
        go_round(batch)
        end_runs(batch)
    go_round(batch)
    assert _statuses(session, batch) == "dddwwwww"
    assert (batch.status, batch.why) == (BatchStatus.PAUSED, Why.TRIED)
    assert "go on with the other 5" in sentence(batch)
    with database.writing(session):
        work.go_on(session, batch, by=cast.ben)
    assert go_round(batch) == 2
    assert session.scalars(select(Run.trigger_words)).all().count("Row 1 of leads.csv") == 1


def test_a_rehearsal_is_followed_by_the_real_thing(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch, first=2, mode=RunMode.REHEARSAL)
    go_round(batch)
    end_runs(batch)
    go_round(batch)
    assert _statuses(session, batch) == "ddwwwwww"
    begin(session, cast, batch)
    assert _statuses(session, batch) == "wwwwwwww"
    assert (batch.done, batch.cost, batch.mode) == (0, 0, RunMode.LIVE)
    go_round(batch)
    modes = session.scalars(select(Run.mode).order_by(Run.id)).all()
    assert modes == [RunMode.REHEARSAL] * 2 + [RunMode.LIVE] * 2
    with pytest.raises(BatchRefused):
        begin(session, cast, batch)


def _switch_off(session: Session, cast: Cast, batch: Batch) -> None:
    lifecycle.switch_off(session, batch.agent, by=cast.ben)


def _archive(session: Session, cast: Cast, batch: Batch) -> None:
    lifecycle.archive(session, batch.agent, by=cast.ben)


def _unpublish(session: Session, _cast: Cast, batch: Batch) -> None:
    batch.agent.active_version_id = None


def _lose_role(session: Session, cast: Cast, _batch: Batch) -> None:
    member = session.scalars(select(Member).where(Member.user_id == cast.ben.id)).one()
    member.role = Role.VIEWER


def _leave(session: Session, cast: Cast, _batch: Batch) -> None:
    session.delete(session.scalars(select(Member).where(Member.user_id == cast.ben.id)).one())


@on_both
@pytest.mark.parametrize(
    ("trouble", "status", "why", "words"),
    [
        (_switch_off, BatchStatus.PAUSED, Why.AGENT_OFF, "is switched off"),
        (_archive, BatchStatus.STOPPED, Why.ARCHIVED, "was put away"),
        (_unpublish, BatchStatus.STOPPED, Why.NOT_PUBLISHED, "no published version"),
        (_lose_role, BatchStatus.PAUSED, Why.NO_ROLE, "Ben may not start runs"),
        (_leave, BatchStatus.PAUSED, Why.NO_ROLE, "Ben may not start runs"),
    ],
)
def test_trouble_has_its_sentence_and_its_state(
    session: Session,
    cast: Cast,
    batch: Batch,
    go_round: Round,
    end_runs: End,
    trouble: Callable[[Session, Cast, Batch], None],
    status: BatchStatus,
    why: Why,
    words: str,
) -> None:
    begin(session, cast, batch)
    go_round(batch)
    with database.writing(session):
        trouble(session, cast, batch)
    end_runs(batch)
    assert go_round(batch) == 0
    assert _statuses(session, batch) == "ddwwwwww"
    assert (batch.status, batch.why) == (status, why)
    assert words in sentence(again(session, batch))


def test_a_used_up_budget_pauses_it(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    go_round(batch)
    end_runs(batch, RunStatus.FAILED, reason=Reason.BUDGET)
    assert go_round(batch) == 0
    assert (batch.status, batch.why) == (BatchStatus.PAUSED, Why.BUDGET)


def test_somebody_else_goes_on_where_a_person_lost_the_role(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    go_round(batch)
    with database.writing(session):
        _lose_role(session, cast, batch)
    end_runs(batch)
    go_round(batch)
    with pytest.raises(BatchRefused, match="Ben may not start runs"), database.writing(session):
        work.go_on(session, batch, by=cast.ben)
    with database.writing(session):
        work.go_on(session, batch, by=cast.olga)
    assert go_round(batch) == 2


def test_the_version_stays_until_somebody_takes_the_newest(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    go_round(batch)
    began_with = batch.agent_version_id
    newer = in_a_row(form("name"), answer("Bye {{ trigger.name }}"))
    with database.writing(session):
        revision = drafts.draft_of(session, batch.agent).flow_graph.revision
        drafts.change(
            session, batch.agent, by=cast.ben, expected_revision=revision, command=lambda _: newer
        )
    publish(session, cast, batch.agent)
    end_runs(batch)
    go_round(batch)
    assert set(session.scalars(select(Run.agent_version_id))) == {began_with}
    with database.writing(session):
        work.pause(session, batch, by=cast.ben)
        work.go_on(session, batch, by=cast.ben, newest=True)
    end_runs(batch)
    go_round(batch)
    assert len(set(session.scalars(select(Run.agent_version_id)))) == 2


def test_a_run_that_is_gone_does_not_hold_the_batch_up(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    go_round(batch)
    with database.writing(session):
        session.delete(session.scalars(select(Run).order_by(Run.id)).first())
    assert go_round(batch) == 1
    assert _statuses(session, batch) == "crrwwwww"
    assert rows_of(session, batch)[0].sentence.startswith("The run of this row is not kept")


@on_both
def test_answers_go_back_into_the_table(
    session: Session,
    cast: Cast,
    put_on: PutOn,
    orders: DataTable,
    fill: Fill,
    go_round: Round,
    end_runs: End,
) -> None:
    first, second = fill({"customer": "Maria"}, {"customer": "Jens"})
    agent = put_on(in_a_row(form("customer"), answer("{{ trigger.customer }}")))
    batch = _of_table(session, cast, agent, orders)
    begin(session, cast, batch)
    go_round(batch)
    end_runs(batch, said={"Points": 3, "State": "sent", "Why": ["a", "b"]})
    go_round(batch)
    places = into_table.suggested(batch, orders, may_build=True)
    assert places == {"Points": "new", "State": "state", "Why": "new"}
    with database.writing(session):
        session.delete(session.get_one(DataRow, second))
    written = into_table.back(
        session, lambda: database.writing(session), batch, orders, places=places, by=cast.ben
    )
    assert written.words == "1 row written and 1 not in the table any more."
    row = session.get_one(DataRow, first)
    assert row.values == {"customer": "Maria", "points": 3, "state": "Sent", "why": '["a", "b"]'}
    assert "sent" in row.folded
    assert [one.name for one in again(session, batch).columns] == [
        one.name for one in orders.columns[:6]
    ]


def test_answers_make_a_new_table(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    go_round(batch)
    end_runs(batch, said={"Points": 3})
    go_round(batch)
    made, written = into_table.anew(
        session, lambda: database.writing(session), batch, name="Greeted", by=cast.ben
    )
    assert (made.row_count, written.words) == (2, "2 rows written.")
    assert [(one.name, one.kind.value) for one in made.columns] == [
        ("Name", "text"),
        ("Points", "number"),
    ]


def test_a_table_that_is_deleted_ends_the_batch(
    session: Session,
    cast: Cast,
    put_on: PutOn,
    orders: DataTable,
    fill: Fill,
    go_round: Round,
    end_runs: End,
) -> None:
    fill(*({"customer": name} for name in NAMES))
    agent = put_on(in_a_row(form("customer"), answer("{{ trigger.customer }}")))
    batch = _of_table(session, cast, agent, orders)
    with database.writing(session):
        batch.parallel = 2
    begin(session, cast, batch)
    go_round(batch)
    with database.writing(session):
        tables.delete(session, tables.locked(session, orders), by=cast.ben.id)
    end_runs(batch)
    assert go_round(batch) == 0
    assert (batch.status, batch.why) == (BatchStatus.STOPPED, Why.TABLE_GONE)
    assert sentence(batch).startswith("The table “Orders” was deleted")


def test_batches_are_kept_as_long_as_runs(
    session: Session, cast: Cast, batch: Batch, make_batch: MakeBatch
) -> None:
    begin(session, cast, batch)
    idle = make_batch(batch.agent, "Name", "Ana")
    sessions = database.session_factory(session.get_bind())
    assert keeping.let_go(sessions) == 0
    with database.writing(session):
        batch.created_at = idle.created_at = clock.now() - 10 * keeping.BEGUN_WITHIN
    assert keeping.let_go(sessions) == 1
    with database.writing(session):
        work.stop(session, batch, by=cast.ben)
    assert keeping.let_go(sessions) == 1


def test_every_act_is_audited(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    with database.writing(session):
        work.pause(session, batch, by=cast.ben)
        work.go_on(session, batch, by=cast.ben)
        work.stop(session, batch, by=cast.ben)
        work.remove(session, batch, by=cast.ben)
    acts = session.scalars(
        select(AuditEvent.action)
        .where(AuditEvent.subject == "batch “leads.csv”")
        .order_by(AuditEvent.id)
    ).all()
    assert acts == [
        "batch_started",
        "batch_paused",
        "batch_resumed",
        "batch_stopped",
        "batch_deleted",
    ]


def _of_table(session: Session, cast: Cast, agent: Agent, table: DataTable) -> Batch:
    found = source.of_table(session, read_view(table, MultiDict(), OSLO))
    return making.make(session, lambda: database.writing(session), agent, found, by=cast.ben)
