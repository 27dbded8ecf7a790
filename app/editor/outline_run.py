"""The run that is laid over the outline, as the address of the page names it."""

import uuid
from collections.abc import Sequence

from flask import g, request

from app.agents.models import Agent
from app.editor import ports
from app.editor.ports import Told
from app.web.access import can
from app.web.transactions import session

RUNS_OFFERED = 10


def laid_over(agent: Agent) -> Told | None:
    """What became of each step in the run that `?run=` names; `?item=` is one item of a loop."""
    run_id = request.args.get("run", type=uuid.UUID)
    if run_id is None or not can("runs.read"):
        return None
    return ports.run_over(session(), g.workspace, agent, run_id, request.args.get("item"))


def past_runs(agent: Agent, *, limit: int = RUNS_OFFERED) -> Sequence[Told]:
    """The newest runs in words, for those who may see runs."""
    return ports.last_runs(session(), agent, limit) if can("runs.read") else ()
