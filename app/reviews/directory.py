"""Finding reviews, always from their workspace: those that wait for a person, theirs, all."""

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.agents.models import Agent
from app.model import Id
from app.reviews.models import Review, ReviewPerson, ReviewStatus
from app.reviews.people import PERMISSION
from app.workspaces.models import Member, Workspace
from app.workspaces.roles import Role, may

PAGE_SIZE = 30


class Shelf(enum.StrEnum):
    """Which reviews a list shows."""

    MINE = "mine"  # they wait for this person
    ASKED = "asked"  # this person asked
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One page of a list; `older_than` is the key that the next one follows."""

    reviews: Sequence[Review]
    older_than: uuid.UUID | None


def by_id(session: Session, workspace: Workspace, review_id: uuid.UUID) -> Review | None:
    """The review with this id in this workspace, with what its page shows of it."""
    return session.scalars(
        select(Review)
        .options(
            joinedload(Review.agent, innerjoin=True),
            joinedload(Review.asker, innerjoin=True),
            joinedload(Review.flow_graph, innerjoin=True),
            joinedload(Review.replaces),
            joinedload(Review.version),
        )
        .where(Review.workspace_id == workspace.id, Review.id == review_id)
    ).one_or_none()


def list_page(
    session: Session,
    member: Member,
    shelf: Shelf,
    *,
    words: str = "",
    older_than: uuid.UUID | None = None,
) -> ReviewPage:
    """The reviews on this person's shelf whose agent has `words` in its name, newest first."""
    me = member.user_id
    shown: dict[Shelf, tuple[ColumnElement[bool], ...]] = {
        Shelf.MINE: (*_waits(member.role), Review.closed_at.is_(None)),
        Shelf.ASKED: (Review.asked_by == me, Review.closed_at.is_(None)),
        Shelf.OPEN: (Review.closed_at.is_(None),),
        Shelf.CLOSED: (Review.closed_at.is_not(None),),
    }
    query = (
        select(Review)
        .options(
            joinedload(Review.agent, innerjoin=True),
            joinedload(Review.asker, innerjoin=True),
            joinedload(Review.version),
        )
        .where(Review.workspace_id == member.workspace_id, *shown[shelf])
        .order_by(Review.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if words:
        query = query.join(Review.agent).where(Agent.name.icontains(words, autoescape=True))
    if older_than is not None:
        query = query.where(Review.id < older_than)
    found = session.scalars(query, {"me": me}).all()
    reviews = found[:PAGE_SIZE]
    return ReviewPage(reviews, reviews[-1].id if len(found) > PAGE_SIZE else None)


@cache  # every page asks for it, and building it costs more than running it
def count_mine(role: Role) -> Select[int]:
    """How many reviews of the workspace `here` wait for the person `me`, who has this role.

    For asking together with other counts.
    """
    return (
        select(func.count())
        .select_from(Review)
        .where(Review.workspace_id == bindparam("here"), Review.closed_at.is_(None), *_waits(role))
    )


def _waits(role: Role) -> tuple[ColumnElement[bool], ...]:
    """Whether a review waits for the answer of the person `me`, or for what they have to say."""
    me = bindparam("me", type_=Id())
    named = select(ReviewPerson.user_id).where(ReviewPerson.review_id == Review.id)
    by_name = named.where(ReviewPerson.user_id == me).exists()
    others = and_(Review.asked_by != me, Review.changed_by != me)
    anyone = and_(~named.exists(), others) if may(role, PERMISSION) else None
    is_mine = by_name if anyone is None else or_(by_name, anyone)
    return (Review.status == ReviewStatus.WAITING, is_mine)
