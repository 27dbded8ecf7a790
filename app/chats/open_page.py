"""What an open page of a chat has already, so that it is told only what is new."""

import time
import uuid
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qs, urlencode

from flask import request, url_for

from app.chats.directory import Mark
from app.chats.models import Chat

SHOW_TIME_EVERY_S = 5  # how old the seconds on a page may become while something works
LIST_ANEW_S = 30  # until then a page whose chat is the list's first gets that line alone
MAX_SHELL_CHARS = 60
HELD = "held"  # the field of the composer that says what its page has


@dataclass(frozen=True, slots=True)
class Settled:
    """Messages at the beginning of a page that change no more: the first, the last, how many.

    `turn` names the last of their turns: what is new stands behind it.
    """

    first: uuid.UUID
    last: uuid.UUID
    count: int
    turn: uuid.UUID

    MAX_COUNT = 240  # a page that is open for long is drawn whole now and then

    @property
    def word(self) -> str:
        """As an address carries it."""
        return f"{self.first.hex}-{self.last.hex}-{self.count}-{self.turn.hex}"

    @classmethod
    def of(cls, word: str) -> "Settled | None":
        """What `word` made; None for anything else."""
        try:
            first, last, count, turn = word.split("-")
            found = cls(uuid.UUID(first), uuid.UUID(last), int(count[:6]), uuid.UUID(turn))
        except ValueError:
            return None
        return found if 0 < found.count <= cls.MAX_COUNT else None


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a page has: the mark of its chat, when, the settled messages, and the list beside.

    `listed_at` is when the list was drawn, where the chat stood first in it; 0 elsewhere.
    `shell` is what the shell around it says.
    """

    seen: str = ""
    at: int = 0
    settled: Settled | None = None
    listed_at: int = 0
    shell: str = ""

    @classmethod
    def of_request(cls) -> "Held":
        """What the page says that asks, or that sends a message."""
        said = {name: found[-1] for name, found in parse_qs(request.form.get(HELD, "")).items()}
        said |= request.args.to_dict()
        return cls(
            seen=said.get("seen", ""),
            at=_seconds(said.get("at", "")),
            settled=Settled.of(said.get("settled", "")),
            listed_at=_seconds(said.get("listed", "")),
            shell=said.get("shell", "")[:MAX_SHELL_CHARS],
        )

    def lacks(self, mark: Mark) -> bool:
        """Whether the chat stands otherwise than the page shows it."""
        return self.seen != str(mark) or (mark.has_runs and self.is_old)

    @property
    def is_old(self) -> bool:
        """Whether the seconds that it shows of a run are too old."""
        return time.time() - self.at >= SHOW_TIME_EVERY_S

    @property
    def has_line(self) -> bool:
        """Whether in the list beside nothing needs to move."""
        return time.time() - self.listed_at < LIST_ANEW_S

    @cached_property
    def words(self) -> str:
        """As the page says it, in two places."""
        said = {"seen": self.seen, "at": self.at, "listed": self.listed_at, "shell": self.shell}
        return urlencode(said | ({"settled": self.settled.word} if self.settled else {}))

    def poll_url(self, chat: Chat, back: str) -> str:
        """Where the page asks for more; `back` is the page that embeds the thread."""
        asked = url_for("chats.live", chat_id=chat.id)
        return f"{asked}?{self.words}" + (f"&{urlencode({'next': back})}" if back else "")


NOTHING_HELD = Held()


def _seconds(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 10 else 0
