"""Who belongs where: a person's workspaces and a workspace's people."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Select, bindparam, case, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.models import User
from app.prepared import Columns, Prepared, as_read
from app.workspaces.models import Member, Workspace
from app.workspaces.roles import Role


@dataclass(frozen=True, slots=True)
class MyWorkspace:
    """One line of the workspace switcher."""

    name: str
    slug: str
    role_word: str


def of_person(session: Session, user: User) -> list[MyWorkspace]:
    """The workspaces this person belongs to: their own first, then by name."""
    rows = _places.rows(session.connection(), {"person": user.id})
    return [MyWorkspace(name, slug, role.word) for name, slug, role in rows]


def membership(session: Session, user: User, slug: str) -> Member | None:
    """The person's place in the workspace with this slug."""
    row = _membership.row(session.connection(), {"person": user.id, "slug": slug})
    if row is None:
        return None
    of_member, of_workspace = row[: len(_OF_MEMBER)], row[len(_OF_MEMBER) :]
    member = as_read(session, Member, dict(zip(_OF_MEMBER.names, of_member, strict=True)))
    workspace = as_read(session, Workspace, dict(zip(_OF_PLACE.names, of_workspace, strict=True)))
    set_committed_value(member, "workspace", workspace)
    return member


def member_of(session: Session, workspace: Workspace, member_id: uuid.UUID) -> Member | None:
    """One of this workspace's members."""
    return session.scalars(
        select(Member).where(Member.workspace_id == workspace.id, Member.id == member_id)
    ).one_or_none()


def people_of(session: Session, workspace: Workspace) -> Sequence[Member]:
    """The members of this workspace in the order they joined."""
    return session.scalars(
        select(Member).where(Member.workspace_id == workspace.id).order_by(Member.id)
    ).all()


def _places_of(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    return (
        select(Workspace.name, Workspace.slug, Member.role)
        .join(Member, Member.workspace_id == Workspace.id)
        .where(Member.user_id == bindparam("person"))
        .order_by(case((Member.role == Role.OWNER, 0), else_=1), Workspace.name, Workspace.id)
    )


def _place_of(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    """A person's place; who asks is known already and is not read from the database again."""
    return (
        select(*_OF_MEMBER.labelled, *_OF_PLACE.labelled)
        .join(Workspace, Workspace.id == Member.workspace_id)
        .where(Workspace.slug == bindparam("slug"), Member.user_id == bindparam("person"))
    )


_OF_MEMBER, _OF_PLACE = Columns(Member), Columns(Workspace)
_membership = Prepared(_place_of)  # every request asks for it
_places = Prepared(_places_of)  # and every page for these
