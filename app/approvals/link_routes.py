"""Links in mails: one person answers one question once, without signing in.

Looking never uses a link up, because mail programs look at links by themselves.
"""

from dataclasses import replace
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.approvals import answering, inbox, times, tokens
from app.approvals.answering import AnswerRefused
from app.approvals.models import Approval, ApprovalLink
from app.approvals.shown import Shown, shown
from app.lib import clock
from app.runs.web_process import bell
from app.vault.web_process import keyring
from app.web.access import public
from app.web.addresses import url_for
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.workspaces.models import Workspace

bp = Blueprint("answers", __name__)


@bp.get("/answers/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """What is asked and what will happen; or what became of it."""
    link = tokens.by_token(session(), token)
    if link is None:
        return _unknown()
    return _page(token, link, _shown(link))


@bp.post("/answers/<token>")
@public
def answer(token: str) -> ResponseReturnValue:
    """Answer, and use the link up in the same moment."""
    link = tokens.by_token(session(), token)
    if link is None:
        return _unknown()
    one = _shown(link)
    if one.form is None or not one.may_answer or not _is_good(link):
        return _page(token, link, one)
    if not one.form.is_posted_right():
        return _page(token, link, one, 422)
    try:
        with writing() as open_session:
            is_first = _answer(open_session, link, one)
    except AnswerRefused as refused:
        return _page(token, link, one, 422, refused=str(refused))
    if is_first:
        bell().ring(one.approval.run.lane)
    return redirect_to(url_for("answers.show", token=token))


def _answer(open_session: Session, link: ApprovalLink, one: Shown) -> bool:
    if one.form is None or not tokens.use(open_session, link):
        return False
    return answering.answer(
        open_session, keyring(), one.approval, by=link.user, given=one.form.given
    )


def _shown(link: ApprovalLink) -> Shown:
    g.zone = ZoneInfo(link.user.timezone if link.user.timezone != "UTC" else _place(link).timezone)
    one = shown(session(), keyring(), _approval(link), to=link.user)
    return replace(one, candidates=())  # giving it away is for people who are signed in


def _approval(link: ApprovalLink) -> Approval:
    return inbox.by_id(session(), _place(link), link.approval_id) or link.approval


def _place(link: ApprovalLink) -> Workspace:
    return session().get_one(Workspace, link.workspace_id)


def _is_good(link: ApprovalLink) -> bool:
    return link.used_at is None and link.expires_at > clock.now()


def _page(
    token: str, link: ApprovalLink, one: Shown, status: int = 200, *, refused: str = ""
) -> Response:
    is_answerable = one.form is not None and one.may_answer and _is_good(link)
    answer = page(
        "approvals/link.html" if is_answerable else "approvals/link_over.html",
        status if is_answerable else 410,
        token=token,
        link=link,
        shown=one,
        place=_place(link),
        refused=refused,
        times=times,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _unknown() -> Response:
    return page("approvals/link_unknown.html", 404)
