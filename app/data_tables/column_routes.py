"""Pages about the columns of a table: their list, and one of them."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.data_tables import shape, tables
from app.data_tables.blueprint import back_to, bp, column_here, me, table_here
from app.data_tables.columns import Column, ColumnKind, TableRefused, read_options
from app.data_tables.forms import TypedColumn, kind_of
from app.data_tables.models import DataTable
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.words import reader_zone


@bp.get("/w/<workspace_slug>/tables/<table_slug>/columns")
@requires("tables.build")
def columns(table_slug: str) -> Response:
    """The columns in their order, and the form for another one."""
    return _list_page(table_here(table_slug), TypedColumn())


@bp.post("/w/<workspace_slug>/tables/<table_slug>/columns")
@requires("tables.build")
def add_column(table_slug: str) -> ResponseReturnValue:
    """Add a column at the end."""
    table, typed = table_here(table_slug), _typed()
    try:
        with writing() as open_session:
            shape.add_column(
                open_session,
                tables.locked(open_session, table),
                by=me(),
                name=typed.name,
                kind=kind_of(typed.kind),
                options=read_options(typed.options),
            )
    except TableRefused as refused:
        return _list_page(table_here(table_slug), typed, 422, problem=refused.sentence)
    return back_to("data_tables.columns", f"“{typed.name}” is added.")


@bp.get("/w/<workspace_slug>/tables/<table_slug>/columns/<column_key>")
@requires("tables.build")
def column(table_slug: str, column_key: str) -> Response:
    """One column: its name and kind, and the way to remove it."""
    table = table_here(table_slug)
    found = column_here(table, column_key)
    typed = TypedColumn(found.name, found.kind.value, "\n".join(found.options))
    return _column_page(table, found, typed)


@bp.post("/w/<workspace_slug>/tables/<table_slug>/columns/<column_key>")
@requires("tables.build")
def change_column(table_slug: str, column_key: str) -> ResponseReturnValue:
    """Rename a column, or make it another kind when every value in it fits."""
    table, typed = table_here(table_slug), _typed()
    found = column_here(table, column_key)
    try:
        with writing() as open_session:
            shape.change_column(
                open_session,
                tables.locked(open_session, table),
                found,
                by=me(),
                name=typed.name,
                kind=kind_of(typed.kind),
                options=read_options(typed.options),
                zone=reader_zone(),
            )
    except TableRefused as refused:
        table = table_here(table_slug)
        return _column_page(table, found, typed, 422, problem=refused.sentence)
    return back_to("data_tables.columns", "Saved.")


@bp.post("/w/<workspace_slug>/tables/<table_slug>/columns/<column_key>/place")
@requires("tables.build")
def move_column(table_slug: str, column_key: str) -> ResponseReturnValue:
    """Move a column one place to the front or to the back."""
    table = table_here(table_slug)
    found = column_here(table, column_key)
    with writing() as open_session:
        by_places = -1 if request.form.get("to") == "front" else 1
        shape.move_column(tables.locked(open_session, table), found, by_places=by_places)
    return back_to("data_tables.columns")


@bp.post("/w/<workspace_slug>/tables/<table_slug>/columns/<column_key>/deletion")
@requires("tables.build")
def remove_column(table_slug: str, column_key: str) -> ResponseReturnValue:
    """Remove a column with everything in it."""
    table = table_here(table_slug)
    found = column_here(table, column_key)
    try:
        with writing() as open_session:
            shape.remove_column(open_session, tables.locked(open_session, table), found, by=me())
    except TableRefused:
        typed = TypedColumn(found.name, found.kind.value, "\n".join(found.options))
        problem = "This is the last column. Delete the table instead, or add another column first."
        return _column_page(table_here(table_slug), found, typed, 422, problem=problem)
    return back_to("data_tables.columns", f"“{found.name}” is removed.")


def _typed() -> TypedColumn:
    return TypedColumn(
        name=" ".join(request.form.get("name", "").split()),
        kind=request.form.get("kind", ColumnKind.TEXT.value),
        options=request.form.get("options", "").replace("\r\n", "\n"),
    )


def _list_page(
    table: DataTable, typed: TypedColumn, status: int = 200, *, problem: str = ""
) -> Response:
    return page(
        "data_tables/columns.html",
        status,
        table=table,
        typed=typed,
        kinds=list(ColumnKind),
        problem=problem,
    )


def _column_page(
    table: DataTable, found: Column, typed: TypedColumn, status: int = 200, *, problem: str = ""
) -> Response:
    return page(
        "data_tables/column.html",
        status,
        table=table,
        column=found,
        typed=typed,
        kinds=list(ColumnKind),
        filled=shape.filled_cells(session(), table, found),
        problem=problem,
    )
