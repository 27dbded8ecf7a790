"""The sidebar: drawn once for all who see the same, and never older than what it says."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.notices.models import Notice, NoticeCopy, NoticeKind
from app.workspaces.models import Member
from app.workspaces.roles import Role
from tests.cast import Cast, sign_in

HOME = "/w/harbour-pine"
LINE = re.compile(r'<a href="([^"]+)"( aria-current="page")?><svg class="i".*?<span>([^<]+)</span>')


def _lines(client: FlaskClient, address: str) -> dict[str, bool]:
    """The lines of the sidebar, and which of them is the open one."""
    page = client.get(address).text
    side = page[page.index('class="side-nav"') : page.index("</nav>")]
    return {word: bool(is_open) for _href, is_open, word in LINE.findall(side)}


def test_the_line_of_the_page_is_open(client: FlaskClient, session: Session, cast: Cast) -> None:
    sign_in(client, session, cast.ada)
    for address, word in ((f"{HOME}/", "Home"), (f"{HOME}/people", "People")):
        lines = _lines(client, address)
        assert [one for one, is_open in lines.items() if is_open] == [word]


def test_a_new_role_is_felt_at_once(client: FlaskClient, session: Session, cast: Cast) -> None:
    sign_in(client, session, cast.ben)
    assert "Connections" in _lines(client, f"{HOME}/")
    place = session.scalars(select(Member).where(Member.user_id == cast.ben.id)).one()
    with database.writing(session):
        place.role = Role.VIEWER
    assert "Connections" not in _lines(client, f"{HOME}/")


def test_what_waits_is_counted_for_whom_it_waits(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    sign_in(client, session, cast.ada)
    assert not _counts(client)
    notice = Notice(
        workspace_id=cast.harbour.id,
        kind=NoticeKind.BATCH,
        topic="one",
        subject="Many rows",
        text="They are done.",
        path="/",
    )
    with database.writing(session):
        session.add(notice)
        session.flush()
        mine = {"notice_id": notice.id, "workspace_id": cast.harbour.id}
        session.add(NoticeCopy(user_id=cast.ada.id, **mine))
    assert _counts(client) == ["1"]
    sign_in(client, session, cast.ben)
    assert not _counts(client)


def _counts(client: FlaskClient) -> list[str]:
    page = client.get(f"{HOME}/people").text
    side = page[page.index('class="side-nav"') : page.index("</nav>")]
    return re.findall(r'class="count you">(\d+)', side)
