"""Whether a batch may go on: its agent is on, its table is there, its person may start runs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.batches.models import Batch, BatchStatus, Why
from app.data_tables.models import DataTable
from app.workspaces.rights import may_still

# What nobody can mend ends the batch; anything else pauses it until somebody has.
ENDS = frozenset({Why.ARCHIVED, Why.NOT_PUBLISHED, Why.TABLE_GONE})


def trouble(session: Session, batch: Batch) -> Why | None:
    """What keeps the batch from going on, as the database has it now; None when nothing does."""
    here = batch.workspace_id
    agent = session.scalars(
        select(Agent)
        .where(Agent.workspace_id == here, Agent.id == batch.agent_id)
        .execution_options(populate_existing=True)
    ).one()
    if agent.is_archived:
        return Why.ARCHIVED
    if not agent.is_published:
        return Why.NOT_PUBLISHED
    if _lost_its_table(session, batch):
        return Why.TABLE_GONE
    if not may_still(session, here, batch.run_by, "runs.start"):
        return Why.NO_ROLE
    return None if agent.is_on else Why.AGENT_OFF


def status_for(why: Why) -> BatchStatus:
    """Where this trouble puts a batch."""
    return BatchStatus.STOPPED if why in ENDS else BatchStatus.PAUSED


def _lost_its_table(session: Session, batch: Batch) -> bool:
    if batch.table_id is None:
        return False
    found = session.scalar(
        select(DataTable.id).where(
            DataTable.workspace_id == batch.workspace_id, DataTable.id == batch.table_id
        )
    )
    return found is None
