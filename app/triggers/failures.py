"""Agents that start when another agent has failed."""

import logging
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent, AgentStatus, VersionStatus
from app.engine.states import RunMode
from app.engine.values import Json
from app.lib import clock
from app.runs.models import Run
from app.triggers.firing import fire
from app.triggers.models import Trigger, TriggerKind
from app.vault.keys import Keyring
from app.workspaces.models import Workspace

MAX_DEPTH = 32  # how far up the runs that called each other are looked at

log = logging.getLogger(__name__)


def run_failed(
    session: Session, keyring: Keyring, *, run: Run, sentence: str, public_url: str = ""
) -> bool:
    """Start what listens to this failure, in the transaction that ends the failed run.

    True when somebody has to be rung for. `public_url` makes the link one that works in a mail.
    Trouble with a listener is logged and never keeps the failed run from ending.
    """
    if not _counts(run):
        return False
    listeners = _listeners(session, run)
    if not listeners or _comes_of_a_failure(session, run):
        return False
    payload = _payload(session, run, sentence, public_url)
    started = [_started(session, keyring, one, run, payload) for one in listeners]
    return any(started)


def _counts(run: Run) -> bool:
    """Whether this run was the agent's real work: no rehearsal, no try, not of a draft."""
    is_real = run.mode is not RunMode.REHEARSAL and run.only_node_id is None
    return is_real and run.agent_version.status is not VersionStatus.DRAFT


def _listeners(session: Session, run: Run) -> Sequence[Trigger]:
    found = session.scalars(
        select(Trigger)
        .join(Agent, Trigger.agent)
        .where(
            Trigger.workspace_id == run.workspace_id,
            Trigger.kind == TriggerKind.FAILURE,
            Trigger.is_present,
            Trigger.agent_id != run.agent_id,
            Agent.status == AgentStatus.ACTIVE,
        )
        .order_by(Trigger.id)
    )
    return [one for one in found if one.settings.get("agent") in (None, "", str(run.agent_id))]


def _comes_of_a_failure(session: Session, run: Run) -> bool:
    """Whether a failure set off this run or one of those that called it: that ends here."""
    looked_at: Run | None = run
    for _ in range(MAX_DEPTH):
        if looked_at is None:
            return False
        if looked_at.trigger_id is not None and _is_failure(session, looked_at):
            return True
        looked_at = _caller(session, looked_at)
    return True


def _is_failure(session: Session, run: Run) -> bool:
    kind = session.scalar(
        select(Trigger.kind).where(
            Trigger.workspace_id == run.workspace_id, Trigger.id == run.trigger_id
        )
    )
    return kind is TriggerKind.FAILURE


def _caller(session: Session, run: Run) -> Run | None:
    if run.parent_run is None:
        return None
    return session.scalars(
        select(Run).where(Run.workspace_id == run.workspace_id, Run.id == run.parent_run)
    ).one_or_none()


def _payload(session: Session, run: Run, sentence: str, public_url: str) -> dict[str, Json]:
    slug = session.scalars(select(Workspace.slug).where(Workspace.id == run.workspace_id)).one()
    return {
        "agent": run.agent.name,
        "run": str(run.id),
        "sentence": sentence,
        "link": f"{public_url.rstrip('/')}/w/{slug}/runs/{run.id}",
        "input": run.trigger_payload,
        "failed_at": clock.now().isoformat(timespec="seconds"),
    }


def _started(
    session: Session, keyring: Keyring, listener: Trigger, run: Run, payload: dict[str, Json]
) -> bool:
    try:
        with session.begin_nested():
            fired = fire(
                session,
                keyring,
                listener,
                payload=payload,
                key=f"failure:{listener.id}:{run.id}",
                words=f"“{run.agent.name}” failed",
            )
    except Exception:
        # Whatever is wrong with a listener, the failed run has to end.
        log.exception("the trigger %s could not hear of a failure", listener.id)
        return False
    return fired.run is not None
