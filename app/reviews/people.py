"""Who may say what in a review: builders, admins and the owner answer, whoever was asked comments.

Two people stand behind a version: nobody answers a review that they asked for or whose draft they
changed last, and nobody publishes on their own approval (`app.reviews.standing`).
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.reviews.models import Review, ReviewPerson
from app.workspaces.models import Member
from app.workspaces.roles import Role, may

PERMISSION = "agents.edit"
PUBLISHING_ROLES = [role for role in Role if may(role, PERMISSION)]


def publishers(session: Session, workspace_id: uuid.UUID) -> Sequence[Member]:
    """The members who may publish now, by name."""
    return [one for one in members(session, workspace_id) if one.role in PUBLISHING_ROLES]


def members(session: Session, workspace_id: uuid.UUID) -> Sequence[Member]:
    """Everybody here who can sign in, by name."""
    found = session.scalars(
        select(Member)
        .join(Member.user)
        .where(Member.workspace_id == workspace_id)
        .order_by(User.name, Member.id)
    )
    return [one for one in found if one.user.is_active]


def asked(session: Session, review: Review) -> Sequence[User]:
    """The people who were asked by name; nobody when all who may publish were."""
    return session.scalars(
        select(User)
        .join(ReviewPerson, ReviewPerson.user_id == User.id)
        .where(
            ReviewPerson.workspace_id == review.workspace_id, ReviewPerson.review_id == review.id
        )
        .order_by(User.name, User.id)
    ).all()


def why_no_answer(review: Review, member: Member) -> str:
    """Why this member's answer would not count; empty when it does."""
    if not review.is_open:
        return "This review is closed."
    if not may(member.role, PERMISSION):
        return "Only people who may publish answer a review: builders, admins and the owner."
    if member.user_id == review.asked_by:
        return "You asked for this review, so somebody else answers it."
    if member.user_id == review.changed_by:
        return "You changed this draft last, so somebody else answers."
    return ""


def may_comment(session: Session, review: Review, member: Member) -> bool:
    """Whether this member may comment: whoever may publish, and whoever was asked."""
    if not review.is_open:
        return False
    if may(member.role, PERMISSION):
        return True
    return any(one.id == member.user_id for one in asked(session, review))


def may_withdraw(review: Review, member: Member) -> bool:
    """Whether this member may end the review: who asked, and who manages the workspace."""
    is_theirs = member.user_id == review.asked_by and may(member.role, PERMISSION)
    return review.is_open and (is_theirs or may(member.role, "workspace.manage"))
