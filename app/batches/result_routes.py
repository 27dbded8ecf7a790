"""What came out of a batch: as a file, and written into a table; a worker does what takes long."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, g, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from app.agents.scope import person
from app.batches import handovers, into_table, results
from app.batches.blueprint import back_to, batch_here, bp, look_for_workers
from app.batches.handover_models import HandoverKind
from app.batches.models import Batch
from app.batches.refused import BatchRefused
from app.data_tables import directory as tables
from app.data_tables import tables as whole_tables
from app.data_tables.columns import TableRefused
from app.data_tables.models import DataTable
from app.files import uploads
from app.files.sending import sent
from app.table_files.spreadsheets import as_csv
from app.web.access import can, requires
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.words import reader_zone

MAX_TABLE_NAME_CHARS = 80
NOT_KEPT = "This file is not kept any more. Make it once more."


@bp.get("/w/<workspace_slug>/batches/<uuid:batch_id>/results.csv")
@requires("runs.read")
def results_csv(batch_id: uuid.UUID) -> Response:
    """Every row with what went in and what came out, sent as it is read."""
    batch = batch_here(batch_id)
    found = results.results_of(session(), batch, _link)
    lines = stream_with_context(as_csv(found.columns, found.rows, reader_zone()))
    answer = Response(lines, mimetype="text/csv")
    name = f"{batch.agent.slug}-results.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/workbook")
@requires("runs.read")
def make_workbook(batch_id: uuid.UUID) -> ResponseReturnValue:
    """The same as .xlsx: a worker makes it."""
    batch = batch_here(batch_id)
    runs = url_for("runs.index", _external=True, workspace_slug=g.workspace.slug)
    wish = {"zone": str(reader_zone()), "runs": runs}
    return _ask(batch, HandoverKind.WORKBOOK, wish, f"{batch.agent.slug}-results.xlsx")


@bp.get("/w/<workspace_slug>/batches/<uuid:batch_id>/workbook")
@requires("runs.read")
def workbook(batch_id: uuid.UUID) -> ResponseReturnValue:
    """The file that a worker has made."""
    batch = batch_here(batch_id)
    made = (one.file_id for one in handovers.of_batch(session(), batch) if one.file_id)
    file_id = next(made, None)
    file = uploads.one(session(), g.workspace.id, file_id) if file_id else None
    return sent(file) if file else back_to(batch_id, NOT_KEPT, "info")


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/workbook/cancellation")
@requires("runs.read")
def stop_workbook(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Do without the file."""
    return _stop(batch_here(batch_id), HandoverKind.WORKBOOK)


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
    return _stop(batch_here(batch_id), HandoverKind.TABLE)


def _anew(batch: Batch) -> ResponseReturnValue:
    if not can("tables.build"):
        abort(403)
    name = " ".join(request.form.get("name", "").split())[:MAX_TABLE_NAME_CHARS]
    if not name:
        raise TableRefused("Give the new table a name.")
    whole_tables.refuse_another(session(), g.workspace.id, name=name)
    return _ask(batch, HandoverKind.TABLE, {"new": name}, name)


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
    return _ask(batch, HandoverKind.TABLE, {"places": places}, table.name, table=table)


def _ask(
    batch: Batch,
    kind: HandoverKind,
    wish: Mapping[str, Any],
    name: str,
    *,
    table: DataTable | None = None,
) -> ResponseReturnValue:
    table_id = table.id if table else None
    try:
        with writing() as open_session:
            handovers.ask(
                open_session, batch, kind, dict(wish), name=name, by=person(), table_id=table_id
            )
    except BatchRefused as refused:
        return back_to(batch.id, refused.sentence, "bad")
    look_for_workers()
    return back_to(batch.id)


def _stop(batch: Batch, kind: HandoverKind) -> ResponseReturnValue:
    try:
        with writing() as open_session:
            handovers.stop(open_session, batch, kind, by=person())
    except BatchRefused as refused:
        flash(refused.sentence, "bad")
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
        "batches/table.html",
        status,
        batch=batch,
        agent=batch.agent,
        table=table,
        chosen=chosen,
        name=name[:MAX_TABLE_NAME_CHARS],
        may_build=may_build,
        problem=problem,
    )


def _link(run_id: uuid.UUID) -> str:
    return url_for("runs.show", run_id=run_id, _external=True, workspace_slug=g.workspace.slug)
