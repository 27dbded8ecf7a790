"""The last runs of an agent, to be laid over its flow, each in words."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.states import RunMode, RunStatus
from app.engine.values import Json
from app.runs import listed
from app.runs.canvas_run import words_of
from app.runs.listed import ListedRun
from app.runs.models import Run
from app.web.words import ago, duration, moment

RUNS_OFFERED = 10


def offered(session: Session, agent: Agent, limit: int) -> list[dict[str, Json]]:
    """The newest runs of the agent; tries of one step are left out."""
    return [told(run) for run in _last(session, agent, limit)]


def told(run: ListedRun) -> dict[str, Json]:
    """One of them, as it is offered."""
    return {
        "id": str(run.id),
        "status": run.status.value,
        "words": words_of(run.status, run.mode),
        "at": moment(run.created_at),
        "took": duration(run.seconds),
        "by": run.trigger_words or run.starter or "",
        "said": said(run),
    }


def said(run: ListedRun) -> str:
    """How it went in one sentence: `Last rehearsal 2 min ago: fine`."""
    what = "rehearsal" if run.mode is RunMode.REHEARSAL else "run"
    if run.status in (RunStatus.PENDING, RunStatus.RUNNING):
        return f"A {what} is going on"
    last = f"Last {what} {ago(run.created_at)}"
    if run.status is RunStatus.FAILED:
        return f"{last} failed: {run.error_message}" if run.error_message else f"{last} failed"
    ended = {RunStatus.WAITING: "waiting", RunStatus.CANCELLED: "cancelled"}
    return f"{last}: {ended.get(run.status, 'fine')}"


def _last(session: Session, agent: Agent, limit: int) -> Sequence[ListedRun]:
    wanted = (
        listed.listed()
        .where(
            Run.workspace_id == agent.workspace_id,
            Run.agent_id == agent.id,
            Run.only_node_id.is_(None),
        )
        .order_by(Run.id.desc())
        .limit(limit)
    )
    return listed.read(session, wanted, given={})
