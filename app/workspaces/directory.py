"""Who belongs where: a person's workspaces and a workspace's people."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, case, select
from sqlalchemy.orm import Session, contains_eager, lazyload

from app.accounts.models import User
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
    rows = session.execute(_places(), {"person": user.id})
    return [MyWorkspace(name, slug, role.word) for name, slug, role in rows]


def membership(session: Session, user: User, slug: str) -> Member | None:
    """The person's place in the workspace with this slug."""
    return session.scalars(_membership(), {"person": user.id, "slug": slug}).one_or_none()


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


@cache  # every page asks for it, and building it costs more than running it
def _places() -> Select[str, str, Role]:
    return (
        select(Workspace.name, Workspace.slug, Member.role)
        .join(Member, Member.workspace_id == Workspace.id)
        .where(Member.user_id == bindparam("person"))
        .order_by(case((Member.role == Role.OWNER, 0), else_=1), Workspace.name, Workspace.id)
    )


@cache  # every request asks for it
def _membership() -> Select[Member]:
    return (
        select(Member)
        .join(Member.workspace)
        # Who asks is known already, so the person is not read from the database again.
        .options(contains_eager(Member.workspace), lazyload(Member.user))
        .where(Workspace.slug == bindparam("slug"), Member.user_id == bindparam("person"))
    )
