"""Where the rows come from: a table of the workspace, narrowed as tables are, or a file."""

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue

from app.agents.models import Agent
from app.agents.scope import agent_here, person
from app.batches import making, source
from app.batches.blueprint import back_to, bp, look_for_workers
from app.batches.models import MAX_ROWS, Batch
from app.batches.refused import BatchRefused
from app.data_tables import directory as tables
from app.data_tables.grid import View, all_operators, cell_words, read_view
from app.data_tables.listing import RowPage, page_of
from app.data_tables.models import DataTable
from app.files import uploads
from app.files.store import FileRefused
from app.files.web_process import store
from app.table_files.spreadsheets import MAX_UPLOAD_BYTES
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session, writing
from app.web.uploads import takes_upload
from app.web.words import reader_zone

SHOWN_ROWS = 5


@bp.get("/w/<workspace_slug>/agents/<agent_slug>/batches/new")
@requires("runs.start")
def new(agent_slug: str) -> Response:
    """Choose a table or a file; `?table=` shows one, with `?q=` and filters as its page has."""
    agent = agent_here(agent_slug)
    return _page(agent, _table(request.args.get("table", "")))


@bp.post("/w/<workspace_slug>/agents/<agent_slug>/batches")
@requires("runs.start")
@takes_upload(MAX_UPLOAD_BYTES)
def create(agent_slug: str) -> ResponseReturnValue:
    """Keep what was chosen; a worker reads the rows while the page tells how far it is."""
    agent = agent_here(agent_slug)
    table = _table(request.form.get("table", ""))
    try:
        making.refuse_agent(agent)
        batch = _of_table(agent, table) if table is not None else _of_file(agent)
    except BatchRefused as refused:
        return _page(agent_here(agent_slug), table, 422, problem=refused.sentence)
    look_for_workers()
    return back_to(batch.id)


def _of_table(agent: Agent, table: DataTable) -> Batch:
    zone = reader_zone()
    view = read_view(table, request.form, zone)
    source.refuse_view(view)
    if not page_of(session(), table, view.query, size=1).rows:
        raise BatchRefused(source.NO_ROW_FITS if view.is_narrowed else source.NO_ROWS)
    wish = {"look": view.address(), "zone": str(zone)}
    return making.make(writing, agent, wish, name=table.name, by=person(), table_id=table.id)


def _of_file(agent: Agent) -> Batch:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise BatchRefused("Choose a table or a file.")
    try:
        kept = uploads.keep(
            session(),
            store(),
            g.workspace.id,
            sent.filename,
            sent.stream,  # type: ignore[arg-type]  # werkzeug's stream reads as a file does
            person().id,
            max_bytes=MAX_UPLOAD_BYTES,
        )
    except FileRefused as refused:
        raise BatchRefused(refused.sentence) from None
    wish = {"file": kept["file"], "size": kept["size"]}
    return making.make(writing, agent_here(agent.slug), wish, name=sent.filename, by=person())


def _table(slug: str) -> DataTable | None:
    if not slug:
        return None
    return tables.by_slug(session(), g.workspace.id, slug=slug) or abort(404)


def _page(
    agent: Agent, table: DataTable | None, status: int = 200, *, problem: str = ""
) -> Response:
    try:
        making.refuse_agent(agent)
        refusal = ""
    except BatchRefused as refused:
        refusal = refused.sentence
    zone = reader_zone()
    view = read_view(table, request.values, zone) if table is not None else None
    return page(
        "batches/new.html",
        status,
        agent=agent,
        refusal=refusal,
        problem=problem or (view.problem if view else ""),
        tables=tables.all_of(session(), g.workspace.id),
        table=table,
        view=view,
        found=_found(view),
        operators=all_operators(),
        words_of=lambda column, row: cell_words(column, row, zone),
        max_rows=MAX_ROWS,
    )


def _found(view: View | None) -> RowPage | None:
    return page_of(session(), view.table, view.query, size=SHOWN_ROWS) if view else None
