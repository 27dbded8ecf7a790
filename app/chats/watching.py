"""What an open stream looks at again and again: whether its reader may go on, and what is new."""

import uuid
from typing import NamedTuple

from flask import g, render_template
from flask.globals import request_ctx

from app.chats.open_page import Held
from app.chats.pages import news
from app.chats.scope import glimpsed, reached
from app.web.access import is_still_let_in


class Look(NamedTuple):
    """What is new of the chat, as an open page is told it, and whether its run goes on."""

    news: str
    goes_on: bool


class Watch:
    """The page behind a stream. It is made inside the request, and looks after it, too.

    Each look has a request context of its own, so that the person, the place in the workspace and
    the chat are asked for anew, and no connection to the database waits between two looks.
    """

    PERMISSION = "runs.read"

    def __init__(self, chat_id: uuid.UUID, run_id: uuid.UUID) -> None:
        self._request = request_ctx.copy()
        self._slug: str = g.workspace.slug
        self._chat_id = chat_id
        self.workspace_id: uuid.UUID = g.workspace.id
        self.run_id = run_id
        self._held = Held.of_request()

    def look(self) -> Look | None:
        """How it stands; None for a reader who may no longer read it."""
        with self._request.copy():
            if not is_still_let_in(self._slug, self.PERMISSION):
                return None
            seen = glimpsed(self._chat_id, self.run_id)
            if seen is None:
                return None
            goes_on = seen.run is not None and not seen.run.is_final
            if not self._held.lacks(seen.mark):
                return Look("", goes_on)
            found = reached(self._chat_id)
            if found is None:
                return None
            values = news(found, self._held, seen.mark)
            self._held = values["held"]
            return Look(render_template("chats/_live.html", **values), goes_on)
