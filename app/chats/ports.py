"""Cards in a thread: each is drawn by the room that owns its kind, which fills in the list here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.chats.models import Chat
from app.chats.seen import SeenMessage
from app.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a chat, and whether this person may write there.

    `back` is the page that shows the thread, for forms on a card to come back to.
    """

    workspace: Workspace
    person: User
    chat: Chat
    may_write: bool
    back: str


@dataclass(frozen=True, slots=True)
class Card:
    """How a card is drawn: a template, which finds `values` under the name `card`.

    The template also has `message`, `chat`, `may_write` and `back`, and works without JavaScript.
    """

    template: str
    values: Mapping[str, Any]


# None draws nothing but a line that says that it is gone.
Drawer: TypeAlias = Callable[[Session, SeenMessage, Viewer], Card | None]

cards: dict[str, Drawer] = {}
