"""Has the MCP servers asked that people wait for, each on a thread of its own."""

import threading
import uuid
from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.mcp_servers.looking import look
from app.mcp_servers.tools import Tools
from app.vault.models import Connection

EVERY_S = 1.0
MAX_THREADS = 8

Which = Row[uuid.UUID, uuid.UUID]


class Rounds:
    """One for the process that keeps the timetable.

    A server that takes its time holds up its own connection and nothing else. Whatever a process
    that ended was asking is asked again by the next one: only an answer takes the wish away.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._busy: set[uuid.UUID] = set()
        self._lock = threading.Lock()

    def look_around(self) -> None:
        """Begin to ask each server that somebody waits for and that is not being asked."""
        with self._tools.sessions() as session:
            waiting = waiting_longest_first(session)
        for which in waiting:
            if self._may_begin(which.id):
                # A daemon: a slow server must not keep the process from ending.
                threading.Thread(
                    target=self._look_and_leave, args=which, name="mcp server", daemon=True
                ).start()

    def _may_begin(self, connection_id: uuid.UUID) -> bool:
        with self._lock:
            if connection_id in self._busy or len(self._busy) >= MAX_THREADS:
                return False
            self._busy.add(connection_id)
            return True

    def _look_and_leave(self, workspace_id: uuid.UUID, connection_id: uuid.UUID) -> None:
        try:
            look(self._tools, workspace_id, connection_id)
        finally:
            with self._lock:
                self._busy.discard(connection_id)


def waiting_longest_first(session: Session) -> Sequence[Which]:
    """`(workspace_id, id)` of the connections whose servers are to be asked."""
    return session.execute(
        select(Connection.workspace_id, Connection.id)
        .where(Connection.tools_wanted_since.is_not(None))
        .order_by(Connection.tools_wanted_since)
    ).all()
