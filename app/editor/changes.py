"""Applying an edit that a form asks for, and answering when it cannot be done."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.agents import drafts
from app.agents.drafts import Command, DraftMoved
from app.agents.models import Agent
from app.agents.scope import agent_here, person
from app.editor.editor_page import Typed, editor_page
from app.engine.errors import EditRefused, GraphRefused
from app.engine.graph import Graph, Step
from app.web.htmx import redirect_to
from app.web.transactions import writing


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the draft was not changed: somebody was faster, or a sentence."""

    has_moved: bool
    sentence: str = ""

    def page(self, agent: Agent, *, step_id: str = "", typed: Typed | None = None) -> Response:
        """The editor as it stands now, with the reason."""
        return editor_page(
            agent,
            409 if self.has_moved else 422,
            step_id=step_id,
            typed=typed,
            notice=self.sentence,
            has_moved=self.has_moved,
        )


def attempt(agent: Agent, command: Command) -> Refusal | None:
    """Change the draft from the revision that the form was made from; None when that worked."""
    revision = request.form.get("revision", type=int)
    if revision is None:
        abort(400)
    try:
        with writing() as open_session:
            drafts.change(
                open_session, agent, by=person(), expected_revision=revision, command=command
            )
    except DraftMoved:
        return Refusal(has_moved=True)
    except (EditRefused, GraphRefused) as refused:
        return Refusal(has_moved=False, sentence=refused.sentence)
    return None


def change(agent_slug: str, command: Command, *, closes: str = "") -> ResponseReturnValue:
    """Change the draft and show it; the open panel stays open unless it is of step `closes`."""
    agent = agent_here(agent_slug)
    opened = request.form.get("step", "")
    refusal = attempt(agent, command)
    if refusal is not None:
        return refusal.page(agent, step_id=opened)
    return redirect_to(url_for("editor.show", step=opened if opened != closes else None))


def change_and_open(
    agent_slug: str, command: Callable[[Graph], tuple[Graph, Step]]
) -> ResponseReturnValue:
    """Change the draft by a command that makes a step, and open that step's panel."""
    agent = agent_here(agent_slug)
    made: list[Step] = []

    def keep(graph: Graph) -> Graph:
        after, step = command(graph)
        made.append(step)
        return after

    refusal = attempt(agent, keep)
    if refusal is not None:
        return refusal.page(agent)
    return redirect_to(url_for("editor.show", step=made[-1].id))
