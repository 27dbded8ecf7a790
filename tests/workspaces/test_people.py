"""Members: who is here, roles, leaving, removing and handing over."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.audit.models import AuditEvent
from app.workspaces.models import Member, Workspace
from app.workspaces.roles import Role
from tests.accounts.browser import Browser
from tests.agents.pages import words
from tests.cast import Cast
from tests.databases import on_both
from tests.workspaces.conftest import PEOPLE


def place_of(session: Session, workspace: Workspace, user: User) -> Member | None:
    """What is true now about this person's place."""
    session.rollback()
    return session.scalars(
        select(Member).where(Member.workspace_id == workspace.id, Member.user_id == user.id)
    ).one_or_none()


def act(session: Session, cast: Cast, user: User, what: str) -> str:
    """The address of an act on this member."""
    return f"{PEOPLE}/{place_of(session, cast.harbour, user).id}/{what}"


def test_everybody_here_sees_who_is_here(cleo: Browser) -> None:
    page = words(cleo.get(PEOPLE))
    for name in ("Ada", "Ben", "Olga", "Cleo (you)"):
        assert name in page
    assert "Dan" not in page
    assert "Invite somebody" not in page


def test_another_workspace_gets_404(dan: Browser, session: Session, cast: Cast) -> None:
    assert dan.get(PEOPLE).status_code == 404
    action = act(session, cast, cast.ben, "removal")
    assert dan.send("/account", action).status_code == 404


def test_a_member_of_another_workspace_is_not_here(
    ada: Browser, session: Session, cast: Cast
) -> None:
    dans_place = place_of(session, cast.elsewhere, cast.dan)
    for what in ("role", "removal", "ownership"):
        answer = ada.send(PEOPLE, f"{PEOPLE}/{dans_place.id}/{what}", role="viewer")
        assert answer.status_code == 404
    assert ada.send(PEOPLE, f"{PEOPLE}/{uuid.uuid4()}/removal").status_code == 404
    assert place_of(session, cast.elsewhere, cast.dan).role is Role.OWNER


@pytest.mark.parametrize("what", ["role", "removal", "ownership"])
def test_a_builder_may_not(ben: Browser, session: Session, cast: Cast, what: str) -> None:
    action = act(session, cast, cast.cleo, what)
    assert ben.send(PEOPLE, action, role="builder").status_code == 403
    assert place_of(session, cast.harbour, cast.cleo).role is Role.VIEWER


@on_both
def test_a_role_changes_and_counts_from_the_next_request(
    ada: Browser, cleo: Browser, session: Session, cast: Cast
) -> None:
    assert cleo.get("/w/harbour-pine/settings").status_code == 403
    ada.send(PEOPLE, act(session, cast, cast.cleo, "role"), role="admin")
    assert cleo.get("/w/harbour-pine/settings").status_code == 200
    assert place_of(session, cast.harbour, cast.cleo).role is Role.ADMIN
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.position.desc())).first()
    assert (event.action, event.subject) == ("role_changed", "cleo@harbour.example")
    assert event.details == {"was": "viewer", "now": "admin"}


@pytest.mark.parametrize("role", ["owner", "emperor", ""])
def test_a_role_that_cannot_be_given_is_refused(
    ada: Browser, session: Session, cast: Cast, role: str
) -> None:
    answer = ada.send(PEOPLE, act(session, cast, cast.ben, "role"), role=role)
    assert answer.status_code == 422
    assert place_of(session, cast.harbour, cast.ben).role is Role.BUILDER


def test_an_admin_manages_people_but_not_the_owner(
    ben: Browser, session: Session, cast: Cast
) -> None:
    with database.writing(session):
        place = session.scalars(select(Member).where(Member.user_id == cast.ben.id)).one()
        place.role = Role.ADMIN
    assert (
        ben.send(PEOPLE, act(session, cast, cast.olga, "role"), role="builder").status_code == 303
    )
    refused = ben.send(PEOPLE, act(session, cast, cast.ada, "role"), role="viewer")
    assert refused.status_code == 422
    assert "one owner" in refused.text
    assert ben.send(PEOPLE, act(session, cast, cast.ada, "removal")).status_code == 422
    assert ben.send(PEOPLE, act(session, cast, cast.ben, "ownership")).status_code == 403
    assert place_of(session, cast.harbour, cast.ada).role is Role.OWNER


def test_who_is_removed_finds_nothing_any_more(
    ada: Browser, ben: Browser, session: Session, cast: Cast
) -> None:
    answer = ada.send(PEOPLE, act(session, cast, cast.ben, "removal"))
    assert answer.status_code == 303
    assert "Ben is not in this workspace any more." in ada.get(PEOPLE).text
    assert ben.get(PEOPLE).status_code == 404
    assert ben.is_signed_in, "only the place in this workspace is gone"


def test_one_can_leave(cleo: Browser, session: Session, cast: Cast) -> None:
    assert cleo.send(PEOPLE, f"{PEOPLE}/leaving").headers["Location"] == "/"
    assert cleo.get(PEOPLE).status_code == 404
    assert place_of(session, cast.harbour, cast.cleo) is None


def test_the_owner_cannot_leave(ada: Browser, session: Session, cast: Cast) -> None:
    answer = ada.send(PEOPLE, f"{PEOPLE}/leaving")
    assert answer.status_code == 422
    assert "Hand it over to somebody first." in answer.text
    assert place_of(session, cast.harbour, cast.ada).role is Role.OWNER


@on_both
def test_the_owner_hands_over_and_may_leave_then(
    ada: Browser, session: Session, cast: Cast
) -> None:
    assert ada.send(PEOPLE, act(session, cast, cast.ben, "ownership")).status_code == 303
    assert place_of(session, cast.harbour, cast.ben).role is Role.OWNER
    assert place_of(session, cast.harbour, cast.ada).role is Role.ADMIN
    assert cast.harbour.owner_id == cast.ben.id
    assert ada.send(PEOPLE, act(session, cast, cast.cleo, "ownership")).status_code == 403
    assert ada.send(PEOPLE, f"{PEOPLE}/leaving").status_code == 303


def test_handing_over_to_oneself_changes_nothing(
    ada: Browser, session: Session, cast: Cast
) -> None:
    assert ada.send(PEOPLE, act(session, cast, cast.ada, "ownership")).status_code == 422
    assert place_of(session, cast.harbour, cast.ada).role is Role.OWNER
