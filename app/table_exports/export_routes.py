"""A table as a file: small ones at once, larger ones when a worker has made them."""

from itertools import islice
from typing import Any

from flask import Response, flash, g, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from app.data_tables.blueprint import me, table_here
from app.data_tables.columns import TableRefused
from app.data_tables.grid import View, read_view
from app.data_tables.listing import matching
from app.files import uploads
from app.files.sending import sent
from app.handovers.addresses import kind_of
from app.handovers.asking import NOT_KEPT, STOPPED, HandoverRefused
from app.handovers.models import HandoverKind
from app.table_exports import asking, source
from app.table_exports.blueprint import bp
from app.table_files.spreadsheets import as_csv, as_xlsx
from app.web.access import requires
from app.web.htmx import nothing_new, redirect_to
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.words import reader_zone

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MANY = (
    f"A file of more than {asking.SMALL_ROWS:,} rows is made by a worker. Choose the export in the "
    "menu, and the file stands here in a moment."
)


@bp.get("/w/<workspace_slug>/tables/<table_slug>/export.<ending>")
@requires("tables.read")
def at_once(table_slug: str, ending: str) -> ResponseReturnValue:
    """The rows of the view as a file, where they are few."""
    table, kind = table_here(table_slug), kind_of(ending)
    zone = reader_zone()
    view = read_view(table, request.args, zone)
    if view.problem:
        return _back(view)
    most = asking.SMALL_ROWS + 1
    found = list(islice(matching(session(), table, view.query, most=most), most))
    if len(found) == most:
        return _back(view, MANY)
    try:
        if kind is HandoverKind.CSV:
            lines = stream_with_context(as_csv(table.columns, found, zone))
            answer = Response(lines, mimetype="text/csv")
        else:
            book = as_xlsx(table.name, table.columns, found, zone)
            answer = Response(book, mimetype=_XLSX)
    except TableRefused as refused:
        return _back(view, f"{refused.sentence} {source.AS_CSV}", "bad")
    answer.headers["Content-Disposition"] = f'attachment; filename="{table.slug}.{ending}"'
    return answer


@bp.post("/w/<workspace_slug>/tables/<table_slug>/exports/<ending>")
@requires("tables.read")
def make(table_slug: str, ending: str) -> ResponseReturnValue:
    """Let a worker make a file of the rows of the view."""
    table, kind = table_here(table_slug), kind_of(ending)
    zone = reader_zone()
    view = read_view(table, request.args, zone)
    if view.problem:
        return _back(view)
    wish = source.wish_of(view, str(zone))
    whole = 0 if view.is_narrowed else table.row_count
    try:
        with writing() as open_session:
            asking.ask(open_session, table, kind, wish, by=me(), whole=whole)
    except (TableRefused, HandoverRefused) as refused:
        return _back(view, refused.sentence, "bad")
    return _back(view)


@bp.get("/w/<workspace_slug>/tables/<table_slug>/exports/<ending>")
@requires("tables.read")
def file(table_slug: str, ending: str) -> ResponseReturnValue:
    """The file that a worker has made for this person."""
    table, kind = table_here(table_slug), kind_of(ending)
    asked = asking.of_person(session(), table, me()).handovers
    file_id = next((one.file_id for one in asked if one.kind is kind), None)
    found = uploads.one(session(), g.workspace.id, file_id) if file_id else None
    return sent(found) if found else _back(None, NOT_KEPT)


@bp.post("/w/<workspace_slug>/tables/<table_slug>/exports/<ending>/deletion")
@requires("tables.read")
def remove(table_slug: str, ending: str) -> ResponseReturnValue:
    """Do without the file, whether it is made already or not."""
    table, kind = table_here(table_slug), kind_of(ending)
    view = read_view(table, request.args, reader_zone())
    with writing() as open_session:
        was_working = asking.remove(open_session, table, kind, by=me())
    return _back(view, STOPPED if was_working else "", "ok")


@bp.get("/w/<workspace_slug>/tables/<table_slug>/exports")
@requires("tables.read")
def live(table_slug: str) -> ResponseReturnValue:
    """What the open page asks each second: 204 while nothing is new, else the part anew."""
    table = table_here(table_slug)
    found = asking.of_person(session(), table, me())
    if request.args.get("seen") == found.mark:
        return nothing_new()
    view = read_view(table, request.args, reader_zone())
    return page("table_exports/_exports.html", view=view, files=found)


def _back(view: View | None, words: str = "", kind: str = "info") -> ResponseReturnValue:
    """To the table, looked at as before."""
    if words:
        flash(words, kind)
    look: dict[str, Any] = view.address() if view else {}
    return redirect_to(url_for("data_tables.show", **look))
