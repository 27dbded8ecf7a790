"""The variables of a workspace as the steps of one run reach them."""

import contextlib
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from app import database
from app.engine.errors import StepFailed
from app.engine.states import RunMode
from app.engine.values import Json
from app.engine.variable_names import name_problem
from app.variables import variables
from app.variables.values import ValueRefused
from app.variables.variables import VariableRefused

REHEARSED = "This is a rehearsal: no variable is changed."


class VariableDoor:
    """The variable port of one run; steps on several threads may use it at once.

    sessions: makes a session for each call. mode: no variable changes in a rehearsal, also when a
    step forgets to ask. turn_to_write: held around each write transaction.
    """

    def __init__(
        self,
        sessions: Callable[[], Session],
        *,
        workspace_id: uuid.UUID,
        run_id: uuid.UUID,
        mode: RunMode,
        turn_to_write: AbstractContextManager[object] | None = None,
    ) -> None:
        self._sessions = sessions
        self._workspace_id = workspace_id
        self._run_id = run_id
        self._mode = mode
        self._turn = turn_to_write or contextlib.nullcontext()

    def set(self, name: str, value: Json) -> Json:
        """Set it, making it when it is not there, and return what it was before."""
        if self._mode is RunMode.REHEARSAL:
            # The engine does not come here then; this is the second lock on that door.
            raise StepFailed(REHEARSED, can_retry=False)
        problem = name_problem(name)
        if problem:
            raise StepFailed(problem, can_retry=False)
        try:
            with self._turn, self._sessions() as session, database.writing(session):
                return variables.set_by_run(
                    session, self._workspace_id, run_id=self._run_id, name=name, value=value
                )
        except (VariableRefused, ValueRefused) as refused:
            raise StepFailed(f"Variable {name}: {refused.sentence}", can_retry=False) from None
