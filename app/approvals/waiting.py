"""What other pages show of questions that wait: attention, the page of a run."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.approvals import inbox
from app.approvals.inbox import Waiting
from app.runs.models import Run
from app.workspaces.models import Workspace


def open_questions(session: Session, workspace: Workspace) -> Sequence[Waiting]:
    """The most urgent open questions of the workspace, a page of them."""
    return inbox.waiting(session, workspace).lines


def of_run(session: Session, run: Run) -> Sequence[Waiting]:
    """The open questions of one run."""
    return inbox.of_run(session, run)


def count(session: Session, workspace: Workspace) -> int:
    """How many questions are open in the workspace."""
    return inbox.count(session, workspace)
