"""What this room asks of higher rooms; the factory fills it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Use:
    """Something that uses a variable: its name, and its page."""

    name: str
    href: str


def _nobody(_session: Session, _workspace_id: uuid.UUID) -> dict[str, list[Use]]:
    return {}


# Agents whose draft or active version names each variable: (session, workspace id) → by name.
used_by: Callable[[Session, uuid.UUID], Mapping[str, Sequence[Use]]] = _nobody
