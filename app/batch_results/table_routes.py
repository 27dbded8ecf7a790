"""The results of a batch in a table: asked for, waited for, gone on with or removed."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue

from app.agents.scope import person
from app.batch_results import asking, half_filled, into_table
from app.batch_results.blueprint import bp
from app.batches.blueprint import back_to, batch_here, look_for_workers
from app.batches.models import Batch
from app.batches.refused import BatchRefused
from app.data_tables import directory as tables
from app.data_tables import tables as whole_tables
from app.data_tables.columns import TableRefused
from app.data_tables.models import DataTable
from app.handovers.asking import HandoverRefused
from app.handovers.models import HandoverKind
from app.web.access import can, requires
from app.web.pages import page
from app.web.transactions import session, writing

MAX_TABLE_NAME_CHARS = 80


@bp.get("/w/<workspace_slug>/batches/<uuid:batch_id>/table")
@requires("tables.edit")
def table_form(batch_id: uuid.UUID) -> Response:
    """Where each answer would go."""
    return _page(batch_here(batch_id))


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/table")
@requires("tables.edit")
def write_table(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Let a worker write the answers into the table of the rows, or into a new one."""
    batch = batch_here(batch_id)
    try:
        if request.form.get("into") == into_table.NEW:
            return _anew(batch)
        return _back(batch)
    except TableRefused as refused:
        return _page(batch_here(batch_id), 422, problem=refused.sentence)


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/table/cancellation")
@requires("tables.edit")
def stop_table(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Write no further row."""
    batch = batch_here(batch_id)
    try:
        with writing() as open_session:
            asking.stop(open_session, batch, HandoverKind.TABLE, by=person())
    except BatchRefused as refused:
        return back_to(batch.id, refused.sentence, "bad")
    return back_to(batch.id)


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/table/continuation")
@requires("tables.edit")
def fill_table(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Go on with a new table that did not come to its end."""
    batch = batch_here(batch_id)
    try:
        with writing() as open_session:
            half_filled.go_on(open_session, batch, by=person())
    except (BatchRefused, TableRefused) as refused:
        return back_to(batch.id, refused.sentence, "bad")
    look_for_workers()
    return back_to(batch.id)


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/table/deletion")
@requires("tables.build")
def remove_table(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Remove a new table that did not come to its end."""
    batch = batch_here(batch_id)
    try:
        with writing() as open_session:
            name = half_filled.remove(open_session, batch, by=person())
    except (BatchRefused, TableRefused) as refused:
        return back_to(batch.id, refused.sentence, "bad")
    return back_to(batch.id, f"“{name}” is removed. The results stand here as before.")


def _anew(batch: Batch) -> ResponseReturnValue:
    if not can("tables.build"):
        abort(403)
    name = " ".join(request.form.get("name", "").split())[:MAX_TABLE_NAME_CHARS]
    if not name:
        raise TableRefused("Give the new table a name.")
    whole_tables.refuse_another(session(), g.workspace.id, name=name)
    return _ask(batch, {"new": name}, name)


def _back(batch: Batch) -> ResponseReturnValue:
    table = _source(batch)
    if table is None:
        raise TableRefused("The table was deleted meanwhile. Make a new one of the results.")
    names = batch.answer_names
    places = {name: request.form.get(f"into-{at}", "") for at, name in enumerate(names)}
    if into_table.NEW in places.values() and not can("tables.build"):
        abort(403)
    if not any(places.values()):
        raise TableRefused("Choose a column for at least one answer.")
    used = [place for place in places.values() if place not in ("", into_table.NEW)]
    if len(set(used)) < len(used):
        raise TableRefused("Two answers go to one column. Choose one of them.")
    return _ask(batch, {"places": places}, table.name, table=table)


def _ask(
    batch: Batch, wish: Mapping[str, Any], name: str, *, table: DataTable | None = None
) -> ResponseReturnValue:
    kind, table_id = HandoverKind.TABLE, table.id if table else None
    try:
        with writing() as open_session:
            asking.ask(
                open_session, batch, kind, dict(wish), name=name, by=person(), table_id=table_id
            )
    except (BatchRefused, HandoverRefused) as refused:
        return back_to(batch.id, refused.sentence, "bad")
    look_for_workers()
    return back_to(batch.id)


def _source(batch: Batch) -> DataTable | None:
    if batch.table_id is None:
        return None
    return tables.by_id(session(), g.workspace.id, table_id=batch.table_id)


def _page(batch: Batch, status: int = 200, *, problem: str = "") -> Response:
    table = _source(batch)
    may_build = can("tables.build")
    chosen = into_table.suggested(batch, table, may_build=may_build) if table else {}
    name = request.form.get("name") or f"{batch.name.rsplit('.', 1)[0]}, results"
    return page(
        "batch_results/table.html",
        status,
        batch=batch,
        agent=batch.agent,
        table=table,
        chosen=chosen,
        name=name[:MAX_TABLE_NAME_CHARS],
        may_build=may_build,
        problem=problem,
    )
