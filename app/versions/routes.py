"""Publishing the draft, the list of versions, and bringing an earlier one back."""

from flask import Blueprint, Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from app.agents import drafts, lifecycle
from app.agents.addresses import stay_here
from app.agents.drafts import DraftMoved
from app.agents.models import Agent, AgentVersion
from app.agents.outline import outline
from app.agents.scope import agent_here, person
from app.agents.surroundings import problems_of
from app.engine.errors import EditRefused
from app.versions import directory, publication
from app.versions.forms import PublicationForm
from app.versions.publication import Bump, PublicationRefused, next_version
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

bp = Blueprint("versions", __name__)
bp.url_defaults(stay_here)


@bp.get("/w/<workspace_slug>/agents/<agent_slug>/publication")
@requires("agents.edit")
def publication_form(agent_slug: str) -> Response:
    """What would be published, and what still keeps it from it."""
    return _publication_page(agent_here(agent_slug), 200, PublicationForm())


@bp.post("/w/<workspace_slug>/agents/<agent_slug>/publication")
@requires("agents.edit")
def publish(agent_slug: str) -> ResponseReturnValue:
    """Freeze the draft as the new active version."""
    agent = agent_here(agent_slug)
    form = PublicationForm()
    if not form.is_posted_right():
        return _publication_page(agent, 422, form)
    is_first = not agent.is_published
    try:
        with writing() as open_session:
            version = publication.publish(
                open_session,
                agent,
                by=person(),
                expected_revision=_revision(),
                note=form.note.data or "",
                bump=Bump(form.bump.data),
            )
            if is_first and request.form.get("switch_on"):
                lifecycle.switch_on(open_session, agent, by=person())
    except DraftMoved:
        return _publication_page(agent, 409, form, has_moved=True)
    except PublicationRefused:
        return _publication_page(agent, 422, form)
    except EditRefused as refused:
        return _publication_page(agent, 422, form, refusal=refused.sentence)
    flash(f"Version {version.version} is published.", "ok")
    return redirect_to(url_for("agents.show"))


@bp.get("/w/<workspace_slug>/agents/<agent_slug>/versions")
@requires("agents.read")
def index(agent_slug: str) -> Response:
    """Every published version: what it was for, who made it, and when."""
    agent = agent_here(agent_slug)
    return page(
        "versions/index.html",
        agent=agent,
        versions=directory.published_versions(session(), agent),
        revision=drafts.draft_of(session(), agent).flow_graph.revision,
    )


@bp.get("/w/<workspace_slug>/agents/<agent_slug>/versions/<int:number>")
@requires("agents.read")
def show(agent_slug: str, number: int) -> Response:
    """The steps of one version, as they are frozen."""
    agent = agent_here(agent_slug)
    found = _version_here(agent, number)
    return page(
        "versions/show.html",
        agent=agent,
        version=found,
        outline=outline(found.flow_graph.graph, ()),
        revision=drafts.draft_of(session(), agent).flow_graph.revision,
    )


@bp.post("/w/<workspace_slug>/agents/<agent_slug>/versions/<int:number>/draft")
@requires("agents.edit")
def restore(agent_slug: str, number: int) -> ResponseReturnValue:
    """Put the steps of this version into the draft."""
    agent = agent_here(agent_slug)
    earlier = _version_here(agent, number)
    try:
        with writing() as open_session:
            drafts.bring_back(
                open_session,
                agent,
                version=earlier,
                by=person(),
                expected_revision=_revision(),
            )
    except DraftMoved:
        flash("Somebody changed the draft meanwhile. Look at it first, then try again.", "bad")
        return redirect_to(url_for("versions.index"))
    except EditRefused as refused:
        flash(refused.sentence, "bad")
        return redirect_to(url_for("versions.index"))
    flash(f"The draft now has the steps of version {earlier.version}.", "ok")
    return redirect_to(url_for("editor.enter"))


def _version_here(agent: Agent, number: int) -> AgentVersion:
    version = directory.version_numbered(session(), agent, number=number)
    if version is None:
        abort(404)
    return version


def _publication_page(
    agent: Agent,
    status: int,
    form: PublicationForm,
    *,
    has_moved: bool = False,
    refusal: str = "",
) -> Response:
    draft = drafts.draft_of(session(), agent)
    graph = draft.flow_graph.graph
    return page(
        "versions/publication.html",
        status,
        agent=agent,
        form=form,
        outline=outline(graph, problems_of(session(), agent, graph)),
        revision=draft.flow_graph.revision,
        is_news=publication.is_news(agent, graph),
        next_versions={bump.value: next_version(agent, bump) for bump in Bump},
        has_moved=has_moved,
        refusal=refusal,
    )


def _revision() -> int:
    revision = request.form.get("revision", type=int)
    if revision is None:
        abort(400)
    return revision
