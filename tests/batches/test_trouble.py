"""What is in the way of a batch has its sentence, and puts it into a named state."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.batches.models import Batch, BatchStatus, Why
from app.batches.sentences import sentence
from app.engine.states import Reason, RunStatus
from app.workspaces.models import Member
from app.workspaces.roles import Role
from tests.batches.conftest import (
    End,
    Round,
    again,
    begin,
    statuses_of,
)
from tests.cast import Cast
from tests.databases import on_both


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
    assert statuses_of(session, batch) == "ddwwwwww"
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
