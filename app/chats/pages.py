"""What the pages of chats have in common: the list beside, and one thread."""

import time
import uuid
from typing import Any

from flask import Response, abort, g, request, url_for

from app.agents.models import Agent
from app.approvals import times
from app.chats import directory, sending
from app.chats.directory import Reach
from app.chats.forms import ComposeForm
from app.chats.scope import may_write, person
from app.chats.thread import thread
from app.nodes.start_chat import examples_of, welcome_of
from app.vault.web_process import keyring
from app.web.pages import page
from app.web.transactions import session

MAX_WORDS = 80


def chats_page(template: str, status: int = 200, /, **values: Any) -> Response:
    """A page with the list of chats beside it."""
    words = request.args.get("q", "").strip()[:MAX_WORDS]
    archived = request.args.get("show") == "archived"
    found = directory.list_page(
        session(),
        g.workspace,
        person(),
        words=words,
        archived=archived,
        before=key("after"),
    )
    return page(template, status, found=found, words=words, archived=archived, **values)


def thread_page(
    template: str, found: Reach, form: ComposeForm, status: int = 200, /, *, refusal: str = ""
) -> Response:
    """One thread with the list beside it, or the parts of them that are new."""
    return chats_page(template, status, **thread_values(found, form, refusal=refusal))


def thread_values(found: Reach, form: ComposeForm, *, refusal: str = "") -> dict[str, Any]:
    """What the parts of a thread need."""
    chat = found.chat
    # Before the thread is read: what changes meanwhile is asked for once more.
    seen = directory.mark(session(), chat)
    return {
        "chat": chat,
        "agent": chat.agent,
        "reach": found,
        "may_write": may_write(found),
        "why_not": sending.why_not(session(), chat.agent),
        "thread": thread(
            session(), keyring(), g.workspace, chat, to=person(), before=key("before")
        ),
        "form": form,
        "refusal": refusal or form.refusal,
        "times": times,
        "poll_url": url_for("chats.live", chat_id=chat.id, seen=seen, at=int(time.time())),
    }


def first_page(
    agent: Agent, form: ComposeForm, status: int = 200, /, *, refusal: str = ""
) -> Response:
    """A chat that has not begun: what the agent is for, and questions to begin with."""
    start = directory.start_of(session(), agent)
    settings = start.settings if start else {}
    return chats_page(
        "chats/new.html",
        status,
        agent=agent,
        why_not=sending.why_not(session(), agent),
        welcome=welcome_of(settings),
        examples=examples_of(settings),
        form=form,
        refusal=refusal or form.refusal,
    )


def key(name: str) -> uuid.UUID | None:
    """The id in this part of the address; 404 for something that is none."""
    typed = request.args.get(name)
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        abort(404)
