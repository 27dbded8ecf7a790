"""One review: its page, its flow on the canvas, the answers, and taking it back."""

import uuid

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.agents.outline import outline
from app.agents.surroundings import known_to
from app.engine.errors import EditRefused
from app.reviews import answering, asking
from app.reviews.answering import ReviewMoved
from app.reviews.blueprint import REVIEW, bp, review_here
from app.reviews.forms import AnswerForm
from app.reviews.review_page import review_page
from app.reviews.shown import compared_of
from app.versions.drawing import drawing
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

_ANSWERS = {"approve": True, "changes": False}


@bp.get(REVIEW)
@requires("agents.read")
def show(review_id: uuid.UUID) -> Response:
    """What is asked, what changes, what was said; `?about=` names a step to talk of."""
    return review_page(review_here(review_id), about=request.args.get("about", "")[:8])


@bp.get(f"{REVIEW}/flow")
@requires("agents.read")
def flow(review_id: uuid.UUID) -> Response:
    """What was asked about and the version it would replace, in one drawing."""
    review = review_here(review_id)
    compared = compared_of(session(), review, known_to(session(), review.agent))
    before = compared.before
    return page(
        "versions/flow.html",
        agent=review.agent,
        compared=compared,
        flow=drawing(compared),
        outline=outline(compared.after.graph, ()),
        outline_before=outline(before.graph, ()) if before else None,
        back_to=(url_for("reviews.show", review_id=review.id), "Review"),
    )


@bp.post(f"{REVIEW}/answers")
@requires("agents.edit")
def answer(review_id: uuid.UUID) -> ResponseReturnValue:
    """Approve, or ask for changes."""
    review = review_here(review_id)
    form = AnswerForm()
    if form.answer.data not in _ANSWERS:
        abort(400)
    if not form.is_posted_right():
        return review_page(review, 422, answer=form)
    approve = _ANSWERS[form.answer.data]
    try:
        with writing() as open_session:
            answering.answer(
                open_session,
                review,
                by=g.member,
                approve=approve,
                words=form.words.data or "",
                digest=form.digest.data or "",
                round_=form.round.data or 0,
            )
    except ReviewMoved:
        return review_page(review_here(review_id), 409, answer=form, has_moved=True)
    except EditRefused as refused:
        return review_page(review_here(review_id), 422, answer=form, refused=refused.sentence)
    flash("You approved it." if approve else "You asked for changes.", "ok")
    return redirect_to(url_for("reviews.show", review_id=review_id))


@bp.post(f"{REVIEW}/withdrawal")
@requires("agents.edit")
def withdraw(review_id: uuid.UUID) -> ResponseReturnValue:
    """Take the question back."""
    review = review_here(review_id)
    try:
        with writing() as open_session:
            asking.withdraw(open_session, review, by=g.member)
    except EditRefused as refused:
        return review_page(review_here(review_id), 422, refused=refused.sentence)
    flash("Taken back. Nobody has to look at it any more.", "ok")
    return redirect_to(url_for("reviews.show", review_id=review_id))
