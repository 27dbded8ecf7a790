"""Agents that run each other: a desk runs a helper, which runs a clerk; none is published."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import creation, drafts
from app.agents.models import Agent
from app.engine import edit
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from app.workspaces.models import Workspace
from tests.agents.flows import greeting, named


@dataclass(frozen=True)
class Family:
    """The three, and what reads and changes their drafts."""

    session: Session
    by: User
    desk: Agent
    helper: Agent
    clerk: Agent

    @property
    def everyone(self) -> tuple[Agent, ...]:
        """All of them."""
        return (self.desk, self.helper, self.clerk)

    def revisions(self) -> dict[str, int]:
        """What their drafts are at now, by agent."""
        self.session.rollback()
        return {
            str(one.id): drafts.draft_of(self.session, one).flow_graph.revision
            for one in self.everyone
        }

    def versions(self) -> dict[str, str]:
        """What is published of each, as the database has it."""
        self.session.rollback()
        rows = self.session.execute(select(Agent.name, Agent.version, Agent.active_version_id))
        return {name: version if active else "" for name, version, active in rows}

    def change(self, agent: Agent, command: Callable[[Graph], Graph]) -> None:
        """Change the draft of one of them."""
        now = self.revisions()[str(agent.id)]
        with database.writing(self.session):
            drafts.change(self.session, agent, by=self.by, expected_revision=now, command=command)


def running(graph: Graph, agent_id: UUID) -> Graph:
    """The flow with a step before its answer that runs this agent."""
    graph, step = edit.add_step(graph, CATALOGUE["run_agent"], after=graph.order[0].id)
    return edit.set_fields(graph, step.id, {**step.fields, "agent": str(agent_id)})


def calling(graph: Graph) -> Graph:
    """The flow with a call that sends something out."""
    graph, step = edit.add_step(graph, CATALOGUE["http_request"], after=graph.order[0].id)
    fields = {**step.fields, "url": "https://hooks.example/x", "method": "POST"}
    return edit.set_fields(graph, step.id, fields)


def silent(graph: Graph) -> Graph:
    """The flow with an answer that says nothing, which the check refuses."""
    greet = named(graph, "Greet")
    return edit.set_fields(graph, greet.id, {**greet.fields, "text": ""})


def family(session: Session, workspace: Workspace, by: User) -> Family:
    """The desk, its helper and the helper's clerk, all of them drafts."""
    with database.writing(session):
        clerk = creation.create(session, workspace, by=by, name="Clerk", graph=calling(greeting()))
        helper = creation.create(
            session, workspace, by=by, name="Helper", graph=running(greeting(), clerk.id)
        )
        desk = creation.create(
            session, workspace, by=by, name="Desk", graph=running(greeting(), helper.id)
        )
    return Family(session, by, desk, helper, clerk)
