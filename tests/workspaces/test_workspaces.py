"""Making a workspace, changing its settings, open sign-up, and what happened there."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.audit import trail
from app.factory import create_app
from app.settings import Settings
from app.workspaces.founding import found
from app.workspaces.roles import ALL_PERMISSIONS, PERMISSIONS, Role, may
from app.workspaces.slugs import RESERVED, free_slug, slug_from
from tests.accounts.browser import Browser
from tests.cast import PASSWORD, Cast
from tests.databases import on_both

SETTINGS = "/w/harbour-pine/settings"
AUDIT = "/w/harbour-pine/audit"
FORM = {
    "name": "Harbour & Oak",
    "timezone": "Europe/Oslo",
    "retention_days": "14",
    "max_parallel": "8",
}


@on_both
def test_anybody_makes_another_workspace(cleo: Browser, session: Session) -> None:
    answer = cleo.send("/workspaces/new", "/workspaces", name=" Mill  street ")
    assert answer.headers["Location"] == "/w/mill-street/"
    assert "Mill  street" in cleo.get("/w/mill-street/people").text
    assert cleo.get("/w/mill-street/settings").status_code == 200


def test_a_workspace_needs_a_name(cleo: Browser) -> None:
    answer = cleo.send("/workspaces/new", "/workspaces", name="  ")
    assert answer.status_code == 422
    assert "Give the workspace a name." in answer.text


def test_settings_change_but_the_address_stays(ada: Browser, session: Session, cast: Cast) -> None:
    assert ada.send(SETTINGS, SETTINGS, **FORM).status_code == 303
    page = ada.get(SETTINGS).text
    assert "Harbour &amp; Oak" in page
    harbour = cast.harbour
    session.refresh(harbour)
    assert harbour.slug == "harbour-pine"
    assert (harbour.timezone, harbour.retention_days) == ("Europe/Oslo", 14)
    assert harbour.max_parallel == 8


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Give the workspace a name."),
        ({"retention_days": "0"}, "Choose between 1 and 30 days."),
        ({"max_parallel": "0"}, "Choose between 1 and 1,000 runs."),
        ({"retention_days": "31"}, "Choose between 1 and 30 days."),
        ({"retention_days": "soon"}, "Choose between 1 and 30 days."),
        ({"timezone": "Mars/Olympus"}, "Not a valid choice"),
    ],
)
def test_wrong_settings_come_back(ada: Browser, wrong: dict[str, str], said: str) -> None:
    answer = ada.send(SETTINGS, SETTINGS, **{**FORM, **wrong})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_builder_may_not_change_settings(ben: Browser) -> None:
    assert ben.get(SETTINGS).status_code == 403
    assert ben.send("/account", SETTINGS, **FORM).status_code == 403
    assert ben.get(AUDIT).status_code == 403


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Harbour & Pine", "harbour-pine"),
        ("  Ærø Straße 9 ", "r-strasse-9"),
        ("Čaj a Káva", "caj-a-kava"),
        ("灯台", "workspace"),
        ("x" * 80, "x" * 40),
        ("../../etc", "etc"),
    ],
)
def test_a_slug_is_made_from_the_name(name: str, slug: str) -> None:
    assert slug_from(name) == slug


def test_slugs_are_unique_and_never_reserved(session: Session, cast: Cast) -> None:
    names = ["Harbour & Pine"] * 3 + ["Static"]
    with database.writing(session):
        made = [found(session, name, owner=cast.dan).slug for name in names]
    assert made == ["harbour-pine-2", "harbour-pine-3", "harbour-pine-4", "static-2"]
    assert all(free_slug(session, word) not in RESERVED for word in RESERVED)


def test_the_switcher_lists_own_workspaces_first(
    browser_of: Callable[[User], Browser], session: Session, cast: Cast
) -> None:
    with database.writing(session):
        found(session, "Zebra", owner=cast.ben)
    page = browser_of(cast.ben).get("/account").text
    assert page.index("Zebra") < page.index("Harbour &amp; Pine")
    assert "Elsewhere" not in page


def test_sign_up_is_closed_unless_the_installation_is_open(
    stranger: Browser, settings: Settings, session: Session
) -> None:
    assert stranger.get("/sign-up").status_code == 404
    assert stranger.send("/sign-in", "/sign-up").status_code == 404
    opened = Browser(create_app(replace(settings, open_sign_up=True)).test_client())
    assert 'href="/sign-up"' in opened.get("/sign-in").text
    form = {"name": "Eve", "email": "eve@quay.example", "password": PASSWORD, "workspace": "Quay"}
    assert opened.send("/sign-up", "/sign-up", **{**form, "email": ""}).status_code == 422
    assert opened.send("/sign-up", "/sign-up", **form).status_code == 303
    assert opened.get("/w/quay/people").status_code == 200
    assert not session.scalars(select(User).where(User.name == "Eve")).one().is_admin
    again = Browser(opened.client.application.test_client())
    assert "Sign in instead." in again.send("/sign-up", "/sign-up", **form).text


def test_what_happened_is_told_page_by_page(ada: Browser, session: Session, cast: Cast) -> None:
    with database.writing(session):
        for number in range(60):
            trail.record(
                session,
                "role_changed",
                workspace_id=cast.harbour.id,
                actor_id=cast.ada.id,
                subject=f"person-{number}@harbour.example",
            )
        trail.record(
            session,
            "role_changed",
            workspace_id=cast.elsewhere.id,
            actor_id=cast.dan.id,
            subject="secret@elsewhere.example",
        )
    first = ada.get(AUDIT)
    assert "person-59@" in first.text
    assert "person-9@" not in first.text
    assert "secret@elsewhere" not in first.text
    older = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "person-9@" in ada.get(older).text
    assert ada.get(f"{AUDIT}?before=nonsense").status_code == 200


def test_each_role_may_what_the_one_below_may_and_more() -> None:
    ladder = [PERMISSIONS[role] for role in Role]
    assert all(lower < higher for lower, higher in pairwise(ladder))
    assert may(Role.VIEWER, "runs.read")
    assert not may(Role.VIEWER, "runs.start")
    assert PERMISSIONS[Role.OWNER] == ALL_PERMISSIONS
    with pytest.raises(KeyError):
        may(Role.OWNER, "runs.strat")
    assert Role.ADMIN.reaches(Role.ADMIN)
    assert not Role.ADMIN.reaches(Role.OWNER)
