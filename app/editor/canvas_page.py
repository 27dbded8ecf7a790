"""The canvas: the page on which the draft is drawn, and the data it is drawn from."""

import uuid
from dataclasses import asdict, dataclass

from flask import Response, g, url_for

from app.agents import drafts
from app.agents.models import Agent, AgentVersion
from app.agents.scope import person
from app.agents.surroundings import problems_of
from app.editor import outline_run, ports, views_kept
from app.editor.canvas_data import Told, kinds_spelled, kinds_told, problems_told, told_of, views
from app.editor.models import CanvasView, EditorView
from app.editor.remarks import remarks_counted
from app.engine.problem import Problem
from app.web.access import can
from app.web.pages import page
from app.web.transactions import session

# Stands for a step's id in addresses that the page makes.
ANY_STEP = "STEPSTEP"


@dataclass(frozen=True, slots=True)
class DrawnDraft:
    """The draft as it stands: its row and what is wrong with it."""

    row: AgentVersion
    problems: tuple[Problem, ...]
    published_graph_id: uuid.UUID | None

    @property
    def is_published(self) -> bool:
        """Whether the active version is made of exactly this graph."""
        return self.published_graph_id == self.row.flow_graph_id

    @property
    def revision(self) -> int:
        """What a change says it was made from."""
        return self.row.flow_graph.revision


def canvas_page(agent: Agent) -> Response:
    """The page; it remembers that this person uses the canvas now."""
    row = drafts.draft_of(session(), agent)
    active = agent.active_version
    draft = DrawnDraft(
        row,
        problems_of(session(), agent, row.flow_graph.graph),
        active.flow_graph_id if active else None,
    )
    kept = views_kept.kept_view(session(), agent, person=person())
    editable = can("agents.edit") and not agent.is_archived
    told = {**flow_told(draft, kept, editable=editable), "remarks": remarks_counted(agent)}
    answer = page(
        "editor/canvas/show.html",
        agent=agent,
        draft=draft,
        editable=editable,
        flow={**told, "kinds": kinds_told()},
        told=told,
        kinds_spelled=kinds_spelled(),
        other_page=ports.other_page(row.flow_graph.graph),
        past_runs=outline_run.past_runs(agent, limit=1),
    )
    return views_kept.keep_view_after(answer, kept, agent, person=person(), view=EditorView.CANVAS)


def flow_told(draft: DrawnDraft, kept: CanvasView | None, *, editable: bool) -> Told:
    """What the page is drawn from, but for the kinds of steps, which are always the same."""
    graph = draft.row.flow_graph.graph
    camera = views_kept.camera_of(kept)
    return {
        "graph": graph.to_json(),
        "revision": draft.revision,
        "views": views(graph, graph.steps),
        "problems": problems_told(draft.problems),
        "camera": asdict(camera) if camera else None,
        "editable": editable,
        "me": {"id": str(person().id), **told_of(person())},
        "at": _addresses(),
    }


def _addresses() -> Told:
    agent = {"workspace_slug": g.workspace.slug, "agent_slug": g.agent.slug}
    return {
        "draft": url_for("editor.save_draft"),
        "presence": url_for("editor.presence"),
        "camera": url_for("editor.keep_camera"),
        "outline": url_for("editor.show"),
        "panel": url_for("editor.panel", step_id=ANY_STEP),
        "try": url_for("trials.show", step_id=ANY_STEP, panel="canvas"),
        "result": url_for("runs.step_result", step_id=ANY_STEP, panel="canvas", **agent),
        "runs": url_for("runs.canvas_runs", **agent),
    }
