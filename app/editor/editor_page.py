"""The editor's page: everything the outline, the panel and the strip below show, put together."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from app.agents import drafts
from app.agents.models import Agent, AgentVersion
from app.agents.outline import Card, Outline, outline
from app.agents.surroundings import known_to
from app.editor import outline_run, ports
from app.editor.choices import loops_beside, loops_by_frame, next_steps, on_every_card
from app.editor.forms import StepForm
from app.editor.palette import (
    MAX_SEARCH_CHARS,
    AddingPlace,
    Groups,
    adding_place,
    found_by,
    kinds_for,
    searched,
)
from app.editor.panel import Panel, panel
from app.editor.remarks import remarks_counted
from app.editor.step_addresses import StepAddresses
from app.engine import check
from app.engine.check import Known
from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE
from app.web.access import can
from app.web.pages import page
from app.web.transactions import session

_OF_PLACE = ("add", "after", "port", "inside", "first")


@dataclass(frozen=True, slots=True)
class Typed:
    """A person's words in a panel that could not be saved."""

    form: StepForm
    settings: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Adding:
    """The choice of a new step: its place, the kinds that fit there and match `words`.

    `asked` is what of the address says the place, for the search to keep.
    """

    place: AddingPlace
    groups: Groups
    words: str
    asked: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft as it stands: its row, its graph and what is wrong with it."""

    row: AgentVersion
    outline: Outline
    known: Known
    published_graph_id: uuid.UUID | None

    @property
    def graph(self) -> Graph:
        """The steps and links."""
        return self.outline.graph

    @property
    def is_published(self) -> bool:
        """Whether the active version is made of exactly this graph."""
        return self.published_graph_id == self.row.flow_graph_id

    @property
    def revision(self) -> int:
        """What a form says it was made from."""
        return self.row.flow_graph.revision


def read_draft(open_session: Session, agent: Agent) -> Draft:
    """The agent's draft, checked against what exists in its workspace."""
    row = drafts.draft_of(open_session, agent)
    graph = row.flow_graph.graph
    known = known_to(open_session, agent)
    found = check.problems(graph, CATALOGUE, known=known)
    active = agent.active_version
    return Draft(
        row,
        outline(graph, found),
        known,
        active.flow_graph_id if active else None,
    )


def editor_page(
    agent: Agent,
    status: int = 200,
    *,
    step_id: str | None = None,
    typed: Typed | None = None,
    notice: str = "",
    has_moved: bool = False,
) -> Response:
    """The page as the address asks for it, or with the panel of `step_id` open.

    `notice` is a sentence about what could not be done; `has_moved` says that somebody else
    saved first.
    """
    draft = read_draft(session(), agent)
    wanted = request.args.get("step", "") if step_id is None else step_id
    opened = draft.outline.card(wanted)
    answer = page(
        "editor/show.html",
        status,
        **_shown(agent, draft, opened, notice=notice, has_moved=has_moved),
        panel=_panel(draft, opened, typed) if opened else None,
        adding=_adding(draft.outline),
        searched=searched,
        other_page=ports.other_page(draft.graph),
        past_runs=outline_run.past_runs(agent),
    )
    if status >= 400:  # the address of a form that came back cannot be opened by itself
        answer.headers["HX-Push-Url"] = "false"
    return answer


def list_page(agent: Agent) -> Response:
    """The list alone, for a page that follows a run; `?step=` says which step is open there."""
    draft = read_draft(session(), agent)
    opened = draft.outline.card(request.args.get("step", ""))
    shown = _shown(agent, draft, opened, notice="", has_moved=False)
    return page("editor/_list.html", **shown, panel=None)


def _shown(
    agent: Agent, draft: Draft, opened: Card | None, *, notice: str, has_moved: bool
) -> dict[str, Any]:
    return {
        "agent": agent,
        "draft": draft,
        "outline": draft.outline,
        "revision": draft.revision,
        "opened": opened.step.id if opened else "",
        "choices": _choices(draft.outline, opened),
        "choose_on_cards": on_every_card(draft.outline),
        "editable": can("agents.edit") and not agent.is_archived,
        "at": StepAddresses(),
        "loops_beside": partial(loops_beside, loops_by_frame(draft.outline)),
        "laid": outline_run.laid_over(agent),
        "remarks_of": remarks_counted(agent),
        "asked_at": int(time.time()),
        "notice": notice,
        "has_moved": has_moved,
    }


def _panel(draft: Draft, card: Card, typed: Typed | None) -> Panel:
    return panel(
        draft.graph,
        card,
        known=draft.known,
        form=typed.form if typed else None,
        typed=typed.settings if typed else None,
        added=request.args.get("added", ""),
        kept=request.args.get("kept", ""),
    )


def _choices(shown: Outline, opened: Card | None) -> dict[str, tuple[Step, ...]]:
    """Where the ways out may lead, by step id, for the steps where the page lets one choose."""
    cards = shown.cards if on_every_card(shown) else (opened,) if opened else ()
    return {card.step.id: next_steps(shown.graph, card.step) for card in cards}


def _adding(shown: Outline) -> Adding | None:
    """The choice of a new step, if the address asks for it."""
    args = request.args
    if "add" not in args:
        return None
    place = adding_place(
        shown,
        add=args["add"],
        after=args.get("after"),
        port=args.get("port"),
        inside=args.get("inside", ""),
        first="first" in args,
    )
    words = args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    asked = {name: args[name] for name in _OF_PLACE if name in args}
    return Adding(place, found_by(words, kinds_for(shown, place)), words, asked)
