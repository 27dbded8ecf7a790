"""What needs a person in a workspace, as far as this person may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.attention.entry import Entry
from app.attention.kinds import KINDS, Kind, limits
from app.lib import clock
from app.prepared import Prepared
from app.workspaces.models import Member, Workspace
from app.workspaces.roles import Role, may


@dataclass(frozen=True, slots=True)
class Section:
    """The entries of one kind, of which there may be more than are shown."""

    kind: Kind
    count: int
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Attention:
    """Everything, kind by kind, and when it was looked at."""

    sections: Sequence[Section]
    looked_at: datetime

    @property
    def count(self) -> int:
        """How many things there are."""
        return sum(section.count for section in self.sections)

    def first(self, limit: int) -> list[Entry]:
        """The newest entries of all kinds."""
        every = chain.from_iterable(section.entries for section in self.sections)
        return sorted(every, key=lambda entry: entry.since, reverse=True)[:limit]


def attention(session: Session, workspace: Workspace, member: Member) -> Attention:
    """What needs somebody. One statement counts; only kinds that have something are read."""
    now = clock.now()
    counts = counted(session, workspace, member, now)
    sections = [
        Section(kind, count, kind.read(session, member, now))
        for kind, count in zip(_seen_by(member.role), counts, strict=True)
        if count
    ]
    return Attention(sections, now)


def entries(session: Session, workspace: Workspace, member: Member, limit: int) -> list[Entry]:
    """The newest things that need somebody."""
    return attention(session, workspace, member).first(limit)


def counted(session: Session, workspace: Workspace, member: Member, now: datetime) -> Sequence[int]:
    """How many there are of each kind that this person may see, in one statement."""
    given = {"here": workspace.id, "me": member.user_id, **limits(now)}
    return tuple(_counts(member.role).row(session.connection(), given))


@cache
def count_all(role: Role) -> ColumnElement[int]:
    """How many things there are for the person `me` with this role in the workspace `here`.

    For asking together with other counts; its other parameters are those of `kinds.limits`.
    """
    parts = [kind.counted(role).scalar_subquery() for kind in _seen_by(role)]
    total: ColumnElement[int] = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


@cache
def _counts(role: Role) -> Prepared:
    parts = [kind.counted(role).label(f"kind_{place}") for place, kind in enumerate(_seen_by(role))]
    return Prepared(lambda _dialect: select(*parts))


@cache
def _seen_by(role: Role) -> tuple[Kind, ...]:
    return tuple(kind for kind in KINDS if may(role, kind.permission))
