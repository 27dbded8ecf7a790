"""The door through which the steps of one run speak in its chat."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from sqlalchemy.orm import Session, sessionmaker

from app import database
from app.chats import replies
from app.engine.chat_port import ChatReply
from app.engine.errors import StepFailed
from app.engine.file_port import FilePort
from app.engine.states import RunMode
from app.engine.values import Json
from app.runs.models import Run

REHEARSED = "This is a rehearsal: nothing is said in a chat."
MAX_VALUE_CHARS = 200_000
TOO_MUCH = "These values are too much for a chat. Choose some of them, or make a file."


class ChatDoor:
    """The engine's chat port for one run.

    files: the run's own door to files, which says what it may show.
    turn: held while rows are written, where the threads of a process take turns.
    on_said: called once a reply can be read.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        *,
        workspace_id: uuid.UUID,
        run_id: uuid.UUID,
        mode: RunMode,
        files: FilePort,
        turn: AbstractContextManager[object] | None = None,
        on_said: Callable[[], None] | None = None,
    ) -> None:
        self._sessions = sessions
        self._workspace_id = workspace_id
        self._run_id = run_id
        self._mode = mode
        self._files = files
        self._turn = turn or nullcontext()
        self._on_said = on_said

    def say(self, reply: ChatReply, *, key: str) -> bool:
        """Whether somebody can read it; False for a run without a chat. A key says once.

        Raises StepFailed in a rehearsal, for files that are not the run's own and for values
        that no page could show.
        """
        if self._mode is RunMode.REHEARSAL:
            raise StepFailed(REHEARSED, can_retry=False)
        if len(str(reply.values)) > MAX_VALUE_CHARS:
            raise StepFailed(TOO_MUCH, can_retry=False)
        shown = ChatReply(
            reply.text,
            reply.values,
            [self._own(value) for value in reply.files],
            reply.choices,
        )
        with self._turn, self._sessions() as session, database.writing(session):
            chat = replies.chat_of(session, self._workspace_id, self._run_id)
            if chat is None:
                return False
            run = session.get_one(Run, self._run_id)
            replies.say(session, chat, run, shown, key=f"step:{key}")
        if self._on_said is not None:
            self._on_said()
        return True

    def _own(self, value: Json) -> Json:
        """The file value as it was stored, whatever a flow made of it."""
        content = self._files.open(value)  # raises StepFailed for files of others
        named = value if isinstance(value, dict) else {}
        return {
            "file": named["file"],
            "name": content.name,
            "media_type": content.media_type,
            "size": content.size,
        }
