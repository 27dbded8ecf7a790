"""A person writes, an agent answers: with real workers, on both databases."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import settings
from app.agents.models import Agent
from app.chats.models import Chat, Message, MessageType, Sitting
from app.engine.states import RunStatus, TriggerType
from app.runs.models import Lane, Run
from tests.cast import Cast
from tests.chats.talk import WITH, Talk
from tests.databases import on_both
from tests.runs.flows import answer, in_a_row, step
from tests.runs.house import House, has_ended, until
from tests.triggers.conftest import SwitchOn

OpenTalk = Callable[..., Talk]


def _messages(session: Session) -> list[Message]:
    session.rollback()
    return list(session.scalars(select(Message).order_by(Message.id)))


def _runs_ended(session: Session, count: int) -> bool:
    session.rollback()
    runs = session.scalars(select(Run)).all()
    return len(runs) == count and all(has_ended(session, run) for run in runs)


@on_both
def test_an_agent_answers_and_remembers(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk, house: House
) -> None:
    olga = talk(cast.olga)
    assert olga.begin("Which parts are late?\nAll of them.").status_code == 303
    assert "About to begin" in olga.page or "step" in olga.page
    house.open_worker()
    until(lambda: _runs_ended(session, 1))
    assert "<strong>Which parts are late?" in olga.page
    assert "Done in 2 steps" in olga.page
    olga.say("And today?")
    until(lambda: _runs_ended(session, 2))
    texts = [one.text for one in _messages(session)]
    assert texts[-1] == "You said **And today?** after 2"
    run = session.scalars(select(Run).order_by(Run.id)).all()[0]
    assert (run.lane, run.trigger_type) == (Lane.CHAT, TriggerType.CHAT)
    chat = session.scalars(select(Chat)).one()
    assert chat.title == "Which parts are late?"
    assert chat.last_words == "You said **And today?** after 2"
    listed = olga.browser.get("/w/harbour-pine/chats").text
    assert "Which parts are late?" in listed
    assert "You said And today? after 2" in listed


@on_both
def test_a_step_replies_on_the_way_and_once(
    switched_on: SwitchOn, session: Session, cast: Cast, talk: OpenTalk, house: House
) -> None:
    switched_on(
        in_a_row(
            step("start", "start_chat"),
            step("first", "reply_in_chat", {"text": "I am looking."}),
            step("values", "reply_in_chat", {"values": "{{ trigger.person }}"}),
            answer("I am done."),
        ),
        "Enquiry desk",
    )
    olga = talk(cast.olga)
    olga.begin("Look")
    house.open_worker()
    until(lambda: _runs_ended(session, 1))
    said = [(one.type, one.text) for one in _messages(session) if one.agent_id]
    assert said == [
        (MessageType.TEXT, "I am looking."),
        (MessageType.JSON, ""),
        (MessageType.TEXT, "I am done."),
    ]
    assert "olga@harbour.example" in olga.page


def test_the_same_words_sent_twice_are_one_run(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    olga = talk(cast.olga)
    olga.begin("One")
    for _ in range(2):
        olga.say("Two", once="same")
    assert [one.text for one in _messages(session)] == ["One", "Two"]
    sitting = session.scalars(select(Sitting)).one()
    assert (sitting.user_id, sitting.status) == (cast.olga.id, "active")


def test_what_went_wrong_is_told_and_can_be_tried_again(
    switched_on: SwitchOn, session: Session, cast: Cast, talk: OpenTalk, house: House
) -> None:
    switched_on(
        in_a_row(
            step("start", "start_chat"), step("stop", "stop_with_error", {"sentence": "No paper"})
        ),
        "Enquiry desk",
    )
    olga = talk(cast.olga)
    olga.begin("Print it")
    house.open_worker()
    until(lambda: _runs_ended(session, 1))
    page = olga.page
    assert "This did not work." in page
    assert "No paper" in page
    asked = _messages(session)[0]
    assert olga.do(f"messages/{asked.id}/again", once="k1").status_code == 303
    until(lambda: _runs_ended(session, 2))
    assert [one.set_aside_at is None for one in _messages(session)] == [False, True]


def test_an_answer_can_be_stopped(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    olga = talk(cast.olga)
    olga.begin("Wait")
    run = session.scalars(select(Run)).one()
    assert ">Stop<" in olga.page
    olga.do(f"runs/{run.id}/cancellation")
    session.rollback()
    assert session.scalars(select(Run.status)).one() is RunStatus.CANCELLED
    assert "Stopped before it had answered" in olga.page


def test_too_much_at_once_is_refused_in_words(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    olga = talk(cast.olga)
    refused = olga.begin("a" * 2_000_000)
    assert refused.status_code == 422
    assert "a message can have 20,000" in refused.text
    assert olga.begin("  ").status_code == 422
    assert _messages(session) == []
    olga.begin("One")
    olga.say("Two", once="b")
    olga.say("Three", once="c")
    busy = olga.say("Four", once="d")
    assert busy.status_code == 422
    assert "still being worked on" in busy.text
    assert ">Four</textarea>" in busy.text


def test_an_agent_that_cannot_be_talked_to_says_why(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    ben = talk(cast.ben)
    ben.begin("Hello")
    ben.browser.send("/account", "/w/harbour-pine/agents/enquiry-desk/switch", to="off")
    assert "is switched off" in ben.browser.get(WITH).text
    assert "is switched off" in ben.page
    refused = ben.say("Hello again", once="z")
    assert refused.status_code == 422
    assert "is switched off" in refused.text


def test_memory_can_be_cleared(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk, house: House
) -> None:
    olga = talk(cast.olga)
    house.open_worker()
    olga.begin("One")
    until(lambda: _runs_ended(session, 1))
    assert "You said" in olga.browser.get(f"{olga.at}/details").text
    olga.do("memory/deletion")
    olga.say("Two")
    until(lambda: _runs_ended(session, 2))
    assert _messages(session)[-1].text == "You said **Two** after 0"


def test_a_command_that_cannot_be_called_here_is_told(
    desk: Agent, switched_on: SwitchOn, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    other = switched_on(in_a_row(step("start", "start_form"), answer("Ok")), "Sums")
    with database.writing(session):
        settings.set_command(session, other, by=cast.ben, command="sums")
    olga = talk(cast.olga)
    page = olga.begin("/sums two and two").text
    assert "“/sums” calls “Sums”, which takes no messages." in page
    assert session.scalars(select(Run)).all() == []
    olga.begin("/sumsum is no command, so it is for the desk")
    session.rollback()
    assert session.scalars(select(Run)).one().agent_id == desk.id


def test_another_agent_is_asked_by_name(
    desk: Agent, switched_on: SwitchOn, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    parts = switched_on(in_a_row(step("start", "start_chat"), answer("Ok")), "Parts")
    olga = talk(cast.olga)
    olga.begin("@Parts which are late?")
    run = session.scalars(select(Run)).one()
    assert run.agent_id == parts.id
    assert run.trigger_payload["text"] == "which are late?"
