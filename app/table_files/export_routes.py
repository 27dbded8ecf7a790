"""A table as a file."""

from flask import Response, abort, flash, request, stream_with_context
from flask.typing import ResponseReturnValue

from app.data_tables.blueprint import back_to, table_here
from app.data_tables.columns import TableRefused
from app.data_tables.grid import read_view
from app.data_tables.listing import matching
from app.table_files.blueprint import bp
from app.table_files.spreadsheets import as_csv, as_xlsx
from app.web.access import requires
from app.web.transactions import session
from app.web.words import reader_zone

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/w/<workspace_slug>/tables/<table_slug>/export.<ending>")
@requires("tables.read")
def export(table_slug: str, ending: str) -> ResponseReturnValue:
    """The rows of the view as a file."""
    table = table_here(table_slug)
    if ending not in ("csv", "xlsx"):
        abort(404)
    zone = reader_zone()
    view = read_view(table, request.args, zone)
    found = matching(session(), table, view.query)
    try:
        if ending == "csv":
            lines = stream_with_context(as_csv(table.columns, found, zone))
            answer = Response(lines, mimetype="text/csv")
        else:
            book = as_xlsx(table.name, table.columns, found, zone)
            answer = Response(book, mimetype=_XLSX)
    except TableRefused as refused:
        flash(refused.sentence, "bad")
        return back_to("data_tables.show")
    name = f"{table.slug}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
