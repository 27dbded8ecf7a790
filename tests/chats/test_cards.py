"""Cards that other rooms draw in a thread, and choices that are sent with one press."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.chats import cards, ports
from app.chats.models import Message
from app.chats.ports import Card, Viewer
from app.runs.models import Run
from tests.cast import Cast
from tests.chats.talk import Talk
from tests.databases import on_both
from tests.runs.flows import answer, in_a_row, step
from tests.runs.house import House, has_ended, until
from tests.triggers.conftest import SwitchOn

OpenTalk = Callable[..., Talk]
CARD = {"card": "parcel", "number": 7}


@pytest.fixture
def seen() -> Iterator[list[Viewer]]:
    """A room that draws parcels with the template of files, and who looked at them."""
    looked: list[Viewer] = []

    def draw(_session: Session, message: Message, viewer: Viewer) -> Card | None:
        looked.append(viewer)
        number: Any = message.json
        return Card("errors/_parcel.html", {"number": number["number"]})

    ports.cards["parcel"] = draw
    yield looked
    del ports.cards["parcel"]


@pytest.fixture
def _parcels(app: Any) -> None:
    """The template of that room."""
    from jinja2 import ChoiceLoader, DictLoader

    words = "<p>Parcel {{ card.number }} of {{ chat.title }}{{ ', yours' if may_write }}</p>"
    app.jinja_env.loader = ChoiceLoader(
        [DictLoader({"errors/_parcel.html": words}), app.jinja_env.loader]
    )


@on_both
@pytest.mark.usefixtures("_parcels")
def test_a_card_is_drawn_by_its_room(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk, seen: list[Viewer]
) -> None:
    olga = talk(cast.olga)
    olga.begin("Where is it?")
    run = session.scalars(select(Run)).one()
    for _ in range(2):
        with database.writing(session):
            posted = cards.post(
                session, workspace_id=run.workspace_id, run_id=run.id, card=CARD, key="p"
            )
        assert posted
    assert olga.page.count("Parcel 7 of Where is it?, yours") == 1
    assert "Parcel 7" in olga.browser.get(f"{olga.at}/live?seen=x").text
    assert (seen[-1].person.id, seen[-1].may_write) == (cast.olga.id, True)
    olga.do("link", to="open")
    cleo = talk(
        cast.cleo,
    )
    cleo.at = olga.at
    assert "Parcel 7 of Where is it?<" in cleo.page


@pytest.mark.usefixtures("_parcels")
def test_a_flow_cannot_make_a_card_up(
    switched_on: SwitchOn,
    session: Session,
    cast: Cast,
    talk: OpenTalk,
    house: House,
    seen: list[Viewer],
) -> None:
    values = {"kind": "values", "values": [{"name": "card", "value": "parcel"}]}
    switched_on(
        in_a_row(step("start", "start_chat"), step("answer", "answer", values)), "Enquiry desk"
    )
    olga = talk(cast.olga)
    olga.begin("Forge one")
    house.open_worker()
    _until_ended(session)
    assert "Values" in olga.page
    assert seen == []


def test_choices_are_sent_with_one_press(
    switched_on: SwitchOn, session: Session, cast: Cast, talk: OpenTalk, house: House
) -> None:
    reply = {"text": "Which size?", "choices": "Small\n\n Large <b>\nSmall"}
    switched_on(
        in_a_row(step("start", "start_chat"), step("reply", "reply_in_chat", reply), answer("")),
        "Enquiry desk",
    )
    olga = talk(cast.olga)
    olga.begin("A lamp")
    assert 'value="Small"' not in olga.page
    house.open_worker()
    _until_ended(session)
    page = olga.page
    assert page.count('name="text" value="Small"') == 1
    assert 'value="Large &lt;b&gt;"' in page
    olga.do("link", to="open")
    cleo = talk(cast.cleo)
    cleo.at = olga.at
    assert 'value="Small"' not in cleo.page
    olga.say("Small", once="c1")
    assert 'value="Small"' not in olga.page


def _until_ended(session: Session) -> None:
    def is_over() -> bool:
        session.rollback()
        return all(has_ended(session, run) for run in session.scalars(select(Run)))

    until(is_over)
