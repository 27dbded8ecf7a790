"""What this room asks of higher rooms; the factory fills it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Use:
    """Something that uses a table: its name, and its page."""

    name: str
    href: str


def _nobody(_session: Session, _workspace_id: uuid.UUID) -> dict[uuid.UUID, list[Use]]:
    return {}


# Agents whose draft or active version refers to each table: (session, workspace id) → by table id.
used_by: Callable[[Session, uuid.UUID], Mapping[uuid.UUID, Sequence[Use]]] = _nobody
