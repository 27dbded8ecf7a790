"""A browser that listens to an answer while it is written."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.chats.talk import Talk


@dataclass
class Ear:
    """Hears one stream on a thread of its own, as a browser does."""

    talk: Talk
    after: str = ""
    held: str = ""
    events: list[tuple[str, str, str]] = field(default_factory=list)  # id, event, data
    status: int = 0
    is_over: bool = False

    def listen(self, address: str) -> None:
        """Until the stream ends."""
        answer = self.talk.browser.client.get(
            f"{address}?after={self.after}&{self.held}",
            buffered=False,
            headers={"Accept": "text/event-stream"},
        )
        self.status = answer.status_code
        rest = ""
        for part in answer.response:
            rest += part.decode() if isinstance(part, bytes) else part
            while "\n\n" in rest:
                one, rest = rest.split("\n\n", 1)
                lines = dict(line.split(": ", 1) for line in one.splitlines() if ": " in line)
                if "event" in lines:
                    self.events.append((lines.get("id", ""), lines["event"], lines.get("data", "")))
        answer.close()
        self.is_over = True

    @property
    def text(self) -> str:
        """The words heard so far."""
        return "".join(json.loads(data) for _, kind, data in self.events if kind == "words")

    @property
    def news(self) -> str:
        """All that came of the page."""
        told = (data for _, kind, data in self.events if kind in ("news", "done") and data)
        return "".join(json.loads(data) for data in told)

    @property
    def place(self) -> str:
        """Where a reader goes on who comes back."""
        return next(place for place, _, _ in reversed(self.events) if place)

    @property
    def last(self) -> str:
        """What was heard last."""
        return self.events[-1][1] if self.events else ""


@contextmanager
def hearing(talk: Talk, address: str, after: str = "", held: str = "") -> Iterator[Ear]:
    """Listens while the block goes on, and to the end of the stream."""
    ear = Ear(talk, after, held)
    thread = threading.Thread(target=ear.listen, args=(address,))
    thread.start()
    yield ear
    thread.join(timeout=60)
    assert not thread.is_alive()
