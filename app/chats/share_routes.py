"""Sharing a chat: with members, by a link for the workspace, and the administrator's way in."""

import uuid

from flask import abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.chats import directory, sharing
from app.chats.blueprint import bp
from app.chats.models import Access
from app.chats.scope import own_to_share, person, reach_here
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import session, writing
from app.workspaces import directory as members


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/access")
@requires("runs.read")
def share(chat_id: uuid.UUID) -> ResponseReturnValue:
    """Let a member read or write here."""
    chat = own_to_share(chat_id)
    member = members.member_of(session(), g.workspace, _member_id()) or abort(404)
    try:
        access = Access(request.form.get("access", ""))
    except ValueError:
        abort(400)
    with writing() as open_session:
        sharing.share(open_session, chat, member, access, by=person())
    what = "read and write" if access is Access.WRITE else "read"
    flash(f"{member.user.name} can {what} here now.", "ok")
    return redirect_to(url_for("chats.details", chat_id=chat_id))


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/access/deletion")
@requires("runs.read")
def unshare(chat_id: uuid.UUID) -> ResponseReturnValue:
    """Take it back from a member; everybody may take it from themselves."""
    found = reach_here(chat_id)
    member = members.member_of(session(), g.workspace, _member_id()) or abort(404)
    if not found.is_own and member.user_id != person().id:
        abort(403)
    with writing() as open_session:
        sharing.stop_sharing(open_session, found.chat, member, by=person())
    if found.is_own:
        flash(f"{member.user.name} cannot open this chat any more.", "ok")
        return redirect_to(url_for("chats.details", chat_id=chat_id))
    flash("You left the chat.", "ok")
    return redirect_to(url_for("chats.index"))


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/link")
@requires("runs.read")
def link(chat_id: uuid.UUID) -> ResponseReturnValue:
    """Let everybody of the workspace who has the link read it, or nobody any more."""
    chat = own_to_share(chat_id)
    is_open = request.form.get("to") == "open"
    with writing() as open_session:
        sharing.open_link(open_session, chat, is_open=is_open, by=person())
    if is_open:
        flash("Everybody in this workspace who has the link can read along now.", "ok")
    else:
        flash("The link is closed. Only those you named can open this chat.", "ok")
    return redirect_to(url_for("chats.details", chat_id=chat_id))


@bp.post("/w/<workspace_slug>/chats/<uuid:chat_id>/administration")
@requires("runs.read")
def administrate(chat_id: uuid.UUID) -> ResponseReturnValue:
    """The installation's administrator opens somebody's chat; its people see that."""
    chat = directory.by_id(session(), g.workspace, chat_id)
    if chat is None or chat.is_trial or not person().is_admin:
        abort(404)
    if directory.reach(session(), g.workspace, chat_id, person()) is None:
        with writing() as open_session:
            sharing.open_as_administrator(open_session, chat, g.member)
    return redirect_to(url_for("chats.show", chat_id=chat_id))


def _member_id() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("member", ""))
    except ValueError:
        abort(404)
