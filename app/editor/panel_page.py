"""The panel of one step by itself, as the canvas shows it, with what became of the draft."""

from functools import cached_property

from flask import Response, request

from app.agents import drafts
from app.agents.models import Agent
from app.agents.outline import Card, lone_card
from app.agents.surroundings import known_to
from app.editor.canvas_data import Told, draft_told, problems_told, views_since
from app.editor.editor_page import Typed
from app.editor.panel import Panel, panel
from app.engine import check
from app.engine.check import Known, Problem
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from app.web.access import can
from app.web.pages import page
from app.web.transactions import session


class Beside:
    """The draft as a panel beside the canvas needs it, read once."""

    def __init__(self, agent: Agent) -> None:
        self.row = drafts.draft_of(session(), agent)
        self.graph: Graph = self.row.flow_graph.graph
        self.known: Known = known_to(session(), agent)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the draft."""
        return check.problems(self.graph, CATALOGUE, known=self.known)

    @property
    def revision(self) -> int:
        """What a form says it was made from."""
        return self.row.flow_graph.revision

    def card(self, step_id: str) -> Card | None:
        """The step as its panel heads it; None when it is gone."""
        step = self.graph.find(step_id)
        if step is None:
            return None
        found = check.problems(self.graph, CATALOGUE, known=self.known, only=step_id)
        return lone_card(self.graph, step, [one for one in found if one.step_id == step_id])

    def since(self, before: Graph) -> Told:
        """What is different from an earlier graph, for a page that holds that one."""
        was = {step.id: step for step in before.steps}
        return {
            "revision": self.revision,
            "steps": [one.to_json() for one in self.graph.steps if was.get(one.id) != one],
            "links": [link.to_json() for link in self.graph.links],
            "views": views_since(before, self.graph),
            "problems": problems_told(self.problems),
            "saved_at": self.row.flow_graph.updated_at.isoformat(),
        }

    @property
    def whole(self) -> Told:
        """All of it, for a page that holds another revision."""
        return draft_told(self.row, self.problems)


def panel_page(
    agent: Agent,
    beside: Beside,
    card: Card,
    status: int = 200,
    *,
    typed: Typed | None = None,
    told: Told | None = None,
    notice: str = "",
    has_moved: bool = False,
    added: str = "",
    kept: str = "",
) -> Response:
    """The panel of this step. `typed` are words that could not be saved, `notice` says why."""
    shown: Panel = panel(
        beside.graph,
        card,
        known=beside.known,
        form=typed.form if typed else None,
        typed=typed.settings if typed else None,
        added=added or request.args.get("added", ""),
        kept=kept,
        with_sources=False,
    )
    return page(
        "editor/_panel_alone.html",
        status,
        agent=agent,
        panel=shown,
        draft=beside,
        revision=beside.revision,
        editable=can("agents.edit") and not agent.is_archived,
        notice=notice,
        has_moved=has_moved,
        told=told,
    )
