"""The inbox: what waits, the open question beside it, and what was answered."""

import uuid

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.approvals import inbox, times
from app.approvals.blueprint import bp
from app.approvals.models import Approval
from app.approvals.shown import Shown, shown
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session

MAX_WORDS = 80


@bp.get("/w/<workspace_slug>/approvals")
@requires("runs.read")
def index() -> ResponseReturnValue:
    """Everything that waits, with the most urgent question opened where there is room."""
    found = inbox.waiting(session(), g.workspace, words=_words(), after=_after())
    first = inbox.by_id(session(), g.workspace, found.lines[0].id) if found.lines else None
    return inbox_page(found, _shown(first) if first else None, at="list")


@bp.get("/w/<workspace_slug>/approvals/answered")
@requires("runs.read")
def answered() -> Response:
    """What was answered, by whom and when, the latest first."""
    found = inbox.answered(session(), g.workspace, words=_words(), after=_after())
    return page("approvals/answered.html", found=found, words=_words(), is_first=_after() is None)


@bp.get("/w/<workspace_slug>/approvals/<uuid:approval_id>")
@requires("runs.read")
def show(approval_id: uuid.UUID) -> ResponseReturnValue:
    """One question."""
    return question_page(_shown(approval_here(approval_id)))


def approval_here(approval_id: uuid.UUID) -> Approval:
    """The question of this workspace with this id."""
    return inbox.by_id(session(), g.workspace, approval_id) or abort(404)


def person() -> User:
    """Who asks."""
    user: User = g.member.user
    return user


def question_page(one: Shown, status: int = 200, *, refused: str = "") -> Response:
    """The inbox with this question opened."""
    found = inbox.waiting(session(), g.workspace, words=_words(), after=_after())
    return inbox_page(found, one, at="one", status=status, refused=refused)


def inbox_page(
    found: inbox.InboxPage, one: Shown | None, *, at: str, status: int = 200, refused: str = ""
) -> Response:
    """The list and the opened question; `at` says which of them a phone shows."""
    return page(
        "approvals/index.html",
        status,
        found=found,
        groups=times.grouped(found.lines),
        stopped=inbox.stopped(session(), g.workspace),
        count=inbox.count(session(), g.workspace),
        shown=one,
        at=at,
        words=_words(),
        is_first=_after() is None,
        refused=refused,
        times=times,
    )


def _shown(approval: Approval) -> Shown:
    return shown(session(), keyring(), approval, to=person())


def _words() -> str:
    return request.args.get("q", "").strip()[:MAX_WORDS]


def _after() -> uuid.UUID | None:
    typed = request.args.get("after")
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        abort(404)
