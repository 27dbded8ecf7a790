"""The steps' way to MCP servers: the tools that people saw, called with the connection's token."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from app.engine.errors import StepFailed
from app.engine.server_port import ServerTool
from app.engine.states import RunMode
from app.engine.values import Json
from app.lib.mcp import McpServer, McpTrouble, ToolAnswer, digest_of
from app.lib.safe_http import Door, HttpCall, HttpStream
from app.lib.safe_http.target import Target
from app.vault import directory
from app.vault.authoriser import Authoriser
from app.vault.mcp_tools import kept_tools
from app.vault.models import Connection
from app.vault.opening import opened
from app.vault.person_needed import PersonNeeded, cause_of
from app.workers.connection_notes import ConnectionNotes
from app.workers.run_redactor import RunRedactor

_GONE = "The MCP server that this step uses was deleted. Choose another one."


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerDoor:
    """The MCP port of one run; steps on several threads may use it at once."""

    door: Door
    sessions: Callable[[], Session]
    authoriser: Authoriser
    redactor: RunRedactor
    mode: RunMode
    notes: ConnectionNotes
    workspace_id: uuid.UUID
    _servers: dict[str, McpServer] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    def tool(self, connection_id: str, tool: str) -> ServerTool:
        """What is kept of a tool; nobody asks the server for it."""
        connection = self._connection(connection_id)
        for one in kept_tools(connection):
            if one["name"] == tool:
                said = {name: one[name] for name in ("name", "description", "schema")}
                digest = digest_of(**said)
                return ServerTool(server=connection.name, digest=digest, **said)
        raise StepFailed(
            f"“{connection.name}” offers no tool “{tool}” any more. Choose another one.",
            can_retry=False,
        )

    def call(
        self,
        connection_id: str,
        tool: str,
        arguments: Mapping[str, Json],
        *,
        only_reads: bool,
        time_limit_s: float,
    ) -> ToolAnswer:
        """Call it; raises StepFailed."""
        if self.mode is RunMode.REHEARSAL and not only_reads:
            # The engine does not come here with one; this is the second lock on that door.
            raise StepFailed("This is a rehearsal: nothing is changed elsewhere.", can_retry=False)
        try:
            server = self._server(connection_id)
            return server.call(tool, arguments, time_limit_s=time_limit_s)
        except McpTrouble as trouble:
            is_mended_there = trouble.status or cause_of(trouble)
            raise StepFailed(
                trouble.sentence,
                can_retry=not trouble.is_final,
                output={"connection": connection_id} if is_mended_there else None,
                unsure=trouble.unsure and not only_reads,
            ) from trouble

    def _server(self, connection_id: str) -> McpServer:
        """The server, greeted once in a run."""
        with self._lock:
            known = self._servers.get(connection_id)
        if known is not None:
            return known
        address = str(self._connection(connection_id).config_json["address"])

        def open_line(call: HttpCall) -> HttpStream:
            return self._opened(connection_id, call)

        made = McpServer(address, open_line)
        with self._lock:
            return self._servers.setdefault(connection_id, made)

    def _opened(self, connection_id: str, call: HttpCall) -> HttpStream:
        try:
            granted, stream = opened(
                self.door,
                self.authoriser,
                call,
                connection_id=connection_id,
                learn=lambda granted: self.redactor.learn(granted.redactions),
            )
        except PersonNeeded as needed:
            self.notes.needs_person(needed)
            raise
        self.notes.heard(granted, host=Target.parse(call.url).host, status=stream.status)
        return stream

    def _connection(self, connection_id: str) -> Connection:
        with self.sessions() as session:
            try:
                wanted = uuid.UUID(connection_id)
            except ValueError:
                raise StepFailed(_GONE, can_retry=False) from None
            found = directory.by_id(session, self.workspace_id, connection_id=wanted)
        if found is None or not found.is_server:
            raise StepFailed(_GONE, can_retry=False)
        return found
