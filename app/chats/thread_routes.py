"""One chat: reading it, what is new in it, its title, putting it away, deleting it."""

import uuid

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.chats import directory, memory, pictures, sending, sharing, sittings
from app.chats.blueprint import bp
from app.chats.forms import ComposeForm, TitleForm
from app.chats.open_page import Held
from app.chats.pages import chats_page, news, thread_page, thread_seen
from app.chats.scope import chat_to_write, mark_here, own_chat, person, reach_here, reached
from app.web.access import can, requires
from app.web.htmx import nothing_new, redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.workspaces import directory as members


@bp.get("/w/<workspace_slug>/chats/<uuid:chat_id>")
@requires("runs.read")
def show(chat_id: uuid.UUID) -> ResponseReturnValue:
    """The thread."""
    found = reached(chat_id)
    if found is not None:
        return thread_page("chats/show.html", found, ComposeForm())
    chat = directory.by_id(session(), g.workspace, chat_id)
    if chat is None or chat.is_trial or not person().is_admin:
        abort(404)
    return page("chats/closed.html", 403, chat=chat)


@bp.get("/w/<workspace_slug>/chats/<uuid:chat_id>/live")
@requires("runs.read")
def live(chat_id: uuid.UUID) -> Response:
    """What the open page asks: 204 while nothing is new, else what is."""
    mark, held = mark_here(chat_id), Held.of_request()
    if not held.lacks(mark):
        return nothing_new()
    return page("chats/_live.html", **news(reach_here(chat_id), held, mark))


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/pictures")
@requires("runs.read")
def ask_for_pictures(chat_id: uuid.UUID) -> Response:
    """Let workers draw the pictures of an open page that no earlier version had drawn."""
    unknown = thread_seen(reach_here(chat_id).chat).unknown_pictures
    if unknown:
        with writing() as open_session:
            pictures.ask_for(open_session, reach_here(chat_id).chat, unknown)
    return nothing_new()


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/title")
@requires("runs.start")
def rename(chat_id: uuid.UUID) -> ResponseReturnValue:
    """Call it something else."""
    chat = chat_to_write(chat_id)
    form = TitleForm()
    if not form.is_posted_right():
        flash("Give the chat a title of at most 120 characters.", "bad")
        return redirect_to(url_for("chats.show", chat_id=chat_id))
    with writing():
        sending.rename(chat, form.title.data or "")
    return redirect_to(url_for("chats.show", chat_id=chat_id))


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/archival")
@requires("runs.read")
def archive(chat_id: uuid.UUID) -> ResponseReturnValue:
    """Put it away, or bring it back."""
    chat = own_chat(chat_id)
    is_away = request.form.get("to") != "back"
    with writing():
        sending.archive(chat, archived=is_away)
    if not is_away:
        return redirect_to(url_for("chats.show", chat_id=chat_id))
    flash(f"“{chat.title}” is put away. You find it under “Put away”.", "ok")
    return redirect_to(url_for("chats.index"))


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/deletion")
@requires("runs.read")
def delete(chat_id: uuid.UUID) -> ResponseReturnValue:
    """Delete it."""
    chat = own_chat(chat_id)
    title = chat.title
    with writing() as open_session:
        sending.delete(open_session, chat, by=person())
    flash(f"“{title}” is deleted.", "ok")
    return redirect_to(url_for("chats.index"))


@bp.get("/w/<workspace_slug>/chats/<uuid:chat_id>/details")
@requires("runs.read")
def details(chat_id: uuid.UUID) -> Response:
    """Who may use it, what the agent remembers, and its sittings."""
    found = reach_here(chat_id)
    chat = found.chat
    shared = sharing.of_chat(session(), chat)
    taken = {chat.user_id, *(one.user_id for one in shared)}
    people = members.people_of(session(), g.workspace)
    return chats_page(
        "chats/details.html",
        chat=chat,
        agent=chat.agent,
        reach=found,
        shared=shared,
        member_ids={one.user_id: one.id for one in people},
        candidates=[one for one in people if one.user_id not in taken],
        remembered=memory.remembered(session(), chat),
        max_remembered=memory.MAX_MESSAGES,
        sittings=sittings.of_chat(session(), chat),
        sees_devices=can("workspace.manage") or person().is_admin,
        link=url_for("chats.show", chat_id=chat.id, _external=True),
    )


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/memory/deletion")
@requires("runs.start")
def forget(chat_id: uuid.UUID) -> ResponseReturnValue:
    """Let the agent begin anew here."""
    chat = chat_to_write(chat_id)
    with writing() as open_session:
        memory.forget(chat)
        sharing.tell(
            open_session, chat, f"{person().name} let {chat.agent.name} forget what was said above"
        )
    flash("The agent remembers nothing of this chat any more. You can still read it.", "ok")
    return redirect_to(url_for("chats.details", chat_id=chat_id))
