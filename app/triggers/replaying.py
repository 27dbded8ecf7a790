"""A stored delivery once more: a new run of the published version, at the same start."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE
from app.runs import starting
from app.runs.models import Run
from app.runs.starting import Start
from app.triggers import kinds
from app.triggers.hook_files import files_in
from app.triggers.hook_models import Delivery
from app.triggers.models import Trigger
from app.vault.keys import Keyring

NOT_KEPT = "This delivery was too large to be kept, so it cannot be played again."
NOT_PUBLISHED = "Publish the agent first. A delivery is played again on the published version."
NO_START = "The published version does not have this webhook any more."


class ReplayRefused(ValueError):
    """A delivery cannot be played again; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def replay(
    session: Session,
    keyring: Keyring,
    trigger: Trigger,
    delivery: Delivery,
    *,
    payload: dict[str, Json],
    by: User,
    once: str,
) -> Run:
    """Start the run; call inside `writing()`, then ring. Raises ReplayRefused.

    It works while the agent is off, too, as every run that a person starts. `once` makes two
    sendings of one form one run.
    """
    agent = trigger.agent
    version = agent.active_version
    if version is None or agent.is_archived:
        raise ReplayRefused(NOT_PUBLISHED)
    step = version.flow_graph.graph.find(trigger.node_id)
    if step is None or step.disabled or not CATALOGUE[step.type].is_start:
        raise ReplayRefused(NO_START)
    begin = Start(
        payload=payload,
        trigger_type=kinds.STARTS[trigger.kind],
        by=by,
        replay_of=_run_still_there(session, delivery),
        idempotency_key=f"replay:{by.id.hex}:{once[:60]}" if once else None,
        start_node_id=trigger.node_id,
        trigger_id=trigger.id,
        trigger_words=f"Webhook “{trigger.name}”, played again",
        files=tuple(files_in(payload)),
    )
    return starting.start(session, keyring, agent=agent, version=version, begin=begin)


def _run_still_there(session: Session, delivery: Delivery) -> uuid.UUID | None:
    if delivery.run_id is None:
        return None
    return session.scalar(
        select(Run.id).where(Run.workspace_id == delivery.workspace_id, Run.id == delivery.run_id)
    )
