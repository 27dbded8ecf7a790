"""The ports that lower rooms declare, filled by the higher rooms that answer them: one list."""

from app.agents import ports as agents_ports
from app.agents import references
from app.triggers import sync
from app.vault import ports as vault_ports


def fill() -> None:
    """Fill every port. Filling twice, as tests do, changes nothing."""
    vault_ports.used_by = references.agents_using
    agents_ports.on_change[:] = [sync.agent_changed]
