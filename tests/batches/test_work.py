"""What becomes of a batch: tried, paused, gone on with, stopped, run again.

Workers are left out here: a round is what they would do, and runs end as the test says.
"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts
from app.audit.models import AuditEvent
from app.batches import keeping, work
from app.batches.models import Batch, BatchStatus, Why
from app.batches.refused import BatchRefused
from app.batches.sentences import sentence
from app.engine.states import RunMode, RunStatus
from app.lib import clock
from app.notices.models import Notice
from app.runs.models import Run
from app.workspaces.models import Member
from app.workspaces.roles import Role
from tests.batches.conftest import (
    End,
    MakeBatch,
    Round,
    again,
    begin,
    publish,
    rows_of,
    statuses_of,
)
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.flows import answer, form, in_a_row


@on_both
def test_so_many_rows_are_open_at_once(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    assert go_round(batch) == 2
    assert go_round(batch) == 0
    assert statuses_of(session, batch) == "rrwwwwww"
    end_runs(batch)
    assert go_round(batch) == 2
    assert statuses_of(session, batch) == "ddrrwwww"
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
    assert statuses_of(session, batch) == "ddwwwwww"
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
    assert statuses_of(session, batch) == "ccwwwwww"
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
    assert statuses_of(session, batch) == "ffffwwww"
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
    assert statuses_of(session, batch) == "frwwwwww"
    end_runs(batch)
    go_round(batch)
    assert statuses_of(session, batch) == "fdwwwwww"
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
    assert statuses_of(session, batch) == "dddwwwww"
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
    assert statuses_of(session, batch) == "ddwwwwww"
    begin(session, cast, batch)
    assert statuses_of(session, batch) == "wwwwwwww"
    assert (batch.done, batch.cost, batch.mode) == (0, 0, RunMode.LIVE)
    go_round(batch)
    modes = session.scalars(select(Run.mode).order_by(Run.id)).all()
    assert modes == [RunMode.REHEARSAL] * 2 + [RunMode.LIVE] * 2
    with pytest.raises(BatchRefused):
        begin(session, cast, batch)


def test_somebody_else_goes_on_where_a_person_lost_the_role(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    go_round(batch)
    with database.writing(session):
        member = session.scalars(select(Member).where(Member.user_id == cast.ben.id)).one()
        member.role = Role.VIEWER
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
    assert statuses_of(session, batch) == "crrwwwww"
    assert rows_of(session, batch)[0].sentence.startswith("The run of this row is not kept")


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
