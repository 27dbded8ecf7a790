"""The part of a worker that asks MCP servers, done once where a test wants it."""

import contextlib
from dataclasses import dataclass

from sqlalchemy import Engine

from app import database
from app.lib.safe_http import Door
from app.mcp_servers.looking import look
from app.mcp_servers.rounds import waiting_longest_first
from app.mcp_servers.tools import Tools
from app.settings import Settings
from app.vault.keys import Keyring


@dataclass(frozen=True)
class AskServers:
    """Asks each server that somebody waits for; nothing is shared with the web process."""

    engine: Engine
    settings: Settings

    @property
    def tools(self) -> Tools:
        """As a worker process has them."""
        sessions = database.session_factory(self.engine)
        return Tools(
            sessions=sessions,
            keyring=Keyring.of(self.settings, sessions),
            door=Door(self.settings.private_hosts),
            turn=contextlib.nullcontext(),
            settings=self.settings,
        )

    def __call__(self) -> None:
        """One round, to its end."""
        tools = self.tools
        with tools.sessions() as session:
            waiting = waiting_longest_first(session)
        for which in waiting:
            look(tools, *which)
