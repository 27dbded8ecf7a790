"""Who may answer a question: the people it names, or everybody whose role allows it."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.approvals.models import Approval, ApprovalPerson
from app.workspaces.models import Member
from app.workspaces.roles import Role, may

PERMISSION = "approvals.answer"
ANSWERING_ROLES = [role for role in Role if may(role, PERMISSION)]
_LAST_RESORT = (Role.OWNER, Role.ADMIN)


def candidates(session: Session, approval: Approval) -> Sequence[Member]:
    """The members it may be given to, by name.

    Where a step names people and none of them can answer any more, owner and admins stand in: a
    question that nobody may answer would never end.
    """
    named = _named(session, approval)
    members = _members(session, approval.workspace_id)
    found = [one for one in members if not named or one.user_id in named]
    return found or [one for one in members if one.role in _LAST_RESORT]


def answerers(session: Session, approval: Approval) -> Sequence[Member]:
    """The members who may answer now: one of the candidates where it was given to somebody."""
    return among(candidates(session, approval), approval)


def among(found: Sequence[Member], approval: Approval) -> Sequence[Member]:
    """Of the candidates those who may answer now."""
    given = [one for one in found if one.user_id == approval.assigned_to]
    return given or found


def may_answer(session: Session, approval: Approval, user: User) -> bool:
    """Whether this person's answer counts."""
    return any(one.user_id == user.id for one in answerers(session, approval))


def may_assign(session: Session, approval: Approval, user: User) -> bool:
    """Whether this person may give it to somebody: a candidate, also after giving it away."""
    return any(one.user_id == user.id for one in candidates(session, approval))


def resolve(session: Session, workspace_id: uuid.UUID, addresses: Sequence[str]) -> set[uuid.UUID]:
    """The people with these addresses who can answer here; owner and admins if that is nobody."""
    members = _members(session, workspace_id)
    wanted = {address.casefold() for address in addresses}
    found = {one.user_id for one in members if one.user.email in wanted}
    return found or {one.user_id for one in members if one.role in _LAST_RESORT}


def is_for(user_id: ColumnElement[uuid.UUID]) -> ColumnElement[bool]:
    """Whether a question waits for this person, as a condition on `Approval`."""
    limited = select(ApprovalPerson.user_id).where(ApprovalPerson.approval_id == Approval.id)
    named = limited.where(ApprovalPerson.user_id == user_id)
    return or_(
        Approval.assigned_to == user_id,
        and_(Approval.assigned_to.is_(None), or_(~limited.exists(), named.exists())),
    )


def _named(session: Session, approval: Approval) -> set[uuid.UUID]:
    return set(
        session.scalars(
            select(ApprovalPerson.user_id).where(
                ApprovalPerson.workspace_id == approval.workspace_id,
                ApprovalPerson.approval_id == approval.id,
            )
        )
    )


def _members(session: Session, workspace_id: uuid.UUID) -> Sequence[Member]:
    found = session.scalars(
        select(Member)
        .join(Member.user)
        .where(Member.workspace_id == workspace_id, Member.role.in_(ANSWERING_ROLES))
        .order_by(User.name, Member.id)
    )
    return [one for one in found if one.user.is_active]
