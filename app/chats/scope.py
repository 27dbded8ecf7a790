"""Finds what an address names, from the workspace and the person inwards, or answers 404."""

import uuid

from flask import abort, g, request

from app.accounts.models import User
from app.agents import directory as agents
from app.agents.models import Agent
from app.chats import directory
from app.chats.directory import Glimpse, Mark, Reach
from app.chats.models import Chat, Message
from app.chats.sittings import Here
from app.web.access import can
from app.web.transactions import session


def reach_here(chat_id: uuid.UUID) -> Reach:
    """The chat, for everybody who may read it; 404 for others."""
    return reached(chat_id) or abort(404)


def reached(chat_id: uuid.UUID) -> Reach | None:
    """The chat as far as this person gets; one with a draft is for those who may edit it."""
    found = directory.reach(session(), g.workspace, chat_id, person())
    return None if found and found.chat.is_trial and not can("agents.edit") else found


def mark_here(chat_id: uuid.UUID) -> Mark:
    """How the chat stands, for everybody who may read it; 404 for others."""
    return (glimpsed(chat_id) or abort(404)).mark


def check_may_write(chat_id: uuid.UUID) -> None:
    """404 and 403 as in `reach_to_write`, in one statement, for who reads the chat later on."""
    seen = glimpsed(chat_id) or abort(404)
    if not seen.may_write:
        abort(403)


def who_asks() -> tuple[object, ...]:
    """The person, the workspace and the place in it, for `writing(known=…)`."""
    return person(), g.workspace, g.member


def glimpsed(chat_id: uuid.UUID, run_id: uuid.UUID | None = None) -> Glimpse | None:
    """As `reached`, in one statement: how far this person gets, how the chat and a run stand."""
    seen = directory.glimpse(session(), g.workspace, chat_id, person(), run_id=run_id)
    return None if seen and seen.is_trial and not can("agents.edit") else seen


def chat_to_write(chat_id: uuid.UUID) -> Chat:
    """The chat, for those who may write there; 403 for those who may only read."""
    return reach_to_write(chat_id).chat


def reach_to_write(chat_id: uuid.UUID) -> Reach:
    """As `chat_to_write`, with how far this person gets."""
    found = reach_here(chat_id)
    return found if found.may_write else abort(403)


def own_chat(chat_id: uuid.UUID) -> Chat:
    """The chat, for its owner; 403 for those with whom it is shared."""
    found = reach_here(chat_id)
    if not found.is_own:
        abort(403)
    return found.chat


def own_to_share(chat_id: uuid.UUID) -> Chat:
    """As `own_chat`; 404 for a chat with a draft, which is shared with nobody."""
    chat = own_chat(chat_id)
    return abort(404) if chat.is_trial else chat


def message_here(chat: Chat, message_id: uuid.UUID) -> Message:
    """A message of the chat."""
    return directory.message_of(session(), chat, message_id) or abort(404)


def agent_here(slug: str) -> Agent:
    """The agent of this workspace with this slug."""
    return agents.by_slug(session(), g.workspace, slug=slug) or abort(404)


def may_write(found: Reach) -> bool:
    """Whether this person may add words: the chat and the role must both allow it."""
    return found.may_write and can("runs.start")


def person() -> User:
    """Who asks."""
    user: User = g.member.user
    return user


def here() -> Here:
    """Who asks, from which device; call it outside `writing()`."""
    return Here.of(person(), g.login, request.remote_addr or "")
