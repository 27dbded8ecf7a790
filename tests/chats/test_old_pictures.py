"""Pictures that an earlier version left as cards: the first page that shows one has it drawn."""

import re
from collections.abc import Callable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import database
from app.chats import drawing
from app.chats.drawing import Tools
from app.chats.models import Message
from app.chats.picture_models import PictureToDraw
from app.lib import ids
from tests.cast import Cast
from tests.chats.talk import TOKEN, Talk
from tests.chats.test_drawing import _end_runs, _poll, _waiting, olga, tools
from tests.chats.test_pictures import PREPARING, SMALL
from tests.databases import on_both

__all__ = ["olga", "tools"]

OpenTalk = Callable[..., Talk]
ASKS = re.compile(r'hx-post="([^"]+/pictures)" hx-trigger="load"')


@on_both
def test_pictures_of_earlier_versions_are_drawn_once_a_page_shows_them(
    olga: Talk, session: Session, tools: Tools
) -> None:
    _end_runs(session)
    _forget_looks(session)
    page = olga.page
    assert PREPARING not in page
    assert _poll(page)[1] == "1"  # it is not settled: what comes of it is told
    asked = ASKS.search(page)
    assert asked is not None
    assert _waiting(session) == []  # looking changes nothing
    assert _ask(olga, asked[1]) == _ask(olga, asked[1]) == 204
    assert len(_waiting(session)) == 1
    news = olga.browser.get(_poll(page)[0])
    assert PREPARING in news.text
    assert not ASKS.search(news.text)
    drawing.draw_all(tools)
    assert SMALL.search(olga.browser.get(_poll(news.text)[0]).text)


def test_a_picture_that_is_nobodys_to_show_is_asked_about_once(
    olga: Talk, session: Session, cast: Cast, talk: OpenTalk
) -> None:
    _end_runs(session)
    _forget_looks(session)
    with database.writing(session):
        for message in session.scalars(select(Message).where(Message.json.is_not(None))):
            message.json = {**message.json, "file": str(ids.new_id())}
    asked = ASKS.search(olga.page)
    assert asked is not None
    stranger = talk(cast.cleo)
    assert _ask(stranger, asked[1]) == 404
    assert _ask(olga, asked[1]) == 204
    assert _waiting(session) == []
    assert not ASKS.search(olga.page)
    assert _poll(olga.page)[1] == "4"


def _forget_looks(session: Session) -> None:
    """As earlier versions left what was said."""
    with database.writing(session):
        session.execute(delete(PictureToDraw))
        for message in session.scalars(select(Message)):
            message.meta = {}


def _ask(talk: Talk, address: str) -> int:
    token = TOKEN.search(talk.browser.get("/account").text)
    assert token is not None
    return talk.browser.client.post(address, data={"csrf_token": token[1]}).status_code
