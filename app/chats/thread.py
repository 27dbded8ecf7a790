"""A chat as its page shows it: who said what, and what the runs behind it do."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.agents.models import Agent
from app.approvals import inbox
from app.approvals.shown import shown
from app.chats.models import Chat, Message, Rating
from app.chats.open_page import Settled
from app.chats.turns import Turn, first_to_change, turns_of
from app.growing_answers.line import GrowingAnswers, SoFar
from app.lib import ids
from app.nodes.spoken_steps import spoken_steps
from app.runs import run_view
from app.runs.models import Run
from app.vault.keys import Keyring
from app.workspaces.models import Workspace

PAGE_SIZE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The turns of a page, oldest first, and what the reader thinks of the answers.

    `settled` names the messages of an open page that are left out here, or that the next answer
    leaves out: those of the first `start` turns and before them. `is_whole`: none is left out.
    """

    turns: Sequence[Turn]
    start: int
    settled: Settled | None
    is_whole: bool
    day_before: datetime | None
    earlier: uuid.UUID | None
    ratings: Mapping[uuid.UUID, Rating]

    @property
    def beginning(self) -> Sequence[Turn]:
        """Turns that change no more."""
        return self.turns[: self.start]

    @property
    def tail(self) -> Sequence[Turn]:
        """Turns that may change."""
        return self.turns[self.start :]

    @property
    def messages(self) -> Iterator[Message]:
        """All that agents said in these turns."""
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
    settled: Settled | None = None,
    line: GrowingAnswers | None = None,
) -> Thread:
    """Read the thread as this person sees it; `before` names the message that comes after it.

    `settled` are messages that an open page has: they are left out where they still stand so.
    `line` is where answers are heard while they are written.
    """
    found = _messages(session, chat, before, settled)
    if settled and not _goes_on(found):
        settled, found = None, _messages(session, chat, before)
    messages = found[-PAGE_SIZE:]
    turns = turns_of(messages, _runs(session, chat, messages))
    agents = _agents(session, chat, turns)
    has_form = False  # one question can be answered on a page, the others have pages of their own
    for turn in turns:
        if turn.run is not None:
            turn.agent = agents.get(turn.run.agent_id)
            has_form |= _look_at(session, keyring, workspace, turn, to=to, alone=not has_form)
            if line is not None and turn.is_live and spoken_steps(turn.run.flow_graph.graph):
                is_begun = turn.run.claim > 0
                turn.grows = line.so_far(workspace.id, turn.run.id) if is_begun else SoFar()
    start = first_to_change(turns)
    return Thread(
        turns=turns,
        start=start,
        settled=_settled(messages, turns, start, settled),
        is_whole=settled is None,
        day_before=ids.moment_of(settled.last) if settled else None,
        earlier=messages[0].id if len(found) > PAGE_SIZE and settled is None else None,
        ratings=_ratings(session, chat, messages, to),
    )


def _goes_on(found: Sequence[Message]) -> bool:
    """Whether these can stand behind the settled ones: not too many, and each turn from its start.

    A run that says more after all has its turn further up.
    """
    asked = {one.run_id for one in found if one.user_id is not None}
    is_from_start = all(one.user_id or not one.run_id or one.run_id in asked for one in found)
    return bool(found) and len(found) <= PAGE_SIZE and is_from_start


def _settled(
    messages: Sequence[Message], turns: Sequence[Turn], start: int, known: Settled | None
) -> Settled | None:
    """What the page has after this answer and the next may leave out; None while that is little."""
    if start == 0:
        return known
    changes_from = turns[start].messages[0].id
    done = [one for one in messages if one.id < changes_from]
    first = known.first if known else done[0].id
    return Settled(first, done[-1].id, len(done) + (known.count if known else 0))


def _messages(
    session: Session, chat: Chat, before: uuid.UUID | None, settled: Settled | None = None
) -> list[Message]:
    """The latest messages; none where the settled ones do not stand as they did."""
    given: dict[str, Any] = {"here": chat.workspace_id, "chat": chat.id}
    if settled is not None:
        given |= {"first": settled.first, "last": settled.last, "count": settled.count}
        return list(reversed(session.scalars(_behind(), given).all()))
    query = _latest() if before is None else _latest().where(Message.id < before)
    return list(reversed(session.scalars(query, given).all()))


@cache  # built once: pages that are open ask for it with every answer
def _latest() -> Select[Message]:
    return (
        select(Message)
        .options(joinedload(Message.user))
        .where(*_in_chat())
        .order_by(Message.id.desc())
        .limit(PAGE_SIZE + 1)
    )


@cache
def _behind() -> Select[Message]:
    """Messages behind the settled ones."""
    known = Message.id.between(bindparam("first"), bindparam("last"))
    still = select(func.count()).where(*_in_chat(), known).correlate(None).scalar_subquery()
    return _latest().where(Message.id > bindparam("last"), still == bindparam("count"))


def _in_chat() -> tuple[ColumnElement[bool], ...]:
    return (
        Message.workspace_id == bindparam("here"),
        Message.chat_id == bindparam("chat"),
        Message.set_aside_at.is_(None),
    )


def _runs(session: Session, chat: Chat, messages: Sequence[Message]) -> dict[uuid.UUID, Run]:
    wanted = {one.run_id for one in messages if one.run_id is not None}
    given = {"here": chat.workspace_id, "wanted": list(wanted)}
    return {one.id: one for one in session.scalars(_of_messages(), given)} if wanted else {}


@cache
def _of_messages() -> Select[Run]:
    return (
        select(Run)
        .where(
            Run.workspace_id == bindparam("here"), Run.id.in_(bindparam("wanted", expanding=True))
        )
        # The run that this request began may have ended by now.
        .execution_options(populate_existing=True)
    )


def _agents(session: Session, chat: Chat, turns: Sequence[Turn]) -> dict[uuid.UUID, Agent]:
    wanted = {turn.run.agent_id for turn in turns if turn.run is not None} - {chat.agent_id}
    if not wanted:
        return {chat.agent_id: chat.agent}
    found = session.scalars(
        select(Agent).where(Agent.workspace_id == chat.workspace_id, Agent.id.in_(wanted))
    )
    return {chat.agent_id: chat.agent} | {one.id: one for one in found}


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
    said = [one.id for one in messages if one.agent_id is not None]
    given = {"here": chat.workspace_id, "me": to.id, "said": said}
    return {one.message_id: one for one in session.scalars(_thumbs(), given)} if said else {}


@cache
def _thumbs() -> Select[Rating]:
    return select(Rating).where(
        Rating.workspace_id == bindparam("here"),
        Rating.user_id == bindparam("me"),
        Rating.message_id.in_(bindparam("said", expanding=True)),
    )
