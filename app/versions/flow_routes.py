"""A version as a flow, or two of them in one drawing with what was added, changed and removed."""

from flask import Response

from app.agents.outline import outline
from app.agents.scope import agent_here
from app.agents.surroundings import known_to
from app.versions.blueprint import AGENT, bp
from app.versions.comparison import compare
from app.versions.drawing import drawing
from app.versions.sides import other_here, side_here
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session


@bp.get(f"{AGENT}/versions/<word>/flow")
@requires("agents.read")
def flow(agent_slug: str, word: str) -> Response:
    """The draft or a version on the canvas, to be looked at; `?with=` shows what is different."""
    agent = agent_here(agent_slug)
    side = side_here(agent, word)
    known = known_to(session(), agent)
    compared = compare(session(), agent, other_here(agent, side), side, known)
    before = compared.before
    return page(
        "versions/flow.html",
        agent=agent,
        compared=compared,
        flow=drawing(compared),
        outline=outline(side.graph, ()),
        outline_before=outline(before.graph, ()) if before else None,
    )
