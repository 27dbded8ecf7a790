"""What colleagues say about steps of the draft, for its panels, its rows and its cards."""

from collections import Counter
from collections.abc import Sequence

from flask import g

from app.agents.models import Agent
from app.editor import ports
from app.editor.blueprint import bp
from app.editor.canvas_data import Told
from app.editor.ports import Remark
from app.web.transactions import session


@bp.app_template_global("remarks_on")
def remarks_on(step_id: str) -> Sequence[Remark]:
    """What is said about this step of the agent of this request."""
    return [one for one in _said(g.agent) if one.step_id == step_id]


def remarks_counted(agent: Agent) -> Told:
    """How much is said about each step, by its id; steps without words are left out."""
    return dict(Counter(one.step_id for one in _said(agent)))


def _said(agent: Agent) -> Sequence[Remark]:
    if "said_of_steps" not in g:  # the outline and the panel in it both ask
        g.said_of_steps = ports.remarks(session(), agent)
    said: Sequence[Remark] = g.said_of_steps
    return said
