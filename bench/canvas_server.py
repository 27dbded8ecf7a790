"""What the editor costs the server: CPU of a save, a settings panel, the pages about versions.

`.venv/bin/python -m bench.canvas_server` prints these figures alone.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from wsgiref.types import WSGIEnvironment

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import create_environ, run_wsgi_app

from app import database
from app.agents import creation, drafts
from app.agents.models import Agent
from app.engine.graph import Graph
from app.factory import create_app
from app.settings import Settings
from app.versions import publication
from bench import canvas_flows, table
from bench.pages import cookie_of_ben, cpu_ms
from tests.cast import Cast, assemble
from tests.valkey import Valkey

COMMAND = (sys.executable, "-m", "app.commands")
HOME = "/w/harbour-pine/"
ROUNDS = 60
CHANGED = range(20, 30)  # of the draft beside the published version


@dataclass(slots=True)
class Desk:
    """Ben at the app, without a browser."""

    app: Flask
    cookie: str = ""

    def reads(self, address: str) -> float:
        """CPU ms of looking at a page."""

        def request(_: int) -> WSGIEnvironment:
            return create_environ(address, headers={"Cookie": self.cookie})

        return cpu_ms(self.app, request, rounds=ROUNDS)

    def saves(self, address: str, draft: Callable[[int], object]) -> float:
        """CPU ms of sending a draft; it is another one each time."""
        headers = {"Cookie": self.cookie, "X-CSRFToken": self._token(address)}

        def request(number: int) -> WSGIEnvironment:
            body = json.dumps(draft(number))
            return create_environ(
                address, method="PUT", data=body, content_type="application/json", headers=headers
            )

        return cpu_ms(self.app, request, rounds=ROUNDS)

    def _token(self, address: str) -> str:
        asked = create_environ(
            f"{address.rpartition('/')[0]}/edit", headers={"Cookie": self.cookie}
        )
        chunks, _status, _headers = run_wsgi_app(self.app, asked, buffered=True)
        page = b"".join(chunks).decode()
        return page.partition('name="csrf-token" content="')[2].partition('"')[0]


def measure(data: Path) -> dict[str, float]:
    """CPU ms (median of the thread that answers) over flows of 6 and of 200 steps."""
    with _desk(data) as (desk, session):
        cast = assemble(session)
        desk.cookie = cookie_of_ben(desk.app, session, HOME)
        small = _agent(session, cast, "Small", canvas_flows.large(6))
        agent = _agent(session, cast, "Large", canvas_flows.large(200))
        _publish_and_change(session, cast, agent)
        there = f"{HOME}agents/{agent.slug}"
        return {
            "canvas_save_200_cpu_ms": desk.saves(f"{there}/draft", _moved(session, agent)),
            "canvas_panel_cpu_ms": desk.reads(
                f"{HOME}agents/{small.slug}/canvas/steps/step0003/panel"
            ),
            "canvas_panel_200_cpu_ms": desk.reads(f"{there}/canvas/steps/step0150/panel"),
            "canvas_page_200_cpu_ms": desk.reads(f"{there}/canvas"),
            "versions_page_200_cpu_ms": desk.reads(f"{there}/versions"),
            "versions_flow_200_cpu_ms": desk.reads(f"{there}/versions/draft/flow"),
        }


@contextmanager
def _desk(data: Path) -> Iterator[tuple[Desk, Session]]:
    valkey = Valkey.start()
    environ = {**os.environ, "LAMPLIGHT_DATA": str(data), "REDIS_URL": valkey.url}
    subprocess.run([*COMMAND, "prepare"], check=True, env=environ, stdout=subprocess.DEVNULL)
    settings = Settings.from_environment(environ)
    engine = database.make_engine(settings.database_url)
    try:
        with database.session_factory(engine)() as session:
            yield Desk(create_app(settings)), session
    finally:
        engine.dispose()
        valkey.stop()


def _agent(session: Session, cast: Cast, name: str, graph: Graph) -> Agent:
    with database.writing(session):
        return creation.create(session, cast.harbour, by=cast.ben, name=name, graph=graph)


def _publish_and_change(session: Session, cast: Cast, agent: Agent) -> None:
    """A version that is live, and a draft in which ten steps say something else."""
    with database.writing(session):
        publication.publish(session, agent, by=cast.ben, expected_revision=1)

    def other(graph: Graph) -> Graph:
        steps = list(graph.steps)
        for number in CHANGED:
            steps[number] = replace(steps[number], name=f"{steps[number].name} now")
        return replace(graph, steps=tuple(steps))

    with database.writing(session):
        drafts.change(session, agent, by=cast.ben, expected_revision=1, command=other)


def _moved(session: Session, agent: Agent) -> Callable[[int], object]:
    """The draft with one step somewhere else each time, as the canvas sends it."""
    held = drafts.draft_of(session, agent).flow_graph
    graph, revision = held.graph.to_json(), held.revision
    session.rollback()
    nodes = graph["nodes"]
    assert isinstance(nodes, list)  # noqa: S101  # as every graph is spelled

    def draft(number: int) -> object:
        nodes[100]["x"] = 8 * number  # type: ignore[index,call-overload]  # each node is a group
        return {"revision": revision + number, "graph": graph}

    return draft


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ll-canvas-") as folder:
        print(table.rows(measure(Path(folder) / "data")))
