"""Of what something is made, and a worker's turn to make it."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.data_tables.columns import Column
from app.data_tables.listing import FoundRow
from app.handovers.models import Handover, HandoverKind
from app.handovers.tools import Tools


class Cut(Exception):
    """It is over, or somebody else does it now: leave it alone."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in a file: its columns, and its rows as they are asked for.

    `title` names the sheet of a workbook; `too_large` says what to do instead of a file above
    the cap, `as_csv` instead of a workbook that cannot be.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[FoundRow]
    as_csv: str
    too_large: str


def _nothing_to_say(_session: Session, _handover: Handover) -> None:
    """Most leave it at the sentence on the page."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that files and tables are made of; a higher room says what.

    `hold` keeps it as it is until the transaction ends, and lets its open pages see that there is
    something new; it is False once it is gone. `contents` may raise TableRefused. `made` and
    `given_up` leave audit events. `ways` are those in which tables are filled; they may raise Cut
    and TableRefused.
    """

    hold: Callable[[Session, Handover], bool]
    contents: Callable[[Session, Handover], Contents]
    made: Callable[[Session, Handover], None]
    given_up: Callable[[Session, Handover], None] = _nothing_to_say
    ways: Mapping[HandoverKind, Callable[[Tools, "Turn"], None]] = field(default_factory=dict)


class Turn(NamedTuple):
    """A worker's turn with a handover; whoever takes it up later has another mark."""

    workspace_id: uuid.UUID
    handover_id: uuid.UUID
    mark: str
    source: Source


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that something can be made of."""

    batch: Source
    table: Source

    def of(self, handover: Handover) -> Source:
        """Of what this one is made."""
        return self.table if handover.batch_id is None else self.batch
