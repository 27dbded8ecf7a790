"""What people do with a batch on its page."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, g, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.agents.scope import person
from app.batches import making, work
from app.batches.blueprint import back_to, batch_here, bp, look_for_workers
from app.batches.models import NOT_BEGUN, Batch, BatchStatus
from app.batches.page_routes import setting_up
from app.batches.refused import BatchRefused
from app.engine.states import RunMode
from app.engine.words import count
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.transactions import session, writing

# What the buttons below the matching begin: how, and with how many rows (0: all).
_BEGINNINGS = {
    "rehearse_first": (RunMode.REHEARSAL, work.FIRST_ROWS),
    "run_first": (RunMode.LIVE, work.FIRST_ROWS),
    "rehearse": (RunMode.REHEARSAL, 0),
    "start": (RunMode.LIVE, 0),
}


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/matching")
@requires("runs.start")
def match(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the matching and show what it gives; or begin, when that was pressed."""
    batch = batch_here(batch_id)
    wanted = _BEGINNINGS.get(request.form.get("do", ""))
    try:
        is_checked = making.match(
            session(),
            writing,
            batch,
            _posted(),
            parallel=_number("parallel"),
            stop_after=_number("stop_after"),
            then=_later(wanted),
        )
        if wanted is not None and is_checked:
            mode, first = wanted
            with writing() as open_session:
                work.begin(open_session, batch, by=person(), mode=mode, first=first)
            look_for_workers()
    except BatchRefused as refused:
        if batch_here(batch_id).status is not BatchStatus.SETTING_UP:
            return back_to(batch_id, refused.sentence, "bad")
        return setting_up(batch_here(batch_id), 422, problem=refused.sentence)
    return back_to(batch_id)


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/start")
@requires("runs.start")
def start(batch_id: uuid.UUID) -> ResponseReturnValue:
    """For real, after a rehearsal."""
    return _done(
        batch_id, lambda one, batch: work.begin(one, batch, by=person(), mode=RunMode.LIVE)
    )


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/setting-up")
@requires("runs.start")
def set_up_again(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Back to matching columns, after a rehearsal."""
    return _done(batch_id, work.set_up_again)


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/pause")
@requires("runs.start")
def pause(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Begin with no further row."""
    return _done(batch_id, lambda one, batch: work.pause(one, batch, by=person()))


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/continuation")
@requires("runs.start")
def go_on(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Go on; `version=newest` with the version that is active now."""
    newest = request.form.get("version") == "newest"
    return _done(batch_id, lambda one, batch: work.go_on(one, batch, by=person(), newest=newest))


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/cancellation")
@requires("runs.cancel")
def stop(batch_id: uuid.UUID) -> ResponseReturnValue:
    """End it for good."""
    return _done(batch_id, lambda one, batch: work.stop(one, batch, by=person()))


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/retries")
@requires("runs.start")
def retry(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Run the rows that failed once more, or one row, named by its number."""
    number = _number("row")
    batch = batch_here(batch_id)
    newest = request.form.get("version") == "newest"
    try:
        with writing() as open_session:
            rows = work.retry(open_session, batch, by=person(), number=number, newest=newest)
    except BatchRefused as refused:
        return back_to(batch_id, refused.sentence, "bad")
    look_for_workers()
    if rows:
        flash(f"{count(rows, 'row')} {'runs' if rows == 1 else 'run'} once more.", "ok")
    shelf = request.form.get("show", "")
    return redirect_to(url_for("batches.show", batch_id=batch_id, show=shelf or None))


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/deletion")
@requires("runs.start")
def delete(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Delete the batch with its results."""
    batch = batch_here(batch_id)
    name, slug, had_none = batch.name, g.agent.slug, batch.status in NOT_BEGUN
    try:
        with writing() as open_session:
            work.remove(open_session, batch, by=person())
    except BatchRefused as refused:
        return back_to(batch_id, refused.sentence, "bad")
    words = "Nothing ran, and the rows are forgotten." if had_none else "Its runs are kept."
    flash(f"The batch of {name} is deleted. {words}", "ok")
    return redirect_to(url_for("batches.index", agent=slug))


def _later(wanted: tuple[RunMode, int] | None) -> dict[str, Any] | None:
    """What a worker is to begin, once it has looked through the rows."""
    if wanted is None:
        return None
    mode, first = wanted
    return {"mode": mode.value, "first": first, "by": str(person().id)}


def _done(batch_id: uuid.UUID, act: Callable[[Session, Batch], None]) -> ResponseReturnValue:
    batch = batch_here(batch_id)
    try:
        with writing() as open_session:
            act(open_session, batch)
    except BatchRefused as refused:
        return back_to(batch_id, refused.sentence, "bad")
    look_for_workers()
    return back_to(batch_id)


def _posted() -> dict[str, dict[str, object]]:
    """The matching that the form says: `from-<key>` is a place, or `text` with `text-<key>`."""
    found: dict[str, dict[str, object]] = {}
    for name, typed in request.form.items():
        if not name.startswith("from-"):
            continue
        key = name.removeprefix("from-")
        if typed.isdecimal() and len(typed) < 5:
            found[key] = {"column": int(typed)}
        elif typed == "text":
            found[key] = {"text": request.form.get(f"text-{key}", "")}
    return found


def _number(name: str) -> int | None:
    typed = request.form.get(name, "").strip()
    return int(typed) if typed.isdecimal() and len(typed) < 9 else None
