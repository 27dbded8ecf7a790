"""The inbox: what waits, the open question beside it, and what was answered."""

import uuid
from typing import Any

from flask import Response, abort, g, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.approvals import inbox, times
from app.approvals.blueprint import bp
from app.approvals.models import Approval
from app.approvals.shown import Shown, shown
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import nothing_new, redirect_to
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


@bp.get("/w/<workspace_slug>/approvals/list")
@requires("runs.read")
def live() -> ResponseReturnValue:
    """What the open inbox asks: 204 while nothing is new, else its list anew.

    `?open=` is the question beside the list, `?at=` as in `inbox_page`. What somebody types into
    the question is left alone.
    """
    found = inbox.waiting(session(), g.workspace, words=_words(), after=_after())
    listed = _listed(found, "one" if request.args.get("at") == "one" else "list")
    if request.args.get("seen") == listed["mark"]:
        return nothing_new()
    if request.args.get("at") == "none" and (found.lines or listed["stopped"]):
        return redirect_to(url_for("approvals.index"))
    opened = _key("open")
    return page(
        "approvals/_list.html",
        **listed,
        open_id=opened,
        closed=_closed(opened) if opened else None,
    )


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
        **_listed(found, at),
        shown=one,
        open_id=one.approval.id if one and one.question else None,
        closed=None,
        refused=refused,
    )


def _listed(found: inbox.InboxPage, at: str) -> dict[str, Any]:
    """What the list shows. It also says how long ago and how soon, so it is anew each minute."""
    stopped = inbox.stopped(session(), g.workspace)
    count = inbox.count(session(), g.workspace)
    runs = [run.id for run in stopped]
    return {
        "found": found,
        "groups": times.grouped(found.lines),
        "stopped": stopped,
        "count": count,
        "mark": found.mark(runs, count, times.minute()),
        "at": at,
        "words": _words(),
        "is_first": _after() is None,
        "times": times,
    }


def _closed(approval_id: uuid.UUID) -> Approval | None:
    """The opened question, if somebody has answered it since or its time is over."""
    approval = inbox.by_id(session(), g.workspace, approval_id)
    return approval if approval is not None and approval.ended_at is not None else None


def _shown(approval: Approval) -> Shown:
    return shown(session(), keyring(), approval, to=person())


def _words() -> str:
    return request.args.get("q", "").strip()[:MAX_WORDS]


def _after() -> uuid.UUID | None:
    return _key("after")


def _key(name: str) -> uuid.UUID | None:
    typed = request.args.get(name)
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        abort(404)
