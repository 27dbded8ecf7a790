"""The door through which the steps of one run reach files: its own, and those of its family."""

import errno
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app import database
from app.engine.errors import StepFailed
from app.engine.file_port import FileContent, is_file
from app.engine.values import Json
from app.files import uploads
from app.files.models import File
from app.files.names import clean_name, media_type_of, name_with_ending
from app.files.store import FileRefused, FileStore, Stored

MAX_RUN_BYTES = 250_000_000
NO_FILE = (
    "This is not a file. Use a value that stands for one, such as the answer to a question for a "
    "file, or what a step that makes files gave."
)
NOT_YOURS = (
    "This file does not belong to this run, or is kept no longer. A run can use its own files, "
    "and those of runs that it started, repeats, or that started it."
)
LOST = "The content of “{name}” cannot be found on this computer's disk."
FULL = (
    f"The files of this run take more than {MAX_RUN_BYTES // 1_000_000} MB together. "
    "Make fewer, or smaller ones."
)

NO_SPACE = "There is no space left to keep “{name}”. Somebody must make room on Lamplight's disk."
_NO_SPACE_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT})


class FileDoor:
    """The engine's file port for one run. Steps on several threads may use it at once.

    is_kin: whether this run may read the files of another one, too; asked when needed.
    turn: held while a row is written, where the threads of a process take turns.
    """

    def __init__(
        self,
        store: FileStore,
        sessions: sessionmaker[Session],
        *,
        workspace_id: uuid.UUID,
        run_id: uuid.UUID,
        is_kin: Callable[[uuid.UUID], bool] = lambda _run_id: False,
        turn: AbstractContextManager[object] | None = None,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._workspace_id = workspace_id
        self._run_id = run_id
        self._is_kin = is_kin
        self._turn = turn or nullcontext()

    def open(self, value: Json) -> FileContent:
        """The content behind a file value; raises StepFailed for anything else.

        Only the id in the value counts: name, kind and size are those that were stored.
        """
        if not is_file(value):
            raise StepFailed(NO_FILE, can_retry=False)
        file = self._row(uuid.UUID(value["file"]))  # type: ignore[index,call-overload,arg-type]
        if file is None or not self._may_read(file.run_id):
            raise StepFailed(NOT_YOURS, can_retry=False)
        path = self._store.path(file.id)
        if not path.is_file():
            raise StepFailed(LOST.format(name=file.name), can_retry=False)
        return FileContent(file.name, file.media_type, file.size, path)

    def keep(self, name: str, media_type: str, content: bytes | BinaryIO) -> dict[str, Json]:
        """Store a file with this run and return its value; raises StepFailed over a cap."""
        tidy = name_with_ending(clean_name(name), media_type)
        if self._taken_bytes() > MAX_RUN_BYTES:
            raise StepFailed(FULL, can_retry=False)
        try:
            stored = self._store.write(content, name=tidy)
        except FileRefused as refused:
            raise StepFailed(refused.sentence, can_retry=False) from None
        except OSError as error:
            if error.errno not in _NO_SPACE_ERRORS:
                raise
            raise StepFailed(NO_SPACE.format(name=tidy)) from None
        try:
            return self._record(stored, tidy, media_type_of(tidy, media_type))
        except BaseException:
            self._store.delete(stored.id)
            raise

    def _record(self, stored: Stored, name: str, media_type: str) -> dict[str, Json]:
        file = File(
            id=stored.id,
            workspace_id=self._workspace_id,
            run_id=self._run_id,
            name=name,
            media_type=media_type,
            size=stored.size,
            sha256=stored.sha256,
        )
        value = file.value
        with self._turn, self._sessions() as session, database.writing(session):
            session.add(file)
        return value

    def _row(self, file_id: uuid.UUID) -> File | None:
        with self._sessions() as session:
            return uploads.one(session, self._workspace_id, file_id)

    def _may_read(self, run_id: uuid.UUID | None) -> bool:
        if run_id is None:
            return False
        return run_id == self._run_id or self._is_kin(run_id)

    def _taken_bytes(self) -> int:
        with self._sessions() as session:
            total = session.scalar(
                select(func.sum(File.size)).where(
                    File.workspace_id == self._workspace_id, File.run_id == self._run_id
                )
            )
        return int(total or 0)
