"""What other pages show of questions that wait: attention, the page of a run."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import false, select, true, union_all
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.approvals import inbox
from app.approvals.inbox import Waiting
from app.approvals.models import Approval, ApprovalPerson
from app.runs.models import Run
from app.workspaces.models import Workspace

MAX_OF_RUN = 20


class RunQuestion(NamedTuple):
    """A question on its run's page; `people` are names, nobody where all who may can answer."""

    id: uuid.UUID
    node_id: str
    iteration: str
    title: str
    due: datetime | None
    people: tuple[str, ...]


def open_questions(session: Session, workspace: Workspace) -> Sequence[Waiting]:
    """The most urgent open questions of the workspace, a page of them."""
    return inbox.waiting(session, workspace).lines


def of_run(session: Session, run: Run) -> Sequence[RunQuestion]:
    """The open questions of one run, oldest first; so many as its page can show."""
    found = (
        select(Approval.id, Approval.node_id, Approval.iteration, Approval.title, Approval.due)
        .where(
            Approval.workspace_id == run.workspace_id,
            Approval.run_id == run.id,
            *inbox.open_now(),
        )
        .order_by(Approval.id)
        .limit(MAX_OF_RUN)
    )
    rows = session.execute(found).all()
    people = _people(session, [row.id for row in rows]) if rows else {}
    return [RunQuestion(*row, people.get(row.id, ())) for row in rows]


def _people(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, ...]]:
    """The names of those who alone may answer, or of the one it was given to, by question."""
    named = (
        select(ApprovalPerson.approval_id, User.name, false())
        .join(User, User.id == ApprovalPerson.user_id)
        .where(ApprovalPerson.approval_id.in_(ids))
    )
    given = (
        select(Approval.id, User.name, true())
        .join(User, User.id == Approval.assigned_to)
        .where(Approval.id.in_(ids))
    )
    found: dict[uuid.UUID, tuple[str, ...]] = {}
    for question, name, is_given in session.execute(union_all(named, given)):
        found[question] = (name,) if is_given else (*found.get(question, ()), name)
    return found


def count(session: Session, workspace: Workspace) -> int:
    """How many questions are open in the workspace."""
    return inbox.count(session, workspace)
