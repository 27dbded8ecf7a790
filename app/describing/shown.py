"""A proposal as its page shows it: the picture, the changes, what it can touch, what is missing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import g
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.agents.surroundings import known_to, problems_of
from app.chats.models import Chat
from app.composing.around import MAIL_WAY
from app.composing.changes import changes
from app.composing.wishes import Change
from app.describing import applying, built_in, proposing
from app.describing.around import surroundings
from app.describing.models import Workflow
from app.describing.picture import Picture, picture
from app.engine import check
from app.engine.problem import Problem
from app.engine.reach_card_words import Line
from app.nodes.catalogue import CATALOGUE
from app.versions.reach import card_of, reach_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything the pane needs. `problems` are errors that `missing` does not name."""

    workflow: Workflow
    is_newest: bool
    picture: Picture
    changes: Sequence[Change]
    reach: Sequence[Line]
    missing: Sequence[str]
    hints: Sequence[Problem]
    has_moved: bool
    why_not_undo: str
    errors_left: int
    left: frozenset[str]

    @property
    def ticked(self) -> frozenset[str]:
        """The changes that are ticked: all of them, or those that were applied."""
        if not self.workflow.is_applied:
            return frozenset(one.id for one in self.changes) - self.left
        return frozenset(self.workflow.meta.get(applying.TICKED, ()))

    @property
    def lacks_mail(self) -> bool:
        """Whether it sends mail, and there was no server for that when it was proposed."""
        return any(one.endswith(MAIL_WAY) for one in self.missing)

    @property
    def can_apply(self) -> bool:
        """Whether it waits to be applied, and fits the draft."""
        return self.workflow.status == "draft" and not self.has_moved


def shown(session: Session, workflow: Workflow, *, to: User, left: Collection[str] = ()) -> Shown:
    """Read it as it stands now; `left` are changes that have no tick."""
    graph = workflow.flow_graph.graph
    before = workflow.base_graph.graph if workflow.base_graph else None
    stand_in = workflow.agent or _talking(session)
    known = known_to(session, stand_in) if stand_in else check.Known()
    found = check.problems(graph, CATALOGUE, known=known)
    spec = {"config": workflow.agent.config} if workflow.agent else {}
    touched = reach_of(session, stand_in, graph, known, spec=spec) if stand_in else ()
    around = surroundings(session, g.workspace, to, workflow.agent, has_shared_mail=True)
    newest = next(iter(proposing.of_chat(session, workflow.chat)), None)
    return Shown(
        workflow=workflow,
        is_newest=newest is None or newest.id == workflow.id,
        picture=picture(graph, before),
        changes=changes(before, graph, around),
        reach=card_of(touched, graph, known),
        missing=workflow.missing,
        hints=[one for one in found if one.severity == "hint"][:6],
        has_moved=applying.has_moved(session, workflow),
        why_not_undo=applying.why_not_undo(session, workflow) if workflow.is_applied else "",
        errors_left=_errors_left(session, workflow),
        left=frozenset(left),
    )


def mark(session: Session, chat: Chat) -> str:
    """Names what the pane of a chat shows; another word when something of it has changed."""
    found = proposing.of_chat(session, chat)
    if not found:
        return "none"
    newest = found[0]
    undo = applying.why_not_undo(session, newest) if newest.is_applied else ""
    moved = applying.has_moved(session, newest)
    return f"{newest.id.hex}.{newest.status.value}.{int(bool(undo))}{int(moved)}"


def _errors_left(session: Session, workflow: Workflow) -> int:
    """How many things keep the draft that it was applied to from running."""
    if workflow.agent is None or not workflow.is_applied:
        return 0
    graph = drafts.draft_of(session, workflow.agent).flow_graph.graph
    found = problems_of(session, workflow.agent, graph)
    return sum(1 for one in found if one.severity == "error")


def _talking(session: Session) -> Agent | None:
    return built_in.talking(session, g.workspace)
