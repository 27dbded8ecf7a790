"""The ports that lower rooms declare, filled by the higher rooms that answer them: one list."""

from flask import Flask

from app.agents import references
from app.gallery import examples
from app.vault import ports as vault_ports
from app.workspaces import ports as workspace_ports


def fill(_app: Flask) -> None:
    """Fill every port. Filling twice, as tests do, changes nothing."""
    workspace_ports.on_created = [examples.offer]
    vault_ports.used_by = references.agents_using
