"""What colleagues say about steps of the draft, for its panels and the cards on the canvas."""

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
    return [one for one in ports.remarks(session(), g.agent) if one.step_id == step_id]


def remarks_counted(agent: Agent) -> Told:
    """How much is said about each step, by its id; steps without words are left out."""
    return dict(Counter(one.step_id for one in ports.remarks(session(), agent)))
