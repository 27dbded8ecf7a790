"""Questions of the harbour's runs."""

import pytest
from sqlalchemy.orm import Session

from app import database
from app.engine.graph import Graph
from app.runs.models import Run
from app.settings import Settings
from app.vault.keys import Keyring
from tests.approvals.asked import Desk
from tests.runs.conftest import (
    MakeAgent,
    StartRun,
    browser,
    house,
    make_agent,
    nursery,
    start_run,
)

__all__ = ["browser", "house", "make_agent", "nursery", "start_run"]


@pytest.fixture
def keyring(settings: Settings, session: Session) -> Keyring:
    """The keyring of this installation."""
    return Keyring.of(settings, database.session_factory(session.get_bind()))


@pytest.fixture
def desk(session: Session, keyring: Keyring, make_agent: MakeAgent, start_run: StartRun) -> Desk:
    """Asks questions, each of an agent of its own."""
    made = 0

    def new_run(graph: Graph, **options: object) -> Run:
        nonlocal made
        made += 1
        return start_run(make_agent(graph, f"Enquiry desk {made}"), {"name": "Tobias"}, **options)

    return Desk(session, keyring, new_run)
