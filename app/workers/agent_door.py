"""The engine's way to other agents: their runs belong to the run that starts them."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.engine.agent_port import AgentCard
from app.engine.errors import StepFailed
from app.engine.form_inputs import FormInput, read_inputs
from app.engine.graph import Graph, Step
from app.engine.record import Cancelled
from app.engine.states import Reason, RunStatus, TriggerType
from app.engine.values import Json
from app.lib import clock
from app.runs import starting, waits
from app.runs.models import Run, RunWait
from app.runs.starting import Start
from app.workers.desk import Desk
from app.workers.rows import insert_new
from app.workers.work_order import WorkOrder

MAX_DEPTH = 5
START = "start_agent"


@dataclass(frozen=True, slots=True)
class AgentDoor:
    """The agent port of one step of one run."""

    desk: Desk
    order: WorkOrder
    step: Step
    iteration: str

    def start(self, agent_id: str, payload: dict[str, Json], *, key: str, waits: bool) -> str:
        """Start the agent's published version and return the new run's id.

        The same `key` gives the same run again. Raises StepFailed where it cannot be called.
        """
        if self.order.depth >= MAX_DEPTH:
            raise StepFailed(
                f"Agents called each other {MAX_DEPTH} deep. Do they call each other in a circle?",
                can_retry=False,
            )
        desk = self.desk
        with desk.turn_to_write, desk.sessions() as session, database.writing(session):
            self._must_go_on(session)
            run = self._start(session, agent_id, payload, key)
            run_id = run.id
            if waits:
                self._note_wait(session, run)
        desk.bell.ring()
        return str(run_id)

    def card(self, agent_id: str) -> AgentCard:
        """What the agent is for; raises StepFailed as `start` does."""
        with self.desk.sessions() as session:
            agent = _callable_agent(session, self.order.claim.workspace_id, agent_id)
            if agent.active_version is None:
                raise StepFailed(f"“{agent.name}” is not published yet.", can_retry=False)
            graph_json = agent.active_version.flow_graph.graph_json
            return AgentCard(agent.name, agent.description or "", _inputs_of(graph_json))

    def _must_go_on(self, session: Session) -> None:
        """Hold our run: who cancels or takes it waits for us, and then knows of the new one."""
        ours = session.execute(
            select(Run.claim, Run.status, Run.cancel_requested)
            .where(Run.id == self.order.claim.run_id)
            .with_for_update()
        ).one()
        is_lost = (ours.claim, ours.status) != (self.order.claim.number, RunStatus.RUNNING)
        if is_lost or ours.cancel_requested is not None:
            raise Cancelled

    def _start(self, session: Session, agent_id: str, payload: dict[str, Json], key: str) -> Run:
        order = self.order
        agent = _callable_agent(session, order.claim.workspace_id, agent_id)
        version = agent.active_version
        if version is None:
            raise StepFailed(f"“{agent.name}” is not published yet.", can_retry=False)
        return starting.start(
            session,
            self.desk.keyring,
            agent=agent,
            version=version,
            begin=Start(
                payload=payload,
                trigger_type=TriggerType.AGENT,
                mode=order.mode,
                lane=order.claim.lane,
                idempotency_key=key,
                start_node_id=_start_of(version.flow_graph.graph_json),
                trigger_words=f"another agent, at “{self.step.name}”",
                parent=order.claim.run_id,
                depth=order.depth + 1,
            ),
        )

    def _note_wait(self, session: Session, child: Run) -> None:
        """Noted with the start itself: a quick run must find who waits for it."""
        place = {"step_id": self.step.id, "iteration": self.iteration}
        row = {
            "workspace_id": child.workspace_id,
            "run_id": self.order.claim.run_id,
            "node_id": self.step.id,
            "iteration": self.iteration,
            "created_at": clock.now(),
            "reason": Reason.AGENT,
            "child_run": child.id,
            "detail": self.order.values.seal_detail({"run": str(child.id)}, **place),
        }
        # A step that calls several agents, one after another, waits for this one now.
        session.execute(
            delete(RunWait).where(
                RunWait.run_id == self.order.claim.run_id,
                RunWait.node_id == self.step.id,
                RunWait.iteration == self.iteration,
                RunWait.child_run.is_distinct_from(child.id),
            )
        )
        insert_new(session.connection(), RunWait, [row])
        if child.status.is_final:  # started before this step was interrupted, and quick
            told = waits.told_of(child)
            waits.reply_from_child(session, self.desk.keyring, child=child.id, value=told)


def _callable_agent(session: Session, workspace_id: uuid.UUID, agent_id: str) -> Agent:
    try:
        wanted = uuid.UUID(agent_id)
    except ValueError:
        raise StepFailed("No agent is chosen in this step.", can_retry=False) from None
    agent = session.scalars(
        select(Agent).where(Agent.workspace_id == workspace_id, Agent.id == wanted)
    ).one_or_none()
    if agent is None:
        raise StepFailed("The agent that this step runs was deleted.", can_retry=False)
    if not agent.is_on:
        raise StepFailed(
            f"“{agent.name}” is off. Switch it on, and run this again.", can_retry=False
        )
    return agent


def _start_of(graph_json: dict[str, Any]) -> str | None:
    """The start for being called, where the flow has one; else it begins as by hand."""
    for node in graph_json["nodes"]:
        if node["type"] == START and not node.get("disabled"):
            return str(node["id"])
    return None


def _inputs_of(graph_json: dict[str, Any]) -> tuple[FormInput, ...]:
    """The values that the start asks for at which a called agent begins."""
    graph = Graph.from_json(graph_json)
    start_id = _start_of(graph_json)
    forms = (START, "start_form")
    for step in graph.order:
        if step.id == start_id or (start_id is None and step.type in forms and not step.disabled):
            return read_inputs(step.fields.get("inputs") or [])[0]
    return ()
