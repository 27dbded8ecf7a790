"""Comments of a review: saying something, answering it, marking it as settled."""

import uuid

from flask import abort, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.engine.errors import EditRefused
from app.reviews import commenting, shown
from app.reviews.blueprint import REVIEW, bp, review_here
from app.reviews.forms import CommentForm, ReplyForm
from app.reviews.models import Review, ReviewComment
from app.reviews.review_page import review_page
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import session, writing

COMMENT = f"{REVIEW}/comments/<uuid:comment_id>"


@bp.post(f"{REVIEW}/comments")
@requires("agents.read")
def comment(review_id: uuid.UUID) -> ResponseReturnValue:
    """Say something about the whole or one step."""
    review = review_here(review_id)
    form = CommentForm(shown.step_choices(session(), review))
    if not form.is_posted_right():
        return review_page(review, 422, comment=form)
    try:
        with writing() as open_session:
            made = commenting.comment(
                open_session,
                review,
                by=g.member,
                text=form.text.data or "",
                step_id=form.step.data or None,
            )
    except EditRefused as refused:
        return review_page(review_here(review_id), 422, comment=form, refused=refused.sentence)
    return _back_to(made)


@bp.post(f"{COMMENT}/answers")
@requires("agents.read")
def reply(review_id: uuid.UUID, comment_id: uuid.UUID) -> ResponseReturnValue:
    """Answer a comment."""
    review = review_here(review_id)
    first = _comment_here(review, comment_id)
    form = ReplyForm()
    if not form.is_posted_right():
        return review_page(review, 422, refused="Write something first, up to 2,000 characters.")
    try:
        with writing() as open_session:
            made = commenting.comment(
                open_session, review, by=g.member, text=form.text.data or "", answers=first
            )
    except EditRefused as refused:
        return review_page(review_here(review_id), 422, refused=refused.sentence)
    return _back_to(made)


@bp.post(f"{COMMENT}/settlement")
@requires("agents.read")
def settle(review_id: uuid.UUID, comment_id: uuid.UUID) -> ResponseReturnValue:
    """Mark a comment as settled."""
    return _settle(review_id, comment_id, on=True)


@bp.post(f"{COMMENT}/reopening")
@requires("agents.read")
def reopen(review_id: uuid.UUID, comment_id: uuid.UUID) -> ResponseReturnValue:
    """A settled comment is open again."""
    return _settle(review_id, comment_id, on=False)


def _settle(review_id: uuid.UUID, comment_id: uuid.UUID, *, on: bool) -> ResponseReturnValue:
    review = review_here(review_id)
    one = _comment_here(review, comment_id)
    try:
        with writing() as open_session:
            commenting.settle(open_session, review, one, by=g.member, on=on)
    except EditRefused as refused:
        return review_page(review_here(review_id), 422, refused=refused.sentence)
    flash("Settled." if on else "Open again.", "ok")
    return _back_to(one)


def _comment_here(review: Review, comment_id: uuid.UUID) -> ReviewComment:
    return commenting.by_id(session(), review, comment_id) or abort(404)


def _back_to(one: ReviewComment) -> ResponseReturnValue:
    first = one.answers_id or one.id
    return redirect_to(url_for("reviews.show", review_id=one.review_id, _anchor=f"comment-{first}"))
