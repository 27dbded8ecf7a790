"""Pictures in a chat: small ones in the thread, the whole ones behind them, none for strangers."""

import io
import re
import uuid
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.chats import drawing
from app.chats.models import Message
from app.engine.values import Json
from app.files import sweeping
from app.files.models import File
from app.files.store import FileStore
from app.runs.models import Run
from app.settings import Settings
from tests.cast import Cast
from tests.chats.talk import Talk
from tests.databases import on_both
from tests.lib.drawn import WHERE_IT_WAS_TAKEN, bomb, photograph
from tests.runs.conftest import OpenBrowser
from tests.runs.flows import answer, in_a_row, step
from tests.runs.house import House, until
from tests.triggers.conftest import SwitchOn

OpenTalk = Callable[..., Talk]
Draw = Callable[[], None]
DESK = "Enquiry desk"
PREPARING = "The picture is being prepared."
SMALL = re.compile(r'src="(/w/harbour-pine/files/([\w-]+)/thumbnail)" width="160" height="320"')


@pytest.fixture
def store(settings: Settings) -> FileStore:
    """Where files lie."""
    return FileStore(settings.data_dir / "files")


@pytest.fixture
def draw(session: Session, store: FileStore) -> Draw:
    """Draws what waits, as the process does that keeps the timetable."""
    sessions = database.session_factory(session.get_bind())
    return lambda: drawing.draw_all(drawing.Tools(sessions, store, nullcontext()))


def shown(talk: Talk) -> tuple[str, uuid.UUID]:
    """The address of the small picture in the thread, and the id of its file."""
    found = SMALL.search(talk.page)
    assert found is not None
    return found[1], uuid.UUID(found[2])


def _is_said(session: Session, text: str) -> bool:
    session.rollback()
    return session.scalars(select(Message).where(Message.text == text)).first() is not None


def photo(name: str = "deck.jpg") -> tuple[io.BytesIO, str]:
    """A photograph as a form sends it."""
    return io.BytesIO(photograph()), name


@on_both
def test_a_picture_is_shown_small(desk: Agent, cast: Cast, talk: OpenTalk, draw: Draw) -> None:
    olga = talk(cast.olga)
    assert olga.begin("Look", files=photo()).status_code == 303
    draw()
    address, file_id = shown(olga)
    assert 'alt="Picture: deck.jpg"' in olga.page
    assert f'href="/w/harbour-pine/files/{file_id}" download' in olga.page
    small = olga.browser.get(address)
    assert small.headers["Content-Type"] == "image/webp"
    assert small.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert small.headers["X-Content-Type-Options"] == "nosniff"
    assert small.data[8:12] == b"WEBP"
    assert WHERE_IT_WAS_TAKEN.encode() not in small.data
    small.close()
    whole = olga.browser.get(f"/w/harbour-pine/files/{file_id}")
    assert whole.headers["Content-Disposition"].startswith("attachment;")
    assert whole.data == photograph()
    whole.close()


def test_strangers_get_404(
    desk: Agent, cast: Cast, talk: OpenTalk, browser: OpenBrowser, draw: Draw
) -> None:
    olga = talk(cast.olga)
    olga.begin("Look", files=photo())
    draw()
    address, file_id = shown(olga)
    assert browser(cast.dan).get(address).status_code == 404
    of_dan = address.replace("harbour-pine", cast.elsewhere.slug)
    assert browser(cast.dan).get(of_dan).status_code == 404
    nothing = address.replace(str(file_id), str(uuid.uuid4()))
    assert olga.browser.get(nothing).status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bomb(), "This picture has too many points to be shown here."),
        (photograph()[:900], "This picture is damaged, so it is not shown here."),
        (b"<svg onload='alert(1)'/>", "This is no PNG, JPEG, WebP or GIF picture"),
    ],
)
def test_what_cannot_be_shown_is_a_file(
    desk: Agent,
    cast: Cast,
    talk: OpenTalk,
    store: FileStore,
    draw: Draw,
    content: bytes,
    sentence: str,
) -> None:
    olga = talk(cast.olga)
    assert olga.begin("Look", files=(io.BytesIO(content), "deck.png")).status_code == 303
    draw()
    assert sentence in olga.page
    assert PREPARING not in olga.page
    assert "/thumbnail" not in olga.page
    file_id = re.search(r'class="chat-file" href="/w/harbour-pine/files/([\w-]+)"', olga.page)
    assert file_id is not None
    assert olga.browser.get(f"/w/harbour-pine/files/{file_id[1]}/thumbnail").status_code == 404
    assert not store.small_path(uuid.UUID(file_id[1])).exists()


def test_a_document_has_no_picture(desk: Agent, cast: Cast, talk: OpenTalk) -> None:
    olga = talk(cast.olga)
    olga.begin("Look", files=(io.BytesIO(b"a,b\n"), "parts.csv"))
    assert "parts.csv" in olga.page
    assert PREPARING not in olga.page
    assert "/thumbnail" not in olga.page


def test_asked_again_it_is_shown_again(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk, store: FileStore, draw: Draw
) -> None:
    olga = talk(cast.olga)
    olga.begin("Look", files=photo())
    draw()
    _, earlier = shown(olga)
    first = session.scalars(select(Message).order_by(Message.id)).first()
    assert first is not None
    olga.do(f"messages/{first.id}/again", once="o1", text="Look closer")
    address, later = shown(olga)
    assert later != earlier
    answer = olga.browser.get(address)
    assert answer.status_code == 200
    answer.close()
    store.delete(earlier)
    assert store.small_path(later).is_file()


@on_both
def test_a_picture_that_an_agent_shows(
    switched_on: SwitchOn, session: Session, cast: Cast, talk: OpenTalk, house: House
) -> None:
    shows = step(
        "shows", "reply_in_chat", {"text": "As you sent it:", "files": "{{ trigger.files }}"}
    )
    switched_on(in_a_row(step("start", "start_chat"), shows, answer("Done.")), DESK)
    olga = talk(cast.olga)
    olga.begin("Look", files=photo())
    house.open_worker()
    until(lambda: _is_said(session, "Done."))
    assert until(lambda: len(SMALL.findall(olga.page)) == 2)


@on_both
def test_a_picture_that_is_the_answer(
    switched_on: SwitchOn, cast: Cast, talk: OpenTalk, house: House
) -> None:
    switched_on(in_a_row(step("start", "start_chat"), answer("{{ trigger.files }}")), DESK)
    olga = talk(cast.olga)
    olga.begin("Look", files=[photo("a.jpg"), photo("b.jpg")])
    house.open_worker()
    assert until(lambda: len(SMALL.findall(olga.page)) == 4)
    assert len(set(SMALL.findall(olga.page))) == 2


def test_a_picture_among_the_values_of_an_answer(
    switched_on: SwitchOn, cast: Cast, talk: OpenTalk, house: House
) -> None:
    rows: list[Json] = [
        {"name": "chart", "value": "{{ trigger.files[0] }}"},
        {"name": "list", "value": "{{ trigger.files[1] }}"},
    ]
    values = step("answer", "answer", {"kind": "values", "values": rows})
    switched_on(in_a_row(step("start", "start_chat"), values), DESK)
    olga = talk(cast.olga)
    olga.begin("Look", files=[photo("chart.jpg"), (io.BytesIO(b"a,b"), "list.csv")])
    house.open_worker()
    assert until(lambda: len(SMALL.findall(olga.page)) == 2)
    assert len(re.findall('class="chat-json"', olga.page)) == 1
    assert len(re.findall('class="chat-file"', olga.page)) == 1


@on_both
def test_it_goes_with_its_run(
    desk: Agent, session: Session, cast: Cast, talk: OpenTalk, store: FileStore, draw: Draw
) -> None:
    olga = talk(cast.olga)
    olga.begin("Look", files=photo())
    draw()
    address, file_id = shown(olga)
    assert store.small_path(file_id).is_file()
    with database.writing(session):
        session.execute(delete(Run))
    assert session.scalars(select(File)).all() == []
    assert olga.browser.get(address).status_code == 404
    sweeping.sweep(database.session_factory(session.get_bind()), store, young_s=-60)
    assert not store.path(file_id).exists()
    assert not store.small_path(file_id).exists()
