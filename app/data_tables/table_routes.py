"""Pages about tables as a whole: the list, a new one, one table, and what happens to it."""

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from app.data_tables import (
    directory,
    ports,
    row_routes,
    tables,
)
from app.data_tables.blueprint import back_to, bp, me, table_here
from app.data_tables.columns import ColumnKind, TableRefused
from app.data_tables.forms import (
    FIRST_ROWS,
    DeleteForm,
    TableForm,
    TypedColumn,
    UploadForm,
    columns_of,
    typed_columns,
)
from app.data_tables.grid import (
    PAGE_SIZE,
    all_operators,
    cell_words,
    packed,
    read_view,
    row_title,
    unpacked,
)
from app.data_tables.listing import page_of
from app.data_tables.models import DataRow, DataTable
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.words import reader_zone

MAX_SEARCH_CHARS = 80


@bp.get("/w/<workspace_slug>/tables")
@requires("tables.read")
def index() -> Response:
    """The list, with how much is in each and who uses it."""
    words = request.args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    return page(
        "data_tables/index.html",
        found=directory.all_of(session(), g.workspace.id, words=words),
        uses=ports.used_by(session(), g.workspace.id),
        words=words,
    )


@bp.get("/w/<workspace_slug>/tables/new")
@requires("tables.build")
def new() -> Response:
    """The form for a table, and the way in for a file."""
    return _new_page(TableForm(), [TypedColumn()] * FIRST_ROWS)


@bp.post("/w/<workspace_slug>/tables")
@requires("tables.build")
def create() -> ResponseReturnValue:
    """Make a table; or only another row for a column, when that was pressed."""
    form = TableForm()
    typed = typed_columns(request.form)
    if request.form.get("do") != "make":
        room = 1 if request.form.get("do") == "add" or not typed else 0
        return _new_page(form, [*typed, *[TypedColumn()] * room], added=bool(room))
    problem = ""
    if form.is_posted_right():
        try:
            with writing() as open_session:
                g.table = tables.create(
                    open_session,
                    g.workspace.id,
                    by=me(),
                    name=form.name.data or "",
                    description=form.description.data or "",
                    columns=columns_of(typed),
                )
            return back_to("data_tables.show", "The table is ready. Add its first row.")
        except TableRefused as refused:
            problem = refused.sentence
    return _new_page(form, typed or [TypedColumn()], 422, problem=problem)


@bp.get("/w/<workspace_slug>/tables/<table_slug>")
@requires("tables.read")
def show(table_slug: str) -> Response:
    """The rows, searched, filtered and sorted as the address says."""
    table = table_here(table_slug)
    zone = reader_zone()
    view = read_view(table, request.args, zone)
    found = page_of(
        session(),
        table,
        view.query,
        size=PAGE_SIZE,
        after=unpacked(request.args.get("after", ""), view),
        before=unpacked(request.args.get("before", ""), view),
    )
    return page(
        "data_tables/show.html",
        table=table,
        view=view,
        found=found,
        operators=all_operators(),
        undo=_waiting_in_bin(table),
        files=ports.files(session(), table, me()),
        packed=packed,
        words_of=lambda column, row: cell_words(column, row, zone),
        title_of=lambda row: row_title(table, row, zone),
    )


@bp.get("/w/<workspace_slug>/tables/<table_slug>/details")
@requires("tables.build")
def details(table_slug: str) -> Response:
    """The form for name and description, and the way to delete the table."""
    table = table_here(table_slug)
    return _details_page(table, TableForm(obj=table), DeleteForm(formdata=None))


@bp.post("/w/<workspace_slug>/tables/<table_slug>/details")
@requires("tables.build")
def describe(table_slug: str) -> ResponseReturnValue:
    """Change name and description."""
    table = table_here(table_slug)
    form = TableForm()
    if form.is_posted_right():
        try:
            with writing() as open_session:
                tables.describe(
                    open_session,
                    tables.locked(open_session, table),
                    by=me(),
                    name=form.name.data or "",
                    description=form.description.data or "",
                )
            return back_to("data_tables.show", "Saved.")
        except TableRefused as refused:
            form.name.errors = [refused.sentence]
    return _details_page(table_here(table_slug), form, DeleteForm(formdata=None), 422)


@bp.post("/w/<workspace_slug>/tables/<table_slug>/deletion")
@requires("tables.build")
def delete(table_slug: str) -> ResponseReturnValue:
    """Delete the table with its rows, once its name was typed."""
    table = table_here(table_slug)
    name, form = table.name, DeleteForm()
    if (form.name.data or "").casefold() != name.casefold():
        form.name.errors = [f"Type “{name}” as it is written here. Nothing was deleted."]
        described = TableForm(formdata=None, obj=table)
        return _details_page(table, described, form, 422)
    with writing() as open_session:
        tables.delete(open_session, tables.locked(open_session, table), by=me())
    return back_to("data_tables.index", f"“{name}” and its rows are deleted.")


def _new_page(
    form: TableForm,
    typed: list[TypedColumn],
    status: int = 200,
    *,
    problem: str = "",
    added: bool = False,
) -> Response:
    return page(
        "data_tables/new.html",
        status,
        form=form,
        upload=UploadForm(formdata=None),
        typed=typed,
        kinds=list(ColumnKind),
        problem=problem,
        added=added,
    )


def _details_page(
    table: DataTable, form: TableForm, delete_form: DeleteForm, status: int = 200
) -> Response:
    uses = ports.used_by(session(), g.workspace.id).get(table.id, ())
    return page(
        "data_tables/details.html",
        status,
        table=table,
        form=form,
        delete_form=delete_form,
        uses=uses,
    )


def _waiting_in_bin(table: DataTable) -> int:
    """How many rows of the deletion that the address names can still be brought back."""
    bin_id = request.args.get("undo", type=row_routes.as_id)
    if bin_id is None:
        return 0
    query = select(func.count()).select_from(DataRow)
    return (
        session().scalar(query.where(DataRow.table_id == table.id, DataRow.bin_id == bin_id)) or 0
    )
