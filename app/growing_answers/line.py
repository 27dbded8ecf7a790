"""The line from a worker to open pages: pieces of an answer, sealed, in order, kept for minutes.

What a model says is as private as any answer, so it is sealed on its way, as `runs.run_answers`
seals. Losing the line costs nothing but the sight of an answer that grows: the answer itself is
a message in the database.
"""

import contextlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from redis import Redis
from redis.exceptions import RedisError

from app.lib.cipher import CannotOpen
from app.vault.keys import Keyring

Kind = Literal["words", "back", "done"]

KEPT_S = 300
MAX_PIECES = 10_000
FIRST = "0"
_LAST_WORDS_KEPT_S = 30


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that go on, or that all so far is taken back, or that no more come.

    `id` names its place in the line, and grows.
    """

    id: str
    kind: Kind
    text: str = ""


@dataclass(frozen=True, slots=True)
class SoFar:
    """What was said of an answer until now; `after` is the last piece of it."""

    text: str = ""
    after: str = FIRST


class GrowingAnswers:
    """The lines at one Valkey. Nothing here raises when it is away."""

    def __init__(self, redis: Redis | None, keyring: Keyring) -> None:
        self._redis = redis
        self._keyring = keyring

    @property
    def is_there(self) -> bool:
        """Whether there is a Valkey at all."""
        return self._redis is not None

    def put(self, workspace_id: uuid.UUID, run_id: uuid.UUID, kind: Kind, text: str = "") -> None:
        """Add a piece at the end."""
        if self._redis is None:
            return
        with contextlib.suppress(RedisError, OSError, CannotOpen):
            sealed = self._keyring.seal_more(
                text.encode(), workspace_id=workspace_id, context=_place(run_id)
            )
            key = _key(workspace_id, run_id)
            pipeline = self._redis.pipeline(transaction=False)
            pipeline.xadd(key, {"k": kind, "t": sealed}, maxlen=MAX_PIECES)
            pipeline.expire(key, _LAST_WORDS_KEPT_S if kind == "done" else KEPT_S)
            pipeline.execute()

    def so_far(self, workspace_id: uuid.UUID, run_id: uuid.UUID) -> SoFar:
        """What a page shows that is opened now."""
        if self._redis is None:
            return SoFar()
        with contextlib.suppress(RedisError, OSError):
            entries = cast("list[Any]", self._redis.xrange(_key(workspace_id, run_id)))
            return joined(self._opened(workspace_id, run_id, entries))
        return SoFar()

    def after(
        self, workspace_id: uuid.UUID, run_id: uuid.UUID, after: str, *, wait_s: float
    ) -> Sequence[Piece]:
        """The pieces behind this one, once there are any; none after `wait_s`.

        Raises RedisError where the line is broken or `after` names no place.
        """
        if self._redis is None:
            raise RedisError("There is no Valkey.")
        key = _key(workspace_id, run_id)
        found = cast("list[Any]", self._redis.xread({key: after}, block=max(1, int(wait_s * 1000))))
        return self._opened(workspace_id, run_id, found[0][1]) if found else ()

    def _opened(
        self, workspace_id: uuid.UUID, run_id: uuid.UUID, entries: Iterable[Any]
    ) -> list[Piece]:
        pieces = []
        for place, fields in entries:
            with contextlib.suppress(CannotOpen, KeyError):
                text = self._keyring.open(
                    fields[b"t"], workspace_id=workspace_id, context=_place(run_id)
                )
                kind = cast(Kind, fields[b"k"].decode())
                pieces.append(Piece(place.decode(), kind, text.decode()))
        return pieces


def joined(pieces: Iterable[Piece]) -> SoFar:
    """What the pieces come to."""
    text, after = "", FIRST
    for piece in pieces:
        text, after = (text + piece.text if piece.kind == "words" else ""), piece.id
    return SoFar(text, after)


def _key(workspace_id: uuid.UUID, run_id: uuid.UUID) -> str:
    return f"lamplight:grows:{workspace_id.hex}:{run_id.hex}"


def _place(run_id: uuid.UUID) -> tuple[str, ...]:
    return ("growing_answer", run_id.hex)
