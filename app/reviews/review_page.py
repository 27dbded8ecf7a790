"""The page of one review, as it is or with what somebody typed and why it was not kept."""

from flask import Response, g

from app.agents.scope import person
from app.reviews.forms import AnswerForm, CommentForm, ReplyForm
from app.reviews.models import Review
from app.reviews.shown import Shown, shown
from app.versions import publication, together
from app.versions.forms import PublicationForm
from app.web.access import can
from app.web.pages import page
from app.web.transactions import session


def review_page(
    review: Review,
    status: int = 200,
    *,
    answer: AnswerForm | None = None,
    comment: CommentForm | None = None,
    refused: str = "",
    has_moved: bool = False,
    about: str = "",
) -> Response:
    """The page. `refused` is why an answer or a comment was not kept, `about` a step to talk of."""
    found = shown(session(), review, g.member)
    return page(
        "reviews/show.html",
        status,
        agent=review.agent,
        review=review,
        shown=found,
        answer=answer or AnswerForm(formdata=None),
        comment=comment or CommentForm(found.choices, formdata=None, data={"step": about}),
        reply=ReplyForm(formdata=None),
        refused=refused,
        has_moved=has_moved,
        publishing=_publishing(found) if _may_publish(found) else None,
    )


def _may_publish(found: Shown) -> bool:
    standing = found.standing
    is_it = found.review.is_open and standing.is_same and standing.is_current
    return is_it and can("agents.edit") and not found.review.agent.is_archived


def _publishing(found: Shown) -> dict[str, object]:
    """What the form that publishes needs: the draft is what was asked about."""
    return {
        "ahead": found.compared,
        "is_news": True,
        "revision": found.draft.flow_graph.revision,
        "proposed": publication.proposed(found.review.agent, found.compared),
        "form": PublicationForm(formdata=None),
        "ticked": (),
        "beside": together.parts_of(session(), found.company, person()),
    }
