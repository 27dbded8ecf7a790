"""Answering a question as a signed-in person, and giving it to somebody else."""

import uuid

from flask import abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.approvals import answering
from app.approvals.answering import AnswerRefused, Verdict
from app.approvals.blueprint import bp
from app.approvals.inbox_routes import approval_here, person, question_page
from app.approvals.models import Approval
from app.approvals.shown import Shown, shown
from app.runs.web_process import bell
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.forms import next_address
from app.web.htmx import redirect_to
from app.web.transactions import session, writing
from app.workspaces import directory

_SAID = {
    Verdict.APPROVE: "Approved. The run goes on.",
    Verdict.REFUSE: "Refused. The run goes on without it.",
    Verdict.CHANGE: "Sent back with your words.",
    Verdict.ANSWER: "Answered. The run goes on.",
}


@bp.post("/w/<workspace_slug>/approvals/<uuid:approval_id>/answer")
@requires("approvals.answer")
def answer(approval_id: uuid.UUID) -> ResponseReturnValue:
    """Approve, refuse, ask for a change, or answer the questions."""
    approval = approval_here(approval_id)
    one = shown(session(), keyring(), approval, to=person())
    if one.form is None:
        return _was_first(approval)
    if not one.form.is_posted_right():
        return question_page(one, 422)
    try:
        with writing() as open_session:
            is_first = answering.answer(
                open_session, keyring(), approval, by=person(), given=one.form.given
            )
    except AnswerRefused as refused:
        return _refused(one, str(refused))
    if not is_first:
        return _was_first(approval)
    bell().ring(approval.run.lane)
    flash(_SAID[one.form.given.verdict], "success")
    return redirect_to(next_address(url_for("approvals.index")))


@bp.post("/w/<workspace_slug>/approvals/<uuid:approval_id>/assignment")
@requires("approvals.answer")
def assignment(approval_id: uuid.UUID) -> ResponseReturnValue:
    """Give the question to one of those who may answer it."""
    approval = approval_here(approval_id)
    to = directory.member_of(session(), g.workspace, _member_id()) or abort(404)
    try:
        with writing() as open_session:
            answering.assign(open_session, approval, to=to, by=person())
    except AnswerRefused as refused:
        return _refused(shown(session(), keyring(), approval, to=person()), str(refused))
    flash(f"It waits for {to.user.name} now.", "success")
    return redirect_to(url_for("approvals.show", approval_id=approval_id))


def _refused(one: Shown, sentence: str) -> ResponseReturnValue:
    return question_page(one, 422, refused=sentence)


def _was_first(approval: Approval) -> ResponseReturnValue:
    """Somebody answered, or the run went on, while this person looked at it."""
    flash("It was closed before your answer came.", "info")
    return redirect_to(url_for("approvals.show", approval_id=approval.id))


def _member_id() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("to", ""))
    except ValueError:
        abort(404)
