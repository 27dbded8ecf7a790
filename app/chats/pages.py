"""What the pages of chats have in common: the list beside, and one thread."""

import time
import uuid
from dataclasses import replace
from typing import Any

from flask import Response, abort, g, request, url_for

from app.agents.models import Agent
from app.approvals import times
from app.chats import cards, chat_list, directory, sending
from app.chats.directory import Mark, Reach
from app.chats.forms import ComposeForm
from app.chats.models import Chat
from app.chats.open_page import NOTHING_HELD, Held, Settled
from app.chats.ports import Viewer
from app.chats.scope import may_write, person
from app.chats.thread import Thread, thread
from app.chats.web_process import line
from app.nodes.start_chat import examples_of, welcome_of
from app.runs.models import Run
from app.vault.web_process import keyring
from app.web.forms import next_address
from app.web.pages import page
from app.web.shell import shell_mark
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
    held = Held(listed_at=_now() if is_first else 0, shell=shell_mark())
    values = thread_values(found, form, refusal=refusal, held=held)
    return page(template, status, **beside, **values)


def news(
    found: Reach,
    held: Held,
    mark: Mark | None = None,
    *,
    refusal: str = "",
    begun: Run | None = None,
) -> dict[str, Any]:
    """What `chats/_live.html` and `chats/_sent.html` need: all that an open page has not got yet.

    `mark` is how the chat stood just before, `begun` a run that this request began.
    """
    form = ComposeForm()
    is_alone = bool(next_address(""))
    beside = None
    if not is_alone and not held.has_line:
        beside = chat_list.list_page(session(), g.workspace, person())
        held = replace(held, listed_at=_now() if beside.begins_with(found.chat) else 0)
    values = thread_values(found, form, refusal=refusal, held=held, mark=mark, begun=begun)
    is_shell_old = not is_alone and not values["thread"].is_live and held.shell != shell_mark()
    if is_shell_old:
        values["held"] = replace(values["held"], shell=shell_mark())
    return {
        **values,
        **{"found": beside, "words": "", "archived": False},
        **{"is_alone": is_alone, "is_shell_old": is_shell_old},
    }


def back_to(chat_id: uuid.UUID, anchor: str = "end") -> str:
    """The page from which something was sent: the chat's own, or one that embeds it."""
    return next_address(url_for("chats.show", chat_id=chat_id, _anchor=anchor))


def thread_values(
    found: Reach,
    form: ComposeForm,
    *,
    refusal: str = "",
    back: str = "",
    held: Held = NOTHING_HELD,
    mark: Mark | None = None,
    begun: Run | None = None,
) -> dict[str, Any]:
    """What the parts of a thread need; `back` is the page that embeds it.

    `held` is what the page has of it, `mark` how the chat stood just before, `begun` a run that
    this request began.
    """
    chat, back = found.chat, back or next_address("")
    viewer = _viewer(found, back)
    # Before the thread is read: what changes meanwhile is asked for once more.
    mark = mark or directory.mark(session(), chat)
    said = thread_seen(chat, held.settled, begun)
    return {
        "chat": chat,
        "agent": chat.agent,
        "reach": found,
        "may_write": viewer.may_write,
        "back": viewer.back,
        "embedded_in": back or None,
        "why_not": sending.why_not_here(session(), found),
        "thread": said,
        "cards": cards.drawn(session(), said.messages, viewer),
        "form": form,
        "refusal": refusal or form.refusal,
        "times": times,
        "line": chat_list.line_of(chat, mark),
        "held": replace(held, seen=str(mark), at=_now(), settled=said.settled),
    }


def _viewer(found: Reach, back: str) -> Viewer:
    address = back or url_for("chats.show", chat_id=found.chat.id, _anchor="end")
    return Viewer(g.workspace, person(), found.chat, may_write(found), address)


def thread_seen(chat: Chat, settled: Settled | None = None, begun: Run | None = None) -> Thread:
    """The part of the thread that this person's page shows; see `thread_values`."""
    return thread(
        session(),
        keyring(),
        g.workspace,
        chat,
        to=person(),
        before=key("before"),
        settled=settled,
        line=line(),
        begun=begun.id if begun else None,
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
        why_not=sending.why_not(agent, start.id if start else None),
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
