"""Saying something in a chat, asking again, stopping the answer, and what people think of it."""

import uuid

from flask import abort, flash, g, request
from flask.typing import ResponseReturnValue

from app.chats import directory, pictures, rating, sending
from app.chats.blueprint import bp
from app.chats.forms import ComposeForm
from app.chats.list_routes import NO_BELL
from app.chats.models import Chat, Message, MessageType, Thumb
from app.chats.open_page import Held
from app.chats.pages import back_to, news, thread_page, thread_values
from app.chats.receiving import MAX_UPLOAD_BYTES, words_sent
from app.chats.scope import (
    chat_to_write,
    check_may_write,
    here,
    message_here,
    person,
    reach_here,
    reach_to_write,
    who_asks,
)
from app.chats.sending import MessageRefused, Words
from app.chats.web_process import line
from app.engine.values import Json
from app.files import uploads
from app.files.store import FileRefused
from app.files.web_process import store
from app.runs import stopping
from app.runs.web_process import bell, live_keys
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import is_htmx, redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.uploads import takes_upload

NOT_YOURS = "Only what you wrote yourself can be asked again."


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/messages")
@requires("runs.start")
@takes_upload(MAX_UPLOAD_BYTES)
def say(chat_id: uuid.UUID) -> ResponseReturnValue:
    """Say it; the answer is what is new in the thread, and an empty place for the next."""
    who, form = here(), ComposeForm.sent()
    if not form.is_right():
        return _came_back(chat_id, form)
    if form.files:
        check_may_write(chat_id)  # before they are stored
    try:
        words = words_sent(form)
        with writing(known=who_asks()) as open_session:
            found = reach_to_write(chat_id)
            run, mark = sending.send(open_session, keyring(), found, words, who)
    except (MessageRefused, FileRefused) as refused:
        return _came_back(chat_id, form, refused.sentence)
    has_rung = bell().ring(run.lane)
    if not is_htmx():
        if not has_rung:
            flash(NO_BELL, "info")
        return redirect_to(back_to(chat_id))
    refusal = "" if has_rung else NO_BELL
    told = news(found, Held.of_request(), mark, refusal=refusal, begun=run)
    return page("chats/_sent.html", **told)


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/messages/<uuid:message_id>/again")
@requires("runs.start")
def ask_again(chat_id: uuid.UUID, message_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the same again, or in the words that were sent; what came before is set aside."""
    chat = chat_to_write(chat_id)
    earlier = message_here(chat, message_id)
    if earlier.user_id != person().id:
        abort(403)
    form = ComposeForm.sent(instead=earlier.text)
    files, looks = _files_of(chat, earlier)
    form.refusal = "" if form.text.strip() or files else "Write something."
    if (not form.text.strip() and not files) or len(form.text) > sending.MAX_TEXT_CHARS:
        return _came_back(chat_id, form, form.refusal or "That is too long for a message.")
    once = f"again-{form.once}"
    words = Words(text=form.text.strip(), files=files, once=once, looks=looks)
    who = here()
    try:
        with writing() as open_session:
            found = reach_to_write(chat_id)
            run = sending.send_again(open_session, keyring(), found, earlier, words, who)
    except MessageRefused as refused:
        return _came_back(chat_id, form, refused.sentence)
    bell().ring(run.lane)
    return redirect_to(back_to(chat_id))


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/runs/<uuid:run_id>/cancellation")
@requires("runs.cancel")
def stop(chat_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """Stop the answer that is being worked on."""
    chat = chat_to_write(chat_id)
    run = directory.run_of(session(), chat, run_id) or abort(404)
    with writing() as open_session:
        stopping.cancel(open_session, run, by=person())
        chat.seq += 1
    live_keys().put_one(run.workspace_id, run.id, f"{run.claim}.{run.seq}")
    line().put(run.workspace_id, run.id, "done")
    return redirect_to(back_to(chat_id))


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/messages/<uuid:message_id>/rating")
@requires("runs.read")
def rate(chat_id: uuid.UUID, message_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what this person thinks of the answer."""
    chat = reach_here(chat_id).chat
    message = message_here(chat, message_id)
    said = request.form.get("thumb", "")
    if message.agent_id is None or said not in ("", *Thumb):
        abort(400)
    thumb = Thumb(said) if said else None
    with writing() as open_session:
        rating.rate(open_session, message, thumb, note=request.form.get("note", ""), by=person())
    if thumb:
        flash("Thank you. It is kept with the answer.", "ok")
    return redirect_to(back_to(chat_id, f"m-{message_id.hex}"))


def _came_back(chat_id: uuid.UUID, form: ComposeForm, sentence: str = "") -> ResponseReturnValue:
    if is_htmx():
        values = thread_values(reach_here(chat_id), form, refusal=sentence)
        return page("chats/_dock.html", 422, **values)
    return thread_page("chats/show.html", reach_here(chat_id), form, 422, refusal=sentence)


def _files_of(chat: Chat, earlier: Message) -> tuple[list[dict[str, Json]], dict[str, Json]]:
    """Copies of the files that came with the earlier words, and how those look, by their ids."""
    files: list[dict[str, Json]] = []
    looks: dict[str, Json] = {}
    for one in directory.asked_with(session(), chat, earlier):
        if one.type not in (MessageType.FILE, MessageType.IMAGE) or not one.json:
            continue
        earlier_id = uuid.UUID(one.json["file"])
        copied = uploads.copy_for_new_run(
            session(), store(), g.workspace.id, earlier_id, person().id
        )
        if copied is not None:
            files.append(copied)
            looks[str(copied["file"])] = pictures.look_of(one)
    return files, looks
