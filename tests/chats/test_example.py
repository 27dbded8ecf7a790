"""The example to talk to answers at once, with the practice model."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.chats.models import Message
from app.runs.models import Run
from tests.cast import Cast
from tests.chats.talk import Talk
from tests.runs.house import House, has_ended, until


def test_the_example_can_be_talked_to_at_once(
    session: Session, cast: Cast, talk: Callable[..., Talk], house: House
) -> None:
    ben = talk(cast.ben)
    added = ben.browser.send(
        "/w/harbour-pine/examples", "/w/harbour-pine/examples", example="ask-the-front-desk"
    )
    address = added.headers["Location"]
    assert address.endswith("/chats/with/ask-the-front-desk")
    assert "When are you open on Saturday?" in ben.browser.get(address).text
    ben.begin("When are you open on Saturday?", to=address)
    house.open_worker()
    run = session.scalars(select(Run)).one()
    until(lambda: has_ended(session, run))
    said = session.scalars(select(Message).where(Message.agent_id.is_not(None))).one()
    assert "on Saturday from 10:00 to 14:00" in said.text
