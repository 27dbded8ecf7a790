"""What this room asks of higher rooms; the factory fills it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.data_tables.models import DataTable


@dataclass(frozen=True, slots=True)
class Use:
    """Something that uses a table: its name, and its page."""

    name: str
    href: str


def _nobody(_session: Session, _workspace_id: uuid.UUID) -> dict[uuid.UUID, list[Use]]:
    return {}


def _no_files(_session: Session, _table: DataTable, _user_id: uuid.UUID) -> None:
    """Nobody makes any."""


def _nothing(_session: Session, _table: DataTable) -> None:
    """Nobody has anything of it."""


# Agents whose draft or active version refers to each table: (session, workspace id) → by table id.
used_by: Callable[[Session, uuid.UUID], Mapping[uuid.UUID, Sequence[Use]]] = _nobody

# What the page of a table tells of the files that are made of it: (session, table, user id).
files: Callable[[Session, DataTable, uuid.UUID], Any] = _no_files

# Let go of what was made of a table that is deleted now; it is locked.
on_delete: Callable[[Session, DataTable], None] = _nothing
