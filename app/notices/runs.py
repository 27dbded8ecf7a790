"""What is told about runs: that one failed, or cannot go on without a person."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.states import RunMode, TriggerType
from app.notices.models import NoticeKind
from app.notices.settling import settle
from app.notices.telling import tell
from app.notices.words import words
from app.runs.models import Run
from app.workspaces.models import Workspace

WATCHED_FOR = timedelta(minutes=5)
"""For so long a person who started a run by hand is taken to look at it."""


def run_failed(session: Session, *, run: Run, sentence: str) -> None:
    """Tell that a run failed. A trial is told to nobody, a run that is watched makes no mail."""
    if not _is_trial(run):
        _tell(session, run, NoticeKind.RUN_FAILED, sentence)


def run_needs_you(session: Session, *, run: Run, sentence: str) -> None:
    """Tell that a run waits for somebody to say how it goes on."""
    if not _is_trial(run):
        _tell(session, run, NoticeKind.NEEDS_YOU, sentence)


def run_went_on(session: Session, *, run: Run) -> None:
    """Nobody has to be called any more: somebody said how the run goes on, or it ended."""
    settle(
        session, workspace_id=run.workspace_id, keys=[_key(NoticeKind.NEEDS_YOU, f"run {run.id}")]
    )


def _tell(session: Session, run: Run, kind: NoticeKind, sentence: str) -> None:
    found = session.execute(
        select(Agent.name, Agent.slug, Workspace.slug)
        .join(Workspace, Workspace.id == Agent.workspace_id)
        .where(Agent.workspace_id == run.workspace_id, Agent.id == run.agent_id)
    ).one()
    agent_name, agent_slug, slug = found
    subject, text = words(kind.value, agent=agent_name, sentence=sentence)
    is_watched = _is_watched(run)
    # A failure is the agent's; what needs somebody is this run's.
    topic = f"agent {agent_slug}" if kind is NoticeKind.RUN_FAILED else f"run {run.id}"
    tell(
        session,
        workspace_id=run.workspace_id,
        kind=kind,
        subject=subject,
        text=text,
        path=f"/w/{slug}/runs/{run.id}",
        agent_id=run.agent_id,
        key=_key(kind, topic),
        by_mail=not is_watched,
        done_by=run.started_by if is_watched else None,
    )


def _key(kind: NoticeKind, topic: str) -> str:
    return f"{kind.value}: {topic}"


def _is_trial(run: Run) -> bool:
    return run.mode is RunMode.REHEARSAL or run.only_node_id is not None


def _is_watched(run: Run) -> bool:
    if run.trigger_type is not TriggerType.MANUAL or run.started_by is None:
        return False
    return (run.seconds or 0.0) < WATCHED_FOR.total_seconds()
