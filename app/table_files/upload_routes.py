"""Pages that take a file with rows, or forget it again."""

import uuid

from flask import Response, g, url_for
from flask.typing import ResponseReturnValue

from app.data_tables.blueprint import back_to, me, table_here
from app.data_tables.columns import ColumnKind, TableRefused
from app.data_tables.forms import TableForm, TypedColumn, UploadForm
from app.data_tables.models import DataTable
from app.table_files import imports
from app.table_files.blueprint import bp, table_of, upload_here
from app.table_files.models import TableImport
from app.table_files.spreadsheets import MAX_UPLOAD_BYTES
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import writing
from app.web.uploads import takes_upload


@bp.get("/w/<workspace_slug>/tables/<table_slug>/imports/new")
@requires("tables.edit")
def new_import(table_slug: str) -> Response:
    """The form that takes a file for this table."""
    return page(
        "table_files/upload.html", table=table_here(table_slug), form=UploadForm(formdata=None)
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
        return page("table_files/upload.html", 422, table=table_here(table_slug), form=form)
    return redirect_to(url_for("table_files.look", import_id=upload.id))


@bp.post("/w/<workspace_slug>/tables/imports")
@requires("tables.build")
@takes_upload(MAX_UPLOAD_BYTES)
def upload_new() -> ResponseReturnValue:
    """Take a file that is to become a table."""
    form = UploadForm()
    upload = _taken(form, None)
    if upload is not None:
        return redirect_to(url_for("table_files.look", import_id=upload.id))
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


@bp.post("/w/<workspace_slug>/tables/imports/<uuid:import_id>/deletion")
@requires("tables.edit")
def forget_import(import_id: uuid.UUID) -> ResponseReturnValue:
    """Forget a file that is not to be brought in."""
    upload = upload_here(import_id)
    table = table_of(upload)
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
