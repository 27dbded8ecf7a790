"""What steps of a run wait for: reading what is asked, and handing in the answer."""

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.engine.states import RunStatus
from app.engine.values import Json
from app.lib import clock
from app.runs.models import Run, RunWait
from app.vault.keys import Keyring
from app.vault.run_values import RunValues


def reply(
    session: Session,
    keyring: Keyring,
    *,
    run_id: uuid.UUID,
    node_id: str,
    iteration: str,
    value: Json,
    by: User,
) -> bool:
    """Hand in an answer, inside a write transaction; ring after it. False: nobody waits for it.

    The first answer counts, and only while the run may still go on.
    """
    wait = session.scalars(
        select(RunWait)
        .where(
            RunWait.run_id == run_id, RunWait.node_id == node_id, RunWait.iteration == iteration
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if wait is None or wait.reply is not None:
        return False
    values = RunValues(keyring, workspace_id=wait.workspace_id, run_id=run_id)
    wait.reply = values.seal(value, step_id=node_id, iteration=iteration)
    wait.replied_at, wait.replied_by = clock.now(), by.id
    session.flush()
    session.execute(
        update(Run)
        .where(Run.id == run_id, Run.status == RunStatus.WAITING, Run.cancel_requested.is_(None))
        .values(status=RunStatus.PENDING, reason=None, seq=Run.seq + 1)
        .execution_options(synchronize_session=False)
    )
    return True


def detail_of(keyring: Keyring, wait: RunWait) -> Json:
    """What is asked. Raises CannotOpen."""
    values = RunValues(keyring, workspace_id=wait.workspace_id, run_id=wait.run_id)
    return values.open(wait.detail, step_id=wait.node_id, iteration=wait.iteration)
