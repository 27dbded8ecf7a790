"""Who besides its owner may use a chat: named members, and everybody here who has its link."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.audit import trail
from app.chats.models import Access, Chat, ChatAccess, Message, MessageType
from app.chats.replies import touch
from app.lib import clock, ids
from app.workspaces.models import Member


def of_chat(session: Session, chat: Chat) -> Sequence[ChatAccess]:
    """Those with whom it is shared, in the order they came."""
    return session.scalars(
        select(ChatAccess)
        .options(joinedload(ChatAccess.user))
        .where(ChatAccess.workspace_id == chat.workspace_id, ChatAccess.chat_id == chat.id)
        .order_by(ChatAccess.created_at, ChatAccess.user_id)
    ).all()


def share(session: Session, chat: Chat, member: Member, access: Access, *, by: User) -> None:
    """Let a member of the workspace read or write here; call inside `writing()`."""
    if member.user_id == chat.user_id:
        return
    known = session.get(ChatAccess, (chat.id, member.user_id))
    if known is not None and known.access is access:
        return
    if known is None:
        session.add(
            ChatAccess(
                chat_id=chat.id,
                user_id=member.user_id,
                workspace_id=chat.workspace_id,
                access=access,
                given_by=by.id,
            )
        )
        tell(session, chat, f"{by.name} shared this chat with {member.user.name}")
    else:
        known.access = access
    _note(session, chat, "chat_shared", by, with_whom=member.user.name, access=access.value)


def stop_sharing(session: Session, chat: Chat, member: Member, *, by: User) -> None:
    """Take it back; also what a person does for themselves to leave."""
    session.execute(
        delete(ChatAccess)
        .where(
            ChatAccess.workspace_id == chat.workspace_id,
            ChatAccess.chat_id == chat.id,
            ChatAccess.user_id == member.user_id,
        )
        .execution_options(synchronize_session="fetch")
    )
    touch(session, chat)
    _note(session, chat, "chat_unshared", by, with_whom=member.user.name, access="")


def open_link(session: Session, chat: Chat, *, is_open: bool, by: User) -> None:
    """Let everybody of the workspace who has the link read it, or close it again."""
    if is_open == (chat.opened_at is not None):
        return
    chat.opened_at = clock.now() if is_open else None
    chat.opened_by = by.id if is_open else None
    _note(session, chat, "chat_link_opened" if is_open else "chat_link_closed", by)


def open_as_administrator(session: Session, chat: Chat, member: Member) -> None:
    """The installation's administrator reads somebody's chat: seen there, and in the audit."""
    person = member.user
    session.add(
        ChatAccess(
            chat_id=chat.id,
            user_id=person.id,
            workspace_id=chat.workspace_id,
            access=Access.READ,
            given_by=person.id,
        )
    )
    tell(session, chat, f"{person.name}, who administrates this installation, opened this chat")
    _note(session, chat, "chat_opened_by_administrator", person)


def tell(session: Session, chat: Chat, words: str) -> None:
    """A line of the system in the thread."""
    session.add(
        Message(
            id=ids.new_id(),
            created_at=clock.now(),
            workspace_id=chat.workspace_id,
            chat_id=chat.id,
            type=MessageType.SYSTEM,
            text=words,
        )
    )
    session.flush()
    touch(session, chat)


def _note(
    session: Session, chat: Chat, act: str, by: User, *, with_whom: str = "", access: str = ""
) -> None:
    trail.record(
        session,
        act,
        workspace_id=chat.workspace_id,
        actor_id=by.id,
        subject=chat.agent.name,
        details={"chat": str(chat.id), "with": with_whom, "access": access},
    )
