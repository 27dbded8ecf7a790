"""The fixtures of runs, and the tools of a worker."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from app import database
from app.files.store import FileStore
from app.lib.safe_http import Door
from app.lib.sandbox import Sandbox
from app.queue import Bell, LiveKeys
from app.runs.run_answers import RunAnswers
from app.settings import Settings
from app.vault.keys import Keyring
from app.workers.desk import Desk
from app.workers.model_door import Lines
from tests.runs.conftest import agent, house, make_agent, nursery, start_run

__all__ = ["agent", "house", "make_agent", "nursery", "start_run"]


@pytest.fixture
def desk(settings: Settings, engine: Engine) -> Iterator[Desk]:
    """The tools of a worker that is not running."""
    sessions = database.session_factory(engine)
    bell = Bell(settings.redis_url)
    keyring = Keyring.of(settings, sessions)
    with ThreadPoolExecutor(1) as steps:
        yield Desk(
            owner="nobody",
            settings=settings,
            sessions=sessions,
            bell=bell,
            live_keys=LiveKeys(bell.redis),
            answers=RunAnswers(bell.redis, keyring),
            steps=steps,
            door=Door(),
            models=Lines(settings),
            files=FileStore(settings.data_dir / "files"),
            sandbox=Sandbox(),
            keyring=keyring,
            turn_to_write=contextlib.nullcontext(),
        )
    bell.redis.close()
