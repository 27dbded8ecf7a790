"""What asking MCP servers needs of the process that does it."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.lib.safe_http import Door
from app.settings import Settings
from app.vault.keys import Keyring
from app.vault.renewal import Renewal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Sessions, the door to other computers, and the turn of this process to write."""

    sessions: Callable[[], Session]
    keyring: Keyring
    door: Door
    turn: AbstractContextManager[object]
    settings: Settings

    def renewal(self, workspace_id: uuid.UUID, through: Door) -> Renewal:
        """What renews and ends the tokens of one workspace's connections."""
        return Renewal(
            door=through,
            keyring=self.keyring,
            sessions=self.sessions,
            turn_to_write=self.turn,
            workspace_id=workspace_id,
        )
