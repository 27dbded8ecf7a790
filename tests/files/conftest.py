"""A store in a folder of its own, and doors of runs."""

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app import database
from app.agents import creation, drafts
from app.engine.states import TriggerType
from app.files.door import FileDoor
from app.files.store import FileStore
from app.runs import starting
from app.runs.models import Run
from app.runs.starting import Start
from app.settings import Settings
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.runs.conftest import house, nursery
from tests.runs.flows import greeting

__all__ = ["house", "nursery"]

StartRun = Callable[..., Run]
Open = Callable[..., FileDoor]


@pytest.fixture
def store(settings: Settings) -> FileStore:
    """The store of this test's installation."""
    return FileStore(settings.data_dir / "files")


@pytest.fixture
def sessions(session: Session) -> sessionmaker[Session]:
    """Sessions beside the test's own."""
    return database.session_factory(session.get_bind())


@pytest.fixture
def start_run(session: Session, sessions: sessionmaker[Session], settings: Settings) -> StartRun:
    """Accepts a run in this workspace of the cast."""

    def start(cast: Cast, place: str = "harbour", **options: object) -> Run:
        keyring = Keyring.of(settings, sessions)
        workspace = getattr(cast, place)
        by = cast.ben if place == "harbour" else cast.dan
        begin = Start(payload={"name": "Ada"}, trigger_type=TriggerType.MANUAL, **options)
        with database.writing(session):
            name = f"Agent {uuid.uuid4().hex[:6]}"
            agent = creation.create(session, workspace, by=by, name=name, graph=greeting())
            version = drafts.draft_of(session, agent)
            return starting.start(session, keyring, agent=agent, version=version, begin=begin)

    return start


@pytest.fixture
def open_door(store: FileStore, sessions: sessionmaker[Session]) -> Open:
    """The file door of a run, with the runs whose files it may read, too."""

    def door(run: Run, *kin: Run) -> FileDoor:
        return FileDoor(
            store,
            sessions,
            workspace_id=run.workspace_id,
            run_id=run.id,
            is_kin=lambda run_id: run_id in [one.id for one in kin],
        )

    return door
