"""What the pages of chats have in common: the list beside, and one thread."""

import time
import uuid
from typing import Any

from flask import Response, abort, g, request, url_for

from app.agents.models import Agent
from app.approvals import times
from app.chats import cards, directory, sending, streaming
from app.chats.directory import Reach
from app.chats.forms import ComposeForm
from app.chats.ports import Viewer
from app.chats.scope import may_write, person
from app.chats.thread import thread
from app.nodes.start_chat import examples_of, welcome_of
from app.vault.web_process import keyring
from app.web.forms import next_address
from app.web.pages import page
from app.web.transactions import session

MAX_WORDS = 80
# The parts that are new, where another page shows the thread and no list stands beside it.
PARTS_ALONE = {
    "chats/_sent.html": "chats/_chat.html",
    "chats/_chat.html": "chats/_chat.html",
    "chats/_live.html": "chats/_thread.html",
}


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
    """One thread with the list beside it."""
    return chats_page(template, status, **thread_values(found, form, refusal=refusal))


def fresh_part(
    template: str, found: Reach, form: ComposeForm, status: int = 200, /, *, refusal: str = ""
) -> Response:
    """What is new of an open page: of the thread, and of the list where that stands beside it."""
    if not next_address(""):
        return thread_page(template, found, form, status, refusal=refusal)
    part = PARTS_ALONE[template]
    return page(part, status, **thread_values(found, form, refusal=refusal))


def back_to(chat_id: uuid.UUID, anchor: str = "end") -> str:
    """The page from which something was sent: the chat's own, or one that embeds it."""
    return next_address(url_for("chats.show", chat_id=chat_id, _anchor=anchor))


def thread_values(
    found: Reach, form: ComposeForm, *, refusal: str = "", back: str = ""
) -> dict[str, Any]:
    """What the parts of a thread need; `back` is the page that embeds it."""
    chat, back = found.chat, back or next_address("")
    viewer = Viewer(
        g.workspace,
        person(),
        chat,
        may_write(found),
        back or url_for("chats.show", chat_id=chat.id, _anchor="end"),
    )
    # Before the thread is read: what changes meanwhile is asked for once more.
    seen = directory.mark(session(), chat)
    said = thread(
        session(),
        keyring(),
        g.workspace,
        chat,
        to=person(),
        before=key("before"),
        line=streaming.line(),
    )
    return {
        "chat": chat,
        "agent": chat.agent,
        "reach": found,
        "may_write": viewer.may_write,
        "back": viewer.back,
        "embedded_in": back or None,
        "why_not": sending.why_not_here(session(), chat),
        "thread": said,
        "cards": cards.drawn(session(), said.messages, viewer),
        "form": form,
        "refusal": refusal or form.refusal,
        "times": times,
        "poll_url": url_for(
            "chats.live", chat_id=chat.id, seen=seen, at=int(time.time()), next=back or None
        ),
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
        is_trial=False,
        to=url_for("chats.create", agent_slug=agent.slug),
        why_not=sending.why_not(session(), agent),
        welcome=welcome_of(settings),
        examples=examples_of(settings),
        form=form,
        refusal=refusal or form.refusal,
        within="",
    )


def key(name: str) -> uuid.UUID | None:
    """The id in this part of the address; 404 for something that is none."""
    typed = request.args.get(name)
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        abort(404)
