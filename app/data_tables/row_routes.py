"""Pages and parts about single rows: adding, looking, changing a row or a cell, deleting."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from app.data_tables import rows, tables
from app.data_tables.blueprint import back_to, bp, column_here, me, row_here, table_here
from app.data_tables.columns import Column, TableRefused
from app.data_tables.grid import cell_words, row_title, typed_cell
from app.data_tables.models import DataRow, DataTable
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import writing
from app.web.words import reader_zone

PREFIX = "cell-"
MAX_CHOSEN = 1_000
_MOVED = (
    "Somebody changed this row meanwhile. Look at what they wrote below your words, and save again "
    "to put yours in its place."
)


@bp.get("/w/<workspace_slug>/tables/<table_slug>/rows/new")
@requires("tables.edit")
def new_row(table_slug: str) -> Response:
    """The form for a new row."""
    return _row_page(table_here(table_slug), None)


@bp.post("/w/<workspace_slug>/tables/<table_slug>/rows")
@requires("tables.edit")
def add_row(table_slug: str) -> ResponseReturnValue:
    """Add a row; and offer the form again when several are to be added."""
    table = table_here(table_slug)
    typed = _typed(table)
    values, wrong = rows.settled(table.columns, typed, reader_zone())
    if not wrong and all(value is None for value in values.values()):
        return _row_page(table, None, 422, typed=typed, problem="Fill in at least one value.")
    if wrong:
        return _row_page(table, None, 422, typed=typed, wrong=wrong)
    try:
        with writing() as open_session:
            rows.add(open_session, tables.locked(open_session, table), [values])
    except TableRefused as refused:
        return _row_page(table, None, 422, typed=typed, problem=refused.sentence)
    if request.form.get("do") == "again":
        return back_to("data_tables.new_row", "The row is added. Here is the next one.")
    return back_to("data_tables.show", "The row is added.")


@bp.get("/w/<workspace_slug>/tables/<table_slug>/rows/<uuid:row_id>")
@requires("tables.read")
def row(table_slug: str, row_id: uuid.UUID) -> Response:
    """One row: its form, or only its values for who may not change them."""
    table = table_here(table_slug)
    return _row_page(table, row_here(table, row_id))


@bp.post("/w/<workspace_slug>/tables/<table_slug>/rows/<uuid:row_id>")
@requires("tables.edit")
def change_row(table_slug: str, row_id: uuid.UUID) -> ResponseReturnValue:
    """Change a row, unless somebody else did so since the form was opened."""
    table = table_here(table_slug)
    found, typed = row_here(table, row_id), _typed(table)
    values, wrong = rows.settled(table.columns, typed, reader_zone())
    if wrong:
        return _row_page(table, found, 422, typed=typed, wrong=wrong)
    try:
        with writing() as open_session:
            locked = tables.locked(open_session, table)
            found = row_here(locked, row_id)
            if str(found.revision) == request.form.get("revision"):
                rows.change(open_session, locked, found, values)
                return _saved(table, found)
    except TableRefused as refused:
        return _row_page(table, row_here(table, row_id), 422, typed=typed, problem=refused.sentence)
    return _row_page(table, row_here(table, row_id), 422, typed=typed, problem=_MOVED)


@bp.get("/w/<workspace_slug>/tables/<table_slug>/rows/<uuid:row_id>/cells/<column_key>")
@requires("tables.edit")
def cell(table_slug: str, row_id: uuid.UUID, column_key: str) -> Response:
    """One cell as a small form, or as it reads when that was given up."""
    table = table_here(table_slug)
    column, found = column_here(table, column_key), row_here(table, row_id)
    if "read" in request.args:
        return _cell(table, found, column)
    typed = typed_cell(column, found.values.get(column.key), reader_zone())
    return _cell_form(table, found, column, typed)


@bp.post("/w/<workspace_slug>/tables/<table_slug>/rows/<uuid:row_id>/cells/<column_key>")
@requires("tables.edit")
def change_cell(table_slug: str, row_id: uuid.UUID, column_key: str) -> Response:
    """Change one cell; the others keep what they hold by now."""
    table = table_here(table_slug)
    column, found = column_here(table, column_key), row_here(table, row_id)
    typed = request.form.get("value", "")
    values, wrong = rows.settled(table.columns, {column.key: typed}, reader_zone())
    if wrong:
        return _cell_form(table, found, column, typed, wrong[column.key])
    try:
        with writing() as open_session:
            locked = tables.locked(open_session, table)
            rows.change(open_session, locked, row_here(locked, row_id), values)
    except TableRefused as refused:
        return _cell_form(table, row_here(table, row_id), column, typed, refused.sentence)
    return _cell(table, row_here(table, row_id), column)


@bp.post("/w/<workspace_slug>/tables/<table_slug>/rows/deletion")
@requires("tables.edit")
def delete_rows(table_slug: str) -> ResponseReturnValue:
    """Delete the chosen rows; for a day they can be brought back."""
    table = table_here(table_slug)
    chosen = [one for word in request.form.getlist("row")[:MAX_CHOSEN] if (one := as_id(word))]
    if not chosen:
        flash("Choose at least one row first.", "info")
        return back_to("data_tables.show")
    with writing() as open_session:
        locked = tables.locked(open_session, table)
        bin_id, count = rows.to_bin(open_session, locked, chosen)
        if count:
            tables.record(open_session, "table_rows_deleted", locked, by=me(), rows=count)
    return redirect_to(url_for("data_tables.show", undo=bin_id))


@bp.post("/w/<workspace_slug>/tables/<table_slug>/rows/return")
@requires("tables.edit")
def return_rows(table_slug: str) -> ResponseReturnValue:
    """Bring deleted rows back."""
    table = table_here(table_slug)
    bin_id = as_id(request.form.get("bin", ""))
    if bin_id is None:
        abort(404)
    try:
        with writing() as open_session:
            locked = tables.locked(open_session, table)
            count = rows.from_bin(open_session, locked, bin_id)
            if count:
                tables.record(open_session, "table_rows_returned", locked, by=me(), rows=count)
    except TableRefused as refused:
        flash(refused.sentence, "bad")
        return back_to("data_tables.show")
    return back_to("data_tables.show", "They are back." if count else "There was nothing left.")


def as_id(word: str) -> uuid.UUID | None:
    """The id that a word spells; None for any other word."""
    try:
        return uuid.UUID(word)
    except ValueError:
        return None


def _typed(table: DataTable) -> dict[str, str]:
    typed = {one.key: request.form.get(PREFIX + one.key) for one in table.columns}
    return {key: words.replace("\r\n", "\n") for key, words in typed.items() if words is not None}


def _saved(table: DataTable, found: DataRow) -> ResponseReturnValue:
    return back_to("data_tables.show", f"“{row_title(table, found, reader_zone())}” is saved.")


def _row_page(
    table: DataTable,
    found: DataRow | None,
    status: int = 200,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    problem: str = "",
) -> Response:
    zone = reader_zone()
    kept: Mapping[str, Any] = found.values if found else {}
    filled = {one.key: typed_cell(one, kept.get(one.key), zone) for one in table.columns}
    return page(
        "data_tables/row.html",
        status,
        table=table,
        row=found,
        title=row_title(table, found, zone) if found else "",
        typed={**filled, **(typed or {})},
        wrong=wrong or {},
        problem=problem,
        words={one.key: cell_words(one, found, zone) for one in table.columns} if found else {},
    )


def _cell(table: DataTable, found: DataRow, column: Column) -> Response:
    return page(
        "data_tables/_cell.html",
        table=table,
        row=found,
        column=column,
        words=cell_words(column, found, reader_zone()),
        is_fresh=True,
    )


def _cell_form(
    table: DataTable, found: DataRow, column: Column, typed: str, problem: str = ""
) -> Response:
    return page(
        "data_tables/_cell_form.html",
        422 if problem else 200,
        table=table,
        row=found,
        column=column,
        typed=typed,
        problem=problem,
        title=row_title(table, found, reader_zone()),
    )
