"""What the check of a flow needs to know of a workspace's connections."""

import uuid

from sqlalchemy.orm import Session

from app.engine.problem import ConnectionFact
from app.vault import directory
from app.vault.mcp_tools import digests, reading


def connection_facts(session: Session, workspace_id: uuid.UUID) -> dict[str, ConnectionFact]:
    """What requests can use, by its id as text: name, and the hosts it may go to."""
    return {
        str(connection.id): ConnectionFact(
            hosts=frozenset(connection.hosts),
            name=connection.name,
            tools=digests(connection) if connection.is_server else None,
            reading=reading(connection) if connection.is_server else frozenset(),
        )
        for connection in directory.all_of(session, workspace_id)
        if not connection.is_mailbox
    }


def mailbox_names(session: Session, workspace_id: uuid.UUID) -> dict[str, str]:
    """The mailboxes of the workspace, by their ids as text."""
    return {
        str(connection.id): connection.name
        for connection in directory.all_of(session, workspace_id)
        if connection.is_mailbox
    }
