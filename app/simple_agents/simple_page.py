"""The page of a simple agent: what stands in its draft, what was typed, and what is next."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, g, url_for

from app.agents import drafts
from app.agents.looks import offered
from app.agents.models import Agent, AgentVersion
from app.agents.outline import lone_card, outline
from app.agents.scope import person
from app.chats import trial_routes
from app.editor.panel import panel
from app.editor.setting import Setting
from app.engine import check
from app.engine.graph import Graph, Step
from app.engine.problem import Known, Problem
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE
from app.nodes.start_chat import MAX_EXAMPLE_CHARS, MAX_EXAMPLES
from app.simple_agents import models_shown, shape, tool_choice
from app.simple_agents.saving import Typed
from app.simple_agents.shape import SimpleFlow
from app.versions import ports as versions_ports
from app.versions import publication
from app.versions.company import company_of, known_in
from app.versions.reach import card_of
from app.web.access import can
from app.web.htmx import is_htmx
from app.web.pages import page
from app.web.transactions import session


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What became of a form that was sent.

    `typed` are words that could not be kept. `has_moved`: somebody else changed the draft first.
    `refusal` says why something was not done, `asks` that its new reach has to be confirmed.
    """

    typed: Typed | None = None
    has_moved: bool = False
    refusal: str = ""
    name_fault: str = ""
    asks: bool = False
    ticked: Collection[str] = ()
    shows_problems: bool = False
    redraws_chat: bool = False


def simple_page(agent: Agent, status: int = 200, came: Came | None = None) -> Response:
    """The whole page, or for htmx the part that is changed on it."""
    row = drafts.draft_of(session(), agent)
    graph = row.flow_graph.graph
    known = known_in(session(), agent, company_of(session(), agent, graph))
    flow, came = shape.read(graph), came or Came()
    problems = check.problems(graph, CATALOGUE, known=known)
    editable = can("agents.edit") and not agent.is_archived and not agent.is_built_in
    values: dict[str, Any] = {
        "agent": agent,
        "draft": row,
        "revision": row.flow_graph.revision,
        "flow": flow,
        "why_not": "" if flow else shape.why_not(graph),
        "editable": editable,
        "came": came,
        "pictures": offered(agent.icon),
        "outline": outline(graph, problems),
        "ahead": _ahead(agent, row, known) if editable else None,
        "name": came.typed.name if came.typed else agent.name,
        **(_shown(flow, graph, known, problems, came.typed) if flow else {}),
    }
    if is_htmx():
        chat = talk(agent) if came.redraws_chat else None
        return page("simple_agents/_saved.html", status, chat=chat, **values)
    return page("simple_agents/show.html", status, chat=talk(agent), **values)


def talk(agent: Agent) -> dict[str, object] | None:
    """The chat with the draft, for those who may change it."""
    if not can("agents.edit") or agent.is_archived:
        return None
    return trial_routes.panel(agent, back=url_for("simple_agents.show"))


@dataclass(frozen=True, slots=True)
class Ahead:
    """What publishing the draft would do."""

    is_news: bool
    wider: Collection[Any]
    proposed: str
    refusal: str


def _ahead(agent: Agent, row: AgentVersion, known: Known) -> Ahead:
    graph = row.flow_graph.graph
    if not publication.is_news(agent, graph):
        return Ahead(False, (), "", "")
    compared = publication.compared_draft(session(), agent, row, known)
    standing: Any = versions_ports.standing(session(), agent, graph.digest, person())
    refusal = str(standing.refusal) if standing is not None else ""
    wider = card_of(compared.wider, graph, known)
    return Ahead(True, wider, publication.proposed(agent, compared), refusal)


def _shown(
    flow: SimpleFlow,
    graph: Graph,
    known: Known,
    problems: Collection[Problem],
    typed: Typed | None,
) -> dict[str, Any]:
    settings = {
        **_settings(graph, flow.start, known, problems, typed.start if typed else None),
        **_settings(graph, flow.agent, known, problems, typed.agent if typed else None),
    }
    tools, model = settings["tools"], settings["model"]
    names = tool_choice.names_in(known)
    return {
        "settings": settings,
        "known": known,
        "mark": flow.mark,
        "tools": tool_choice.shown(tools.value, names),
        "offered": tool_choice.offered(names),
        "policies": tool_choice.policies(),
        "examples": str(settings["examples"].value or "").splitlines(),
        "max_examples": MAX_EXAMPLES,
        "max_example_chars": MAX_EXAMPLE_CHARS,
        "models": models_shown.shown(session(), g.workspace, model.choices, str(model.value or "")),
        "max_model_cards": models_shown.MAX_CARDS,
    }


def _settings(
    graph: Graph,
    step: Step,
    known: Known,
    problems: Collection[Problem],
    typed: Mapping[str, Json] | None,
) -> dict[str, Setting]:
    card = lone_card(graph, step, [one for one in problems if one.step_id == step.id])
    shown = panel(graph, card, known=known, typed=typed, with_sources=False)
    return {one.name: one for one in shown.settings}
