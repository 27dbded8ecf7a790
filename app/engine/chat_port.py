"""The door to the chat that a run belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.engine.values import Json


@dataclass(frozen=True, slots=True)
class ChatReply:
    """What a step says: a text in markdown, a value, file values; any of them may be missing.

    `choices` are words that a person can send as the next message with one press.
    """

    text: str = ""
    values: Json = None
    files: Sequence[Json] = field(default=())
    choices: Sequence[str] = field(default=())


class ChatPort(Protocol):
    """Says things in the chat whose message began the run."""

    def say(self, reply: ChatReply, *, key: str) -> bool:
        """Whether somebody can read it; False for a run without a chat. A key says once.

        Raises StepFailed in a rehearsal, and for files that are not the run's own.
        """
