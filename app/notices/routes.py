"""Pages about notices: a person's list in a workspace, and what they want by mail."""

import uuid
from typing import Any

from flask import Blueprint, Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.notices import choices, directory
from app.notices.forms import KIND_WORDS, ChoiceForm
from app.notices.models import NoticeKind
from app.web.access import SIGNED_IN, requires
from app.web.forms import SAFE_NEXT
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

bp = Blueprint("notices", __name__)
MAX_SEARCH_CHARS = 80


@bp.url_defaults
def _here(endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None and not endpoint.endswith("choices"):
        values.setdefault("workspace_slug", g.workspace.slug)


@bp.get("/w/<workspace_slug>/notices")
@requires("workspace.read")
def index() -> Response:
    """What this person was told, newest first."""
    words = request.args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    kind = request.args.get("kind", type=NoticeKind)
    only_new = request.args.get("show") == "new"
    found = directory.list_page(
        session(),
        g.workspace.id,
        current_user.id,
        words=words,
        kind=kind,
        only_new=only_new,
        older_than=request.args.get("older_than", type=uuid.UUID),
    )
    is_first_page = "older_than" not in request.args
    is_narrowed = bool(words or kind or only_new) or not is_first_page
    return page(
        "notices/index.html",
        found=found,
        words=words,
        kind=kind,
        kind_words=KIND_WORDS,
        only_new=only_new,
        is_first_page=is_first_page,
        is_narrowed=is_narrowed,
    )


@bp.post("/w/<workspace_slug>/notices/reading")
@requires("workspace.read")
def read_all() -> ResponseReturnValue:
    """Mark all of them as read."""
    with writing() as open_session:
        directory.mark_seen(open_session, g.workspace.id, current_user.id)
    return redirect_to(url_for("notices.index"))


@bp.post("/w/<workspace_slug>/notices/<uuid:notice_id>/reading")
@requires("workspace.read")
def read(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Mark one as read; with `open`, go on to what it is about."""
    copy = directory.of_person(session(), g.workspace.id, current_user.id, notice_id=notice_id)
    if copy is None:
        abort(404)
    path = copy.notice.path
    with writing() as open_session:
        directory.mark_seen(open_session, g.workspace.id, current_user.id, notice_id=notice_id)
    if "open" in request.form and SAFE_NEXT.match(path):
        return redirect_to(path)
    return redirect_to(url_for("notices.index"))


@bp.get("/account/notices", endpoint="choices")
@requires(SIGNED_IN)
def show_choices() -> Response:
    """What comes by mail."""
    wanted = choices.wanted(session(), current_user.id)
    form = ChoiceForm(formdata=None, kinds=[kind.value for kind in wanted])
    return page("notices/choices.html", form=form)


@bp.post("/account/notices", endpoint="save_choices")
@requires(SIGNED_IN)
def save_choices() -> ResponseReturnValue:
    """Keep what comes by mail."""
    form = ChoiceForm()
    if not form.is_posted_right():
        return page("notices/choices.html", 422, form=form)
    with writing() as open_session:
        choices.choose(open_session, current_user.id, kinds=form.chosen())
    flash("Saved.", "success")
    return redirect_to(url_for("notices.choices"))
