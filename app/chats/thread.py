"""A chat as its page shows it: who said what, and what the runs behind it do."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.agents.models import Agent
from app.approvals import inbox
from app.approvals.shown import Shown, shown
from app.chats.models import Chat, Message, MessageType, Rating
from app.chats.replies import CHOICES
from app.engine.states import RunStatus
from app.growing_answers.line import GrowingAnswers, SoFar
from app.nodes.spoken_steps import spoken_steps
from app.runs import run_view
from app.runs.models import Run
from app.runs.run_view import RunView
from app.vault.keys import Keyring
from app.workspaces.models import Workspace

PAGE_SIZE = 60
MAX_LIVE = 3


@dataclass(kw_only=True)
class Turn:
    """What one person said, and what came of it. A line of the system is a turn of its own."""

    at: datetime
    asked: list[Message] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)
    system: Message | None = None
    run: Run | None = None
    agent: Agent | None = None
    view: RunView | None = None
    grows: SoFar | None = None  # of an answer that open pages see while it is written
    question: Shown | None = None
    more_questions: Sequence[uuid.UUID] = ()

    @property
    def asker(self) -> User | None:
        """Who asked."""
        return self.asked[0].user if self.asked else None

    @property
    def text(self) -> str:
        """The words that were asked."""
        return next((one.text for one in self.asked if one.type is MessageType.TEXT), "")

    @property
    def is_live(self) -> bool:
        """Whether its run works now."""
        return self.run is not None and self.run.status in (RunStatus.PENDING, RunStatus.RUNNING)

    @property
    def status(self) -> str:
        """The word for how its run stands; empty without one."""
        return self.run.status.value if self.run else ""

    @property
    def answer(self) -> Message | None:
        """The last thing the agent said, which people rate."""
        return self.said[-1] if self.said else None

    @property
    def choices(self) -> Sequence[str]:
        """Words that the last thing said offers to send."""
        found: Sequence[str] = self.said[-1].meta.get(CHOICES, ()) if self.said else ()
        return found

    @property
    def copied(self) -> str:
        """The words of the agent, for the clipboard."""
        return "\n\n".join(one.text for one in self.said if one.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The turns of a page, oldest first, and what the reader thinks of the answers."""

    turns: Sequence[Turn]
    earlier: uuid.UUID | None
    ratings: Mapping[uuid.UUID, Rating]

    @property
    def messages(self) -> Iterator[Message]:
        """All that agents said on this page."""
        return (one for turn in self.turns for one in turn.said)

    @property
    def is_live(self) -> bool:
        """Whether anything works now."""
        return any(turn.is_live for turn in self.turns)

    @property
    def last(self) -> Turn | None:
        """The last turn that somebody asked."""
        return next((turn for turn in reversed(self.turns) if turn.asked), None)


def thread(
    session: Session,
    keyring: Keyring,
    workspace: Workspace,
    chat: Chat,
    *,
    to: User,
    before: uuid.UUID | None = None,
    line: GrowingAnswers | None = None,
) -> Thread:
    """Read the thread as this person sees it; `before` names the message that comes after it.

    `line` is where answers are heard while they are written.
    """
    found = _messages(session, chat, before)
    messages = found[-PAGE_SIZE:]
    turns = _turns(messages, _runs(session, chat, messages))
    agents = _agents(session, chat, turns)
    has_form = False  # one question can be answered on a page, the others have pages of their own
    for turn in turns:
        if turn.run is not None:
            turn.agent = agents.get(turn.run.agent_id)
            has_form |= _look_at(session, keyring, workspace, turn, to=to, alone=not has_form)
            if line is not None and turn.is_live and spoken_steps(turn.run.flow_graph.graph):
                turn.grows = line.so_far(workspace.id, turn.run.id)
    return Thread(
        turns=turns,
        earlier=messages[0].id if len(found) > PAGE_SIZE else None,
        ratings=_ratings(session, chat, messages, to),
    )


def _messages(session: Session, chat: Chat, before: uuid.UUID | None) -> list[Message]:
    query = (
        select(Message)
        .options(joinedload(Message.user))
        .where(
            Message.workspace_id == chat.workspace_id,
            Message.chat_id == chat.id,
            Message.set_aside_at.is_(None),
        )
        .order_by(Message.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if before is not None:
        query = query.where(Message.id < before)
    return list(reversed(session.scalars(query).all()))


def _runs(session: Session, chat: Chat, messages: Sequence[Message]) -> dict[uuid.UUID, Run]:
    wanted = {one.run_id for one in messages if one.run_id is not None}
    found = session.scalars(
        select(Run)
        .options(joinedload(Run.flow_graph))
        .where(Run.workspace_id == chat.workspace_id, Run.id.in_(wanted))
    )
    return {one.id: one for one in found}


def _turns(messages: Sequence[Message], runs: Mapping[uuid.UUID, Run]) -> list[Turn]:
    turns: list[Turn] = []
    of_run: dict[uuid.UUID, Turn] = {}
    for one in messages:
        if one.type is MessageType.SYSTEM or one.run_id is None:
            turns.append(Turn(at=one.created_at, system=one))
            continue
        turn = of_run.get(one.run_id)
        if turn is None:
            turn = of_run[one.run_id] = Turn(at=one.created_at, run=runs.get(one.run_id))
            turns.append(turn)
        (turn.asked if one.user_id is not None else turn.said).append(one)
    return turns


def _agents(session: Session, chat: Chat, turns: Sequence[Turn]) -> dict[uuid.UUID, Agent]:
    wanted = {turn.run.agent_id for turn in turns if turn.run is not None}
    found = session.scalars(
        select(Agent).where(Agent.workspace_id == chat.workspace_id, Agent.id.in_(wanted))
    )
    return {one.id: one for one in found}


def _look_at(
    session: Session,
    keyring: Keyring,
    workspace: Workspace,
    turn: Turn,
    *,
    to: User,
    alone: bool,
) -> bool:
    """What its run does now, and what it asks; `alone`: no other question is shown whole.

    Whether this one is.
    """
    run = turn.run
    if run is None or run.status.is_final:
        return False
    turn.view = run_view.view(session, workspace, run)
    asked = [one.id for one in turn.view.questions]
    approval = inbox.by_id(session, workspace, asked[0]) if asked and alone else None
    if approval is None:
        turn.more_questions = asked
        return False
    turn.question = shown(session, keyring, approval, to=to)
    turn.more_questions = asked[1:]
    return True


def _ratings(
    session: Session, chat: Chat, messages: Sequence[Message], to: User
) -> dict[uuid.UUID, Rating]:
    found = session.scalars(
        select(Rating).where(
            Rating.workspace_id == chat.workspace_id,
            Rating.user_id == to.id,
            Rating.message_id.in_([one.id for one in messages if one.agent_id is not None]),
        )
    )
    return {one.message_id: one for one in found}
