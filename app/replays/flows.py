"""Which flow a run can be repeated with: as it was, the newest published one, or the draft."""

import enum
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.agents import drafts
from app.agents.models import AgentVersion, VersionStatus
from app.engine.graph import Graph
from app.runs.models import Run


class Which(enum.StrEnum):
    """The name of a flow that a repeated run can use."""

    AS_IT_WAS = "as_it_was"
    NEWEST = "newest"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One of them. `flow_graph_id` is set where it is an earlier run's own, else None."""

    which: Which
    version: AgentVersion
    graph: Graph
    flow_graph_id: uuid.UUID | None = None


def flows_of(session: Session, run: Run, *, may_edit: bool) -> Mapping[Which, Flow]:
    """What this person may repeat the run with; nothing for an agent that is put away.

    The draft, and runs of it, are for those who build.
    """
    if run.agent.is_archived:
        return {}
    found: dict[Which, Flow] = {}
    if may_edit or not _was_draft(run):
        found[Which.AS_IT_WAS] = Flow(
            which=Which.AS_IT_WAS,
            version=run.agent_version,
            graph=run.flow_graph.graph,
            flow_graph_id=run.flow_graph_id,
        )
    active = run.agent.active_version
    if active is not None:
        found[Which.NEWEST] = Flow(
            which=Which.NEWEST, version=active, graph=active.flow_graph.graph
        )
    if may_edit:
        draft = drafts.draft_of(session, run.agent)
        found[Which.DRAFT] = Flow(which=Which.DRAFT, version=draft, graph=draft.flow_graph.graph)
    return found


def chosen(flows: Mapping[Which, Flow], run: Run, wanted: str | None) -> Flow | None:
    """The wanted flow, or the one that is most likely meant; None when there is none."""
    likely = (Which.DRAFT,) if _was_draft(run) else ()
    for which in (wanted, *likely, Which.NEWEST, Which.DRAFT, Which.AS_IT_WAS):
        if which in flows:
            return flows[Which(which)]
    return None


def _was_draft(run: Run) -> bool:
    return run.agent_version.status is VersionStatus.DRAFT
