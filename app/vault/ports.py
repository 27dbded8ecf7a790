"""What the vault asks of higher rooms; the factory fills it."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Use:
    """Something that uses a connection: its name, and its page."""

    name: str
    href: str


def _nobody(_session: Session, _workspace_id: uuid.UUID, _connection_id: uuid.UUID) -> list[Use]:
    return []


# Which drafts and active versions refer to a connection: (session, workspace id, connection id).
used_by: Callable[[Session, uuid.UUID, uuid.UUID], Sequence[Use]] = _nobody
