"""What was said, by turns: a person's words with all that came of them, or a line of the system."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.approvals.shown import Shown
from app.chats import pictures
from app.chats.cards import kind_of
from app.chats.models import MessageType
from app.chats.progress import Progress
from app.chats.replies import CHOICES
from app.chats.seen import SeenMessage, SeenRun
from app.growing_answers.line import SoFar


@dataclass(kw_only=True)
class Turn:
    """What one person said, and what came of it. A line of the system is a turn of its own."""

    at: datetime
    asked: list[SeenMessage] = field(default_factory=list)
    said: list[SeenMessage] = field(default_factory=list)
    system: SeenMessage | None = None
    run: SeenRun | None = None
    progress: Progress | None = None  # of a run that works
    grows: SoFar | None = None  # of an answer that open pages see while it is written
    question: Shown | None = None
    more_questions: Sequence[uuid.UUID] = ()

    @property
    def text(self) -> str:
        """The words that were asked."""
        return next((one.text for one in self.asked if one.type is MessageType.TEXT), "")

    @property
    def is_live(self) -> bool:
        """Whether its run works now."""
        return self.run is not None and self.run.is_live

    @property
    def status(self) -> str:
        """The word for how its run stands; empty without one."""
        return self.run.status.value if self.run else ""

    @property
    def messages(self) -> Sequence[SeenMessage]:
        """All that was said in it."""
        return [self.system] if self.system else [*self.asked, *self.said]

    @property
    def id(self) -> uuid.UUID:
        """Names its place on a page; nothing that comes later changes it."""
        return self.run.id if self.run else self.messages[0].id

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it changes any more; rooms draw their cards anew at any time."""
        is_over = self.run is None or self.run.status.is_final
        return is_over and not self.waits and not any(kind_of(one) for one in self.said)

    @property
    def waits(self) -> bool:
        """Whether one of its pictures is still to be drawn."""
        return any(pictures.waits(one) for one in self.messages)

    @property
    def answer(self) -> SeenMessage | None:
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


def turns_of(messages: Sequence[SeenMessage], runs: Mapping[uuid.UUID, SeenRun]) -> list[Turn]:
    """The turns that these messages make."""
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


def first_to_change(turns: Sequence[Turn]) -> int:
    """The place of the first turn that may change; behind all of them where none may.

    Messages of turns before it are all older than those of it and behind it.
    """
    wanted = (place for place, turn in enumerate(turns) if not turn.is_settled)
    start = next(wanted, len(turns))
    for place in reversed(range(start)):
        if start < len(turns) and turns[place].messages[-1].id > turns[start].messages[0].id:
            start = place
    return start
