"""Which runs belong together: those that started each other, and repeats of them."""

import uuid

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.runs.models import Run


def are_kin(session: Session, workspace_id: uuid.UUID, one: uuid.UUID, other: uuid.UUID) -> bool:
    """Whether both runs go back to the same one, as agents start agents and runs are repeated."""
    return not _goes_back_to(session, workspace_id, one).isdisjoint(
        _goes_back_to(session, workspace_id, other)
    )


def _goes_back_to(session: Session, workspace_id: uuid.UUID, run_id: uuid.UUID) -> set[uuid.UUID]:
    """The run itself, and every run that it goes back to."""
    back = (
        select(Run.id, Run.parent_run, Run.replay_of)
        .where(Run.workspace_id == workspace_id, Run.id == run_id)
        .cte("back", recursive=True)
    )
    back = back.union(
        select(Run.id, Run.parent_run, Run.replay_of).where(
            Run.workspace_id == workspace_id,
            or_(Run.id == back.c.parent_run, Run.id == back.c.replay_of),
        )
    )
    return set(session.scalars(select(back.c.id)))
