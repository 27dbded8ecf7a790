"""The short word of a workspace in addresses: made from its name once, never changed."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lib import ids
from app.lib.latin import latin
from app.workspaces.models import Workspace

MAX_CHARACTERS = 40
FALLBACK = "workspace"
# Words that stand for pages of ours or would be taken for them.
RESERVED = frozenset(
    """
    about account accounts admin agent agents api app assets audit billing blog chat chats design
    docs examples export gallery health help hooks import invitation invitations lamplight legal
    login logout mail mcp me metrics new none null people profile public root run runs search
    settings sign-in sign-out sign-up static status support system templates test undefined v1
    w webhook webhooks workspace workspaces www
    """.split()  # noqa: SIM905  # sixty quoted words would be harder to read
)


def slug_from(name: str) -> str:
    """`Harbour & Pine` becomes `harbour-pine`; a name without Latin letters, `workspace`."""
    words = re.sub(r"[^a-z0-9]+", "-", latin(name)).strip("-")
    return words[:MAX_CHARACTERS].rstrip("-") or FALLBACK


def free_slug(session: Session, name: str) -> str:
    """A slug for this name that no workspace has: `harbour-pine`, `harbour-pine-2`, …"""
    wanted = slug_from(name)
    taken = set(session.scalars(select(Workspace.slug).where(Workspace.slug.startswith(wanted))))
    if wanted not in taken and wanted not in RESERVED:
        return wanted
    numbered = (f"{wanted}-{number}" for number in range(2, 100))
    return next((slug for slug in numbered if slug not in taken), f"{wanted}-{ids.new_word()}")
