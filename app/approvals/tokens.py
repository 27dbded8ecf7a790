"""Links that let one person answer one question once, without signing in."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.tokens import new_token, token_hash
from app.approvals.models import Approval, ApprovalLink
from app.lib import clock, ids

VALID_FOR = timedelta(days=14)


def make_link(session: Session, approval: Approval, person: User) -> str:
    """A new token for this person; it ends with the question, after two weeks at the latest."""
    token, hashed = new_token()
    longest = clock.now() + VALID_FOR
    session.add(
        ApprovalLink(
            id=ids.new_id(),
            workspace_id=approval.workspace_id,
            approval_id=approval.id,
            user_id=person.id,
            token_hash=hashed,
            expires_at=min(approval.due, longest) if approval.due else longest,
        )
    )
    session.flush()
    return token


def by_token(session: Session, token: str) -> ApprovalLink | None:
    """The link with this token, used or not; looking does not use it up."""
    return session.scalars(
        select(ApprovalLink).where(ApprovalLink.token_hash == token_hash(token))
    ).one_or_none()


def use(session: Session, link: ApprovalLink) -> bool:
    """Use the link up, inside a write transaction. False when it was used or is over."""
    now = clock.now()
    used = session.execute(
        update(ApprovalLink)
        .where(
            ApprovalLink.id == link.id,
            ApprovalLink.used_at.is_(None),
            ApprovalLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(ApprovalLink.id)
        .execution_options(synchronize_session=False)
    )
    return used.one_or_none() is not None
