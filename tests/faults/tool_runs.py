"""What runs with tools share, of agents and of MCP servers: flows, questions, what was recorded."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.approvals import answering
from app.approvals.models import Approval, ApprovalStatus
from app.approvals.question import Question
from app.engine.states import RunStatus
from app.lib.safe_http import Door
from app.queue import Bell
from app.runs import waits
from app.runs.models import Run, RunLog, RunNode
from app.settings import Settings
from app.vault import connections
from app.vault.connections import Wishes
from app.vault.keys import Keyring
from app.vault.mcp_tools import look
from app.vault.models import Connection
from app.vault.sign_in import SignIn
from tests.approvals.asked import given
from tests.cast import Cast
from tests.lib.mcp_stub import SEARCH, McpStub
from tests.nodes.serving import server_tool
from tests.runs.flows import Graph, answer, in_a_row, step
from tests.runs.house import House, has_ended, until

LONG_S = 60
DOOR = Door(("127.0.0.1",))


def flow(task: str, *rows: dict[str, Any]) -> Graph:
    """An agent with these tools, and its answer."""
    return in_a_row(
        step("start", "start_form", {"inputs": []}),
        step("agent", "agent_with_tools", {"task": task, "tools": list(rows)}),
        answer("{{ steps.agent.text }}"),
    )


def searching(connection: str, says: str = "{{ steps.search.text }}") -> Graph:
    """A step that searches at a server, and what the flow answers then."""
    row = server_tool(SEARCH, connection=connection)
    tool = {name: row[name] for name in ("connection", "mcp_tool", "seen")}
    values = [{"name": "query", "value": "leave"}]
    return in_a_row(
        step("start", "start_form", {"inputs": []}),
        step("search", "mcp_tool", {"tool": tool, "values": values}),
        answer(says),
    )


def keyring_of(session: Session, settings: Settings) -> Keyring:
    """The keys of the installation."""
    return Keyring.of(settings, database.session_factory(session.get_bind()))


def handbook(
    session: Session, settings: Settings, cast: Cast, stub: McpStub, token: str, **server: Any
) -> Connection:
    """A connection to the server, as its page makes one; with a sign-in the token is not kept."""
    hosts = (stub.loopback.host,)
    headers = {"Authorization": f"Bearer {token}"}
    found = look(DOOR, stub.address, secret_headers=headers, hosts=hosts).as_kept
    secret = "" if "oauth" in server else token
    wishes = Wishes(
        name="Handbook",
        hosts=hosts,
        secret=secret,
        server={"address": stub.address, **found, **server},
    )
    with database.writing(session):
        return connections.create(
            session,
            keyring_of(session, settings),
            workspace=cast.harbour,
            by=cast.ada.id,
            sign_in=SignIn.MCP,
            wishes=wishes,
        )


def ended(session: Session, run: Run) -> Run:
    """The run, when it is over."""
    until(lambda: has_ended(session, run), within_s=LONG_S)
    return run


def done(session: Session, house: House, run: Run) -> Run:
    """The same with a worker for it."""
    house.open_worker()
    return ended(session, run)


def asked(session: Session, run: Run) -> Approval:
    """The open question of the run, once it sleeps."""

    def look_for() -> Approval | None:
        session.rollback()
        session.refresh(run)
        if run.status is not RunStatus.WAITING:
            return None
        is_open = Approval.status == ApprovalStatus.OPEN
        return session.scalars(select(Approval).where(Approval.run_id == run.id, is_open)).first()

    found = until(look_for, within_s=LONG_S)
    assert found is not None
    return found


def said_yes(
    session: Session, settings: Settings, approval: Approval, cast: Cast, **to: Any
) -> None:
    """Olga agrees, with these values changed."""
    keyring = keyring_of(session, settings)
    wait = answering.wait_of(session, approval)
    assert wait is not None
    question = Question.of(waits.detail_of(keyring, wait))
    values = {one.name: one.value for one in question.values} | to
    session.rollback()
    with database.writing(session):
        said = given(approval, values=values)
        assert answering.answer(session, keyring, approval, by=cast.olga, given=said)
    bell = Bell(settings.redis_url)
    bell.ring()
    bell.redis.close()


def line_of(session: Session, run: Run, step_id: str = "agent000") -> RunNode:
    """What is recorded of a step."""
    session.rollback()
    return session.get_one(RunNode, (run.id, step_id, ""))


def everything_shown(session: Session) -> str:
    """Every text that runs left where people look."""
    outputs = [str(one) for one in session.scalars(select(RunNode.output))]
    return "\n".join([*outputs, *session.scalars(select(RunLog.text)).all()])
