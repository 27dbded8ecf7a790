"""Reads the tools of an MCP server that is kept, and notes what came of it on its connection."""

import uuid
from dataclasses import dataclass

from flask import g
from sqlalchemy.orm import Session

from app.lib.mcp import McpTrouble
from app.lib.safe_http import Door
from app.vault import connections, directory, mcp_tools, standing
from app.vault.models import Connection
from app.vault.person_needed import PersonNeeded, RightsNeeded, cause_of
from app.vault.web_process import authoriser
from app.web.transactions import session, writing


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of it: why they could not be read, or what differs from before, in words."""

    trouble: str = ""
    differs: str = ""


def read_tools(door: Door, connection: Connection) -> Reading:
    """Ask for them with what the connection has, and keep the answer."""
    connection_id, before = connection.id, mcp_tools.kept_tools(connection)
    address, speaker = connection.config_json["address"], authoriser(g.workspace.id, through=door)
    session().rollback()  # nothing is held open while another computer is asked
    try:
        look = mcp_tools.look_again(door, speaker, address, connection_id=str(connection_id))
    except McpTrouble as trouble:
        with writing() as open_session:
            _note(open_session, connection_id, trouble.sentence, cause_of(trouble))
        return Reading(trouble=trouble.sentence)
    differs = mcp_tools.differences(before, look.tools)
    with writing() as open_session:
        found = _again(open_session, connection_id)
        if found is not None:
            connections.keep_tools(
                open_session,
                connection=found,
                by=g.member.user_id,
                server=look.as_kept,
                result=mcp_tools.told(look.server, look.tools, differs),
            )
    return Reading(differs=differs)


def _note(
    open_session: Session, connection_id: uuid.UUID, sentence: str, needed: PersonNeeded | None
) -> None:
    found = _again(open_session, connection_id)
    if found is None:
        return
    wants_rights = isinstance(needed, RightsNeeded) and needed.signs_in
    works = False if needed and not wants_rights else None
    connections.note_check(
        open_session, connection=found, by=g.member.user_id, result=sentence, works=works
    )
    if isinstance(needed, RightsNeeded) and wants_rights:
        open_session.flush()
        standing.wants(
            open_session, g.workspace.id, connection_id=connection_id, rights=needed.rights
        )
        open_session.expire(found)


def _again(open_session: Session, connection_id: uuid.UUID) -> Connection | None:
    """It may have been deleted while another computer was asked."""
    return directory.by_id(open_session, g.workspace.id, connection_id=connection_id)
