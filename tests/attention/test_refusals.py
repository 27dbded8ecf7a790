"""A service that refuses a connection in a run is noted once, told, and forgotten when it works."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.notices.models import Notice, NoticeKind
from app.vault import connections
from app.vault.connections import Wishes
from app.vault.keys import Keyring
from app.vault.models import Connection
from app.vault.sign_in import SignIn
from tests.cast import Cast
from tests.loopback import Loopback, Received, reply
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import answer, form, http, in_a_row
from tests.runs.house import House, has_ended, until

Run = Callable[[], None]


class Moody:
    """Says what it is told to say."""

    status = "401 Unauthorized"

    def __call__(self, _got: Received) -> bytes:
        """One answer."""
        return reply(self.status, b"{}")


@pytest.fixture
def service() -> Iterator[tuple[Moody, Loopback]]:
    """A service on this machine."""
    says = Moody()
    with Loopback(says) as running:
        yield says, running


@pytest.fixture
def connection(
    session: Session, cast: Cast, keyring: Keyring, service: tuple[Moody, Loopback]
) -> Connection:
    """A connection to it."""
    with database.writing(session):
        return connections.create(
            session,
            keyring,
            workspace=cast.harbour,
            by=cast.ada.id,
            sign_in=SignIn.BEARER,
            wishes=Wishes(name="Post", hosts=(service[1].host,), secret="canary"),
        )


def test_it_works(
    session: Session,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    connection: Connection,
    service: tuple[Moody, Loopback],
) -> None:
    says, running = service
    call = http("call", running.url, connection=str(connection.id))
    agent: Agent = make_agent(in_a_row(form(), call, answer("x")))
    house.open_worker()

    def ask() -> Connection:
        run = start_run(agent)
        until(lambda: has_ended(session, run))
        session.expire_all()
        return connection

    since = ask().failing_since
    assert since is not None
    assert "answered 401" in connection.last_error
    assert ask().failing_since == since
    says.status = "500 Internal Server Error"
    assert ask().failing_since == since  # says nothing about the sign-in
    notices = session.scalars(select(Notice).where(Notice.kind == NoticeKind.CONNECTION)).all()
    assert [(one.subject, one.count) for one in notices] == [
        ("The connection “Post” is refused", 1)
    ]
    says.status = "200 OK"
    assert ask().failing_since is None
    assert connection.last_error == ""
