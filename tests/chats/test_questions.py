"""A run that asks a person is answered in the chat it belongs to."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals.models import Approval
from app.chats.models import Message
from app.engine.graph import Graph, Link
from app.engine.states import RunStatus
from app.runs.models import Run
from tests.cast import Cast
from tests.chats.talk import Talk
from tests.runs.flows import answer, step
from tests.runs.house import House, has_ended, until
from tests.triggers.conftest import SwitchOn


def _flow() -> Graph:
    asked = {"title": "Send it?", "values": [{"name": "Words", "value": "{{ trigger.text }}"}]}
    links = (
        Link(id="link0001", source="start000", source_port="out", target="ask00000"),
        Link(id="link0002", source="ask00000", source_port="approved", target="answer00"),
    )
    steps = (step("start", "start_chat"), step("ask", "ask_person", asked), answer("It is sent."))
    return Graph(steps=steps, links=links)


def test_a_question_is_answered_in_the_chat(
    switched_on: SwitchOn, session: Session, cast: Cast, talk: Callable[..., Talk], house: House
) -> None:
    switched_on(_flow(), "Enquiry desk")
    olga = talk(cast.olga)
    olga.begin("Dear Tobias")
    house.open_worker()
    run = session.scalars(select(Run)).one()
    until(lambda: _status(session, run) is RunStatus.WAITING)
    page = olga.page
    assert "Send it?" in page
    assert "Needs you" in page
    approval = session.scalars(select(Approval)).one()
    said = olga.browser.send(
        "/account",
        f"/w/harbour-pine/approvals/{approval.id}/answer",
        asked=approval.argument_hash,
        verdict="approve",
        next=f"{olga.at}#end",
        in_v0="Dear Tobias",
    )
    assert said.headers["Location"] == f"{olga.at}#end"
    until(lambda: has_ended(session, run))
    session.rollback()
    texts = session.scalars(select(Message.text).order_by(Message.id)).all()
    assert texts == ["Dear Tobias", "It is sent."]


def _status(session: Session, run: Run) -> RunStatus:
    session.rollback()
    session.refresh(run)
    return run.status
