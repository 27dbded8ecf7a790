"""The exact values that a run works with, sealed under its workspace's key."""

import json
import uuid

from sqlalchemy.orm import Session

from app.engine.values import Json
from app.vault.keys import Keyring


class RunValues:
    """Seals and opens the values of one run; each opens only in its own place."""

    def __init__(self, keyring: Keyring, *, workspace_id: uuid.UUID, run_id: uuid.UUID) -> None:
        self._keyring = keyring
        self._workspace_id = workspace_id
        self._run_id = run_id

    def seal_payload(self, session: Session, payload: Json) -> bytes:
        """Seal what the run starts with, in the write transaction that makes the run.

        Always call it then, even for an empty payload: it sees to it that the workspace has a key.
        """
        return self._keyring.seal(
            session,
            _packed(payload),
            workspace_id=self._workspace_id,
            context=self._place("", ""),
        )

    def open_payload(self, sealed: bytes) -> Json:
        """What the run starts with. Raises CannotOpen."""
        return self.open(sealed, step_id="", iteration="")

    def seal(self, value: Json, *, step_id: str, iteration: str) -> bytes:
        """Seal what a step passed on. Raises CannotOpen when the workspace has no key."""
        return self._keyring.seal_more(
            _packed(value),
            workspace_id=self._workspace_id,
            context=self._place(step_id, iteration),
        )

    def seal_first(self, session: Session, value: Json, *, step_id: str, iteration: str) -> bytes:
        """As `seal`, in the write transaction that makes the run: the key may be as new as it."""
        return self._keyring.seal(
            session,
            _packed(value),
            workspace_id=self._workspace_id,
            context=self._place(step_id, iteration),
        )

    def open(self, sealed: bytes, *, step_id: str, iteration: str) -> Json:
        """What a step passed on. Raises CannotOpen."""
        return self._opened(sealed, self._place(step_id, iteration))

    def seal_reply(self, value: Json, *, step_id: str, iteration: str) -> bytes:
        """Seal what a waiting step heard. Raises CannotOpen when the workspace has no key."""
        return self._keyring.seal_more(
            _packed(value),
            workspace_id=self._workspace_id,
            context=("reply", *self._place(step_id, iteration)),
        )

    def open_reply(self, sealed: bytes, *, step_id: str, iteration: str) -> Json:
        """What a waiting step heard. Raises CannotOpen."""
        return self._opened(sealed, ("reply", *self._place(step_id, iteration)))

    def seal_detail(self, value: Json, *, step_id: str, iteration: str) -> bytes:
        """Seal what a waiting step asks. Raises CannotOpen when the workspace has no key."""
        return self._keyring.seal_more(
            _packed(value),
            workspace_id=self._workspace_id,
            context=("wait", *self._place(step_id, iteration)),
        )

    def open_detail(self, sealed: bytes, *, step_id: str, iteration: str) -> Json:
        """What a waiting step asks. Raises CannotOpen."""
        return self._opened(sealed, ("wait", *self._place(step_id, iteration)))

    def _opened(self, sealed: bytes, context: tuple[str, ...]) -> Json:
        packed = self._keyring.open(sealed, workspace_id=self._workspace_id, context=context)
        value: Json = json.loads(packed)
        return value

    def _place(self, step_id: str, iteration: str) -> tuple[str, ...]:
        return ("run value", str(self._run_id), step_id, iteration)


def _packed(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
