"""What one step did in a run: what went in, what came out, and in which item of a loop."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.graph import Graph, Step
from app.runs import run_view
from app.runs.loop_items import Item
from app.runs.models import Run
from app.runs.run_view import RunView
from app.runs.timeline import Row
from app.workspaces.models import Workspace

RUNS_OFFERED = 10


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """A run and the step's line in it. `row` is None when the run did not have the step.

    `items` are those of the loops around it, from the outermost inwards.
    """

    view: RunView
    row: Row | None
    items: Sequence[Item]

    @property
    def run(self) -> Run:
        """The run."""
        return self.view.run


def runs_with(session: Session, agent: Agent, step_id: str) -> Sequence[Run]:
    """The newest runs of the agent; of tries only those of this step."""
    return session.scalars(
        select(Run)
        .where(
            Run.workspace_id == agent.workspace_id,
            Run.agent_id == agent.id,
            or_(Run.only_node_id.is_(None), Run.only_node_id == step_id),
        )
        .order_by(Run.id.desc())
        .limit(RUNS_OFFERED)
    ).all()


def chosen(runs: Sequence[Run], wanted: Run | None) -> tuple[Sequence[Run], Run | None]:
    """The runs to choose from with the wanted one among them, and the one to show."""
    if wanted is None:
        return runs, next(iter(runs), None)
    return runs if wanted.id in _ids(runs) else [wanted, *runs], wanted


def step_result(
    session: Session, workspace: Workspace, run: Run, step_id: str, *, item: str | None
) -> StepResult:
    """What the step did in this run; `item` is the iteration to look at, such as `2.0`."""
    graph = run.flow_graph.graph
    step = graph.find(step_id)
    view = run_view.view(session, workspace, run, item=_address(graph, step, item))
    row = next((one for one in _all_rows(view.rows) if one.step_id == step_id), None)
    around = reversed(graph.around(step_id)) if step else ()
    items = [view.items[loop.id] for loop in around if loop.id in view.items]
    return StepResult(view=view, row=row, items=items)


def _address(graph: Graph, step: Step | None, item: str | None) -> str | None:
    """The item as the page of a run is asked for it; inner loops begin at their first item."""
    around = graph.around(step.id) if step else ()
    if not around:
        return None
    if item is None and len(around) == 1:
        return around[0].id
    numbers = item.split(".") if item else []
    numbers += ["0"] * (len(around) - len(numbers))
    return f"{around[0].id}:{'.'.join(numbers)}"


def _all_rows(rows: Sequence[Row]) -> Iterator[Row]:
    for row in rows:
        yield row
        yield from _all_rows(row.rows)


def _ids(runs: Sequence[Run]) -> set[uuid.UUID]:
    return {run.id for run in runs}
