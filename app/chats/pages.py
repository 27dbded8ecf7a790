"""What the pages of chats have in common: the list beside, and one thread."""

import time
import uuid
from typing import Any

from flask import Response, abort, g, request, url_for

from app.agents.models import Agent
from app.approvals import times
from app.chats import cards, chat_list, directory, sending, streaming
from app.chats.directory import Mark, Reach
from app.chats.forms import ComposeForm
from app.chats.models import Chat
from app.chats.open_page import Held, Settled
from app.chats.ports import Viewer
from app.chats.scope import may_write, person
from app.chats.thread import Thread, thread
from app.nodes.start_chat import examples_of, welcome_of
from app.vault.web_process import keyring
from app.web.forms import next_address
from app.web.pages import page
from app.web.transactions import session

MAX_WORDS = 80


def chats_page(template: str, status: int = 200, /, **values: Any) -> Response:
    """A page with the list of chats beside it."""
    return page(template, status, **_list_asked_for(), **values)


def thread_page(
    template: str, found: Reach, form: ComposeForm, status: int = 200, /, *, refusal: str = ""
) -> Response:
    """One thread with the list beside it."""
    beside = _list_asked_for()
    is_plain = not beside["words"] and not beside["archived"]
    is_first = is_plain and beside["found"].begins_with(found.chat)
    values = thread_values(found, form, refusal=refusal, listed_at=_now() if is_first else 0)
    return page(template, status, **beside, **values)


def news(
    template: str, found: Reach, held: Held, mark: Mark | None = None, /, *, refusal: str = ""
) -> Response:
    """What an open page has not got yet: of the thread, and of the list where that is beside it.

    `mark` is how the chat stood just before.
    """
    form = ComposeForm(formdata=None)
    is_alone = bool(next_address(""))
    if is_alone or held.has_line:
        values = thread_values(
            found, form, refusal=refusal, held=held, mark=mark, listed_at=held.listed_at
        )
        return page(template, **values, found=None, is_alone=is_alone)
    beside = chat_list.list_page(session(), g.workspace, person())
    listed_at = _now() if beside.begins_with(found.chat) else 0
    values = thread_values(found, form, refusal=refusal, held=held, mark=mark, listed_at=listed_at)
    return page(template, **values, found=beside, is_alone=False, words="", archived=False)


def back_to(chat_id: uuid.UUID, anchor: str = "end") -> str:
    """The page from which something was sent: the chat's own, or one that embeds it."""
    return next_address(url_for("chats.show", chat_id=chat_id, _anchor=anchor))


def thread_values(
    found: Reach,
    form: ComposeForm,
    *,
    refusal: str = "",
    back: str = "",
    held: Held | None = None,
    mark: Mark | None = None,
    listed_at: int = 0,
) -> dict[str, Any]:
    """What the parts of a thread need; `back` is the page that embeds it.

    `held` is what an open page has already, `mark` how the chat stood just before; `listed_at`
    is what `Held` says of it.
    """
    chat, back = found.chat, back or next_address("")
    viewer = _viewer(found, back)
    # Before the thread is read: what changes meanwhile is asked for once more.
    mark = mark or directory.mark(session(), chat)
    said = _thread(chat, held.settled if held else None)
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
        "line": chat_list.line_of(chat, mark),
        "held": Held(seen=str(mark), at=_now(), settled=said.settled, listed_at=listed_at),
    }


def _viewer(found: Reach, back: str) -> Viewer:
    address = back or url_for("chats.show", chat_id=found.chat.id, _anchor="end")
    return Viewer(g.workspace, person(), found.chat, may_write(found), address)


def _thread(chat: Chat, settled: Settled | None) -> Thread:
    return thread(
        session(),
        keyring(),
        g.workspace,
        chat,
        to=person(),
        before=key("before"),
        settled=settled,
        line=streaming.line(),
    )


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


def _list_asked_for() -> dict[str, Any]:
    words = request.args.get("q", "").strip()[:MAX_WORDS]
    archived = request.args.get("show") == "archived"
    found = chat_list.list_page(
        session(),
        g.workspace,
        person(),
        words=words,
        archived=archived,
        before=key("after"),
    )
    return {"found": found, "words": words, "archived": archived}


def _now() -> int:
    return int(time.time())


def key(name: str) -> uuid.UUID | None:
    """The id in this part of the address; 404 for something that is none."""
    typed = request.args.get(name)
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        abort(404)
