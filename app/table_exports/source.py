"""A table, as somebody looks at it, as something that files are made of."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.data_tables import tables
from app.data_tables.columns import TableRefused
from app.data_tables.grid import View, read_view
from app.data_tables.listing import matching
from app.data_tables.models import DataTable
from app.handovers.models import Handover, HandoverKind
from app.handovers.turns import Contents, Source
from app.workspaces.rights import may_still

AS_CSV = "Export the table as CSV."
IN_PARTS = "Export its rows in parts: search or filter them first."
COLUMN_GONE = (
    "A column that the rows were filtered or sorted by was changed or deleted meanwhile. "
    "Look at the table, and export it once more."
)
NO_ROLE = "You may not read the tables of this workspace any more."


def wish_of(view: View, zone: str) -> dict[str, Any]:
    """How somebody looks at a table, for a worker."""
    return {"zone": zone, "look": view.address()}


def _contents(session: Session, handover: Handover) -> Contents:
    if not may_still(session, handover.workspace_id, handover.asked_by, "tables.read"):
        raise TableRefused(NO_ROLE)
    table = session.get_one(DataTable, handover.of_table_id)
    view = _view(table, handover.wish)
    is_csv = handover.kind is HandoverKind.CSV
    too_large = IN_PARTS if is_csv else AS_CSV
    rows = matching(session, table, view.query)
    return Contents(table.name, table.columns, rows, AS_CSV, too_large)


def _view(table: DataTable, wish: dict[str, Any]) -> View:
    """As it was asked for, or refused: with a filter less, the file would have other rows."""
    look = MultiDict(wish["look"])
    view = read_view(table, look, ZoneInfo(wish["zone"]))
    kept = {**view.address()}
    if view.problem or any(list(look.getlist(name)) != _listed(kept.get(name)) for name in look):
        raise TableRefused(COLUMN_GONE)
    return view


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _made(session: Session, handover: Handover) -> None:
    table = session.get_one(DataTable, handover.of_table_id)
    by, rows = handover.asked_by, handover.rows
    tables.record(session, "table_file_made", table, by=by, name=handover.name, rows=rows)


# Its row is enough to hold: the table may change meanwhile, the file is as it was at one moment.
SOURCE = Source(hold=lambda _session, _handover: True, contents=_contents, made=_made)
