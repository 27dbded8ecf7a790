"""An agent in words: reading and writing them, and taking a version along as a file."""

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue

from app.agents.scope import agent_here, person
from app.versions import description
from app.versions.blueprint import AGENT, bp
from app.versions.forms import DescriptionForm
from app.versions.sides import draft_here, side_here
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing


@bp.get(f"{AGENT}/description")
@requires("agents.edit")
def description_form(agent_slug: str) -> Response:
    """The words of the draft, to be changed."""
    agent = agent_here(agent_slug)
    side = draft_here(agent)
    text = description.whole_text(session(), agent, side)
    form = DescriptionForm(formdata=None, text=text)
    return page("versions/description.html", agent=agent, form=form, is_own=side.row.spec_markdown)


@bp.post(f"{AGENT}/description")
@requires("agents.edit")
def describe(agent_slug: str) -> ResponseReturnValue:
    """Keep these words; with nothing in them, they are made from the flow again."""
    agent = agent_here(agent_slug)
    form = DescriptionForm()
    if not form.is_posted_right():
        return page("versions/description.html", 422, agent=agent, form=form, is_own=True)
    with writing() as open_session:
        description.write(open_session, agent, by=person(), text=form.text.data or "")
    flash("Saved. The next version gets these words.", "ok")
    return redirect_to(url_for("versions.index"))


@bp.post(f"{AGENT}/description/renewal")
@requires("agents.edit")
def reset_description(agent_slug: str) -> ResponseReturnValue:
    """Let the words be made from the flow again."""
    agent = agent_here(agent_slug)
    with writing() as open_session:
        description.reset(open_session, agent, by=person())
    flash("The words are made from the steps again.", "ok")
    return redirect_to(url_for("versions.index"))


@bp.get(f"{AGENT}/versions/<word>/words.md")
@requires("agents.read")
def words_file(agent_slug: str, word: str) -> Response:
    """The draft or a version in words, as a Markdown file."""
    agent = agent_here(agent_slug)
    side = side_here(agent, word)
    text = description.whole_text(session(), agent, side)
    return as_file(f"{text.rstrip()}\n", "text/markdown", f"{agent.slug}-{side.word}.md")


@bp.get(f"{AGENT}/versions/<word>/machine.json")
@requires("agents.read")
def machine_file(agent_slug: str, word: str) -> Response:
    """The draft or a version as JSON."""
    agent = agent_here(agent_slug)
    side = side_here(agent, word)
    text = description.machine_form(agent, side)
    return as_file(text, "application/json", f"{agent.slug}-{side.word}.json")


def as_file(text: str, media_type: str, name: str) -> Response:
    """A text that is saved, not shown."""
    answer = Response(text, content_type=f"{media_type}; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
