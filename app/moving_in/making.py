"""Making the agents of a program that was read, in the workspace they move into."""

import uuid

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import creation
from app.agents.models import Agent, Origin
from app.moving_in.connecting import Server, connected
from app.moving_in.program import MovedIn
from app.vault import directory, mcp_tools
from app.workspaces.models import Workspace

DESCRIPTION = "Moved in from OpenAI Agent Builder."


def make(
    session: Session, workspace: Workspace, *, by: User, moved: MovedIn, may_go_on: bool
) -> Agent:
    """The agent of the flow, after those that its tools run; all of them drafts, switched off.

    Raises GraphRefused for a graph that cannot be kept.
    """
    servers = servers_of(session, workspace.id)
    agents: dict[str, str] = {}
    for helper in moved.helpers:
        made = creation.create(
            session,
            workspace,
            by=by,
            name=helper.name,
            description=helper.about or DESCRIPTION,
            graph=connected(helper.graph, servers, agents=agents, may_go_on=may_go_on),
            origin=Origin.IMPORT,
        )
        agents[helper.ref] = str(made.id)
    return creation.create(
        session,
        workspace,
        by=by,
        name=moved.name,
        description=DESCRIPTION,
        graph=connected(moved.graph, servers, agents=agents, may_go_on=may_go_on),
        origin=Origin.IMPORT,
    )


def servers_of(session: Session, workspace_id: uuid.UUID) -> list[Server]:
    """The MCP servers that the workspace has connected."""
    return [
        Server(
            str(one.id), one.name, str(one.config_json.get("address", "")), mcp_tools.digests(one)
        )
        for one in directory.all_of(session, workspace_id)
        if one.is_server
    ]
