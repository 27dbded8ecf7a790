"""Pages that show what is in a file, and bring it into a table."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from flask import Response, flash, g, request
from flask.typing import ResponseReturnValue

from app.data_tables import tables
from app.data_tables.blueprint import back_to, me
from app.data_tables.columns import Column, ColumnKind, TableRefused, find_column
from app.data_tables.forms import TableForm, TypedColumn, columns_of
from app.data_tables.models import DataTable
from app.table_files import imports
from app.table_files.blueprint import bp, table_of, upload_here
from app.table_files.guess import guessed, values_as_options
from app.table_files.imports import Done, Findings
from app.table_files.models import TableImport
from app.table_files.places import Plan, by_header, problem_of
from app.table_files.spreadsheets import Line
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import writing
from app.web.words import plural, reader_zone

SHOWN_LINES = 5


@bp.get("/w/<workspace_slug>/tables/imports/<uuid:import_id>")
@requires("tables.edit")
def look(import_id: uuid.UUID) -> Response:
    """What is in the file, and where each of its columns would go."""
    upload = upload_here(import_id)
    lines = imports.lines_of(upload)
    table = table_of(upload)
    if table is None:
        columns = guessed(upload.header, lines)
        form = TableForm(formdata=None, data={"name": _table_name(upload.file_name)})
        return _page(upload, table, lines, Plan(columns), form=form, columns=columns)
    return _page(upload, table, lines, Plan(by_header(table, upload)))


@bp.post("/w/<workspace_slug>/tables/imports/<uuid:import_id>")
@requires("tables.edit")
def bring_in(import_id: uuid.UUID) -> ResponseReturnValue:
    """Look through the file again as the form says; or bring it in, when that was pressed."""
    upload = upload_here(import_id)
    lines = imports.lines_of(upload)
    table = table_of(upload)
    if table is None:
        return _make_table(upload, lines)
    plan = Plan(
        places=tuple(_posted_place(table, place) for place, _ in enumerate(upload.header)),
        match=find_column(table.columns, request.form.get("match", "") or " "),
        leave_out_wrong=request.form.get("wrong") != "empty",
    )
    problem = problem_of(plan)
    if problem or request.form.get("do") != "bring":
        return _page(upload, table, lines, plan, 422 if problem else 200, problem=problem)
    return _brought(upload, table, lines, plan)


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
        "table_files/import.html",
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


def _table_name(file_name: str) -> str:
    stem = file_name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    name = " ".join(stem.replace("_", " ").replace("-", " ").split())[:80]
    return name[:1].upper() + name[1:]
