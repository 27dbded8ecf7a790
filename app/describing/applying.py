"""Taking a proposal over into an agent, and taking that back in one step."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import creation, drafts, lifecycle
from app.agents.drafts import DraftMoved
from app.agents.models import Agent
from app.audit import trail
from app.chats import replies
from app.composing.changes import changes, chosen
from app.composing.wishes import Change
from app.describing import proposing
from app.describing.models import Workflow, WorkflowStatus
from app.engine.errors import EditRefused
from app.engine.graph import Graph
from app.lib import clock
from app.workspaces.models import Workspace

TICKED = "ticked"  # in a workflow's metadata: the changes that were taken over
REPLACED = "A later proposal took its place. Apply that one, or describe what you miss in it."
APPLIED = "This proposal is applied already."
NOTHING = "Tick at least one change, then apply it."
MOVED = (
    "The draft of “{name}” was changed after this was proposed, so nothing was applied. "
    "Have the proposal made anew: it begins with the draft as it is now."
)
EDITED_SINCE = (
    "“{name}” was edited after this was applied, so it cannot be taken back in one step: that work "
    "would be lost, too. Describe what should be different, or change it in the editor."
)
PUBLISHED_SINCE = (
    "“{name}” was published with this. Bring an earlier version back under “All versions”."
)


class NotApplied(Exception):
    """It was not applied, or not taken back; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def graph_of(workflow: Workflow, ticked: frozenset[str] | None) -> Graph:
    """The proposed flow with the ticked changes alone; None: with all of them."""
    whole = workflow.flow_graph.graph
    if ticked is None:
        return whole
    return chosen(workflow.base_graph.graph if workflow.base_graph else None, whole, ticked)


def together(
    workflow: Workflow, ticked: frozenset[str]
) -> tuple[frozenset[str], tuple[Change, ...]]:
    """The ticked changes that can be had, and those that need one which is not ticked."""
    base = workflow.base_graph.graph if workflow.base_graph else None
    every = changes(base, workflow.flow_graph.graph)
    kept = ticked & {one.id for one in every}
    while lost := {one.id for one in every if one.id in kept and not kept.issuperset(one.needs)}:
        kept -= lost
    return kept, tuple(one for one in every if one.id in ticked - kept)


def apply(session: Session, workflow: Workflow, *, ticked: frozenset[str], by: User) -> Agent:
    """Make the agent, or change the draft of the one it is about; call inside `writing()`.

    Raises NotApplied, and EditRefused where the draft cannot be changed at all.
    """
    if workflow.is_applied:
        raise NotApplied(APPLIED)
    if workflow.status is not WorkflowStatus.DRAFT:
        raise NotApplied(REPLACED)
    graph = graph_of(workflow, ticked)
    before = workflow.base_graph.graph if workflow.base_graph else Graph.empty()
    if graph.digest == before.digest or not graph.steps:
        raise NotApplied(NOTHING)
    agent = _changed(session, workflow, graph, by) if workflow.is_change else None
    if agent is None:
        agent = _made(session, workflow, graph, by)
    workflow.agent_id = agent.id
    workflow.applied_revision = drafts.draft_of(session, agent).flow_graph.revision
    workflow.applied_at, workflow.applied_by = clock.now(), by.id
    workflow.meta = {**workflow.meta, TICKED: sorted(ticked)}
    _become(session, workflow, WorkflowStatus.ACTIVE)
    proposing.begin_about(workflow.chat, agent)
    _note(session, workflow, "workflow_applied", agent, by)
    return agent


def undo(session: Session, workflow: Workflow, *, by: User) -> Agent:
    """Take it back: the draft is as before, a new agent is put away. Raises NotApplied."""
    agent = workflow.agent
    why = why_not_undo(session, workflow)
    if agent is None or why:
        raise NotApplied(why)
    if workflow.base_graph is not None:
        before = workflow.base_graph.graph
        held = drafts.change(
            session,
            agent,
            by=by,
            expected_revision=workflow.applied_revision or 0,
            command=lambda _now: before,
        )
        workflow.base_revision = held.revision
    else:
        lifecycle.archive(session, agent, by=by)
        workflow.agent_id = None
        proposing.begin_about(workflow.chat, None)
    workflow.applied_revision = workflow.applied_at = workflow.applied_by = None
    _become(session, workflow, WorkflowStatus.DRAFT)
    _note(session, workflow, "workflow_taken_back", agent, by)
    return agent


def why_not_undo(session: Session, workflow: Workflow) -> str:
    """Why it cannot be taken back, in a sentence; empty when it can."""
    agent = workflow.agent
    if agent is None or not workflow.is_applied:
        return "This proposal is not applied."
    if workflow.status is WorkflowStatus.COMPLETED:
        return PUBLISHED_SINCE.format(name=agent.name)
    revision = drafts.draft_of(session, agent).flow_graph.revision
    if agent.is_archived or revision != workflow.applied_revision:
        return EDITED_SINCE.format(name=agent.name)
    return ""


def has_moved(session: Session, workflow: Workflow) -> bool:
    """Whether the draft it would change is another one by now."""
    agent = workflow.agent
    if agent is None or not workflow.is_change or workflow.is_applied:
        return False
    return drafts.draft_of(session, agent).flow_graph.revision != workflow.base_revision


def agent_changed(session: Session, agent: Agent, what: str) -> None:
    """Listens to what happens to agents: what is published is completed."""
    if what != "published":
        return
    session.execute(
        update(Workflow)
        .where(
            Workflow.workspace_id == agent.workspace_id,
            Workflow.agent_id == agent.id,
            Workflow.status == WorkflowStatus.ACTIVE,
        )
        .values(status=WorkflowStatus.COMPLETED, timestamp=clock.now())
    )


def _changed(session: Session, workflow: Workflow, graph: Graph, by: User) -> Agent:
    agent = workflow.agent
    if agent is None:
        raise NotApplied(REPLACED)
    try:
        drafts.change(
            session,
            agent,
            by=by,
            expected_revision=workflow.base_revision or 0,
            command=lambda _now: graph,
        )
    except DraftMoved:
        raise NotApplied(MOVED.format(name=agent.name)) from None
    except EditRefused as refused:
        raise NotApplied(refused.sentence) from None
    return agent


def _made(session: Session, workflow: Workflow, graph: Graph, by: User) -> Agent:
    return creation.create(
        session,
        session.get_one(Workspace, workflow.workspace_id),
        by=by,
        name=workflow.name,
        description=workflow.description,
        icon="sparkles",
        graph=graph,
    )


def _become(session: Session, workflow: Workflow, status: WorkflowStatus) -> None:
    workflow.status, workflow.timestamp = status, clock.now()
    session.flush()
    session.expire(workflow, ["agent"])
    replies.touch(session, workflow.chat)


def _note(session: Session, workflow: Workflow, act: str, agent: Agent, by: User) -> None:
    trail.record(
        session,
        act,
        workspace_id=workflow.workspace_id,
        actor_id=by.id,
        subject=agent.name,
        details={"agent": str(agent.id), "workflow": str(workflow.id)},
    )
