"""Applying a proposal, taking that back, and having a proposal made anew."""

import uuid

from flask import abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.chats import sending
from app.chats.list_routes import NO_BELL
from app.chats.models import Chat, Message, MessageType
from app.chats.scope import here, person, reach_to_write
from app.chats.sending import MessageRefused, Words
from app.describing import applying
from app.describing.applying import NotApplied
from app.describing.blueprint import WORKFLOW, bp, workflow_to_apply
from app.engine.errors import EditRefused, GraphRefused
from app.engine.words import listed
from app.lib import ids
from app.runs.web_process import bell
from app.vault.web_process import keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import session, writing

NOTHING_SAID = "There is nothing to make a proposal of. Describe what you want."


@bp.post(f"{WORKFLOW}/application")
@requires("agents.edit")
def apply(workflow_id: uuid.UUID) -> ResponseReturnValue:
    """Take the ticked changes over."""
    workflow = workflow_to_apply(workflow_id)
    ticked = frozenset(request.form.getlist("change"))
    back = url_for("describing.show", chat_id=workflow.chat_id)
    kept, lost = applying.together(workflow, ticked)
    if lost and kept:
        told = listed([f"“{one.sentence}”" for one in lost])
        flash(f"{told} cannot do without what you left out. Apply once more to leave it out, too.")
        left = [one for one in request.form.getlist("all") if one not in kept]
        return redirect_to(url_for("describing.show", chat_id=workflow.chat_id, left=left))
    try:
        with writing() as open_session:
            applying.apply(open_session, workflow, ticked=ticked, by=person())
    except (NotApplied, EditRefused, GraphRefused) as refused:
        flash(refused.sentence, "bad")
    return redirect_to(back)


@bp.post(f"{WORKFLOW}/application/withdrawal")
@requires("agents.edit")
def undo(workflow_id: uuid.UUID) -> ResponseReturnValue:
    """Take back what was applied."""
    workflow = workflow_to_apply(workflow_id)
    try:
        with writing() as open_session:
            agent = applying.undo(open_session, workflow, by=person())
    except (NotApplied, EditRefused) as refused:
        flash(refused.sentence, "bad")
    else:
        is_back = "is as it was before" if workflow.is_change else "is put away"
        flash(f"Taken back: “{agent.name}” {is_back}.", "ok")
    return redirect_to(url_for("describing.show", chat_id=workflow.chat_id))


@bp.post(f"{WORKFLOW}/renewal")
@requires("agents.edit")
def renew(workflow_id: uuid.UUID) -> ResponseReturnValue:
    """Have it made anew, of the same words and the draft as it is now."""
    chat = workflow_to_apply(workflow_id).chat
    said = _last_words(chat)
    if said is None:
        flash(NOTHING_SAID, "bad")
        return redirect_to(url_for("describing.show", chat_id=chat.id))
    words = Words(text=said.text, once=f"anew-{ids.new_word()}")
    try:
        with writing() as open_session:
            found = reach_to_write(chat.id)
            run = sending.send_again(open_session, keyring(), found, said, words, here())
    except MessageRefused as refused:
        flash(refused.sentence, "bad")
    else:
        if not bell().ring(run.lane):
            flash(NO_BELL, "info")
    return redirect_to(url_for("describing.show", chat_id=chat.id))


def _last_words(chat: Chat) -> Message | None:
    if chat.workspace_id != g.workspace.id:
        abort(404)
    return (
        session()
        .scalars(
            select(Message)
            .where(
                Message.workspace_id == chat.workspace_id,
                Message.chat_id == chat.id,
                Message.user_id.is_not(None),
                Message.set_aside_at.is_(None),
                Message.type == MessageType.TEXT,
            )
            .order_by(Message.id.desc())
            .limit(1)
        )
        .first()
    )
