"""Workers that draw pictures of chats: what was said stands before, and goes on without them."""

import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation
from app.agents.models import Agent
from app.chats import drawing, replies
from app.chats.drawing import Tools
from app.chats.models import Chat, Message, MessageType
from app.chats.picture_models import PictureToDraw
from app.engine.states import RunStatus
from app.engine.values import Json
from app.files import uploads
from app.files.models import File
from app.files.store import FileStore
from app.lib import clock, ids
from app.runs.models import Run
from app.settings import Settings
from tests.cast import Cast
from tests.chats.talk import Talk
from tests.chats.test_pictures import PREPARING, SMALL, photo
from tests.databases import on_both
from tests.lib.drawn import photograph
from tests.runs.flows import answer, in_a_row, step

OpenTalk = Callable[..., Talk]
POLL = re.compile(r'id="chat-poll"[^>]*hx-get="([^"]+)" hx-trigger="every (\d)s')


class Killed(BaseException):
    """What a process feels that is killed."""


class Turn(AbstractContextManager[None]):
    """A turn to write, before whose so many-th transaction something happens."""

    def __init__(self, transactions: int, act: Callable[[], object]) -> None:
        self._left, self._act = transactions, act

    def __enter__(self) -> None:
        self._left -= 1
        if not self._left:
            self._act()

    def __exit__(self, *_error: object) -> None:
        pass


def die() -> None:
    """End as a process does that is killed."""
    raise Killed


@pytest.fixture
def tools(session: Session, settings: Settings) -> Tools:
    """What the process draws with that keeps the timetable."""
    sessions = database.session_factory(session.get_bind())
    return Tools(sessions, FileStore(settings.data_dir / "files"), nullcontext())


@pytest.fixture
def olga(desk: Agent, cast: Cast, talk: OpenTalk) -> Talk:
    """Olga has sent a picture, and nobody works on anything yet."""
    found = talk(cast.olga)
    assert found.begin("Look", files=photo()).status_code == 303
    return found


def _waiting(session: Session) -> list[PictureToDraw]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(PictureToDraw).order_by(PictureToDraw.message_id)))


def _poll(page: str) -> tuple[str, str]:
    found = POLL.search(page)
    assert found is not None
    return found[1].replace("&amp;", "&"), found[2]


def _end_runs(session: Session) -> None:
    with database.writing(session):
        for run in session.scalars(select(Run)):
            run.status = RunStatus.CANCELLED


@on_both
def test_what_was_said_stands_before_its_picture(
    olga: Talk, session: Session, tools: Tools
) -> None:
    assert PREPARING in olga.page
    assert "/thumbnail" not in olga.page
    (waiting,) = _waiting(session)
    assert not tools.files.small_path(waiting.file_id).exists()
    _end_runs(session)
    page = olga.page
    address, every = _poll(page)
    assert every == "1"  # as while an agent works
    assert "Reload to see what is new" in page
    assert olga.browser.get(address).status_code == 204
    drawing.draw_all(tools)
    news = olga.browser.get(address)
    assert news.status_code == 200
    assert SMALL.search(news.text)
    assert PREPARING not in news.text
    settled, every = _poll(news.text)
    assert every == "4"
    assert olga.browser.get(settled).status_code == 204
    assert _waiting(session) == []


@on_both
def test_a_picture_further_up_reaches_an_open_page(
    olga: Talk, session: Session, tools: Tools
) -> None:
    _end_runs(session)
    olga.say("Second words")
    _end_runs(session)
    olga.say("Third words")
    _end_runs(session)
    address, _ = _poll(olga.page)
    drawing.draw_all(tools)
    news = olga.browser.get(address).text
    assert SMALL.search(news)
    assert news.index("thumbnail") < news.index("Second words")
    assert olga.browser.get(_poll(news)[0]).status_code == 204


@on_both
@pytest.mark.parametrize("transactions", [1, 2])
def test_a_worker_that_dies_is_followed_by_another(
    olga: Talk, session: Session, tools: Tools, transactions: int
) -> None:
    with pytest.raises(Killed):
        drawing.draw_all(replace(tools, turn=Turn(transactions, die)))
    assert PREPARING in olga.page
    assert [one.tries for one in _waiting(session)] == [transactions - 1]
    drawing.draw_all(tools)
    assert SMALL.search(olga.page)


@on_both
def test_a_picture_with_which_workers_die_is_given_up(
    olga: Talk, session: Session, tools: Tools
) -> None:
    for _ in range(PictureToDraw.MAX_TRIES):
        with pytest.raises(Killed):
            drawing.draw_all(replace(tools, turn=Turn(2, die)))
    drawing.draw_all(tools)
    assert "A small picture of it could not be made just then." in olga.page
    assert 'class="chat-file"' in olga.page
    assert PREPARING not in olga.page
    assert _waiting(session) == []


def test_one_that_cannot_be_drawn_just_now_is_tried_again(
    olga: Talk, session: Session, tools: Tools
) -> None:
    (waiting,) = _waiting(session)
    path = tools.files.path(waiting.file_id)
    away = path.rename(path.with_name("away"))
    drawing.draw_all(tools)
    assert PREPARING in olga.page
    away.rename(path)
    drawing.draw_all(tools)
    assert SMALL.search(olga.page)


def test_one_that_is_gone_for_good_becomes_a_file(
    olga: Talk, session: Session, tools: Tools
) -> None:
    (waiting,) = _waiting(session)
    tools.files.delete(waiting.file_id)
    for _ in range(PictureToDraw.MAX_TRIES):
        drawing.draw_all(tools)
    assert "A small picture of it could not be made just then." in olga.page


@on_both
def test_of_two_workers_one_leaves_it_to_the_other(
    olga: Talk, session: Session, tools: Tools
) -> None:
    before = session.scalars(select(Chat.seq)).one()
    another = Turn(2, lambda: drawing.draw_all(tools))
    drawing.draw_all(replace(tools, turn=another))
    session.rollback()
    assert session.scalars(select(Chat.seq)).one() == before + 1
    assert SMALL.search(olga.page)
    assert _waiting(session) == []


@on_both
@pytest.mark.parametrize("deleted", [Chat, Run, File])
def test_what_is_deleted_meanwhile_is_left_alone(
    olga: Talk, session: Session, tools: Tools, deleted: type[Chat] | type[Run] | type[File]
) -> None:
    def act() -> None:
        with tools.sessions() as other, database.writing(other):
            other.execute(delete(deleted))

    drawing.draw_all(replace(tools, turn=Turn(2, act)))
    assert _waiting(session) == []
    assert session.scalars(select(func.count()).select_from(deleted)).one() == 0


class Watched(FileStore):
    """A store that notes which small copies came, in their order."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.drawn: list[uuid.UUID] = []

    def write_small(self, file_id: uuid.UUID, content: bytes) -> None:
        """Keep it, and note it."""
        super().write_small(file_id, content)
        self.drawn.append(file_id)


@on_both
def test_many_pictures_of_one_workspace_leave_others_their_turn(
    olga: Talk, session: Session, cast: Cast, tools: Tools, settings: Settings
) -> None:
    for number in range(2):
        _end_runs(session)
        olga.say(f"And {number}", files=photo())
    ours = [one.file_id for one in _waiting(session)]
    theirs = _picture_elsewhere(session, cast, tools)
    watched = Watched(settings.data_dir / "files")
    drawing.draw_all(replace(tools, files=watched))
    assert watched.drawn == [ours[0], theirs, *ours[1:]]


@on_both
def test_a_file_that_a_flow_made_up_is_no_picture(
    olga: Talk, session: Session, cast: Cast, tools: Tools
) -> None:
    elsewhere = _upload(session, tools, cast.elsewhere.id)
    waits_for_its_run = _upload(session, tools, cast.harbour.id)
    made_up = {**elsewhere, "file": str(uuid.uuid4())}
    drawing.draw_all(tools)
    run = session.scalars(select(Run)).one()
    with database.writing(session):
        files = [elsewhere, waits_for_its_run, made_up]
        replies.run_ended(session, run=run, status=RunStatus.SUCCESS, answer=files)
    _end_runs(session)
    assert _waiting(session) == []
    page = olga.page
    assert PREPARING not in page
    assert len(SMALL.findall(page)) == 1
    assert page.count('class="chat-file"') == 3


def _upload(session: Session, tools: Tools, workspace_id: uuid.UUID) -> dict[str, Json]:
    return uploads.keep(session, tools.files, workspace_id, "deck.jpg", photograph())


def _picture_elsewhere(session: Session, cast: Cast, tools: Tools) -> uuid.UUID:
    """A picture that waits in a chat of Dan's; the id of its file."""
    here, value = cast.elsewhere.id, _upload(session, tools, cast.elsewhere.id)
    file_id = uuid.UUID(str(value["file"]))
    with database.writing(session):
        graph = in_a_row(step("start", "start_chat"), answer("Hello"))
        agent = creation.create(session, cast.elsewhere, by=cast.dan, name="Desk", graph=graph)
        session.flush()
        chat = Chat(
            id=ids.new_id(),
            workspace_id=here,
            user_id=cast.dan.id,
            agent_id=agent.id,
            title="Deck",
            last_at=clock.now(),
        )
        session.add(chat)
        session.flush()
        message = Message(id=ids.new_id(), workspace_id=here, chat_id=chat.id, json=value)
        message.type = MessageType.IMAGE
        session.add(message)
        session.flush()
        session.add(PictureToDraw(message_id=message.id, workspace_id=here, file_id=file_id))
    return file_id
