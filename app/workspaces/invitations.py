"""Invitations: a link that lets one person join with a given role, once."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.tokens import new_token, token_hash
from app.audit import trail
from app.lib import clock
from app.workspaces.models import Invitation, Member, Workspace
from app.workspaces.roles import Role

VALID_FOR = timedelta(days=7)


class InvitationRefused(Exception):
    """The invitation cannot be made or accepted; the text says why."""


def invite(
    session: Session, workspace: Workspace, *, role: Role, by: Member, email: str = ""
) -> str:
    """Make an invitation and return the token for its link, which is shown once.

    With an address only the person with this address can accept it. Raises InvitationRefused.
    """
    if role is Role.OWNER or not by.role.reaches(role):
        raise InvitationRefused("You can invite people with roles up to your own.")
    trail.take_turn(session)
    if email and _is_member(session, workspace, User.email == email):
        raise InvitationRefused("This person is already here.")
    token, hashed = new_token()
    session.add(
        Invitation(
            workspace_id=workspace.id,
            email=email,
            role=role,
            token_hash=hashed,
            invited_by=by.user_id,
            expires_at=clock.now() + VALID_FOR,
        )
    )
    _record(session, "person_invited", workspace, by.user_id, email=email, role=role)
    return token


def open_by_token(session: Session, token: str) -> Invitation | None:
    """The invitation of this link while it can be accepted; looking does not use it up."""
    return session.scalars(
        select(Invitation).where(Invitation.token_hash == token_hash(token), *_is_open())
    ).one_or_none()


def open_of(session: Session, workspace: Workspace) -> Sequence[Invitation]:
    """The workspace's invitations that can still be accepted, the latest first."""
    return session.scalars(
        select(Invitation)
        .where(Invitation.workspace_id == workspace.id, *_is_open())
        .order_by(Invitation.id.desc())
    ).all()


def of_workspace(
    session: Session, workspace: Workspace, invitation_id: uuid.UUID
) -> Invitation | None:
    """One of this workspace's invitations."""
    return session.scalars(
        select(Invitation).where(
            Invitation.workspace_id == workspace.id, Invitation.id == invitation_id
        )
    ).one_or_none()


def accept(session: Session, token: str, *, user: User) -> Workspace:
    """Use the invitation up and make the person a member. Raises InvitationRefused."""
    trail.take_turn(session)
    used = open_by_token(session, token)
    if used is None:
        raise InvitationRefused("This invitation was used, taken back or has expired.")
    if used.email and used.email != user.email:
        raise InvitationRefused(f"This invitation is for {used.email}.")
    if _is_member(session, used.workspace, User.id == user.id):
        raise InvitationRefused("You are already here.")
    used.accepted_at, used.accepted_by = clock.now(), user.id
    session.add(Member(workspace_id=used.workspace_id, user_id=user.id, role=used.role))
    session.flush()
    _record(
        session, "invitation_accepted", used.workspace, user.id, email=user.email, role=used.role
    )
    return used.workspace


def revoke(session: Session, invitation: Invitation, *, by: Member) -> None:
    """Take an invitation back; its link stops working. Nothing happens when it was used."""
    trail.take_turn(session)
    session.refresh(invitation)
    if invitation.accepted_at or invitation.revoked_at:
        return
    invitation.revoked_at = clock.now()
    _record(
        session,
        "invitation_revoked",
        invitation.workspace,
        by.user_id,
        email=invitation.email,
        role=invitation.role,
    )


def revoke_all_by(session: Session, member: Member) -> None:
    """Take back what a person invited who leaves or may do less from now on."""
    session.execute(
        update(Invitation)
        .where(
            Invitation.workspace_id == member.workspace_id,
            Invitation.invited_by == member.user_id,
            *_is_open(),
        )
        .values(revoked_at=clock.now())
    )


def _is_open() -> tuple[ColumnElement[bool], ...]:
    return (
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > clock.now(),
    )


def _is_member(session: Session, workspace: Workspace, who: ColumnElement[bool]) -> bool:
    found = session.scalar(
        select(Member.id).join(Member.user).where(Member.workspace_id == workspace.id, who)
    )
    return found is not None


def _record(
    session: Session,
    action: str,
    workspace: Workspace,
    actor_id: uuid.UUID,
    *,
    email: str,
    role: Role,
) -> None:
    trail.record(
        session,
        action,
        workspace_id=workspace.id,
        actor_id=actor_id,
        subject=email or "whoever has the link",
        details={"role": role.value},
    )
