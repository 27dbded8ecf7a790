"""What trials ask of rooms beside them; `app/ports.py` fills it."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.values import Json
from app.vault.keys import Keyring


def _nothing(_session: Session, _keyring: Keyring, _agent: Agent, _node_id: str) -> Json:
    return None


# What a start step was given by a delivery that was caught for trying; None when there is none.
caught: Callable[[Session, Keyring, Agent, str], Json] = _nothing
