"""Asking a colleague to look at the draft of an agent, and asking again."""

import uuid

from flask import Response, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.agents import drafts
from app.agents.drafts import DraftMoved
from app.agents.models import Agent
from app.agents.scope import agent_here, person
from app.engine.errors import EditRefused
from app.reviews import asking, people, rule, thread
from app.reviews.blueprint import bp
from app.reviews.forms import AskForm
from app.versions import publication
from app.versions.publication_routes import revision_here
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.workspaces.models import Member

AGENT = "/w/<workspace_slug>/agents/<agent_slug>"


@bp.get(f"{AGENT}/reviews/new")
@requires("agents.edit")
def new(agent_slug: str) -> Response:
    """The form; while a review is open, those who were asked are ticked."""
    agent = agent_here(agent_slug)
    review = thread.open_review(session(), agent)
    asked = people.asked(session(), review) if review else ()
    form = AskForm(_colleagues(), formdata=None, data={"to": [one.id.hex for one in asked]})
    return _ask_page(agent, form)


@bp.post(f"{AGENT}/reviews")
@requires("agents.edit")
def create(agent_slug: str) -> ResponseReturnValue:
    """Ask."""
    agent = agent_here(agent_slug)
    form = AskForm(_colleagues())
    revision = revision_here()
    if not form.is_posted_right():
        return _ask_page(agent, form, 422)
    try:
        with writing() as open_session:
            review = asking.ask(
                open_session,
                agent,
                by=person(),
                to={uuid.UUID(one) for one in form.to.data or []},
                words=form.words.data or "",
                expected_revision=revision,
            )
    except DraftMoved:
        sentence = "Somebody changed the draft meanwhile. Look at it, then ask."
        return _ask_page(agent, form, 409, refused=sentence)
    except EditRefused as refused:
        return _ask_page(agent, form, 422, refused=refused.sentence)
    flash("Asked. You are told when there is an answer.", "ok")
    return redirect_to(url_for("reviews.show", review_id=review.id))


def _colleagues() -> list[Member]:
    found = people.members(session(), g.workspace.id)
    return [one for one in found if one.user_id != g.member.user_id]


def _ask_page(agent: Agent, form: AskForm, status: int = 200, *, refused: str = "") -> Response:
    draft = drafts.draft_of(session(), agent)
    colleagues = _colleagues()
    return page(
        "reviews/new.html",
        status,
        agent=agent,
        form=form,
        refused=refused,
        review=thread.open_review(session(), agent),
        is_news=publication.is_news(agent, draft.flow_graph.graph),
        is_needed=rule.is_on(session(), g.workspace.id),
        nobody=not any(one.role in people.PUBLISHING_ROLES for one in colleagues),
        has_colleagues=bool(colleagues),
        revision=draft.flow_graph.revision,
    )
