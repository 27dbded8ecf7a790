"""A provider on this machine that says its answer piece by piece, when it is let."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app import database
from app.language_models import acts
from app.language_models.acts import Wishes
from app.language_models.provider_check import Found
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.llm import stubs
from tests.loopback import Loopback, Received

KEY = "sk-right-0123456789abcdef"
WAIT_S = 30


@dataclass
class Speaker:
    """Says `pieces`; before each one named in `waits` it waits until `go_on` is called."""

    pieces: Sequence[str]
    waits: frozenset[int] = frozenset()
    said_at: list[float] = field(default_factory=list)
    breaks_after: int | None = None

    def __post_init__(self) -> None:
        self._turns = threading.Semaphore(0)

    def go_on(self) -> None:
        """Let it say what it waits with."""
        self._turns.release()

    def __call__(self, request: Received) -> bytes | Iterator[bytes]:
        """Answer as the provider asked: in pieces or whole."""
        if request.method == "GET":
            return stubs.json_reply({"object": "list", "data": [{"id": "stub-large"}]})
        if json.loads(request.body).get("stream"):
            return self._stream()
        return stubs.openai("".join(self.pieces))

    def _stream(self) -> Iterator[bytes]:
        breaks, self.breaks_after = self.breaks_after, None
        head, *events = stubs.openai_stream(list(self.pieces))
        if breaks is not None:
            head = head.replace(b"\r\n\r\n", b"\r\nContent-Length: 1000000\r\n\r\n")
        yield head
        for number, event in enumerate(events):
            if breaks is not None and number == breaks:
                return
            if number in self.waits:
                self._turns.acquire(timeout=WAIT_S)
            self.said_at.append(time.time())
            yield event


def connect(session: Session, keyring: Keyring, cast: Cast, server: Loopback) -> None:
    """Make the server the harbour's only provider."""
    wishes = Wishes(kind="compatible", name="Stub", address=f"{server.url}/v1", key=KEY)
    with database.writing(session):
        made = acts.add_provider(
            session,
            keyring,
            workspace_id=cast.harbour.id,
            by=cast.ada.id,
            wishes=wishes,
            found=Found("It works.", True, ("stub-large",)),
        )
        acts.add_model(session, provider=made, by=cast.ada.id, model_name="stub-large")
