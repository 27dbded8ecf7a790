"""Finding questions, always from their workspace: those that wait, those that are answered."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased, joinedload

from app.accounts.models import User
from app.agents.models import Agent
from app.approvals.models import Approval, ApprovalKind, ApprovalStatus, rehearsal_of
from app.approvals.people import is_for
from app.engine.states import Reason, RunStatus
from app.lib import clock
from app.model import Id, UtcTime
from app.runs import listed
from app.runs.listed import ListedRun
from app.runs.models import Run
from app.workspaces.models import Workspace

PAGE_SIZE = 30
MAX_STOPPED = 20
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Waiting(NamedTuple):
    """One line of the inbox; the fields are the columns of `_columns`, in its order."""

    id: uuid.UUID
    run_id: uuid.UUID
    title: str
    agent_name: str
    agent_icon: str
    kind: ApprovalKind
    status: ApprovalStatus
    is_rehearsal: bool
    created_at: datetime
    due: datetime | None
    ended_at: datetime | None
    changes: int
    answered_by: str | None
    given_to: str | None
    proposal: str | None

    @property
    def asker(self) -> str:
        """Who asks: the agent, or what is rehearsed where no agent has that flow yet."""
        return rehearsal_of(self.proposal) if self.proposal else self.agent_name


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some lines, and the key of the page behind them; None when there is none."""

    lines: Sequence[Waiting]
    after: uuid.UUID | None

    def mark(self, *others: object) -> str:
        """A word for all that a list of these shows; another one when anything of it changes."""
        shown = repr((self.lines, self.after, others))
        return hashlib.sha256(shown.encode()).hexdigest()[:16]


def by_id(session: Session, workspace: Workspace, approval_id: uuid.UUID) -> Approval | None:
    """The question with this id in this workspace, with what its page shows of it."""
    return session.scalars(
        select(Approval)
        .options(
            joinedload(Approval.agent, innerjoin=True),
            joinedload(Approval.run, innerjoin=True).joinedload(Run.flow_graph, innerjoin=True),
            joinedload(Approval.assignee),
            joinedload(Approval.answerer),
        )
        .where(Approval.workspace_id == workspace.id, Approval.id == approval_id)
    ).one_or_none()


def waiting(
    session: Session, workspace: Workspace, *, words: str = "", after: uuid.UUID | None = None
) -> InboxPage:
    """Open questions, the most urgent first, those without a deadline last."""
    query = _lines(workspace).where(*open_now(), *_about(words))
    place = func.coalesce(Approval.due, literal(_NEVER, UtcTime()))
    if after is not None:
        last = select(place).where(Approval.workspace_id == workspace.id, Approval.id == after)
        at = session.scalar(last)
        if at is not None:
            query = query.where(or_(place > at, and_(place == at, Approval.id > after)))
    found = _read(session, query.order_by(place, Approval.id).limit(PAGE_SIZE + 1))
    return _page(found)


def answered(
    session: Session, workspace: Workspace, *, words: str = "", after: uuid.UUID | None = None
) -> InboxPage:
    """Questions that are closed, the latest first."""
    query = _lines(workspace).where(Approval.ended_at.is_not(None), *_about(words))
    if after is not None:
        last = select(Approval.ended_at).where(
            Approval.workspace_id == workspace.id, Approval.id == after
        )
        at = session.scalar(last)
        if at is not None:
            earlier = Approval.ended_at < at
            query = query.where(or_(earlier, and_(Approval.ended_at == at, Approval.id < after)))
    order = (Approval.ended_at.desc(), Approval.id.desc())
    return _page(_read(session, query.order_by(*order).limit(PAGE_SIZE + 1)))


def stopped(session: Session, workspace: Workspace) -> Sequence[ListedRun]:
    """Runs that wait for a person to say whether an interrupted step was done."""
    return listed.read(session, _stopped(), given={"here": workspace.id})


def count(session: Session, workspace: Workspace) -> int:
    """How many questions are open."""
    counted = select(func.count()).select_from(Approval)
    here = counted.where(Approval.workspace_id == workspace.id, *open_now())
    return session.scalar(here) or 0


def open_now() -> tuple[ColumnElement[bool], ...]:
    """What an open question is, as of now."""
    return _open_at(literal(clock.now(), UtcTime()))


def _open_at(now: ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    # Words, not a parameter: SQLite uses the partial index only when it can see them.
    is_open = Approval.status == literal_column(f"'{ApprovalStatus.OPEN.value}'")
    return (is_open, or_(Approval.due.is_(None), Approval.due > now))


def _about(words: str) -> tuple[ColumnElement[bool], ...]:
    if not words:
        return ()
    return (
        or_(
            Approval.title.icontains(words, autoescape=True),
            Agent.name.icontains(words, autoescape=True),
            _proposal().icontains(words, autoescape=True),
        ),
    )


def _lines(workspace: Workspace) -> Select[*tuple[Any, ...]]:
    return _listed().where(Approval.workspace_id == workspace.id)


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[Waiting]:
    return [Waiting._make(row) for row in session.execute(query)]


def _page(found: list[Waiting]) -> InboxPage:
    lines = found[:PAGE_SIZE]
    return InboxPage(lines, lines[-1].id if len(found) > PAGE_SIZE else None)


# Building one of these costs more than running it, so each is built once.


@cache
def count_mine() -> Select[int]:
    """How many open questions of the workspace `here` wait for the person `me`, as of `now`.

    For asking together with other counts.
    """
    now: ColumnElement[datetime] = bindparam("now", type_=UtcTime())
    mine = (Approval.workspace_id == bindparam("here"), *_open_at(now))
    return (
        select(func.count()).select_from(Approval).where(*mine, is_for(bindparam("me", type_=Id())))
    )


@cache
def count_open() -> Select[int]:
    """How many questions of the workspace `here` are open as of `now`, whoever they are for."""
    now: ColumnElement[datetime] = bindparam("now", type_=UtcTime())
    here = (Approval.workspace_id == bindparam("here"), *_open_at(now))
    return select(func.count()).select_from(Approval).where(*here)


@cache
def _listed() -> Select[*tuple[Any, ...]]:
    answerer, assignee = aliased(User), aliased(User)
    return (
        select(
            Approval.id,
            Approval.run_id,
            Approval.title,
            Agent.name,
            Agent.icon,
            Approval.kind,
            Approval.status,
            Approval.is_rehearsal,
            Approval.created_at,
            Approval.due,
            Approval.ended_at,
            Approval.changes,
            answerer.name,
            assignee.name,
            _proposal(),
        )
        .join(Approval.agent)
        .join(Approval.run)
        .outerjoin(answerer, answerer.id == Approval.answered_by)
        .outerjoin(assignee, assignee.id == Approval.assigned_to)
    )


@cache
def _proposal() -> ColumnElement[str | None]:
    """What people read of the proposal that a run rehearses; None for every other run."""
    return case((Run.is_of_proposal(), Run.trigger_words))


@cache
def _stopped() -> Select[*tuple[Any, ...]]:
    return (
        listed.listed()
        .where(
            Run.workspace_id == bindparam("here"),
            Run.status == RunStatus.WAITING,
            Run.reason == Reason.NEEDS_YOU,
        )
        .order_by(Run.id.desc())
        .limit(MAX_STOPPED)
    )
