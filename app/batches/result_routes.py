"""What came out of a batch: as a file, and written into a table."""

import uuid

from flask import Response, abort, flash, g, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from app.agents.scope import person
from app.batches import into_table, results
from app.batches.blueprint import back_to, batch_here, bp
from app.batches.models import Batch
from app.data_tables import directory as tables
from app.data_tables.columns import TableRefused
from app.data_tables.models import DataTable
from app.table_files.spreadsheets import as_csv, as_xlsx
from app.web.access import can, requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.words import reader_zone

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_TABLE_NAME_CHARS = 80


@bp.get("/w/<workspace_slug>/batches/<uuid:batch_id>/results.<ending>")
@requires("runs.read")
def results_file(batch_id: uuid.UUID, ending: str) -> ResponseReturnValue:
    """Every row with what went in and what came out."""
    batch = batch_here(batch_id)
    if ending not in ("csv", "xlsx"):
        abort(404)
    columns = results.columns_of(batch)
    found = results.rows_of(session(), batch, _link)
    try:
        if ending == "csv":
            lines = stream_with_context(as_csv(columns, found, reader_zone()))
            answer = Response(lines, mimetype="text/csv")
        else:
            book = as_xlsx("Results", columns, found, reader_zone())
            answer = Response(book, mimetype=_XLSX)
    except TableRefused as refused:
        return back_to(batch_id, refused.sentence, "bad")
    name = f"{batch.agent.slug}-results.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/w/<workspace_slug>/batches/<uuid:batch_id>/table")
@requires("tables.edit")
def table_form(batch_id: uuid.UUID) -> Response:
    """Where each answer would go."""
    return _page(batch_here(batch_id))


@bp.post("/w/<workspace_slug>/batches/<uuid:batch_id>/table")
@requires("tables.edit")
def write_table(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Write the answers into the table that the rows came from, or into a new one."""
    batch = batch_here(batch_id)
    try:
        if request.form.get("into") == into_table.NEW:
            return _anew(batch)
        return _back(batch)
    except TableRefused as refused:
        return _page(batch_here(batch_id), 422, problem=refused.sentence)


def _anew(batch: Batch) -> ResponseReturnValue:
    if not can("tables.build"):
        abort(403)
    name = " ".join(request.form.get("name", "").split())[:MAX_TABLE_NAME_CHARS]
    if not name:
        raise TableRefused("Give the new table a name.")
    table, written = into_table.anew(session(), writing, batch, name=name, by=person())
    return _to(table, written.words)


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
    written = into_table.back(session(), writing, batch, table, places=places, by=person())
    return _to(table, written.words)


def _to(table: DataTable, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect_to(url_for("data_tables.show", table_slug=table.slug))


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
