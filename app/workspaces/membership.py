"""Roles change, people leave, a workspace gets another owner. There is always exactly one owner.

Nothing else ends with a membership: the guard asks for it on every request.
"""

from sqlalchemy.orm import Session

from app.audit import trail
from app.workspaces import invitations
from app.workspaces.models import Member
from app.workspaces.roles import Role


class MembershipRefused(Exception):
    """The change would break a rule of workspaces; the text says which."""


def change_role(session: Session, member: Member, *, to: Role, by: Member) -> None:
    """Give a member another role, up to the role of who gives it. Raises MembershipRefused."""
    _hold(session, member, by)
    if member.role is Role.OWNER or to is Role.OWNER:
        raise MembershipRefused("A workspace has one owner. To change that, hand it over.")
    _check_reach(member, by)
    if not by.role.reaches(to):
        raise MembershipRefused("You can give roles up to your own.")
    if not to.reaches(member.role):
        invitations.revoke_all_by(session, member)
    was, member.role = member.role, to
    _record(session, "role_changed", member, by=by, details={"was": was.value, "now": to.value})


def remove(session: Session, member: Member, *, by: Member) -> None:
    """Take a member out of the workspace. Raises MembershipRefused."""
    _hold(session, member, by)
    if member.role is Role.OWNER:
        raise MembershipRefused("The owner cannot be removed. Hand the workspace over first.")
    _check_reach(member, by)
    _record(session, "member_removed", member, by=by, details={"role": member.role.value})
    invitations.revoke_all_by(session, member)
    session.delete(member)


def leave(session: Session, member: Member) -> None:
    """Leave the workspace. Raises MembershipRefused for its owner."""
    _hold(session, member)
    if member.role is Role.OWNER:
        raise MembershipRefused(
            "You own this workspace, so you cannot leave it. Hand it over to somebody first."
        )
    _record(session, "member_left", member, by=member, details={"role": member.role.value})
    invitations.revoke_all_by(session, member)
    session.delete(member)


def hand_over(session: Session, to: Member, *, by: Member) -> None:
    """Make another member the owner; who owned it until now becomes an admin.

    Raises MembershipRefused when `by` is not the owner or already is who it goes to.
    """
    _hold(session, to, by)
    if by.role is not Role.OWNER or to.id == by.id:
        raise MembershipRefused("Only the owner can hand the workspace over, to somebody else.")
    by.role = Role.ADMIN
    session.flush()  # the database allows one owner at every moment, also between two rows
    to.role = Role.OWNER
    to.workspace.owner_id = to.user_id
    _record(session, "workspace_handed_over", to, by=by, details={"from": by.user.email})


def _hold(session: Session, *members: Member) -> None:
    """Go on with what is true now, and only if everybody is still here."""
    trail.take_turn(session)
    for member in members:
        if session.get(Member, member.id, populate_existing=True) is None:
            raise MembershipRefused("This person has left the workspace in the meantime.")


def _check_reach(member: Member, by: Member) -> None:
    if not by.role.reaches(member.role):
        raise MembershipRefused("This person's role reaches further than yours.")


def _record(
    session: Session, action: str, member: Member, *, by: Member, details: dict[str, trail.Detail]
) -> None:
    trail.record(
        session,
        action,
        workspace_id=member.workspace_id,
        actor_id=by.user_id,
        subject=member.user.email,
        details=details,
    )
