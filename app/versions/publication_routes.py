"""Publishing the draft on the page of the versions."""

from collections.abc import Collection, Sequence

from flask import Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.agents import lifecycle
from app.agents.drafts import DraftMoved
from app.agents.models import Agent
from app.agents.scope import agent_here, person
from app.engine.errors import EditRefused
from app.engine.words import count
from app.versions import publication, together
from app.versions.blueprint import AGENT, bp
from app.versions.forms import PublicationForm
from app.versions.history_page import history_page
from app.versions.publication import PublicationRefused, WideningRefused
from app.versions.together import Published
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import writing

NOT_CONFIRMED = "Say yes to each new thing that it can touch, or take it out of the steps first."


@bp.get(f"{AGENT}/publication")
@requires("agents.edit")
def publication_form(agent_slug: str) -> Response:
    """What would be published: the draft beside the live version."""
    return history_page(agent_here(agent_slug))


@bp.post(f"{AGENT}/publication")
@requires("agents.edit")
def publish(agent_slug: str) -> ResponseReturnValue:
    """Freeze the draft as the new active version."""
    agent = agent_here(agent_slug)
    form = PublicationForm()
    ticked = frozenset(request.form.getlist("confirmed"))
    if not form.is_posted_right():
        return history_page(agent, status=422, form=form, ticked=ticked)
    try:
        with writing() as open_session:
            made = _made(open_session, agent, form, ticked)
            if request.form.get("switch_on"):
                for one in made:
                    _switch_on(open_session, one)
    except DraftMoved:
        return history_page(agent, status=409, form=form, has_moved=True)
    except PublicationRefused:
        return history_page(agent, status=422, form=form, ticked=ticked)
    except WideningRefused:
        return history_page(agent, status=422, form=form, ticked=ticked, refusal=NOT_CONFIRMED)
    except EditRefused as refused:
        return history_page(agent, status=422, form=form, ticked=ticked, refusal=refused.sentence)
    flash(_words(made), "ok")
    return redirect_to(url_for("agents.show"))


def _made(
    open_session: Session, agent: Agent, form: PublicationForm, ticked: Collection[str]
) -> Sequence[Published]:
    """The new versions: the agent's own comes last, after those of agents that it runs."""
    note, version = form.note.data or "", form.version.data or ""
    revision, beside = revision_here(), _beside_here()
    if not beside:
        alone = publication.publish(
            open_session,
            agent,
            by=person(),
            expected_revision=revision,
            confirmed=ticked,
            note=note,
            version=version,
        )
        return (Published(agent, alone),)
    return together.publish_all(
        open_session,
        agent,
        by=person(),
        revisions={**beside, str(agent.id): revision},
        confirmed=ticked,
        note=note,
        version=version,
    )


def _switch_on(open_session: Session, made: Published) -> None:
    """Only with its first version: later it stays as people left it."""
    if made.version.version_number == 1:
        lifecycle.switch_on(open_session, made.agent, by=person())


def _words(made: Sequence[Published]) -> str:
    others = count(len(made) - 1, "agent that it runs", "agents that it runs")
    more = f", and {others}" if len(made) > 1 else ""
    return f"Version {made[-1].version.version} is published{more}."


def _beside_here() -> dict[str, int]:
    """The revisions of drafts that are published together with this one, by agent."""
    pairs = (one.partition(":") for one in request.form.getlist("beside"))
    return {agent_id: int(number) for agent_id, _, number in pairs if _is_number(number)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def revision_here() -> int:
    """The revision of the draft that the page was made from."""
    revision = request.form.get("revision", type=int)
    if revision is None:
        abort(400)
    return revision
