"""Pages that bring a file into a table: the upload, what is in it, and the import itself."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.data_tables import directory, imports, tables
from app.data_tables.blueprint import back_to, bp, me, table_here, upload_here
from app.data_tables.columns import Column, ColumnKind, TableRefused, find_column
from app.data_tables.forms import TableForm, TypedColumn, UploadForm, columns_of
from app.data_tables.guess import guessed, values_as_options
from app.data_tables.imports import Done, Findings
from app.data_tables.models import DataTable, TableImport
from app.data_tables.spreadsheets import MAX_UPLOAD_BYTES, Line
from app.web.access import can, requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.uploads import takes_upload
from app.web.words import plural, reader_zone

SHOWN_LINES = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person wants of a file: where each place of a line goes, and how lines are merged."""

    places: tuple[Column | None, ...]
    match: Column | None = None
    leave_out_wrong: bool = True


@bp.get("/w/<workspace_slug>/tables/<table_slug>/imports/new")
@requires("tables.edit")
def new_import(table_slug: str) -> Response:
    """The form that takes a file for this table."""
    return page(
        "data_tables/upload.html", table=table_here(table_slug), form=UploadForm(formdata=None)
    )


@bp.post("/w/<workspace_slug>/tables/<table_slug>/imports")
@requires("tables.edit")
@takes_upload(MAX_UPLOAD_BYTES)
def upload_into(table_slug: str) -> ResponseReturnValue:
    """Take a file for this table, and show what is in it."""
    table = table_here(table_slug)
    form = UploadForm()
    upload = _taken(form, table)
    if upload is None:
        return page("data_tables/upload.html", 422, table=table_here(table_slug), form=form)
    return redirect_to(url_for("data_tables.look", import_id=upload.id))


@bp.post("/w/<workspace_slug>/tables/imports")
@requires("tables.build")
@takes_upload(MAX_UPLOAD_BYTES)
def upload_new() -> ResponseReturnValue:
    """Take a file that is to become a table."""
    form = UploadForm()
    upload = _taken(form, None)
    if upload is not None:
        return redirect_to(url_for("data_tables.look", import_id=upload.id))
    return page(
        "data_tables/new.html",
        422,
        form=TableForm(formdata=None),
        upload=form,
        typed=[TypedColumn()],
        kinds=list(ColumnKind),
        problem="",
        added=False,
    )


@bp.get("/w/<workspace_slug>/tables/imports/<uuid:import_id>")
@requires("tables.edit")
def look(import_id: uuid.UUID) -> Response:
    """What is in the file, and where each of its columns would go."""
    upload = upload_here(import_id)
    lines = imports.lines_of(upload)
    table = _table_of(upload)
    if table is None:
        columns = guessed(upload.header, lines)
        form = TableForm(formdata=None, data={"name": _table_name(upload.file_name)})
        return _page(upload, table, lines, Plan(columns), form=form, columns=columns)
    return _page(upload, table, lines, Plan(_by_header(table, upload)))


@bp.post("/w/<workspace_slug>/tables/imports/<uuid:import_id>")
@requires("tables.edit")
def bring_in(import_id: uuid.UUID) -> ResponseReturnValue:
    """Look through the file again as the form says; or bring it in, when that was pressed."""
    upload = upload_here(import_id)
    lines = imports.lines_of(upload)
    table = _table_of(upload)
    if table is None:
        return _make_table(upload, lines)
    plan = Plan(
        places=tuple(_posted_place(table, place) for place, _ in enumerate(upload.header)),
        match=find_column(table.columns, request.form.get("match", "") or " "),
        leave_out_wrong=request.form.get("wrong") != "empty",
    )
    problem = _problem_of(plan)
    if problem or request.form.get("do") != "bring":
        return _page(upload, table, lines, plan, 422 if problem else 200, problem=problem)
    return _brought(upload, table, lines, plan)


@bp.post("/w/<workspace_slug>/tables/imports/<uuid:import_id>/deletion")
@requires("tables.edit")
def forget_import(import_id: uuid.UUID) -> ResponseReturnValue:
    """Forget a file that is not to be brought in."""
    upload = upload_here(import_id)
    table = _table_of(upload)
    with writing() as open_session:
        open_session.delete(upload_here(import_id))
    words = "The file is forgotten. Nothing was brought in."
    return back_to("data_tables.show" if table else "data_tables.index", words)


def _taken(form: UploadForm, table: DataTable | None) -> TableImport | None:
    sent = form.file.data
    name = str(getattr(sent, "filename", "") or "")
    if not name:
        form.file.errors = ["Choose a file."]
        return None
    try:
        with writing() as open_session:
            return imports.keep(
                open_session,
                g.workspace.id,
                by=me(),
                table=table,
                file_name=name,
                content=sent.read(MAX_UPLOAD_BYTES + 1),
            )
    except TableRefused as refused:
        form.file.errors = [refused.sentence]
        return None


def _make_table(upload: TableImport, lines: list[Line]) -> ResponseReturnValue:
    """The file as a new table, with the names and kinds that the form says."""
    form = TableForm()
    columns, places = _posted_columns(upload, lines)
    problem = ""
    if request.form.get("do") == "bring" and form.is_posted_right():
        try:
            with writing() as open_session:
                made = tables.create(
                    open_session,
                    g.workspace.id,
                    by=me(),
                    name=form.name.data or "",
                    columns=tuple(one for one in columns if one is not None),
                )
                upload_here(upload.id).table_id = made.id
            plan = Plan(places, leave_out_wrong=request.form.get("wrong") != "empty")
            return _brought(upload_here(upload.id), made, lines, plan)
        except TableRefused as refused:
            problem = refused.sentence
    status = 422 if problem or form.errors else 200
    shown = tuple(one or Column("", "") for one in columns)
    plan = Plan(places, leave_out_wrong=request.form.get("wrong") != "empty")
    return _page(upload, None, lines, plan, status, form=form, columns=shown, problem=problem)


def _brought(
    upload: TableImport, table: DataTable, lines: Sequence[Line], plan: Plan
) -> ResponseReturnValue:
    """Bring the lines in, a portion to a transaction, so that nobody waits long behind it."""
    total, zone, import_id = Done(), reader_zone(), upload.id
    try:
        for portion in imports.batches(lines, done=upload.done):
            with writing() as open_session:
                done = imports.bring_in(
                    open_session,
                    upload_here(import_id),
                    tables.locked(open_session, table),
                    portion,
                    places=plan.places,
                    match=plan.match,
                    leave_out_wrong=plan.leave_out_wrong,
                    zone=zone,
                )
            total = total + done
    except TableRefused as refused:
        flash(f"{refused.sentence} Until then {plural(total.added, 'row')} came in.", "bad")
    with writing() as open_session:
        imports.finish(open_session, upload_here(import_id), table, by=me(), done=total)
    g.table = table
    return back_to("data_tables.show", total.words)


def _page(
    upload: TableImport,
    table: DataTable | None,
    lines: list[Line],
    plan: Plan,
    status: int = 200,
    *,
    form: TableForm | None = None,
    columns: tuple[Column, ...] = (),
    problem: str = "",
) -> Response:
    findings: Findings = imports.look_through(lines, plan.places, reader_zone())
    return page(
        "data_tables/import.html",
        status,
        upload=upload,
        table=table,
        plan=plan,
        lines=lines[:SHOWN_LINES],
        findings=findings,
        form=form,
        columns=columns,
        kinds=list(ColumnKind),
        problem=problem,
    )


def _posted_columns(
    upload: TableImport, lines: list[Line]
) -> tuple[tuple[Column | None, ...], tuple[Column | None, ...]]:
    """The columns that the form describes, by their places in a line; None is left out."""
    wanted = [place for place, _ in enumerate(upload.header) if f"keep-{place}" in request.form]
    typed = [
        TypedColumn(
            name=" ".join(request.form.get(f"name-{place}", "").split()),
            kind=request.form.get(f"kind-{place}", ""),
            options=values_as_options([line[place] for line in lines]),
        )
        for place in wanted
    ]
    made = dict(zip(wanted, columns_of(typed), strict=True))
    found = tuple(made.get(place) for place, _ in enumerate(upload.header))
    names = guessed(upload.header, [])
    shown = tuple(one or replace(names[place], key="") for place, one in enumerate(found))
    return shown, found


def _posted_place(table: DataTable, place: int) -> Column | None:
    key = request.form.get(f"place-{place}", "")
    return next((one for one in table.columns if one.key == key), None)


def _by_header(table: DataTable, upload: TableImport) -> tuple[Column | None, ...]:
    """Columns of the table whose names the file has; each is used once."""
    taken: set[str] = set()
    places: list[Column | None] = []
    for title in upload.header:
        column = find_column(table.columns, title) if title else None
        places.append(column if column and column.key not in taken else None)
        taken.add(column.key if column else "")
    return tuple(places)


def _problem_of(plan: Plan) -> str:
    used = [one.key for one in plan.places if one is not None]
    if not used:
        return "Choose where at least one column of the file goes."
    twice = next((one for one in plan.places if one and used.count(one.key) > 1), None)
    if twice:
        return f"Two columns of the file go to “{twice.name}”. Choose one."
    if plan.match and plan.match.key not in used:
        return f"Nothing in the file goes to “{plan.match.name}”, so no row can be found by it."
    return ""


def _table_of(upload: TableImport) -> DataTable | None:
    if upload.table_id is None:
        if not can("tables.build"):
            abort(403)
        return None
    g.table = directory.by_id(session(), g.workspace.id, table_id=upload.table_id)
    table: DataTable | None = g.table
    return table


def _table_name(file_name: str) -> str:
    stem = file_name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    name = " ".join(stem.replace("_", " ").replace("-", " ").split())[:80]
    return name[:1].upper() + name[1:]
