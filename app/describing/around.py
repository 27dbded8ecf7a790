"""What a workspace has that a described flow may use, as plain values without secrets."""

import uuid

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import directory as agents
from app.agents.models import Agent
from app.composing.wishes import Surroundings, Thing
from app.data_tables import directory as tables
from app.mail import servers
from app.variables import directory as variables
from app.vault import directory as vault
from app.workspaces.models import Workspace

NOBODY = uuid.UUID(int=0)


def surroundings(
    session: Session,
    workspace: Workspace,
    person: User,
    about: Agent | None,
    *,
    has_shared_mail: bool,
) -> Surroundings:
    """What is there for this person's wish; `about` is the agent that is to change."""
    callable_ones = agents.names_to_call(
        session, workspace.id, caller_id=about.id if about else NOBODY
    )
    return Surroundings(
        connections=tuple(
            Thing(str(one.id), "mailbox" if one.is_mailbox else "http", one.name)
            for one in vault.all_of(session, workspace.id)
            if not one.is_server
        ),
        tables=tuple(
            Thing(str(one.id), "table", one.name, tuple(column.name for column in one.columns))
            for one in tables.all_of(session, workspace.id)
        ),
        agents=tuple(Thing(key, "agent", name) for key, name in callable_ones.items()),
        mail_is_set_up=has_shared_mail or servers.of_workspace(session, workspace.id) is not None,
        person_name=person.name,
        person_mail=person.email,
        timezone=workspace.timezone,
        variables=tuple(sorted(variables.names_of(session, workspace.id))),
    )
