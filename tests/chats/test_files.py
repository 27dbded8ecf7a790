"""Files in a chat: given to the model of the agent, and known by name afterwards."""

import io
import json
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.chats import memory
from app.chats.models import Chat
from app.runs.models import Run
from app.simple_agents import shape
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.chats.providers import Speaker, connect
from tests.chats.talk import Talk
from tests.databases import on_both
from tests.lib.drawn import photograph
from tests.loopback import Loopback
from tests.runs.house import House, has_ended, until
from tests.triggers.conftest import SwitchOn

OpenTalk = Callable[..., Talk]
SECRET_WORDS = "the oak deck cracked in October"


@on_both
def test_files_reach_the_model_of_a_simple_agent(
    switched_on: SwitchOn,
    session: Session,
    cast: Cast,
    keyring: Keyring,
    talk: OpenTalk,
    house: House,
) -> None:
    switched_on(shape.first_graph(instructions="Answer briefly."), "Enquiry desk")
    with Loopback(Speaker(["I have ", "seen it."])) as server:
        connect(session, keyring, cast, server)
        olga = talk(cast.olga)
        files = [(io.BytesIO(SECRET_WORDS.encode()), "note.txt"), (_photo(), "deck.jpg")]
        olga.begin("What broke?", files=files)
        house.open_worker()
        until(lambda: _is_over(session, 1), within_s=60)
        asked = json.loads(server.received[-1].body)
        (said,) = (one["content"] for one in asked["messages"] if one["role"] == "user")
        words, picture = said
        assert f'<material name="note.txt">\n{SECRET_WORDS}' in words["text"]
        assert picture["image_url"]["url"].startswith("data:image/jpeg;base64,")
        assert "I have seen it." in olga.page
        olga.say("And now?")
        until(lambda: _is_over(session, 2), within_s=60)
        again = server.received[-1].body.decode()
    assert "data:image" not in again
    assert SECRET_WORDS not in again
    told = json.loads(again)["messages"]
    text = next(str(one["content"]) for one in told if one["role"] == "user")
    assert "(a file: “note.txt”)" in text
    assert "(a picture: “deck.jpg”)" in text


def test_a_chat_remembers_files_by_name(
    desk: object, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    olga = talk(cast.olga)
    olga.begin("Look", files=[(io.BytesIO(b"a"), "a.txt"), (_photo(), "deck.jpg")])
    chat = session.scalars(select(Chat)).one()
    said = [(one.role, one.text) for one in memory.remembered(session, chat)]
    assert said == [
        ("user", "Look"),
        ("user", "(a file: “a.txt”)"),
        ("user", "(a picture: “deck.jpg”)"),
    ]


def _photo() -> io.BytesIO:
    return io.BytesIO(photograph())


def _is_over(session: Session, count: int) -> bool:
    session.rollback()
    runs = session.scalars(select(Run)).all()
    return len(runs) == count and all(has_ended(session, run) for run in runs)
