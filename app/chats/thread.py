"""A chat as its page shows it: who said what, and what the runs behind it do."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.approvals import inbox
from app.approvals.shown import shown
from app.chats import pictures, seen
from app.chats.models import Chat
from app.chats.open_page import Settled
from app.chats.progress import progress
from app.chats.seen import SeenMessage
from app.chats.turns import Turn, first_to_change, turns_of
from app.growing_answers.line import GrowingAnswers, SoFar
from app.lib import ids
from app.nodes.spoken_steps import spoken_steps
from app.runs import ports
from app.runs.models import Run
from app.vault.keys import Keyring
from app.workspaces.models import Workspace

PAGE_SIZE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The turns of a page, oldest first.

    `settled` names the messages of an open page that are left out here, or that the next answer
    leaves out: those of the first `start` turns and before them. `is_whole`: none is left out,
    else these turns stand behind `after`.
    """

    turns: Sequence[Turn]
    start: int
    after: uuid.UUID | None
    settled: Settled | None
    is_whole: bool
    day_before: datetime | None
    earlier: uuid.UUID | None

    @property
    def beginning(self) -> Sequence[Turn]:
        """Turns that change no more."""
        return self.turns[: self.start]

    @property
    def tail(self) -> Sequence[Turn]:
        """Turns that may change."""
        return self.turns[self.start :]

    @property
    def unknown_pictures(self) -> Sequence[uuid.UUID]:
        """Pictures of which nobody noted how they look."""
        return [one.id for turn in self.turns for one in turn.messages if pictures.is_unknown(one)]

    @property
    def messages(self) -> Iterator[SeenMessage]:
        """All that agents said in these turns."""
        return (one for turn in self.turns for one in turn.said)

    @property
    def is_live(self) -> bool:
        """Whether anything works now."""
        return any(turn.is_live for turn in self.turns)

    @property
    def waits(self) -> bool:
        """Whether a picture is still to be drawn."""
        return any(turn.waits for turn in self.turns)

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
    begun: uuid.UUID | None = None,
) -> Thread:
    """Read the thread as this person sees it; `before` names the message that comes after it.

    `settled` are messages that an open page has: they are left out where they still stand so.
    `line` is where answers are heard while they are written; of the run that has just `begun`
    the page hears every word.
    """
    found = _messages(session, chat, to, before, settled)
    if settled and not _goes_on(found):
        settled, found = None, _messages(session, chat, to, before, None)
    messages = found[-PAGE_SIZE:]
    run_ids = {one.run_id for one in messages if one.run_id is not None}
    turns = turns_of(messages, seen.runs(session, workspace.id, [*run_ids]))
    _look_at_work(session, turns, workspace, line, begun)
    _look_at_questions(session, keyring, workspace, turns, to)
    start = first_to_change(turns)
    return Thread(
        turns=turns,
        start=start,
        after=settled.turn if settled else None,
        settled=_settled(messages, turns, start, settled),
        is_whole=settled is None,
        day_before=ids.moment_of(settled.last) if settled else None,
        earlier=messages[0].id if len(found) > PAGE_SIZE and settled is None else None,
    )


def _goes_on(found: Sequence[SeenMessage]) -> bool:
    """Whether these can stand behind the settled ones: not too many, and each turn from its start.

    A run that says more after all has its turn further up.
    """
    asked = {one.run_id for one in found if one.user_id is not None}
    is_from_start = all(one.user_id or not one.run_id or one.run_id in asked for one in found)
    return bool(found) and len(found) <= PAGE_SIZE and is_from_start


def _settled(
    messages: Sequence[SeenMessage], turns: Sequence[Turn], start: int, known: Settled | None
) -> Settled | None:
    """What the page has after this answer and the next may leave out; None while that is little."""
    if start == 0:
        return known
    done = messages
    if start < len(turns):
        changes_from = turns[start].messages[0].id
        done = [one for one in messages if one.id < changes_from]
    first, before = (known.first, known.count) if known else (done[0].id, 0)
    return Settled(first, done[-1].id, before + len(done), turns[start - 1].id)


def _messages(
    session: Session, chat: Chat, to: User, before: uuid.UUID | None, settled: Settled | None
) -> list[SeenMessage]:
    """The latest messages; none where the settled ones do not stand as they did."""
    if settled is not None:
        return seen.behind(session, chat, to, settled, most=PAGE_SIZE + 1)
    if before is not None:
        return seen.before(session, chat, to, before, most=PAGE_SIZE + 1)
    return seen.latest(session, chat, to, most=PAGE_SIZE + 1)


def _look_at_work(
    session: Session,
    turns: Sequence[Turn],
    workspace: Workspace,
    line: GrowingAnswers | None,
    begun: uuid.UUID | None,
) -> None:
    """How far the runs are that work, and their answers while these are written."""
    for turn in turns:
        if turn.run is None or not turn.run.is_live:
            continue
        graph = seen.graph_of(session, workspace.id, turn.run)
        turn.progress = progress(session, turn.run, graph)
        if line is not None and spoken_steps(graph):
            has_begun = turn.run.claim and turn.run.id != begun
            turn.grows = line.so_far(workspace.id, turn.run.id) if has_begun else SoFar()


def _look_at_questions(
    session: Session, keyring: Keyring, workspace: Workspace, turns: Sequence[Turn], to: User
) -> None:
    """What runs that wait ask; one question is shown whole, the others have pages of their own."""
    waiting = {turn.run.id: turn for turn in turns if turn.run and turn.run.status == "waiting"}
    if not waiting:
        return
    found = session.scalars(
        select(Run).where(Run.workspace_id == workspace.id, Run.id.in_(waiting)).order_by(Run.id)
    )
    is_free = True
    for run in found:
        asked = [one.id for one in ports.open_questions(session, run)]
        approval = inbox.by_id(session, workspace, asked[0]) if asked and is_free else None
        turn = waiting[run.id]
        turn.more_questions = asked if approval is None else asked[1:]
        if approval is not None:
            turn.question, is_free = shown(session, keyring, approval, to=to), False
