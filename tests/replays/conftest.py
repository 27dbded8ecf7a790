"""An agent that books and charges at a real service, whose charges fail until it is mended."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.runs.models import Run
from tests.loopback import Loopback, Received, reply
from tests.runs.conftest import (
    MakeAgent,
    OpenBrowser,
    StartRun,
    agent,
    browser,
    house,
    make_agent,
    nursery,
    start_run,
)
from tests.runs.flows import Graph, answer, form, http, in_a_row
from tests.runs.house import House, has_ended, until

__all__ = [
    "MakeAgent",
    "OpenBrowser",
    "StartRun",
    "agent",
    "browser",
    "house",
    "make_agent",
    "nursery",
    "start_run",
]

RunAll = Callable[..., list[Run]]


@dataclass
class Shop:
    """A service that books and charges; `is_broken`: charges fail, or those of `fails_for`."""

    is_broken: bool = True
    fails_for: frozenset[str] = frozenset()
    service: Loopback = field(init=False)

    def __post_init__(self) -> None:
        self.service = Loopback(self._say)

    @property
    def url(self) -> str:
        """Where it is."""
        return self.service.url

    def calls(self, path: str) -> int:
        """How often this path was called."""
        return sum(one.path == path for one in self.service.received)

    def bodies(self, path: str) -> list[str]:
        """What was sent there, in order."""
        return [one.body.decode() for one in self.service.received if one.path == path]

    def keys(self, path: str) -> list[str]:
        """The idempotency keys that were sent there, in order."""
        return [
            one.headers.get("idempotency-key", "")
            for one in self.service.received
            if one.path == path
        ]

    def _say(self, request: Received) -> bytes:
        is_refused = not self.fails_for or request.body.decode() in self.fails_for
        if request.path == "/charge" and self.is_broken and is_refused:
            return reply("422 Unprocessable Content", b"no money")
        body = json.dumps({"number": 7, "token": "tok_sesame_open_4711", "unused": "x"})
        return reply(body=body.encode(), Content_Type="application/json")


@pytest.fixture
def shop() -> Iterator[Shop]:
    """The shop, open."""
    shop = Shop()
    with shop.service:
        yield shop


def booking(shop: Shop, *, charge: str = "{{ steps.book.body.number }}") -> Graph:
    """Asks for a name, books, charges, and answers."""
    return in_a_row(
        form("name"),
        http("book", f"{shop.url}/book", "POST", body_kind="text", body="{{ trigger.name }}"),
        http("charge", f"{shop.url}/charge", "POST", body_kind="text", body=charge),
        answer("Charged {{ steps.book.body.number }}"),
    )


@pytest.fixture
def booker(make_agent: MakeAgent, shop: Shop) -> Agent:
    """Books and charges."""
    return make_agent(booking(shop), "Booker")


@pytest.fixture
def run_all(session: Session, start_run: StartRun, house: House) -> RunAll:
    """Runs an agent with these names by a real worker, until all have ended."""

    def run(agent: Agent, *names: str, **options: object) -> list[Run]:
        runs = [start_run(agent, {"name": name}, **options) for name in names]
        if not house.workers:
            house.open_worker()
        for one in runs:
            until(lambda one=one: has_ended(session, one))
        return runs

    return run
