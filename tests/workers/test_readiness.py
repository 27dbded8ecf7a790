"""Workers load what speaks to models before anybody asks; web processes never do."""

import subprocess
import sys
import threading
from pathlib import Path

from sqlalchemy.orm import Session

from app import database
from app.language_models.models import ModelProvider
from app.workers.readiness import Readiness, providers_in_use
from app.workers.signals import LiveRuns
from tests.cast import Cast
from tests.databases import on_both

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60
LOADED = """
import sys, threading
from app.workers import readiness
import app.workers.worker
assert not any(name.startswith("pydantic_ai") for name in sys.modules)
readiness.load(frozenset({"openai", "mistral", "anthropic", "google", "gone"}))
from app.lib.safe_http import Door
from app.llm.connect import connect
from app.llm.port import ModelAccess
known = set(sys.modules)
for kind in ("openai", "mistral", "anthropic", "google"):
    connect(ModelAccess(provider=kind, key="k", model="m"), Door())._spoken
from app.llm.port import Ask, Message, ModelFailed
from contextlib import suppress
with suppress(ModelFailed):
    ask = Ask(messages=(Message("user", "Hi"),), time_limit_s=5)
    nowhere = "http://127.0.0.1:1"
    connect(ModelAccess(provider="openai", address=nowhere, key="k", model="m"), Door()).answer(ask)
print(threading.active_count(), sorted(set(sys.modules) - known))
"""


class Imports:
    """What was asked to be loaded."""

    def __init__(self) -> None:
        self.asked: list[frozenset[str]] = []
        self.came = threading.Event()

    def __call__(self, providers: frozenset[str]) -> None:
        self.asked.append(providers)
        self.came.set()


def provider(session: Session, cast: Cast, kind: str) -> None:
    with database.writing(session):
        session.add(ModelProvider(workspace_id=cast.harbour.id, kind=kind, name=kind))


@on_both
def test_it_loads_once_what_workspaces_use(session: Session, cast: Cast) -> None:
    sessions = database.session_factory(session.get_bind())  # type: ignore[arg-type]  # an engine
    imports = Imports()
    with Readiness(sessions, LiveRuns(), loads=imports, looks_s=0.02):
        assert not imports.came.wait(0.3), "the practice model needs nothing"
        provider(session, cast, "mistral")
        assert imports.came.wait(PATIENCE_S)
        imports.came.clear()
        provider(session, cast, "anthropic")
        assert imports.came.wait(PATIENCE_S)
    assert imports.asked == [{"mistral"}, {"anthropic"}]
    session.rollback()
    assert providers_in_use(session) == {"mistral", "anthropic"}


def test_nothing_is_left_to_load_for_the_first_question() -> None:
    found = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.strip() == "1 []", found.stderr
