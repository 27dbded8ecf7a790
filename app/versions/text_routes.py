"""An agent as one text, to be read, copied and taken along."""

from flask import Response

from app.agents.scope import agent_here
from app.agents.surroundings import known_to
from app.versions.blueprint import AGENT, bp
from app.versions.description_routes import as_file
from app.versions.sides import side_here
from app.versions.source import as_text
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session


@bp.get(f"{AGENT}/versions/<word>/text")
@requires("agents.read")
def text(agent_slug: str, word: str) -> Response:
    """The draft or a version as text."""
    agent = agent_here(agent_slug)
    side = side_here(agent, word)
    told = as_text(agent, side, known_to(session(), agent))
    return page("versions/text.html", agent=agent, side=side, text=told)


@bp.get(f"{AGENT}/versions/<word>/text.md")
@requires("agents.read")
def text_file(agent_slug: str, word: str) -> Response:
    """The same as a file."""
    agent = agent_here(agent_slug)
    side = side_here(agent, word)
    told = as_text(agent, side, known_to(session(), agent))
    return as_file(told, "text/markdown", f"{agent.slug}-{side.word}-as-text.md")
